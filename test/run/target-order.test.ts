import { expect, it } from 'vitest';
import { createTargetOrder } from '../../src/run/target-order.js';

/** Work that ends when it is told to. */
function stub(name: string, log: string[]) {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const work = async () => {
    log.push(`${name} begins`);
    await ended;
    log.push(`${name} ends`);
  };
  return { work, end: () => end() };
}

it('runs rows on one target in the order in which they came, and others beside them', async () => {
  const log: string[] = [];
  const order = createTargetOrder();
  const [first, second, other] = [stub('first', log), stub('second', log), stub('other', log)];
  const all = [order.run('a', first.work), order.run('a', second.work), order.run('b', other.work)];
  second.end();
  other.end();
  await all[2];
  expect(log).toEqual(['first begins', 'other begins', 'other ends']);
  first.end();
  await Promise.all(all);
  expect(log.slice(3)).toEqual(['first ends', 'second begins', 'second ends']);
});

it('does not hold up rows without a target', async () => {
  const log: string[] = [];
  const order = createTargetOrder();
  const [first, second] = [stub('first', log), stub('second', log)];
  const all = [order.run(null, first.work), order.run(null, second.work)];
  expect(log).toEqual(['first begins', 'second begins']);
  first.end();
  second.end();
  await Promise.all(all);
});
