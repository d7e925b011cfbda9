import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { taskRef } from '../../../src/providers/clickup/task-ref.js';
import type { Reading } from '../../../src/providers/target.js';
import { type ClickUp, openClickUp, readAll } from './workspace.js';

let click: ClickUp;
beforeEach(async () => {
  click = await openClickUp();
});
afterEach(() => click.close());

const listId = (list: number) => `77700000${String(list).padStart(4, '0')}`;
const taskId = (list: number, n: number) => `c${list.toString(36)}x${n.toString(36).padStart(5, '0')}`;

function fillLists(count: number, each: number, values: Record<string, unknown> = {}, operation = 'delete'): void {
  for (let list = 0; list < count; list += 1) {
    for (let n = 0; n < each; n += 1) {
      click.fill(operation, { task_id: taskId(list, n), list_id: listId(list), ...values }, `T ${list} ${n}`);
    }
  }
}

/** Plans as a run does: 100 rows at once, four batches side by side. */
async function plan(ids: readonly string[]): Promise<{ readings: Map<string, Reading>; requests: number }> {
  const reader = { read: click.writer.read };
  const before = click.requests().length;
  const readings = new Map<string, Reading>();
  const batches: string[][] = [];
  for (let at = 0; at < ids.length; at += click.connection.lookUpSize) batches.push(ids.slice(at, at + 100));
  const work = async () => {
    for (;;) {
      const batch = batches.shift();
      if (batch === undefined) return;
      const refs = batch.map((id) => taskRef(id));
      for (const [key, reading] of await readAll(click, refs, reader)) readings.set(key, reading);
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return { readings, requests: click.requests().length - before };
}

/** The same order every time, with neighbours far apart. */
function shuffled(ids: readonly string[]): string[] {
  return ids
    .map((id, at) => ({ id, key: (at * 7919) % ids.length }))
    .sort((a, b) => a.key - b.key)
    .map(({ id }) => id);
}

function expectAllFound(readings: ReadonlyMap<string, Reading>, ids: readonly string[]): void {
  expect(readings.size).toBe(ids.length);
  for (const id of ids) {
    const reading = readings.get(`clickup:${id}`);
    expect(reading).toMatchObject({ kind: 'found', ref: { id }, target: { id }, raw: { id } });
  }
}

describe('5,000 tasks in 10 lists', () => {
  const all = Array.from({ length: 10 }, (_, list) => Array.from({ length: 500 }, (_none, n) => taskId(list, n)));

  test.each([
    ['list by list', all.flat()],
    ['list by list, newest first', all.flatMap((ids) => ids.toReversed())],
    ['mixed', shuffled(all.flat())],
  ])(
    'cost at most 150 requests, %s',
    async (_case, ids) => {
      fillLists(10, 500);
      const { readings, requests } = await plan(ids);
      expectAllFound(readings, ids);
      expect(requests).toBeLessThanOrEqual(150);
    },
    60_000,
  );
});

test('tasks that each are in a list of their own cost little more than one request each', async () => {
  fillLists(200, 2);
  const ids = Array.from({ length: 200 }, (_, list) => taskId(list, 0));
  const { readings, requests } = await plan(ids);
  expectAllFound(readings, ids);
  expect(requests).toBeLessThanOrEqual(200 * 1.1 + 15);
});

test('a few tasks of a large list are read singly rather than with all of it', async () => {
  fillLists(1, 3_000);
  const ids = [5, 700, 1_400, 2_100, 2_900].map((n) => taskId(0, n));
  const { readings, requests } = await plan(ids);
  expectAllFound(readings, ids);
  expect(requests).toBeLessThanOrEqual(12);
});

test('after many lists that do not pay, one that does is still noticed', async () => {
  fillLists(60, 1);
  for (let n = 0; n < 400; n += 1) click.fill('delete', { task_id: taskId(99, n), list_id: listId(99) });
  const sparse = Array.from({ length: 60 }, (_, list) => taskId(list, 0));
  const dense = Array.from({ length: 400 }, (_, n) => taskId(99, n));
  const { readings, requests } = await plan([...sparse, ...dense]);
  expectAllFound(readings, [...sparse, ...dense]);
  expect(requests).toBeLessThanOrEqual(130);
});

test('closed and archived tasks and subtasks are found in the pages too', async () => {
  fillLists(1, 40, {}, 'reopen');
  fillLists(2, 40, {}, 'unarchive');
  const ids = [0, 1].flatMap((list) => Array.from({ length: 40 }, (_, n) => taskId(list, n)));
  const { readings, requests } = await plan(ids);
  expectAllFound(readings, ids);
  expect(requests).toBeLessThanOrEqual(10);
});

test('an absent task is absent by its own reading, never by pages', async () => {
  fillLists(1, 20);
  const ids = [taskId(0, 0), 'nosuch1', taskId(0, 1), 'nosuch2'];
  const { readings } = await plan(ids);
  expect(readings.get('clickup:nosuch1')).toMatchObject({ kind: 'absent', existed: false });
  expect(readings.get('clickup:nosuch2')).toMatchObject({ kind: 'absent', existed: false });
  expect(click.requests().filter((request) => request.includes('/v2/task/nosuch'))).toHaveLength(2);
});

test('the count of subtasks is told from pages as from a reading of its own', async () => {
  fillLists(1, 3);
  await click.run('create', { name: 'Child', list_id: listId(0), parent: taskId(0, 1) });
  const { readings } = await plan([taskId(0, 0), taskId(0, 1), taskId(0, 2)]);
  expect(readings.get(`clickup:${taskId(0, 1)}`)).toMatchObject({
    target: { traces: { subtasks: 1, openSubtasks: 1 } },
    parts: [{ title: 'Child', partOf: [taskId(0, 1)] }],
  });
});

test('a task that is asked for alone is read afresh', async () => {
  fillLists(1, 3);
  const reader = { read: click.writer.read };
  const ref = taskRef(taskId(0, 2));
  await readAll(click, [taskRef(taskId(0, 0)), taskRef(taskId(0, 1)), ref], reader);
  await click.run('update', { task_id: ref.id, name: 'New name' });
  expect(await click.look(ref, reader)).toMatchObject({ target: { title: 'New name' } });
});

test('pages that one planning read do not serve another', async () => {
  fillLists(1, 3);
  const refs = [0, 1, 2].map((n) => taskRef(taskId(0, n)));
  await readAll(click, refs, { read: click.writer.read });
  await click.run('update', { task_id: taskId(0, 2), name: 'New name' });
  const again = await readAll(click, refs, { read: click.writer.read });
  expect(again.get(`clickup:${taskId(0, 2)}`)).toMatchObject({ target: { title: 'New name' } });
});

test('trouble with pages is no trouble for the tasks', async () => {
  fillLists(1, 5);
  click.sandbox.setFaults([
    {
      match: { service: 'clickup', pathIncludes: '/v2/list/' },
      times: 0,
      fault: { kind: 'status', status: 503, when: 'before' },
    },
  ]);
  const ids = [0, 1, 2, 3, 4].map((n) => taskId(0, n));
  const { readings } = await plan(ids);
  expectAllFound(readings, ids);
});

describe('custom ids', () => {
  const teamId = '9010000001';
  const names = [1, 2, 3, 4].map((n) => `DEV-${n}`);

  test('are found in pages, with and without their workspace', async () => {
    for (const task_id of names) click.fill('delete', { task_id, list_id: listId(0) });
    const { readings, requests } = await plan(['DEV-1', 'DEV-2', 'DEV-3', `${teamId}/DEV-4`]);
    expect([...readings.values()].map(({ kind }) => kind)).toEqual(['found', 'found', 'found', 'found']);
    expect(requests).toBe(2);
  });

  test('of another workspace are never answered by a page of this one', async () => {
    for (const task_id of names) click.fill('delete', { task_id, list_id: listId(0) });
    const { readings } = await plan(['DEV-1', 'DEV-2', '5/DEV-3', '5/DEV-4']);
    expect(readings.get('clickup:DEV-2')).toMatchObject({ kind: 'found' });
    for (const id of ['5/DEV-3', '5/DEV-4']) expect(readings.get(`clickup:${id}`)?.kind).not.toBe('found');
  });
});
