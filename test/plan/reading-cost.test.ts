import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { batchCost, countTargets, pagesCost } from '../../src/providers/reading-cost.js';
import { insertRows, storeKind } from '../../src/state/row-writes.js';
import { countUnreadTasks } from '../../src/state/target-counts.js';
import { readingText } from '../../src/ui/reading-text.js';
import { createPlannedRows, type PlannedRows } from './planned-rows.js';

const none = { loose: 0, placed: [], others: 0 };

describe('what reading costs', () => {
  test.each([
    ['nothing', none, 0, 0],
    ['one task', { ...none, loose: 1 }, 1, 1],
    ['tasks that may all be in one place, or each in another', { ...none, loose: 5_000 }, 51, 5_500],
    ['tasks of 60 known places', { ...none, placed: [{ tasks: 50, places: 60 }] }, 60, 3_300],
    [
      'places with a task or two, and one with many',
      {
        ...none,
        placed: [
          { tasks: 2, places: 3 },
          { tasks: 250, places: 1 },
        ],
      },
      9,
      281,
    ],
    ['things that have no lists', { ...none, others: 7 }, 7, 7],
  ])('by pages of 100: %s', (_case, counts, least, most) => {
    expect(pagesCost(counts, 100)).toEqual({ least, most });
  });

  test('by batches of ids: one request for so many', () => {
    expect(batchCost({ ...none, loose: 1_001 }, 50)).toEqual({ least: 21, most: 22 });
    expect(batchCost({ ...none, loose: 1 }, 50)).toEqual({ least: 1, most: 1 });
    expect(countTargets({ loose: 1, placed: [{ tasks: 2, places: 3 }], others: 4 })).toBe(11);
  });
});

describe('what there is to read', () => {
  let rows: PlannedRows;
  beforeEach(() => {
    rows = createPlannedRows();
  });
  afterEach(() => rows.remove());

  test('is counted by target, by what the rows say of its place, and without what was read', () => {
    const kind = storeKind(rows.database, 'tallyfy', 'complete');
    const add = (number: number, target: string | null, args: object | null) =>
      insertRows(rows.database, [
        {
          number,
          line: number + 1,
          kind,
          cells: [],
          target,
          args: args === null ? null : JSON.stringify(args),
          state: 'pending',
          reason: null,
        },
      ]);
    rows.add({}, 'tallyfy.complete');
    rows.add({}, 'clickup.delete');
    for (const [index, run] of ['r1', 'r1', 'r2', 'r2', 'r3', null].entries()) {
      add(index + 10, `tallyfy:t${index}`, run === null ? {} : { run_id: run });
    }
    // The same target again, a run, a row that makes something, a row whose id is not known yet.
    add(20, 'tallyfy:t5', {});
    add(21, 'tallyfy:run:r1', {});
    add(22, null, {});
    add(23, 'tallyfy:t9', null);
    expect(countUnreadTasks(rows.database, 'tallyfy', 'run_id')).toEqual({
      counts: {
        loose: 1,
        placed: [
          { tasks: 1, places: 1 },
          { tasks: 2, places: 2 },
        ],
        others: 1,
      },
      read: 1,
    });
    expect(countUnreadTasks(rows.database, 'tallyfy', null).counts).toEqual({ loose: 6, placed: [], others: 1 });
    expect(countUnreadTasks(rows.database, 'bitrix24', null).counts).toEqual(none);
  });
});

test('it is said with figures, time, and what it depends on', () => {
  const outlook = {
    title: 'ClickUp',
    targets: 5_000,
    read: 0,
    cost: { least: 51, most: 5_510 },
    withParts: 'none' as const,
    depends: 'the fewer, the more of them share a list',
    requestsPerMinute: 100,
  };
  expect(readingText(outlook)).toBe(
    'ClickUp: reading 5,000 targets takes 51 to 5,510 requests, 31 s to 55 min 6 s at 100 a minute: ' +
      'the fewer, the more of them share a list',
  );
  expect(readingText({ ...outlook, cost: { least: 120, most: 121 }, read: 1_800, targets: 3_200 })).toBe(
    'ClickUp: reading 3,200 targets (1,800 are read already) takes about 120 requests, about 1 min 12 s at 100 a minute',
  );
  expect(readingText({ ...outlook, requestsPerMinute: 0, depends: null })).toBe(
    'ClickUp: reading 5,000 targets takes 51 to 5,510 requests',
  );
  expect(readingText({ ...outlook, requestsPerMinute: 0, depends: null, withParts: 'all' })).toBe(
    'ClickUp: reading 5,000 targets takes 51 to 5,510 requests; their subtasks, of which guards ask, are looked up beside that',
  );
  expect(readingText({ ...outlook, requestsPerMinute: 0, depends: null, withParts: 'some' })).toBe(
    'ClickUp: reading 5,000 targets takes 51 to 5,510 requests; subtasks that change with them, of which guards ask, are looked up beside that',
  );
});
