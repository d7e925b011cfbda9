/** Rows on the same thing, as loading and `validate` decide on them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judgeGroup } from '../../src/plan/clashes.js';
import { checkRows, loadRows } from '../../src/plan/load-rows.js';
import { createProblemList } from '../../src/plan/problem.js';
import { findOperation } from '../../src/providers/registry.js';
import { reportRows } from '../../src/state/report-reads.js';
import { createRunDatabase, type RunDatabase } from '../../src/state/run-database.js';
import { checkOptions, type Row, rowsManifest } from '../support/checked-rows.js';

let folder: string;
let database: RunDatabase;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskbatch-load-'));
  database = createRunDatabase(join(folder, 'run.db'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const on = (task_id: string, operation: string, cells: Row = {}): Row => ({ operation, task_id, ...cells });
const row = (operation: string, comment = ''): Row => on('86x', operation, { comment });
const options = (duplicates: 'error' | 'skip' = 'error') => ({
  ...checkOptions(null, { provider: 'clickup', duplicates }),
  scratch: folder,
});
const problems = () => createProblemList('m.csv', join(folder, 'problems'));
const load = (rows: readonly Row[], duplicates?: 'error' | 'skip') =>
  loadRows(database, rowsManifest(rows), options(duplicates), problems());
const states = () => [...reportRows(database, null)].map(({ state }) => state);

describe('rows that contradict each other', () => {
  const orders = [
    ['complete', 'archive', 'delete'],
    ['delete', 'complete', 'archive'],
    ['archive', 'delete', 'complete'],
  ];
  it.each(orders)('are all refused, whichever comes first: %s, %s, %s', async (...operations) => {
    await load(operations.map((operation) => row(operation)));
    expect(states()).toEqual(['invalid', 'invalid', 'invalid']);
  });

  it('leave others on the same thing alone', async () => {
    await load([row('complete'), row('comment', 'A'), row('reopen'), row('comment', 'B'), row('complete')]);
    expect(states()).toEqual(['invalid', 'pending', 'invalid', 'pending', 'invalid']);
  });

  it('are each told with the first row that they contradict', async () => {
    const list = problems();
    await loadRows(database, rowsManifest([row('complete'), row('archive'), row('delete')]), options(), list);
    const told = list.first.map((problem) => `${problem.row}: ${problem.reason}`);
    expect(told).toEqual([
      "1: asks for complete on the target that row 3 (m.csv:4) wants to delete; both can't make sense",
      "2: asks for archive on the target that row 3 (m.csv:4) wants to delete; both can't make sense",
      "3: asks for delete on the target that row 1 (m.csv:2) wants to complete; both can't make sense",
    ]);
  });
});

describe('duplicates', () => {
  it('that are to be skipped and contradict another row are refused', async () => {
    const { invalid } = await load([row('delete'), row('comment', 'A'), row('comment', 'A')], 'skip');
    expect([invalid, states()]).toEqual([3, ['invalid', 'invalid', 'invalid']]);
  });

  it('of one content are those behind the first, beside other rows on the same thing', async () => {
    await load([row('comment', 'A'), row('complete'), row('comment', 'B'), row('comment', 'A')], 'skip');
    expect(states()).toEqual(['pending', 'pending', 'pending', 'skipped']);
  });
});

/** Rows of which some are refused for more than one reason, and some after others were. */
const manifests: Readonly<Record<string, readonly Row[]>> = {
  'a contradiction': [row('delete'), row('complete')],
  'a contradiction of many': [row('complete'), row('archive'), row('delete'), row('delete')],
  'a contradiction of duplicates': [row('delete'), row('comment', 'A'), row('comment', 'A')],
  duplicates: [row('archive'), row('archive'), row('archive'), on('86y', 'complete')],
  'a duplicate with a key that is there already': [
    on('86x', 'archive', { key: 'a' }),
    on('86x', 'archive', { key: 'a' }),
    on('86y', 'complete', { key: 'a' }),
    on('86z', 'complete', { after: 'b' }),
  ],
};

describe.each(['error', 'skip'] as const)('with `duplicates: %s`', (duplicates) => {
  it.each(Object.entries(manifests))('validate counts as planning does: %s', async (_name, rows) => {
    const validated = await checkRows(rowsManifest(rows), options(duplicates), problems());
    const { invalid } = await load(rows, duplicates);
    expect([validated.invalid, validated.skipped]).toEqual([
      invalid,
      states().filter((state) => state === 'skipped').length,
    ]);
    expect(invalid).toBe(states().filter((state) => state === 'invalid').length);
  });
});

// Each compared with each, they would take hours.
it('rows on one thing may be very many', () => {
  const tags = ['comment', 'archive', 'delete'].flatMap((name) => {
    const entry = findOperation('clickup', name);
    return entry === null ? [] : [{ entry, content: false }];
  });
  const count = 300_000;
  const at = (row: number, tag: number) => ({ row, line: row + 1, tag });
  const rows = [...Array.from({ length: count }, (_none, index) => at(index + 1, index % 2)), at(count + 1, 2)];
  let refused = 0;
  for (const { verdict } of judgeGroup(rows, tags, 'm.csv')) if (verdict === 'conflict') refused += 1;
  expect(refused).toBe(count + 1);
});
