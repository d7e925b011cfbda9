/** What the run made is deleted with all that is below it: not while something there stays. Pure. */
import type { RowFate } from './row-fate.js';

/** @returns the fates, without the deletions that would take along what another one leaves. */
export function keepWholes(fates: readonly RowFate[]): readonly RowFate[] {
  let known = fates;
  for (;;) {
    const next = keepAbove(known);
    if (next === known) return known;
    known = next;
  }
}

/** One level up; the same list where nothing changes. */
function keepAbove(fates: readonly RowFate[]): readonly RowFate[] {
  const stayingBelow = new Map<string, RowFate>();
  for (const fate of fates) if (fate.rows.length === 0) for (const whole of fate.above) stayingBelow.set(whole, fate);
  const stays = ({ deletesMade, rows, targets }: RowFate): RowFate | undefined =>
    deletesMade && rows.length > 0
      ? targets.map((target) => stayingBelow.get(target)).find((fate) => fate !== undefined)
      : undefined;
  if (!fates.some((fate) => stays(fate) !== undefined)) return fates;
  return fates.map((fate) => {
    const below = stays(fate);
    if (below === undefined) return fate;
    const reason = `What row ${below.number} made is below it and stays, and would be deleted along with it.`;
    return { ...fate, coverage: 'changed', words: [reason], rows: [] };
  });
}
