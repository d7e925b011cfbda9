import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lists, notAuthorized, openWorkspace, rowOf, startMs, type Workspace } from './workspace.js';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(() => workspace.close());

const create = (body: unknown, list: string = lists.sprint) => workspace.call('POST', `/v2/list/${list}/task`, body);

test('a task is read back with the types seen live', async () => {
  const sent = {
    name: 'Fix login',
    description: 'It fails',
    priority: 2,
    assignees: [81234568],
    tags: ['bug'],
    due_date: 1_567_780_450_202,
    due_date_time: true,
    time_estimate: 8_640_000,
    points: 3,
  };
  const { status, body } = await create(sent);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: expect.stringMatching(/^86[0-9a-z]{7}$/),
    custom_id: null,
    custom_item_id: 0,
    name: 'Fix login',
    text_content: 'It fails',
    description: 'It fails',
    status: { status: 'to do', type: 'open', orderindex: 0, id: expect.any(String) },
    date_created: String(startMs),
    date_updated: String(startMs),
    date_closed: null,
    date_done: null,
    archived: false,
    assignees: [{ id: 81234568, username: 'Ada Tester' }],
    tags: [{ name: 'bug', creator: 81234567 }],
    parent: null,
    priority: { id: '2', priority: 'high', orderindex: '2' },
    due_date: '1567780450202',
    start_date: null,
    points: 3,
    time_estimate: 8_640_000,
    team_id: workspace.teamId,
    list: { id: lists.sprint, name: 'Sprint 1', access: true },
    folder: { name: 'Sprints', hidden: false },
  });
  expect(body).toHaveProperty('space', { id: '90120000001' });
});

test('ids count up and creating twice makes two tasks', async () => {
  const one = await workspace.create({ name: 'A' });
  const other = await workspace.create({ name: 'A' });
  expect(other.id > one.id).toBe(true);
  expect(workspace.effects()).toEqual([`create ${one.id}`, `create ${other.id}`]);
});

test('a new id is never one that a filled task has', async () => {
  const { id } = await workspace.create({ name: 'A' });
  const next = `${id.slice(0, -1)}${(Number.parseInt(id.slice(-1), 36) + 2).toString(36)}`;
  workspace.sandbox.fill([rowOf('delete', { task_id: next, name: 'filled' })]);
  const after = await workspace.create({ name: 'B' });
  expect(after.id).not.toBe(next);
  expect((await workspace.get(next)).body).toMatchObject({ name: 'filled' });
});

test('groups are assigned and a link shows on both tasks', async () => {
  const one = await workspace.create({ name: 'A' });
  const other = await workspace.create({ name: 'B', links_to: one.id, group_assignees: ['g-1'] });
  expect(other).toMatchObject({ group_assignees: [{ id: 'g-1' }], linked_tasks: [{ link_id: one.id }] });
  expect((await workspace.get(one.id)).body).toMatchObject({ linked_tasks: [{ link_id: other.id }] });
});

test('a folderless list shows a hidden folder', async () => {
  const task = await workspace.create({ name: 'A' }, lists.inbox);
  expect(task).toMatchObject({ folder: { name: 'hidden', hidden: true }, project: { hidden: true } });
});

test('a date without time is stored at four in the morning', async () => {
  const task = await workspace.create({ name: 'A', due_date: startMs });
  expect(task.due_date).toBe(String(Date.UTC(2027, 0, 15, 4)));
});

test('markdown_content wins over description, and is shown as markdown on demand', async () => {
  const { id } = await workspace.create({ name: 'A', description: 'plain', markdown_content: '# Big\n**bold**' });
  const { body } = await workspace.call('GET', `/v2/task/${id}?include_markdown_description=true`);
  expect(body).toMatchObject({ description: 'Big\nbold', markdown_description: '# Big\n**bold**' });
});

test('a status is matched in any case and closes the task when it is the closed one', async () => {
  const task = await workspace.create({ name: 'A', status: 'COMPLETE' });
  expect(task).toMatchObject({ status: { status: 'complete', type: 'closed' }, date_closed: String(startMs) });
});

describe('a refused create has no effect:', () => {
  test.each([
    ['no name', {}, 'INPUT_005'],
    ['an empty name', { name: '' }, 'INPUT_005'],
    ['a null name', { name: null }, 'INPUT_005'],
    ['a number as name', { name: 5 }, 'INPUT_005'],
    ['a name of 2049 characters', { name: 'x'.repeat(2049) }, 'INPUT_005'],
    ['an unknown status', { name: 'A', status: 'flying' }, 'CRTSK_001'],
    ['an unknown parent', { name: 'A', parent: 'nope' }, 'ITEM_137'],
    ['a date in words', { name: 'A', due_date: 'tomorrow' }, 'INPUT_006'],
    ['a boolean date', { name: 'A', start_date: true }, 'INPUT_006'],
    ['a negative date', { name: 'A', due_date: -5 }, 'ITEM_115'],
    ['a priority of 5', { name: 'A', priority: 5 }, 'INPUT_007'],
    ['an estimate above int32', { name: 'A', time_estimate: 2 ** 31 }, 'INPUT_008'],
    ['an unknown custom field', { name: 'A', custom_fields: [{ id: 'x', value: 1 }] }, 'FIELD_115'],
    ['a name before a status', { name: '', status: 'flying', parent: 'nope', due_date: -1 }, 'INPUT_005'],
    ['a status before a parent', { name: 'A', status: 'flying', parent: 'nope', due_date: -1 }, 'CRTSK_001'],
    ['a parent before a date', { name: 'A', parent: 'nope', due_date: -1 }, 'ITEM_137'],
  ])('%s', async (_, body, ECODE) => {
    expect(await create(body)).toMatchObject({ status: 400, body: { ECODE } });
    expect(workspace.effects()).toEqual([]);
  });
});

test('a name of 2048 characters is accepted', async () => {
  expect((await create({ name: 'x'.repeat(2048) })).status).toBe(200);
});

test('an unknown list is refused as not authorized', async () => {
  expect(await create({ name: 'A' }, '123')).toMatchObject(notAuthorized);
});

test('a subtask may sit below a subtask of the same list, not of another', async () => {
  const top = await workspace.create({ name: 'top' });
  const child = await workspace.create({ name: 'child', parent: top.id });
  const grandchild = await workspace.create({ name: 'grandchild', parent: child.id });
  expect(grandchild).toMatchObject({ parent: child.id, top_level_parent: top.id });
  const elsewhere = await create({ name: 'A', parent: top.id }, lists.backlog);
  expect(elsewhere).toMatchObject({ status: 400, body: { err: 'Parent not child of list', ECODE: 'ITEM_137' } });
});

test('a custom field of another task type is dropped without a word', async () => {
  const gate = 'c0ffee00-0000-4000-8000-000000000019';
  const custom_fields = [{ id: gate, value: 'open' }];
  const plain = await workspace.create({ name: 'A', custom_fields });
  const milestone = await workspace.create({ name: 'A', custom_fields, custom_item_id: 1 });
  expect(JSON.stringify(plain.custom_fields)).not.toContain('Gate');
  expect(milestone.custom_fields).toContainEqual(expect.objectContaining({ id: gate, value: 'open' }));
});

test('a task from a template needs a name and says error where others say err', async () => {
  const path = `/v2/list/${lists.sprint}/taskTemplate/t-90140000001`;
  expect(await workspace.call('POST', path, {})).toMatchObject({ status: 400, body: { error: 'Name is required' } });
  expect(await workspace.call('POST', path, { name: 'A' })).toMatchObject({
    status: 200,
    body: { task: { name: 'A' } },
  });
});
