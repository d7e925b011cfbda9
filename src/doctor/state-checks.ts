/** What a run needs on disk. Nothing is left behind: what is tried out is tried out in a folder that is removed. */
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, systemCodeOf } from '../errors.js';
import { field } from '../json.js';
import { shellWord } from '../shell-word.js';
import { openSqlite } from '../state/sqlite.js';
import { type Check, type CheckGroup, failed, passed, skipped, warned } from './check.js';
import { checkRuns } from './runs-check.js';

export interface StatePlaces {
  /** Absolute. */
  readonly stateDir: string;
  /** Machine-wide folder of the budgets that processes with one credential share. */
  readonly budgetDir: string;
  /** `win32` has no modes. */
  readonly platform: string;
}

/** A run's log takes 128 MB at most, its rows and reports as much again for some 100,000 rows; a few of them lie about. */
const littleSpaceBytes = 1_000_000_000;
const elsewhere = 'Check its rights, or choose another folder: --state-dir';

export function checkState(places: StatePlaces): CheckGroup {
  const { stateDir, budgetDir, platform } = places;
  const [folder, sqlite] = checkStateFolder(stateDir, platform);
  const checks = [
    folder,
    sqlite,
    checkDisk(stateDir),
    checkFolderToBe('limit records', budgetDir, platform, 'Check its rights, or set XDG_STATE_HOME to another folder.'),
    checkRuns(stateDir),
  ];
  return { name: 'state', title: 'State on disk', checks };
}

/** The folder and the database in it: both are tried out in a folder of their own. */
function checkStateFolder(stateDir: string, platform: string): readonly [Check, Check] {
  const known = checkFolderToBe('state folder', stateDir, platform, elsewhere);
  if (known.status === 'failed') return [known, skipped('database', 'There is no folder to try it in.')];
  if (!isFolder(stateDir)) return [known, checkSqlite(':memory:')];
  let scratch: string | null = null;
  try {
    scratch = mkdtempSync(join(stateDir, 'doctor-'));
    const file = join(scratch, 'file');
    writeFileSync(file, 'taskbatch', { mode: 0o600, flush: true });
    if (readFileSync(file, 'utf8') !== 'taskbatch') throw new Error('what was written is not what is read');
    return [known, checkSqlite(join(scratch, 'run.db'))];
  } catch (error) {
    const message = `Nothing can be written to ${stateDir} (${messageOf(error)}).`;
    return [failed('state folder', message, elsewhere), skipped('database', 'There is no folder to try it in.')];
  } finally {
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
  }
}

function checkSqlite(path: string): Check {
  try {
    const database = openSqlite(path);
    try {
      database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER) STRICT; INSERT INTO t VALUES (7);');
      if (Number(field(database.prepare('SELECT n FROM t').get(), 'n')) !== 7) throw new Error('it lost a row');
    } finally {
      database.close();
    }
    return passed('database', 'SQLite works.');
  } catch (error) {
    return failed(
      'database',
      `SQLite does not work (${messageOf(error)}).`,
      'Install taskbatch anew on this machine, and keep the state folder on a local disk: --state-dir',
    );
  }
}

/** A folder that may not be there yet: then the one above it counts. */
function checkFolderToBe(name: string, folder: string, platform: string, fix: string): Check {
  const there = nearestThere(folder);
  try {
    if (!statSync(there).isDirectory()) return failed(name, `${there} is no folder.`, fix);
    accessSync(there, constants.W_OK | constants.X_OK);
  } catch (error) {
    return failed(name, `${there} can't be written (${systemCodeOf(error) ?? messageOf(error)}).`, fix);
  }
  if (there !== folder) return passed(name, `${folder} is made when it is needed.`);
  const mode = statSync(folder).mode & 0o777;
  if (platform !== 'win32' && (mode & 0o077) !== 0) {
    return warned(
      name,
      `Others on this machine can look into ${folder} (mode ${mode.toString(8)}).`,
      `chmod 700 ${shellWord(folder)}`,
    );
  }
  return passed(name, `${folder} can be written, and by nobody else.`);
}

function checkDisk(folder: string): Check {
  const there = nearestThere(folder);
  try {
    const { bavail, bsize } = statfsSync(there);
    const freeBytes = bavail * bsize;
    const free = `${(freeBytes / 1e9).toLocaleString('en', { maximumFractionDigits: 1 })} GB are free`;
    return freeBytes < littleSpaceBytes
      ? warned('disk', `Only ${free} where ${there} is.`, 'Free some space: a run that meets a full disk stops.')
      : passed('disk', `${free}.`);
  } catch (error) {
    return skipped('disk', `The free space can't be told (${messageOf(error)}).`);
  }
}

function nearestThere(folder: string): string {
  try {
    statSync(folder);
    return folder;
  } catch (error) {
    const above = dirname(folder);
    return systemCodeOf(error) === 'ENOENT' && above !== folder ? nearestThere(above) : folder;
  }
}

function isFolder(path: string): boolean {
  return nearestThere(path) === path;
}
