/** Lines of an undo that a run of the same manifest has done before: done twice, they would make things twice. */
import { skippedResult } from '../run/row-end.js';
import { writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import { pendingUndo, type UndoLine, undoLines } from '../state/taken-back.js';

/** @param columns the manifest's own. */
export function skipTakenBack(
  database: RunDatabase,
  columns: readonly string[],
  stateDir: string,
  nowMs: number,
): void {
  const doneIn = createDoneLines(stateDir);
  const done: { readonly number: number; readonly line: UndoLine }[] = [];
  for (const { number, undoOf, content } of pendingUndo(database, columns)) {
    const line = doneIn(undoOf.run).get(content);
    if (line !== undefined) done.push({ number, line });
  }
  if (done.length === 0) return;
  database.transaction(() => {
    for (const { number, line } of done) {
      const reason = `Row ${line.number} of run ${line.run} has done this very line.`;
      writeRowResult(database, number, 'planned-out', { ...skippedResult(reason, nowMs, 0), outcome: 'already' });
    }
  });
}

/** By what they say, the lines of later runs that take rows of a run back and were done. */
function createDoneLines(stateDir: string): (run: string) => ReadonlyMap<string, UndoLine> {
  const known = new Map<string, ReadonlyMap<string, UndoLine>>();
  return (run) => {
    const found =
      known.get(run) ??
      new Map(undoLines(stateDir, run).flatMap((line) => (line.isDone ? [[line.content, line] as const] : [])));
    known.set(run, found);
    return found;
  };
}
