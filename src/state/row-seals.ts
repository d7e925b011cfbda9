/**
 * SHA-256 sums over what was planned for the rows, some hundreds at a time, for runs that are gone on with: states and
 * attempts change as a run goes, but what its rows are to send does not. Only parts with rows that are still to do are
 * compared, so that a run of which nearly all is done goes on at once. Others are taken over what became of the rows, when
 * a sitting ends, for taking the run back. Like the sum over the whole plan they are kept in the same file: they show
 * slips and edits, not forgery.
 */
import { createHash } from 'node:crypto';
import { wholeArgs } from './patterns.js';
import { isSealed, lastingPart } from './plan-digest.js';
import type { RunDatabase } from './run-database.js';
import type { RunRecord } from './run-record.js';
import { keptBody, keptDictionary } from './snapshots.js';
import type { RowState } from './status.js';
import { seenId, wholeChanges, wholeView } from './stored-views.js';
import { bytesColumn, numberColumn, textColumn } from './values.js';

const rowsOfPart = 500;

export interface RowSpan {
  readonly first: number;
  readonly last: number;
}

/**
 * How a sum is taken, kept in front of it. `p:` all that follows; `s:` by a version that left out the operation that a row
 * is executed by, what is read again and what goes along; without a sign by one that left out snapshots too.
 */
const signs = { all: 'p:', snapshots: 's:', bare: '' } as const;
type Sign = (typeof signs)[keyof typeof signs];

function signOf(sum: string): Sign {
  return Object.values(signs).find((sign) => sum.startsWith(sign)) ?? signs.bare;
}

/** Takes the sums. Within the caller's transaction, when the plan stands. */
export function sealRows(database: RunDatabase, record: RunRecord): void {
  const store = database.prepare('INSERT OR REPLACE INTO seal (part, sum) VALUES (?, ?)');
  const last = numberColumn(database.prepare('SELECT max(number) AS last FROM source').get(), 'last') ?? 0;
  for (let part = 0; part * rowsOfPart <= last; part++) store.run(part, sumOf(database, record, part, signs.all));
}

/** @returns the first rows that are to do and are not as they were planned; null when all are, or nothing tells. */
export function findBrokenSeal(database: RunDatabase, record: RunRecord): RowSpan | null {
  const [first] = brokenSpans(database, record, ['pending', 'sending']);
  return first ?? null;
}

/**
 * The parts with rows that were done and are not as they were planned, or did not come to what they say; empty when all
 * did, or nothing tells.
 */
export function findBrokenDone(database: RunDatabase, record: RunRecord): RowSpan[] {
  const broken = new Map([...brokenSpans(database, record, ['succeeded'])].map((span) => [span.first, span]));
  for (const span of otherwiseEnded(database)) broken.set(span.first, span);
  return [...broken.values()].sort((one, other) => one.first - other.first);
}

/**
 * Takes the sums over what became of the rows, where there are none or rows came to an end since. Within the caller's
 * transaction.
 */
export function sealOutcomes(database: RunDatabase, sinceMs: number): void {
  const store = database.prepare('UPDATE seal SET outcomes = ? WHERE part = ?');
  const parts = database
    .prepare(
      `SELECT part FROM seal WHERE outcomes IS NULL
       UNION SELECT number / ${rowsOfPart} FROM row WHERE finished_at >= ?`,
    )
    .all(Math.round(sinceMs));
  for (const row of parts) {
    const part = numberColumn(row, 'part') ?? -1;
    store.run(outcomesOf(database, part), part);
  }
}

/** Before rows may come to another end: a sum that a crash leaves behind would accuse what was done since. */
export function unsealOutcomes(database: RunDatabase): void {
  database.exec(`UPDATE seal SET outcomes = NULL WHERE part IN
    (SELECT number / ${rowsOfPart} FROM row WHERE state IN ('pending', 'sending', 'unknown'))`);
}

function* otherwiseEnded(database: RunDatabase): Generator<RowSpan> {
  const sealed = database.prepare('SELECT part, outcomes FROM seal WHERE outcomes IS NOT NULL ORDER BY part').all();
  for (const row of sealed) {
    const part = numberColumn(row, 'part') ?? -1;
    if (textColumn(row, 'outcomes') !== outcomesOf(database, part)) yield spanOf(part);
  }
}

function outcomesOf(database: RunDatabase, part: number): string {
  const first = part * rowsOfPart;
  const texts = database
    .prepare(
      // Where it is null, as in runs of earlier versions, the sum is as those took it.
      `SELECT json_array(number, state, outcome, attempts, steps, requests, http_status, error_type, error_code, message,
         started_at, finished_at, created_id) || coalesce(',' || completed_at, '') AS text
       FROM row WHERE number >= ? AND number < ? ORDER BY number`,
    )
    .all(first, first + rowsOfPart)
    .map((row) => textColumn(row, 'text'));
  const rereads = database
    .prepare(
      `SELECT json_array(number, read_at, view, prepared, changes) AS text FROM reread
       WHERE number >= ? AND number < ? ORDER BY number`,
    )
    .all(first, first + rowsOfPart)
    .map((row) => textColumn(row, 'text'));
  return createHash('sha256')
    .update([...texts, ...rereads].join('\n'))
    .digest('hex');
}

function* brokenSpans(database: RunDatabase, record: RunRecord, states: readonly RowState[]): Generator<RowSpan> {
  if (hasTriggers(database)) {
    yield { first: 1, last: record.manifest.rows };
    return;
  }
  const sealed = new Map<number, string>();
  for (const row of database.prepare('SELECT part, sum FROM seal').iterate()) {
    sealed.set(numberColumn(row, 'part') ?? -1, textColumn(row, 'sum') ?? '');
  }
  // Made by a version that took no sums; a run that has begun must be able to end all the same.
  if (sealed.size === 0 && !isSealed(record)) return;
  const parts = states.map(
    (state) => `SELECT DISTINCT number / ${rowsOfPart} AS part FROM row WHERE state = '${state}'`,
  );
  for (const row of database.prepare(`${parts.join(' UNION ')} ORDER BY part`).all()) {
    const part = numberColumn(row, 'part') ?? -1;
    const sum = sealed.get(part) ?? '';
    if (sum === sumOf(database, record, part, signOf(sum))) continue;
    yield spanOf(part);
  }
}

/** Whether a file holds what acts by itself whenever something is written: taskbatch puts nothing of that kind there. */
function hasTriggers(database: RunDatabase): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'trigger' LIMIT 1").get() != null;
}

function spanOf(part: number): RowSpan {
  return { first: Math.max(1, part * rowsOfPart), last: (part + 1) * rowsOfPart - 1 };
}

/**
 * Ids that a row takes of others are put in as the run goes, and its target is read then, unless the row names it: neither
 * was planned.
 */
function sumOf(database: RunDatabase, record: RunRecord, part: number, sign: Sign): string {
  const hash = createHash('sha256').update(JSON.stringify(lastingPart(record)));
  const first = part * rowsOfPart;
  const wasRead =
    record.settings.look !== 'none' ? '(source.template IS NULL OR source.names_target IS NOT NULL)' : '0';
  const isAll = sign === signs.all;
  const rows = database.prepare(
    `SELECT json_array(source.number, source.line, kind.provider, kind.operation, source.cells, source.template,
       CASE WHEN source.template IS NULL THEN json_array(source.target, ${wholeArgs}) END,
       reading.read_at, ${wholeView}, reading.prepared, ${wholeChanges}${isAll ? ', done.provider, done.operation, reading.after_row' : ''}) AS text
     FROM source LEFT JOIN kind ON kind.id = source.kind
     LEFT JOIN row ON row.number = source.number LEFT JOIN kind AS done ON done.id = row.kind
     LEFT JOIN reading ON reading.number = source.number AND ${wasRead}
     WHERE source.number >= ? AND source.number < ? ORDER BY source.number`,
  );
  const needs = database.prepare(
    `SELECT json_array(number, position, key, text, takes_id, on_row) AS text, number AS at, 0 AS kind, position AS place
     FROM dependency WHERE number >= ?1 AND number < ?2
     UNION ALL SELECT json_array('turn', number, behind), number, 1, behind FROM turn WHERE number >= ?1 AND number < ?2
     ORDER BY at, kind, place`,
  );
  const along = database.prepare(
    `SELECT json_array(reading.number, part.id, part.updated) AS text
     FROM reading JOIN row ON row.number = reading.number JOIN kind ON kind.id = row.kind
     JOIN part ON part.provider = kind.provider AND part.whole = CAST(CASE WHEN reading.pattern IS NOT NULL OR json_valid(reading.view) THEN ${seenId} END AS TEXT)
     JOIN source ON source.number = reading.number AND ${wasRead}
     WHERE reading.number >= ? AND reading.number < ? ORDER BY reading.number, part.id`,
  );
  for (const statement of isAll ? [rows, needs, along] : [rows, needs]) {
    const texts = statement.all(first, first + rowsOfPart).map((row) => textColumn(row, 'text'));
    hash.update(texts.join('\n')).update('\n\n');
  }
  if (sign === signs.bare) return hash.digest('hex');
  const kept = `FROM source LEFT JOIN reading ON reading.number = source.number
    LEFT JOIN snapshot ON snapshot.number = source.number
    WHERE source.number >= ? AND source.number < ? AND ${wasRead} AND ${keptBody} IS NOT NULL`;
  for (const sql of [
    `SELECT source.number AS id, ${keptBody} AS body ${kept} ORDER BY source.number`,
    `SELECT id, body FROM snapshot_dictionary WHERE id IN (SELECT ${keptDictionary} ${kept}) ORDER BY id`,
  ]) {
    for (const row of database.prepare(sql).iterate(first, first + rowsOfPart)) {
      hash.update(`${numberColumn(row, 'id')}\n`).update(bytesColumn(row, 'body') ?? '');
    }
  }
  return `${sign}${hash.digest('hex')}`;
}
