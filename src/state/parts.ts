/** What goes with the targets of a plan when they are deleted: their subtasks, or the tasks of a run. */
import type { CatalogueEntry, FindEntry } from '../providers/provider.js';
import type { TargetView } from '../providers/target.js';
import { namedId } from './patterns.js';
import { kindsToDo } from './place-reads.js';
import type { RunDatabase } from './run-database.js';
import { seenId, wholeView } from './stored-views.js';
import { numberColumn, type RowPlace, rowPlace, textColumn } from './values.js';

/** Keeps what a target is a part of, and what is a part of it. Within the caller's transaction. */
export function writeParts(
  database: RunDatabase,
  provider: string,
  target: TargetView,
  parts: readonly TargetView[],
): void {
  if (target.partOf.length === 0 && parts.length === 0) return;
  const insert = database.prepare(
    'INSERT OR REPLACE INTO part (provider, whole, id, updated, place) VALUES (?, ?, ?, ?, ?)',
  );
  for (const { id, partOf, updated, placeId } of [target, ...parts]) {
    for (const whole of partOf) insert.run(provider, whole, id, updated, placeId ?? '');
  }
  for (const { id, updated, placeId } of parts) insert.run(provider, target.id, id, updated, placeId ?? '');
}

/** Keeps that a row makes a thing a part of another one. Within the caller's transaction. */
export function writeJoining(database: RunDatabase, number: number, provider: string, whole: string): void {
  database
    .prepare('INSERT OR REPLACE INTO joining (number, provider, whole) VALUES (?, ?, ?)')
    .run(number, provider, whole);
}

/** What is known to go with a thing, by id, and when each was changed last. */
export function knownParts(database: RunDatabase, provider: string, whole: string): Map<string, string | null> {
  const rows = database.prepare('SELECT id, updated FROM part WHERE provider = ? AND whole = ?').all(provider, whole);
  return new Map(rows.map((row) => [textColumn(row, 'id') ?? '', textColumn(row, 'updated')]));
}

/** The places where that was, by its id, by theirs; empty for none, null where that was not kept. */
export function knownPlaces(database: RunDatabase, provider: string, whole: string): Map<string, string | null> {
  const rows = database.prepare('SELECT id, place FROM part WHERE provider = ? AND whole = ?').all(provider, whole);
  return new Map(rows.map((row) => [textColumn(row, 'id') ?? '', textColumn(row, 'place')]));
}

/** The things that rows made or acted on which were sent. */
export function thingsOfRows(database: RunDatabase, provider: string): Set<string> {
  const rows = database
    .prepare(
      `SELECT row.created_id, ${actedOnId} AS id FROM row JOIN kind ON kind.id = row.kind
       JOIN source ON source.number = row.number LEFT JOIN reading ON reading.number = row.number
       WHERE kind.provider = ? AND row.attempts > 0`,
    )
    .all(provider);
  return new Set(
    rows.flatMap((row) =>
      [textColumn(row, 'id'), ...(textColumn(row, 'created_id') ?? '').split(';')].flatMap((id) => id ?? []),
    ),
  );
}

/** Whether planning was told of any part of anything. */
export function hasParts(database: RunDatabase): boolean {
  return database.prepare('SELECT 1 FROM part LIMIT 1').get() != null;
}

/** The ids of the kinds of rows to do whose targets take their parts along; none where there are no parts. */
export function takingAlong(database: RunDatabase, entry: FindEntry): number[] {
  return hasParts(database) ? takingKinds(database, entry) : [];
}

/** The same of rows that reach parts of their targets, also where those are changed and not deleted. */
export function reachingParts(database: RunDatabase, entry: FindEntry): number[] {
  return hasParts(database) ? kindsWhere(database, entry, ({ mayReachParts }) => mayReachParts) : [];
}

export function takingKinds(database: RunDatabase, entry: FindEntry): number[] {
  return kindsWhere(database, entry, ({ takesAlong }) => takesAlong);
}

function kindsWhere(database: RunDatabase, entry: FindEntry, holds: (entry: CatalogueEntry) => boolean): number[] {
  return kindsToDo(database)
    .filter(({ provider, operation }) => holds(entry(provider, operation)))
    .map(({ kind }) => kind);
}

/** Whether any row makes a thing a part of another one. */
export function hasJoining(database: RunDatabase): boolean {
  return database.prepare('SELECT 1 FROM joining LIMIT 1').get() != null;
}

/** The target's id as the row has it, where planning read nothing: of a row that is left out, or that another row has brought it since. */
const writtenId = `CASE WHEN ${namedId} LIKE 'run:%' THEN substr(${namedId}, 5) ELSE ${namedId} END`;

/** What a row acts on, in SQL: of one type with part.id, else no index serves, and every part is compared with every target. */
export const actedOnId = `CAST(coalesce(${seenId}, ${writtenId}) AS TEXT)`;

/** Rows that delete or change a thing, and all that goes with it, by its id and that of its place. `?` = the ids of their kinds. */
export const goingAlong = `WITH RECURSIVE
  target AS MATERIALIZED (
    SELECT row.number, row.kind, kind.provider, ${actedOnId} AS id
    FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
    LEFT JOIN reading ON reading.number = row.number
    WHERE row.state IN ('pending', 'sending') AND (reading.number IS NOT NULL OR source.target IS NOT NULL)),
  along (number, provider, id) AS (
    SELECT target.number, target.provider, part.id
    FROM target JOIN part ON part.provider = target.provider AND part.whole = target.id
    WHERE target.kind IN (SELECT value FROM json_each(?))
    UNION
    SELECT along.number, along.provider, part.id
    FROM along JOIN part ON part.provider = along.provider AND part.whole = along.id)`;

/** Things that go and are the target of no row that is to do. */
const unnamed = `FROM along WHERE NOT EXISTS
  (SELECT 1 FROM target WHERE target.provider = along.provider AND target.id = along.id)`;

/** @param kinds ids of the kinds of rows that reach the parts of their targets. */
export function countGoingAlong(database: RunDatabase, kinds: readonly number[]): number {
  const row = database
    .prepare(`${goingAlong} SELECT count(*) AS things FROM (SELECT DISTINCT provider, id ${unnamed})`)
    .get(JSON.stringify(kinds));
  return numberColumn(row, 'things') ?? 0;
}

/** How many rows there are with whose targets such things go, and the first of them in manifest order. */
export function rowsTakingAlong(
  database: RunDatabase,
  kinds: readonly number[],
  most: number,
): { readonly rows: number; readonly first: readonly RowPlace[] } {
  const found = database
    .prepare(
      `${goingAlong} SELECT source.number, source.line, count(*) OVER () AS rows
       FROM (SELECT DISTINCT number ${unnamed}) AS taking
       JOIN source ON source.number = taking.number ORDER BY source.number LIMIT ?`,
    )
    .all(JSON.stringify(kinds), most);
  return { rows: numberColumn(found[0], 'rows') ?? 0, first: found.map(rowPlace) };
}

/** The same by the place of what takes them along; a thing that goes with targets of two places counts for the first. */
export function goingAlongByPlace(
  database: RunDatabase,
  kinds: readonly number[],
): ReadonlyArray<{ readonly provider: string; readonly placeId: string | null; readonly things: number }> {
  return database
    .prepare(
      `${goingAlong} SELECT gone.provider, (${wholeView}) ->> '$.placeId' AS place_id, count(*) AS things
       FROM (SELECT min(number) AS number, provider, id ${unnamed} GROUP BY provider, id) AS gone
       JOIN reading ON reading.number = gone.number GROUP BY gone.provider, place_id`,
    )
    .all(JSON.stringify(kinds))
    .map((row) => ({
      provider: textColumn(row, 'provider') ?? '',
      placeId: textColumn(row, 'place_id'),
      things: numberColumn(row, 'things') ?? 0,
    }));
}

/** A row that is to do, and another whose target would take that of the first along. */
export interface PartRow {
  readonly provider: string;
  readonly number: number;
  readonly line: number;
  readonly operation: string;
  /** The row that deletes the whole. */
  readonly whole: number;
}

/** Streams such pairs, by the row that takes along; those of which it waits for the other are none. */
export function* rowsOnParts(database: RunDatabase, kinds: readonly number[]): Generator<PartRow> {
  const rows = database
    .prepare(
      `${goingAlong} SELECT target.provider, target.number, source.line, kind.operation, along.number AS whole
       FROM along JOIN target ON target.provider = along.provider AND target.id = along.id
       JOIN kind ON kind.id = target.kind JOIN source ON source.number = target.number
       WHERE NOT EXISTS (SELECT 1 FROM dependency WHERE dependency.number = along.number AND on_row = target.number)
       ORDER BY along.number, target.number`,
    )
    .iterate(JSON.stringify(kinds));
  for (const row of rows) yield partRow(row);
}

/** Streams rows that make a thing a part of what a row deletes, or of what goes with that; also where one waits. */
export function* rowsJoining(database: RunDatabase, kinds: readonly number[]): Generator<PartRow> {
  const rows = database
    .prepare(
      `${goingAlong}, gone AS MATERIALIZED (
         SELECT number, provider, id FROM along
         UNION SELECT number, provider, id FROM target WHERE kind IN (SELECT value FROM json_each(?)))
       SELECT joining.provider, joining.number, source.line, kind.operation, gone.number AS whole
       FROM joining JOIN row ON row.number = joining.number AND row.state = 'pending'
       JOIN gone ON gone.provider = joining.provider AND gone.id = joining.whole
       JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
       ORDER BY gone.number, joining.number`,
    )
    .iterate(JSON.stringify(kinds), JSON.stringify(kinds));
  for (const row of rows) yield partRow(row);
}

/** Numbers of rows whose targets go along with those of others, while the thing that they are a part of is no row's target. */
export function rowsLostAbove(database: RunDatabase, kinds: readonly number[]): readonly number[] {
  const list = JSON.stringify(kinds);
  return database
    .prepare(
      `${goingAlong} SELECT DISTINCT along.id, target.number FROM along
       JOIN target ON target.provider = along.provider AND target.id = along.id AND target.number <> along.number
       JOIN reading ON reading.number = target.number
       WHERE target.kind IN (SELECT value FROM json_each(?)) AND NOT EXISTS
         (SELECT 1 FROM target AS above
          WHERE above.provider = target.provider AND above.id = CAST(${wholeView} ->> '$.partOf[0]' AS TEXT))`,
    )
    .all(list, list)
    .flatMap((row) => numberColumn(row, 'number') ?? []);
}

export function partRow(row: unknown): PartRow {
  return {
    provider: textColumn(row, 'provider') ?? '',
    number: numberColumn(row, 'number') ?? 0,
    line: numberColumn(row, 'line') ?? 0,
    operation: textColumn(row, 'operation') ?? '',
    whole: numberColumn(row, 'whole') ?? 0,
  };
}
