import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pendingRows, sendingRows, unreadRows } from '../../src/state/row-reads.js';
import { insertRows, markSending, storeKind } from '../../src/state/row-writes.js';
import { createRunDatabase, type RunDatabase } from '../../src/state/run-database.js';
import { countOpenRows } from '../../src/state/summary-reads.js';

let folder: string;
let database: RunDatabase;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskbatch-state-'));
  database = createRunDatabase(join(folder, 'run.db'));
  const kinds = ['clickup', 'tallyfy'].map((provider) => storeKind(database, provider, 'delete'));
  insertRows(
    database,
    Array.from({ length: 10 }, (_, index) => ({
      number: index + 1,
      line: index + 2,
      kind: kinds[index % 2] ?? 0,
      cells: [`id${index}`],
      target: `id${index}`,
      args: '{}',
      state: index < 4 ? 'skipped' : 'pending',
      reason: null,
    })),
  );
  database.transaction(() => markSending(database, 6, 1));
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The database, and how it looks up what the last statement asks for. */
function watched(): { database: RunDatabase; plan: () => string } {
  let last = '';
  const prepare: RunDatabase['prepare'] = (sql) => {
    last = sql;
    return database.prepare(sql);
  };
  const details = (row: unknown) => (typeof row === 'object' && row !== null && 'detail' in row ? row.detail : '');
  return {
    database: { ...database, prepare },
    plan: () => database.prepare(`EXPLAIN QUERY PLAN ${last}`).all().map(details).join('\n'),
  };
}

const numbersOf = (rows: readonly { number: number }[]) => rows.map(({ number }) => number);

test('what is left to do is found without a look at what is done, in order without sorting it', () => {
  const { database: eyed, plan } = watched();
  expect(numbersOf(pendingRows(eyed, 'clickup', 5, 10))).toEqual([7, 9]);
  expect(plan()).toMatch(
    /^CO-ROUTINE .*\nSEARCH row USING (?:COVERING )?INDEX row_pending \(number>\? AND number<\?\)/,
  );
  expect(plan()).not.toContain('TEMP B-TREE');
  expect(numbersOf(unreadRows(eyed, 'tallyfy', 0, 10, 'known'))).toEqual([8, 10]);
  expect(plan()).toMatch(/^CO-ROUTINE .*\nSEARCH row USING (?:COVERING )?INDEX row_pending \(number>\?\)/);
  expect(plan()).not.toContain('TEMP B-TREE');
  expect(numbersOf(sendingRows(eyed))).toEqual([6]);
  expect(plan()).toMatch(/^CO-ROUTINE .*\nSCAN row USING (?:COVERING )?INDEX row_sending/);
  expect([...countOpenRows(eyed)]).toEqual([
    ['clickup', 3],
    ['tallyfy', 3],
  ]);
  expect(plan()).toMatch(/SCAN row USING COVERING INDEX row_pending[\s\S]*SCAN row USING COVERING INDEX row_sending/);
});

test('a row that is not to be done is never among those to do, whether its reason is told or not', () => {
  expect(numbersOf(pendingRows(database, 'clickup', 0, 10))).toEqual([5, 7, 9]);
  expect(numbersOf(pendingRows(database, 'tallyfy', 0, 10))).toEqual([8, 10]);
});
