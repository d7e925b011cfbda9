/** What Tallyfy takes and ignores fails the row: every writing operation, against a sandbox that drops fields. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/failure.js';
import type { JsonObject } from '../../../src/json.js';
import type { TallyfySettings } from '../../../src/sandbox/tallyfy/settings.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { doubtOf, rowContext } from '../../support/row-context.js';
import { formField, hex, runId, type Started, startTallyfy, taskId } from './kit.js';

const open: Started[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

async function start(settings: Partial<TallyfySettings> = {}): Promise<Started> {
  const started = await startTallyfy(settings);
  open.push(started);
  return started;
}

function failureOf(result: { ok: boolean; failure?: Failure }): Failure {
  if (result.failure === undefined) throw new Error('it succeeded');
  return result.failure;
}

const created = { title: 'Send it', owners: { users: [48_213] }, deadline: '2026-12-01 17:00:00' };
const isDropped = { code: 'NOT_APPLIED', scope: 'row', effect: 'possible', retryable: false };

describe('a new task without', () => {
  test.each<readonly [string, JsonObject]>([
    ['summary', { summary: 'Amounts' }],
    ['webhook', { webhook: 'https://example.com/hook' }],
    ['top_secret', { top_secret: true }],
    ['prevent_guest_comment', { prevent_guest_comment: true }],
    ['everyone_must_complete', { everyone_must_complete: true }],
    ['can_complete_only_assignees', { can_complete_only_assignees: true }],
    ['is_soft_start_date', { is_soft_start_date: true }],
    ['max_assignable', { max_assignable: 3 }],
    ['tags', { tags: [hex('c')] }],
    ['form_fields', { form_fields: [{ label: 'Size', field_type: 'text', required: false }] }],
    ['run_id', { run_id: runId }],
    ['owners.guests', { owners: { users: [48_213], guests: ['ann@example.com'] } }],
    ['separate_task_for_each_assignee', { owners: { users: [1, 2] }, separate_task_for_each_assignee: true }],
  ])('its %s fails the row, which names the task that is there', async (name, change) => {
    const it = await start({ ignoredFields: [name] });
    it.fill('create', change);
    const failure = failureOf(await it.execute('create', { ...created, ...change }));
    const [id = ''] = it.state.tasks.keys();
    expect(failure).toMatchObject(isDropped);
    expect(failure.message).toContain(`Tallyfy made the task ${id}, but`);
    if (name !== 'summary') expect(failure.message).toContain(`: ${name.split('.')[0]} is `);
    expect(failure.suggestedAction).toContain(`delete it before the row is run again`);
    expect(it.effects()).toEqual(['create']);
    // Without its mark, or outside its run, the task is not found again.
    const settled = await it
      .bind('create', { ...created, ...change })
      .settle(it.writer, null, doubtOf({ attemptStartedAtMs: Date.now() }));
    expect(settled.kind).toBe(['summary', 'run_id'].includes(name) ? 'unknown' : 'failed');
  });

  test.each(['deadline', 'started_at'])('its %s fails the row, though it may be moved', async (name) => {
    const it = await start();
    const args = { ...created, started_at: '2026-11-30 00:00:00' };
    const answer = (date: string | null) => scriptWriter(answerOf(201, { data: { id: hex('d'), [name]: date } }));
    const send = (date: string | null) => it.bind('create', args).execute(answer(date), null, {}, rowContext());
    expect(await send('2026-12-02T17:00:00.000Z')).toMatchObject({ ok: true });
    expect(failureOf(await send(null))).toMatchObject({ ...isDropped, message: expect.stringContaining(name) });
  });

  test('what can not be read afterwards is told, and does not fail the row', async () => {
    const it = await start();
    it.fill('create', { tags: [hex('c')] });
    it.sandbox.setFaults([
      { match: { write: false }, times: 0, fault: { kind: 'status', status: 503, when: 'before' } },
    ]);
    expect(await it.execute('create', { ...created, tags: [hex('c')] })).toMatchObject({
      ok: true,
      value: {
        createdId: expect.any(String),
        message: expect.stringMatching(/tags and form fields .* could not be read/),
      },
    });
  });
});

describe('an update without', () => {
  test.each<readonly [string, JsonObject]>([
    ['title', { title: 'New' }],
    ['summary', { summary: 'New' }],
    ['started_at', { started_at: '2026-11-30 00:00:00' }],
    ['deadline', { deadline: '2027-03-01 17:00:00' }],
    ['webhook', { webhook: 'https://example.com/hook' }],
    ['owners', { owners: { users: [7] } }],
    ['owners.guests', { owners: { guests: ['ann@example.com'] } }],
    ['top_secret', { top_secret: true }],
    ['task_type', { task_type: 'approval' }],
    ['max_assignable', { max_assignable: 2 }],
    ['position', { position: 7 }],
    ['prevent_guest_comment', { prevent_guest_comment: true }],
  ])('its %s fails the row, and reading agrees', async (name, change) => {
    const it = await start({ ignoredFields: [name] });
    it.task({ inRun: true });
    const bound = it.bind('update', { task_id: taskId, ...change });
    const failure = failureOf(await bound.execute(it.writer, await it.look(bound), {}, rowContext()));
    expect(failure).toMatchObject({ ...isDropped, message: expect.stringContaining(`${name.split('.')[0]} is `) });
    const doubt = doubtOf({ attemptStartedAtMs: Date.now() });
    expect((await bound.settle(it.writer, await it.read(bound), doubt)).kind).toBe('not-done');
  });

  test.each([
    ['2027-03-03T17:00:00.000Z', true],
    ['2027-05-03T17:00:00.000Z', false],
    [null, false],
  ])('a deadline that comes back as %s is moved, not ignored: %s', async (deadline, ok) => {
    const it = await start();
    it.task();
    const bound = it.bind('update', { task_id: taskId, deadline: '2027-03-01 17:00:00' });
    const writer = scriptWriter(answerOf(200, { data: { id: taskId, deadline } }));
    const result = await bound.execute(writer, await it.look(bound), {}, rowContext());
    expect(result.ok).toBe(ok);
    if (!ok) expect(failureOf(result)).toMatchObject(isDropped);
  });

  test('a deadline that is moved to a working day is applied', async () => {
    const it = await start();
    it.task();
    // A Saturday.
    const bound = it.bind('update', { task_id: taskId, deadline: '2027-01-02 17:00:00' });
    expect(await bound.execute(it.writer, await it.look(bound), {}, rowContext())).toMatchObject({ ok: true });
  });
});

test('form fields: a value that is dropped fails the row before the task is completed', async () => {
  const it = await start({ ignoredFields: ['taskdata'] });
  it.task({
    inRun: true,
    change: (task) => Object.assign(task, { fields: [formField({ id: hex('1'), label: 'Amount' })] }),
  });
  for (const operation of ['set-fields', 'complete']) {
    const failure = failureOf(await it.execute(operation, { task_id: taskId, fields: { Amount: '120' } }));
    expect(failure).toMatchObject({
      ...isDropped,
      message: expect.stringContaining('Amount is empty in place of "120"'),
    });
  }
  expect(it.effects()).toEqual([]);
});

describe('a completion', () => {
  const task = { id: taskId, status: 'completed', completed_at: '2026-11-22T10:00:00Z', task_type: 'approval' };

  test.each<readonly [string, JsonObject, JsonObject, boolean]>([
    ['with its verdict', { is_approved: false }, { is_approved: false }, true],
    ['with the other verdict', { is_approved: false }, { is_approved: true }, false],
    ['that tells no verdict', { is_approved: false }, {}, true],
    [
      'credited to another',
      { is_approved: true, override_user: 7 },
      { is_approved: true, completer_id: 48_213 },
      false,
    ],
    ['credited as asked', { is_approved: true, override_user: 7 }, { is_approved: true, completer_id: 7 }, true],
  ])('%s', async (_case, asked, told, ok) => {
    const it = await start();
    it.task({ change: (held) => Object.assign(held, { taskType: 'approval' }) });
    const bound = it.bind('complete', { task_id: taskId, ...asked });
    const writer = scriptWriter(answerOf(200, { data: { ...task, ...told } }));
    const result = await bound.execute(writer, await it.look(bound), {}, rowContext());
    if (ok) expect(result).toMatchObject({ ok: true });
    else expect(failureOf(result)).toMatchObject(isDropped);
  });

  test('of somebody else with the other verdict is neither "already" nor ours', async () => {
    const it = await start();
    const change = { taskType: 'approval', status: 'completed', completedAtMs: 1, isApproved: true };
    it.task({ change: (held) => Object.assign(held, change) });
    const refusal = {
      type: 'CONFLICT',
      code: 'COMPLETED_OTHERWISE',
      suggestedAction: expect.stringContaining('Reopen'),
    };
    const other = it.bind('complete', { task_id: taskId, is_approved: false });
    expect(other.predict(await it.look(other), {})).toMatchObject({ kind: 'will-fail', failure: refusal });
    expect(await other.settle(it.writer, await it.read(other), doubtOf())).toMatchObject({
      kind: 'failed',
      failure: refusal,
    });
    const same = it.bind('complete', { task_id: taskId, is_approved: true });
    expect(same.predict(await it.look(same), {})).toMatchObject({ kind: 'nothing-to-do' });
  });

  test('that is there without the values of the row leaves them unsaved, and says so', async () => {
    const it = await start();
    const change = { fields: [formField({ id: hex('1'), label: 'Amount' })], status: 'completed', completedAtMs: 1 };
    const held = it.task({ change: (one) => Object.assign(one, change) });
    const bound = it.bind('complete', { task_id: taskId, fields: { Amount: '120' } });
    expect(bound.predict(await it.look(bound), {})).toMatchObject({
      failure: { code: 'TASK_COMPLETED', message: expect.stringContaining('Amount') },
    });
    held.values.set(hex('1'), '120');
    expect(bound.predict(await it.look(bound), {})).toMatchObject({ kind: 'nothing-to-do' });
  });
});

describe('a comment', () => {
  test.each<readonly [string, string, JsonObject]>([
    ['label', 'comment', { label: 'advice' }],
    ['state', 'comment', { state: 'open' }],
  ])('without its %s is told as it stands, and is not posted again', async (name, operation, change) => {
    const it = await start({ ignoredFields: [name] });
    it.task();
    const bound = it.bind(operation, { task_id: taskId, content: 'Hello', ...change });
    const failure = failureOf(await bound.execute(it.writer, null, {}, rowContext()));
    expect(failure).toMatchObject({ ...isDropped, message: expect.stringContaining(`${name} is `) });
    const doubt = doubtOf({ attemptStartedAtMs: Date.now() });
    expect(await bound.settle(it.writer, await it.read(bound), doubt)).toMatchObject({
      kind: 'unknown',
      evidence: expect.stringContaining(`but with the ${name}`),
    });
  });

  test.each<readonly [string, string, object, boolean]>([
    ['comment', 'breaks off', { content: 'Hel' }, false],
    ['comment', 'is cleaned', { content: '<p>Hello</p>' }, true],
    ['report-problem', 'is no problem', { content: 'Hello', label: 'comment' }, false],
    ['report-problem', 'is one', { content: 'Hello', label: 'problem' }, true],
  ])('%s whose answer %s', async (operation, _case, thread, ok) => {
    const it = await start();
    it.task();
    const bound = it.bind(operation, { task_id: taskId, content: 'Hello' });
    const writer = scriptWriter(answerOf(201, { data: { id: hex('9'), ...thread } }));
    const result = await bound.execute(writer, await it.look(bound), {}, rowContext());
    expect(result.ok).toBe(ok);
    if (!ok) expect(failureOf(result)).toMatchObject(isDropped);
  });

  test('a problem that is still open after the answer is not resolved', async () => {
    const it = await start();
    it.fill('resolve-problem', { task_id: taskId });
    const bound = it.bind('resolve-problem', { task_id: taskId, content: 'Paid' });
    const send = async (resolveId: string | null) => {
      const answer = answerOf(200, { data: { id: hex('9'), label: 'problem', resolve_id: resolveId } });
      return bound.execute(scriptWriter(answer), await it.look(bound), {}, rowContext());
    };
    expect(failureOf(await send(null))).toMatchObject(isDropped);
    expect(await send(hex('8'))).toMatchObject({ ok: true, value: { createdId: null } });
  });
});
