/** What of a run can be taken back: in numbers. Pure. */
import type { RowFate } from './row-fate.js';

/** Rows of a run that share a fate. */
export interface FateGroup {
  readonly coverage: RowFate['coverage'];
  readonly provider: string;
  readonly operation: string;
  readonly words: readonly string[];
  /** Their numbers, in manifest order. */
  readonly rows: readonly number[];
}

export type FateCounts = Readonly<Record<RowFate['coverage'], number>>;

export function countFates(fates: readonly RowFate[]): FateCounts {
  const counts = { whole: 0, part: 0, none: 0, already: 0, changed: 0, unsure: 0 };
  for (const { coverage } of fates) counts[coverage] += 1;
  return counts;
}

/** The commonest first. */
export function groupFates(fates: readonly RowFate[]): FateGroup[] {
  const groups = new Map<string, { fate: RowFate; numbers: number[] }>();
  for (const fate of fates) {
    const key = JSON.stringify([fate.coverage, fate.provider, fate.operation, fate.words]);
    const group = groups.get(key) ?? { fate, numbers: [] };
    group.numbers.push(fate.number);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ fate: { coverage, provider, operation, words }, numbers }) => ({
      coverage,
      provider,
      operation,
      words,
      rows: numbers.sort((one, other) => one - other),
    }))
    .sort((one, other) => other.rows.length - one.rows.length || (one.rows[0] ?? 0) - (other.rows[0] ?? 0));
}
