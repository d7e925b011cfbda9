/** Finds what nearly all of many rows have in common, in two passes and in memory that does not grow with them. Pure. */
import type { Norm } from './rules.js';

/** What "nearly all" means: at most one row in five lacks it. */
export const nearlyAll = 0.8;

/**
 * Enough counters to keep what nearly all rows have although each brings twenty features (Misra and Gries, 1982: of n
 * features, one that comes more than n / (counters + 1) times is kept).
 */
const mostCounters = 63;

/** First every row is offered, then every row is counted; a row without features counts as one that lacks them all. */
export class CommonFeatures {
  readonly #counters = new Map<string, number>();
  #exact: Map<string, number> | null = null;
  #rows = 0;

  offer(features: readonly string[]): void {
    for (const feature of features) {
      const count = this.#counters.get(feature);
      if (count !== undefined) this.#counters.set(feature, count + 1);
      else if (this.#counters.size < mostCounters) this.#counters.set(feature, 1);
      else this.#lowerAll();
    }
  }

  #lowerAll(): void {
    for (const [feature, count] of this.#counters) {
      if (count === 1) this.#counters.delete(feature);
      else this.#counters.set(feature, count - 1);
    }
  }

  count(features: readonly string[]): void {
    this.#exact ??= new Map([...this.#counters.keys()].map((feature) => [feature, 0]));
    this.#rows += 1;
    for (const feature of features) {
      const count = this.#exact.get(feature);
      if (count !== undefined) this.#exact.set(feature, count + 1);
    }
  }

  get rows(): number {
    return this.#rows;
  }

  /** The feature that the most rows have, if these are nearly all; null when there is none. */
  norm(): Norm | null {
    let best: Norm | null = null;
    for (const [feature, rows] of this.#exact ?? []) {
      if (rows > (best?.rows ?? 0)) best = { feature, rows, of: this.#rows };
    }
    return best !== null && best.rows >= nearlyAll * best.of ? best : null;
  }
}
