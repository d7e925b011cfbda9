/** Waits for a service that refuses without saying for how long: 1 s, doubled with each refusal in a row, up to 60 s. */
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

/**
 * Counts refusals in a row. Requests that were on their way together are refused together, and that is one refusal: a
 * request counts only if it left after the one before it was known. For this each carries the `step` at its departure.
 */
export class ThrottleStreak {
  #step = 0;
  #length = 0;
  #sinceMs = 0;
  #latestMs = 0;

  /** What a request takes along when it leaves. */
  get step(): number {
    return this.#step;
  }

  /** A request that left at `step` was refused. Returns how long to wait from now, and since when it goes on like this. */
  refused(step: number, toldMs: number | null, nowMs: number): { waitMs: number; sinceMs: number; isFirst: boolean } {
    const isFirst = this.#length === 0;
    if (step === this.#step || isFirst) {
      this.#step += 1;
      this.#length += 1;
      this.#latestMs = nowMs;
      if (this.#length === 1) this.#sinceMs = nowMs;
    }
    const ownMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (this.#length - 1));
    // "Wait 0 s" would be a hot loop: it says as little as no word at all.
    const waitMs = toldMs !== null && toldMs > 0 ? toldMs : Math.max(0, this.#latestMs + ownMs - nowMs);
    return { waitMs, sinceMs: this.#sinceMs, isFirst };
  }

  /** A request that left at `step` was served; the streak is over if it left after the last refusal. */
  served(step: number): void {
    if (step === this.#step) this.#length = 0;
  }
}
