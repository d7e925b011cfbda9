import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReadRequest } from '../../../src/providers/http.js';
import { describeTarget } from '../../../src/providers/reading.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { doubtOf, rowContext } from '../../support/row-context.js';
import { type ClickUp, failureOf, lists, openClickUp } from './workspace.js';

let click: ClickUp;
beforeEach(async () => {
  click = await openClickUp();
});
afterEach(() => click.close());

const done = { ok: true, value: { outcome: 'done' } };
const view = describeTarget({ id: '9hx', title: 'T', completed: false, status: 'to do', placeId: lists.backlog });

describe('reopen', () => {
  test('takes the first open status, or the one that is named', async () => {
    click.fill('reopen', { task_id: 'a1', list_id: lists.approvals });
    click.fill('reopen', { task_id: 'a2', list_id: lists.approvals });
    expect(await click.run('reopen', { task_id: 'a1' })).toMatchObject(done);
    expect(await click.run('reopen', { task_id: 'a2', status: 'REVIEW' })).toMatchObject(done);
    expect(await click.inspect('a1')).toMatchObject({ status: { status: 'new' } });
    expect(await click.inspect('a2')).toMatchObject({ status: { status: 'review' } });
  });

  test('leaves a task that is open where it is', async () => {
    click.fill('set-status', { task_id: 'a1', status: 'in progress' }, 'T', true);
    const bound = click.bind('reopen', { task_id: 'a1' });
    const reading = await click.look(bound.target);
    expect(reading.kind === 'found' && bound.predict(reading.target, {})).toMatchObject({ kind: 'nothing-to-do' });
    expect(await click.run('reopen', { task_id: 'a1' }, { looks: false })).toMatchObject({
      value: { outcome: 'already' },
    });
    expect(click.effects()).toEqual([]);
  });

  test('does not complete, and complete does not reopen', async () => {
    click.fill('reopen', { task_id: 'a1' });
    expect(failureOf(await click.run('reopen', { task_id: 'a1', status: 'complete' })).code).toBe(
      'STATUS_OF_WRONG_KIND',
    );
    click.fill('complete', { task_id: 'a2' });
    expect(failureOf(await click.run('complete', { task_id: 'a2', status: 'to do' })).code).toBe(
      'STATUS_OF_WRONG_KIND',
    );
    expect(click.effects()).toEqual([]);
  });
});

test('set-status tells the names that the list has', async () => {
  click.fill('delete', { task_id: 'a1', list_id: lists.approvals });
  const failure = failureOf(await click.run('set-status', { task_id: 'a1', status: 'Done' }));
  expect(failure).toMatchObject({ code: 'STATUS_NOT_FOUND', effect: 'none' });
  expect(failure.message).toContain('"new", "review", "approved", "Closed"');
});

describe('update', () => {
  const full = {
    name: 'New name',
    description: 'Two\r\npages. ',
    status: 'In Progress',
    priority: '1',
    due_date: '2026-12-24',
    start_date: '2026-12-01T08:30:00Z',
    time_estimate: 60_000,
    points: 2.5,
    custom_item_id: 1,
  };

  test('sends what differs, and nothing a second time', async () => {
    click.fill('update', { task_id: 'a1', name: 'New name' });
    expect(await click.run('update', { task_id: 'a1', ...full })).toMatchObject(done);
    expect(await click.inspect('a1')).toMatchObject({
      name: 'New name',
      status: { status: 'in progress' },
      priority: { id: '1' },
      time_estimate: 60_000,
      points: 2.5,
    });
    const bound = click.bind('update', { task_id: 'a1', ...full, priority: 'low' });
    const reading = await click.look(bound.target);
    if (reading.kind !== 'found') throw new Error(reading.failure.message);
    const prepared = await bound.prepare(click.writer, reading.target);
    expect(bound.predict(reading.target, prepared.ok ? prepared.value : {})).toEqual({
      kind: 'will-do',
      changes: [{ field: 'priority', before: 'urgent', after: 'low' }],
    });
    expect(await bound.settle(click.writer, reading, doubtOf())).toMatchObject({
      kind: 'not-done',
      evidence: expect.stringContaining('priority is "urgent", not "low"'),
    });
  });

  test('sends a body of what differs alone', async () => {
    const writer = scriptWriter(answerOf(200, { id: '9hx', name: 'New', priority: { id: '2' } }));
    const target = { ...view, title: 'New', extra: { dueMs: 5 } };
    const bound = click.bind('update', { task_id: '9hx', name: 'New', priority: 2, clear: 'due_date' });
    expect(await bound.execute(writer, target, {}, rowContext())).toMatchObject(done);
    expect(writer.sent).toEqual([
      { method: 'PUT', path: ['v2', 'task', '9hx'], query: [], body: { priority: 2, due_date: null } },
    ]);
  });

  test('clears what it is asked to clear', async () => {
    click.fill('update', { task_id: 'a1' });
    await click.run('update', { task_id: 'a1', ...full });
    const clear = 'description;priority;due_date;start_date;time_estimate;points';
    expect(await click.run('update', { task_id: 'a1', clear })).toMatchObject(done);
    expect(await click.inspect('a1')).toMatchObject({
      description: '',
      priority: null,
      due_date: null,
      start_date: null,
      time_estimate: null,
      points: null,
    });
  });

  test.each([
    ['a priority', { priority: 'low' }, { priority: null }, 'priority is empty, not "low"'],
    ['a name', { name: 'New' }, { name: 'Old' }, 'name is "Old", not "New"'],
    ['a description', { description: 'New' }, { description: '' }, 'description is empty, not "New"'],
    [
      'a cleared date',
      { clear: 'due_date' },
      { due_date: '1800000000000' },
      'due_date is "2027-01-15T08:00:00.000Z", not empty',
    ],
  ])('fails when ClickUp answers 200 and did not apply %s', async (_case, values, answered, words) => {
    const writer = scriptWriter(answerOf(200, { id: '9hx', name: 'T', ...answered }));
    const bound = click.bind('update', { task_id: '9hx', ...values });
    const target = { ...view, extra: { dueMs: 1 } };
    const failure = failureOf(await bound.execute(writer, target, {}, rowContext()));
    expect(failure).toMatchObject({ type: 'API_ERROR', code: 'NOT_APPLIED', effect: 'possible', retryable: false });
    expect(failure.message).toContain(words);
  });

  test('in Markdown is not settled by a text that could be it or not', async () => {
    const bound = click.bind('update', { task_id: '9hx', markdown_content: '**New** [page](https://a.example)' });
    const reading = (description: string) => ({
      kind: 'found' as const,
      ref: { kind: 'task', id: '9hx' },
      target: { ...view, extra: { description } },
      raw: {},
    });
    expect(await bound.settle(click.writer, reading('New page'), doubtOf())).toMatchObject({ kind: 'unknown' });
    expect(await bound.settle(click.writer, reading('New page https://a.example'), doubtOf())).toMatchObject({
      kind: 'done',
    });
  });

  test('of nothing, or of what is out of range, is refused', () => {
    const refused = (values: Record<string, unknown>) => () => click.bind('update', { task_id: 'a1', ...values });
    expect(refused({})).toThrow(/changes nothing/);
    expect(refused({ time_estimate: 2_147_483_648 })).toThrow(/whole number/);
    expect(refused({ priority: 5 })).toThrow(/urgent/);
    expect(refused({ due_date: '24.12.2026' })).toThrow(/no date/);
    expect(refused({ clear: 'name' })).toThrow(/none of/);
  });
});

describe('assign', () => {
  test('finds people by id, e-mail and name, and sends them as add and rem', async () => {
    click.fill('delete', { task_id: 'a1' });
    const assignees = '81234567;ADA@sandbox.example;bo operator';
    expect(await click.run('assign', { task_id: 'a1', assignees })).toMatchObject(done);
    expect(await click.inspect('a1')).toMatchObject({
      assignees: [{ id: 81234567 }, { id: 81234568 }, { id: 81234569 }],
    });
    expect(await click.run('unassign', { task_id: 'a1', assignees: 'Ada Tester' })).toMatchObject(done);
    expect(await click.inspect('a1')).toMatchObject({ assignees: [{ id: 81234567 }, { id: 81234569 }] });
    // The members are asked for once.
    expect(click.requests().filter((request) => request === 'GET /v2/team')).toHaveLength(1);
  });

  test('fails for an id that ClickUp passes over', async () => {
    click.fill('delete', { task_id: 'a1' });
    const failure = failureOf(await click.run('assign', { task_id: 'a1', assignees: '404' }));
    expect(failure).toMatchObject({ code: 'NOT_APPLIED', message: expect.stringContaining('404 was not assigned') });
  });

  test('tells the people that a name could mean', async () => {
    click.fill('assign', { task_id: 'a1', assignees: 'twin1@sandbox.example' });
    const members = [1, 2].map((id) => ({ user: { id, username: 'Twin', email: `twin${id}@a.example` } }));
    const reader = scriptWriter(answerOf(200, { teams: [{ id: '9010000001', name: 'W', members }] }));
    const prepared = await click.bind('assign', { task_id: 'a1', assignees: 'twin' }).prepare(reader, view);
    expect(failureOf(prepared)).toMatchObject({
      code: 'MULTIPLE_PEOPLE_FOUND',
      message: expect.stringContaining('twin2@a.example'),
    });
  });
});

describe('tags', () => {
  test('are sent as one part of the path, whatever is in them', async () => {
    click.fill('delete', { task_id: 'a1' });
    expect(await click.run('add-tag', { task_id: 'a1', tag: 'a/b? ü#1' })).toMatchObject(done);
    expect(await click.inspect('a1')).toMatchObject({ tags: [{ name: 'a/b? ü#1' }] });
    expect(await click.run('remove-tag', { task_id: 'a1', tag: 'A/B? Ü#1' })).toMatchObject(done);
    expect(await click.inspect('a1')).toMatchObject({ tags: [] });
  });

  test.each([' ', '.', '..'])('of %j alone are refused', (tag) => {
    expect(() => click.bind('add-tag', { task_id: 'a1', tag })).toThrow(/tag/);
  });
});

describe('a comment in doubt', () => {
  const row = { task_id: 'a1', comment: 'Checked,\n can be closed.' };

  test.each([
    ['since the attempt is ours', -1_000, 'done'],
    ['from shortly before decides nothing', 60_000, 'unknown'],
    ['from long before is another', 600_000, 'not-done'],
  ])('with the same text %s', async (_case, laterMs, expected) => {
    click.fill('comment', row);
    expect(await click.run('comment', row)).toMatchObject({
      ok: true,
      value: { createdId: expect.stringMatching(/^\d+$/) },
    });
    const bound = click.bind('comment', row);
    const doubt = doubtOf({ attemptStartedAtMs: Date.now() + laterMs });
    expect(await bound.settle(click.writer, await click.look(bound.target), doubt)).toMatchObject({ kind: expected });
  });

  test('is looked for behind the first page', async () => {
    click.fill('comment', row);
    await click.run('comment', row);
    for (let n = 0; n < 60; n += 1)
      await click.run('comment', { task_id: 'a1', comment: `Another ${n}` }, { looks: false });
    const bound = click.bind('comment', row);
    const doubt = doubtOf({ attemptStartedAtMs: Date.now() - 60_000 });
    expect(await bound.settle(click.writer, await click.look(bound.target), doubt)).toMatchObject({ kind: 'done' });
  });
});

describe('delete-comment', () => {
  const comment = (text: string) => ({ task_id: 'a1', comment: text });

  /** The ids of what was written, one after the other. */
  async function write(...texts: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const text of texts) {
      const done = await click.run('comment', comment(text), { looks: false });
      ids.push((done.ok ? done.value.createdId : null) ?? '');
    }
    return ids;
  }

  test('finds the comment behind the first page, and takes what ClickUp refuses as unknown for what it is', async () => {
    click.fill('comment', comment('First'));
    const [first = ''] = await write('First', ...Array.from({ length: 60 }, (_, n) => `Another ${n}`));
    const row = { task_id: 'a1', comment_id: first };
    const bound = click.bind('delete-comment', row);
    const reading = await click.look(bound.target);
    const target = reading.kind === 'found' ? reading.target : null;
    click.strike({ kind: 'status', status: 404, when: 'before' });
    expect(await bound.execute(click.writer, target, {}, rowContext())).toMatchObject({ ok: false });
    expect(await click.run('delete-comment', row)).toMatchObject({ ok: true, value: { outcome: 'done' } });
    // 401 OAUTH_027 is what a bad id is told; the list shows that it is gone.
    expect(await bound.execute(click.writer, target, {}, rowContext())).toMatchObject({
      ok: true,
      value: { outcome: 'already', message: `"A task" (a1) has no comment ${first}.` },
    });
    expect(await bound.settle(click.writer, reading, doubtOf())).toMatchObject({ kind: 'done' });
  });

  test('never concludes from a list that repeats itself that a comment is gone', async () => {
    click.fill('comment', comment('First'));
    const [first = ''] = await write('First', ...Array.from({ length: 30 }, (_, n) => `Another ${n}`));
    const bound = click.bind('delete-comment', { task_id: 'a1', comment_id: first });
    const reading = await click.look(bound.target);
    const stuck = {
      ...click.writer,
      read: (request: ReadRequest) => click.writer.read({ ...request, query: [] }),
    };
    expect(await bound.prepare(stuck, reading.kind === 'found' ? reading.target : null)).toMatchObject({
      ok: false,
      failure: { code: 'COMMENTS_NOT_TOLD' },
    });
    expect(await bound.settle(stuck, reading, doubtOf())).toMatchObject({ kind: 'unknown' });
  });

  test('of a comment in doubt tells the id only where it can be no other', async () => {
    click.fill('comment', comment('Twice'));
    const doubt = doubtOf({ attemptStartedAtMs: Date.now() - 1_000 });
    const bound = click.bind('comment', comment('Twice'));
    const [first] = await write('Twice');
    const settle = async () => bound.settle(click.writer, await click.look(bound.target), doubt);
    expect(await settle()).toMatchObject({ kind: 'done', createdId: first });
    await write('Twice');
    expect(await settle()).toEqual({ kind: 'done', evidence: expect.stringContaining('has the same text.') });
  });
});

describe('set-field', () => {
  test('finds the field by name in the list of the task, and clears it', async () => {
    click.fill('delete', { task_id: 'a1', list_id: lists.sprint });
    const row = { task_id: 'a1', field: 'risk' };
    expect(await click.run('set-field', { ...row, value: 'HIGH' })).toMatchObject(done);
    const bound = click.bind('set-field', { ...row, value: 'high' });
    const reading = await click.look(bound.target);
    if (reading.kind !== 'found') throw new Error(reading.failure.message);
    const prepared = await bound.prepare(click.writer, reading.target);
    expect(bound.predict(reading.target, prepared.ok ? prepared.value : {})).toMatchObject({ kind: 'nothing-to-do' });
    expect(await click.run('set-field', { ...row, clear: 'yes' })).toMatchObject(done);
    expect(await bound.settle(click.writer, await click.look(bound.target), doubtOf())).toMatchObject({
      kind: 'not-done',
    });
    expect(click.effects()).toEqual(['set-field a1', 'clear-field a1']);
  });

  test.each([
    ['Reviewers', 'Ada Tester;bo@sandbox.example'],
    ['Related tasks', 'a2'],
    ['Areas', 'web;mobile'],
    ['Review date', '2026-12-24'],
    ['Budget', '12.50'],
    ['Rating', '3'],
    ['Progress', '40'],
    ['Site', '52.5, 13.4, Berlin'],
    ['Notes', 'Two lines.\nHere.'],
  ])('sets %s, and is settled by reading it', async (field, value) => {
    click.fill('delete', { task_id: 'a1', list_id: lists.sprint });
    click.fill('delete', { task_id: 'a2', list_id: lists.sprint });
    const row = { task_id: 'a1', field, value };
    const bound = click.bind('set-field', row);
    expect(await bound.settle(click.writer, await click.look(bound.target), doubtOf())).toMatchObject({
      kind: 'not-done',
    });
    expect(await click.run('set-field', row)).toMatchObject(done);
    expect(await bound.settle(click.writer, await click.look(bound.target), doubtOf())).toMatchObject({ kind: 'done' });
  });

  test('takes out the people that the row does not name', async () => {
    click.fill('delete', { task_id: 'a1', list_id: lists.sprint });
    await click.run('set-field', { task_id: 'a1', field: 'Reviewers', value: '81234567;81234568' });
    const row = { task_id: 'a1', field: 'Reviewers', value: '81234568;81234569' };
    expect(await click.run('set-field', row)).toMatchObject(done);
    const bound = click.bind('set-field', row);
    expect(await bound.settle(click.writer, await click.look(bound.target), doubtOf())).toMatchObject({ kind: 'done' });
  });

  test('never settles a button', async () => {
    click.fill('delete', { task_id: 'a1', list_id: lists.sprint });
    const bound = click.bind('set-field', { task_id: 'a1', field: 'Approve', value: 'true' });
    expect(await bound.settle(click.writer, await click.look(bound.target), doubtOf())).toMatchObject({
      kind: 'unknown',
    });
  });

  test('without a value is refused', () => {
    expect(() => click.bind('set-field', { task_id: 'a1', field: 'Risk' })).toThrow(/gives no value/);
  });
});

describe('move', () => {
  const row = { task_id: 'a1', to_list_name: 'approvals' };

  test('maps a status that the new list does not have to the one that the row names', async () => {
    click.fill('delete', { task_id: 'a1' });
    expect(await click.run('move', { ...row, status: 'REVIEW' })).toMatchObject(done);
    expect(await click.inspect('a1')).toMatchObject({ list: { id: lists.approvals }, status: { status: 'review' } });
  });

  test('names the statuses of the new list where none is named', async () => {
    click.fill('delete', { task_id: 'a1' });
    const failure = failureOf(await click.run('move', row));
    expect(failure).toMatchObject({ code: 'STATUS_MAPPING_MISSING', effect: 'none' });
    expect(failure.message).toContain('"new", "review"');
  });

  test('goes by the native id of a task with a custom one', async () => {
    click.fill('delete', { task_id: 'DEV-7' });
    expect(await click.run('move', { task_id: 'DEV-7', to_list_id: lists.inbox }, { looks: false })).toMatchObject(
      done,
    );
    expect(click.requests().at(-1)).toMatch(
      /^PUT \/v3\/workspaces\/9010000001\/tasks\/86\w+\/home_list\/901000000004$/,
    );
  });

  test('spells the keys of a mapping the other way when the first is refused', async () => {
    const refused = answerOf(400, { status: 400, message: 'status_mappings invalid', trace_id: null, timestamp: 1 });
    const statuses = [{ id: 's9', status: 'new', type: 'open', orderindex: 0 }];
    const writer = scriptWriter(
      answerOf(200, { id: lists.approvals, statuses }),
      refused,
      answerOf(200, { data: { task_id: '9hx', new_list_id: lists.approvals } }),
    );
    const target = { ...view, extra: { statusId: 's1', teamId: '9008' } };
    const bound = click.bind('move', { task_id: '9hx', to_list_id: lists.approvals, status: 'new' });
    expect(await bound.execute(writer, target, {}, rowContext())).toMatchObject(done);
    expect(writer.sent.slice(1).map((request) => 'body' in request && request.body)).toEqual([
      { status_mappings: [{ source_status_id: 's1', destination_status_id: 's9' }] },
      { status_mappings: [{ source_status: 's1', destination_status: 's9' }] },
    ]);
  });

  test('fails when ClickUp tells another list', async () => {
    const statuses = [{ id: 's1', status: 'to do', type: 'open', orderindex: 0 }];
    const writer = scriptWriter(
      answerOf(200, { statuses }),
      answerOf(200, { data: { task_id: '9hx', new_list_id: '5' } }),
    );
    const bound = click.bind('move', { task_id: '9hx', to_list_id: lists.inbox });
    const target = { ...view, extra: { teamId: '9008' } };
    expect(failureOf(await bound.execute(writer, target, {}, rowContext()))).toMatchObject({ code: 'NOT_APPLIED' });
  });

  test('without a list to move to is refused', () => {
    expect(() => click.bind('move', { task_id: 'a1' })).toThrow(/names no list/);
  });
});
