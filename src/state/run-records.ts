/** Reads and writes the run's own record and its events. */
import { StateError } from '../errors.js';
import type { RunDatabase } from './run-database.js';
import { type RunRecord, runRecordSchema } from './run-record.js';
import { type RunState, runMayChange, runStates } from './status.js';
import { parsedColumn, textColumn } from './values.js';

export interface StoredRun {
  readonly state: RunState;
  readonly record: RunRecord;
}

export function insertRun(database: RunDatabase, record: RunRecord): void {
  database.prepare("INSERT INTO run (only_one, state, record) VALUES (1, 'planning', ?)").run(JSON.stringify(record));
}

/** @throws {StateError} when the record is missing or no longer what taskbatch wrote. */
export function readRun(database: RunDatabase): StoredRun {
  const row = database.prepare('SELECT state, record FROM run').get();
  const state = runStates.find((known) => known === textColumn(row, 'state'));
  // To compile the schema takes longer than to read the record, and most commands read it once.
  const record = runRecordSchema.safeParse(parsedColumn(row, 'record'), { jitless: true });
  if (state === undefined || !record.success) {
    throw new StateError('The run record is missing or damaged.', {
      where: database.path,
      code: 'DAMAGED',
      fix: 'Plan the manifest again; nothing can be sent from this run.',
    });
  }
  return { state, record: record.data };
}

/** Changes fields of the record; the state stays. */
export function updateRun(database: RunDatabase, changes: Partial<RunRecord>): RunRecord {
  const { record } = readRun(database);
  const next = { ...record, ...changes };
  database.prepare('UPDATE run SET record = ?').run(JSON.stringify(next));
  return next;
}

/** Keeps what the run has used so far. Every second of a run; to read, check and write the whole record takes longer. */
export function keepSpent(
  database: RunDatabase,
  { activeMs, requests }: Pick<RunRecord, 'activeMs' | 'requests'>,
): void {
  database
    .prepare(`UPDATE run SET record = json_set(record, '$.activeMs', ?, '$.requests', ?)`)
    .run(activeMs, requests);
}

/**
 * Moves the run to another state, together with changes of its record.
 * @throws {StateError} when that change of state is not allowed.
 */
export function changeRunState(database: RunDatabase, to: RunState, changes: Partial<RunRecord> = {}): RunRecord {
  const { state, record } = readRun(database);
  if (!runMayChange(state, to)) {
    throw new StateError(`Run ${record.id} is ${state} and can't become ${to}.`, {
      where: database.path,
      code: 'RUN_STATE',
      fix: `See where it stands: taskbatch status ${record.id}`,
    });
  }
  const next = { ...record, ...changes };
  database.prepare('UPDATE run SET state = ?, record = ?').run(to, JSON.stringify(next));
  return next;
}

export function insertEvent(database: RunDatabase, atMs: number, kind: string, detail: string): void {
  database.prepare('INSERT INTO event (at, kind, detail) VALUES (?, ?, ?)').run(Math.round(atMs), kind, detail);
}
