import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeTarget } from '../../src/providers/reading.js';
import type { TargetView } from '../../src/providers/target.js';
import { planRows } from '../../src/state/plan-reads.js';
import { reportRows } from '../../src/state/report-reads.js';
import { pendingRows } from '../../src/state/row-reads.js';
import { openRunDatabase } from '../../src/state/run-database.js';
import { numberColumn } from '../../src/state/values.js';
import { createPlannedRows, type PlannedRows } from '../plan/planned-rows.js';

const common = {
  status: 'to do',
  place: 'Sprints / Backlog',
  placeId: '901',
  list: 'Backlog',
  followers: ['Anna Berg'],
  extra: { teamId: '90', statusType: 'open' },
};

let rows: PlannedRows;
beforeEach(() => {
  rows = createPlannedRows();
});
afterEach(() => rows.remove());

function seen(): (TargetView | undefined)[] {
  return pendingRows(rows.database, 'clickup', 0, 5_000).map((row) => row.seen?.view);
}

function count(sql: string): number {
  return numberColumn(rows.database.prepare(sql).get(), 'count') ?? -1;
}

describe('views of targets', () => {
  it('come back as they were read, whatever they share', () => {
    const views: Partial<TargetView>[] = [
      common,
      { ...common, status: 'done', completed: true, updated: '2026-11-27T10:00:00.000Z' },
      {},
      { ...common, title: 'A "quoted" },{ title', tags: ['a', 'b'], traces: { comments: 0, trackedMs: 4 } },
      { ...common, extra: { teamId: '90', description: 'long '.repeat(200) } },
    ];
    for (const view of views) rows.add(view);
    expect(seen()).toEqual(
      views.map((view, index) =>
        describeTarget({ id: `86t${index + 1}`, title: `[test] Task ${index + 1}`, completed: false, ...view }),
      ),
    );
    expect([...planRows(rows.database)].map(({ seen: view }) => view?.place)).toEqual(
      views.map(({ place = null }) => place),
    );
    expect([...reportRows(rows.database, null)].map(({ place }) => place)).toEqual(
      views.map(({ place = null }) => place),
    );
  });

  it('hold once what the tasks of a list have in common', () => {
    for (let task = 0; task < 50; task++) rows.add(common);
    expect(count('SELECT count(*) AS count FROM likeness')).toBe(1);
    expect(count(`SELECT count(*) AS count FROM reading WHERE view LIKE '%Backlog%'`)).toBe(0);
  });

  it('are kept whole from some number of different ones on', () => {
    rows.database.exec('PRAGMA synchronous = OFF');
    for (let task = 0; task < 2_100; task++) rows.add({ ...common, status: `status ${task}` });
    rows.add({ ...common, status: 'status 7' });
    expect(count('SELECT count(*) AS count FROM likeness')).toBe(2_000);
    expect(count('SELECT count(*) AS count FROM reading WHERE likeness IS NULL')).toBe(100);
    const statuses = seen().map((view) => view?.status);
    expect(statuses).toEqual([...Array.from({ length: 2_100 }, (_, task) => `status ${task}`), 'status 7']);
  });
});

it('a run of an older version can be looked at, by several at once', () => {
  rows.add(common);
  rows.database.exec(`
    UPDATE reading SET view = (SELECT view FROM likeness) || substr(view, 2);
    ALTER TABLE reading DROP COLUMN likeness; DROP TABLE likeness; DROP TABLE part; DROP TABLE reread;
    DROP INDEX reading_after_row; ALTER TABLE reading DROP COLUMN after_row; ALTER TABLE seal DROP COLUMN outcomes; PRAGMA user_version = 10`);
  const readers = [1, 2].map(() => openRunDatabase(rows.database.path, 'read'));
  for (const reader of readers)
    expect([...planRows(reader)].map(({ seen: view }) => view?.place)).toEqual([common.place]);
  for (const reader of readers) reader.close();
});
