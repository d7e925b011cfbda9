/** Which rows a plan has still to read, found by their targets. */
import { type WorkRow, workRows } from './row-reads.js';
import type { RunDatabase } from './run-database.js';
import { numberColumn, textColumn } from './values.js';

/** What planning has still to read of a service. */
export interface UnreadCount {
  readonly targets: number;
  /** The first row whose target is not known, or that makes something; null when there is none. */
  readonly firstWithout: number | null;
}

/**
 * Makes rows findable by their targets for as long as the database is open: on disk beside the run, since there may be
 * millions. @returns what of the provider is not read yet.
 */
export function indexTargets(database: RunDatabase, provider: string): UnreadCount {
  database.exec(
    'CREATE TEMP TABLE IF NOT EXISTS by_target (target TEXT, number INTEGER, PRIMARY KEY (target, number)) WITHOUT ROWID',
  );
  database
    .prepare(
      `INSERT OR IGNORE INTO by_target SELECT source.target, source.number FROM source
       JOIN kind ON kind.id = source.kind WHERE source.target IS NOT NULL AND kind.provider = ?`,
    )
    .run(provider);
  const counted = database
    .prepare(
      `SELECT count(DISTINCT source.target) AS targets, min(iif(source.target IS NULL, row.number, NULL)) AS first_without
       FROM row JOIN kind ON kind.id = row.kind
       JOIN source ON source.number = row.number LEFT JOIN reading ON reading.number = row.number
       WHERE row.state = 'pending' AND kind.provider = ? AND reading.number IS NULL`,
    )
    .get(provider);
  return { targets: numberColumn(counted, 'targets') ?? 0, firstWithout: numberColumn(counted, 'first_without') };
}

/** The last row above another one that is to do on a target; null when there is none. {@link indexTargets} comes first. */
export function lastRowAbove(
  database: RunDatabase,
  target: string,
  number: number,
): { readonly number: number; readonly operation: string } | null {
  const found = database
    .prepare(
      `SELECT row.number, kind.operation FROM by_target JOIN row ON row.number = by_target.number
         JOIN kind ON kind.id = row.kind
       WHERE by_target.target = ? AND by_target.number < ? AND row.state = 'pending'
       ORDER BY by_target.number DESC LIMIT 1`,
    )
    .get(target, number);
  const row = numberColumn(found, 'number');
  return row === null ? null : { number: row, operation: textColumn(found, 'operation') ?? '' };
}

/**
 * The rows on a target that are to do, in manifest order, `limit` at most behind row `after`: also those that are read,
 * since they decide how those behind them find it. {@link indexTargets} comes first.
 */
export function rowsToDoOn(database: RunDatabase, target: string, after: number, limit: number): WorkRow[] {
  const rest = `JOIN by_target ON by_target.number = row.number
    WHERE by_target.target = ? AND by_target.number > ? AND row.state = 'pending' ORDER BY by_target.number LIMIT ?`;
  return workRows(database, rest, [target, after, limit]);
}

/** Whether rows name a target: `open` while one of them is not read, `read` when all are; null when none does. */
export function standingOf(database: RunDatabase, target: string): 'open' | 'read' | null {
  const found = database
    .prepare(
      `SELECT max(row.state = 'pending' AND reading.number IS NULL) AS open, min(by_target.target) AS target
       FROM by_target JOIN row ON row.number = by_target.number LEFT JOIN reading ON reading.number = row.number
       WHERE by_target.target = ?`,
    )
    .get(target);
  if (textColumn(found, 'target') === null) return null;
  return numberColumn(found, 'open') === 1 ? 'open' : 'read';
}
