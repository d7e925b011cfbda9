/** The rows that go first, see `src/sitting/canary.ts`. */

import type { RunDatabase } from './run-database.js';
import type { RowState } from './status.js';
import { numberColumn, stateColumn, textColumn } from './values.js';

export interface CanaryRow {
  readonly number: number;
  readonly line: number;
  readonly state: RowState;
  readonly message: string | null;
}

/** Numbers of the first rows to do, in manifest order. */
export function firstPendingNumbers(database: RunDatabase, limit: number): number[] {
  return database
    .prepare(`SELECT number FROM row WHERE state = 'pending' ORDER BY number LIMIT ?`)
    .all(limit)
    .map((row) => numberColumn(row, 'number') ?? 0);
}

/** How many of the first rows to do each operation has. */
export function countFirstPending(
  database: RunDatabase,
  limit: number,
): ReadonlyArray<{ readonly provider: string; readonly operation: string; readonly rows: number }> {
  return database
    .prepare(
      `SELECT kind.provider, kind.operation, count(*) AS rows
       FROM (SELECT kind FROM row WHERE state = 'pending' ORDER BY number LIMIT ?) AS first
       JOIN kind ON kind.id = first.kind GROUP BY kind.provider, kind.operation`,
    )
    .all(limit)
    .map((row) => ({
      provider: textColumn(row, 'provider') ?? '',
      operation: textColumn(row, 'operation') ?? '',
      rows: numberColumn(row, 'rows') ?? 0,
    }));
}

/** Services that are needed to read these rows back. */
export function providersOf(database: RunDatabase, numbers: readonly number[]): string[] {
  return database
    .prepare(
      `SELECT DISTINCT kind.provider FROM row JOIN kind ON kind.id = row.kind
       WHERE row.number IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(numbers))
    .map((row) => textColumn(row, 'provider') ?? '');
}

/** How these rows stand, in manifest order. */
export function canaryRows(database: RunDatabase, numbers: readonly number[]): CanaryRow[] {
  return database
    .prepare(
      `SELECT row.number, source.line, row.state, row.message FROM row JOIN source ON source.number = row.number
       WHERE row.number IN (SELECT value FROM json_each(?)) ORDER BY row.number`,
    )
    .all(JSON.stringify(numbers))
    .map((row) => ({
      number: numberColumn(row, 'number') ?? 0,
      line: numberColumn(row, 'line') ?? 0,
      state: stateColumn(row),
      message: textColumn(row, 'message'),
    }));
}
