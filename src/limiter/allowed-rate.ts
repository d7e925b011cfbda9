/** How much of what a run asks for it gets: never more than the service states. */

export interface RateBounds {
  /** Requests a minute that the run asks for; 0 = as many as the service states, without a figure of its own. */
  readonly asked: number;
  /** The most that the service states before an answer tells more of it; null = only what answers tell counts. */
  readonly mostPerMinute: number | null;
  /** The limit that answers told; null = none did. It counts in place of `mostPerMinute`, be it lower or higher. */
  readonly stated: number | null;
}

/** Requests a minute that may leave at most; 0 = no limit, where nothing was asked for and nothing is stated. */
export function allowedRate({ asked, mostPerMinute, stated }: RateBounds): number {
  const bound = stated ?? mostPerMinute;
  if (bound === null) return asked;
  return asked === 0 ? bound : Math.min(asked, bound);
}
