import { afterEach, describe, expect, test } from 'vitest';
import { Air } from '../../src/limiter/air.js';
import { createLimiter } from '../../src/limiter/limiter.js';
import { createReader, createWriter, type PacedParts, type RequestEvent } from '../../src/limiter/paced-client.js';
import type { HttpAnswer, ReadRequest, WriteRequest } from '../../src/providers/http.js';
import { createHttpClient } from '../../src/providers/http-client.js';
import { newMeter } from '../../src/run/lane.js';
import { createFakeClock } from '../support/fake-clock.js';
import { startRawServer } from '../support/raw-server.js';

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

const get: ReadRequest = { method: 'GET', path: ['task', 'a/b'], query: [['key', 'k']] };
const remove: WriteRequest = { method: 'DELETE', path: ['task', '1'] };
const reply = (status: number, head = '') => `HTTP/1.1 ${status} X\r\n${head}Content-Length: 2\r\n\r\n{}`;

/** A service that gives `replies` in turn and then 200, and what it takes to talk to it. */
async function setUp(replies: readonly string[], more: Partial<PacedParts> = {}) {
  const server = await startRawServer((socket, index) => socket.write(replies[index] ?? reply(200)));
  const address = { baseUrl: `${server.origin}/base`, headers: {}, secrets: [] };
  const client = createHttpClient({ address, connections: 1, requestTimeoutMs: 10_000, userAgent: 'test' });
  const clock = createFakeClock();
  const limiter = createLimiter({ requestsPerMinute: 0, pace: 'window', budget: null, clock, giveUpAfterMs: 60_000 });
  const events: RequestEvent[] = [];
  const throttle = (answer: HttpAnswer) => {
    const waitMs = Number(answer.headers['retry-after'] ?? Number.NaN) * 1_000;
    return answer.status === 429 ? { waitMs: Number.isNaN(waitMs) ? null : waitMs, reason: 'too many' } : null;
  };
  const parts: PacedParts = {
    client,
    limiter,
    air: new Air(50),
    connection: { provider: 'clickup', throttle },
    clock,
    stopSignal: new AbortController().signal,
    killSignal: new AbortController().signal,
    onRequest: (event) => events.push(event),
    ...more,
  };
  open.push({ close: () => limiter.dispose() }, client, server);
  return { server, parts, clock, events, limiter };
}

/** Lets time pass until `work` has an end. */
async function pass<T>(clock: ReturnType<typeof createFakeClock>, work: Promise<T>): Promise<T> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  work.then(end, end);
  while (!isOver) await clock.advance(100);
  return work;
}

const writerOf = (parts: PacedParts) => createWriter(parts, newMeter(), async () => {});

describe('a reader', () => {
  test('has nothing to write with', async () => {
    const { parts } = await setUp([]);
    const reader = createReader(parts, newMeter());
    expect(Object.keys(reader)).toEqual(['read']);
    expect(Object.getPrototypeOf(reader)).toBe(Object.prototype);
    expect(Object.isFrozen(reader)).toBe(true);
  });

  test.each([
    { method: 'DELETE', path: ['x'] },
    { method: 'PUT', path: ['x'], body: {} },
    { method: 'PATCH', path: ['x'], body: {} },
    { method: 'POST', path: ['x'], body: {} },
    { method: 'POST', path: ['x'], body: {}, readOnly: false },
    { method: 'POST', path: ['x'], body: {}, readOnly: 'true' },
    { method: 'DELETE', path: ['x'], readOnly: true },
    { method: 'get', path: ['x'] },
  ])('refuses %j although it was smuggled past the type checker', async (request) => {
    const { parts, server } = await setUp([]);
    const smuggle: (request: never) => Promise<unknown> = createReader(parts, newMeter()).read;
    const call = Reflect.apply(smuggle, null, [request]);
    await expect(call).rejects.toThrow('may change something');
    const viaWriter: (request: never) => Promise<unknown> = writerOf(parts).read;
    await expect(Reflect.apply(viaWriter, null, [request])).rejects.toThrow('may change something');
    expect(server.requests).toEqual([]);
  });

  test('reads, also by query in a body', async () => {
    const { parts, server } = await setUp([]);
    const reader = createReader(parts, newMeter());
    expect(await reader.read(get)).toMatchObject({ kind: 'answer', status: 200 });
    await reader.read({ method: 'POST', readOnly: true, path: ['search'], body: { q: 1 } });
    expect(server.requests.map((request) => request.split(' ', 2).join(' '))).toEqual([
      'GET /base/task/a%2Fb?key=k',
      'POST /base/search',
    ]);
  });
});

describe('a refusal that asks for a pause', () => {
  test('is waited for as long as told, and the request is sent again', async () => {
    const { parts, clock, events, server } = await setUp([
      reply(429, 'Retry-After: 7\r\n'),
      reply(429, 'Retry-After: 3\r\n'),
    ]);
    const startMs = clock.monotonic();
    expect(await pass(clock, writerOf(parts).write(remove))).toMatchObject({ status: 200 });
    expect(clock.monotonic() - startMs).toBeGreaterThanOrEqual(10_000);
    expect(clock.monotonic() - startMs).toBeLessThan(12_000);
    expect(server.requests).toHaveLength(3);
    expect(events.map(({ throttled }) => throttled)).toEqual([true, true, false]);
  });

  test('holds the requests of everybody', async () => {
    const { parts, clock, server } = await setUp([reply(429, 'Retry-After: 7\r\n')]);
    const first = writerOf(parts).write(remove);
    while (server.requests.length === 0) await clock.advance(0);
    while (parts.limiter.stats().pausedUntilMs === null) await clock.advance(0);
    const second = createReader(parts, newMeter()).read(get);
    await clock.advance(6_000);
    expect(server.requests).toHaveLength(1);
    await pass(clock, Promise.all([first, second]));
    expect(server.requests).toHaveLength(3);
  });

  test('ends the request when the waits outlast the bound', async () => {
    const { parts, clock, server } = await setUp([reply(429, 'Retry-After: 61\r\n')]);
    const ended = pass(clock, writerOf(parts).write(remove));
    await expect(ended).rejects.toMatchObject({
      reason: 'wait-too-long',
      message: 'A wait of 61 s is longer than the 60 s that the run allows: too many',
    });
    expect(server.requests).toHaveLength(1);
  });

  test('is not waited for when the run stops', async () => {
    const stop = new AbortController();
    const { parts, clock, server } = await setUp([reply(429, 'Retry-After: 30\r\n')], { stopSignal: stop.signal });
    const write = writerOf(parts).write(remove);
    const ended = expect(pass(clock, write)).rejects.toMatchObject({ reason: 'stopping' });
    while (server.requests.length === 0) await clock.advance(0);
    stop.abort();
    await ended;
    expect(server.requests).toHaveLength(1);
  });
});

test.each([400, 401, 404, 500, 502, 503, 504])('an answer with %i is handed back and not repeated', async (status) => {
  const { parts, server } = await setUp([reply(status)]);
  expect(await writerOf(parts).write(remove)).toMatchObject({ status });
  expect(server.requests).toHaveLength(1);
});

test('a loss is handed back and not repeated, and gives its place back', async () => {
  const { parts, clock, server } = await setUp(['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: x\r\n\r\n']);
  parts.limiter.setRate(1);
  expect(await pass(clock, writerOf(parts).write(remove))).toMatchObject({ kind: 'loss', phase: 'sent-no-answer' });
  expect(server.requests).toHaveLength(1);
  expect(await pass(clock, writerOf(parts).write(remove))).toMatchObject({ status: 200 });
});

test('after the stop nothing leaves, what is on its way is finished, and the second signal gives that up', async () => {
  const stop = new AbortController();
  const kill = new AbortController();
  const signals = { stopSignal: stop.signal, killSignal: kill.signal };
  const { parts, server } = await setUp(['', ''], signals);
  const onItsWay = writerOf(parts).write(remove);
  while (server.requests.length === 0) await new Promise(setImmediate);
  stop.abort();
  await expect(writerOf(parts).write(remove)).rejects.toMatchObject({ reason: 'stopping' });
  kill.abort();
  expect(await onItsWay).toMatchObject({ kind: 'loss', phase: 'sent-no-answer', code: 'ABORTED' });
  expect(server.requests).toHaveLength(1);
});

test('requests are counted each time they leave, and writes once, when they may have been executed', async () => {
  const { parts, clock } = await setUp([reply(429, 'Retry-After: 1\r\n'), reply(200), 'garbage\r\n\r\n']);
  const meter = newMeter();
  const writer = createWriter(parts, meter, async () => {});
  await pass(clock, writer.write(remove));
  expect(meter).toEqual({ requests: 2, writes: 1 });
  await pass(clock, writer.write(remove));
  expect(meter).toEqual({ requests: 3, writes: 2 });
  await writer.read(get);
  await writer.write({ method: 'DELETE', path: ['..'] });
  expect(meter).toEqual({ requests: 5, writes: 2 });
});

test('a write whose intent could not be recorded does not leave', async () => {
  const { parts, server } = await setUp([]);
  const meter = newMeter();
  const refuse = async () => {
    throw new Error('the disk is full');
  };
  await expect(createWriter(parts, meter, refuse).write(remove)).rejects.toThrow('the disk is full');
  expect(meter).toEqual({ requests: 0, writes: 0 });
  expect(server.requests).toEqual([]);
});

test('each request is told with its path, without base and query', async () => {
  const { parts, events } = await setUp([]);
  await createReader(parts, newMeter()).read(get);
  expect(events).toMatchObject([{ method: 'GET', path: ['task', 'a/b'], durationMs: 0, throttled: false }]);
  await createReader(parts, newMeter()).read({ method: 'GET', path: ['task', '..'] });
  expect(events[1]).toMatchObject({ path: ['task', '..'], outcome: { phase: 'not-sent', code: 'BAD_PATH' } });
});

test('a provider that throws while it judges does not keep the place', async () => {
  const throttle = () => {
    throw new Error('bug');
  };
  const { parts, clock } = await setUp([], { connection: { provider: 'x', throttle } });
  parts.limiter.setRate(1);
  await expect(createReader(parts, newMeter()).read(get)).rejects.toThrow('bug');
  const next = createReader(parts, newMeter()).read(get);
  await expect(pass(clock, next)).rejects.toThrow('bug');
});
