/** Which rows of a run that succeeded are handed to undo and verify. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMadeTest, deletedRows, doneRowsAbove } from '../../src/state/done-reads.js';
import { createSpanTest, spansBetween } from '../../src/state/row-spans.js';
import { insertRows, sentAgain, storeKind, writeAttemptNote } from '../../src/state/row-writes.js';
import { createRunDatabase, type RunDatabase } from '../../src/state/run-database.js';

let folder: string;
let database: RunDatabase;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskbatch-done-'));
  database = createRunDatabase(join(folder, 'run.db'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Rows of one operation that were done. */
function done(operation: string, count: number, target: string | null = 'bitrix24:501'): void {
  const kind = storeKind(database, 'bitrix24', operation);
  const base = { kind, cells: [], target, args: '{}', reason: null };
  const rows = Array.from({ length: count }, (_none, at) => ({ ...base, number: at + 1, line: at + 2 }));
  insertRows(
    database,
    rows.map((row) => ({ ...row, state: 'pending' as const })),
  );
  database.exec("UPDATE row SET state = 'succeeded', outcome = 'done', created_id = '702;703'");
}

it('a row that the service took at its second departure was begun with that', () => {
  done('create', 2, null);
  database.exec('UPDATE row SET attempts = 1, started_at = 1000, finished_at = 61200');
  writeAttemptNote(database, 1, 1, 61_000, JSON.stringify({ code: sentAgain }));
  writeAttemptNote(database, 2, 1, 61_000, JSON.stringify({ code: 'ECONNRESET' }));
  const rows = doneRowsAbove(database, 'bitrix24', { outcomes: ['done'] }, 10, 10);
  expect(rows.map(({ number, startedAtMs }) => [number, startedAtMs])).toEqual([
    [2, 1_000],
    [1, 61_000],
  ]);
});

describe('damaged rows', () => {
  const numbers = (except: { first: number; last: number }[], before: number, limit: number) =>
    doneRowsAbove(database, 'bitrix24', { outcomes: ['done'], except }, before, limit).map(({ number }) => number);

  it('are left out, however many parts of the state they are', () => {
    done('delete', 2_400);
    const except = Array.from({ length: 1_100 }, (_none, at) => ({ first: at * 2 + 1, last: at * 2 + 1 }));
    expect(numbers(except, 10, 10)).toEqual([8, 6, 4, 2]);
    expect(numbers(except, 2_500, 201)).toEqual(Array.from({ length: 201 }, (_none, at) => 2_400 - at));
    expect(numbers(except, 2_201, 3)).toEqual([2_200, 2_198, 2_196]);
    expect(deletedRows(database, 'bitrix24', () => true, except)).toHaveLength(1_300);
  });

  it('leave the rows between them, whatever order the spans are in and whether they touch', () => {
    const spans = [
      { first: 7, last: 9 },
      { first: 2, last: 3 },
      { first: 3, last: 4 },
      { first: 20, last: 30 },
    ];
    expect([...spansBetween(spans, 12)]).toEqual([
      { first: 10, last: 12 },
      { first: 5, last: 6 },
      { first: 1, last: 1 },
    ]);
    expect([...spansBetween([{ first: 1, last: 12 }], 12)]).toEqual([]);
    expect([...spansBetween([], 0)]).toEqual([]);
    const isInside = createSpanTest(spans);
    expect([1, 2, 4, 5, 6, 7, 9, 10, 20, 31].filter(isInside)).toEqual([2, 4, 7, 9, 20]);
    expect(createSpanTest([])(1)).toBe(false);
  });
});

it('a task of the run is one that a row of it made', () => {
  done('create', 1, null);
  let asked = 0;
  const prepare: RunDatabase['prepare'] = (sql) => {
    asked += 1;
    return database.prepare(sql);
  };
  const isMade = createMadeTest({ ...database, prepare }, 'bitrix24');
  expect(asked).toBe(0);
  expect(['702', '703', '70', '704'].map(isMade)).toEqual([true, true, false, false]);
  // Rows are not gone through for each id.
  expect(asked).toBe(1);
  expect(createMadeTest(database, 'clickup')('702')).toBe(false);
});

it('a comment of the run is no task of it, whatever its number', () => {
  done('comment', 1);
  expect(createMadeTest(database, 'bitrix24')('702')).toBe(false);
});
