/** What a run tells while it goes on; progress, logs and tests listen. */
import type { RequestEvent } from '../limiter/paced-client.js';
import type { RateChange } from '../limiter/rate-keeper.js';
import type { RowEnd } from './row-end.js';

export interface RunEvents {
  /** A phase begins; `rows` is how many it has to work on. */
  phase?(event: { phase: 'loading' | 'reading' | 'settling' | 'running'; rows: number }): void;
  /** A row came to an end in this phase, or went back to the rows to do. */
  row?(event: { number: number; line: number; provider: string; operation: string; end: RowEnd | null }): void;
  request?(event: RequestEvent): void;
  /** A service asks for a pause; nothing leaves before `untilMs` (wall clock). */
  paused?(event: { provider: string; title: string; untilMs: number; reason: string }): void;
  resumed?(event: { provider: string }): void;
  /** As many requests as the limit allows are in the window: the next one leaves at `untilMs` (wall clock) at the earliest. */
  full?(event: { provider: string; title: string; untilMs: number }): void;
  /** A person paused the run from another terminal (wall clock): nothing leaves until they let it go on. */
  heldByPerson?(event: { sinceMs: number }): void;
  letGoByPerson?(): void;
  /** A service's pace changed: an answer stated another limit, refusals showed that less than asked for is right, or a person asked for another. */
  rate?(event: RateChange & { provider: string; title: string }): void;
  /** The run is ending early; what is in the air is waited for. */
  stopping?(event: { reason: string; message: string }): void;
}
