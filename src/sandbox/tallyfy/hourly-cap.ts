const HOUR_MS = 3_600_000;

/** Counts uses in the last hour. A refused use does not count. */
export class HourlyCap {
  readonly #usedAtMs: number[] = [];

  /** Takes `uses` of `limit` (0 = no limit); returns null, or in how many ms enough of them are free again. */
  take(nowMs: number, limit: number, uses = 1): number | null {
    if (limit === 0) return null;
    while (this.#usedAtMs.length > 0 && (this.#usedAtMs[0] ?? 0) <= nowMs - HOUR_MS) this.#usedAtMs.shift();
    const missing = this.#usedAtMs.length + uses - limit;
    if (missing > 0) return (this.#usedAtMs[Math.min(missing, limit) - 1] ?? nowMs) + HOUR_MS - nowMs;
    for (let use = 0; use < uses; use += 1) this.#usedAtMs.push(nowMs);
    return null;
  }
}
