/** Rows that wait in vain are blocked before anything is sent, so that the plan shows them. */
import { dependencyCode, dependencyFailure, hasEnded } from '../run/dependency.js';
import { blockedResult } from '../run/row-end.js';
import { type Dependency, hasDependencies, pendingDependencies, waitingRows } from '../state/row-links.js';
import { writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';

const rowsAtOnce = 500;

/**
 * Blocks every pending row that waits for one which has ended and was not done: refused, deselected, failed or blocked
 * itself. One pass is enough, because rows wait for rows above only.
 */
export function blockDependents(database: RunDatabase, nowMs: number): void {
  if (!hasDependencies(database)) return;
  for (let after = 0; ; ) {
    const numbers = waitingRows(database, after, rowsAtOnce);
    const [first] = numbers;
    const last = numbers.at(-1);
    if (first === undefined || last === undefined) return;
    const dependencies = pendingDependencies(database, first, last);
    database.transaction(() => blockThese(database, dependencies, nowMs));
    after = last;
  }
}

function blockThese(
  database: RunDatabase,
  dependencies: ReadonlyMap<number, readonly Dependency[]>,
  nowMs: number,
): void {
  // They were read together, so what happens to one of them is not in what was read for the next.
  const blocked = new Set<number>();
  for (const [number, waitsFor] of dependencies) {
    for (const read of waitsFor) {
      const dependency: Dependency = blocked.has(read.number)
        ? { ...read, state: 'blocked', errorCode: dependencyCode }
        : read;
      const failure = hasEnded(dependency) ? dependencyFailure(dependency) : null;
      if (failure === null) continue;
      writeRowResult(database, number, 'planned-out', blockedResult(failure, nowMs, 0));
      blocked.add(number);
      break;
    }
  }
}
