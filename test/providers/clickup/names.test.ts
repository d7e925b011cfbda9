import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clickup } from '../../../src/providers/clickup/provider.js';
import { taskRef } from '../../../src/providers/clickup/task-ref.js';
import { type ClickUp, failureOf, lists, openClickUp, readAll } from './workspace.js';

let click: ClickUp;
afterEach(() => click.close());

const titled = (title: string, list: Record<string, unknown> = {}) => ({ task_name: title, ...list });

describe('a task that is named by its title and', () => {
  test.each([
    ['the id of its list', { list_id: lists.backlog }],
    ['the name of its list, in any case', { list_name: ' BACKLOG ' }],
  ])('%s is found, and written to by its id', async (_case, list) => {
    click = await openClickUp();
    click.fill('complete', { task_id: 'a1' }, 'Draft');
    click.fill('complete', { task_id: 'a2' }, 'Draft 2');
    expect(await click.run('complete', titled('Draft', list))).toMatchObject({ ok: true });
    expect(click.effects()).toEqual(['complete a1']);
    expect(click.requests().at(-1)).toBe('PUT /v2/task/a1');
  });

  test.each([
    'complete',
    'delete',
    'archive',
    'comment',
    'add-tag',
    'update',
    'move',
    'set-field',
    'assign',
  ])('its list is found by %s without a look before', async (operation) => {
    click = await openClickUp();
    click.fill('delete', { task_id: 'a1' }, 'Draft');
    const values = { comment: 'Hi', tag: 'x', name: 'New', to_list_id: lists.inbox, field: 'Environment', value: 'x' };
    const { shape } = clickup.operations.find(({ name }) => name === operation)?.schema ?? { shape: {} };
    const own = Object.entries({ ...values, assignees: '81234568' }).filter(([name]) => name in shape);
    const args = { ...titled('Draft', { list_id: lists.backlog }), ...Object.fromEntries(own) };
    expect(await click.run(operation, args, { looks: false })).toMatchObject({ ok: true });
    expect(click.effects()).toEqual([expect.stringMatching(/ a1$/)]);
  });

  test('a list with several of them is refused, with every match and its place', async () => {
    click = await openClickUp();
    click.fill('delete', { task_id: 'a1' }, 'Draft');
    click.fill('delete', { task_id: 'a2' }, 'Draft');
    const failure = failureOf(await click.run('delete', titled('Draft', { list_id: lists.backlog })));
    expect(failure).toMatchObject({ type: 'VALIDATION', code: 'MULTIPLE_TASKS_FOUND', effect: 'none' });
    for (const part of ['a1 in Sprints / Backlog', 'a2 in Sprints / Backlog']) expect(failure.message).toContain(part);
    expect(click.effects()).toEqual([]);
  });

  test('a list name that several lists have is refused, with every list and its place', async () => {
    click = await openClickUp();
    const failure = failureOf(await click.run('delete', titled('Draft', { list_name: 'Templates' })));
    expect(failure.code).toBe('MULTIPLE_LISTS_FOUND');
    expect(failure.message).toContain('Engineering / Sprints / Templates (901000000003)');
    expect(failure.message).toContain('Operations / Onboarding / Templates (901000000006)');
  });

  test.each([
    ['a list without it', { list_id: lists.backlog }, 'TASK_NOT_FOUND'],
    ['a list that is not there', { list_name: 'Nowhere' }, 'LIST_NOT_FOUND'],
    ['the id of a list that is not there', { list_id: '123' }, 'OAUTH_027'],
  ])('%s is not found', async (_case, list, code) => {
    click = await openClickUp();
    click.fill('delete', { task_id: 'a1', list_id: lists.inbox }, 'Draft');
    expect(await click.look(click.bind('delete', titled('Draft', list)).target)).toMatchObject({
      kind: 'absent',
      failure: { type: 'NOT_FOUND', code, scope: 'row' },
    });
  });

  test('no list is refused, and nothing is searched', async () => {
    click = await openClickUp();
    click.fill('delete', { task_id: 'a1' }, 'Draft');
    expect(failureOf(await click.run('delete', titled('Draft')))).toMatchObject({ code: 'NAME_WITHOUT_LIST' });
    expect(click.requests()).toEqual([]);
  });

  test('no list is searched for in the workspace where that is allowed', async () => {
    click = await openClickUp({ allowNameSearch: true });
    click.fill('complete', { task_id: 'a1', list_id: lists.approvals }, 'Draft');
    expect(await click.run('complete', titled('Draft'))).toMatchObject({ ok: true });
    click.fill('complete', { task_id: 'a2', list_id: lists.inbox }, 'Plan');
    click.fill('complete', { task_id: 'a3', list_id: lists.backlog }, 'Plan');
    const failure = failureOf(await click.run('complete', titled('Plan')));
    expect(failure).toMatchObject({ code: 'MULTIPLE_TASKS_FOUND' });
    expect(failure.message).toContain('a2 in Inbox');
    expect(failure.message).toContain('a3 in Sprints / Backlog');
  });
});

test('closed tasks and subtasks are found by name, archived ones when no other has it', async () => {
  click = await openClickUp();
  click.fill('reopen', { task_id: 'a1' }, 'Closed');
  click.fill('unarchive', { task_id: 'a2' }, 'Away');
  click.fill('unarchive', { task_id: 'a3' }, 'Both');
  click.fill('archive', { task_id: 'a4' }, 'Both');
  const idOf = async (title: string) => {
    const reading = await click.look(click.bind('delete', titled(title, { list_id: lists.backlog })).target);
    return reading.kind === 'found' ? reading.target.id : reading.failure.code;
  };
  expect([await idOf('Closed'), await idOf('Away'), await idOf('Both')]).toEqual(['a1', 'a2', 'a4']);
});

test('many names of a list cost its pages once, and the walk to the list once', async () => {
  click = await openClickUp();
  for (let n = 0; n < 250; n += 1) click.fill('delete', { task_id: `b${n}` }, `Task ${n}`);
  const refs = Array.from(
    { length: 100 },
    (_, n) => click.bind('delete', titled(`Task ${n}`, { list_name: 'backlog' })).target,
  );
  const readings = await readAll(
    click,
    refs.flatMap((ref) => ref ?? []),
    { read: click.writer.read },
  );
  expect([...readings.values()].every((reading) => reading.kind === 'found')).toBe(true);
  // Workspaces, spaces, folders and lists of two spaces, three pages.
  expect(click.requests()).toHaveLength(2 + 2 * 2 + 3);
});

test('names and ids may be mixed', async () => {
  click = await openClickUp();
  for (const id of ['a1', 'a2', 'a3']) click.fill('delete', { task_id: id }, `Task ${id}`);
  const byName = click.bind('delete', titled('Task a2', { list_id: lists.backlog })).target;
  const refs = [taskRef('a1'), ...(byName === null ? [] : [byName]), taskRef('a3')];
  const readings = await readAll(click, refs, { read: click.writer.read });
  expect([...readings.values()].map((reading) => reading.kind)).toEqual(['found', 'found', 'found']);
});

test('the id wins over a name beside it, as in exports', async () => {
  click = await openClickUp();
  click.fill('delete', { task_id: 'a1' }, 'Draft');
  const row = click.bind('delete', { task_id: 'a1', task_name: 'Something else', list_name: 'Nowhere' });
  expect(row.target).toEqual(taskRef('a1'));
});

test('a task that is renamed after it was found is still the one that was meant', async () => {
  click = await openClickUp();
  click.fill('update', { task_id: 'a1', task_name: 'Draft' }, 'Draft');
  const row = { ...titled('Draft', { list_id: lists.backlog }), name: 'Final' };
  expect(await click.run('update', row)).toMatchObject({ ok: true });
  expect(await click.look(click.bind('update', row).target)).toMatchObject({ kind: 'found', target: { id: 'a1' } });
});

test.each([
  [{}, /names no task/],
  [{ list_id: lists.backlog }, /names no task/],
])('a row of %j is refused before anything is sent', async (values, reason) => {
  click = await openClickUp();
  for (const { name, schema } of clickup.operations) {
    if (name === 'create') continue;
    const problems = schema.safeParse(values).error?.issues.map(({ message }) => message) ?? [];
    const missing = Object.values(schema.shape).some((column) => !z.safeParse(column, undefined).success);
    if (!missing) expect(problems.join()).toMatch(reason);
    else expect(problems.length).toBeGreaterThan(0);
  }
});
