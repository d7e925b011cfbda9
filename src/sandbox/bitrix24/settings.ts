/** How the emulated Bitrix24 behaves where its description leaves a choice. */
export interface Bitrix24Settings {
  /** Casing of Vibecode's task replies: `camel` as on the task pages, `upper` as on the overview page. */
  readonly replyCasing: 'camel' | 'upper';
  /** Users 1 to this number exist; any other `responsibleId` is refused. */
  readonly highestUserId: number;
  /** Whether equal failures in a row block a method of a key (`ERROR_LOOP_DETECTED`). */
  readonly errorLoop: boolean;
  /** Equal failures in a row, within {@link errorLoopWindowMs}, that block a method. */
  readonly errorLoopThreshold: number;
  readonly errorLoopWindowMs: number;
  /** While a method is blocked, every n-th request is let through as a probe. */
  readonly errorLoopProbeEvery: number;
  /** Whether a missing task counts as one of the equal failures. */
  readonly errorLoopCountsNotFound: boolean;
  /** One malformed call refuses the whole `POST /v1/batch` instead of only itself. */
  readonly strictBatch: boolean;
  /** Items that one `POST /v1/tasks/batch` may hold; 50 was met too. */
  readonly entityBatchMax: number;
  /** The classic REST's leaky bucket: requests it holds and how many drain a second; null = no limit. */
  readonly classicBucket: { readonly capacity: number; readonly drainPerSecond: number } | null;
  /** Lists leave out what was made less than this ago, as a trailing replica does. Milliseconds. */
  readonly listLagMs: number;
}

export const DEFAULT_BITRIX24_SETTINGS: Bitrix24Settings = {
  replyCasing: 'camel',
  highestUserId: 99_999,
  errorLoop: true,
  errorLoopThreshold: 12,
  errorLoopWindowMs: 3_600_000,
  errorLoopProbeEvery: 50,
  errorLoopCountsNotFound: true,
  strictBatch: false,
  entityBatchMax: 500,
  classicBucket: { capacity: 50, drainPerSecond: 2 },
  listLagMs: 0,
};
