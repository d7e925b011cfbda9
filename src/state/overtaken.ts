/**
 * Rows that may be tried again, and behind which another row of the same run was done that set the same on the same
 * target: done now, they would come last, and the target would end as the manifest does not say.
 */
import { changedThings } from '../run/own-changes.js';
import { repeatable } from './row-reads.js';
import type { RunDatabase } from './run-database.js';
import { plannedChanges } from './twins.js';
import { numberColumn, textColumn } from './values.js';

export interface OvertakenRow {
  readonly number: number;
  /** The row that was done behind it. */
  readonly by: number;
  /** What both set, as {@link changedThings} names it; the operation, where nothing tells what the row was to change. */
  readonly thing: string;
}

export function overtakenRows(database: RunDatabase): OvertakenRow[] {
  const pairs = database
    .prepare(
      `WITH open AS (SELECT row.number, row.kind FROM row WHERE ${repeatable}),
         pair AS (
           SELECT open.number, open.kind, later.number AS later FROM open JOIN source ON source.number = open.number
             JOIN source AS later ON later.target = source.target AND later.number > open.number
           UNION
           SELECT open.number, open.kind, later.number FROM open JOIN reading ON reading.number = open.number
             JOIN reading AS later ON later.after_row = coalesce(reading.after_row, reading.number)
               AND later.number > open.number)
       SELECT pair.number, pair.later, kind.operation AS operation, done.operation AS later_operation
       FROM pair JOIN row ON row.number = pair.later AND row.state = 'succeeded'
         JOIN kind ON kind.id = pair.kind JOIN kind AS done ON done.id = row.kind
       ORDER BY pair.number, pair.later`,
    )
    .all();
  const found = new Map<number, OvertakenRow>();
  for (const pair of pairs) {
    const number = numberColumn(pair, 'number') ?? 0;
    const by = numberColumn(pair, 'later') ?? 0;
    const own = changedThings(plannedChanges(database, number));
    const set = new Set(changedThings(plannedChanges(database, by)));
    const operation = textColumn(pair, 'operation') ?? '';
    const isLike = own.length === 0 && operation === textColumn(pair, 'later_operation');
    const thing = own.find((one) => set.has(one)) ?? (isLike ? operation : undefined);
    if (thing !== undefined && !found.has(number)) found.set(number, { number, by, thing });
  }
  return [...found.values()];
}
