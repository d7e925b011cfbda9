import { expect, test } from 'vitest';
import { Air } from '../../src/limiter/air.js';
import { createLimiter } from '../../src/limiter/limiter.js';
import { createWriter } from '../../src/limiter/paced-client.js';
import type { HttpClient } from '../../src/providers/http-client.js';
import { newMeter } from '../../src/run/lane.js';
import { createFakeClock } from '../support/fake-clock.js';

const signal = new AbortController().signal;

const [one, two, three, four] = [{}, {}, {}, {}];

test('gives as many places as there are, then each that comes free to whoever waits the longest', async () => {
  const air = new Air(2);
  expect([air.enter(one, signal), air.enter(two, signal)]).toEqual([null, null]);
  const got: string[] = [];
  const first = air.enter(three, signal)?.then(() => got.push('first'));
  const second = air.enter(four, signal)?.then(() => got.push('second'));
  expect(air.waiting).toBe(2);
  air.leave(one);
  await first;
  expect(got).toEqual(['first']);
  air.leave(two);
  await second;
  air.leave(three);
  air.leave(four);
  expect([air.enter(one, signal), air.enter(two, signal)]).toEqual([null, null]);
  expect(air.enter(three, signal)).not.toBeNull();
});

test('leaves a place to whoever keeps it until it is released, once', async () => {
  const air = new Air(1);
  air.enter(one, signal);
  air.keep(one);
  air.leave(one);
  expect(air.enter(one, signal)).toBeNull();
  const waiting = air.enter(two, signal);
  expect(waiting).not.toBeNull();
  air.release(one);
  air.release(one);
  await waiting;
  expect(air.enter(three, signal)).not.toBeNull();
});

test('sends whoever waits away when the run stops, and gives no place to them', async () => {
  const air = new Air(1);
  const stop = new AbortController();
  air.enter(one, signal);
  const waiting = air.enter(two, stop.signal);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ reason: 'stopping' });
  air.leave(one);
  expect(() => air.enter(two, stop.signal)).toThrow('stopping');
  expect(air.enter(three, signal)).toBeNull();
});

/** A writer of a service that answers when told, and what left. */
function setUp(places: number) {
  const answers: Array<(status: number) => void> = [];
  const client: HttpClient = {
    send: () =>
      new Promise((resolve) => {
        answers.push((status) =>
          resolve({ kind: 'answer', status, headers: {}, json: null, text: '', requestId: null }),
        );
      }),
    close: async () => {},
  };
  const clock = createFakeClock();
  const limiter = createLimiter({ requestsPerMinute: 0, pace: 'window', budget: null, clock, giveUpAfterMs: 60_000 });
  const stop = new AbortController();
  const parts = {
    client,
    limiter,
    air: new Air(places),
    connection: {
      provider: 'clickup',
      throttle: ({ status }: { status: number }) => (status === 429 ? { waitMs: 5_000, reason: 'too many' } : null),
    },
    clock,
    stopSignal: stop.signal,
    killSignal: new AbortController().signal,
    onRequest: () => {},
  };
  const intents: number[] = [];
  const write = async (row: number) => {
    const meter = newMeter();
    const writer = createWriter(parts, meter, async () => {
      intents.push(row);
    });
    const outcome = await writer.write({ method: 'DELETE', path: ['task', String(row)] });
    parts.air.release(meter);
    return outcome;
  };
  return { answers, clock, intents, limiter, stop, write };
}

test('intents are recorded for those who wait for a place, and no more leave than there are places', async () => {
  const { answers, clock, intents, write } = setUp(2);
  const rows = [1, 2, 3, 4].map(write);
  await clock.advance(0);
  expect([intents, answers.length]).toEqual([[1, 2, 3, 4], 2]);
  answers[0]?.(200);
  await rows[0];
  await clock.advance(0);
  expect(answers.length).toBe(3);
});

test('a pause that begins while a request waits for its place holds it, as it holds all others', async () => {
  const { answers, clock, limiter, write } = setUp(2);
  const rows = [1, 2, 3].map(write);
  await clock.advance(0);
  answers[0]?.(429);
  await clock.advance(0);
  // The place of the second row comes free while the first one is held.
  answers[1]?.(200);
  await clock.advance(4_000);
  expect(limiter.isHolding()).toBe(true);
  expect(answers.length).toBe(2);
  await clock.advance(2_000);
  for (const answer of answers.slice(2)) answer(200);
  expect(answers.length).toBe(4);
  expect(await Promise.all(rows)).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }]);
});

test('a run that stops sends nothing more of what waits for a place', async () => {
  const { answers, clock, stop, write } = setUp(1);
  const [first, second] = [1, 2].map(write);
  second?.catch(() => {});
  await clock.advance(0);
  stop.abort();
  answers[0]?.(200);
  await expect(first).resolves.toMatchObject({ status: 200 });
  await expect(second).rejects.toMatchObject({ reason: 'stopping' });
  expect(answers.length).toBe(1);
});
