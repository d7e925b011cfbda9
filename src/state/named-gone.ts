/** Rows that name a thing beside their target which another row deletes. */

import { actedOnId } from './parts.js';
import { wholeArgs } from './patterns.js';
import type { RunDatabase } from './run-database.js';
import { numberColumn, type RowPlace } from './values.js';

/** A row that names it, and the one that deletes it. */
export interface NamedGone {
  readonly naming: RowPlace;
  readonly deleting: RowPlace;
}

/**
 * Such pairs of rows to do, of one service.
 * @param kind the id of the kind of rows that name it. @param column where. @param deleting ids of the kinds that delete.
 */
export function rowsNamingGone(
  database: RunDatabase,
  kind: number,
  column: string,
  deleting: readonly number[],
): NamedGone[] {
  return database
    .prepare(
      `WITH gone AS MATERIALIZED (
         SELECT row.number, source.line, kind.provider, ${actedOnId} AS id
         FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
         LEFT JOIN reading ON reading.number = row.number
         WHERE row.state = 'pending' AND row.kind IN (SELECT value FROM json_each(?1)))
       SELECT row.number, source.line, gone.number AS deleting, gone.line AS deleting_line
       FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
         JOIN gone ON gone.provider = kind.provider AND gone.id = CAST((${wholeArgs}) ->> ('$.' || ?2) AS TEXT)
       WHERE row.state = 'pending' AND row.kind = ?3 ORDER BY row.number`,
    )
    .all(JSON.stringify(deleting), column, kind)
    .map((row) => ({
      naming: { number: numberColumn(row, 'number') ?? 0, line: numberColumn(row, 'line') ?? 0 },
      deleting: { number: numberColumn(row, 'deleting') ?? 0, line: numberColumn(row, 'deleting_line') ?? 0 },
    }));
}
