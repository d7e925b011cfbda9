/** Where the targets of the rows to do are, for guards that look at the places as a whole. */
import type { JsonObject } from '../json.js';
import { wholeArgs } from './patterns.js';
import type { RunDatabase } from './run-database.js';
import { seenId, wholeView } from './stored-views.js';
import { jsonColumn, numberColumn, type RowPlace, rowPlace, textColumn } from './values.js';

/** A place with targets of rows that are to do. */
export interface TouchedPlace {
  readonly provider: string;
  /** Id of the list, run or project; null for targets that are in none, or of which it is not told. */
  readonly placeId: string | null;
  readonly place: string | null;
  /** Different targets, however many rows act on each. */
  readonly targets: number;
  readonly rows: number;
  readonly firstRow: number;
  readonly firstLine: number;
}

/** The places of targets that planning read, of the operations with the given ids of `kind`; the most touched first. */
export function touchedPlaces(database: RunDatabase, kinds: readonly number[]): TouchedPlace[] {
  return database
    .prepare(
      `SELECT kind.provider, (${wholeView}) ->> '$.placeId' AS place_id, (${wholeView}) ->> '$.place' AS place,
         count(DISTINCT ${seenId}) AS targets, count(*) AS rows, min(row.number) AS first, source.line
       FROM row JOIN kind ON kind.id = row.kind JOIN reading ON reading.number = row.number
         JOIN source ON source.number = row.number
       WHERE row.state = 'pending' AND row.kind IN (SELECT value FROM json_each(?))
       GROUP BY kind.provider, place_id ORDER BY targets DESC, first`,
    )
    .all(JSON.stringify(kinds))
    .map((row) => ({
      provider: textColumn(row, 'provider') ?? '',
      placeId: textColumn(row, 'place_id'),
      place: textColumn(row, 'place'),
      targets: numberColumn(row, 'targets') ?? 0,
      rows: numberColumn(row, 'rows') ?? 0,
      firstRow: numberColumn(row, 'first') ?? 0,
      firstLine: numberColumn(row, 'line') ?? 0,
    }));
}

/** The first rows that touch the place, in manifest order. */
export function rowsInPlace(
  database: RunDatabase,
  kinds: readonly number[],
  { provider, placeId }: Pick<TouchedPlace, 'provider' | 'placeId'>,
  limit: number,
): readonly RowPlace[] {
  return database
    .prepare(
      `SELECT row.number, source.line
       FROM row JOIN kind ON kind.id = row.kind JOIN reading ON reading.number = row.number
         JOIN source ON source.number = row.number
       WHERE row.state = 'pending' AND row.kind IN (SELECT value FROM json_each(?)) AND kind.provider = ?
         AND (${wholeView}) ->> '$.placeId' IS ? ORDER BY row.number LIMIT ?`,
    )
    .all(JSON.stringify(kinds), provider, placeId, limit)
    .map(rowPlace);
}

/** An operation of rows that are to do and whose targets were read, with one of these rows. */
export interface ReadKind {
  readonly kind: number;
  readonly provider: string;
  readonly operation: string;
  readonly args: JsonObject;
  readonly firstRow: number;
  readonly firstLine: number;
}

/** The kinds of rows to do, also of those whose targets were not read. */
export function kindsToDo(database: RunDatabase): Pick<ReadKind, 'kind' | 'provider' | 'operation'>[] {
  return database
    .prepare(
      `SELECT kind.id AS kind, kind.provider, kind.operation FROM kind
       WHERE EXISTS (SELECT 1 FROM row WHERE row.kind = kind.id AND row.state = 'pending')`,
    )
    .all()
    .map((row) => ({
      kind: numberColumn(row, 'kind') ?? 0,
      provider: textColumn(row, 'provider') ?? '',
      operation: textColumn(row, 'operation') ?? '',
    }));
}

export function readKinds(database: RunDatabase): ReadKind[] {
  return database
    .prepare(
      `SELECT first.kind, kind.provider, kind.operation, ${wholeArgs} AS args, source.line, first.number
       FROM (SELECT row.kind, min(row.number) AS number FROM row JOIN reading ON reading.number = row.number
             WHERE row.state = 'pending' GROUP BY row.kind) AS first
         JOIN kind ON kind.id = first.kind JOIN source ON source.number = first.number
       ORDER BY first.number`,
    )
    .all()
    .map((row) => ({
      kind: numberColumn(row, 'kind') ?? 0,
      provider: textColumn(row, 'provider') ?? '',
      operation: textColumn(row, 'operation') ?? '',
      args: jsonColumn(row, 'args'),
      firstRow: numberColumn(row, 'number') ?? 0,
      firstLine: numberColumn(row, 'line') ?? 0,
    }));
}
