/** What ClickUp takes and ignores fails the row: every writing operation that is told what came of it. */
import { afterEach, describe, expect, test } from 'vitest';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { doubtOf, rowContext } from '../../support/row-context.js';
import { type ClickUp, failureOf, lists, openClickUp } from './workspace.js';

const open: ClickUp[] = [];
afterEach(async () => {
  for (const click of open.splice(0)) await click.close();
});

async function start(...ignoredFields: string[]): Promise<ClickUp> {
  const click = await openClickUp({ ignoredFields });
  open.push(click);
  return click;
}

const task_id = '86row1';
const isDropped = { code: 'NOT_APPLIED', scope: 'row', effect: 'possible', retryable: false };

const details: ReadonlyArray<readonly [string, Record<string, unknown>]> = [
  ['description', { description: 'Text' }],
  ['markdown_content', { markdown_content: '**Text**' }],
  ['status', { status: 'in progress' }],
  ['priority', { priority: 'urgent' }],
  ['due_date', { due_date: '2026-12-24' }],
  ['start_date', { start_date: '2026-12-01T10:00:00Z' }],
  ['time_estimate', { time_estimate: 60_000 }],
  ['points', { points: 1.5 }],
  ['custom_item_id', { custom_item_id: 1 }],
  ['parent', { parent: '86other1' }],
];

describe('a new task without', () => {
  test.each([
    ...details,
    ['assignees', { assignees: 'Ada Tester' }] as const,
    ['custom_fields', { custom_fields: { Environment: 'staging' } }] as const,
  ])('its %s fails the row, which names the task that is there', async (name, values) => {
    const click = await start(name);
    click.fill('delete', { task_id: '86other1', list_id: lists.sprint });
    const failure = failureOf(await click.run('create', { name: 'A', list_id: lists.sprint, ...values }));
    expect(failure).toMatchObject({ ...isDropped, suggestedAction: expect.stringContaining('delete it before') });
    expect(failure.message).toMatch(/made the task "A" \(86\w+\), but not all/);
    expect(click.effects()).toHaveLength(1);
  });
});

describe('an update without', () => {
  test.each([['name', { name: 'New' }] as const, ...details])('its %s fails the row', async (name, values) => {
    const click = await start(name);
    click.fill('delete', { task_id: '86other1', list_id: lists.sprint });
    click.fill('delete', { task_id, list_id: lists.sprint }, 'Old');
    const failure = failureOf(await click.run('update', { task_id, ...values }));
    expect(failure).toMatchObject(isDropped);
    expect(click.effects()).toEqual([]);
    const bound = click.bind('update', { task_id, ...values });
    expect((await bound.settle(click.writer, await click.look(bound.target), doubtOf())).kind).toBe('not-done');
  });

  test('what can not be compared fails the row when it is as it was before', async () => {
    const click = await start('markdown_content');
    click.fill('delete', { task_id, list_id: lists.sprint }, 'Old');
    const plain = click.bind('update', { task_id, description: 'Something else' });
    await plain.execute(click.writer, null, {}, rowContext());
    const failure = failureOf(
      await click.run('update', { task_id, markdown_content: '**Text** [here](https://a.example)' }),
    );
    expect(failure).toMatchObject({
      ...isDropped,
      message: expect.stringContaining('description is as it was before'),
    });
  });
});

test.each([
  ['complete', {}, 'status'],
  ['set-status', { status: 'in progress' }, 'status'],
  ['archive', {}, 'archived'],
  ['unarchive', {}, 'archived'],
  ['assign', { assignees: 'Ada Tester' }, 'assignees'],
  ['unassign', { assignees: '81234568' }, 'assignees'],
])('%s %j fails the row when ClickUp ignores %s', async (operation, values, ignored) => {
  const click = await start(ignored);
  click.fill(operation, { task_id, list_id: lists.sprint, ...values });
  expect(failureOf(await click.run(operation, { task_id, ...values }))).toMatchObject(isDropped);
  expect(click.effects()).toEqual([]);
});

describe('set-field, whose answer tells nothing,', () => {
  test('reads the task after people were set, for unknown ids are passed over', async () => {
    const click = await start('value.add');
    click.fill('delete', { task_id, list_id: lists.sprint });
    const failure = failureOf(await click.run('set-field', { task_id, field: 'Reviewers', value: '81234568' }));
    expect(failure).toMatchObject({ ...isDropped, message: expect.stringContaining('"Reviewers" holds') });
  });

  test('is done when the people are there, or can not be read', async () => {
    const click = await start();
    click.fill('delete', { task_id, list_id: lists.sprint });
    const row = { task_id, field: 'Reviewers', value: '81234568' };
    const bound = click.bind('set-field', row);
    const reading = await click.look(bound.target);
    const task = reading.kind === 'found' ? reading.target : null;
    expect(await bound.execute(click.writer, task, {}, rowContext())).toMatchObject({
      ok: true,
      value: { message: null },
    });
    click.sandbox.setFaults([
      { match: { write: false }, times: 0, fault: { kind: 'status', status: 503, when: 'before' } },
    ]);
    expect(await bound.execute(click.writer, task, {}, rowContext())).toMatchObject({
      ok: true,
      value: { message: expect.stringContaining('could not be read') },
    });
  });
});

test.each([
  ['a comment without an id', 'comment', { comment: 'Hi' }, { date: 1 }],
  ['a tag answered with a list', 'add-tag', { tag: 'x' }, []],
])('%s is no answer of the route', async (_case, operation, values, body) => {
  const click = await start();
  const bound = click.bind(operation, { task_id, ...values });
  const result = await bound.execute(scriptWriter(answerOf(200, body)), null, {}, rowContext());
  expect(failureOf(result)).toMatchObject({ code: 'UNEXPECTED_ANSWER', effect: 'possible' });
});
