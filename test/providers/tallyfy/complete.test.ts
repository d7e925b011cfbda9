import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { tallyfy } from '../../../src/providers/tallyfy/provider.js';
import { hostServices, type Sandbox } from '../../../src/sandbox/host.js';
import type { TallyfySettings } from '../../../src/sandbox/tallyfy/settings.js';
import { createTallyfyState, type Task } from '../../../src/sandbox/tallyfy/state.js';
import { createTallyfy } from '../../../src/sandbox/tallyfy.js';
import { answerOf, lossOf, scriptWriter } from '../../support/answers.js';
import { connectProvider } from '../../support/connected.js';
import { doubtOf, rowContext } from '../../support/row-context.js';

const taskId = 'a'.repeat(32);
const runId = 'b'.repeat(32);
const open: Array<{ close(): Promise<void> }> = [];

afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close();
});

/** A sandbox that holds one task, changed as a test needs it, and a row that completes it. */
async function start(
  options: {
    args?: JsonObject;
    inRun?: boolean;
    settings?: Partial<TallyfySettings>;
    change?: (task: Task, state: ReturnType<typeof createTallyfyState>) => void;
  } = {},
) {
  const state = createTallyfyState();
  const sandbox: Sandbox = await hostServices([() => createTallyfy(options.settings, state)], { limit: null });
  open.push(sandbox);
  const place = options.inRun === true ? { run_id: runId } : {};
  sandbox.fill([
    { provider: 'tallyfy', operation: 'complete', values: { task_id: taskId, ...place }, cells: {}, done: false },
  ]);
  const task = state.tasks.get(taskId);
  if (task === undefined) throw new Error('not filled');
  options.change?.(task, state);
  const connected = connectProvider(tallyfy, sandbox.environment);
  open.push(connected);
  const bound = connected.connection.bind('complete', { task_id: taskId, ...options.args });
  const look = async () => {
    if (bound.target === null) throw new Error('no target');
    const [reading] = await connected.connection.lookUp(connected.writer, [bound.target]);
    if (reading?.kind !== 'found') throw new Error(reading?.failure.message);
    return reading.target;
  };
  const writes = () => sandbox.ledger.requests().filter((request) => request.write);
  return {
    ...connected,
    bound,
    look,
    task,
    state,
    writes,
    effects: () => sandbox.ledger.effects().map(({ kind }) => kind),
  };
}

function become(taskType: Task['taskType']) {
  return (task: Task) => {
    task.taskType = taskType;
  };
}

describe('the route', () => {
  test.each([
    ['of one-offs for a one-off', {}, false, 'completed-tasks'],
    ['of the run for a task of a run, even when the row does not name it', {}, true, `runs/${runId}/completed-tasks`],
    ['of the run that the row names', { run_id: runId }, true, `runs/${runId}/completed-tasks`],
  ])('is that %s', async (_case, args, inRun, expected) => {
    const row = await start({ args, inRun });
    for (const target of [await row.look(), null]) {
      row.task.completedAtMs = null;
      row.task.status = 'in-progress';
      expect(await row.bound.execute(row.writer, target, {}, rowContext())).toMatchObject({
        ok: true,
        value: { outcome: 'done' },
      });
      expect(row.writes().at(-1)?.path.endsWith(`/${expected}`)).toBe(true);
    }
  });

  test('carries the approval and the member who is credited', async () => {
    const row = await start({
      args: { is_approved: false, override_user: 777 },
      change: become('approval'),
    });
    expect(await row.bound.execute(row.writer, null, {}, rowContext())).toMatchObject({ ok: true });
    expect(row.task).toMatchObject({ isApproved: false, completerId: 777 });
  });
});

describe('a refusal is foretold', () => {
  test.each<readonly [string, JsonObject, Parameters<typeof start>[0] & object, string]>([
    ['an approval without is_approved', {}, { change: become('approval') }, 'IS_APPROVED_REQUIRED'],
    [
      'is_approved = false on an expiring task',
      { is_approved: false },
      { change: become('expiring') },
      'IS_APPROVED_NOT_ALLOWED',
    ],
    [
      'is_approved = false on an expiring e-mail',
      { is_approved: false },
      { change: become('expiring_email') },
      'IS_APPROVED_NOT_ALLOWED',
    ],
    [
      'an open problem',
      {},
      {
        change: (task) =>
          task.threads.push({
            id: 'c'.repeat(32),
            label: 'problem',
            state: 'open',
            content: 'x',
            resolveId: null,
            userId: 1,
            createdAtMs: 0,
          }),
      },
      'OPEN_PROBLEM',
    ],
    [
      'a required field that is empty',
      {},
      {
        change: (task) => {
          const field = {
            id: 'd'.repeat(32),
            label: 'Amount',
            fieldType: 'text',
            required: true,
            options: [],
            columns: [],
            guidance: null,
            position: 1,
          } as const;
          task.fields = [field];
        },
      },
      'REQUIRED_FIELDS_EMPTY',
    ],
  ])('for %s, and without a look nothing is sent either', async (_case, args, options, code) => {
    const row = await start({ ...options, args });
    expect(row.bound.predict(await row.look(), {})).toMatchObject({
      kind: 'will-fail',
      failure: { code, phase: 'not-sent' },
    });
    expect(await row.bound.execute(row.writer, null, {}, rowContext())).toMatchObject({
      ok: false,
      failure: { code, effect: 'none' },
    });
    expect(row.writes()).toEqual([]);
  });

  test('but an approval with its verdict, a filled field and is_approved = true on an expiring task go through', async () => {
    const approval = await start({ args: { is_approved: true }, change: become('approval') });
    const expiring = await start({ args: { is_approved: true }, change: become('expiring') });
    for (const row of [approval, expiring]) {
      expect(row.bound.predict(await row.look(), {}).kind).toBe('will-do');
      expect((await row.bound.execute(row.writer, null, {}, rowContext())).ok).toBe(true);
    }
  });

  test('and what no reading tells is refused by Tallyfy, in its own words', async () => {
    const row = await start({
      inRun: true,
      change: (_task, state) => {
        at(state.runs, runId).hasOpenIssue = true;
      },
    });
    const target = { ...(await row.look()), extra: { runId } };
    expect(await row.bound.execute(row.writer, target, {}, rowContext())).toMatchObject({
      ok: false,
      failure: {
        type: 'VALIDATION',
        httpStatus: 422,
        effect: 'none',
        message: expect.stringContaining('unresolved issue'),
      },
    });
  });

  test("and a missing right is the row's own", async () => {
    const change = (task: Task) => {
      task.canCompleteOnlyAssignees = true;
      task.owners = { users: [1], guests: [], groups: [] };
    };
    const row = await start({ settings: { admin: false }, change });
    expect(await row.bound.execute(row.writer, await row.look(), {}, rowContext())).toMatchObject({
      ok: false,
      failure: { type: 'FORBIDDEN', scope: 'row', effect: 'none' },
    });
  });
});

describe('a task that is completed already', () => {
  test('is not completed again without a look at it before, whatever Tallyfy would do', async () => {
    const row = await start({ settings: { secondCompletion: 'refire' } });
    expect((await row.bound.execute(row.writer, null, {}, rowContext())).ok).toBe(true);
    expect(await row.bound.execute(row.writer, null, {}, rowContext())).toMatchObject({
      ok: true,
      value: { outcome: 'already' },
    });
    expect(row.effects()).toEqual(['complete']);
  });

  test("is believed from Tallyfy's refusal only when a reading shows it", async () => {
    const row = await start();
    const target = await row.look();
    expect((await row.bound.execute(row.writer, target, {}, rowContext())).ok).toBe(true);
    expect(await row.bound.execute(row.writer, target, {}, rowContext())).toMatchObject({
      ok: true,
      value: { outcome: 'already' },
    });

    const refusal = answerOf(422, { error: true, errors: { task_id: ['This task is already completed.'] } });
    const stillOpen = answerOf(200, { data: { id: taskId, title: 'T', status: 'active', completed_at: null } });
    expect(await row.bound.execute(scriptWriter(refusal, stillOpen), target, {}, rowContext())).toMatchObject({
      ok: false,
      failure: { httpStatus: 422 },
    });
  });
});

describe('the answer to a completion', () => {
  const target = { status: 'active', title: 'T', is_oneoff_task: true };
  const answers = (task: object) => answerOf(200, { data: { id: taskId, ...target, ...task } });

  test.each([
    ['completed', answers({ status: 'completed', completed_at: '2026-01-01T00:00:00Z' }), true, null],
    ['without a status', answerOf(200, { data: { id: taskId } }), true, null],
    ['still open', answers({}), false, 'UNEXPECTED_ANSWER'],
    ['still open, as all must complete it', answers({ everyone_must_complete: true }), true, null],
    ['without a task', answerOf(200, { data: [] }), false, 'UNEXPECTED_ANSWER'],
  ])('that shows it %s', async (_case, answer, ok, code) => {
    const row = await start();
    const result = await row.bound.execute(scriptWriter(answer), await row.look(), {}, rowContext());
    expect(result.ok).toBe(ok);
    if (!result.ok) expect(result.failure).toMatchObject({ code, effect: 'possible' });
  });

  test('that never came leaves a task of many in doubt: ours may have been counted', async () => {
    const row = await start({
      change: (task) => {
        task.everyoneMustComplete = true;
      },
    });
    const seen = await row.look();
    expect(await row.bound.execute(scriptWriter(lossOf('sent-no-answer')), seen, {}, rowContext())).toMatchObject({
      ok: false,
      failure: { effect: 'possible' },
    });
    if (row.bound.target === null) throw new Error('no target');
    const reading = { kind: 'found', ref: row.bound.target, target: seen, raw: {} } as const;
    const doubt = { attemptStartedAtMs: 0, seenBefore: true };
    expect(await row.bound.settle(row.writer, reading, doubtOf(doubt))).toMatchObject({ kind: 'unknown' });
  });
});

test('a task of a run is not deleted, and the plan says what to do instead', async () => {
  const row = await start({ inRun: true });
  const failure = { code: 'NOT_A_ONE_OFF_TASK', type: 'VALIDATION', suggestedAction: expect.stringContaining('run') };
  const bound = row.connection.bind('delete', { task_id: taskId });
  expect(bound.predict(await row.look(), {})).toMatchObject({ kind: 'will-fail', failure });
});

function at<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`nothing at ${String(key)}`);
  return value;
}
