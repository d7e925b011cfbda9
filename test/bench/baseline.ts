/** The committed figures that `--check` compares with, one set for each mode. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { type Figure, formatNumber } from './figures.js';
import type { Mode } from './options.js';

const entrySchema = z.object({ date: z.string(), node: z.string(), figures: z.record(z.string(), z.number()) });
const baselineSchema = z.record(z.string(), entrySchema);
export type Baseline = z.output<typeof baselineSchema>;

export function readBaseline(file: string): Baseline {
  return existsSync(file) ? baselineSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
}

/** Takes the figures into the baseline of their mode; those that were not measured now stay as they are. */
export function updateBaseline(
  file: string,
  mode: Mode,
  figures: readonly Figure[],
  at: { readonly date: string; readonly node: string },
): void {
  const baseline = readBaseline(file);
  const compared = figures
    .filter(({ slack }) => slack !== null && slack > 0)
    .map(({ id, value }) => [id, round(value)] as const);
  const entry = { ...at, figures: { ...baseline[mode]?.figures, ...Object.fromEntries(compared) } };
  writeFileSync(file, `${JSON.stringify({ ...baseline, [mode]: entry }, null, 2)}\n`);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

/**
 * One line for each figure that is worse than the baseline by more than its slack, or has none and misses its goal.
 * Figures that the baseline does not have pass.
 */
export function findRegressions(
  figures: readonly Figure[],
  baseline: Readonly<Record<string, number>>,
): readonly string[] {
  return figures.flatMap((figure) => {
    const { id, what, value, better, slack, unit, goal } = figure;
    const before = slack === 0 ? goal : baseline[id];
    if (before === undefined || before === null || slack === null) return [];
    const bound = better === 'higher' ? before * (1 - slack) : before * (1 + slack);
    if (better === 'higher' ? value >= bound : value <= bound) return [];
    const [now, was, end] = [value, before, bound].map((number) => `${formatNumber(number)} ${unit}`);
    return [`${what}: ${now}, to be compared with ${was}; ${end} would still pass (${id})`];
  });
}
