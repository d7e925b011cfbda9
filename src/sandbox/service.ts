/**
 * What the sandbox's server asks of an emulated service. A service is strict where the real one is strict, keeps its
 * oddities, and knows nothing of taskbatch's providers: it is a second reading of the service's description.
 */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A request after the server took the service's prefix off the path. */
export interface SandboxRequest {
  readonly method: string;
  /** Decoded path segments behind the service's prefix: `/clickup/api/v2/task/9hx` gives `['v2', 'task', '9hx']`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON body; `undefined` when there was none or it was no JSON. */
  readonly body: unknown;
  readonly bodyText: string;
}

/** An answer; at most one of `body` (sent as JSON) and `text` is set. */
export interface SandboxAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  readonly text?: string;
  readonly contentType?: string;
}

/** Something that really changed on the service's side, as opposed to a request that was merely received. */
export interface Effect {
  /** `delete`, `complete`, `create`, `archive`, … ; side effects such as a webhook fired again get a kind of their own. */
  readonly kind: string;
  /** The id of the thing that changed. */
  readonly target: string;
  readonly detail?: JsonValue;
}

/** How much of the service's limit a credential has used. */
export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetAtMs: number;
  readonly nowMs: number;
}

/** In which form a 429 tells the wait. `service` is what the real service sends. */
export type RetryHint = 'service' | 'seconds' | 'date' | 'none' | 'html';

export interface ServiceContext {
  /** Wall clock in ms since the epoch. */
  now(): number;
  /** Uniform in [0, 1), seeded. */
  random(): number;
  /** Writes a line of the ledger; call it exactly when the change is made. */
  effect(effect: Effect): void;
}

/** A row of a manifest for which the sandbox is to hold a target, so that a run on it can succeed. */
export interface SandboxRow {
  readonly provider: string;
  readonly operation: string;
  /** The operation's values after validation, by column name, e.g. `{ task_id: 'DEV-12', is_approved: true }`. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The manifest's own cells by column name, as written; a name or title among them becomes the target's title. */
  readonly cells: Readonly<Record<string, string>>;
  /** True when the row was done by an earlier run: a deleted target is then filled as deleted, a completed one as completed. */
  readonly done: boolean;
}

export interface EmulatedService {
  readonly name: 'tallyfy' | 'clickup' | 'bitrix24';
  /** Path prefix on the shared port, e.g. `/clickup/api`. */
  readonly prefix: string;
  /** The service's own limit: requests in a window, per credential. */
  readonly limit: { readonly requests: number; readonly windowMs: number; readonly sliding: boolean };
  /** Environment variables with which taskbatch reaches this service on `origin` (`http://127.0.0.1:4010`). */
  environment(origin: string): Readonly<Record<string, string>>;
  /** Who asks, for counting against the limit; null when no credential was sent. */
  credential(request: SandboxRequest): string | null;
  /** Whether the request may change something, for faults that hit writes only. */
  isWrite(request: SandboxRequest): boolean;
  /** Authenticates, routes, changes the state and answers. */
  handle(request: SandboxRequest, context: ServiceContext): SandboxAnswer;
  /** Headers about the limit that the service adds to an answer; empty when it tells nothing. */
  rateHeaders(state: RateState): Readonly<Record<string, string>>;
  /** The service's answer when the limit is used up. */
  throttled(state: RateState, hint: RetryHint): SandboxAnswer;
  /** The service's answer in a fault, e.g. 500 or 503, in the shape that the service uses. */
  failure(status: number): SandboxAnswer;
  fill(row: SandboxRow, context: ServiceContext): void;
  /** Everything the service holds under an id, trashed or not, for tests; undefined when it never existed. */
  inspect(id: string): JsonValue | undefined;
  /** Drops all state. */
  reset(): void;
}
