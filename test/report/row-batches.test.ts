import { expect, test } from 'vitest';
import { createHandover, rowBatches } from '../../src/report/row-batches.js';
import { rowOf } from './kit.js';

test('rows come in batches, the last one as long as is left', () => {
  const rows = Array.from({ length: 1_203 }, (_, index) => rowOf({ number: index + 1 }));
  expect([...rowBatches(rows)].map((batch) => [batch.length, batch[0]?.number])).toEqual([
    [500, 1],
    [500, 501],
    [203, 1_001],
  ]);
  expect([...rowBatches([])]).toEqual([]);
});

test('each value is handed over once the one before was dealt with', async () => {
  const handover = createHandover<number>();
  const told: string[] = [];
  const giving = (async () => {
    for (const value of [1, 2]) {
      await handover.give(value);
      told.push(`given ${value}`);
    }
    handover.end();
  })();
  for await (const value of handover) {
    told.push(`taken ${value}`);
    await new Promise((resolve) => setImmediate(resolve));
    told.push(`done ${value}`);
  }
  await giving;
  expect(told).toEqual(['taken 1', 'done 1', 'given 1', 'taken 2', 'done 2', 'given 2']);
});

test('who gives is not held up by a side that breaks off', async () => {
  const handover = createHandover<number>();
  const taking = (async () => {
    for await (const _ of handover) throw new Error('no room');
  })();
  await handover.give(1);
  await expect(taking).rejects.toThrow('no room');
  await handover.give(2);
});

test('who gives is not held up by a side that never began', async () => {
  const handover = createHandover<number>();
  const giving = handover.give(1);
  handover.leave();
  await giving;
  await handover.give(2);
});

test('the side that takes meets the error of the side that gives', async () => {
  const handover = createHandover<number>();
  handover.end(new Error('state is gone'));
  await expect(handover[Symbol.asyncIterator]().next()).rejects.toThrow('state is gone');
});
