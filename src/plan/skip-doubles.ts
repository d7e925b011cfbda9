/** Rows that another run has done in their place: done twice, they would make things twice. */
import { localFailure } from '../failure.js';
import { blockedResult, skippedResult } from '../run/row-end.js';
import { doneByKin } from '../state/kin.js';
import { type RowResult, writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import { readRun } from '../state/run-records.js';
import { pendingUndo, type UndoLine, undoLines } from '../state/taken-back.js';

/** Another run's row that is the same as one of this run. */
interface Double {
  readonly number: number;
  readonly run: string;
  readonly ofRow: number;
  readonly standing: 'done' | 'doubtful';
  readonly what: string;
}

/**
 * Passes over lines of an undo that a run of the same manifest has done, and rows of a retry that another retry of the
 * same run has done; where it is not known whether it has, they are blocked.
 */
export function skipDoubles(database: RunDatabase, stateDir: string, nowMs: number): void {
  const doubles = [...doneLines(database, stateDir), ...doneRetries(database, stateDir)];
  if (doubles.length === 0) return;
  database.transaction(() => {
    for (const double of doubles) writeRowResult(database, double.number, 'planned-out', resultOf(double, nowMs));
  });
}

function resultOf({ run, ofRow, standing, what }: Double, nowMs: number): RowResult {
  if (standing === 'done') {
    return { ...skippedResult(`Row ${ofRow} of run ${run} has done ${what}.`, nowMs, 0), outcome: 'already' };
  }
  const failure = localFailure(
    'UNKNOWN',
    'MAY_BE_DONE',
    `Row ${ofRow} of run ${run} may have done ${what}, which is not known yet.`,
    `Find out first: taskbatch status ${run}`,
  );
  return blockedResult(failure, nowMs, 0);
}

function* doneLines(database: RunDatabase, stateDir: string): Generator<Double> {
  const linesOf = new Map<string, ReadonlyMap<string, UndoLine>>();
  const { id, columns } = readRun(database).record;
  for (const { number, undoOf, content } of pendingUndo(database, columns)) {
    const known = linesOf.get(undoOf.run) ?? byContent(undoLines(stateDir, undoOf.run), id);
    linesOf.set(undoOf.run, known);
    const line = known.get(content);
    if (line === undefined || line.standing === 'open') continue;
    yield { number, run: line.run, ofRow: line.number, standing: line.standing, what: 'this very line' };
  }
}

/** Of several lines that say the same, one that was done. @param own id of the run that asks. */
function byContent(lines: readonly UndoLine[], own: string): ReadonlyMap<string, UndoLine> {
  const known = new Map<string, UndoLine>();
  for (const line of lines) {
    if (line.run === own || line.standing === 'open') continue;
    if (known.get(line.content)?.standing !== 'done') known.set(line.content, line);
  }
  return known;
}

function* doneRetries(database: RunDatabase, stateDir: string): Generator<Double> {
  for (const { number, run, standing } of doneByKin(database, stateDir)) {
    yield { number, run, ofRow: number, standing, what: 'this row' };
  }
}
