/**
 * SHA-256 sums over what was planned for the rows, some hundreds at a time, for runs that are gone on with: states and
 * attempts change as a run goes, but what its rows are to send does not. Only parts with rows that are still to do are
 * compared, so that a run of which nearly all is done goes on at once. Like the sum over the whole plan they are kept in
 * the same file: they show slips and edits, not forgery.
 */
import { createHash } from 'node:crypto';
import type { RunRecord } from '../run/run-record.js';
import { lastingPart } from './plan-digest.js';
import type { RunDatabase } from './run-database.js';
import { numberColumn, textColumn } from './values.js';

const rowsOfPart = 500;

export interface RowSpan {
  readonly first: number;
  readonly last: number;
}

/** Takes the sums. Within the caller's transaction, when the plan stands. */
export function sealRows(database: RunDatabase, record: RunRecord): void {
  const store = database.prepare('INSERT OR REPLACE INTO seal (part, sum) VALUES (?, ?)');
  const last = numberColumn(database.prepare('SELECT max(number) AS last FROM source').get(), 'last') ?? 0;
  for (let part = 0; part * rowsOfPart <= last; part++) store.run(part, sumOf(database, record, part));
}

/** @returns the first rows that are to do and are not as they were planned; null when all are, or nothing tells. */
export function findBrokenSeal(database: RunDatabase, record: RunRecord): RowSpan | null {
  const sealed = new Map<number, string>();
  for (const row of database.prepare('SELECT part, sum FROM seal').iterate()) {
    sealed.set(numberColumn(row, 'part') ?? -1, textColumn(row, 'sum') ?? '');
  }
  // Made by a version that took no sums; a run that has begun must be able to end all the same.
  if (sealed.size === 0) return null;
  const open = database
    .prepare(
      `SELECT number / ${rowsOfPart} AS part FROM row WHERE state = 'pending'
       UNION SELECT number / ${rowsOfPart} FROM row WHERE state = 'sending' ORDER BY part`,
    )
    .all();
  for (const row of open) {
    const part = numberColumn(row, 'part') ?? -1;
    if (sealed.get(part) === sumOf(database, record, part)) continue;
    return { first: Math.max(1, part * rowsOfPart), last: (part + 1) * rowsOfPart - 1 };
  }
  return null;
}

/** Ids that a row takes of others are put in as the run goes, and its target is read then: neither was planned. */
function sumOf(database: RunDatabase, record: RunRecord, part: number): string {
  const hash = createHash('sha256').update(JSON.stringify(lastingPart(record)));
  const first = part * rowsOfPart;
  const wasRead = record.settings.look === 'all' ? 'source.template IS NULL' : '0';
  const rows = database.prepare(
    `SELECT json_array(source.number, source.line, kind.provider, kind.operation, source.cells, source.template,
       CASE WHEN source.template IS NULL THEN json_array(source.target, source.args) END,
       reading.read_at, reading.view, reading.prepared, reading.changes) AS text
     FROM source LEFT JOIN kind ON kind.id = source.kind
     LEFT JOIN reading ON reading.number = source.number AND ${wasRead}
     WHERE source.number >= ? AND source.number < ? ORDER BY source.number`,
  );
  const needs = database.prepare(
    `SELECT json_array(number, position, key, text, takes_id, on_row) AS text FROM dependency
     WHERE number >= ? AND number < ? ORDER BY number, position`,
  );
  for (const statement of [rows, needs]) {
    const texts = statement.all(first, first + rowsOfPart).map((row) => textColumn(row, 'text'));
    hash.update(texts.join('\n')).update('\n\n');
  }
  return hash.digest('hex');
}
