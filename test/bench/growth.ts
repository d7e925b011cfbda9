/** How the cost of the commands grows with the rows, as values: what was measured, and the exponent that fits it. */
import { z } from 'zod';

const pointSchema = z.object({ rows: z.number(), seconds: z.number(), peakMb: z.number() });
/** One command at one number of rows: time from start to end, and the most memory that was resident. */
export type GrowthPoint = z.output<typeof pointSchema>;

export const growthSchema = z.object({
  date: z.string(),
  node: z.string(),
  machine: z.string(),
  /** Points of each command, in ascending order of rows. */
  commands: z.record(z.string(), z.array(pointSchema)),
});
export type Growth = z.output<typeof growthSchema>;

/**
 * The exponent k of time ~ rows^k, by least squares over the logarithms. What the smallest number of rows takes, which is
 * the start of the process, is taken off the others. Null with fewer than two sizes beside that one.
 */
export function fitExponent(points: readonly GrowthPoint[]): number | null {
  const [smallest, ...others] = points;
  if (smallest === undefined) return null;
  const logs = others
    .map(({ rows, seconds }) => [Math.log(rows), Math.log(seconds - smallest.seconds)] as const)
    .filter(([, y]) => Number.isFinite(y));
  if (logs.length < 2) return null;
  const mean = (pick: (log: readonly [number, number]) => number) =>
    logs.reduce((sum, log) => sum + pick(log), 0) / logs.length;
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)];
  return mean(([x, y]) => (x - meanX) * (y - meanY)) / mean(([x]) => (x - meanX) ** 2);
}
