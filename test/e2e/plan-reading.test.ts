/** What reading the targets of a plan costs at ClickUp, counted by the service: as told, and not twice after a kill. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { bin, sandbox, serveAnew, workplace } = useScene();

interface Task {
  readonly task_id: string;
  readonly list_id: string;
}

const taskOf = (list: number, n: number): Task => ({
  task_id: `86r${list.toString(36).padStart(2, '0')}${n.toString(36).padStart(4, '0')}`,
  list_id: String(901_800 + list),
});
const tasksOf = (lists: number, each: number): Task[] =>
  Array.from({ length: lists }, (_, list) => Array.from({ length: each }, (_none, n) => taskOf(list, n))).flat();
/** The same order every time, with neighbours far apart. */
const mixed = (tasks: readonly Task[]) =>
  tasks
    .map((task, at) => ({ task, key: (at * 7919) % tasks.length }))
    .sort((a, b) => a.key - b.key)
    .map(({ task }) => task);

const flags = ['--provider', 'clickup', '--operation', 'archive', '--rate', '0'];

function fill(tasks: readonly Task[]): void {
  sandbox.fill(tasks.map((task) => target('clickup', 'archive', { ...task })));
}

function write(tasks: readonly Task[], withList = false): void {
  const lines = tasks.map(({ task_id, list_id }) => (withList ? `${task_id},${list_id}` : task_id));
  writeFileSync(
    join(workplace.dir, 'tasks.csv'),
    `${[withList ? 'task_id,list_id' : 'task_id', ...lines].join('\n')}\n`,
  );
}

const reads = async () => (await sandbox.ledger()).requests.filter(({ path }) => /\/v2\/(list|task)\//.test(path));

/** The least and the most requests that were told before the first of them. */
function toldOf(stderr: string): readonly [number, number] {
  const figure = (text: string | undefined) => Number(text?.replace(/,/g, ''));
  const range = /takes ([\d,]+) to ([\d,]+) requests/.exec(stderr);
  if (range !== null) return [figure(range[1]), figure(range[2])];
  const about = figure(/takes about ([\d,]+) request/.exec(stderr)?.[1]);
  return [about, about + 1];
}

describe('5,000 rows of one list', () => {
  const all = tasksOf(1, 5_000);
  test.each([
    ['oldest first', all, false],
    ['oldest first, with their list', all, true],
    ['newest first', all.toReversed(), false],
    ['mixed', mixed(all), false],
  ])(
    'are read by its pages, %s',
    async (_case, rows, withList) => {
      fill(all);
      write(rows, withList);
      const planned = await bin('plan', 'tasks.csv', ...flags, '--json');
      expect(planned.exitCode).toBe(0);
      expect((await reads()).length).toBeLessThanOrEqual(55);
      expect(JSON.parse(planned.stdout)).toMatchObject({ rows: { willDo: 5_000 } });
      expect((await sandbox.ledger()).effects).toEqual([]);
    },
    60_000,
  );
});

describe('the requests lie within what was told', () => {
  const all = tasksOf(1, 1_500);
  test.each<[string, readonly Task[], readonly Task[]]>([
    ['one task', all, all.slice(0, 1)],
    ['two tasks of a large list', all, [taskOf(0, 3), taskOf(0, 900)]],
    ['five tasks of a large list', all, [5, 300, 700, 1_100, 1_450].map((n) => taskOf(0, n))],
    ['the oldest third of a list', all, all.slice(0, 500)],
    ['one list', all, all],
    ['ten lists', tasksOf(10, 60), mixed(tasksOf(10, 60))],
    ['a list for each', tasksOf(80, 3), Array.from({ length: 80 }, (_, list) => taskOf(list, 1))],
    ['tasks that are not there', all, Array.from({ length: 30 }, (_, n) => taskOf(7, n))],
  ])(
    '%s',
    async (_case, there, rows) => {
      fill(there);
      write(rows);
      const planned = await bin('plan', 'tasks.csv', ...flags);
      const [least, most] = toldOf(planned.stderr);
      const { length } = await reads();
      expect(length).toBeGreaterThanOrEqual(least);
      expect(length).toBeLessThanOrEqual(most);
    },
    60_000,
  );
});

test('a plan that is killed keeps what it spent, and reads no task again that was answered', async () => {
  await serveAnew({ latencyMs: [40, 40] });
  const tasks = tasksOf(60, 1);
  fill(tasks);
  write(tasks);
  const { child, finished } = startBin(['plan', 'tasks.csv', ...flags, '--no-progress'], {
    workplace,
    environment: sandbox.environment,
  });
  while ((await reads()).length < 30 && child.exitCode === null) await new Promise(setImmediate);
  child.kill('SIGKILL');
  expect((await finished).signal).toBe('SIGKILL');
  const spent = (await sandbox.ledger()).requests.length;
  const planRequests = async () => JSON.parse((await bin('status', '--json')).stdout).runs[0].requests.planning;
  // What was in the air told nothing yet: four rows at once.
  expect(await planRequests()).toBeGreaterThanOrEqual(spent - 5);
  expect(await planRequests()).toBeLessThanOrEqual(spent);
  expect((await bin('resume', '--rate', '0', '--yes', '--no-progress')).exitCode).toBe(0);
  const { requests: arrived } = await sandbox.ledger();
  expect(await planRequests()).toBeGreaterThanOrEqual(arrived.length - 5);
  expect(await planRequests()).toBeLessThanOrEqual(arrived.length);
  const singles = (await reads()).filter(({ path }) => /\/v2\/task\//.test(path)).map(({ path }) => path);
  expect(new Set(singles).size).toBe(tasks.length);
  expect(singles.length).toBeLessThanOrEqual(tasks.length + 4);
}, 60_000);

test('what goes along with deletes is read for guards by the pages of each list, and once those of its archived tasks', async () => {
  const all = mixed(tasksOf(10, 500));
  fill(all);
  write(all);
  writeFileSync(join(workplace.dir, 'job.yaml'), 'provider: clickup\noperation: delete\nguards: { max_rows: 6000 }\n');
  const planned = await bin('plan', 'tasks.csv', '--job', './job.yaml', '--rate', '0', '--json');
  expect(planned.exitCode).toBe(0);
  expect(planned.stderr).toContain('their subtasks, of which guards ask, are looked up beside that');
  expect((await reads()).length).toBeLessThanOrEqual(150);
}, 60_000);
