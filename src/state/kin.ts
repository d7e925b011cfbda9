/** Runs that try the same rows again: retries of one run, and retries of those. Rows keep their numbers in all of them. */
import { readOther } from './read-other.js';
import type { RunDatabase } from './run-database.js';
import { listRunIds } from './run-ids.js';
import { readRun } from './run-records.js';
import { groupUndoLines, undoLines } from './taken-back.js';
import { numberColumn, textColumn } from './values.js';

/** A row of another retry, where this run has that row to do. */
export interface KinRow {
  readonly number: number;
  readonly run: string;
  readonly standing: 'done' | 'doubtful';
}

/** The run that this one tries again, the one that that tried again, and so on. */
export function ancestorsOf(database: RunDatabase, stateDir: string): string[] {
  const ids: string[] = [];
  for (let { parent } = readRun(database).record; parent !== null && !ids.includes(parent); ) {
    ids.push(parent);
    parent = parentOf(stateDir, parent);
  }
  return ids;
}

/** Rows to do that another retry of the same run has done, or may have done, and that nothing has taken back since. */
export function* doneByKin(database: RunDatabase, stateDir: string): Generator<KinRow> {
  const { id, sandbox } = readRun(database).record;
  const ancestors = ancestorsOf(database, stateDir);
  const oldest = ancestors.at(-1);
  // Each run on a sandbox has a sandbox of its own.
  if (oldest === undefined || sandbox) return;
  const isToDo = database.prepare(`SELECT 1 FROM row WHERE number = ? AND state = 'pending'`);
  const family = new Set(ancestors);
  const ids = listRunIds(stateDir);
  for (const run of ids.slice(ids.indexOf(oldest) + 1)) {
    if (run === id || ancestors.includes(run)) continue;
    if (!family.has(parentOf(stateDir, run) ?? '')) continue;
    family.add(run);
    for (const row of endedRows(stateDir, run)) if (isToDo.get(row.number) != null) yield row;
  }
}

/** Null for the first of them, and for one that can't be read. */
function parentOf(stateDir: string, run: string): string | null {
  return readOther(stateDir, run, (database) => readRun(database).record.parent);
}

function endedRows(stateDir: string, run: string): readonly KinRow[] {
  const rows = readOther(stateDir, run, (database) =>
    database.prepare(`SELECT number, state FROM row WHERE state IN ('succeeded', 'sending', 'unknown')`).all(),
  );
  if (rows === null || rows.length === 0) return [];
  const takenBack = groupUndoLines(undoLines(stateDir, run));
  return rows.flatMap((row): KinRow[] => {
    const number = numberColumn(row, 'number') ?? 0;
    if (takenBack.has(number)) return [];
    return [{ number, run, standing: textColumn(row, 'state') === 'succeeded' ? 'done' : 'doubtful' }];
  });
}
