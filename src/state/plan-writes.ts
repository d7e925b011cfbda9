/** What planning stores: readings, snapshots, and rows that need no write. */
import type { JsonObject, JsonValue } from '../json.js';
import type { Change } from '../providers/operation.js';
import type { TargetView } from '../providers/target.js';
import type { RunDatabase } from './run-database.js';
import { packSnapshot, type SnapshotRow } from './snapshots.js';
import { namesSeen, storeView, type ViewRow } from './stored-views.js';
import { numberColumn, textColumn } from './values.js';

export interface StoredReading {
  readonly number: number;
  readonly readAtMs: number;
  readonly view: TargetView;
  readonly prepared: JsonObject;
  readonly changes: readonly Change[];
  /** The target as the service sent it; null when no snapshot is wanted. */
  readonly raw: JsonValue | null;
}

/** Keeps what planning read of a row's target. Within the caller's transaction. */
export function writeReading(database: RunDatabase, reading: StoredReading): void {
  const row = findSourceRow(database, reading.number);
  const stored = storeView(database, row, reading.view, reading.changes);
  const snapshot =
    reading.raw === null
      ? null
      : packSnapshot(database, row, { ...stored, ...namesSeen(reading.view, stored) }, reading.raw);
  database
    .prepare(
      `INSERT OR REPLACE INTO reading
         (number, read_at, view, prepared, changes, pattern, id, title, title_cell, created, updated, due,
          changes_pattern, dictionary, snapshot)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      reading.number,
      Math.round(reading.readAtMs),
      stored.view,
      JSON.stringify(reading.prepared),
      stored.changes,
      stored.pattern,
      stored.id,
      stored.title,
      stored.titleCell,
      stored.created,
      stored.updated,
      stored.due,
      stored.changesPattern,
      snapshot?.dictionary ?? null,
      snapshot?.body ?? null,
    );
}

function findSourceRow(database: RunDatabase, number: number): ViewRow & SnapshotRow {
  const row = database
    .prepare('SELECT kind, cells, CASE WHEN template IS NULL THEN target END AS key FROM source WHERE number = ?')
    .get(number);
  return {
    kind: numberColumn(row, 'kind') ?? 0,
    cells: textColumn(row, 'cells') ?? '[]',
    key: textColumn(row, 'key'),
  };
}

/** Keeps that another row acts on the target of a row before it does. Within the caller's transaction. */
export function writeAfterRow(database: RunDatabase, number: number, afterRow: number): void {
  database.prepare('UPDATE reading SET after_row = ? WHERE number = ?').run(afterRow, number);
}

/**
 * Another row changes the target before: what the row is to change is foretold anew. Within the caller's transaction. Where
 * the snapshot rests on how the changes are kept, they stay as they are: a view that is kept whole, beside changes that are
 * not.
 */
export function writeChanges(database: RunDatabase, number: number, changes: readonly Change[]): void {
  database
    .prepare(
      `UPDATE reading SET changes = ?, changes_pattern = NULL
       WHERE number = ? AND (pattern IS NOT NULL OR changes_pattern IS NULL OR snapshot IS NULL)`,
    )
    .run(JSON.stringify(changes), number);
}

/** A row will not be done after all: nothing is changed by it, and no snapshot is needed. Within the caller's transaction. */
export function forgetChanges(database: RunDatabase, number: number): void {
  database
    .prepare(
      `UPDATE reading SET changes = '[]', changes_pattern = NULL, snapshot = NULL, dictionary = NULL WHERE number = ?`,
    )
    .run(number);
}
