import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeTarget } from '../../src/providers/reading.js';
import type { TargetView } from '../../src/providers/target.js';
import { planRows } from '../../src/state/plan-reads.js';
import { writeReading } from '../../src/state/plan-writes.js';
import { reportRows } from '../../src/state/report-reads.js';
import { pendingRows } from '../../src/state/row-reads.js';
import { numberColumn } from '../../src/state/values.js';
import { createPlannedRows, type PlannedRows, readAtMs } from '../plan/planned-rows.js';

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

  it('and what they foretell come back byte for byte, whatever their ids, titles and times are', () => {
    const time = '2026-11-27T10:00:00.123Z';
    const views: Partial<TargetView>[] = [
      { title: 'Say "no" \\ \u0001\u0002 \u2028 \ud83d\ude00 \ud800', url: 'https://app.clickup.com/t/86t1' },
      {
        id: '86other',
        title: '86other',
        placeId: '86other',
        url: 'https://app.clickup.com/t/other',
        customId: 'DEV-1',
      },
      { id: 'a"b', title: '', partOf: ['a"b'] },
      { title: 'status', status: 'status' },
      { created: time, updated: time, due: time, extra: { started: time, said: 'x'.repeat(100) } },
      { created: time, updated: '2026-11-27T10:00:00.124Z', due: '0001-01-01T00:00:00.000Z' },
      { created: '1969-12-31T23:59:59.999Z', updated: '9999-12-31T23:59:59.999Z' },
      { due: '2026-11-27', extra: { start: '2026-11-27' } },
      { created: '2026-11-27T10:00:00.123+01:00', updated: '', traces: { comments: 3 } },
      { title: '1', place: '%s $1 $& char(1)', assignees: ['1'] },
    ];
    const full = views.map((view, index) =>
      describeTarget({ id: `86t${index + 1}`, title: `[test] Task ${index + 1}`, completed: false, ...view }),
    );
    const foretold = full.map(({ title, id }) => [{ field: 'task', before: title, after: id }]);
    const cells = rows.database.prepare('UPDATE source SET cells = ? WHERE number = ?');
    for (const [index, view] of full.entries()) {
      rows.add({});
      if (index % 2 === 0) cells.run(JSON.stringify(['86t', null, view.title]), index + 1);
      writeReading(rows.database, {
        number: index + 1,
        readAtMs,
        view,
        prepared: {},
        changes: foretold[index] ?? [],
        raw: null,
      });
    }
    expect(count('SELECT count(*) AS count FROM reading WHERE pattern IS NOT NULL')).toBe(views.length - 1);
    expect(count('SELECT count(*) AS count FROM reading WHERE title_cell = 2 AND title IS NULL')).toBe(5);
    expect(seen()).toEqual(full);
    expect([...planRows(rows.database)].map(({ changes }) => changes)).toEqual(foretold);
  });

  it('come back to the millisecond', () => {
    rows.database.exec('PRAGMA synchronous = OFF');
    const times = Array.from({ length: 500 }, (_, index) =>
      new Date(1_795_992_805_049 + index * 86_399_977).toISOString(),
    );
    for (const created of times) rows.add({ created });
    expect(seen().map((view) => view?.created)).toEqual(times);
  });

  it('hold once what the tasks of a list have in common, and nothing that the rows tell', () => {
    for (let task = 0; task < 50; task++) rows.add({ ...common, url: `https://app.clickup.com/t/86t${task + 1}` });
    expect(count('SELECT count(*) AS count FROM pattern WHERE instr(text, char(2)) > 0')).toBe(1);
    expect(count(`SELECT count(*) AS count FROM reading WHERE view <> '' OR id IS NOT NULL`)).toBe(0);
  });

  it('are kept whole where most of them are a case of their own', () => {
    rows.database.exec('PRAGMA synchronous = OFF');
    for (let task = 0; task < 400; task++) rows.add({ ...common, status: `status ${task}` });
    rows.add({ ...common, status: 'status 7' });
    expect(count('SELECT count(*) AS count FROM pattern')).toBeLessThan(100);
    expect(count('SELECT count(*) AS count FROM reading WHERE pattern IS NULL')).toBeGreaterThan(300);
    const statuses = seen().map((view) => view?.status);
    expect(statuses).toEqual([...Array.from({ length: 400 }, (_, task) => `status ${task}`), 'status 7']);
  });
});
