/** Guards that are decided before the first write. Pure; a breach is thrown and sends nothing. */
import { StoppedError } from '../errors.js';
import { neverCode } from '../job/task-guard.js';
import type { RowCount } from '../state/row-reads.js';
import type { ReasonGroup } from '../state/summary-reads.js';

/** @throws {StoppedError} when more rows are to do than `maxRows` allows. */
export function guardMaxRows(rowsToDo: number, maxRows: number | null): void {
  if (maxRows === null || rowsToDo <= maxRows) return;
  throw new StoppedError(`${rowsToDo} rows are to do, and the guard max_rows allows ${maxRows}.`, {
    code: 'MAX_ROWS',
    fix: `Nothing was sent. Check that the manifest is the right one; then take part of it with --rows, or allow it with --max-rows ${rowsToDo}.`,
  });
}

/** @throws {StoppedError} when rows act on tasks that the job forbids: such a manifest is the wrong one. */
export function guardNever(blocked: readonly ReasonGroup[], never: string | null): void {
  const found = blocked.find(({ errorCode }) => errorCode === neverCode);
  if (found === undefined) return;
  const rows = found.rows === 1 ? '1 row acts' : `${found.rows} rows act`;
  throw new StoppedError(
    `${rows} on tasks that the job forbids (never: ${never}); the first is row ${found.firstRow} (line ${found.firstLine}). ${found.message}`,
    { code: neverCode, fix: 'Nothing was sent. Take these rows out of the manifest, or leave them out with --where.' },
  );
}

/** @throws {StoppedError} when the plan would do another number of rows than expected, in all or of an operation. */
export function guardExpected(
  counts: readonly RowCount[],
  expected: number | Readonly<Record<string, number>> | null,
): void {
  if (expected === null) return;
  const toDo = counts.filter(({ state }) => state === 'pending');
  const total = sum(toDo);
  if (typeof expected === 'number') {
    if (total === expected) return;
    throw breach(`The plan would do ${total} rows, and --expect says ${expected}.`, String(total));
  }
  const found = new Map<string, number>();
  for (const { operation, rows } of toDo) found.set(operation, (found.get(operation) ?? 0) + rows);
  const names = new Set([...Object.keys(expected), ...found.keys()]);
  const wrong = [...names].filter((name) => (found.get(name) ?? 0) !== (expected[name] ?? 0));
  if (wrong.length === 0) return;
  const told = wrong.map((name) => `${found.get(name) ?? 0} × ${name} (expected ${expected[name] ?? 0})`);
  throw breach(`The plan would do ${told.join(', ')}.`, [...found].map(([name, rows]) => `${name}=${rows}`).join(','));
}

function breach(message: string, expectation: string): StoppedError {
  return new StoppedError(message, {
    code: 'EXPECT',
    fix: `Nothing was sent. Look at the plan; if it is what you want, say --expect ${expectation}.`,
  });
}

function sum(counts: readonly RowCount[]): number {
  return counts.reduce((total, { rows }) => total + rows, 0);
}
