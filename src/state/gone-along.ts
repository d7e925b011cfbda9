/** Rows on things that go with the targets of other rows, and what becomes of them: see `parts.ts`. */

import { actedOnId, goingAlong, type PartRow, partRow } from './parts.js';
import type { RunDatabase } from './run-database.js';
import type { RowState } from './status.js';
import { numberColumn, stateColumn, textColumn } from './values.js';

/** A row on a thing that goes with another row's target, and what has become of it. */
export interface PartEnd extends PartRow {
  readonly state: RowState;
  /** Why; null where that is not told. */
  readonly message: string | null;
}

/** Such a row of a run that is being done. */
export interface GoneAlong extends PartEnd {
  /** Of what it acts on; null where that is not known. */
  readonly id: string | null;
  /** When its last attempt began, and when it had ended, in Unix ms; null before that. */
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

/** Rows by what they act on, whatever became of them, as far as that is known by its id. */
const named = `named AS MATERIALIZED (
    SELECT row.number, kind.provider, kind.operation, row.state, row.outcome, row.message, ${actedOnId} AS id
    FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
    LEFT JOIN reading ON reading.number = row.number
    WHERE reading.number IS NOT NULL OR source.target IS NOT NULL)`;

/** Streams rows to do with rows that are not wanted on what goes with their targets, and that no other row of those kinds acts on. */
export function* rowsOnKeptParts(database: RunDatabase, kinds: readonly number[]): Generator<PartEnd> {
  const list = JSON.stringify(kinds);
  const rows = database
    .prepare(
      `${goingAlong}, ${named}
       SELECT named.provider, named.number, source.line, named.operation, along.number AS whole, named.state, named.message
       FROM along JOIN named ON named.provider = along.provider AND named.id = along.id
       JOIN source ON source.number = named.number
       WHERE (named.state IN ('blocked', 'failed') OR (named.state = 'skipped' AND named.outcome IS NOT 'already'))
         AND NOT EXISTS (SELECT 1 FROM target WHERE target.provider = along.provider AND target.id = along.id
           AND target.kind IN (SELECT value FROM json_each(?)))
       ORDER BY along.number, named.number`,
    )
    .iterate(list, list);
  for (const row of rows) yield partEnd(row);
}

/** A thing that goes with a row's target and that no row names. */
export interface UnnamedPart {
  readonly whole: number;
  readonly id: string;
  /** When it was changed last, as the service told; null where it did not. */
  readonly updated: string | null;
  /** After this time the row's target may not have been changed, in ms. */
  readonly unchangedSinceMs: number;
}

/** When things that are parts were changed last: `part` itself is found by wholes alone. */
const partTimes = `part_time AS MATERIALIZED (SELECT provider, id, max(updated) AS updated FROM part GROUP BY provider, id)`;

/** Such things of the given rows, as far as these say since when nothing may have changed. */
export function unnamedParts(
  database: RunDatabase,
  kinds: readonly number[],
  rows: readonly number[],
): readonly UnnamedPart[] {
  return database
    .prepare(
      `${goingAlong}, ${partTimes}
       SELECT along.number AS whole, along.id, part_time.updated, source.unchanged_since
       FROM along JOIN source ON source.number = along.number AND source.unchanged_since IS NOT NULL
       JOIN part_time ON part_time.provider = along.provider AND part_time.id = along.id
       WHERE along.number IN (SELECT value FROM json_each(?)) AND NOT EXISTS
         (SELECT 1 FROM target WHERE target.provider = along.provider AND target.id = along.id)
       ORDER BY along.number, along.id`,
    )
    .all(JSON.stringify(kinds), JSON.stringify(rows))
    .map((row) => ({
      whole: numberColumn(row, 'whole') ?? 0,
      id: textColumn(row, 'id') ?? '',
      updated: textColumn(row, 'updated'),
      unchangedSinceMs: numberColumn(row, 'unchanged_since') ?? 0,
    }));
}

/**
 * Notes the rows on all that goes with the targets of rows to do, for {@link rowsGoneAlong}: for as long as the database
 * is open. @returns whether there are any.
 */
export function noteGoneAlong(database: RunDatabase, kinds: readonly number[]): boolean {
  if (kinds.length === 0) return false;
  database.exec(
    `CREATE TEMP TABLE IF NOT EXISTS gone_along (whole INTEGER, number INTEGER, PRIMARY KEY (whole, number)) WITHOUT ROWID;
     DELETE FROM gone_along;`,
  );
  database
    .prepare(
      `INSERT OR IGNORE INTO gone_along ${goingAlong}, ${named}
       SELECT along.number, named.number FROM along
       JOIN named ON named.provider = along.provider AND named.id = along.id AND named.number <> along.number`,
    )
    .run(JSON.stringify(kinds));
  return database.prepare('SELECT 1 FROM gone_along LIMIT 1').get() != null;
}

/** The rows on what goes with a row's target, in manifest order, as they are now. */
export function rowsGoneAlong(database: RunDatabase, whole: number): readonly GoneAlong[] {
  return database
    .prepare(
      `SELECT kind.provider, row.number, source.line, kind.operation, gone_along.whole, row.state, row.message,
         ${actedOnId} AS id, row.started_at, row.finished_at
       FROM gone_along JOIN row ON row.number = gone_along.number JOIN kind ON kind.id = row.kind
       JOIN source ON source.number = row.number LEFT JOIN reading ON reading.number = row.number
       WHERE gone_along.whole = ? ORDER BY row.number`,
    )
    .all(whole)
    .map((row) => ({
      ...partEnd(row),
      id: textColumn(row, 'id'),
      startedAtMs: numberColumn(row, 'started_at'),
      finishedAtMs: numberColumn(row, 'finished_at'),
    }));
}

function partEnd(row: unknown): PartEnd {
  return { ...partRow(row), state: stateColumn(row), message: textColumn(row, 'message') };
}
