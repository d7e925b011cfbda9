import type { AnswerTimes } from './timeline.js';

/** Counts spans by size in steps of a few percent, so that memory does not depend on how many there are. */
export interface DurationCounter {
  add(ms: number, times: number): void;
  /** Null when nothing was added. */
  told(): AnswerTimes | null;
}

/** Steps between a number and its double: each is 4 % wide. */
const fineness = 16;

/** Upper bounds of bars: figures that people like, six to a power of ten. */
const bounds = [0, 1, 2, 3, 4, 5, 6].flatMap((power) => [1, 1.5, 2, 3, 5, 7].map((figure) => figure * 10 ** power));

export function createDurationCounter(): DurationCounter {
  const fine: number[] = [];
  const bars = bounds.map(() => 0);
  let [count, longest] = [0, 0];
  return {
    add: (ms, times) => {
      const at = Math.round(Math.log2(Math.max(1, ms)) * fineness);
      fine[at] = (fine[at] ?? 0) + times;
      const bar = bounds.findIndex((bound) => ms < bound);
      const place = bar === -1 ? bounds.length - 1 : bar;
      bars[place] = (bars[place] ?? 0) + times;
      count += times;
      longest = Math.max(longest, ms);
    },
    told: () => {
      if (count === 0) return null;
      const share = (part: number): number => Math.min(longest, msAtShare(fine, count * part));
      return { count, p50: share(0.5), p95: share(0.95), p99: share(0.99), longest, bars: filledBars(bars) };
    },
  };
}

function msAtShare(fine: readonly number[], wanted: number): number {
  let seen = 0;
  for (const [at, found] of fine.entries()) {
    seen += found ?? 0;
    if (seen >= wanted) return Math.round(2 ** (at / fineness));
  }
  return 0;
}

/** From the first bar that has something to the last one. */
function filledBars(bars: readonly number[]): AnswerTimes['bars'] {
  const first = bars.findIndex((found) => found > 0);
  const last = bars.findLastIndex((found) => found > 0);
  return bounds.slice(first, last + 1).map((bound, index) => [bound, bars[first + index] ?? 0] as const);
}
