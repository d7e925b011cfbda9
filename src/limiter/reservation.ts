/** What the two bookkeepers of departures share: the window guard in memory and the budget in a file. */

export type Reservation =
  /** A request may leave now; `slot` names it until its answer is told. */
  | { readonly kind: 'slot'; readonly slot: number }
  /**
   * No room: ask again after `waitMs`; as far as is known now there is some after `freeInMs` at the earliest. Answers in
   * between change nothing, their slots stay taken for a full window.
   */
  | { readonly kind: 'full'; readonly waitMs: number; readonly freeInMs: number }
  /** The service asked another process with this credential for a pause that is not over. */
  | { readonly kind: 'paused'; readonly waitMs: number; readonly reason: string };

/**
 * Decides whether one more request may leave, so that a service which counts arrivals never sees more than the limit
 * in any rolling window, however long requests travel.
 *
 * The rule: a request takes a slot when it leaves, and gives it back a full window after its answer came (or after it
 * failed for good). Each of the requests before it that may still arrive holds a slot, and so does each that can have
 * arrived within the last window; hence with a slot free, at most limit - 1 others are in the window.
 */
export interface Budget {
  reserve(): Reservation;
  /** The answer is there, or the request failed for good: from now on it can't arrive any more. */
  answered(slot: number): void;
  /** How many slots are taken now, by whomever. */
  taken(): number;
  /** Tells the other processes with this credential that the service asked for a pause. */
  pause(waitMs: number, reason: string): void;
  /**
   * Requests a window, from now on; at least 1. Each process keeps to its own limit for all of them together: one that
   * knows of a lower limit waits for room below it, whoever took the slots, and the others follow once they are told.
   */
  setLimit(limit: number): void;
  close(): void;
}

/** Computers' clocks differ by up to 0.05 %; a service with a slower one has longer windows. */
const clockTolerance = 0.0005;

/** How long a slot stays taken after the answer so that the service's window is over by its own clock. */
export function fullWindowMs(windowMs: number): number {
  return windowMs + Math.max(1, windowMs * clockTolerance);
}

/** @throws {RangeError} when `limit` is not a whole number of at least 1. */
export function assertLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`a limit of ${limit} requests is none`);
}
