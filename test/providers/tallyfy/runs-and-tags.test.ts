import { afterEach, describe, expect, test } from 'vitest';
import type { TallyfySettings } from '../../../src/sandbox/tallyfy/settings.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { doubtOf, rowContext } from '../../support/row-context.js';
import { at, hex, runId, type Started, startTallyfy, taskId } from './kit.js';

const open: Started[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

async function start(settings: Partial<TallyfySettings> = {}): Promise<Started> {
  const it = await startTallyfy(settings);
  open.push(it);
  return it;
}

describe('delete-run', () => {
  test('refuses a run that is not archived, before anything is sent', async () => {
    const it = await start();
    it.fill('archive-run', { run_id: runId });
    const bound = it.bind('delete-run', { run_id: runId });
    const failure = { code: 'RUN_NOT_ARCHIVED', suggestedAction: expect.stringContaining('archive-run') };
    expect(bound.predict(await it.look(bound), {})).toMatchObject({ kind: 'will-fail', failure });
    expect(await bound.execute(it.writer, null, {}, rowContext())).toMatchObject({ ok: false, failure });
    expect(it.writes()).toEqual([]);
  });

  test('is for administrators', async () => {
    const it = await start({ admin: false });
    it.fill('delete-run', { run_id: runId });
    expect(await it.execute('delete-run', { run_id: runId })).toMatchObject({
      failure: { type: 'FORBIDDEN', scope: 'row', effect: 'none' },
    });
  });

  test('takes 404 for gone only when the run can not be read either', async () => {
    const it = await start();
    it.fill('delete-run', { run_id: runId });
    const bound = it.bind('delete-run', { run_id: runId });
    const target = await it.look(bound);
    const missing = answerOf(404, { error: true, message: 'Resource not found', code: 'RESOURCE_NOT_FOUND' });
    const there = answerOf(200, { data: { id: runId, name: 'R', status: 'active' } });
    expect(await bound.execute(scriptWriter(missing, there), target, {}, rowContext())).toMatchObject({
      failure: { type: 'NOT_FOUND' },
    });
    expect(await bound.execute(scriptWriter(missing, missing), target, {}, rowContext())).toMatchObject({
      value: { outcome: 'already' },
    });
  });
});

test('archiving a run hides its tasks, restoring shows them, by the routes of each', async () => {
  const it = await start();
  it.task({ inRun: true });
  expect(await it.execute('archive-run', { run_id: runId })).toMatchObject({ ok: true });
  expect((await it.read(it.bind('complete', { task_id: taskId, run_id: runId }))).kind).toBe('absent');
  const hidden = it.bind('complete', { task_id: taskId });
  expect(hidden.predict(await it.look(hidden), {})).toMatchObject({
    failure: { code: 'TASK_ARCHIVED', message: expect.stringContaining('(tallyfy.restore-run)') },
  });
  expect(await it.execute('archive-run', { run_id: runId })).toMatchObject({ value: { outcome: 'already' } });
  expect(await it.execute('restore-run', { run_id: runId })).toMatchObject({ ok: true });
  expect((await it.read(it.bind('complete', { task_id: taskId }))).kind).toBe('found');
  expect(it.writes().map(({ method, path }) => `${method} ${path.split('/runs/')[1]}`)).toEqual([
    `DELETE ${runId}`,
    `PUT ${runId}/activate`,
  ]);
});

test('an answer that shows the run as it was is not taken for done', async () => {
  const it = await start();
  it.fill('archive-run', { run_id: runId });
  const bound = it.bind('archive-run', { run_id: runId });
  const same = answerOf(200, { data: { id: runId, name: 'R', status: 'active', archived_at: null } });
  expect(await bound.execute(scriptWriter(same), await it.look(bound), {}, rowContext())).toMatchObject({
    failure: { code: 'NOT_APPLIED' },
  });
});

test('a run and a task of one id are two targets', async () => {
  const it = await start();
  expect(it.bind('archive-run', { run_id: runId }).target).toEqual({ kind: 'run', id: runId });
  expect(it.bind('delete-tag', { tag_id: runId }).target).toEqual({ kind: 'tag', id: runId });
});

test('a tag that never was is not deleted: 204 would prove nothing', async () => {
  const it = await start();
  expect(await it.execute('delete-tag', { tag_id: hex('7') })).toMatchObject({ failure: { type: 'NOT_FOUND' } });
  expect(it.writes()).toEqual([]);
  it.fill('delete-tag', { tag_id: hex('7') });
  expect(await it.execute('delete-tag', { tag_id: hex('7') })).toMatchObject({ value: { outcome: 'done' } });
  expect(it.effects()).toEqual(['delete-tag']);
});

describe('archived tasks', () => {
  test.each([false, true])('are found to restore them, readable by their id: %s', async (archivedTasksReadable) => {
    const it = await start({ archivedTasksReadable });
    const ids = Array.from({ length: 150 }, (_none, n) => n.toString(16).padStart(32, 'c'));
    for (const task_id of ids) it.fill('restore', { task_id });
    const bound = it.bind('restore', { task_id: ids[0] ?? '' });
    expect(await it.look(bound)).toMatchObject({ archived: true });
    expect(await bound.execute(it.writer, null, {}, rowContext())).toMatchObject({ value: { outcome: 'done' } });
    expect(at(it.state.tasks, ids[0] ?? '').archivedAtMs).toBeNull();
  });

  test('are read from one list for all that are asked for', async () => {
    const it = await start();
    const ids = ['1', '2', '3'].map(hex);
    for (const task_id of ids) it.fill('restore', { task_id });
    const refs = ids.flatMap((task_id) => it.bind('restore', { task_id }).target ?? []);
    const readings = await it.connection.lookUp(it.writer, refs);
    expect(readings.map(({ kind, ref }) => [kind, ref.id])).toEqual(
      expect.arrayContaining(ids.map((id) => ['found', id])),
    );
    expect(it.answers).toHaveLength(2);
  });

  test('are found to delete them, and gone only when neither list nor id tells them', async () => {
    const it = await start();
    it.fill('restore', { task_id: taskId });
    const bound = it.bind('delete', { task_id: taskId });
    const target = await it.look(bound);
    expect(bound.predict(target, {})).toMatchObject({ kind: 'will-do' });
    expect((await bound.settle(it.writer, await it.read(bound), doubtOf())).kind).toBe('not-done');
    expect(await bound.execute(it.writer, target, {}, rowContext())).toMatchObject({ value: { outcome: 'done' } });
    expect(it.state.tasks.has(taskId)).toBe(false);
    expect((await bound.settle(it.writer, await it.read(bound), doubtOf())).kind).toBe('done');
  });

  test.each([
    ['complete', {}],
    ['update', { title: 'New' }],
    ['set-fields', { clear: ['Comment'] }],
    ['comment', { content: 'Hello' }],
    ['report-problem', { content: 'Broken' }],
    ['resolve-problem', { content: 'Mended' }],
  ])('are refused by %s, with what to do first', async (operation, values) => {
    const it = await start();
    it.fill('restore', { task_id: taskId });
    const bound = it.bind(operation, { task_id: taskId, ...values });
    const failure = { code: 'TASK_ARCHIVED', message: 'The task is archived; restore it first (tallyfy.restore).' };
    expect(bound.predict(await it.look(bound), {})).toMatchObject({ kind: 'will-fail', failure });
  });

  test('cost one look at the archive for all wrong ids', async () => {
    const it = await start();
    const targets = ['1', '2', '3'].flatMap((digit) => it.bind('delete', { task_id: hex(digit) }).target ?? []);
    const readings = await it.connection.lookUp(it.writer, targets);
    expect(readings.map(({ kind }) => kind)).toEqual(['absent', 'absent', 'absent']);
    expect(it.answers).toHaveLength(4);
  });

  test('are archived, for they stand in that list, whatever else it tells of them', async () => {
    const it = await start();
    const { target } = it.bind('restore', { task_id: taskId });
    const missing = answerOf(404, { error: true, message: 'Resource not found', code: 'RESOURCE_NOT_FOUND' });
    const list = answerOf(200, { data: [{ id: taskId, title: 'T' }] });
    const readings = await it.connection.lookUp(scriptWriter(missing, list), target === null ? [] : [target]);
    expect(readings).toMatchObject([{ kind: 'found', target: { archived: true } }]);
  });

  test('are not searched without end', async () => {
    const it = await start();
    const bound = it.bind('restore', { task_id: taskId });
    const missing = answerOf(404, { error: true, message: 'Resource not found', code: 'RESOURCE_NOT_FOUND' });
    const pages = Array.from({ length: 20 }, (_none, page) =>
      answerOf(200, {
        data: [{ id: hex('f'), title: 'T' }],
        meta: { pagination: { current_page: page + 1, total_pages: 900 } },
      }),
    );
    const refs = bound.target === null ? [] : [bound.target];
    const [reading] = await it.connection.lookUp(scriptWriter(missing, ...pages), refs);
    expect(reading).toMatchObject({ kind: 'unreadable', failure: { code: 'NOT_AMONG_NEWEST_ARCHIVED' } });
  });

  test('settle an archive in doubt: neither live nor archived is failed, not done', async () => {
    const it = await start();
    it.task();
    const bound = it.bind('archive', { task_id: taskId });
    const settle = async () => (await bound.settle(it.writer, await it.read(bound), doubtOf())).kind;
    expect(await settle()).toBe('not-done');
    expect(await bound.execute(it.writer, null, {}, rowContext())).toMatchObject({ ok: true });
    expect(await settle()).toBe('done');
    it.fill('delete', { task_id: taskId }, true);
    expect(await settle()).toBe('failed');
  });

  test.each(['archive', 'restore'])('%s refuses a task of a run and names what to do', async (operation) => {
    const it = await start();
    it.task({ inRun: true });
    expect(await it.execute(operation, { task_id: taskId })).toMatchObject({
      failure: { code: 'NOT_A_ONE_OFF_TASK', suggestedAction: expect.stringContaining(`${operation}-run`) },
    });
    expect(it.writes()).toEqual([]);
  });
});

test('a reopen goes by the route of the run, and shows what the run shows', async () => {
  const it = await start();
  const task = it.task({
    inRun: true,
    change: (held) => Object.assign(held, { completedAtMs: 1, status: 'completed' }),
  });
  expect(await it.execute('reopen', { task_id: taskId })).toMatchObject({ ok: true });
  expect(task.completedAtMs).toBeNull();
  expect(it.writes()[0]?.path).toContain(`/runs/${runId}/completed-tasks/`);
  expect(await it.execute('reopen', { task_id: taskId })).toMatchObject({ value: { outcome: 'already' } });
});
