/** What reading many targets for a plan costs, counted in the sandbox's ledger. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { taskRef } from '../../../src/providers/tallyfy/tasks.js';
import type { Reading, TargetRef } from '../../../src/providers/target.js';
import { readTargets } from '../../../src/run/read-target.js';
import { type Started, startTallyfy } from './kit.js';

let tallyfy: Started;
beforeEach(async () => {
  tallyfy = await startTallyfy();
});
afterEach(() => tallyfy.close());

const idOf = (kind: string, place: number, n: number) =>
  `${kind}${place.toString(16).padStart(7, '0')}${n.toString(16).padStart(8, '0')}`.padEnd(32, '0');
const runOf = (place: number) => idOf('b', place, 0);
const taskOf = (place: number, n: number) => idOf('a', place, n);

function fillRuns(runs: number, each: number): void {
  for (let run = 0; run < runs; run += 1) {
    for (let n = 0; n < each; n += 1) {
      tallyfy.fill('complete', { task_id: taskOf(run, n), run_id: runOf(run) });
    }
  }
}

/** Plans as a run does: 100 rows at once, two batches side by side. */
async function plan(refs: readonly TargetRef[]): Promise<{ readings: Map<string, Reading>; requests: number }> {
  const reader = { read: tallyfy.writer.read };
  const before = tallyfy.sandbox.ledger.requests().length;
  const readings = new Map<string, Reading>();
  const { connection } = tallyfy;
  const batches: TargetRef[][] = [];
  for (let at = 0; at < refs.length; at += connection.lookUpSize)
    batches.push(refs.slice(at, at + connection.lookUpSize));
  const work = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const means = { connection, reader, tries: 1, random: () => 0, sleep: async () => undefined };
      for (const reading of await readTargets(batch, means)) readings.set(reading.ref.id, reading);
    }
  };
  await Promise.all([work(), work()]);
  return { readings, requests: tallyfy.sandbox.ledger.requests().length - before };
}

/** The same order every time, with neighbours far apart. */
function mixed<T>(all: readonly T[]): T[] {
  return all
    .map((one, at) => ({ one, key: (at * 7919) % all.length }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);
}

function expectAllFound(readings: ReadonlyMap<string, Reading>, refs: readonly TargetRef[]): void {
  expect(readings.size).toBe(refs.length);
  for (const { id } of refs) {
    expect(readings.get(id)).toMatchObject({ kind: 'found', ref: { id }, target: { id }, raw: { id } });
  }
}

const pairs = (runs: number, each: number) =>
  Array.from({ length: runs }, (_, run) => Array.from({ length: each }, (_none, n) => [run, n] as const)).flat();

describe('3,000 tasks of 60 runs', () => {
  test.each([
    ['run by run, which the rows name', pairs(60, 50), true, 120],
    ['mixed, with the runs named', mixed(pairs(60, 50)), true, 240],
    ['run by run, without their runs', pairs(60, 50), false, 240],
    ['mixed, without their runs', mixed(pairs(60, 50)), false, 240],
  ])(
    'are read by the lists of the runs, %s',
    async (_case, all, named, most) => {
      fillRuns(60, 50);
      const refs = all.map(([run, n]) => taskRef(taskOf(run, n), named ? runOf(run) : undefined));
      const { readings, requests } = await plan(refs);
      expectAllFound(readings, refs);
      expect(requests).toBeLessThanOrEqual(most);
    },
    60_000,
  );
});

test('a run of 1,000 tasks is read page by page, each once', async () => {
  fillRuns(1, 1_000);
  const refs = pairs(1, 1_000).map(([run, n]) => taskRef(taskOf(run, n), runOf(run)));
  const { readings, requests } = await plan(refs);
  expectAllFound(readings, refs);
  expect(requests).toBe(10);
}, 60_000);

test('one-offs are read by their list', async () => {
  const ids = Array.from({ length: 300 }, (_, n) => taskOf(99, n));
  for (const task_id of ids) tallyfy.fill('delete', { task_id });
  const refs = ids.map((id) => taskRef(id, undefined));
  const { readings, requests } = await plan(refs);
  expectAllFound(readings, refs);
  expect(requests).toBeLessThanOrEqual(10);
});

test('tasks that each are in a run of their own cost little more than one request each', async () => {
  fillRuns(100, 2);
  const refs = Array.from({ length: 100 }, (_, run) => taskRef(taskOf(run, 0), undefined));
  const { readings, requests } = await plan(refs);
  expectAllFound(readings, refs);
  expect(requests).toBeLessThanOrEqual(100 + 10 + 10 + 1);
});

test('a task that is in another run than its row says is not taken from the list of that run', async () => {
  fillRuns(2, 5);
  const right = Array.from({ length: 4 }, (_, n) => taskRef(taskOf(0, n), runOf(0)));
  const wrong = taskRef(taskOf(0, 4), runOf(1));
  const { readings } = await plan([...right, wrong]);
  expect(readings.get(wrong.id)).toMatchObject({ kind: 'absent' });
  expectAllFound(new Map([...readings].filter(([id]) => id !== wrong.id)), right);
});
