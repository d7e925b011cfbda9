import { afterEach, describe, expect, test } from 'vitest';
import type { HttpLoss, HttpOutcome, HttpRequest } from '../../src/providers/http.js';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../src/providers/http-client.js';
import { findClosedPort, type RawServer, startRawServer } from '../support/raw-server.js';

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

async function serve(...args: Parameters<typeof startRawServer>): Promise<RawServer> {
  const server = await startRawServer(...args);
  open.push(server);
  return server;
}

function connect(baseUrl: string, more: Partial<HttpClientOptions> = {}): HttpClient {
  const address = { baseUrl, headers: {}, secrets: ['s3cr3t-token'] };
  const client = createHttpClient({ address, connections: 2, requestTimeoutMs: 10_000, userAgent: 'test/1', ...more });
  open.push(client);
  return client;
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const get: HttpRequest = { method: 'GET', path: ['x'] };
const remove: HttpRequest = { method: 'DELETE', path: ['x'] };
const create: HttpRequest = { method: 'POST', path: ['x'], body: { title: 'x' } };

function lossOf(outcome: HttpOutcome): HttpLoss {
  if (outcome.kind !== 'loss') throw new Error(`an answer with ${outcome.status} came`);
  return outcome;
}

describe('nothing was sent when', () => {
  test('nobody listens, however many ask at once', async () => {
    const client = connect(`http://127.0.0.1:${await findClosedPort()}`, { connections: 1 });
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => client.send(create)));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ kind: 'loss', phase: 'not-sent', type: 'NETWORK', code: 'ECONNREFUSED' });
    }
  });

  test('the host does not exist', async () => {
    // A label of more than 63 characters fails in the resolver itself, without asking a name server.
    const loss = lossOf(await connect(`https://${'x'.repeat(64)}.invalid`).send(get));
    expect(loss).toMatchObject({ phase: 'not-sent', type: 'NETWORK' });
    expect(loss.code).toMatch(/^(ENOTFOUND|EAI_\w+)$/);
  });

  test('the other side speaks no TLS', async () => {
    const server = await serve(
      () => undefined,
      (socket) => socket.end(ok),
    );
    const client = connect(server.origin.replace('http:', 'https:'));
    expect(lossOf(await client.send(create))).toMatchObject({ phase: 'not-sent', type: 'NETWORK' });
    expect(server.requests).toEqual([]);
  });

  test('the connection is not up in time', async () => {
    const server = await serve(() => undefined);
    const client = connect(server.origin.replace('http:', 'https:'), { requestTimeoutMs: 50 });
    const loss = lossOf(await client.send(create));
    expect(loss).toMatchObject({ phase: 'not-sent', type: 'TIMEOUT', code: 'UND_ERR_CONNECT_TIMEOUT' });
  });

  test('the signal was aborted before', async () => {
    const server = await serve((socket) => socket.write(ok));
    const loss = lossOf(await connect(server.origin).send(create, AbortSignal.abort()));
    expect(loss).toMatchObject({ phase: 'not-sent', code: 'ABORTED' });
    expect(server.requests).toEqual([]);
  });

  test('the signal is aborted while it waits for a connection, also later', async () => {
    const waiting: Array<() => void> = [];
    const server = await serve((socket) => waiting.push(() => socket.write(ok)));
    const client = connect(server.origin, { connections: 1 });
    const first = client.send(get);
    const controller = new AbortController();
    const second = client.send(create, controller.signal);
    controller.abort();
    expect(lossOf(await second)).toMatchObject({ phase: 'not-sent', code: 'ABORTED' });
    while (waiting.length === 0) await new Promise(setImmediate);
    waiting[0]?.();
    expect((await first).kind).toBe('answer');
    const third = client.send(get);
    while (waiting.length < 2) await new Promise(setImmediate);
    waiting[1]?.();
    expect((await third).kind).toBe('answer');
    expect(server.requests.filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  test.each(['', '.', '..'])('a part of the path is %j', async (id) => {
    const server = await serve((socket) => socket.write(ok));
    const loss = lossOf(await connect(server.origin).send({ method: 'DELETE', path: ['task', id] }));
    expect(loss).toMatchObject({ phase: 'not-sent', code: 'BAD_PATH' });
    expect(server.requests).toEqual([]);
  });

  test('a header of the address can not be sent', async () => {
    const server = await serve((socket) => socket.write(ok));
    const address = { baseUrl: server.origin, headers: { 'x-token': 'a\r\nb' }, secrets: [] };
    expect(lossOf(await connect('', { address }).send(get))).toMatchObject({ phase: 'not-sent' });
    expect(server.requests).toEqual([]);
  });
});

describe('nobody knows what became of it when', () => {
  test.each([
    ['GET', get],
    ['DELETE', remove],
    ['POST', create],
  ])('the connection is reset after a %s, which is sent once', async (_method, request) => {
    const server = await serve((socket) => socket.resetAndDestroy());
    const loss = lossOf(await connect(server.origin).send(request));
    expect(loss).toMatchObject({ phase: 'sent-no-answer', type: 'NETWORK' });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['GET', get],
    ['DELETE', remove],
    ['POST', create],
  ])('a kept connection breaks under the second %s, which is not repeated', async (_method, request) => {
    const server = await serve((socket, index) => (index === 0 ? socket.write(ok) : socket.destroy()));
    const client = connect(server.origin, { connections: 1 });
    expect((await client.send(request)).kind).toBe('answer');
    const loss = lossOf(await client.send(request));
    expect(loss).toMatchObject({ phase: 'sent-no-answer', type: 'NETWORK' });
    expect(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']).toContain(loss.code);
    expect(server.requests).toHaveLength(2);
    expect(server.connections).toBe(1);
  });

  test('the answer is cut before its end', async () => {
    const server = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id":1}'));
    expect(lossOf(await connect(server.origin).send(create))).toMatchObject({
      phase: 'sent-no-answer',
      type: 'NETWORK',
    });
  });

  test('a chunked answer is cut before its end', async () => {
    const server = await serve((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"id":1}\r\n'),
    );
    expect(lossOf(await connect(server.origin).send(create))).toMatchObject({
      phase: 'sent-no-answer',
      type: 'NETWORK',
    });
  });

  test('the answer is cut in its headers', async () => {
    const server = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le'));
    expect(lossOf(await connect(server.origin).send(create))).toMatchObject({
      phase: 'sent-no-answer',
      type: 'NETWORK',
    });
  });

  test('no answer comes in time', async () => {
    const server = await serve(() => undefined);
    const loss = lossOf(await connect(server.origin, { requestTimeoutMs: 100 }).send(create));
    expect(loss).toMatchObject({ phase: 'sent-no-answer', type: 'TIMEOUT', code: 'UND_ERR_HEADERS_TIMEOUT' });
    expect(server.requests).toHaveLength(1);
  });

  test('only an interim answer comes in time', async () => {
    const server = await serve((socket) => socket.write('HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'));
    const loss = lossOf(await connect(server.origin, { requestTimeoutMs: 100 }).send(create));
    expect(loss).toMatchObject({ phase: 'sent-no-answer', type: 'TIMEOUT', code: 'UND_ERR_HEADERS_TIMEOUT' });
  });

  test('the answer trickles without an end', async () => {
    const server = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
      const trickle = setInterval(() => socket.write('x'), 5);
      socket.on('close', () => clearInterval(trickle));
    });
    const loss = lossOf(await connect(server.origin, { requestTimeoutMs: 100 }).send(create));
    expect(loss).toMatchObject({ phase: 'sent-no-answer', type: 'TIMEOUT', code: 'UND_ERR_BODY_TIMEOUT' });
  });

  test('the body is larger than what is read', async () => {
    const server = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const flood = () => {
        while (!socket.destroyed && socket.write(`400\r\n${'x'.repeat(1024)}\r\n`));
      };
      socket.on('drain', flood);
      flood();
    });
    const loss = lossOf(await connect(server.origin, { maxBodyBytes: 10_000 }).send(create));
    expect(loss).toMatchObject({ phase: 'sent-no-answer', type: 'API_ERROR', code: 'BODY_TOO_LARGE' });
  });

  test.each([
    ['is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['has headers without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
  ])('the answer %s', async (_what, reply) => {
    const server = await serve((socket) => socket.write(reply));
    expect(lossOf(await connect(server.origin).send(create))).toMatchObject({
      phase: 'sent-no-answer',
      type: 'API_ERROR',
    });
  });

  test('it is aborted on its way', async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort());
    const loss = lossOf(await connect(server.origin).send(create, controller.signal));
    expect(loss).toMatchObject({ phase: 'sent-no-answer', code: 'ABORTED' });
  });
});

test('a connection that the service closed while it was idle is replaced before the next request', async () => {
  let closed = 0;
  const server = await serve((socket) => {
    socket.on('close', () => {
      closed += 1;
    });
    socket.write(ok);
    setImmediate(() => socket.end());
  });
  const client = connect(server.origin);
  expect((await client.send(remove)).kind).toBe('answer');
  while (closed === 0) await new Promise(setImmediate);
  expect((await client.send(remove)).kind).toBe('answer');
  expect(server.connections).toBe(2);
});

test('after a time-out the next request goes over another connection', async () => {
  const server = await serve((socket, index) => index > 0 && socket.write(ok));
  const client = connect(server.origin, { connections: 1, requestTimeoutMs: 200 });
  expect(lossOf(await client.send(create)).type).toBe('TIMEOUT');
  expect((await client.send(get)).kind).toBe('answer');
  expect(server.connections).toBe(2);
});

test('messages name the host and never a secret', async () => {
  const port = await findClosedPort();
  const address = { baseUrl: `https://127.0.0.1:${port}/rest/1/s3cr3t`, headers: {}, secrets: ['s3cr3t', 'connect'] };
  const { message } = lossOf(await connect('', { address }).send(get));
  expect(message).toBe(
    `Nothing was sent to 127.0.0.1:${port}: [redacted] ECONNREFUSED 127.0.0.1:${port} (ECONNREFUSED).`,
  );
});

test('closing waits for what is on its way', async () => {
  const server = await serve((socket) => setImmediate(() => socket.write(ok)));
  const client = connect(server.origin);
  const outcome = client.send(get);
  await client.close();
  expect((await outcome).kind).toBe('answer');
});
