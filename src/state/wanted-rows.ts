/** Which rows a plan has still to read, found by their targets. */
import { type WorkRow, workRows } from './row-reads.js';
import type { RunDatabase } from './run-database.js';
import { numberColumn, textColumn } from './values.js';

/**
 * Makes rows findable by their targets for as long as the database is open: on disk beside the run, since there may be
 * millions. @returns how many targets of the provider are not read yet.
 */
export function indexTargets(database: RunDatabase, provider: string): number {
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
      `SELECT count(DISTINCT source.target) AS targets FROM row JOIN kind ON kind.id = row.kind
       JOIN source ON source.number = row.number LEFT JOIN reading ON reading.number = row.number
       WHERE row.state = 'pending' AND kind.provider = ? AND source.target IS NOT NULL AND reading.number IS NULL`,
    )
    .get(provider);
  return numberColumn(counted, 'targets') ?? 0;
}

/** The rows on a target that are not read yet. {@link indexTargets} comes first. */
export function unreadRowsOn(database: RunDatabase, target: string): WorkRow[] {
  const rest = `JOIN by_target ON by_target.number = row.number
    WHERE by_target.target = ? AND row.state = 'pending' AND reading.number IS NULL ORDER BY row.number`;
  return workRows(database, rest, [target]);
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
