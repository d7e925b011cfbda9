/** What summaries and status pages are made of: grouped reads over all rows. */

import type { RunDatabase } from './run-database.js';
import type { RowState } from './status.js';
import { numberColumn, type RowPlace, rowPlace, stateColumn, textColumn } from './values.js';

/** Rows that did not succeed for the same reason. */
export interface ReasonGroup {
  readonly state: RowState;
  readonly errorType: string | null;
  readonly errorCode: string | null;
  readonly rows: number;
  /** The first of them, for looking it up. */
  readonly firstRow: number;
  readonly firstLine: number;
  readonly message: string;
  readonly suggestedAction: string | null;
}

/** The commonest reasons among rows of the given states, most rows first. */
export function reasonGroups(database: RunDatabase, states: readonly RowState[], limit: number): ReasonGroup[] {
  const list = states.map((state) => `'${state}'`).join(', ');
  return database
    .prepare(
      `SELECT row.state, row.error_type, row.error_code, count(*) AS rows, min(row.number) AS first,
         source.line, row.message, row.suggested_action
       FROM row JOIN source ON source.number = row.number WHERE row.state IN (${list})
       GROUP BY row.state, row.error_type, row.error_code,
         CASE WHEN row.error_code IS NULL THEN row.message END
       ORDER BY rows DESC, first LIMIT ?`,
    )
    .all(limit)
    .map((row) => ({
      state: stateColumn(row),
      errorType: textColumn(row, 'error_type'),
      errorCode: textColumn(row, 'error_code'),
      rows: numberColumn(row, 'rows') ?? 0,
      firstRow: numberColumn(row, 'first') ?? 0,
      firstLine: numberColumn(row, 'line') ?? 0,
      message: textColumn(row, 'message') ?? '',
      suggestedAction: textColumn(row, 'suggested_action'),
    }));
}

/** The first rows that ended in a state with a code, in manifest order. */
export function firstRowsWith(
  database: RunDatabase,
  state: RowState,
  errorCode: string,
  limit: number,
): readonly RowPlace[] {
  return database
    .prepare(
      `SELECT row.number, source.line FROM row JOIN source ON source.number = row.number
       WHERE row.state = ? AND row.error_code = ? ORDER BY row.number LIMIT ?`,
    )
    .all(state, errorCode, limit)
    .map(rowPlace);
}

/** Rows that are to do, in manifest order, without the first `skipped` of them. */
export function pendingRowsFrom(database: RunDatabase, skipped: number, limit: number): readonly RowPlace[] {
  return database
    .prepare(
      `SELECT row.number, source.line FROM row JOIN source ON source.number = row.number
       WHERE row.state = 'pending' ORDER BY row.number LIMIT ? OFFSET ?`,
    )
    .all(limit, skipped)
    .map(rowPlace);
}

/** How many rows each service still has to send or to settle; services without any are left out. */
export function countOpenRows(database: RunDatabase): ReadonlyMap<string, number> {
  const rows = database
    .prepare(
      `SELECT kind.provider, sum(counted.rows) AS rows FROM
         (SELECT kind, count(*) AS rows FROM row WHERE state = 'pending' GROUP BY kind
          UNION ALL SELECT kind, count(*) AS rows FROM row WHERE state = 'sending' GROUP BY kind) AS counted
       JOIN kind ON kind.id = counted.kind GROUP BY kind.provider ORDER BY kind.provider`,
    )
    .all();
  return new Map(rows.map((row) => [textColumn(row, 'provider') ?? '', numberColumn(row, 'rows') ?? 0]));
}

/** Rows that came to their end from `fromMs` to `toMs` (wall clock); what a clock that was set back left ahead is not counted. */
export function rowsFinishedBetween(database: RunDatabase, fromMs: number, toMs: number): number {
  const row = database
    .prepare('SELECT count(*) AS rows FROM row WHERE finished_at BETWEEN ? AND ?')
    .get(Math.round(fromMs), Math.round(toMs));
  return numberColumn(row, 'rows') ?? 0;
}
