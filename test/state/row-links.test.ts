import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrations } from '../../src/state/migrations.js';
import {
  brokenNeeds,
  connectDependencies,
  findKeyedRow,
  hasLinks,
  insertOutsideRows,
  missingKeys,
  pendingDependencies,
  repeatedKeys,
} from '../../src/state/row-links.js';
import { pendingRows } from '../../src/state/row-reads.js';
import { insertRows, storeKind, writeFilledRow, writeRowResult } from '../../src/state/row-writes.js';
import { createRunDatabase, openRunDatabase, type RunDatabase } from '../../src/state/run-database.js';
import { storedTargets } from '../../src/state/sandbox-reads.js';
import { openSqlite } from '../../src/state/sqlite.js';

const idOf = (key: string) => `\${row:${key}.id}`;

let folder: string;
let database: RunDatabase;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskbatch-links-'));
  database = createRunDatabase(join(folder, 'run.db'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Rows 1, 2, … with a key, and the keys whose ids they take. */
function load(...rows: ReadonlyArray<readonly [key: string | null, ...takes: string[]]>): void {
  const kind = storeKind(database, 'clickup', 'comment');
  insertRows(
    database,
    rows.map(([key, ...takes], index) => ({
      number: index + 1,
      line: index + 2,
      kind,
      cells: [],
      target: null,
      args: takes.length === 0 ? '{"task_id":"86a"}' : null,
      state: 'pending',
      reason: null,
      links: {
        key,
        makes: true,
        needs: takes.map((name) => ({ key: name, column: 'task_id', text: idOf(name), takesId: true })),
        template: takes.length === 0 ? null : { task_id: takes.map(idOf).join(''), comment: 'Hi' },
        namesTarget: false,
      },
    })),
  );
}

const done = {
  to: 'succeeded',
  outcome: 'done',
  message: null,
  failure: null,
  httpStatus: 200,
  requestId: null,
  url: null,
  createdId: '86made1',
  completedAtMs: null,
  finishedAtMs: 1,
  requests: 1,
} as const;

it('tells keys that repeat and names that lead nowhere, below, or to the row itself', () => {
  load(['a', 'b'], ['b'], ['a', 'c'], [null, 'zz'], ['e', 'e'], [null, 'a']);
  connectDependencies(database);
  expect([...repeatedKeys(database)]).toEqual([{ number: 3, line: 4, key: 'a', firstNumber: 1, firstLine: 2 }]);
  expect([...brokenNeeds(database)].map(({ number, key, on }) => [number, key, on?.number ?? null])).toEqual([
    [1, 'b', 2],
    [3, 'c', null],
    [4, 'zz', null],
    [5, 'e', 5],
  ]);
});

it('finds rows of the run before by their key, with the end that they came to', () => {
  load(['a']);
  writeRowResult(database, 1, 'checked', done);
  const before = findKeyedRow(database, 'a');
  expect(before).toMatchObject({ number: 1, line: 2, state: 'succeeded', createdId: '86made1' });
  expect(findKeyedRow(database, 'b')).toBeNull();
  const path = join(folder, 'retry.db');
  const retry = createRunDatabase(path);
  const first = database;
  database = retry;
  insertOutsideRows(database, before === null ? [] : [{ ...before, number: 100 }]);
  load([null, 'a']);
  expect(missingKeys(database)).toEqual([]);
  connectDependencies(database);
  expect(pendingDependencies(database, 1, 1).get(1)).toMatchObject([{ createdId: '86made1', provider: null }]);
  expect(findKeyedRow(database, 'a')).toMatchObject({ number: 100, state: 'succeeded', createdId: '86made1' });
  first.close();
});

it('keeps a row that takes an id without values until these are filled in', () => {
  load(['a'], [null, 'a']);
  const second = () => pendingRows(database, 'clickup', 1, 1)[0];
  expect(second()).toMatchObject({ args: {}, template: { task_id: idOf('a') } });
  writeFilledRow(database, 2, { task_id: '86made1' }, 'clickup:86made1');
  expect(second()).toMatchObject({ args: { task_id: '86made1' }, target: 'clickup:86made1' });
  writeFilledRow(database, 1, {}, null);
  expect(pendingRows(database, 'clickup', 0, 1)[0]).toMatchObject({ args: { task_id: '86a' }, template: null });
});

it('fills a sandbox with what a row will name, as far as that is known', () => {
  load(['a'], [null, 'a']);
  connectDependencies(database);
  const values = () => [...storedTargets(database, [])][1]?.values;
  expect(values()).toEqual({ comment: 'Hi' });
  writeRowResult(database, 1, 'checked', done);
  expect(values()).toEqual({ comment: 'Hi', task_id: '86made1' });
});

it('opens the state of a run that was made before rows could be tied', () => {
  const path = join(folder, 'old.db');
  const old = openSqlite(path);
  old.exec(`${migrations[0]} PRAGMA user_version = 1;`);
  old.close();
  const opened = openRunDatabase(path, 'write');
  expect(hasLinks(opened)).toBe(false);
  expect(pendingRows(opened, 'clickup', 0, 10)).toEqual([]);
  opened.close();
});
