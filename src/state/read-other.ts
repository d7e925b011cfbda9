import { TaskbatchError } from '../errors.js';
import { openRunDatabase, type RunDatabase } from './run-database.js';
import { runFolder } from './run-folder.js';

/** A look into another run of the state folder; null for one that can't be read. */
export function readOther<Value>(stateDir: string, run: string, read: (database: RunDatabase) => Value): Value | null {
  let database: RunDatabase | null = null;
  try {
    database = openRunDatabase(runFolder(stateDir, run).database, 'read');
    return read(database);
  } catch (error) {
    if (error instanceof TaskbatchError) return null;
    throw error;
  } finally {
    database?.close();
  }
}
