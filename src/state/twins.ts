/** Rows of a plan that act on one thing, whatever they call it. */
import type { Change } from '../providers/operation.js';
import { changesIn } from './plan-reads.js';
import type { RunDatabase } from './run-database.js';
import { seenId, wholeChanges } from './stored-views.js';
import { numberColumn, textColumn } from './values.js';

/** A row whose target another row has too. */
export interface Twin {
  readonly number: number;
  readonly line: number;
  readonly provider: string;
  readonly operation: string;
  /** Equal for rows on one thing. */
  readonly thing: string;
  /** Equal for rows that call it by the same name. */
  readonly name: string;
  /** `already`: it was so when it was read. `refused`: it fails or is blocked. */
  readonly standing: 'to-do' | 'already' | 'refused';
}

/** Streams them by thing, those of one thing in manifest order. Call it once all targets are read. */
export function* twinRows(database: RunDatabase): Generator<Twin> {
  const rows = database
    .prepare(
      `WITH target AS MATERIALIZED (
         SELECT reading.number, source.line, kind.provider, kind.operation, row.state, source.target AS name,
           kind.provider || ':' || (${seenId}) AS thing
         FROM reading JOIN row ON row.number = reading.number JOIN kind ON kind.id = row.kind
           JOIN source ON source.number = reading.number
         WHERE row.state IN ('pending', 'failed', 'blocked') OR (row.state = 'skipped' AND row.outcome = 'already')),
       shared AS MATERIALIZED (
         SELECT thing FROM target GROUP BY thing HAVING count(*) > 1 AND sum(state = 'pending') > 0)
       SELECT target.* FROM shared JOIN target ON target.thing = shared.thing
       ORDER BY target.thing, target.number`,
    )
    .iterate();
  for (const row of rows) {
    yield {
      number: numberColumn(row, 'number') ?? 0,
      line: numberColumn(row, 'line') ?? 0,
      provider: textColumn(row, 'provider') ?? '',
      operation: textColumn(row, 'operation') ?? '',
      thing: textColumn(row, 'thing') ?? '',
      name: textColumn(row, 'name') ?? '',
      standing: standingOf(textColumn(row, 'state')),
    };
  }
}

function standingOf(state: string | null): Twin['standing'] {
  if (state === 'pending') return 'to-do';
  return state === 'skipped' ? 'already' : 'refused';
}

/** A row that was so already is to do after all: another row changes its target before. Within the caller's transaction. */
export function takeUpAgain(database: RunDatabase, number: number): void {
  database
    .prepare(
      `UPDATE row SET state = 'pending', outcome = NULL, message = NULL, finished_at = NULL
       WHERE number = ? AND state = 'skipped'`,
    )
    .run(number);
}

/**
 * What the rows before one changed on its target, as far as they were or may have been done; also those that changed it
 * along with another one, and not those that they changed along with it.
 * @param afterRow the first of them, as the row's reading names it.
 */
export function changesBefore(database: RunDatabase, number: number, afterRow: number): Change[] {
  // Each part by an index of its own: with OR between them all rows above would be gone through, for each row behind another.
  return database
    .prepare(
      `SELECT coalesce(reread.changes, ${wholeChanges}) AS changes
       FROM (SELECT behind AS number FROM turn WHERE turn.number = ?1
         UNION SELECT same.number
         FROM (SELECT ?2 AS number UNION ALL SELECT number FROM reading WHERE after_row = ?2 AND number < ?1) AS same
         WHERE NOT EXISTS (SELECT 1 FROM turn WHERE turn.number = same.number AND turn.behind = ?2)) AS before
       JOIN reading ON reading.number = before.number JOIN row ON row.number = reading.number
         LEFT JOIN reread ON reread.number = reading.number
       WHERE reading.number < ?1 AND row.state IN ('sending', 'succeeded', 'unknown') AND row.outcome IS NOT 'already'
       ORDER BY reading.number`,
    )
    .all(number, afterRow)
    .flatMap((row) => changesIn(textColumn(row, 'changes')));
}

/** What a row changes by the reading of its plan; empty where that was not foretold. */
export function plannedChanges(database: RunDatabase, number: number): Change[] {
  const row = database.prepare(`SELECT ${wholeChanges} AS changes FROM reading WHERE reading.number = ?`).get(number);
  return changesIn(textColumn(row, 'changes'));
}
