import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lists, notAuthorized, openWorkspace, startMs, trashed, type Workspace } from './workspace.js';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(() => workspace.close());

const update = (id: string, body: unknown) => workspace.call('PUT', `/v2/task/${id}`, body);
const remove = (id: string, query = '') => workspace.call('DELETE', `/v2/task/${id}${query}`);

/** What the ledger says that a test itself did after its creates. */
const changes = () => workspace.effects().filter((effect) => !effect.startsWith('create '));

describe('an update', () => {
  test('changes what is sent and nothing else', async () => {
    const { id } = await workspace.create({ name: 'A', priority: 1, description: 'text' });
    workspace.setNow(startMs + 5000);
    const { status, body } = await update(id, { name: 'B' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'B',
      description: 'text',
      priority: { id: '1' },
      date_updated: String(startMs + 5000),
    });
    expect(changes()).toEqual([`update ${id}`]);
  });

  test('that changes nothing is answered 200 and has no effect', async () => {
    const { id } = await workspace.create({ name: 'A', status: 'in progress' });
    workspace.setNow(startMs + 1000);
    for (const body of [{}, { name: 'A' }, { status: 'In Progress' }, { archived: false }]) {
      expect(await update(id, body)).toMatchObject({ status: 200, body: { date_updated: String(startMs) } });
    }
    expect(changes()).toEqual([]);
  });

  test('to the closed status completes and sets the dates; leaving it reopens and clears them', async () => {
    const { id } = await workspace.create({ name: 'A' });
    workspace.setNow(startMs + 1000);
    const at = String(startMs + 1000);
    expect((await update(id, { status: 'complete' })).body).toMatchObject({ date_closed: at, date_done: at });
    expect((await update(id, { status: 'to do' })).body).toMatchObject({ date_closed: null, date_done: null });
    expect(changes()).toEqual([`complete ${id}`, `reopen ${id}`]);
  });

  test('to a done status sets date_done alone', async () => {
    const { id } = await workspace.create({ name: 'A' }, lists.approvals);
    const { body } = await update(id, { status: 'approved' });
    expect(body).toMatchObject({ status: { type: 'done' }, date_done: String(startMs), date_closed: null });
    expect(changes()).toEqual([`complete ${id}`]);
  });

  test('from a done to the closed status keeps date_done', async () => {
    const { id } = await workspace.create({ name: 'A', status: 'approved' }, lists.approvals);
    workspace.setNow(startMs + 1000);
    const { body } = await update(id, { status: 'closed' });
    expect(body).toMatchObject({ date_done: String(startMs), date_closed: String(startMs + 1000) });
    expect(changes()).toEqual([`update ${id}`]);
  });

  test('archives and unarchives', async () => {
    const { id } = await workspace.create({ name: 'A' });
    expect((await update(id, { archived: true })).body).toMatchObject({ archived: true });
    await update(id, { archived: false });
    expect(changes()).toEqual([`archive ${id}`, `unarchive ${id}`]);
  });

  test('adds and removes assignees by add and rem', async () => {
    const { id } = await workspace.create({ name: 'A', assignees: [81234568] });
    const { body } = await update(id, { assignees: { add: [81234569], rem: [81234568] } });
    expect(body).toHaveProperty('assignees', [expect.objectContaining({ id: 81234569 })]);
  });

  test('with a flat assignees array is answered 200, and the people land among the watchers', async () => {
    const { id } = await workspace.create({ name: 'A' });
    const { status, body } = await update(id, { assignees: [81234569] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ assignees: [], watchers: [{ id: 81234567 }, { id: 81234569 }] });
  });

  test('accepts and ignores tags, custom fields and a list', async () => {
    const { id } = await workspace.create({ name: 'A', tags: ['old'] });
    const field = { id: 'c0ffee00-0000-4000-8000-000000000005', value: 'test' };
    const sent = { tags: ['new'], custom_fields: [field], list_id: lists.backlog };
    expect(await update(id, sent)).toMatchObject({
      status: 200,
      body: { tags: [{ name: 'old' }], list: { id: lists.sprint } },
    });
    expect(changes()).toEqual([]);
  });

  test('clears with null, and the description with a blank', async () => {
    const { id } = await workspace.create({ name: 'A', priority: 1, due_date: startMs, description: 'text' });
    const { body } = await update(id, { priority: null, due_date: null, description: ' ' });
    expect(body).toMatchObject({ priority: null, due_date: null, description: '' });
  });

  test('moves a subtask below another parent, but never below itself, and null does not free it', async () => {
    const one = await workspace.create({ name: 'one' });
    const other = await workspace.create({ name: 'other' });
    const child = await workspace.create({ name: 'child', parent: one.id });
    expect((await update(child.id, { parent: other.id })).body).toMatchObject({ parent: other.id });
    const subtasks = await workspace.call('GET', `/v2/task/${one.id}?include_subtasks=true`);
    expect(subtasks.body).toMatchObject({ subtasks: [] });
    expect((await update(child.id, { parent: null })).body).toMatchObject({ parent: other.id });
    expect(await update(other.id, { parent: child.id })).toMatchObject({ status: 400, body: { ECODE: 'ITEM_137' } });
  });

  test.each([
    [{ status: 'flying' }, { err: 'Status does not exist', ECODE: 'ITEM_114' }],
    [{ name: '' }, { err: 'Task name invalid', ECODE: 'INPUT_005' }],
    [{ due_date: 'soon' }, { err: 'Date invalid', ECODE: 'INPUT_006' }],
  ])('%o is refused as a whole', async (body, refusal) => {
    const { id } = await workspace.create({ name: 'A' });
    expect(await update(id, { priority: 1, ...body })).toMatchObject({ status: 400, body: refusal });
    expect((await workspace.get(id)).body).toMatchObject({ name: 'A', priority: null });
    expect(changes()).toEqual([]);
  });
});

describe('a delete', () => {
  test('is 204 without a body; afterwards the id is known as deleted', async () => {
    const { id } = await workspace.create({ name: 'A' });
    const answer = await remove(id);
    expect([answer.status, answer.body, answer.headers.get('content-type')]).toEqual([204, '', null]);
    for (const again of [await remove(id), await workspace.get(id), await update(id, { name: 'B' })]) {
      expect(again).toMatchObject(trashed);
    }
    expect(changes()).toEqual([`delete ${id}`]);
    expect(await workspace.inspect(id)).toMatchObject({ id, trashed: true });
  });

  test('takes subtasks along, with effects of another kind', async () => {
    const top = await workspace.create({ name: 'top' });
    const child = await workspace.create({ name: 'child', parent: top.id });
    const grandchild = await workspace.create({ name: 'grandchild', parent: child.id });
    await remove(top.id);
    expect(await workspace.get(grandchild.id)).toMatchObject(trashed);
    expect(changes()).toEqual([`delete ${top.id}`, `cascade-delete ${child.id}`, `cascade-delete ${grandchild.id}`]);
  });

  test('of a subtask first leaves nothing to take along', async () => {
    const top = await workspace.create({ name: 'top' });
    const child = await workspace.create({ name: 'child', parent: top.id });
    await remove(child.id);
    const { body } = await workspace.call('GET', `/v2/task/${top.id}?include_subtasks=true`);
    expect(body).toMatchObject({ subtasks: [] });
    await remove(top.id);
    expect(changes()).toEqual([`delete ${child.id}`, `delete ${top.id}`]);
  });

  test('of an unknown id is refused as not authorized', async () => {
    expect(await remove('nope')).toMatchObject(notAuthorized);
  });
});

describe('a custom id', () => {
  test.each([
    ['', 401],
    ['?custom_task_ids=true', 401],
    ['?team_id=9010000001', 401],
    ['?custom_task_ids=true&team_id=5', 401],
    ['?custom_task_ids=true&team_id=9010000001', 204],
  ])('with the query "%s" answers %i', async (query, status) => {
    workspace.sandbox.fill([
      { provider: 'clickup', operation: 'delete', values: { task_id: 'DEV-12' }, cells: {}, done: false },
    ]);
    const answer = await remove('dev-12', query);
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer).toMatchObject(notAuthorized);
  });
});

describe('a move', () => {
  const move = (task: string, list: string, body: unknown = {}) =>
    workspace.call('PUT', `/v3/workspaces/${workspace.teamId}/tasks/${task}/home_list/${list}`, body);

  test('keeps a status that the new list has by name, and takes subtasks along', async () => {
    const { id } = await workspace.create({ name: 'A', status: 'in progress' });
    const child = await workspace.create({ name: 'child', parent: id });
    expect(await move(id, lists.checklists)).toMatchObject({
      status: 200,
      body: { data: { task_id: id, new_list_id: lists.checklists } },
    });
    expect((await workspace.get(id)).body).toMatchObject({
      list: { id: lists.checklists },
      space: { id: '90120000002' },
      status: { status: 'in progress', id: expect.stringContaining('90120000002') },
    });
    expect((await workspace.get(child.id)).body).toMatchObject({ list: { id: lists.checklists } });
    expect(changes()).toEqual([`move ${id}`]);
  });

  test('to its own list is 200 without an effect', async () => {
    const { id } = await workspace.create({ name: 'A' });
    expect((await move(id, lists.sprint)).status).toBe(200);
    expect(changes()).toEqual([]);
  });

  test('needs a mapping for a status that the new list lacks', async () => {
    const { id } = await workspace.create({ name: 'A' });
    const refused = await move(id, lists.approvals);
    expect(refused).toMatchObject({ status: 400, body: { status: 400, trace_id: null, timestamp: startMs } });
    expect(refused.body).not.toHaveProperty('ECODE');
    expect(changes()).toEqual([]);
  });

  test.each([
    ['source_status_id', 'destination_status_id', 'id'],
    ['source_status', 'destination_status', 'status'],
  ] as const)('takes mappings by %s', async (source, destination, key) => {
    const task = await workspace.create({ name: 'A' });
    const target = await workspace.create({ name: 'B', status: 'review' }, lists.approvals);
    const statusOf = (held: Record<string, unknown>) => {
      const { status } = held;
      return typeof status === 'object' && status !== null
        ? Object.entries(status).find(([name]) => name === key)?.[1]
        : null;
    };
    const status_mappings = [{ [source]: statusOf(task), [destination]: statusOf(target) }];
    expect((await move(task.id, lists.approvals, { status_mappings })).status).toBe(200);
    expect((await workspace.get(task.id)).body).toMatchObject({ status: { status: 'review' } });
  });

  test('drops the values of fields that the new list lacks unless they are moved', async () => {
    const goal = 'c0ffee00-0000-4000-8000-000000000018';
    const custom_fields = [{ id: goal, value: 'ship' }];
    const dropped = await workspace.create({ name: 'A', custom_fields });
    const kept = await workspace.create({ name: 'B', custom_fields });
    await move(dropped.id, lists.backlog);
    await move(kept.id, lists.backlog, { move_custom_fields: true });
    const show = async (id: string) => JSON.stringify((await workspace.get(id)).body);
    expect(await show(dropped.id)).not.toContain('ship');
    expect(await show(kept.id)).toContain('ship');
  });

  test('moves the chosen fields only when some are chosen', async () => {
    const [goal, notes] = ['c0ffee00-0000-4000-8000-000000000018', 'c0ffee00-0000-4000-8000-000000000004'];
    const custom_fields = [
      { id: goal, value: 'ship' },
      { id: notes, value: 'remember' },
    ];
    const { id } = await workspace.create({ name: 'A', custom_fields });
    await move(id, lists.backlog, { move_custom_fields: true, custom_fields_to_move: [notes] });
    const shown = JSON.stringify((await workspace.get(id)).body);
    expect(shown).toContain('remember');
    expect(shown).not.toContain('ship');
  });

  test('leaves subtasks that live in another list where they are', async () => {
    const { id } = await workspace.create({ name: 'A' });
    const child = await workspace.create({ name: 'child', parent: id });
    await move(child.id, lists.checklists);
    await move(id, lists.backlog);
    expect((await workspace.get(child.id)).body).toMatchObject({ list: { id: lists.checklists } });
  });

  test('to an extra list makes that list the home', async () => {
    const { id } = await workspace.create({ name: 'A' });
    await workspace.call('POST', `/v2/list/${lists.backlog}/task/${id}`);
    await move(id, lists.backlog);
    expect((await workspace.get(id)).body).toMatchObject({ list: { id: lists.backlog }, locations: [] });
    const { body } = await workspace.call('GET', `/v2/list/${lists.backlog}/task?include_timl=true`);
    expect(body).toHaveProperty('tasks.length', 1);
  });

  test.each([
    ['nope', lists.backlog],
    ['DEV-1', lists.backlog],
    [null, '5'],
  ])('of %s to %s is a 404 in the shape of v3', async (task, list) => {
    const { id } = await workspace.create({ name: 'A' });
    expect(await move(task ?? id, list)).toMatchObject({ status: 404, body: { status: 404, trace_id: null } });
  });

  test('needs a body', async () => {
    const { id } = await workspace.create({ name: 'A' });
    const path = `/v3/workspaces/${workspace.teamId}/tasks/${id}/home_list/${lists.backlog}`;
    expect((await workspace.call('PUT', path)).status).toBe(400);
  });
});
