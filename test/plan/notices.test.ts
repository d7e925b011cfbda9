import { afterEach, beforeEach, expect, test } from 'vitest';
import { findNotices } from '../../src/plan/notices.js';
import { entryOf } from '../../src/providers/entry-of.js';
import { noticeText } from '../../src/ui/notice-text.js';
import { createPlannedRows, type PlannedRows } from './planned-rows.js';

let rows: PlannedRows;
beforeEach(() => {
  rows = createPlannedRows();
});
afterEach(() => rows.remove());

const services = ['clickup', 'tallyfy', 'bitrix24'].map((provider) => ({
  provider,
  title: provider,
  tenant: '',
  user: '',
}));
const find = (...parts: ReadonlyArray<readonly [provider: string, operation: string, rows: number]>) =>
  findNotices(
    rows.database,
    { services },
    parts.map(([provider, operation, count]) => ({ entry: entryOf(provider, operation), rows: count })),
  );

test('people are counted once each, over assignees and followers of all targets that were read', () => {
  rows.add({ assignees: ['Ann', 'Bob'], followers: ['Cid'] });
  rows.add({ assignees: ['Bob'], followers: ['Ann', 'Dan'] });
  rows.add({});
  const [notices, ...others] = find(['clickup', 'delete', 5]);
  expect(others).toEqual([]);
  expect(notices).toEqual({
    provider: 'clickup',
    title: 'clickup',
    people: 'may',
    peopleRows: 5,
    peopleCount: 4,
    peopleUnknownRows: 2,
    automations: 'may',
    automationRows: 5,
    webhooks: 0,
  });
});

test('rows that will not be done, and operations of which nobody is told, count for nothing', () => {
  rows.add({ assignees: ['Ann'] }, 'clickup.delete', 'skipped');
  rows.add({ assignees: ['Bob'] }, 'tallyfy.archive');
  expect(find(['tallyfy', 'archive', 1])).toEqual([]);
  expect(find(['clickup', 'delete', 1], ['tallyfy', 'archive', 1])).toMatchObject([
    { peopleRows: 1, peopleCount: 0, peopleUnknownRows: 1, automationRows: 1 },
  ]);
});

test('webhooks of tasks themselves are counted where the operation fires them', () => {
  rows.add({ assignees: ['7'], traces: { webhooks: 1 } }, 'tallyfy.complete');
  rows.add({ assignees: ['7'], traces: { webhooks: 0 } }, 'tallyfy.complete');
  rows.add({ traces: { webhooks: 1 } }, 'tallyfy.update');
  const [notices] = find(['tallyfy', 'complete', 2]);
  expect(notices).toMatchObject({ people: 'yes', peopleCount: 1, automations: 'yes', webhooks: 1 });
});

test('what is made without anybody to be told of it tells nobody', () => {
  for (const args of [{}, { assignees: [] }]) rows.add({}, 'clickup.create', 'pending', args);
  const [nobody] = find(['clickup', 'create', 2]);
  expect(nobody).toMatchObject({ people: 'no', peopleRows: 0, peopleUnknownRows: 0, automationRows: 2 });
  expect(nobody && noticeText(nobody)).not.toContain('people');
  rows.add({}, 'clickup.create', 'pending', { assignees: ['Ann'] });
  expect(find(['clickup', 'create', 3])).toMatchObject([{ people: 'yes', peopleRows: 1, automationRows: 3 }]);
});

test.each([
  [
    { people: 'yes', peopleRows: 2, peopleCount: 1, automations: 'yes', automationRows: 2, webhooks: 1 },
    'T tells 1 person (assignees and followers in 2 rows), and runs webhooks and automations, and calls the webhook of 1 task',
  ],
  [
    { people: 'may', peopleRows: 3, peopleCount: 0, peopleUnknownRows: 3, automations: 'no', automationRows: 0 },
    'T may tell the people of 3 rows, who are not known yet',
  ],
  [
    { people: 'yes', peopleRows: 3, peopleCount: 2, peopleUnknownRows: 1, automations: 'may', automationRows: 1 },
    'T tells 2 people (assignees and followers in 2 rows) and the people of 1 row, who are not known yet, and may run ' +
      'webhooks and automations for 1 row',
  ],
] as const)('the words for %o', (facts, text) => {
  const blank = { provider: 't', title: 'T', peopleUnknownRows: 0, webhooks: 0 };
  expect(noticeText({ ...blank, ...facts })).toBe(text);
});
