/** Rows of a retry that a later row of the first run has overtaken: see `state/overtaken.ts`. */
import { localFailure } from '../failure.js';
import { blockedResult } from '../run/row-end.js';
import { overtakenRows } from '../state/overtaken.js';
import { overtakenCode } from '../state/row-reads.js';
import { writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';

/** @param first the run whose rows are tried again, under their numbers. */
export function blockOvertaken(database: RunDatabase, first: RunDatabase, firstId: string, nowMs: number): void {
  const isToDo = database.prepare(`SELECT 1 FROM row WHERE number = ? AND state = 'pending'`);
  const overtaken = overtakenRows(first).filter(({ number }) => isToDo.get(number) !== undefined);
  if (overtaken.length === 0) return;
  database.transaction(() => {
    for (const { number, by, isCertain, what } of overtaken) {
      const failure = localFailure(
        'GUARD',
        overtakenCode,
        `Row ${by} of run ${firstId}, which comes after it on the same target, ${isCertain ? 'is done and set the same' : 'may be done, and sets the same'} (${what}): done now, this row would come last.`,
        'Look at the target; if the row is right all the same, put it in a manifest of its own.',
      );
      writeRowResult(database, number, 'planned-out', blockedResult(failure, nowMs, 0));
    }
  });
}
