/** Rows that came to no good end, in the words of the summary, where one line is to tell of them. */
import { formatCount } from '../format-numbers.js';

export const badStates = ['failed', 'blocked', 'unknown'] as const;

export type BadEnds = Readonly<Record<(typeof badStates)[number], number>>;

/** `0 failed`, and beside it what there is of the others: `6 blocked`. Nothing for null. */
export function badEndTexts(counts: BadEnds | null): string[] {
  if (counts === null) return [];
  const shown = badStates.filter((state) => state === 'failed' || counts[state] > 0);
  return shown.map((state) => `${formatCount(counts[state])} ${state}`);
}
