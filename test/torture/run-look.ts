/** Looks at a run's state as any other process may: while it is written, and as a crash left it. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ReportRow, reportRows } from '../../src/state/report-reads.js';
import { countByState, countRows } from '../../src/state/row-reads.js';
import { openRunDatabase, type RunDatabase } from '../../src/state/run-database.js';
import { readRun } from '../../src/state/run-records.js';
import type { RowState, RunState } from '../../src/state/status.js';
import { readRowStory } from '../../src/state/story-reads.js';

export interface RunLook {
  readonly state: RunState;
  /** Whether the manifest has been read to its end. */
  readonly loaded: boolean;
  readonly counts: Readonly<Record<RowState, number>>;
  readonly rows: readonly ReportRow[];
}

/** @throws when the state can't be read. */
export function lookAt(file: string): RunLook {
  return withDatabase(file, (database) => {
    const { state, record } = readRun(database);
    return {
      state,
      loaded: record.loaded,
      counts: countByState(countRows(database)),
      rows: [...reportRows(database, null)],
    };
  });
}

/** Numbers of the rows with an attempt of which nobody knew what became of it. */
export function rowsEverInDoubt(file: string): number[] {
  return withDatabase(file, (database) =>
    [...reportRows(database, null)]
      .map(({ number }) => number)
      .filter(
        (number) => readRowStory(database, number)?.attempts.some(({ effect }) => effect === 'possible') ?? false,
      ),
  );
}

/**
 * A copy of the state as it lies there, to be read in place of it: whoever opens the state after a crash repairs it, and
 * that is the bin's to do. Null when there is none.
 */
export function copyState(runFolder: string, to: string): string | null {
  rmSync(to, { recursive: true, force: true });
  if (!existsSync(join(runFolder, 'run.db'))) return null;
  mkdirSync(to, { recursive: true });
  // The shared-memory file is made anew from the log.
  for (const name of readdirSync(runFolder)) {
    if (name === 'run.db' || name === 'run.db-wal') cpSync(join(runFolder, name), join(to, name));
  }
  return join(to, 'run.db');
}

function withDatabase<T>(file: string, work: (database: RunDatabase) => T): T {
  const database = openRunDatabase(file, 'read');
  try {
    return work(database);
  } finally {
    database.close();
  }
}
