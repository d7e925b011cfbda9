import { afterEach, describe, expect, test } from 'vitest';
import type { TallyfySettings } from '../../../src/sandbox/tallyfy/settings.js';
import type { Thread } from '../../../src/sandbox/tallyfy/state.js';
import { doubtOf, rowContext } from '../../support/row-context.js';
import { hex, type Started, startTallyfy, taskId } from './kit.js';

const open: Started[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

async function start(threads: readonly Thread[] = [], settings: Partial<TallyfySettings> = {}) {
  const it = await startTallyfy(settings);
  open.push(it);
  const task = it.task({ change: (held) => Object.assign(held, { threads: [...threads] }) });
  return { ...it, task };
}

function problem(digit: string, resolveId: string | null = null): Thread {
  const content = `Broken ${digit}`;
  return { id: hex(digit), label: 'problem', state: 'open', content, resolveId, userId: 1, createdAtMs: 0 };
}

const row = (args: object) => ({ task_id: taskId, ...args });

describe('a comment', () => {
  test.each([
    [{ content: '<p>Hello</p>' }, 'comment', { label: 'comment', state: 'hide-for-guests' }],
    [{ content: 'Hello', label: 'advice', state: 'open' }, 'comment', { label: 'advice', state: 'open' }],
    [{ content: 'Hello', bot: true }, 'bot-comment', { label: 'comment' }],
  ])('%j is posted, and its id told', async (args, route, expected) => {
    const it = await start();
    const result = await it.execute('comment', row(args));
    const [thread] = it.task.threads;
    expect(thread).toMatchObject({ ...expected, content: args.content });
    expect(result).toMatchObject({ ok: true, value: { createdId: thread?.id } });
    expect(it.writes()[0]?.path.endsWith(`/${route}`)).toBe(true);
  });

  test('in doubt is found when it is there since the attempt; else nobody knows, and it is not sent again', async () => {
    const it = await start();
    const bound = it.bind('comment', row({ content: 'Hello' }));
    const attemptStartedAtMs = Date.now();
    const settle = async () => bound.settle(it.writer, await it.read(bound), doubtOf({ attemptStartedAtMs }));
    expect(await settle()).toMatchObject({ kind: 'unknown' });
    await it.execute('comment', row({ content: 'Hello', label: 'advice' }));
    expect(await settle()).toMatchObject({ kind: 'unknown' });
    it.sandbox.setFaults([{ match: { write: true }, fault: { kind: 'reset', when: 'after' } }]);
    expect(await bound.execute(it.writer, null, {}, rowContext())).toMatchObject({ failure: { effect: 'possible' } });
    expect(await settle()).toMatchObject({
      kind: 'done',
      evidence: expect.stringContaining(it.task.threads[1]?.id ?? ''),
    });
  });

  test('of the same text from long ago is not taken for the one in doubt', async () => {
    const it = await start([{ ...problem('1'), label: 'comment', content: 'Hello' }]);
    const bound = it.bind('comment', row({ content: 'Hello' }));
    const doubt = doubtOf({ attemptStartedAtMs: Date.now() });
    expect(await bound.settle(it.writer, await it.read(bound), doubt)).toMatchObject({ kind: 'unknown' });
  });

  test('of the same text from just before the attempt decides nothing: it may be somebody else’s', async () => {
    const it = await start();
    await it.execute('comment', row({ content: 'Hello' }));
    const bound = it.bind('comment', row({ content: 'Hello' }));
    const doubt = doubtOf({ attemptStartedAtMs: Date.now() + 2_000 });
    expect(await bound.settle(it.writer, await it.read(bound), doubt)).toMatchObject({
      kind: 'unknown',
      evidence: expect.stringMatching(/but it was written shortly before the attempt\.$/),
    });
  });

  test('above the hourly cap is a limit with its wait, up to an hour', async () => {
    const it = await start([], { commentsPerHour: 1 });
    await it.execute('comment', row({ content: 'One' }));
    expect(await it.execute('comment', row({ content: 'Two' }))).toMatchObject({
      failure: { type: 'RATE_LIMIT', effect: 'none', retryable: true },
    });
    const answer = it.answers.at(-1);
    const throttle = answer === undefined ? null : it.connection.throttle(answer, Date.now());
    expect(throttle?.waitMs).toBeGreaterThan(3_500_000);
    expect(it.task.threads).toHaveLength(1);
  });
});

test('a problem on a completed task reopens it, and the plan says so', async () => {
  const it = await start();
  Object.assign(it.task, { completedAtMs: 1, status: 'completed' });
  const bound = it.bind('report-problem', row({ content: 'Broken' }));
  expect(bound.predict(await it.look(bound), {})).toMatchObject({
    changes: [{ field: 'problem' }, { field: 'status' }],
  });
  expect(await bound.execute(it.writer, null, {}, rowContext())).toMatchObject({ ok: true });
  expect(it.task.completedAtMs).toBeNull();
});

describe('resolving', () => {
  test('takes the only open problem', async () => {
    const it = await start([problem('1', hex('9')), problem('2')]);
    expect(await it.execute('resolve-problem', row({ content: 'Mended' }))).toMatchObject({ ok: true });
    expect(it.task.threads.find((thread) => thread.id === hex('2'))?.resolveId).not.toBeNull();
  });

  test('of several wants to know which', async () => {
    const it = await start([problem('1'), problem('2')]);
    expect(await it.execute('resolve-problem', row({ content: 'x' }))).toMatchObject({
      failure: { code: 'SEVERAL_PROBLEMS', message: expect.stringContaining('Broken 2') },
    });
    expect(it.writes()).toEqual([]);
    expect(await it.execute('resolve-problem', row({ content: 'x', thread_id: hex('2') }))).toMatchObject({ ok: true });
    const bound = it.bind('resolve-problem', row({ content: 'x', thread_id: hex('2') }));
    expect(await bound.settle(it.writer, await it.read(bound), doubtOf())).toMatchObject({ kind: 'done' });
    const other = it.bind('resolve-problem', row({ content: 'x', thread_id: hex('1') }));
    expect(await other.settle(it.writer, await it.read(other), doubtOf())).toMatchObject({ kind: 'not-done' });
  });

  test('is done when its text is there and what is open was reported since', async () => {
    const it = await start([problem('1')]);
    const bound = it.bind('resolve-problem', row({ content: 'Mended' }));
    const attemptStartedAtMs = Date.now();
    const settle = async () => bound.settle(it.writer, await it.read(bound), doubtOf({ attemptStartedAtMs }));
    expect(await settle()).toMatchObject({ kind: 'not-done' });
    await it.execute('resolve-problem', row({ content: 'Mended' }));
    await it.execute('report-problem', row({ content: 'Broken anew' }));
    expect(await settle()).toMatchObject({ kind: 'done', evidence: expect.stringContaining('shows the text') });
    const older = it.task.threads.find(({ content }) => content === 'Broken anew');
    if (older !== undefined) Object.assign(older, { createdAtMs: 0 });
    expect(await settle()).toMatchObject({ kind: 'not-done' });
  });

  test('in doubt is told by the problem that it was planned for, whatever was reported beside it', async () => {
    const it = await start([problem('1')]);
    const bound = it.bind('resolve-problem', row({ content: 'Mended' }));
    const before = await it.look(bound);
    it.task.threads.push(problem('2'));
    const prepared = await bound.prepare(it.writer, await it.look(bound), before);
    expect(prepared).toEqual({ ok: true, value: { thread_id: hex('1') } });
    const doubt = doubtOf({ prepared: { thread_id: hex('1') } });
    const settle = async () => bound.settle(it.writer, await it.read(bound), doubt);
    expect(await settle()).toMatchObject({ kind: 'not-done', evidence: expect.stringContaining(hex('1')) });
    await bound.execute(it.writer, await it.look(bound), { thread_id: hex('1') }, rowContext());
    expect(it.task.threads.map(({ id, resolveId }) => [id, resolveId === null])).toContainEqual([hex('2'), true]);
    expect(await settle()).toMatchObject({ kind: 'done' });
  });

  test('is forbidden when the problem is another one than was open before, of the same text too', async () => {
    const it = await start([problem('1')]);
    const bound = it.bind('resolve-problem', row({ content: 'Mended' }));
    const before = await it.look(bound);
    expect(bound.forbiddenSince(before, before)).toEqual([]);
    it.task.threads.push(problem('2'));
    expect(bound.forbiddenSince(before, await it.look(bound))).toEqual([]);
    Object.assign(it.task, { threads: [problem('1', hex('9')), problem('2')] });
    const now = await it.look(bound);
    expect(bound.forbiddenSince(before, now)).toEqual([{ field: 'problem', before: 'Broken 1', after: 'Broken 2' }]);
    const named = it.bind('resolve-problem', row({ content: 'Mended', thread_id: hex('2') }));
    expect(named.forbiddenSince(before, now)).toEqual([]);
    Object.assign(it.task, { threads: [problem('1', hex('9')), { ...problem('2'), content: 'Broken 1' }] });
    expect(bound.forbiddenSince(before, await it.look(bound))).toEqual([
      { field: 'problem', before: `Broken 1 (${hex('1')})`, after: `Broken 1 (${hex('2')})` },
    ]);
  });

  test('a problem that the task has not is a wrong id', async () => {
    const it = await start([problem('1')]);
    const failure = { code: 'PROBLEM_NOT_FOUND', type: 'NOT_FOUND' };
    expect(await it.execute('resolve-problem', row({ content: 'x', thread_id: hex('7') }))).toMatchObject({ failure });
    expect(it.writes()).toEqual([]);
  });
});
