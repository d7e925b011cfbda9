/**
 * Services tell of tasks in an order of their own, often the newest first, and SQLite's pages are but half full of rows
 * that come in an order other than that of their numbers.
 */
import { StateError } from '../errors.js';
import type { RunDatabase } from './run-database.js';
import { numberColumn } from './values.js';

/** From this part of them on, empty bytes are worth a writing of the whole file. */
const wastedPart = 0.2;
/** Less is no matter. */
const fewBytes = 256 * 1_024;

/**
 * Writes the file anew without the empty part of its pages, where that is a large one. Call it when all targets are read,
 * outside a transaction. The file is as it was when a crash comes in between.
 */
export function packReadings(database: RunDatabase): void {
  try {
    if (isWasteful(database)) database.exec('VACUUM');
  } catch (error) {
    // A disk without room for a second one, or a driver that does not tell: the run goes on as well with the larger file.
    if (!(error instanceof StateError)) throw error;
  }
}

function isWasteful(database: RunDatabase): boolean {
  const sums = database
    .prepare(
      `SELECT sum(unused) AS unused, sum(pgsize) AS bytes FROM dbstat WHERE name = 'reading' AND aggregate = TRUE`,
    )
    .get();
  const unused = numberColumn(sums, 'unused') ?? 0;
  return unused > fewBytes && unused > (numberColumn(sums, 'bytes') ?? 0) * wastedPart;
}
