/**
 * Targets that were found otherwise than planned just before their rows' writes, and were written to all the same: what
 * the plan saw stays as it was approved, and taking a row back rests on what there was when it was done. Also those that
 * may not have been changed since some time and that another row of the run changed before.
 */
import type { JsonObject } from '../json.js';
import type { Change } from '../providers/operation.js';
import type { TargetView } from '../providers/target.js';
import { parseTargetView } from '../providers/target-view.js';
import { changesIn } from './plan-reads.js';
import type { RunDatabase } from './run-database.js';
import { jsonColumn, numberColumn, textColumn } from './values.js';

export interface Reread {
  /** Wall clock in ms. */
  readonly atMs: number;
  readonly view: TargetView;
  readonly prepared: JsonObject;
  /** What the write is to change. */
  readonly changes: readonly Change[];
}

/** Null where the target is as planned: what an earlier sitting found before it was stopped counts no longer. */
export function writeReread(database: RunDatabase, number: number, reread: Reread | null): void {
  if (reread === null) {
    database.prepare('DELETE FROM reread WHERE number = ?').run(number);
    return;
  }
  const { atMs, view, prepared, changes } = reread;
  database
    .prepare('INSERT OR REPLACE INTO reread (number, read_at, view, prepared, changes) VALUES (?, ?, ?, ?, ?)')
    .run(number, Math.round(atMs), JSON.stringify(view), JSON.stringify(prepared), JSON.stringify(changes));
}

export function findReread(database: RunDatabase, number: number): Reread | null {
  const row = database.prepare('SELECT read_at, view, prepared, changes FROM reread WHERE number = ?').get(number);
  const atMs = numberColumn(row, 'read_at');
  if (atMs === null) return null;
  return {
    atMs,
    view: parseTargetView(jsonColumn(row, 'view')),
    prepared: jsonColumn(row, 'prepared'),
    changes: changesIn(textColumn(row, 'changes')),
  };
}
