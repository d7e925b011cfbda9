/** Bad input of rows: found without the network where that is enough, else by the plan; each with what to do next. */
import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { columnFacts } from '../../../src/providers/columns.js';
import { tallyfy } from '../../../src/providers/tallyfy/provider.js';
import type { Task } from '../../../src/sandbox/tallyfy/state.js';
import { formField, hex, type Started, startTallyfy, taskId } from './kit.js';

const open: Started[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

function schemaOf(operation: string) {
  const entry = tallyfy.operations.find(({ name }) => name === operation);
  if (entry === undefined) throw new Error(`no operation ${operation}`);
  return entry.schema;
}

const created = { title: 'Send it', owners: { users: [7] }, deadline: '2026-12-01' };

describe('validation refuses', () => {
  test.each<readonly [string, string, JsonObject, string, RegExp]>([
    [
      'an id of ClickUp',
      'delete',
      { task_id: '86fpd7vgc' },
      'task_id',
      /looks like an id of ClickUp; .* 32 characters/,
    ],
    ['a custom id of ClickUp', 'delete', { task_id: 'DEV-1234' }, 'task_id', /looks like an id of ClickUp/],
    ['an address of ClickUp', 'delete', { task_id: 'https://app.clickup.com/t/86fpd7vgc' }, 'task_id', /ClickUp/],
    ['a number of Bitrix24', 'complete', { task_id: '70001' }, 'task_id', /is a number, as ids of Bitrix24 are/],
    ['a run of ClickUp', 'archive-run', { run_id: '86fpd7vgc' }, 'run_id', /looks like an id of ClickUp/],
    ['an id that lost zeros', 'delete', { task_id: '1'.repeat(30) }, 'task_id', /dropped zeros/],
    ['a word', 'delete', { task_id: 'urgent' }, 'task_id', /is not an id of Tallyfy/],
    [
      'a guest that is no e-mail',
      'create',
      { ...created, owners: { guests: ['Ann'] } },
      'owners',
      /"Ann" among guests.* no e-mail/,
    ],
    [
      'a guest of an update',
      'update',
      { task_id: taskId, owners: { guests: 'a@b' } },
      'owners',
      /among guests.* no e-mail/,
    ],
    ['a long title', 'create', { ...created, title: 'x'.repeat(601) }, 'title', /longer than 600 characters/],
    ['a long title of an update', 'update', { task_id: taskId, title: 'x'.repeat(601) }, 'title', /longer than 600/],
    ['a verdict that is none', 'complete', { task_id: taskId, is_approved: 'maybe' }, 'is_approved', /true nor false/],
  ])('%s', (_case, operation, cells, column, reason) => {
    const schema = schemaOf(operation);
    const [issue] = schema.safeParse(cells).error?.issues ?? [];
    expect(issue?.path[0]).toBe(column);
    expect(issue?.message).toMatch(reason);
    const field = schema.shape[column];
    expect(field && columnFacts(field)?.fix).toMatch(/^[A-Z].*\.$/);
  });
});

describe('the plan refuses, and nothing is sent:', () => {
  const options = [
    { id: 1, text: 'Small' },
    { id: 2, text: 'Large' },
  ];
  const choice = (fieldType: 'radio' | 'dropdown' | 'multiselect' | 'assignees_form') => ({
    fields: [formField({ id: hex('1'), label: 'Size', fieldType, options })],
  });

  test.each<readonly [string, Partial<Task>, string, JsonObject, RegExp, RegExp]>([
    ['an approval without a verdict', { taskType: 'approval' }, 'complete', {}, /is an approval/, /column is_approved/],
    [
      'a false one on an expiring task',
      { taskType: 'expiring' },
      'complete',
      { is_approved: false },
      /expired/,
      /empty, or write true/,
    ],
    [
      'a false one on an expiring e-mail',
      { taskType: 'expiring_email' },
      'complete',
      { is_approved: false },
      /expired/,
      /empty/,
    ],
    ...(['radio', 'dropdown', 'multiselect'] as const).flatMap((fieldType) =>
      ['set-fields', 'complete'].map(
        (operation) =>
          [
            `an option that ${fieldType} has not (${operation})`,
            choice(fieldType),
            operation,
            { fields: { Size: 'Huge' } },
            /"Huge".*"Size".*none of its options: Small, Large/,
            /Correct the value/,
          ] as const,
      ),
    ),
    [
      'a guest that is no e-mail in a field',
      choice('assignees_form'),
      'set-fields',
      { fields: { Size: '{"guests":["Ann"]}' } },
      /guest "Ann", which is no e-mail/,
      /Correct/,
    ],
  ])('%s', async (_case, change, operation, args, message, action) => {
    const it = await startTallyfy();
    open.push(it);
    it.task({ change: (task) => Object.assign(task, change) });
    const bound = it.bind(operation, { task_id: taskId, ...args });
    expect(bound.predict(await it.look(bound), {})).toMatchObject({
      kind: 'will-fail',
      failure: {
        type: 'VALIDATION',
        scope: 'row',
        message: expect.stringMatching(message),
        suggestedAction: expect.stringMatching(action),
      },
    });
    expect(await it.execute(operation, { task_id: taskId, ...args })).toMatchObject({
      failure: { type: 'VALIDATION' },
    });
    expect(it.writes()).toEqual([]);
  });
});
