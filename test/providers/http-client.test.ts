import { afterEach, describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/json.js';
import type { HttpAnswer, HttpOutcome, HttpRequest } from '../../src/providers/http.js';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../src/providers/http-client.js';
import { type RawServer, startRawServer } from '../support/raw-server.js';

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
  const address = { baseUrl, headers: { Authorization: 'pk_1_SECRET' }, secrets: ['pk_1_SECRET'] };
  const client = createHttpClient({ address, connections: 2, requestTimeoutMs: 10_000, userAgent: 'test/1', ...more });
  open.push(client);
  return client;
}

const json = (body: string, head = '') =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const get: HttpRequest = { method: 'GET', path: ['v2', 'task', 'a/b'] };

function answerOf(outcome: HttpOutcome): HttpAnswer {
  if (outcome.kind !== 'answer') throw new Error(outcome.message);
  return outcome;
}

async function answerTo(reply: string | Buffer): Promise<HttpAnswer> {
  const server = await serve((socket) => socket.end(reply));
  return answerOf(await connect(server.origin).send(get));
}

describe('a request', () => {
  test('goes to the base path with encoded segments, the own headers and no encoding that would need unpacking', async () => {
    const server = await serve((socket) => socket.write(json('{}')));
    await connect(`${server.origin}/api/`).send({ ...get, query: [['q', 'a b']] });
    const [head = ''] = server.requests;
    expect(head).toMatch(/^GET \/api\/v2\/task\/a%2Fb\?q=a%20b HTTP\/1\.1\r\n/);
    expect(head).toContain('authorization: pk_1_SECRET\r\n');
    expect(head).toContain('user-agent: test/1\r\n');
    expect(head).toContain('accept-encoding: identity\r\n');
    expect(head).not.toMatch(/content-type/i);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('%s carries its body as JSON', async (method) => {
    const server = await serve((socket) => socket.write(json('{}')));
    const body: JsonValue = { title: 'ü', list: [1, null] };
    await connect(server.origin).send({ method, path: ['x'], body });
    const [request = ''] = server.requests;
    expect(request).toContain('content-type: application/json\r\n');
    expect(JSON.parse(Buffer.from(request.split('\r\n\r\n')[1] ?? '', 'latin1').toString())).toEqual(body);
  });

  test("the address's own content type and accept stand, once, whatever the method", async () => {
    const server = await serve((socket) => socket.write(json('{}')));
    const headers = { 'Content-Type': 'application/json; v=1', ACCEPT: 'application/x' };
    const client = connect('', { address: { baseUrl: server.origin, headers, secrets: [] } });
    await client.send({ method: 'DELETE', path: ['x'] });
    await client.send({ method: 'POST', path: ['x'], body: {} });
    for (const request of server.requests) {
      expect(request.match(/^content-type: .*$/gim)).toEqual(['content-type: application/json; v=1']);
      expect(request.match(/^accept: .*$/gim)).toEqual(['accept: application/x']);
    }
  });

  test('the next one uses the same connection', async () => {
    const server = await serve((socket) => socket.write(json('{}')));
    const client = connect(server.origin, { connections: 1 });
    for (let i = 0; i < 3; i += 1) await client.send(get);
    expect(server.requests).toHaveLength(3);
    expect(server.connections).toBe(1);
  });

  test('more than the connections wait in line and all arrive', async () => {
    const server = await serve((socket) => socket.write(json('{}')));
    const client = connect(server.origin, { connections: 2 });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => client.send(get)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(20).fill('answer'));
    expect(server.connections).toBe(2);
  });

  test('a redirect is an answer and is not followed', async () => {
    const other = await serve((socket) => socket.write(json('{}')));
    const server = await serve((socket) =>
      socket.end(`HTTP/1.1 302 Found\r\nLocation: ${other.origin}/x\r\nContent-Length: 0\r\n\r\n`),
    );
    const answer = answerOf(await connect(server.origin).send(get));
    expect([answer.status, answer.headers.location]).toEqual([302, `${other.origin}/x`]);
    expect(other.requests).toEqual([]);
  });

  test('a base URL that is not safe makes no client', () => {
    expect(() => connect('http://api.example.com')).toThrow('which is allowed to this machine only');
  });
});

describe('an answer', () => {
  test('has its status, headers in lower case, parsed body and request id', async () => {
    const answer = await answerTo(json('{"id":1}', 'X-Request-ID: r-1\r\nCF-Ray: c\r\n'));
    expect(answer).toMatchObject({ status: 200, json: { id: 1 }, text: '{"id":1}', requestId: 'r-1' });
    expect(answer.headers['x-request-id']).toBe('r-1');
  });

  test.each([
    ['CF-Ray: c\r\nX-Trace-Id: t\r\n', 't'],
    ['CF-Ray: c\r\n', 'c'],
    ['X-Request-Id: \r\nCF-Ray: c\r\n', 'c'],
    ['', null],
  ])('of %j has the request id %s', async (head, requestId) => {
    expect((await answerTo(json('{}', head))).requestId).toBe(requestId);
  });

  test('headers of one name are joined; hostile names do no harm', async () => {
    const answer = await answerTo(json('{}', 'X-A: 1\r\nx-a: 2\r\n__proto__: evil\r\nconstructor: evil\r\n'));
    expect(answer.headers['x-a']).toBe('1,2');
    expect(Object.getPrototypeOf(answer.headers)).toBe(Object.prototype);
    expect(Object.hasOwn(answer.headers, '__proto__')).toBe(true);
  });

  test('a key __proto__ in the body is a plain property', async () => {
    const { json: body } = await answerTo(json('{"__proto__":{"admin":true}}'));
    expect(Object.keys(body ?? {})).toEqual(['__proto__']);
    expect(body).not.toHaveProperty('admin');
    expect({}).not.toHaveProperty('admin');
  });

  test.each([
    ['HTML', '<html>Bad gateway</html>'],
    ['cut JSON', '{"id":1,"na'],
    ['white space', ' \n '],
    ['NUL bytes', '\0\0\0'],
  ])('that is %s has no json and shows its beginning', async (_what, body) => {
    const answer = await answerTo(json(body));
    expect(answer.json).toBeUndefined();
    expect(answer.text).toBe(body);
  });

  test('without a body has neither json nor text', async () => {
    const answer = await answerTo('HTTP/1.1 204 No Content\r\n\r\n');
    expect(answer).toMatchObject({ status: 204, json: undefined, text: '' });
  });

  test('in invalid UTF-8 has no json', async () => {
    const body = Buffer.from('{"name":"\xff\xfe"}', 'latin1');
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const answer = await answerTo(Buffer.concat([Buffer.from(head), body]));
    expect(answer.json).toBeUndefined();
    expect(answer.text).toBe('{"name":"\ufffd\ufffd"}');
  });

  test('with a byte order mark is read', async () => {
    expect((await answerTo(json('\ufeff{"id":1}'))).json).toEqual({ id: 1 });
  });

  test('that is compressed although nobody asked for it is not unpacked', async () => {
    const answer = await answerTo(json('\x1f\x8b bomb', 'Content-Encoding: gzip\r\n'));
    expect(answer).toMatchObject({ status: 200, json: undefined, text: '(body in gzip)' });
  });

  test('a list page of 1.2 MB is read whole, and its text is cut', async () => {
    const tasks = Array.from({ length: 100 }, (_, id) => ({ id, text: 'x'.repeat(12_000) }));
    const answer = await answerTo(json(JSON.stringify({ tasks })));
    expect(answer.json).toEqual({ tasks });
    expect(answer.text).toHaveLength(2_000);
  });

  test('interim answers are passed over', async () => {
    const answer = await answerTo(`HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${json('{"id":1}')}`);
    expect([answer.status, answer.json]).toEqual([200, { id: 1 }]);
  });

  test.each([200, 400])('with status %i that echoes the token shows it nowhere', async (status) => {
    const body = '{"error":"bad token pk_1_SECRET","deep":[{"url":"https://x?t=pk_1_SECRET"}],"n":1}';
    const echo = 'X-Request-Id: pk_1_SECRET\r\nX-Echo: key=pk_1_SECRET\r\n';
    const answer = await answerTo(json(body, echo).replace('200 OK', `${status} X`));
    expect(answer.json).toMatchObject({ error: 'bad token [redacted]', n: 1 });
    expect(answer.text).toContain('bad token [redacted]');
    expect(answer.requestId).toBe('[redacted]');
    expect(JSON.stringify(answer)).not.toContain('pk_1_SECRET');
  });

  test('keeps data that looks like a token, and hides it in errors', async () => {
    const body = '{"name":"rotate pk_99_OTHER"}';
    expect((await answerTo(json(body))).json).toEqual({ name: 'rotate pk_99_OTHER' });
    expect((await answerTo(json(body).replace('200 OK', '401 No'))).json).toEqual({ name: 'rotate [redacted]' });
  });

  test('stays JSON when a secret is a number', async () => {
    const server = await serve((socket) => socket.end(json('{"id":1234567,"key":"123456"}')));
    const client = connect('', { address: { baseUrl: server.origin, headers: {}, secrets: ['123456'] } });
    expect(answerOf(await client.send(get)).json).toEqual({ id: 1234567, key: '[redacted]' });
  });
});
