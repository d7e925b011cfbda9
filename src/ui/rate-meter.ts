/** Requests a minute over the last minute, in constant memory however many there are. Times in ms, never backwards. */
export interface RateMeter {
  count(atMs: number): void;
  /** Requests a minute; null during the first seconds, when it would say nothing. */
  perMinute(atMs: number): number | null;
}

const seconds = 60;
const leastMs = 3_000;

export function createRateMeter(startedAtMs: number): RateMeter {
  const counts = new Array<number>(seconds).fill(0);
  let second = 0;
  const advance = (atMs: number): void => {
    const now = Math.max(second, Math.floor((atMs - startedAtMs) / 1_000));
    for (let gone = Math.max(second, now - seconds); gone < now; gone++) counts[(gone + 1) % seconds] = 0;
    second = now;
  };
  return {
    count: (atMs) => {
      advance(atMs);
      counts[second % seconds] = (counts[second % seconds] ?? 0) + 1;
    },
    perMinute: (atMs) => {
      advance(atMs);
      const spanMs = Math.min(seconds * 1_000, atMs - startedAtMs);
      if (spanMs < leastMs) return null;
      // The oldest second has made room for the one that has begun.
      const countedMs = Math.min(spanMs, (seconds - 1) * 1_000 + ((atMs - startedAtMs) % 1_000));
      return (counts.reduce((sum, count) => sum + count, 0) / countedMs) * 60_000;
    },
  };
}
