import { afterEach, describe, expect, test } from 'vitest';
import { bitrix24 } from '../../../src/providers/bitrix24/provider.js';
import { describeTarget } from '../../../src/providers/reading.js';
import { createBitrix24 } from '../../../src/sandbox/bitrix24.js';
import { hostServices } from '../../../src/sandbox/host.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { connectProvider } from '../../support/connected.js';
import { connectOptions, doubtOf, rowContext } from '../../support/row-context.js';

const nothingAbove = () => null;
const open: Array<{ close(): Promise<void> }> = [];

afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close();
});

async function start(operation: string) {
  const sandbox = await hostServices([() => createBitrix24()], { limit: null });
  open.push(sandbox);
  sandbox.fill([{ provider: 'bitrix24', operation, values: { task_id: '11' }, cells: {}, done: true }]);
  const connected = connectProvider(bitrix24, sandbox.environment);
  open.push(connected);
  const look = async () => {
    const [reading] = await connected.connection.lookUp(connected.writer, [{ kind: 'task', id: '11' }]);
    if (reading?.kind !== 'found') throw new Error('not found');
    return reading;
  };
  return { ...connected, sandbox, look };
}

const schema = bitrix24.operations.find(({ name }) => name === 'update')?.schema;
const bind = (values: Record<string, string | readonly string[] | number>) =>
  bitrix24.connect({ BITRIX24_API_KEY: 'vibe_api_1' }, connectOptions).bind('update', { task_id: '11', ...values });
const target = describeTarget({ id: '11', title: 'T', completed: false });

test('a new responsible person leaves a completed task completed, and nobody becomes an auditor', async () => {
  const { connection, writer, look } = await start('complete');
  const bound = connection.bind('update', { task_id: '11', responsible_id: '2' });
  expect(await bound.execute(writer, (await look()).target, {}, rowContext())).toMatchObject({ ok: true });
  expect((await look()).target).toMatchObject({ completed: true, extra: { responsibleId: '2', auditors: '' } });
});

test('every value is sent, found again, and can be emptied', async () => {
  const { connection, writer, look } = await start('update');
  const values = {
    ...{ title: 'A & B', description: '[b]x[/b]', priority: 'high', deadline: '2026-12-24T15:00:00.000Z' },
    ...{ group_id: '12', accomplices: ['3', '5'], auditors: ['4'], tags: ['q4', 'Invoice'], time_estimate: 7200 },
  };
  const set = connection.bind('update', { task_id: '11', ...values });
  expect(set.predict((await look()).target, {})).toMatchObject({ kind: 'will-do', changes: { length: 9 } });
  expect(await set.execute(writer, null, {}, rowContext())).toMatchObject({ ok: true });
  expect(set.predict((await look()).target, {})).toMatchObject({ kind: 'nothing-to-do' });
  expect(await set.settle(writer, await look(), doubtOf())).toMatchObject({ kind: 'done' });
  const clear = ['description', 'deadline', 'group_id', 'accomplices', 'auditors', 'tags', 'time_estimate'];
  const empty = connection.bind('update', { task_id: '11', clear });
  expect(empty.predict((await look()).target, {})).toMatchObject({ kind: 'will-do', changes: { length: 7 } });
  expect(await empty.execute(writer, null, {}, rowContext())).toMatchObject({ ok: true });
  expect(empty.predict((await look()).target, {})).toMatchObject({ kind: 'nothing-to-do' });
});

test.each([
  [{ start_date_plan: '2026-12-21T09:00:00Z' }, /changed together/],
  [{ end_date_plan: '2026-12-21T09:00:00Z' }, /changed together/],
  [{ clear: 'start_date_plan' }, /changed together/],
  [{ start_date_plan: '2026-12-21T09:00:00Z', end_date_plan: '2026-12-20T09:00:00Z' }, /before its start_date_plan/],
])('planned dates of %j are refused', (values, message) => {
  expect(schema?.safeParse({ task_id: '11', ...values }).error?.issues[0]?.message).toMatch(message);
});

describe('a parent that a row names', () => {
  test('fails the row before anything is sent when it is not there, at one request for all rows that name it', async () => {
    const { connection, look } = await start('update');
    const { target: seen } = await look();
    const search = answerOf(200, { success: true, data: [{ id: 11, title: 'T', status: 2 }], meta: {} });
    const reader = scriptWriter(search);
    for (const title of ['A', 'B']) {
      const bound = connection.bind('update', { task_id: '11', parent_id: '999998', title });
      expect(await bound.findNamed(reader, seen, nothingAbove)).toMatchObject({
        ok: false,
        failure: { type: 'NOT_FOUND', code: 'PARENT_NOT_FOUND', message: expect.stringContaining('no task 999998') },
      });
    }
    expect(reader.sent).toMatchObject([{ body: { filter: { id: { $in: [999998, 11] } } } }]);
  });

  test('is not looked up when it is there already, and not in place of the task itself', async () => {
    const below = { ...target, extra: { parentId: '12' } };
    const silent = scriptWriter();
    expect(await bind({ parent_id: '12' }).findNamed(silent, below, nothingAbove)).toMatchObject({ ok: true });
    expect(await bind({ title: 'A' }).findNamed(silent, below, nothingAbove)).toMatchObject({ ok: true });
    expect(await bind({ clear: ['parent_id'] }).findNamed(silent, below, nothingAbove)).toMatchObject({ ok: true });
  });

  test('lets the row be done when it is there', async () => {
    const { connection, writer, sandbox, look } = await start('update');
    sandbox.fill([{ provider: 'bitrix24', operation: 'update', values: { task_id: '12' }, cells: {}, done: false }]);
    const bound = connection.bind('update', { task_id: '11', parent_id: '12' });
    const { target: seen } = await look();
    expect(await bound.findNamed(writer, seen, nothingAbove)).toMatchObject({ ok: true });
    expect(await bound.execute(writer, seen, {}, rowContext())).toMatchObject({ ok: true });
  });
});

test('a row reaches the subtasks when it changes the group, and not else', () => {
  const grouped = { ...target, extra: { groupId: '12' } };
  expect(bind({ group_id: '13', title: 'A' }).reachesParts(grouped)).toBe(true);
  expect(bind({ clear: ['group_id'] }).reachesParts(grouped)).toBe(true);
  expect(bind({ group_id: '12', title: 'A' }).reachesParts(grouped)).toBe(false);
  expect(bind({ title: 'A' }).reachesParts(grouped)).toBe(false);
});

test('planned dates are taken as a pair, also where one is emptied', () => {
  const dates = { start_date_plan: '2026-12-21T09:00:00Z', end_date_plan: '2026-12-21T09:00:00Z' };
  expect(schema?.safeParse({ task_id: '11', ...dates }).success).toBe(true);
  const half = { start_date_plan: '2026-12-21T09:00:00Z', clear: 'end_date_plan' };
  expect(schema?.safeParse({ task_id: '11', ...half }).success).toBe(true);
});

test('one planned date that changed is taken back with the other', () => {
  const [start, end] = ['2026-12-21T09:00:00Z', '2026-12-23T09:00:00Z'];
  const args = { task_id: '11', start_date_plan: start, end_date_plan: end };
  const view = { ...target, extra: { startDatePlan: start, endDatePlan: '2026-12-22T09:00:00Z' } };
  const update = bitrix24.operations.find(({ name }) => name === 'update');
  const past = { view, raw: {}, prepared: {}, createdIds: [] };
  expect(update?.takeBack(args, past)).toMatchObject({
    rows: [{ values: { task_id: '11', start_date_plan: start, end_date_plan: '2026-12-22T09:00:00Z' } }],
  });
});

describe('an answer that shows something else than was asked', () => {
  test.each([
    ['a dropped tag', { tags: ['a', 'b'] }, { id: 11, tags: ['a'] }, /tags is "a", not "a; b"/],
    ['another priority', { priority: 'high' }, { id: 11, priority: 1 }, /priority/],
    ['a lost deadline', { deadline: '2026-12-24T15:00:00.000Z' }, { ID: '11', DEADLINE: null }, /deadline is empty/],
    ['an emptied description', { description: 'x' }, { id: 11, description: '' }, /description is empty/],
  ])('fails the row and names the field: %s', async (_case, values, data, message) => {
    const writer = scriptWriter(answerOf(200, { success: true, data }));
    expect(await bind(values).execute(writer, target, {}, rowContext())).toMatchObject({
      ok: false,
      failure: { type: 'API_ERROR', code: 'NOT_APPLIED', effect: 'possible', message: expect.stringMatching(message) },
    });
  });

  test('is none where texts are tidied, dates have another offset, or fields are not told', async () => {
    const data = { id: 11, title: 'A &amp; B', deadline: '2026-12-24T18:00:00+03:00', description: 'x\n\ny' };
    const values = { title: 'A & B', deadline: '2026-12-24T15:00:00.000Z', description: 'x\ny', tags: ['a'] };
    const writer = scriptWriter(answerOf(200, { success: true, data }));
    expect(await bind(values).execute(writer, target, {}, rowContext())).toMatchObject({ ok: true });
  });
});

test.each([
  [{}, /changes nothing/],
  [{ parent_id: '11' }, /own parent/],
  [{ deadline: '2026-12-24' }, /time of day/],
  [{ deadline: '2026-02-30T10:00:00Z' }, /no date/],
  [{ tags: '["a,b"]' }, /comma/],
  [{ title: 'x'.repeat(251) }, /longer than 250/],
  [{ priority: '3' }, /none of low, normal, high/],
  [{ accomplices: 'Ada' }, /no id/],
  [{ clear: 'title' }, /none of/],
])('the row %j is refused before anything is sent', (values, message) => {
  const parsed = schema?.safeParse({ task_id: '11', ...values });
  expect(parsed?.error?.issues[0]?.message).toMatch(message);
});

test('a closed task is not deferred by the plan, and a deferred one can be reopened', async () => {
  const { connection, look } = await start('complete');
  const bound = connection.bind('defer', { task_id: '11' });
  expect(bound.predict((await look()).target, {})).toMatchObject({ kind: 'will-fail', failure: { type: 'CONFLICT' } });
  const deferred = await start('defer');
  const reopen = deferred.connection.bind('reopen', { task_id: '11' });
  expect(reopen.predict((await deferred.look()).target, {})).toMatchObject({ kind: 'will-do' });
});
