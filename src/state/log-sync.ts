/**
 * Syncs what was committed to a run's write-ahead log from a thread beside the event loop: a commit that syncs by itself
 * holds up everything for as long as the disk takes.
 *
 * The log is one file that is only appended to between checkpoints, so a sync of it takes all commits before it to the
 * disk, in their order. A checkpoint syncs the log itself before it writes into the database.
 */
import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { type RunDatabase, stateErrorOf } from './run-database.js';
import { textColumn } from './values.js';

export interface LogSync {
  /** Resolves when all that was committed before the call is on the disk. Rejects with {@link StateError}. */
  sync(): Promise<void>;
  /** From now on each commit syncs by itself again, and the first takes what came before it along. No sync may be under way. */
  close(): void;
}

/** Until it is closed, commits do not sync by themselves. A database that can't have a write-ahead log goes on as it was. */
export function createLogSync(
  database: RunDatabase,
  syncFile: (file: number) => Promise<void> = promisify(fdatasync),
): LogSync {
  const mode = textColumn(database.prepare('PRAGMA journal_mode').get(), 'journal_mode');
  if (mode !== 'wal') return { sync: () => Promise.resolve(), close: () => {} };
  const log = `${database.path}-wal`;
  let file: number | null = null;
  database.exec('PRAGMA synchronous = NORMAL');
  return {
    sync: async () => {
      try {
        // There is none before the first commit. Syncing needs the right to write on some systems.
        file ??= openSync(log, 'r+');
        await syncFile(file);
      } catch (error) {
        throw stateErrorOf(log, error);
      }
    },
    close: () => {
      if (file !== null) closeSync(file);
      file = null;
      database.exec('PRAGMA synchronous = FULL');
    },
  };
}
