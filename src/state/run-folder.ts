/** Where runs live on disk: `<state folder>/runs/<run id>/`, readable by their owner only. */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BusyError, messageOf, StateError, systemCodeOf, UsageError } from '../errors.js';
import { listRunIds } from './run-ids.js';
import { type Database, openSqlite } from './sqlite.js';

export interface RunFolder {
  readonly id: string;
  readonly path: string;
  readonly database: string;
  readonly log: string;
  file(name: string): string;
}

/** `20261122-0530-delete-7f3a`: sorts by time (UTC) and can be typed. `word` is the operation, or `mixed`. */
export function newRunId(nowMs: number, word: string, random: () => number): string {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]/g, '');
  const name =
    word
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'run';
  const tail = Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `${stamp.slice(0, 8)}-${stamp.slice(9, 13)}-${name}-${tail}`;
}

export function runFolder(stateDir: string, id: string): RunFolder {
  return folderAt(join(stateDir, 'runs', id));
}

/** The folder at a path; its name is the run's id. */
export function folderAt(path: string): RunFolder {
  return {
    id: basename(path),
    path,
    database: join(path, 'run.db'),
    log: join(path, 'run.log'),
    file: (name) => join(path, name),
  };
}

/** Ids of one minute have 65,536 ends; another process may begin a run at the same moment. */
const mostIdsTried = 100;

/**
 * Makes the folder of a new run.
 * @param newId asked again while there is such a run already.
 * @throws {StateError} when the state folder can't be written.
 */
export function createRunFolder(stateDir: string, newId: () => string): RunFolder {
  let folder = runFolder(stateDir, newId());
  try {
    mkdirSync(join(stateDir, 'runs'), { recursive: true, mode: 0o700 });
    for (let tries = 1; !isMade(folder, tries === mostIdsTried); tries += 1) folder = runFolder(stateDir, newId());
    chmodSync(folder.path, 0o700);
    writeFileSync(folder.log, '', { mode: 0o600 });
  } catch (error) {
    throw new StateError(`The state folder can't be written: ${messageOf(error)}.`, {
      where: stateDir,
      code: 'NOT_WRITABLE',
      fix: 'Check the rights and the free space of that folder, or choose another one with --state-dir.',
      cause: error,
    });
  }
  return folder;
}

/** @returns false where another run has that folder. @throws for any other reason, and for that too on the last try. */
function isMade({ path }: RunFolder, isLast: boolean): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (isLast || systemCodeOf(error) !== 'EEXIST') throw error;
    return false;
  }
}

export function removeRunFolder(folder: RunFolder): void {
  rmSync(folder.path, { recursive: true, force: true });
}

/**
 * The folder of the run that a person named: its whole id, or a part of it that only one run has.
 * @throws {UsageError} when no run or several fit.
 */
export function findRunFolder(stateDir: string, name: string): RunFolder {
  const ids = listRunIds(stateDir);
  const fitting = ids.includes(name) ? [name] : ids.filter((id) => id.includes(name));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return runFolder(stateDir, only);
  throw new UsageError(
    fitting.length === 0
      ? `There is no run ${name} in ${stateDir}.`
      : `${name} fits ${fitting.length} runs: ${fitting.slice(-5).join(', ')}.`,
    { code: 'NO_RUN', fix: 'List the runs: taskbatch status' },
  );
}

/** One writer a run: held while the process lives, and freed by the system when it dies. */
export interface RunLock {
  release(): void;
}

/**
 * Takes the run's lock: an exclusive SQLite lock on a file of its own, which the system drops with the process.
 * @param timeoutMs how long to wait for it; a process that ends holds it for an instant longer.
 * @throws {BusyError} when another living process holds it.
 */
export function lockRun(folder: RunFolder, timeoutMs = 1_000): RunLock {
  const busy = () =>
    new BusyError(`Run ${folder.id} is in use by another process.`, {
      code: 'RUN_BUSY',
      fix: `Watch it: taskbatch status ${folder.id} --watch`,
    });
  return takeLock(folder, 'run.lock', timeoutMs, busy);
}

/**
 * Held by whoever executes rows in place of this run's: lines that take it back, or a retry. Two at a time would not see
 * of each other what is done. @throws {BusyError} when another living process holds it.
 */
export function lockHeirs(folder: RunFolder, timeoutMs = 1_000): RunLock {
  const busy = () =>
    new BusyError(`Another process executes a retry of run ${folder.id}, or lines that take it back.`, {
      code: 'RUN_BUSY',
      fix: 'Let it end first: taskbatch status',
    });
  return takeLock(folder, 'heirs.lock', timeoutMs, busy);
}

function takeLock(folder: RunFolder, name: string, timeoutMs: number, busy: () => BusyError): RunLock {
  let database: Database | null = null;
  try {
    database = openSqlite(folder.file(name), { timeoutMs });
    chmodSync(folder.file(name), 0o600);
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
  } catch (error) {
    database?.close();
    if (/locked|busy/i.test(messageOf(error))) throw busy();
    throw new StateError(`The run can't be locked: ${messageOf(error)}.`, {
      where: folder.path,
      code: 'NOT_WRITABLE',
      fix: 'Check the rights and the free space of that folder.',
      cause: error,
    });
  }
  const held = database;
  return { release: () => held.close() };
}

/** Whether a living process has the run in hand. A look takes nothing: others that look, or take the lock, never notice. */
export function isRunLocked(folder: RunFolder): boolean {
  const file = folder.file('run.lock');
  if (!existsSync(file)) return false;
  let database: Database | null = null;
  try {
    database = openSqlite(file, { readOnly: true, timeoutMs: 0 });
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return /locked|busy/i.test(messageOf(error));
  } finally {
    database?.close();
  }
}
