import type { RunDatabase } from './run-database.js';

/** Whether planning has read the target of any row that is to do. */
export function hasReadings(database: RunDatabase): boolean {
  return (
    database
      .prepare(`SELECT 1 FROM reading JOIN row ON row.number = reading.number WHERE row.state = 'pending' LIMIT 1`)
      .get() !== undefined
  );
}
