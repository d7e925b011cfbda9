import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import type { Fault } from '../../../src/sandbox/faults.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { doubtOf, rowContext } from '../../support/row-context.js';
import { type ClickUp, failureOf, lists, openClickUp } from './workspace.js';

let click: ClickUp;
beforeEach(async () => {
  click = await openClickUp();
});
afterEach(() => click.close());

const row = { name: 'Draft', list_id: lists.sprint };
const full = {
  name: 'Draft',
  list_name: 'Sprint 1',
  description: 'Two pages.',
  status: 'In Progress',
  priority: 'high',
  due_date: '2026-12-24',
  start_date: '2026-12-01T08:30:00Z',
  time_estimate: '3600000',
  points: '3',
  custom_item_id: 1,
  assignees: 'ada@sandbox.example;Bo Operator;81234567',
  tags: 'one;two',
  custom_fields: {
    Environment: 'staging',
    Effort: '2.5',
    Risk: 'high',
    Areas: 'web;billing',
    'Review date': '2026-11-30',
  },
  notify_all: 'no',
};

test('a task gets everything that its row says', async () => {
  const result = await click.run('create', full);
  expect(result).toMatchObject({ ok: true, value: { outcome: 'done', createdId: expect.stringMatching(/^86/) } });
  const id = result.ok ? (result.value.createdId ?? '') : '';
  expect(await click.inspect(id)).toMatchObject({
    name: 'Draft',
    description: 'Two pages.\n\n[taskbatch 20261122-0530-create-7f3a/1]',
    status: { status: 'in progress' },
    priority: { id: '2' },
    due_date: String(Date.parse('2026-12-24T04:00:00Z')),
    start_date: String(Date.parse('2026-12-01T08:30:00Z')),
    time_estimate: 3_600_000,
    points: 3,
    custom_item_id: 1,
    list: { id: lists.sprint },
    assignees: [{ id: 81234568 }, { id: 81234569 }, { id: 81234567 }],
    tags: [{ name: 'one' }, { name: 'two' }],
  });
  expect(click.effects()).toEqual([`create ${id}`]);
});

test('a subtask is made below its parent, which may go by its custom id', async () => {
  click.fill('delete', { task_id: 'DEV-7', list_id: lists.sprint });
  expect(await click.run('create', { ...row, parent: 'dev-7' })).toMatchObject({ ok: true });
});

test('a row without a mark leaves the description alone', async () => {
  const result = await click.run('create', { ...row, mark: 'no' });
  const id = result.ok ? (result.value.createdId ?? '') : '';
  expect(await click.inspect(id)).toMatchObject({ description: '' });
});

describe('is refused before it is sent when', () => {
  test.each([
    ['the list has no such status', { status: 'Nope' }, 'STATUS_NOT_FOUND', '"to do", "in progress", "complete"'],
    ['the list has no such field', { custom_fields: { Nope: 1 } }, 'FIELD_NOT_FOUND', '"Environment"'],
    ['the field has no such option', { custom_fields: { Risk: 'huge' } }, 'FIELD_VALUE_INVALID', '"low", "medium"'],
    ['a field is given twice', { custom_fields: { effort: 1, Effort: 2 } }, 'FIELD_GIVEN_TWICE', 'Effort'],
    ['nobody has that name', { assignees: 'Nobody Known' }, 'PERSON_NOT_FOUND', 'Nobody Known'],
    ['the parent is not there', { parent: 'DEV-404' }, 'OAUTH_027', 'OAUTH_027'],
    ['the list is not there', { list_id: undefined, list_name: 'Nowhere' }, 'LIST_NOT_FOUND', 'Nowhere'],
  ])('%s', async (_case, values, code, words) => {
    const failure = failureOf(await click.run('create', { ...row, ...values }));
    expect(failure).toMatchObject({ code, effect: 'none' });
    expect(failure.message).toContain(words);
    expect(click.effects()).toEqual([]);
  });

  test('its name is longer than 2,048 characters, or no list is named', () => {
    expect(() => click.bind('create', { ...row, name: 'x'.repeat(2_049) })).toThrow(/2,048/);
    expect(() => click.bind('create', { name: 'x' })).toThrow(/names no list/);
  });
});

describe('a lost answer', () => {
  const context = rowContext();
  const doubt = doubtOf({ attemptStartedAtMs: Date.now(), seenBefore: false });

  test.each<readonly [string, Fault, string, number]>([
    ['500 before', { kind: 'status', status: 500, when: 'before' }, 'not-done', 0],
    ['500 after', { kind: 'status', status: 500, when: 'after' }, 'done', 1],
    ['a reset before', { kind: 'reset', when: 'before' }, 'not-done', 0],
    ['a reset after', { kind: 'reset', when: 'after' }, 'done', 1],
    ['half an answer', { kind: 'garbage', form: 'truncated', when: 'after' }, 'done', 1],
    ['a web page', { kind: 'garbage', form: 'html', when: 'after' }, 'done', 1],
  ])('%s is settled by the mark', async (_case, fault, expected, made) => {
    click.strike(fault);
    expect(failureOf(await click.run('create', full, { context }))).toMatchObject({ effect: 'possible' });
    expect(await click.bind('create', full).settle(click.writer, null, doubt)).toMatchObject({ kind: expected });
    expect(click.effects()).toHaveLength(made);
  });

  test('does not take the task of another row for its own', async () => {
    await click.run('create', row, { context: { ...context, mark: 'taskbatch 20261122-0530-create-7f3a/11' } });
    expect(await click.bind('create', row).settle(click.writer, null, doubt)).toMatchObject({ kind: 'not-done' });
  });

  test('is settled by name and time for a row without a mark, and not at all by a task from before', async () => {
    const unmarked = { ...row, mark: 'no' };
    click.strike({ kind: 'reset', when: 'after' });
    await click.run('create', unmarked);
    const { bind, writer } = click;
    expect(
      await bind('create', unmarked).settle(writer, null, { ...doubt, attemptStartedAtMs: Date.now() - 10_000 }),
    ).toMatchObject({ kind: 'done' });
    expect(
      await bind('create', unmarked).settle(writer, null, { ...doubt, attemptStartedAtMs: Date.now() + 60_000 }),
    ).toMatchObject({ kind: 'unknown' });
    expect(
      await bind('create', unmarked).settle(writer, null, { ...doubt, attemptStartedAtMs: Date.now() + 600_000 }),
    ).toMatchObject({ kind: 'not-done' });
    await click.run('create', unmarked);
    expect(
      await bind('create', unmarked).settle(writer, null, { ...doubt, attemptStartedAtMs: Date.now() - 10_000 }),
    ).toMatchObject({ kind: 'unknown' });
  });

  test('stays in doubt while the list can not be read', async () => {
    click.sandbox.setFaults([{ times: 0, fault: { kind: 'status', status: 503, when: 'before' } }]);
    expect(await click.bind('create', row).settle(click.writer, null, doubt)).toMatchObject({ kind: 'unknown' });
  });
});

describe('what ClickUp leaves out', () => {
  const made = (extra: JsonObject) =>
    answerOf(200, { id: '9hx', name: 'Draft', list: { id: lists.sprint }, tags: [], assignees: [], ...extra });

  test('is added, for tags, in the same row', async () => {
    const writer = scriptWriter(made({ tags: [{ name: 'One' }] }), answerOf(200, {}));
    const context = rowContext();
    expect(await click.bind('create', { ...row, tags: 'one;two' }).execute(writer, null, {}, context)).toMatchObject({
      ok: true,
      value: { createdId: '9hx' },
    });
    expect(writer.sent.map(({ method, path }) => `${method} ${path.join('/')}`)).toEqual([
      `POST v2/list/${lists.sprint}/task`,
      'POST v2/task/9hx/tag/two',
    ]);
  });

  test('of the tags is added by the next attempt, which makes no second task', async () => {
    const context = rowContext();
    const args = { ...row, tags: 'late' };
    const first = scriptWriter(made({}), answerOf(503));
    expect(failureOf(await click.bind('create', args).execute(first, null, {}, context)).effect).toBe('possible');
    expect(context.steps.done('create')).toBe(true);
    const list = { tasks: [{ id: '9hx', name: 'Draft', description: `[${context.mark}]`, tags: [] }], last_page: true };
    const settling = scriptWriter(answerOf(200, list));
    const doubt = { ...doubtOf({ seenBefore: false }), steps: context.steps };
    expect(await click.bind('create', args).settle(settling, null, doubt)).toMatchObject({ kind: 'not-done' });
    const second = scriptWriter(answerOf(200, list), answerOf(200, {}));
    expect(await click.bind('create', args).execute(second, null, {}, context)).toMatchObject({
      ok: true,
      value: { createdId: '9hx' },
    });
    expect(second.sent.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  test('of the tags can not be added to a task that went away: the row is not sent again', async () => {
    const args = { ...row, tags: 'late' };
    const none = answerOf(200, { tasks: [], last_page: true });
    const doubt = { ...doubtOf({ seenBefore: false }), steps: rowContext(['create']).steps };
    expect(await click.bind('create', args).settle(scriptWriter(none, none), null, doubt)).toMatchObject({
      kind: 'unknown',
      evidence: expect.stringContaining('was made by an earlier attempt'),
    });
  });

  test.each([
    ['an assignee', { assignees: '5' }, {}, '5 was not assigned'],
    ['the priority', { priority: 1 }, { priority: null }, 'priority is empty, not "urgent"'],
    ['the due date', { due_date: '2026-12-24' }, {}, 'due_date is empty'],
  ])('fails the row, with the id of the task: %s', async (_case, values, extra, words) => {
    const failure = failureOf(
      await click.bind('create', { ...row, ...values }).execute(scriptWriter(made(extra)), null, {}, rowContext()),
    );
    expect(failure).toMatchObject({ type: 'API_ERROR', code: 'NOT_APPLIED', effect: 'possible', retryable: false });
    expect(failure.message).toContain('9hx');
    expect(failure.message).toContain(words);
  });

  test('of the fields fails the row and its settlement', async () => {
    const args = { ...row, custom_fields: { Gate: 'open' } };
    const context = rowContext();
    const failure = failureOf(await click.run('create', args, { context }));
    expect(failure).toMatchObject({ code: 'NOT_APPLIED' });
    expect(failure.message).toContain('"Gate" was not set');
    expect(await click.bind('create', args).settle(click.writer, null, doubtOf())).toMatchObject({
      kind: 'failed',
      failure: { code: 'NOT_APPLIED' },
    });
    expect(click.effects()).toHaveLength(1);
  });
});

test('a bad credential and a limit are told as such', async () => {
  click.strike({ kind: 'throttle', hint: 'service', seconds: 5 });
  expect(failureOf(await click.run('create', row))).toMatchObject({
    type: 'RATE_LIMIT',
    effect: 'none',
    retryable: true,
  });
  const refused = scriptWriter(answerOf(401, { err: 'Token invalid', ECODE: 'OAUTH_025' }));
  expect(failureOf(await click.bind('create', row).execute(refused, null, {}, rowContext()))).toMatchObject({
    type: 'AUTH',
    scope: 'credential',
  });
});
