/** What a run had to do when it began to be executed, told afterwards. */
import type { RunDatabase } from './run-database.js';
import { numberColumn, textColumn } from './values.js';

export interface WorkCount {
  readonly provider: string;
  readonly operation: string;
  readonly rows: number;
  /** Of these, how many have targets that planning had read. */
  readonly read: number;
}

/** Rows that planning left to be done: those that ended since `startedAtMs`, and those that have not ended. */
export function countWork(database: RunDatabase, startedAtMs: number): WorkCount[] {
  return database
    .prepare(
      `SELECT kind.provider, kind.operation, count(*) AS rows, count(reading.number) AS read
       FROM row JOIN kind ON kind.id = row.kind LEFT JOIN reading ON reading.number = row.number
       WHERE row.finished_at >= ? OR row.state IN ('pending', 'sending', 'unknown') GROUP BY row.kind ORDER BY row.kind`,
    )
    .all(startedAtMs)
    .map((row) => ({
      provider: textColumn(row, 'provider') ?? '',
      operation: textColumn(row, 'operation') ?? '',
      rows: numberColumn(row, 'rows') ?? 0,
      read: numberColumn(row, 'read') ?? 0,
    }));
}
