/** Run files as earlier versions wrote them, opened by this one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../src/state/migrations.js';
import { isAsPlanned } from '../../src/state/plan-digest.js';
import { planRows } from '../../src/state/plan-reads.js';
import { writeReading } from '../../src/state/plan-writes.js';
import { countPredictions } from '../../src/state/predictions.js';
import { reportRows } from '../../src/state/report-reads.js';
import { findWorkRow, pendingRows } from '../../src/state/row-reads.js';
import { findBrokenSeal } from '../../src/state/row-seals.js';
import { openRunDatabase, type RunDatabase } from '../../src/state/run-database.js';
import { runRecordSchema } from '../../src/state/run-record.js';
import { readSnapshot } from '../../src/state/snapshots.js';
import { openSqlite } from '../../src/state/sqlite.js';

const task = (number: number) => ({ id: `86t${number}`, name: `Task ${number}`, list: { name: 'Backlog' } });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskbatch-earlier-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A planned run of three deletes: one whose view is split, one whose view is whole, and one that was gone. */
function writeEarlier(version: number): string {
  const path = join(folder, 'run.db');
  const file = openSqlite(path);
  file.exec(`${migrations.slice(0, version).join(';')}; PRAGMA user_version = ${version};
    INSERT INTO kind VALUES (1, 'clickup', 'delete');`);
  for (const number of [1, 2, 3]) {
    const state = number === 3 ? 'failed' : 'pending';
    file
      .prepare('INSERT INTO source (number, line, kind, cells, target, args) VALUES (?, ?, 1, ?, ?, ?)')
      .run(number, number + 1, `["86t${number}"]`, `clickup:86t${number}`, `{"task_id":"86t${number}"}`);
    file.prepare('INSERT INTO row (number, kind, state) VALUES (?, 1, ?)').run(number, state);
    file.prepare('INSERT INTO prediction VALUES (?, ?)').run(number, number === 3 ? 'will fail' : 'will do');
    if (number === 3) continue;
    file
      .prepare(`INSERT INTO reading (number, read_at, view, prepared, changes) VALUES (?, 5, ?, '{}', ?)`)
      .run(
        number,
        `{"list":"Backlog","id":"86t${number}","title":"Task ${number}"}`,
        `[{"field":"task","before":"Task ${number}","after":null}]`,
      );
  }
  if (version >= 11) {
    file.exec(`INSERT INTO likeness VALUES (1, '{"list":"Backlog",');
      UPDATE reading SET likeness = 1, view = '{"id":"86t1","title":"Task 1"}' WHERE number = 1`);
  }
  const [first, second] = [1, 2].map((number) => Buffer.from(JSON.stringify(task(number))));
  file.prepare('INSERT INTO snapshot_dictionary VALUES (1, ?)').run(first ?? '');
  for (const [index, text] of [first, second].entries()) {
    file
      .prepare('INSERT INTO snapshot (number, body, dictionary) VALUES (?, ?, 1)')
      .run(index + 1, deflateRawSync(text ?? '', { dictionary: first ?? Buffer.alloc(0) }));
  }
  file.close();
  return path;
}

/** What an earlier version took over such a run without snapshots, whose compression is not the same everywhere. */
const earlierSums = {
  digest: '2:5462574eeb72698dfedf99b7eb102f33395d9aba7be628f1577bc3fcada0b96a',
  seal: 'p:33b4887eda6a9da9b847ba7c945951517a2341e1a1c5a62119b6c68e30e11351',
};

const record = runRecordSchema.parse({
  ...{ id: '20261122-0530-delete-7f3a', parent: null, createdAtMs: 1, version: '0.1.0', sandbox: false, goal: 'plan' },
  settings: {
    ...{ job: null, provider: 'clickup', operation: 'delete', columns: {}, when: null, where: null, only: null },
    ...{ rows: null, duplicates: 'error', missing: 'fail', skipInvalid: false, look: 'all', snapshot: null },
    ...{ allowNameSearch: false, requestsPerMinute: null, concurrency: null, pace: 'even', maxRows: null },
    ...{ expect: null, stopAfterFailed: null, stopAfterPercent: null, timeoutMs: 1, giveUpAfterMs: 1 },
  },
  manifest: { name: 'tasks.csv', format: 'csv', sha256: '00', bytes: 20, rows: 3 },
  columns: ['task_id'],
  services: [],
  loaded: true,
  plannedAtMs: 5,
  startedAtMs: null,
  finishedAtMs: null,
  activeMs: 0,
  requests: 0,
  planRequests: 0,
  stop: null,
});

function reading(database: RunDatabase): void {
  expect([...planRows(database)].map(({ prediction, seen, changes }) => [prediction, seen?.title, changes])).toEqual([
    ['will do', 'Task 1', [{ field: 'task', before: 'Task 1', after: null }]],
    ['will do', 'Task 2', [{ field: 'task', before: 'Task 2', after: null }]],
    ['will fail', undefined, []],
  ]);
  expect(pendingRows(database, 'clickup', 0, 9).map(({ args, seen }) => [args, seen?.view.list])).toEqual([
    [{ task_id: '86t1' }, 'Backlog'],
    [{ task_id: '86t2' }, 'Backlog'],
  ]);
  expect([...reportRows(database, null)].map(({ title }) => title)).toEqual(['Task 1', 'Task 2', null]);
  expect(countPredictions(database)).toMatchObject({ 'will do': 2, 'will fail': 1, skipped: 0 });
  expect([1, 2, 3].map((number) => readSnapshot(database, number))).toEqual([task(1), task(2), null]);
}

describe.each([10, 14])('a run whose file has schema version %i', (version) => {
  it('can be looked at, by several at once', () => {
    const path = writeEarlier(version);
    const readers = [1, 2].map(() => openRunDatabase(path, 'read'));
    for (const reader of readers) reading(reader);
    for (const reader of readers) reader.close();
  });

  it('can be gone on with: what is read from now on stands beside what was', () => {
    const database = openRunDatabase(writeEarlier(version), 'write');
    const seen = findWorkRow(database, 2)?.seen;
    if (seen == null) throw new Error('row 2 was read');
    database.transaction(() => {
      const changes = [{ field: 'task', before: 'Task 2', after: null }];
      writeReading(database, { number: 2, readAtMs: 6, view: seen.view, prepared: {}, changes, raw: task(2) });
    });
    reading(database);
    database.close();
  });

  it('is as it was planned, and an edit of it is noticed', () => {
    const path = writeEarlier(version);
    const database = openRunDatabase(path, 'write');
    database.exec(`DELETE FROM snapshot; INSERT INTO seal (part, sum) VALUES (0, '${earlierSums.seal}')`);
    expect(isAsPlanned(database, record, earlierSums.digest)).toBe(true);
    expect(findBrokenSeal(database, record)).toBeNull();
    database.exec(`UPDATE prediction SET outcome = 'skipped' WHERE number = 3`);
    expect(isAsPlanned(database, record, earlierSums.digest)).toBe(false);
    database.exec(`UPDATE reading SET view = replace(view, 'Task 2', 'Task 3') WHERE number = 2`);
    expect(findBrokenSeal(database, record)).toEqual({ first: 1, last: 499 });
    database.close();
  });
});
