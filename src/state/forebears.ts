/** The runs in place of whose rows a run does its own: those that it tries again, and those that it takes back. */

import { ancestorsOf } from './kin.js';
import { readOther } from './read-other.js';
import type { RunDatabase } from './run-database.js';
import { lockHeirs, type RunLock, runFolder } from './run-folder.js';
import { listRunIds } from './run-ids.js';
import type { RunRecord } from './run-record.js';
import { readRun } from './run-records.js';
import { pendingUndo } from './taken-back.js';

/** The services of the runs that rows to do take back, as those runs knew them; null for a run that can't be read here. */
export function undoneServices(
  database: RunDatabase,
  stateDir: string,
): ReadonlyMap<string, RunRecord['services'] | null> {
  const services = new Map<string, RunRecord['services'] | null>();
  for (const { undoOf } of pendingUndo(database, readRun(database).record.columns)) {
    const { run } = undoOf;
    if (services.has(run)) continue;
    services.set(
      run,
      readOther(stateDir, run, (other) => readRun(other).record.services),
    );
  }
  return services;
}

/**
 * Keeps every other process from doing the same rows meanwhile. Of one order for all, so that no two wait for each other.
 * @throws {BusyError} when another one is at it.
 */
export function lockForebears(database: RunDatabase, stateDir: string): readonly RunLock[] {
  const { columns, sandbox } = readRun(database).record;
  if (sandbox) return [];
  const wanted = new Set(ancestorsOf(database, stateDir));
  for (const { undoOf } of pendingUndo(database, columns)) wanted.add(undoOf.run);
  if (wanted.size === 0) return [];
  const locks: RunLock[] = [];
  try {
    for (const id of listRunIds(stateDir)) if (wanted.has(id)) locks.push(lockHeirs(runFolder(stateDir, id)));
  } catch (error) {
    for (const lock of locks) lock.release();
    throw error;
  }
  return locks;
}
