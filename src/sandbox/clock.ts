/** The two times of the sandbox: what a service prints, and what windows and ledgers are measured with. */
export interface Clock {
  /** Milliseconds since the epoch, whole. */
  wallMs(): number;
  /** Milliseconds since some start, to the microsecond; never goes back. */
  monotonicMs(): number;
}

/**
 * @param now a wall clock in ms that replaces both times, for tests. Without it the machine's clocks are used, so that
 * a step of the wall clock opens no window.
 */
export function createClock(now?: () => number): Clock {
  if (now !== undefined) return { wallMs: () => Math.floor(now()), monotonicMs: now };
  return { wallMs: Date.now, monotonicMs: () => Math.round(performance.now() * 1000) / 1000 };
}
