/**
 * When a request may leave. Beside a person who holds everything, four things hold it back, in this order:
 * - a pause that the service asked for holds everybody; whoever waited through it leaves at the pace, not in a burst;
 * - the pace spaces departures evenly, so that nothing is refused for coming in a rush;
 * - the budget counts: never more than the limit in any rolling window, whatever the pace, travel times and other
 *   processes do (see `reservation.ts`);
 * - requests leave in the order in which they asked.
 */
import type { Clock } from '../clock.js';
import type { Pause } from './hold.js';
import type { Refusal } from './learned-rate.js';
import { QueueLimiter } from './queue-limiter.js';
import type { Budget } from './reservation.js';

export interface LimiterOptions {
  /** Requests a window; 0 = no limit. */
  readonly requestsPerMinute: number;
  /** Default 60,000; shorter where time is scaled down. */
  readonly windowMs?: number;
  /** `even`: one request each window / limit. `window`: as soon as the rolling window has room. */
  readonly pace: 'even' | 'window';
  /** Where departures are counted across processes; null = in this process only. Closed by whoever opened it. */
  readonly budget: Budget | null;
  readonly clock: Clock;
  /** Longest wait for the service; a longer one ends all waiting with a {@link HeldError}. */
  readonly giveUpAfterMs: number;
  /** A pause began or grew by a second or more. */
  readonly onPause?: (pause: Pause) => void;
  readonly onResume?: () => void;
  /** The rolling window is full, for a second or more: the next request leaves at `untilMs` (wall clock) at the earliest. */
  readonly onFull?: (full: { readonly untilMs: number }) => void;
}

/** The permission for one request to leave, now. */
export interface Ticket {
  /** The answer is there, or the request failed for good. Must be called; only the first call counts. */
  done(): void;
  /**
   * As `done`, and the service refused for now: everybody is held for `waitMs`, or, when it does not say for how long
   * (null), for 1 s, doubled with each refusal in a row up to 60 s.
   *
   * @returns what became of it; null when it was told of before.
   */
  throttled(waitMs: number | null, reason: string): Refusal | null;
}

export interface LimiterStats {
  /** Departures in the last window, to within a sixtieth of it. */
  readonly sentInWindow: number;
  /** Wall clock, ms since the epoch; null when nothing is held. */
  readonly pausedUntilMs: number | null;
  readonly reason: string | null;
}

export interface Limiter {
  /**
   * Resolves when a request may leave.
   * @throws {HeldError} `stopping` when `signal` is aborted, `wait-too-long` when the service asks for too long a pause.
   * @throws {StateError} when the budget's file can't be used any more.
   */
  acquire(signal?: AbortSignal): Promise<Ticket>;
  /** The same where nothing holds anybody; null where one has to wait, or is sent away. */
  tryAcquire(signal?: AbortSignal): Ticket | null;
  /** Holds everybody for `waitMs` from now on, unless they are held for longer already. */
  pause(waitMs: number, reason: string): void;
  /** Lets nobody out, for as long as it takes, until {@link Limiter.letGo}. */
  hold(): void;
  letGo(): void;
  /** Whether a pause or a person holds everybody now. */
  isHolding(): boolean;
  /** Tickets that are not done with. */
  inAir(): number;
  /** Requests a window from now on; 0 = no limit. Those of the last window count, also where there was none before. */
  setRate(requestsPerMinute: number): void;
  /** Requests that count against the limit now; with a shared budget, those of all processes. */
  taken(): number;
  stats(): LimiterStats;
  /** Sends all waiting away (`stopping`) and leaves no timer. */
  dispose(): Promise<void>;
}

/** @throws {RangeError} when the rate is negative or no number. */
export function createLimiter(options: LimiterOptions): Limiter {
  return new QueueLimiter(options);
}
