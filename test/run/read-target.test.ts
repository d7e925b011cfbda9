import { expect, it } from 'vitest';
import { localFailure } from '../../src/failure.js';
import { describeTarget } from '../../src/providers/reading.js';
import type { Reading, TargetRef } from '../../src/providers/target.js';
import { onlyWanted } from '../../src/providers/wanted.js';
import { readInSteps } from '../../src/run/read-target.js';

const down: Reading = {
  kind: 'unreadable',
  ref: { kind: 'task', id: 'a' },
  failure: { ...localFailure('API_ERROR', 'HTTP_503', 'Not now.', 'Try again.'), scope: 'service', retryable: true },
};

function found(id: string): Reading {
  const ref: TargetRef = { kind: 'task', id };
  return { kind: 'found', ref, target: describeTarget({ id: ref.id, title: ref.id, completed: false }), raw: {} };
}

const [a, b, c] = [found('a'), found('b'), found('c')] as const;

/** What a service that answers with these readings, one look after the other, is asked for, and what is told of it. */
async function readAll(ids: readonly string[], looks: ReadonlyArray<readonly Reading[]>) {
  const asked: string[][] = [];
  const told: string[] = [];
  const refs = ids.map((id) => ({ kind: 'task', id }));
  const means = {
    connection: {
      lookUp: async (_reader: unknown, open: readonly TargetRef[]) => {
        asked.push(open.map(({ id }) => id));
        return looks[asked.length - 1] ?? [];
      },
    },
    reader: { read: () => Promise.reject(new Error('nothing is read here')) },
    tries: 3,
    random: () => 0.5,
    sleep: async () => {},
    wanted: onlyWanted(refs),
  };
  for await (const readings of readInSteps(refs, means))
    told.push(...readings.map(({ ref, kind }) => `${ref.id} ${kind}`));
  return { asked, told };
}

it('asks again for what could not be read, and tells of it once', async () => {
  expect(await readAll(['a', 'b'], [[down], [b], [a]])).toEqual({
    asked: [['a', 'b'], ['b'], ['a']],
    told: ['b found', 'a found'],
  });
});

it('does not ask again for what came with the page of another meanwhile', async () => {
  expect(await readAll(['a', 'b'], [[down], [b, a]])).toEqual({
    asked: [['a', 'b'], ['b']],
    told: ['b found', 'a found'],
  });
});

it('tells of a target once, however many pages it comes with', async () => {
  expect(
    await readAll(
      ['a', 'b'],
      [
        [a, c],
        [b, a, c],
      ],
    ),
  ).toEqual({
    asked: [['a', 'b'], ['b']],
    told: ['a found', 'c found', 'b found'],
  });
});
