import PQueue from 'p-queue';
import { afterEach, expect, test } from 'vitest';
import { createBatchLine } from '../../src/limiter/batch-line.js';
import { createLimiter } from '../../src/limiter/limiter.js';
import type { RequestEvent } from '../../src/limiter/paced-client.js';
import type { BatchDialect } from '../../src/providers/batch.js';
import type { HttpAnswer, HttpOutcome, HttpRequest, WriteRequest } from '../../src/providers/http.js';
import { answerOf, lossOf } from '../support/answers.js';
import { createFakeClock } from '../support/fake-clock.js';

const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** Joins paths with a comma; the answer's JSON says by path what became of each: a status, `alone`, or nothing. */
const dialect: BatchDialect = {
  size: 3,
  accepts: ({ method }) => method === 'DELETE',
  join: (requests) => ({ method: 'POST', path: ['batch', requests.map(({ path }) => path.join('/')).join(',')] }),
  split: (outcome, requests) =>
    requests.map(({ path }) => {
      if (outcome.kind === 'loss') return outcome;
      const told = new Map(Object.entries(outcome.json ?? {})).get(path.join('/'));
      if (told === 'alone') return { kind: 'alone' };
      return typeof told === 'number' ? { ...answerOf(told), carrierStatus: 200 } : lossOf('sent-no-answer');
    }),
};

const remove = (id: string): WriteRequest => ({ method: 'DELETE', path: [id] });
const told = (shares: Record<string, number | 'alone'>): HttpAnswer => ({ ...answerOf(200), json: shares });

/** A line before a service that gives `answers` in turn and then 204. */
function setUp(answers: readonly HttpOutcome[], concurrency = 1) {
  const clock = createFakeClock();
  const limiter = createLimiter({ requestsPerMinute: 0, pace: 'window', budget: null, clock, giveUpAfterMs: 60_000 });
  open.push(() => limiter.dispose());
  const sent: string[] = [];
  const events: RequestEvent[] = [];
  const stop = new AbortController();
  const line = createBatchLine({
    client: {
      send: async (request: HttpRequest) => {
        sent.push(request.path.join('/'));
        return answers[sent.length - 1] ?? answerOf(204);
      },
      close: async () => {},
    },
    limiter,
    connection: {
      provider: 'toy',
      throttle: ({ status }) => (status === 429 ? { waitMs: 1_000, reason: 'too many' } : null),
    },
    clock,
    stopSignal: stop.signal,
    killSignal: new AbortController().signal,
    onRequest: (event) => events.push(event),
    dialect,
    places: new PQueue({ concurrency }),
  });
  return { line, sent, events, clock, stop };
}

const atOnce = async () => {};
const statusOf = (outcome: HttpOutcome) => (outcome.kind === 'answer' ? outcome.status : outcome.phase);

test('writes that wait together leave as one request, and each learns what became of it', async () => {
  const { line, sent, events } = setUp([told({ a: 204, b: 404, c: 204 })]);
  const ends = await Promise.all(['a', 'b', 'c'].map((id) => line.write(remove(id), atOnce)));
  expect(sent).toEqual(['batch/a,b,c']);
  expect(ends.map(statusOf)).toEqual([204, 404, 204]);
  expect(events.map(({ writes }) => writes)).toEqual([3]);
});

test('a batch is never larger than the service takes', async () => {
  const { line, sent } = setUp([told({ a: 204, b: 204, c: 204 }), told({ d: 204, e: 204 })]);
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => line.write(remove(id), atOnce)));
  expect(sent).toEqual(['batch/a,b,c', 'batch/d,e']);
});

test('one write that waits alone is sent as what it is', async () => {
  const { line, sent } = setUp([]);
  expect(statusOf(await line.write(remove('a'), atOnce))).toBe(204);
  expect(sent).toEqual(['a']);
});

test('what the answer does not tell of is lost on its way, not done', async () => {
  const { line } = setUp([told({ a: 204 })]);
  const ends = await Promise.all(['a', 'b'].map((id) => line.write(remove(id), atOnce)));
  expect(ends.map(statusOf)).toEqual([204, 'sent-no-answer']);
});

test('nothing leaves before the intent of every write of the batch is kept', async () => {
  const { line, sent } = setUp([told({ a: 204, b: 204 })]);
  let keep = () => {};
  const kept = new Promise<void>((resolve) => {
    keep = resolve;
  });
  const ends = Promise.all([line.write(remove('a'), atOnce), line.write(remove('b'), () => kept)]);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toEqual([]);
  keep();
  await ends;
  expect(sent).toEqual(['batch/a,b']);
});

test('a write whose intent can not be kept stays behind; the batch leaves without it', async () => {
  const { line, sent } = setUp([]);
  const full = async () => {
    throw new Error('disk full');
  };
  const ends = await Promise.allSettled([line.write(remove('a'), atOnce), line.write(remove('b'), full)]);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(sent).toEqual(['a']);
});

test('a batch that was refused as a whole is sent again, write by write', async () => {
  const { line, sent } = setUp([told({ a: 'alone', b: 400, c: 'alone' })]);
  const ends = await Promise.all(['a', 'b', 'c'].map((id) => line.write(remove(id), atOnce)));
  expect(sent[0]).toBe('batch/a,b,c');
  expect(sent.slice(1).sort()).toEqual(['a', 'c']);
  expect(ends.map(statusOf)).toEqual([204, 400, 204]);
});

test('a batch that came too early leaves again after the pause', async () => {
  const { line, sent, clock, events } = setUp([answerOf(429), told({ a: 204, b: 204 })]);
  const ends = Promise.all(['a', 'b'].map((id) => line.write(remove(id), atOnce)));
  while (sent.length < 2) await clock.advance(100);
  expect((await ends).map(statusOf)).toEqual([204, 204]);
  expect(sent).toEqual(['batch/a,b', 'batch/a,b']);
  expect(events.map(({ throttled }) => throttled)).toEqual([true, false]);
});

test('of a batch that the service had enough of halfway, only the rest leaves again', async () => {
  const { line, sent, clock } = setUp([told({ a: 204, b: 429, c: 429 }), told({ b: 204, c: 204 })]);
  const ends = Promise.all(['a', 'b', 'c'].map((id) => line.write(remove(id), atOnce)));
  while (sent.length < 2) await clock.advance(100);
  expect((await ends).map(statusOf)).toEqual([204, 204, 204]);
  expect(sent).toEqual(['batch/a,b,c', 'batch/b,c']);
});

test('a run that stops sends away all that wait', async () => {
  const { line, sent, stop } = setUp([]);
  stop.abort();
  const ends = await Promise.allSettled(['a', 'b'].map((id) => line.write(remove(id), atOnce)));
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(sent).toEqual([]);
});
