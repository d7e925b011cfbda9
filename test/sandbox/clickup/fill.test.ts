import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lists, openWorkspace, rowOf, trashed, type Workspace } from './workspace.js';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(() => workspace.close());

const fill = (...rows: Parameters<typeof rowOf>[]) => workspace.sandbox.fill(rows.map((row) => rowOf(...row)));

describe('a row gets its task', () => {
  test.each([
    ['9hx', '9hx'],
    ['86bb4x7ff', '86bb4x7ff'],
    ['#9hx', '9hx'],
    ['CU-9hx', '9hx'],
    ['https://app.clickup.com/t/9hx', '9hx'],
    ['https://app.clickup.com/t/9010000001/9hx?block=1', '9hx'],
  ])('by %s', async (task_id, id) => {
    fill(['delete', { task_id }]);
    expect(await workspace.get(id)).toMatchObject({ status: 200, body: { id, list: { id: lists.backlog } } });
  });

  test.each(['DEV-12', 'https://app.clickup.com/t/9010000001/DEV-12'])('by custom id in %s', async (task_id) => {
    fill(['delete', { task_id }]);
    const { body } = await workspace.call('GET', `/v2/task/DEV-12?custom_task_ids=true&team_id=${workspace.teamId}`);
    expect(body).toMatchObject({ custom_id: 'DEV-12', id: expect.stringMatching(/^86/) });
  });

  test('with the title from its cells', async () => {
    fill(['delete', { task_id: 'a1' }, { cells: { 'Task Name': '[test] one' } }]);
    fill(['delete', { task_id: 'a2' }, { cells: { TITLE: '[test] two' } }]);
    expect((await workspace.get('a1')).body).toMatchObject({ name: '[test] one' });
    expect((await workspace.get('a2')).body).toMatchObject({ name: '[test] two' });
  });

  test('in the list that it names by id or name, made if it is missing', async () => {
    fill(['delete', { task_id: 'a1', list_id: lists.inbox }]);
    fill(['delete', { task_id: 'a2' }, { cells: { 'List Name': 'approvals' } }]);
    fill(['delete', { task_id: 'a3', list_id: '777', list_name: 'Mine' }]);
    fill(['delete', { task_id: 'a4', list_name: 'Brand new' }]);
    expect((await workspace.get('a1')).body).toMatchObject({ list: { id: lists.inbox } });
    expect((await workspace.get('a2')).body).toMatchObject({ list: { id: lists.approvals } });
    expect((await workspace.get('a3')).body).toMatchObject({ list: { id: '777', name: 'Mine' } });
    expect((await workspace.get('a4')).body).toMatchObject({ list: { name: 'Brand new' }, folder: { hidden: true } });
  });

  test('by name alone', async () => {
    fill(['delete', { name: 'Only a name', list_name: 'backlog' }]);
    const { body } = await workspace.call('GET', `/v2/list/${lists.backlog}/task`);
    expect(body).toMatchObject({ tasks: [{ name: 'Only a name' }] });
  });

  test('once, however many rows name it', async () => {
    fill(['update', { task_id: 'a1', priority: 1 }], ['complete', { task_id: 'a1' }]);
    const { body } = await workspace.call('GET', `/v2/list/${lists.backlog}/task`);
    expect(body).toHaveProperty('tasks.length', 1);
  });
});

test('filling leaves no trace in the ledger', async () => {
  fill(['delete', { task_id: 'a1' }, { done: true }]);
  expect(workspace.effects()).toEqual([]);
});

test('an id that no task can have is passed over', () => {
  expect(() =>
    fill(['delete', { task_id: '../x' }], ['delete', { task_id: '__proto__' }], ['delete', {}]),
  ).not.toThrow();
});

test('an update finds a task with another name than the one it gives', async () => {
  fill(['update', { task_id: 'a1', name: 'New name' }]);
  expect((await workspace.get('a1')).body).not.toMatchObject({ name: 'New name' });
});

test('statuses, people, fields, lists and related tasks that a row names exist afterwards', async () => {
  const field = '11111111-2222-4333-8444-555555555555';
  fill(
    ['update', { task_id: 'a1', status: 'QA', assignees: [5, 6], parent: 'p1' }],
    ['set_field', { task_id: 'a1', field_id: field, value: 'x' }],
    ['move', { task_id: 'a1', to_list_id: '888' }],
    ['create', { name: 'A', list_id: '999', parent: 'p2' }],
  );
  const sent = { status: 'qa', assignees: { add: [5, 6] }, parent: 'p1' };
  expect(await workspace.call('PUT', '/v2/task/a1', sent)).toMatchObject({
    status: 200,
    body: { status: { status: 'QA', type: 'custom', orderindex: 2 }, assignees: [{ id: 5 }, { id: 6 }], parent: 'p1' },
  });
  expect((await workspace.call('POST', `/v2/task/a1/field/${field}`, { value: 'x' })).status).toBe(200);
  expect((await workspace.call('GET', '/v2/list/888')).status).toBe(200);
  expect((await workspace.call('POST', '/v2/list/999/task', { name: 'A', parent: 'p2' })).status).toBe(200);
});

test('members are made for e-mails and names, and fields for a task to be made', async () => {
  fill(
    ['assign', { task_id: 'a1', assignees: ['new@sandbox.example', 'New Person'] }],
    ['create', { name: 'A', custom_fields: { Colour: 'red' } }],
  );
  const teams = await workspace.call('GET', '/v2/team');
  expect(JSON.stringify(teams.body)).toMatch(/new@sandbox\.example.*"New Person"/);
  const fields = await workspace.call('GET', `/v2/list/${lists.backlog}/field`);
  expect(JSON.stringify(fields.body)).toContain('"Colour"');
});

test('a field that belongs to another list reaches the list of the row, by id or by name', async () => {
  const risk = 'c0ffee00-0000-4000-8000-000000000009';
  const set = (id: string) => workspace.call('POST', `/v2/task/${id}/field/${risk}`, { value: 1 });
  fill(['set_field', { task_id: 'a1', field_id: risk, value: 'low' }]);
  expect((await set('a1')).status).toBe(200);
  fill(
    ['set_field', { task_id: 'a2', list_id: lists.inbox }],
    ['set_field', { task_id: 'a3' }, { cells: { Field: 'risk' } }],
  );
  expect((await set('a2')).status).toBe(400);
  expect((await set('a3')).status).toBe(200);
});

describe('what was done by an earlier run is filled as done:', () => {
  test('a deleted task is in the trash', async () => {
    fill(['delete', { task_id: 'a1' }, { done: true }]);
    expect(await workspace.get('a1')).toMatchObject(trashed);
  });

  test.each([
    ['complete', { status: { type: 'closed' } }, { status: { type: 'open' } }],
    ['clickup.reopen', { status: { type: 'open' } }, { status: { type: 'closed' } }],
    ['archive', { archived: true }, { archived: false }],
    ['unarchive', { archived: false }, { archived: true }],
    ['add_tag', { tags: [{ name: 'x' }] }, { tags: [] }],
    ['remove_tag', { tags: [] }, { tags: [{ name: 'x' }] }],
    ['assign', { assignees: [{ email: 'ada@sandbox.example' }] }, { assignees: [] }],
    ['unassign', { assignees: [] }, { assignees: [{ email: 'ada@sandbox.example' }] }],
    ['move', { list: { id: lists.inbox } }, { list: { id: lists.backlog } }],
    ['update', { name: 'New name', priority: { id: '2' } }, { priority: null }],
  ])('%s', async (operation, after, before) => {
    const values = { tag: 'x', assignees: 'Ada Tester', to_list_id: lists.inbox, name: 'New name', priority: 'high' };
    fill([operation, { task_id: 'a1', ...values }, { done: true }], [operation, { task_id: 'a2', ...values }]);
    expect((await workspace.get('a1')).body).toMatchObject(after);
    expect((await workspace.get('a2')).body).toMatchObject(before);
  });

  test('a task completed with a status of its own name has that status', async () => {
    fill(['complete', { task_id: 'a1', status: 'Shipped' }, { done: true }]);
    expect((await workspace.get('a1')).body).toMatchObject({ status: { status: 'Shipped', type: 'done' } });
  });

  test('a status and a field that were set are there, and before they are not', async () => {
    const status = { status: 'to do' };
    fill(['set-status', { task_id: 'a1', ...status }, { done: true }], ['set-status', { task_id: 'a2', ...status }]);
    expect((await workspace.get('a1')).body).toMatchObject({ status });
    expect((await workspace.get('a2')).body).not.toMatchObject({ status });
    const field = { field: 'Environment', value: 'staging' };
    fill(['set-field', { task_id: 'a3', ...field }, { done: true }], ['set-field', { task_id: 'a4', ...field }]);
    fill(['set-field', { task_id: 'a5', field: 'Environment', clear: true }]);
    const held = async (id: string) => JSON.stringify((await workspace.get(id)).body).includes('"value":');
    expect([await held('a3'), await held('a4'), await held('a5')]).toEqual([true, false, true]);
  });

  test('a created task is there, one still to be created is not', async () => {
    fill(['create', { name: 'made' }, { done: true }], ['create', { name: 'to make', id: '7' }]);
    const { body } = await workspace.call('GET', `/v2/list/${lists.backlog}/task`);
    expect(body).toMatchObject({ tasks: [{ name: 'made' }] });
    expect(body).toHaveProperty('tasks.length', 1);
  });
});

test('a reset empties the workspace', async () => {
  fill(['delete', { task_id: 'a1' }]);
  await fetch(`${workspace.sandbox.origin}/_sandbox/reset`, { method: 'POST' });
  expect((await workspace.get('a1')).status).toBe(401);
});

describe("a row of ClickUp's own export", () => {
  const cells = {
    'Task ID': 'a1',
    'Task Name': 'Exported',
    'Task Content': 'Text',
    Status: 'complete',
    'Date Created': '1780386072000',
    'Parent ID': 'null',
    Assignees: '[Ann Lee,Bob]',
    Tags: '[q4,copy]',
    'Space Name': 'Growth',
  };

  test('makes the task as the export describes it', async () => {
    fill(['archive', { task_id: 'a1' }, { cells }]);
    expect((await workspace.get('a1')).body).toMatchObject({
      name: 'Exported',
      parent: null,
      status: { status: 'complete' },
      assignees: [{ username: 'Ann Lee' }, { username: 'Bob' }],
      tags: [{ name: 'q4' }, { name: 'copy' }],
    });
    expect((await workspace.get('null')).status).not.toBe(200);
  });

  test('makes one that can still be completed, and leaves it as it is when another row names it', async () => {
    fill(['complete', { task_id: 'a1' }, { cells }], ['comment', { task_id: 'a1' }, { cells }]);
    expect((await workspace.get('a1')).body).toMatchObject({ status: { type: 'open' } });
  });

  test('leaves to the row what the row is about to write', async () => {
    const values = { task_id: 'a1', status: 'complete', tags: ['q4'], assignees: ['Ann Lee'] };
    fill(['update', values, { cells }]);
    expect((await workspace.get('a1')).body).toMatchObject({ status: { type: 'open' }, tags: [], assignees: [] });
  });
});

test('an update finds something to change: another status, and values where it empties them', async () => {
  const clear = ['description', 'priority', 'due_date', 'start_date', 'time_estimate', 'points'];
  fill(['update', { task_id: 'a1', status: 'to do' }], ['update', { task_id: 'a2', clear }]);
  expect((await workspace.get('a1')).body).not.toMatchObject({ status: { status: 'to do' } });
  expect((await workspace.get('a2')).body).toMatchObject({
    description: expect.stringMatching(/./),
    priority: { id: '3' },
    due_date: expect.stringMatching(/^\d+$/),
    start_date: expect.stringMatching(/^\d+$/),
    time_estimate: 3_600_000,
    points: 3,
  });
});

test('a comment that is to be deleted is there on its task, and gone once an earlier run did it', async () => {
  const values = { task_id: 'a1', comment_id: '4711' };
  const comments = async () => (await workspace.call('GET', '/v2/task/a1/comment')).body;
  fill(['delete-comment', values], ['delete-comment', values]);
  expect(await comments()).toMatchObject({ comments: [{ id: '4711' }] });
  fill(['delete-comment', values, { done: true }]);
  expect(await comments()).toEqual({ comments: [] });
});
