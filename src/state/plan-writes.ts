/** What planning stores: readings, snapshots, and rows that need no write. */
import type { JsonObject, JsonValue } from '../json.js';
import type { Change } from '../providers/operation.js';
import type { TargetView } from '../providers/target.js';
import type { RunDatabase } from './run-database.js';
import { writeSnapshot } from './snapshots.js';
import { storeView } from './stored-views.js';

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
  const { likeness, view } = storeView(database, reading.view);
  database
    .prepare(
      'INSERT OR REPLACE INTO reading (number, read_at, likeness, view, prepared, changes) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(
      reading.number,
      Math.round(reading.readAtMs),
      likeness,
      view,
      JSON.stringify(reading.prepared),
      JSON.stringify(reading.changes),
    );
  if (reading.raw !== null) writeSnapshot(database, reading.number, reading.raw);
}

/** Keeps that another row acts on the target of a row before it does. Within the caller's transaction. */
export function writeAfterRow(database: RunDatabase, number: number, afterRow: number): void {
  database.prepare('UPDATE reading SET after_row = ? WHERE number = ?').run(afterRow, number);
}
