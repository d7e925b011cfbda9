/**
 * Rows that may be tried again, and behind which another row of the same run was done, or may have been, that set the
 * same on the same target: done now, they would come last, and the target would end as the manifest does not say.
 */
import { changedThings } from '../providers/changed-things.js';
import { changesIn } from './plan-reads.js';
import { countRepeatable, repeatable } from './row-reads.js';
import type { RunDatabase } from './run-database.js';
import { seenId, wholeChanges } from './stored-views.js';
import { numberColumn, textColumn } from './values.js';

export interface OvertakenRow {
  readonly number: number;
  /** The row that was done behind it, or may have been. */
  readonly by: number;
  /** Whether that is certain. */
  readonly isCertain: boolean;
  /** What both set, as {@link changedThings} names it. */
  readonly what: string;
}

/** Of a row, in SQL: it has set what it was to set, or may have set it, or a part of it. */
const mayBeDone = `(row.state IN ('succeeded', 'sending', 'unknown') OR row.state = 'pending' AND row.steps IS NOT NULL)`;

/** As far as it was read what rows change. In one pass over the rows on things that have such a row, from the last to the first. */
export function overtakenRows(database: RunDatabase): OvertakenRow[] {
  if (countRepeatable(database) === 0) return [];
  const thing = `CASE WHEN reading.number IS NULL THEN source.target ELSE kind.provider || ':' || ${seenId} END`;
  const from = `FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
    LEFT JOIN reading ON reading.number = row.number`;
  const rows = database
    .prepare(
      `SELECT row.number, ${thing} AS thing, ${mayBeDone} AS done, row.state = 'succeeded' AS certain, ${repeatable} AS open,
         coalesce(reread.changes, ${wholeChanges}) AS changes
       ${from} LEFT JOIN reread ON reread.number = row.number
       WHERE thing IN (SELECT ${thing} ${from} WHERE ${repeatable}) AND (done OR open)
       ORDER BY thing, row.number DESC`,
    )
    .iterate();
  const found: OvertakenRow[] = [];
  let last: string | null = null;
  /** By what rows behind set. */
  let set = new Map<string, Pick<OvertakenRow, 'by' | 'isCertain'>>();
  for (const row of rows) {
    const now = textColumn(row, 'thing');
    if (now !== last) set = new Map();
    last = now;
    const number = numberColumn(row, 'number') ?? 0;
    const things = changedThings(changesIn(textColumn(row, 'changes')));
    if (numberColumn(row, 'done') === 1) {
      const isCertain = numberColumn(row, 'certain') === 1;
      for (const one of things) set.set(one, { by: number, isCertain });
      continue;
    }
    const what = things.find((one) => set.has(one));
    const by = what === undefined ? undefined : set.get(what);
    if (what !== undefined && by !== undefined) found.push({ number, ...by, what });
  }
  return found;
}
