import { expect, it } from 'vitest';
import { createRowLine } from '../../src/run/row-line.js';

/** Work that ends when it is told to, by its name. */
function createWork() {
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    began,
    job: (name: string) => () => {
      began.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    },
    end: async (...names: string[]) => {
      for (const name of names) ends.get(name)?.();
      await turn();
    },
  };
}

/** Until all that is due has happened. */
async function turn(): Promise<void> {
  for (let count = 1; count <= 3; count += 1) await new Promise((resolve) => setImmediate(resolve));
}

const names = (count: number) => Array.from({ length: count }, (_, at) => `row ${at + 1}`);

it('begins rows in the order in which they came, as many at once as may be', async () => {
  const line = createRowLine(2);
  const { began, job, end } = createWork();
  for (const name of names(4)) line.add(job(name));
  await turn();
  expect(began).toEqual(['row 1', 'row 2']);
  await end('row 2');
  expect(began).toEqual(['row 1', 'row 2', 'row 3']);
  await end('row 1', 'row 3');
  expect(began).toEqual(names(4));
  await end('row 4');
  await line.idle();
});

it('takes more at once when its width grows, and fewer when it shrinks, down to one', async () => {
  const line = createRowLine(1);
  const { began, job, end } = createWork();
  for (const name of names(9)) line.add(job(name));
  line.setWidth(4);
  await turn();
  expect(began).toHaveLength(4);
  line.setWidth(1);
  await end('row 1', 'row 2', 'row 3');
  expect(began).toHaveLength(4);
  await end('row 4');
  expect(began).toEqual(names(5));
  await end('row 5');
  expect(began).toEqual(names(6));
});

it('is full when as many wait as may be in work, and has room again when half of them have gone', async () => {
  const line = createRowLine(4);
  const { job, end } = createWork();
  for (const name of names(7)) line.add(job(name));
  await turn();
  expect(line.isFull).toBe(false);
  line.add(job('row 8'));
  expect(line.isFull).toBe(true);
  let hasRoom = false;
  void line.room().then(() => {
    hasRoom = true;
  });
  await end('row 1', 'row 2');
  expect(hasRoom).toBe(false);
  await end('row 3');
  expect(hasRoom).toBe(true);
});

it('is idle when nothing waits and nothing is in work, also where its width shrank meanwhile', async () => {
  const line = createRowLine(3);
  await line.idle();
  const { began, job, end } = createWork();
  for (const name of names(5)) line.add(job(name));
  await turn();
  line.setWidth(1);
  let isIdle = false;
  const idle = line.idle().then(() => {
    isIdle = true;
  });
  await end(...names(3));
  for (const name of ['row 4', 'row 5']) {
    expect([isIdle, began.at(-1)]).toEqual([false, name]);
    await end(name);
  }
  await idle;
  expect(began).toEqual(names(5));
});

it('lets what an end makes room for be written before the next row comes into work', async () => {
  const line = createRowLine(1);
  const order: string[] = [];
  line.add(async () => {
    order.push('row 1');
    // As undici does it, for a place in the air that the row gives back with its end.
    setImmediate(() => order.push('written'));
  });
  line.add(async () => {
    order.push('row 2');
  });
  await line.idle();
  expect(order).toEqual(['row 1', 'written', 'row 2']);
});
