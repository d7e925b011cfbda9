/**
 * The share of a limit that is used in the long run: a full window over the mean time in which as many requests arrive
 * as the limit allows. Unlike a count over whole windows it also tells of what bursts lose between each other. The first
 * `limit` arrivals are left out: they may come in a burst that no later one can follow as fast.
 *
 * @param arrivalsMs in ascending order; at least three times `limit` of them.
 */
export function limitUsed(arrivalsMs: readonly number[], limit: number, windowMs: number): number {
  const spans: number[] = [];
  for (let index = limit; index + limit < arrivalsMs.length; index++) {
    spans.push((arrivalsMs[index + limit] ?? 0) - (arrivalsMs[index] ?? 0));
  }
  if (spans.length < limit) throw new RangeError(`${arrivalsMs.length} requests say nothing about a limit of ${limit}`);
  return (windowMs * spans.length) / spans.reduce((sum, span) => sum + span, 0);
}
