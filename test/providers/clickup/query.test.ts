import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.js';
import { type ClickUp, lists, openClickUp } from './workspace.js';

let click: ClickUp;
beforeEach(async () => {
  click = await openClickUp();
});
afterEach(() => click.close());

async function query(values: Record<string, string>): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of click.connection.pages?.(click.writer, values) ?? []) {
    if (!page.ok) throw new Error(page.failure.message);
    ids.push(...page.value.map(({ id }) => id));
  }
  return ids.sort();
}

async function fillAll(): Promise<void> {
  click.fill('complete', { task_id: 'open1', list_id: lists.backlog });
  click.fill('complete', { task_id: 'open2', list_id: lists.inbox });
  click.fill('complete', { task_id: 'open3', list_id: lists.approvals });
  click.fill('reopen', { task_id: 'closed1', list_id: lists.backlog });
  click.fill('unarchive', { task_id: 'away1', list_id: lists.backlog });
  click.fill('remove-tag', { task_id: 'tagged1', list_id: lists.backlog, tag: 'test' });
  click.fill('unassign', { task_id: 'ada1', list_id: lists.backlog, assignees: '81234568' });
}

test.each([
  [{ 'list-id': lists.backlog }, ['ada1', 'open1', 'tagged1']],
  [
    { 'list-id': `${lists.backlog};${lists.inbox}`, 'include-closed': 'yes' },
    ['ada1', 'closed1', 'open1', 'open2', 'tagged1'],
  ],
  [{ 'list-id': lists.backlog, archived: 'yes' }, ['away1']],
  [{ 'list-id': lists.backlog, tag: 'TEST' }, ['tagged1']],
  [{ 'list-id': lists.backlog, assignee: 'ada tester' }, ['ada1']],
  [{ 'list-id': lists.backlog, assignee: 'ada@sandbox.example;81234569' }, ['ada1']],
  [{ 'list-id': lists.backlog, status: 'Complete;complete' }, ['closed1']],
  [{ 'folder-id': '90130000001' }, ['ada1', 'open1', 'tagged1']],
  [{ 'space-id': '90120000001' }, ['ada1', 'open1', 'open2', 'tagged1']],
  [
    { 'space-id': '90120000001;90120000002', 'include-closed': 'true' },
    ['ada1', 'closed1', 'open1', 'open2', 'open3', 'tagged1'],
  ],
  [{ 'team-id': '9010000001' }, ['ada1', 'open1', 'open2', 'open3', 'tagged1']],
  [{}, ['ada1', 'open1', 'open2', 'open3', 'tagged1']],
  [{ 'list-id': lists.backlog, 'updated-after': '2026-01-01', 'created-before': '2020-01-01' }, []],
])('%j finds %j', async (values, expected) => {
  await fillAll();
  expect(await query(values)).toEqual(expected);
});

test('a status that no list has is refused with those there are, but not where places are no lists', async () => {
  await fillAll();
  const asked = query({ 'list-id': lists.backlog, status: 'complete;nope' });
  await expect(asked).rejects.toThrow(UsageError);
  await expect(asked).rejects.toMatchObject({
    message: `--status "nope" is no status of the list ${lists.backlog}.`,
    fix: expect.stringMatching(/^Write one of ".*"complete"/),
  });
  expect(await query({ 'space-id': '90120000001', status: 'nope' })).toEqual([]);
});

test('subtasks are found where they are asked for', async () => {
  click.fill('delete', { task_id: 'top1' });
  const made = await click.run('create', { name: 'Below', list_id: lists.backlog, parent: 'top1' });
  const below = made.ok ? (made.value.createdId ?? '') : '';
  expect(await query({ 'list-id': lists.backlog })).toEqual(['top1']);
  expect(await query({ 'list-id': lists.backlog, subtasks: 'yes' })).toEqual([below, 'top1'].sort());
  expect(await query({ parent: 'top1' })).toEqual([below]);
});

test('pages come one by one, 100 tasks each', async () => {
  for (let n = 0; n < 230; n += 1) click.fill('delete', { task_id: `p${n}` });
  const sizes: number[] = [];
  for await (const page of click.connection.pages?.(click.writer, { 'list-id': lists.backlog }) ?? []) {
    if (page.ok) sizes.push(page.value.length);
    expect(click.requests()).toHaveLength(sizes.length);
  }
  expect(sizes).toEqual([100, 100, 30]);
});

test('a failure ends the pages', async () => {
  const pages = click.connection.pages?.(click.writer, { 'list-id': '123' }) ?? [];
  const kinds: unknown[] = [];
  for await (const page of pages) kinds.push(page.ok ? 'page' : page.failure.code);
  expect(kinds).toEqual(['OAUTH_027']);
});

describe('is refused before anything is sent:', () => {
  test.each([
    [{ archived: 'yes', 'space-id': '1' }, /archived/],
    [{ archived: 'perhaps' }, /yes nor no/],
    [{ 'list-id': 'Backlog' }, /no id/],
    [{ 'team-id': '1;2' }, /several workspaces/],
    [{ 'list-id': '1', 'space-id': '2' }, /another place/],
    [{ 'updated-after': 'yesterday' }, /no date/],
    [{ parent: 'DEV-7' }, /native id/],
  ])('%j', (values, reason) => {
    expect(() => click.connection.pages?.(click.writer, values)).toThrow(UsageError);
    expect(() => click.connection.pages?.(click.writer, values)).toThrow(reason);
    expect(click.requests()).toEqual([]);
  });
});
