/** A run in the hands of this process: its folder, its lock, its state. */
import { BusyError, StateError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { countRowRequests } from '../state/row-reads.js';
import { createRunDatabase, openRunDatabase, type RunDatabase } from '../state/run-database.js';
import {
  createRunFolder,
  findRunFolder,
  folderAt,
  isRunLocked,
  lockRun,
  newRunId,
  type RunFolder,
  type RunLock,
  removeRunFolder,
} from '../state/run-folder.js';
import type { RunRecord } from '../state/run-record.js';
import { changeRunState, insertRun, readRun, updateRun } from '../state/run-records.js';
import type { Runtime } from './runtime.js';

export interface OpenRun {
  readonly folder: RunFolder;
  readonly database: RunDatabase;
  readonly lock: RunLock;
}

/**
 * Makes the folder and the state of a new run.
 * @param word goes into the id: the operation, or `mixed`.
 * @throws {StateError} when the state folder can't be written.
 */
export function createRun(
  runtime: Pick<Runtime, 'stateDir' | 'clock' | 'random'>,
  word: string,
  record: Omit<RunRecord, 'id' | 'createdAtMs' | 'folder'>,
): OpenRun {
  const createdAtMs = Math.round(runtime.clock.now());
  const folder = createRunFolder(runtime.stateDir, () => newRunId(createdAtMs, word, runtime.random));
  const { id } = folder;
  let lock: RunLock | null = null;
  let database: RunDatabase | null = null;
  try {
    lock = lockRun(folder);
    database = createRunDatabase(folder.database);
    insertRun(database, { ...record, id, createdAtMs, folder: folder.path });
    return { folder, database, lock };
  } catch (error) {
    database?.close();
    lock?.release();
    removeRunFolder(folder);
    throw withoutRun(error);
  }
}

/** The same error for a run that is gone with its folder: there is nothing to resume. */
export function withoutRun(error: unknown): unknown {
  if (!(error instanceof StateError) || (error.code !== 'DISK_FULL' && error.code !== 'DISK_ERROR')) return error;
  return new StateError(error.message, {
    where: error.where ?? undefined,
    code: error.code,
    fix: 'Free some space on that disk, and type the command again. Nothing was sent.',
    cause: error,
  });
}

/**
 * Takes an existing run in hand. A run whose process died is marked `interrupted` first.
 * @throws {BusyError} when another living process has it, or the one that it was copied from. @throws {UsageError} when there is no such run.
 */
export function openRun(stateDir: string, name: string): OpenRun {
  const folder = findRunFolder(stateDir, name);
  refuseCopyOfLiveRun(folder);
  const lock = lockRun(folder);
  let database: RunDatabase | null = null;
  try {
    database = openRunDatabase(folder.database, 'write');
    const { state, record } = readRun(database);
    if (record.folder !== folder.path) updateRun(database, { folder: folder.path });
    // Nobody holds the lock, so whoever was planning or running it is gone.
    if (state === 'running' || state === 'planning') {
      changeRunState(database, 'interrupted', {
        // What was sent in the last second before a crash was not counted, but by the rows that ended.
        requests: Math.max(record.requests, record.planRequests + countRowRequests(database)),
        stop: {
          reason: 'crash',
          message: 'The process that ran it ended without notice.',
          exitCode: exitCodes.stopped,
        },
      });
    }
    return { folder, database, lock };
  } catch (error) {
    database?.close();
    lock.release();
    throw error;
  }
}

/** A copy has a lock of its own, and would do again what the run that it was copied from is doing. */
function refuseCopyOfLiveRun(folder: RunFolder): void {
  const database = openRunDatabase(folder.database, 'read');
  let original: string | null;
  try {
    original = readRun(database).record.folder;
  } finally {
    database.close();
  }
  if (original === null || original === folder.path || !isRunLocked(folderAt(original))) return;
  throw new BusyError(`Run ${folder.id} is a copy of one that a process has in hand at its own place.`, {
    where: original,
    code: 'COPY_OF_LIVE',
    fix: 'Go on there; or end it first, and copy the folder again.',
  });
}

export function closeRun(run: OpenRun): void {
  run.database.close();
  run.lock.release();
}

/** Forgets a run that never got a plan: nothing of it is worth keeping. */
export function discardRun(run: OpenRun): void {
  closeRun(run);
  removeRunFolder(run.folder);
}
