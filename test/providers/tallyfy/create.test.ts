import { afterEach, expect, test } from 'vitest';
import { tallyfy } from '../../../src/providers/tallyfy/provider.js';
import type { Fault } from '../../../src/sandbox/faults.js';
import type { TallyfySettings } from '../../../src/sandbox/tallyfy/settings.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { doubtOf, rowContext } from '../../support/row-context.js';
import { hex, runId, type Started, startTallyfy } from './kit.js';

const open: Started[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

async function start(settings: Partial<TallyfySettings> = {}): Promise<Started> {
  const started = await startTallyfy(settings);
  open.push(started);
  return started;
}

const schema = tallyfy.operations.find((operation) => operation.name === 'create')?.schema;
const args = { title: 'Send it', owners: { users: [48_213] }, deadline: '2026-12-01 17:00:00' };
const mark = '<!-- taskbatch 20261122-0530-create-7f3a/1 -->';

test('sends every field of the create page, in the form that Tallyfy takes', async () => {
  const { bind } = await start();
  const cells = {
    title: 'Send it',
    owners: { users: '7;8', Guests: 'Ann@Example.com' },
    deadline: '2026-12-01T18:00:00+01:00',
    task_type: 'Approval',
    summary: '<p>Amounts</p>',
    started_at: '2026-11-30',
    separate_task_for_each_assignee: 'no',
    max_assignable: '3',
    prevent_guest_comment: 'yes',
    everyone_must_complete: 'true',
    can_complete_only_assignees: '1',
    top_secret: '0',
    is_soft_start_date: 'true',
    tags: hex('C'),
    form_fields:
      '[{"label":"Size","field_type":"radio","required":true,"options":[{"id":1,"text":"S"},{"id":2,"text":"L"}]}]',
    webhook: 'https://example.com/hook',
    run_id: runId,
  };
  const told = { tags: { data: [{ id: hex('c') }] }, form_fields: { data: [{ label: 'Size' }] } };
  const writer = scriptWriter(answerOf(201, { data: { id: hex('d'), title: 'Send it', ...told } }));
  const parsed = JSON.parse(JSON.stringify(schema?.parse(cells)));
  expect(await bind('create', parsed).execute(writer, null, {}, rowContext())).toMatchObject({
    ok: true,
    value: { createdId: hex('d') },
  });
  expect(writer.sent).toEqual([
    {
      method: 'POST',
      path: ['organizations', expect.anything(), 'tasks'],
      body: {
        title: 'Send it',
        owners: { users: [7, 8], guests: ['ann@example.com'], groups: [] },
        deadline: '2026-12-01 17:00:00',
        task_type: 'approval',
        summary: `<p>Amounts</p>${mark}`,
        started_at: '2026-11-30 00:00:00',
        separate_task_for_each_assignee: false,
        max_assignable: 3,
        prevent_guest_comment: true,
        everyone_must_complete: true,
        can_complete_only_assignees: true,
        top_secret: false,
        is_soft_start_date: true,
        tags: [hex('c')],
        form_fields: [
          {
            label: 'Size',
            field_type: 'radio',
            required: true,
            options: [
              { id: 1, text: 'S' },
              { id: 2, text: 'L' },
            ],
          },
        ],
        webhook: 'https://example.com/hook',
        run_id: runId,
      },
    },
  ]);
});

test('makes one task, which the sandbox takes', async () => {
  const it = await start();
  it.fill('create', args);
  const result = await it.execute('create', args);
  const [task] = it.state.tasks.values();
  expect(result).toMatchObject({ ok: true, value: { outcome: 'done', createdId: task?.id } });
  expect(task).toMatchObject({ title: 'Send it', taskType: 'task', owners: { users: [48_213] }, summary: mark });
  expect(it.effects()).toEqual(['create']);
});

test.each<readonly [string, object, RegExp]>([
  ['a title over 600 characters', { title: 'x'.repeat(601) }, /longer than 600/],
  ['a guest that is no e-mail', { owners: { guests: 'ann' } }, /"ann" among guests, which is no e-mail/],
  ['a member that is no number', { owners: { users: ['x1'] } }, /"x1" among users/],
  ['a group of another service', { owners: { groups: '901' } }, /no id of a group/],
  ['an unknown list of owners', { owners: { people: '1' } }, /"people"/],
  ['nobody', { owners: '{"users":[]}' }, /nobody/],
  ['an epoch as deadline', { deadline: '1767225600' }, /number/],
  ['a day that is none', { deadline: '2026-02-30 10:00:00' }, /no date/],
  ['a tag that is no id', { tags: 'urgent' }, /"urgent", which is not an id/],
  [
    'a radio with one option',
    { form_fields: '[{"label":"A","field_type":"radio","required":true,"options":[{"id":1,"text":"S"}]}]' },
    /needs 2 options/,
  ],
  ['a field without required', { form_fields: '[{"label":"A","field_type":"text"}]' }, /needs required/],
  [
    'a type that there is not',
    { form_fields: '[{"label":"A","field_type":"number","required":true}]' },
    /needs a field_type/,
  ],
  [
    'a key of a field that there is not',
    { form_fields: '[{"label":"A","field_type":"text","required":true,"__proto__x":1}]' },
    /__proto__x/,
  ],
  [
    'fields nested without end',
    {
      form_fields: `[{"label":"A","field_type":"table","required":true,"columns":[${'['.repeat(5_000)}${']'.repeat(5_000)}]}]`,
    },
    /too deep/,
  ],
  ['a webhook that is no address', { webhook: 'file:///etc/passwd' }, /no address/],
])('refuses %s before anything is sent', (_case, change, reason) => {
  const parsed = schema?.safeParse({ ...args, ...change });
  expect(parsed?.error?.issues[0]?.message).toMatch(reason);
});

test('a fan-out tells all tasks that it made, read from its run page after page', async () => {
  const it = await start();
  const users = Array.from({ length: 120 }, (_none, n) => n + 1);
  const result = await it.execute('create', {
    ...args,
    owners: { users, guests: [], groups: [] },
    separate_task_for_each_assignee: true,
  });
  const ids = [...it.state.tasks.keys()];
  expect(ids).toHaveLength(120);
  expect(result.ok && result.value.createdId?.split(';').sort()).toEqual(ids.sort());
  expect(result.ok && result.value.message).toMatch(/^Made 120 tasks in the run [0-9a-f]{32}\.$/);
  expect(it.writes()).toHaveLength(1);
});

test('a fan-out into a run that has other tasks tells only its own', async () => {
  const it = await start();
  it.task({ inRun: true });
  const fanOut = { ...args, owners: { users: [1, 2] }, run_id: runId, separate_task_for_each_assignee: true };
  const result = await it.execute('create', fanOut);
  expect(result.ok && result.value.createdId?.split(';')).toHaveLength(2);
  expect(result.ok && result.value.createdId).not.toContain(hex('a'));
});

test('a fan-out whose list trails says how many it has seen so far', async () => {
  const it = await start({ listLagMs: 60_000 });
  const fanOut = { ...args, owners: { users: [1, 2, 3] }, separate_task_for_each_assignee: true };
  const result = await it.execute('create', fanOut);
  expect(result.ok && result.value.createdId?.split(';')).toHaveLength(1);
  expect(result.ok && result.value.message).toMatch(/for each of 3; so far Tallyfy lists 1 tasks/);
});

test('a task that is made, but not as asked, is a failed row that names what is not', async () => {
  const it = await start();
  const made = { id: hex('d'), title: 'Send it', top_secret: false, owners: { users: [{ id: 48_213 }] } };
  const row = it.bind('create', { ...args, top_secret: true });
  const result = await row.execute(scriptWriter(answerOf(201, { data: made })), null, {}, rowContext());
  expect(result).toMatchObject({
    ok: false,
    failure: {
      code: 'NOT_APPLIED',
      effect: 'possible',
      retryable: false,
      message: expect.stringMatching(/top_secret/),
    },
  });
  const list = answerOf(200, { data: [{ ...made, summary: `x${mark}` }] });
  expect(await row.settle(scriptWriter(list), null, doubtOf())).toMatchObject({
    kind: 'failed',
    failure: { code: 'NOT_APPLIED' },
  });
});

test.each<readonly [string, Fault]>([
  ['500', { kind: 'status', status: 500, when: 'after' }],
  ['a web page', { kind: 'garbage', form: 'html', when: 'after' }],
  ['a broken connection', { kind: 'reset', when: 'after' }],
])('after %s the task is found by its mark', async (_case, fault) => {
  const it = await start();
  it.sandbox.setFaults([{ match: { write: true }, times: 1, fault }]);
  const row = it.bind('create', args);
  expect(await row.execute(it.writer, null, {}, rowContext())).toMatchObject({
    ok: false,
    failure: { effect: 'possible' },
  });
  const doubt = doubtOf({ attemptStartedAtMs: Date.now() });
  const [id = ''] = it.state.tasks.keys();
  expect(await row.settle(it.writer, null, doubt)).toMatchObject({
    kind: 'done',
    evidence: expect.stringContaining(id),
  });
});

test('without a task that carries the mark, nobody knows: lists may trail a create', async () => {
  const it = await start();
  const row = it.bind('create', args);
  const doubt = doubtOf({ attemptStartedAtMs: Date.now() });
  expect(await row.settle(it.writer, null, doubt)).toMatchObject({ kind: 'unknown' });
  await row.execute(it.writer, null, {}, { ...rowContext(), mark: 'taskbatch 20261122-0530-create-7f3a/2' });
  const [id = ''] = it.state.tasks.keys();
  expect(await row.settle(it.writer, null, doubt)).toMatchObject({
    kind: 'unknown',
    evidence: expect.stringContaining(id),
  });
  it.sandbox.setFaults([{ times: 0, fault: { kind: 'status', status: 503, when: 'before' } }]);
  expect(await row.settle(it.writer, null, doubt)).toMatchObject({ kind: 'unknown' });
});

test('the hourly cap on guest invites is a limit, not a refusal', async () => {
  const it = await start({ guestInvitesPerHour: 1 });
  const guests = { ...args, owners: { users: [], guests: ['a@example.com', 'b@example.com'], groups: [] } };
  expect(await it.execute('create', guests)).toMatchObject({
    ok: false,
    failure: { type: 'RATE_LIMIT', effect: 'none', retryable: true },
  });
  const answer = it.answers.at(-1);
  expect(answer && it.connection.throttle(answer, 0)?.waitMs).toBeGreaterThan(0);
});
