import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { tallyfy } from '../../../src/providers/tallyfy/provider.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { doubtOf, rowContext } from '../../support/row-context.js';
import { runId, type Started, startTallyfy, taskId } from './kit.js';

const open: Started[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

async function start(): Promise<Started> {
  const started = await startTallyfy();
  open.push(started);
  return started;
}

const owners = { users: [5], guests: ['g@example.com'], groups: ['c'.repeat(32)] };
const row = (args: JsonObject) => ({ task_id: taskId, ...args });

describe('what a row leaves out stays as it is', () => {
  test.each<readonly [string, boolean, JsonObject, object]>([
    ['a one-off', false, { summary: 'New' }, { title: 'Old', summary: 'New', owners }],
    ['a task of a run', true, { title: 'New' }, { title: 'New', owners }],
    ['one list of assignees', false, { owners: { users: [6] } }, { owners: { ...owners, users: [6] } }],
    ['one list, in a run', true, { owners: { guests: [] } }, { owners: { ...owners, guests: [] } }],
    ['an emptied list', true, { clear: ['owners.groups'] }, { owners: { ...owners, groups: [] } }],
    ['an emptied description', true, { clear: ['summary'] }, { summary: null, owners }],
  ])('on %s', async (_case, inRun, args, expected) => {
    const it = await start();
    const task = it.task({
      inRun,
      change: (held) => {
        held.owners = owners;
        held.summary = 'Before';
        held.topSecret = true;
      },
    });
    const { deadlineMs } = task;
    expect(await it.execute('update', row(args))).toMatchObject({ ok: true, value: { outcome: 'done' } });
    expect(task).toMatchObject({ ...expected, deadlineMs, topSecret: true });
    expect(it.effects()).toEqual(['update']);
  });

  test('a one-off is sent title, deadline and all assignees each time, a task of a run only what changes', async () => {
    const it = await start();
    it.task({ change: (task) => Object.assign(task, { owners, deadlineMs: Date.UTC(2026, 11, 1, 17) }) });
    const bound = it.bind('update', row({ webhook: 'https://example.com/' }));
    const writer = scriptWriter(answerOf(200, { data: { id: taskId } }));
    const target = await it.look(bound);
    await bound.execute(writer, target, {}, rowContext());
    await bound.execute(scriptWriter(answerOf(200, { data: { id: taskId } })), target, {}, rowContext());
    expect(writer.sent[0]).toMatchObject({
      body: { title: 'Old', deadline: '2026-12-01 17:00:00', owners, webhook: 'https://example.com/' },
    });
    const inRun = scriptWriter(answerOf(200, { data: { id: taskId } }));
    await bound.execute(inRun, { ...target, extra: { ...target.extra, oneOff: false, runId } }, {}, rowContext());
    expect(inRun.sent[0]).toMatchObject({ path: expect.arrayContaining(['runs', runId]) });
    expect(inRun.sent[0] && 'body' in inRun.sent[0] && inRun.sent[0].body).toEqual({ webhook: 'https://example.com/' });
  });
});

describe('a refusal is foretold, and nothing is sent', () => {
  test.each<readonly [string, JsonObject, object, string]>([
    ['nothing to change', {}, {}, 'NOTHING_TO_CHANGE'],
    ['a field set and cleared', { summary: 'A', clear: ['summary'] }, {}, 'SET_AND_CLEARED'],
    ['a list set and cleared', { owners: { users: [1] }, clear: ['owners.users'] }, {}, 'SET_AND_CLEARED'],
    ['a completed task', { title: 'A' }, { completedAtMs: 1, status: 'completed' }, 'TASK_COMPLETED'],
    ['a one-off without a deadline', { title: 'A' }, { deadlineMs: null }, 'DEADLINE_REQUIRED'],
    ['a position of a one-off', { position: 2 }, {}, 'NO_POSITION'],
  ])('for %s', async (_case, args, change, code) => {
    const it = await start();
    it.task({ change: (task) => Object.assign(task, change) });
    const bound = it.bind('update', row(args));
    expect(bound.predict(await it.look(bound), {})).toMatchObject({ kind: 'will-fail', failure: { code } });
    expect(await bound.execute(it.writer, null, {}, rowContext())).toMatchObject({ ok: false, failure: { code } });
    expect(it.writes()).toEqual([]);
  });

  test('for assignees that are not understood: they could not be written back', async () => {
    const it = await start();
    it.task();
    const bound = it.bind('update', row({ title: 'New' }));
    const target = await it.look(bound);
    const { owners: _owners, ...extra } = target.extra;
    const result = await bound.execute(it.writer, { ...target, extra }, {}, rowContext());
    expect(result).toMatchObject({ ok: false, failure: { code: 'TASK_NOT_UNDERSTOOD' } });
    expect(it.writes()).toEqual([]);
  });

  test('but a one-off without a deadline takes one from the row', async () => {
    const it = await start();
    it.task({ change: (task) => Object.assign(task, { deadlineMs: null }) });
    expect(await it.execute('update', row({ deadline: '2026-12-01 17:00:00' }))).toMatchObject({ ok: true });
  });
});

test('the plan shows what was and what will be', async () => {
  const it = await start();
  it.task({ change: (task) => Object.assign(task, { owners, deadlineMs: Date.UTC(2026, 11, 1, 17) }) });
  const bound = it.bind('update', row({ title: 'New', deadline: '2026-12-01 17:00:00', owners: { users: [6] } }));
  expect(bound.predict(await it.look(bound), {})).toEqual({
    kind: 'will-do',
    changes: [
      { field: 'title', before: 'Old', after: 'New' },
      { field: 'owners', before: `5, g@example.com, ${'c'.repeat(32)}`, after: `6, g@example.com, ${'c'.repeat(32)}` },
    ],
  });
});

describe('an answer that shows something else than was asked', () => {
  test.each<readonly [string, JsonObject, object, boolean]>([
    ['an ignored title', { title: 'New' }, { title: 'Old' }, false],
    ['an ignored flag', { top_secret: true }, { top_secret: false }, false],
    ['a flag as a number', { top_secret: true }, { top_secret: 1 }, true],
    [
      'assignees that were not taken',
      { owners: { users: [6] } },
      { owners: { users: [], guests: [], groups: [] } },
      false,
    ],
    ['an emptied description', { summary: 'New' }, { summary: '' }, false],
    ['a description that was cleaned', { summary: '<p onclick="x()">New</p>' }, { summary: '<p>New</p>' }, true],
    ['a start that was moved', { started_at: '2026-12-05 09:00:00' }, { started_at: '2026-12-07T09:00:00Z' }, true],
    ['a start that was ignored', { started_at: '2026-12-05 09:00:00' }, { started_at: '2026-11-01T09:00:00Z' }, false],
    ['a deadline that was moved', { deadline: '2026-12-05 17:00:00' }, { deadline: '2026-12-07T17:00:00Z' }, true],
    ['nothing of it', { title: 'New' }, {}, true],
  ])('%s', async (_case, args, told, ok) => {
    const it = await start();
    it.task({ change: (task) => Object.assign(task, { startedAtMs: Date.UTC(2026, 10, 1, 9) }) });
    const bound = it.bind('update', row(args));
    const writer = scriptWriter(answerOf(200, { data: { id: taskId, ...told } }));
    const result = await bound.execute(writer, await it.look(bound), {}, rowContext());
    if (ok) expect(result).toMatchObject({ ok: true });
    else {
      expect(result).toMatchObject({
        ok: false,
        failure: { code: 'NOT_APPLIED', type: 'API_ERROR', effect: 'possible', retryable: false },
      });
    }
  });
});

test('a deadline in doubt: equal is done, untouched is not done, moved is unknown', async () => {
  const it = await start();
  const task = it.task({ change: (held) => Object.assign(held, { deadlineMs: Date.UTC(2026, 11, 1, 17) }) });
  const settle = async (deadline: string) => {
    const bound = it.bind('update', row({ title: 'Old', deadline }));
    return (await bound.settle(it.writer, await it.read(bound), doubtOf({ attemptStartedAtMs: Date.now() }))).kind;
  };
  expect(await settle('2026-12-01T17:00:00Z')).toBe('done');
  expect(await settle('2026-12-05 17:00:00')).toBe('not-done');
  task.updatedAtMs = Date.now();
  expect(await settle('2026-12-05 17:00:00')).toBe('unknown');
});

test('values are read from cells', () => {
  const schema = tallyfy.operations.find((operation) => operation.name === 'update')?.schema;
  expect(schema?.parse({ task_id: taskId, clear: 'Summary;owners.users', owners: '{"guests":"A@b.de"}' })).toEqual({
    task_id: taskId,
    clear: ['summary', 'owners.users'],
    owners: { guests: ['a@b.de'] },
  });
  expect(schema?.safeParse({ task_id: taskId, clear: 'deadline' }).success).toBe(false);
});
