import { expect, test } from 'vitest';
import type { Failure } from '../../src/failure.js';
import type { Connection } from '../../src/providers/provider.js';
import type { Reading, TargetRef } from '../../src/providers/target.js';
import { createReadAhead } from '../../src/run/read-ahead.js';

const ref = (id: string): TargetRef => ({ kind: 'task', id });
const failureOf = (type: Failure['type']): Failure => ({
  type,
  code: 'X',
  message: '',
  suggestedAction: '',
  phase: 'answered',
  effect: 'none',
  scope: 'row',
  retryable: false,
  httpStatus: null,
  requestId: null,
});
const absent = (of: TargetRef): Reading => ({
  kind: 'absent',
  ref: of,
  existed: false,
  failure: failureOf('NOT_FOUND'),
});
const unreadable = (of: TargetRef): Reading => ({ kind: 'unreadable', ref: of, failure: failureOf('API_ERROR') });

/** Looks of a service that tells all that it is asked for, and the instant at which they are. */
function setUp(size: number) {
  const asked: string[][] = [];
  let nowMs = 0;
  let fails = false;
  const connection: Pick<Connection, 'lookUp'> = {
    lookUp: async (_reader, refs) => {
      asked.push(refs.map(({ id }) => id));
      if (fails) {
        fails = false;
        return refs.map(unreadable);
      }
      return refs.map(absent);
    },
  };
  const ahead = createReadAhead('toy', size, () => nowMs);
  const means = { connection, reader: { read: never }, tries: 1, random: () => 0, sleep: async () => {} };
  const read = async (id: string, maxAgeMs = 1_000) => (await ahead.read(ref(id), means, maxAgeMs)).reading.ref.id;
  const readNow = async (id: string) => (await ahead.readNow(ref(id), means)).ref.id;
  return { ahead, read, readNow, means, asked, fail: () => (fails = true), pass: (ms: number) => (nowMs += ms) };
}

async function never(): Promise<never> {
  throw new Error('no request is expected');
}

test('a target is read together with those that will be asked for next', async () => {
  const { ahead, read, asked } = setUp(3);
  ahead.expect(['a', 'b', 'c', 'd'].map(ref));
  expect([await read('a'), await read('b'), await read('c'), await read('d')]).toEqual(['a', 'b', 'c', 'd']);
  expect(asked).toEqual([['a', 'b', 'c'], ['d']]);
});

test('rows that ask at the same time share one look', async () => {
  const { ahead, read, asked } = setUp(3);
  ahead.expect(['a', 'b', 'c'].map(ref));
  await Promise.all([read('a'), read('b'), read('c')]);
  expect(asked).toEqual([['a', 'b', 'c']]);
});

test('a reading that has grown too old is taken again', async () => {
  const { ahead, read, asked, pass } = setUp(2);
  ahead.expect(['a', 'b'].map(ref));
  await read('a');
  pass(1_001);
  await read('b');
  expect(asked).toEqual([['a', 'b'], ['b']]);
});

test('a target that will not be asked for is read with no other', async () => {
  const { ahead, read, asked } = setUp(3);
  ahead.expect(['a', 'b', 'c', 'd'].map(ref));
  ahead.forget(ref('b'));
  expect([await read('a'), await read('c'), await read('d')]).toEqual(['a', 'c', 'd']);
  expect(asked).toEqual([['a', 'c', 'd']]);
});

test('each reading serves once: a second row on the target looks again', async () => {
  const { ahead, read, asked } = setUp(2);
  ahead.expect(['a', 'b'].map(ref));
  await read('a');
  await read('b');
  await read('b');
  expect(asked).toEqual([['a', 'b'], ['b']]);
});

test('a target that nobody announced is read alone', async () => {
  const { read, asked } = setUp(10);
  expect(await read('x')).toBe('x');
  expect(asked).toEqual([['x']]);
});

test('what comes into doubt together is read together, in groups that the service takes', async () => {
  const { readNow, asked } = setUp(2);
  expect(await Promise.all(['a', 'b', 'c'].map(readNow))).toEqual(['a', 'b', 'c']);
  expect(asked).toEqual([['a', 'b'], ['c']]);
  expect(await readNow('a')).toBe('a');
  expect(asked).toEqual([['a', 'b'], ['c'], ['a']]);
});

test("a reading that failed is only its own asker's: the others ask anew, together", async () => {
  const { ahead, asked, means, fail } = setUp(3);
  ahead.expect(['a', 'b', 'c'].map(ref));
  fail();
  const kindOf = async (id: string) => (await ahead.read(ref(id), means, 1_000)).reading.kind;
  expect(await Promise.all(['a', 'b', 'c'].map(kindOf))).toEqual(['unreadable', 'absent', 'absent']);
  expect(asked).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c'],
  ]);
});
