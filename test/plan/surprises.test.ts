import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CommonFeatures, nearlyAll } from '../../src/plan/surprises/common-features.js';
import { fewestRows, findSurprises } from '../../src/plan/surprises/find-surprises.js';
import { firstWord, lastWord, words } from '../../src/plan/surprises/title-words.js';
import type { TargetView } from '../../src/providers/target.js';
import { planRows } from '../../src/state/plan-reads.js';
import { surpriseGroups } from '../../src/state/surprises.js';
import { createPlannedRows, type PlannedRows, readAtMs } from './planned-rows.js';

let rows: PlannedRows;
beforeEach(() => {
  rows = createPlannedRows();
});
afterEach(() => rows.remove());

const agoIso = (hours: number) => new Date(readAtMs - hours * 3_600_000).toISOString();

/** What most tasks of these tests are like. */
const usual: Partial<TargetView> = {
  place: 'QA / Sandbox',
  placeId: '901',
  list: 'Sandbox',
  folder: 'QA',
  space: '90',
  updated: agoIso(100),
  traces: { comments: 0, trackedMs: 0, files: 0, openSubtasks: 0 },
};

function addUsual(count: number, changes: Partial<TargetView> = {}): void {
  for (let n = 0; n < count; n += 1) rows.add({ ...usual, ...changes });
}

/** What is found: the row's number, the rule, the reason. */
async function found(): Promise<[number, string, string][]> {
  await findSurprises(rows.database);
  return surpriseGroups(rows.database, 100).flatMap(({ rule, first }) =>
    first.map(({ row, reason }): [number, string, string] => [row, rule, reason]),
  );
}

test('a task that further lists show, among those that are in one', async () => {
  addUsual(9);
  rows.add({ ...usual, otherLists: ['Production'] });
  expect(await found()).toEqual([[10, 'lists', 'It is shown in "Production" too; 9 of 10 rows are in one list only.']]);
});

test('rows that are all alike are no surprise', async () => {
  addUsual(20);
  expect(await found()).toEqual([]);
});

describe.each<[rule: string, odd: Partial<TargetView>, reason: string]>([
  ['title', { title: 'Payroll Q4' }, 'Its title does not begin with "[test]"; 9 of 10 rows do.'],
  [
    'place',
    { place: 'Ops / Private', placeId: '902', list: 'Private', folder: 'Ops' },
    'It is in "Ops / Private"; 9 of 10 rows are in "QA / Sandbox".',
  ],
  [
    'edited',
    { updated: agoIso(3) },
    'It was edited 3 h before it was read; 9 of 10 rows were not edited within a day.',
  ],
  ['comments', { traces: { ...usual.traces, comments: 2 } }, 'It has 2 comments; 9 of 10 rows have none.'],
  [
    'time',
    { traces: { ...usual.traces, trackedMs: 5_400_000 } },
    '2 h of work are booked on it; 9 of 10 rows have none.',
  ],
  ['files', { traces: { ...usual.traces, files: 1 } }, 'It has 1 attachment; 9 of 10 rows have none.'],
  ['subtasks', { traces: { ...usual.traces, openSubtasks: 3 } }, 'It has 3 open subtasks; 9 of 10 rows have none.'],
])('the rule %s', (rule, odd, reason) => {
  test('tells of one row among ten', async () => {
    addUsual(6);
    rows.add({ ...usual, ...odd });
    addUsual(3);
    expect(await found()).toEqual([[7, rule, reason]]);
  });

  test('tells of up to one row in five, and of none where more are like it', async () => {
    addUsual(8);
    for (let n = 0; n < 2; n += 1) rows.add({ ...usual, ...odd });
    expect((await found()).map(([row, name]) => [row, name])).toEqual([
      [9, rule],
      [10, rule],
    ]);
    rows.add({ ...usual, ...odd });
    expect((await found()).filter(([, name]) => name === rule)).toEqual([]);
  });

  test('is silent where all rows are so', async () => {
    for (let n = 0; n < 10; n += 1) rows.add({ ...usual, ...odd });
    expect(await found()).toEqual([]);
  });

  test(`is silent with fewer than ${fewestRows} rows`, async () => {
    addUsual(fewestRows - 2);
    rows.add({ ...usual, ...odd });
    expect(await found()).toEqual([]);
    addUsual(1);
    expect((await found()).map(([row, name]) => [row, name])).toEqual([[fewestRows - 1, rule]]);
  });
});

describe('what is compared', () => {
  test('rows of one operation with each other, not with those of another', async () => {
    addUsual(10);
    for (let n = 0; n < 3; n += 1) rows.add({ ...usual, title: 'Payroll' }, 'clickup.archive');
    expect(await found()).toEqual([]);
  });

  test('rows that will be done only', async () => {
    addUsual(10);
    rows.add({ ...usual, title: 'Payroll' }, 'clickup.delete', 'skipped');
    expect(await found()).toEqual([]);
  });

  test('what a service did not tell is neither a surprise nor told as none', async () => {
    addUsual(9, { traces: { trackedMs: 0 } });
    rows.add({ ...usual, traces: { trackedMs: 0, files: 1 } });
    const { compared, untold } = await findSurprises(rows.database);
    expect(compared).toBe(10);
    expect(untold).toEqual([
      { provider: 'clickup', rule: 'comments' },
      { provider: 'clickup', rule: 'files' },
      { provider: 'clickup', rule: 'subtasks' },
    ]);
    expect(surpriseGroups(rows.database, 9)).toEqual([]);
  });

  test('a list by its id, also where another has the same name', async () => {
    addUsual(9);
    rows.add({ ...usual, placeId: '999' });
    expect((await found()).map(([row, rule]) => [row, rule])).toEqual([[10, 'place']]);
  });

  test('folders, where the rows are spread over many lists', async () => {
    for (let n = 0; n < 9; n += 1) rows.add({ ...usual, placeId: `7${n}`, place: `QA / L${n}` });
    rows.add({ ...usual, placeId: '999', place: 'Ops / Private', folder: 'Ops' });
    expect(await found()).toEqual([[10, 'place', 'It is in "Ops / Private"; 9 of 10 rows are in folder QA.']]);
  });

  test.each([
    [0.005, 'less than a minute'],
    [3, '3 h'],
  ])('an edit by a clock that is %f h ahead of ours is told as that, and not as one before the reading', async (hours, ahead) => {
    addUsual(9);
    rows.add({ ...usual, updated: agoIso(-hours) });
    const told = `By the time that the service tells it was edited ${ahead} after it was read`;
    expect(await found()).toEqual([[10, 'edited', `${told}; 9 of 10 rows were not edited within a day.`]]);
  });

  test('a row has all its surprises, and they are gone once it is found anew', async () => {
    addUsual(9);
    rows.add({ ...usual, title: 'Payroll', updated: agoIso(0) });
    await findSurprises(rows.database);
    expect([...planRows(rows.database)].at(-1)?.surprises).toEqual([
      'It was edited less than a minute before it was read; 9 of 10 rows were not edited within a day.',
      'Its title does not begin with "[test]"; 9 of 10 rows do.',
    ]);
    await findSurprises(rows.database, undefined, []);
    expect([...planRows(rows.database)].at(-1)?.surprises).toEqual([]);
  });
});

describe('titles', () => {
  test.each([
    [
      'begin with',
      (n: number) => `INV-${n} for ${'abcdefghij'[n]}`,
      'Its title does not begin with "inv-#"; 9 of 10 rows do.',
    ],
    ['end with', (n: number) => `${'abcdefghij'[n]} (copy)`, 'Its title does not end with "(copy)"; 9 of 10 rows do.'],
    [
      'have',
      (n: number) => `${'abcdefghij'[n]} test ${'klmnopqrst'[n]}`,
      'Its title does not have "test"; 9 of 10 rows do.',
    ],
  ])('that %s the same words', async (_how, title, reason) => {
    for (let n = 0; n < 9; n += 1) rows.add({ ...usual, title: title(n) });
    rows.add({ ...usual, title: 'Payroll' });
    expect(await found()).toEqual([[10, 'title', reason]]);
  });

  test('are compared in small letters, with any number as #, brackets whole', () => {
    expect(firstWord('[Old Stuff]Remove 12')).toBe('[old stuff]');
    expect(firstWord('TEST: x')).toBe('test:');
    expect(firstWord('')).toBe('');
    expect(lastWord('Plan 2026')).toBe('#');
    expect(words('“Plan”, the plan (v2)')).toEqual(['plan', 'the', 'v#']);
  });
});

test('what nearly all rows have is found among any others, in bounded memory', () => {
  const feature = fc.string({ maxLength: 3 });
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(feature, { maxLength: 19 }), { minLength: 10, maxLength: 200 }), (rest) => {
      const all = rest.map((features, at) => (at % 6 === 5 ? features : [...features, 'the norm']));
      const common = new CommonFeatures();
      for (const features of all) common.offer(features);
      for (const features of all) common.count(features);
      const having = all.filter((features) => features.includes('the norm')).length;
      expect(having / all.length).toBeGreaterThanOrEqual(nearlyAll);
      expect(common.norm()?.rows).toBeGreaterThanOrEqual(having);
    }),
  );
});
