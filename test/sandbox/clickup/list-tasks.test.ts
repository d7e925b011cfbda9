import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folders, lists, openWorkspace, rowOf, spaces, startMs, type Workspace } from './workspace.js';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(() => workspace.close());

/** The names on a page, and whether it is the last. */
async function read(path: string): Promise<{ names: string[]; last: unknown }> {
  const { status, body } = await workspace.call('GET', path);
  expect(status).toBe(200);
  if (typeof body !== 'object' || body === null || !('tasks' in body) || !Array.isArray(body.tasks))
    throw new Error('no tasks');
  return { names: body.tasks.map(({ name }) => String(name)), last: 'last_page' in body && body.last_page };
}
const names = async (query: string, list: string = lists.sprint) =>
  (await read(`/v2/list/${list}/task?${query}`)).names;
const search = async (query: string) => (await read(`/v2/team/${workspace.teamId}/task?${query}`)).names;

describe('pages', () => {
  test('hold 100 tasks, newest first, and only the last says so; beyond it they are empty', async () => {
    workspace.sandbox.fill(Array.from({ length: 201 }, (_, n) => rowOf('delete', { task_id: `t${n}`, name: `n${n}` })));
    const pages = await Promise.all(
      [0, 1, 2, 3].map((page) => read(`/v2/list/${lists.backlog}/task?page=${page}&limit=5`)),
    );
    expect(pages.map((page) => page.names.length)).toEqual([100, 100, 1, 0]);
    expect(pages.map(({ last }) => last)).toEqual([false, false, true, true]);
    expect([pages[0]?.names[0], pages[2]?.names[0]]).toEqual(['n200', 'n0']);
  });

  test('a full last page is the last page', async () => {
    workspace.sandbox.fill(Array.from({ length: 100 }, (_, n) => rowOf('delete', { task_id: `t${n}` })));
    expect((await read(`/v2/list/${lists.backlog}/task`)).last).toBe(true);
  });

  test('shift when a task of an earlier page is deleted or completed', async () => {
    workspace.sandbox.fill(Array.from({ length: 101 }, (_, n) => rowOf('delete', { task_id: `t${n}`, name: `n${n}` })));
    expect(await names('page=1', lists.backlog)).toEqual(['n0']);
    await workspace.call('DELETE', '/v2/task/t50');
    expect(await names('page=1', lists.backlog)).toEqual([]);
    await workspace.create({ name: 'new' }, lists.backlog);
    expect(await names('page=1', lists.backlog)).toEqual(['n0']);
    await workspace.call('PUT', '/v2/task/t51', { status: 'complete' });
    expect(await names('page=1', lists.backlog)).toEqual([]);
  });
});

describe('filters', () => {
  beforeEach(async () => {
    workspace.setNow(startMs);
    const open = await workspace.create({
      name: 'open',
      assignees: [81234568],
      tags: ['Bug'],
      due_date: startMs,
      due_date_time: true,
    });
    workspace.setNow(startMs + 1000);
    await workspace.create({ name: 'closed', status: 'complete' });
    await workspace.create({ name: 'archived', archived: true });
    await workspace.create({ name: 'child', parent: open.id, custom_item_id: 1 });
    await workspace.create({ name: 'approved', status: 'approved' }, lists.approvals);
  });

  test.each([
    ['', ['open']],
    ['include_closed=true', ['closed', 'open']],
    ['statuses[]=complete', ['closed']],
    ['statuses[]=Complete&statuses[]=to%20do', ['closed', 'open']],
    ['subtasks=true', ['child', 'open']],
    ['archived=true', ['archived']],
    ['assignees[]=81234568', ['open']],
    ['assignees[]=81234569', []],
    ['tags[]=bug', ['open']],
    ['subtasks=true&custom_items[]=1', ['child']],
    ['order_by=created&reverse=true&include_closed=true', ['open', 'closed']],
    ['order_by=due_date&include_closed=true', ['open', 'closed']],
    ['order_by=due_date&include_closed=true&reverse=true', ['open', 'closed']],
    ['watchers[]=81234568', ['open']],
    ['watchers[]=81234569', []],
    [`date_created_gt=${startMs}&subtasks=true`, ['child']],
    [`date_created_gt=${startMs - 1}`, ['open']],
    [`date_created_lt=${startMs}`, []],
    [`due_date_lt=${startMs + 1}`, ['open']],
    [`date_done_gt=${startMs}&include_closed=true`, ['closed']],
  ])('%s', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test('a done status is listed without being asked for, unlike a closed one', async () => {
    expect(await names('', lists.approvals)).toEqual(['approved']);
  });

  test('a search goes over the workspace and can be narrowed', async () => {
    expect(await search('')).toEqual(['approved', 'open']);
    expect(await search(`space_ids[]=${spaces.operations}`)).toEqual(['approved']);
    expect(await search(`project_ids[]=${folders.sprints}&subtasks=true`)).toEqual(['child', 'open']);
    expect(await search(`list_ids[]=${lists.approvals}`)).toEqual(['approved']);
  });

  test('a search by parent finds its subtasks, and sees what changed since the last search', async () => {
    const top = await workspace.create({ name: 'top' });
    expect(await search(`parent=${top.id}&subtasks=true`)).toEqual([]);
    await workspace.create({ name: 'below', parent: top.id });
    expect(await search(`parent=${top.id}&subtasks=true`)).toEqual(['below']);
    await workspace.call('DELETE', `/v2/task/${top.id}`);
    expect(await search(`parent=${top.id}&subtasks=true`)).toEqual([]);
  });
});

test('tasks without the date come last in either direction', async () => {
  await workspace.create({ name: 'none 1' });
  await workspace.create({ name: 'early', due_date: startMs });
  await workspace.create({ name: 'none 2' });
  await workspace.create({ name: 'late', due_date: startMs + 5 * 86_400_000 });
  expect((await names('order_by=due_date')).slice(0, 2)).toEqual(['late', 'early']);
  expect((await names('order_by=due_date&reverse=true')).slice(0, 2)).toEqual(['early', 'late']);
});

test('custom fields filter by their operators', async () => {
  const effort = 'c0ffee00-0000-4000-8000-000000000006';
  await workspace.create({ name: 'five', custom_fields: [{ id: effort, value: 5 }] });
  await workspace.create({ name: 'nine', custom_fields: [{ id: effort, value: 9 }] });
  await workspace.create({ name: 'none' });
  const by = (operator: string, value?: unknown) =>
    names(`custom_fields=${encodeURIComponent(JSON.stringify([{ field_id: effort, operator, value }]))}`);
  expect(await by('=', 5)).toEqual(['five']);
  expect(await by('>', '5')).toEqual(['nine']);
  expect(await by('IS NULL')).toEqual(['none']);
  expect(await by('ANY', [5, 9])).toEqual(['nine', 'five']);
});

test.each([
  ['statuses=to%20do', 400, 'PUBAPITASK_014'],
  ['assignees=81234568', 400, 'PUBAPITASK_017'],
  ['custom_fields=x', 400, 'ITEM_155'],
  ['due_date_gt=soon', 400, 'INPUT_006'],
  ['order_by=closed', 500, 'ITEMV2_003'],
  ['order_by=__proto__', 500, 'ITEMV2_003'],
])('the query %s is refused with %i %s', async (query, status, ECODE) => {
  expect(await workspace.call('GET', `/v2/list/${lists.sprint}/task?${query}`)).toMatchObject({
    status,
    body: { ECODE },
  });
});

test('a task shows in an extra list only when asked for, and can leave that list but not its home', async () => {
  const { id } = await workspace.create({ name: 'A' });
  const path = `/v2/list/${lists.backlog}/task/${id}`;
  expect(await workspace.call('POST', path)).toMatchObject({ status: 200, body: {} });
  expect(await names('', lists.backlog)).toEqual([]);
  expect(await names('include_timl=true', lists.backlog)).toEqual(['A']);
  expect((await workspace.get(id)).body).toMatchObject({ locations: [{ id: lists.backlog, name: 'Backlog' }] });
  expect((await workspace.call('DELETE', path)).status).toBe(200);
  expect(await names('include_timl=true', lists.backlog)).toEqual([]);
  expect((await workspace.call('DELETE', `/v2/list/${lists.sprint}/task/${id}`)).status).toBe(400);
  expect(workspace.effects()).toEqual([`create ${id}`, `add-to-list ${id}`, `remove-from-list ${id}`]);
});

test('a deleted task is gone from its extra lists too', async () => {
  const { id } = await workspace.create({ name: 'A' });
  await workspace.call('POST', `/v2/list/${lists.backlog}/task/${id}`);
  await workspace.call('DELETE', `/v2/task/${id}`);
  expect(await names('include_timl=true', lists.backlog)).toEqual([]);
});

test('a task shows its subtasks on demand', async () => {
  const top = await workspace.create({ name: 'top' });
  await workspace.create({ name: 'child', parent: top.id });
  expect((await workspace.get(top.id)).body).not.toHaveProperty('subtasks');
  const { body } = await workspace.call('GET', `/v2/task/${top.id}?include_subtasks=true`);
  expect(body).toMatchObject({ subtasks: [{ name: 'child' }] });
});
