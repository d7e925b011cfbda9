import { afterEach, describe, expect, test } from 'vitest';
import { parseFaults } from '../../src/sandbox/fault-text.js';
import { hostServices, type Sandbox, type SandboxOptions } from '../../src/sandbox/host.js';
import { createToy } from './toy-service.js';

let sandbox: Sandbox | undefined;
let handled: Promise<void> = Promise.resolve();

async function start(faults: string, options: SandboxOptions = {}): Promise<Sandbox> {
  handled = new Promise((resolve) => {
    const started = hostServices([() => createToy(() => resolve())], {
      limit: null,
      faults: parseFaults(faults),
      ...options,
    });
    started.then((one) => {
      sandbox = one;
    });
  });
  while (sandbox === undefined) await new Promise(setImmediate);
  return sandbox;
}

afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});

function ask(one: Sandbox, method = 'PUT', signal: AbortSignal | null = null): Promise<Response> {
  return fetch(`${one.origin}/toy/a`, { method, headers: { authorization: 'secret-token' }, signal });
}

function effects(one: Sandbox): number {
  return one.ledger.effects().length;
}

describe('before and after', () => {
  test.each([
    ['500', 500, '{"failure":500}', 0],
    ['500-after', 500, '{"failure":500}', 1],
    ['502-html-after', 502, expect.stringContaining('<h1>502'), 1],
    ['503-empty', 503, '', 0],
  ])('%s answers so, and the effect took place %#', async (text, status, body, count) => {
    const one = await start(text);
    const answer = await ask(one);
    expect([answer.status, await answer.text()]).toEqual([status, body]);
    expect(effects(one)).toBe(count);
    expect((await ask(one)).status).toBe(200);
  });

  test.each([
    ['reset-before', 0],
    ['reset-after', 1],
  ])('%s cuts the connection and leaves %i effects', async (text, count) => {
    const one = await start(text);
    await expect(ask(one)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(effects(one)).toBe(count);
    expect(one.ledger.requests()).toMatchObject([{ fault: text, status: null }]);
  });

  test('hang-after never answers, though the effect took place, and holds up nobody else', async () => {
    const one = await start('hang-after');
    const leave = new AbortController();
    let settled = false;
    const hanging = ask(one, 'PUT', leave.signal).finally(() => {
      settled = true;
    });
    const left = expect(hanging).rejects.toThrow('abort');
    await handled;
    expect((await ask(one)).status).toBe(200);
    expect(settled).toBe(false);
    expect(one.ledger.requests()).toMatchObject([{ fault: 'hang-after', status: null }, { status: 200 }]);
    leave.abort();
    await left;
  });

  test('hang-before never reaches the service', async () => {
    const one = await start('hang-before');
    const leave = new AbortController();
    const left = expect(ask(one, 'PUT', leave.signal)).rejects.toThrow('abort');
    while (one.ledger.requests().length === 0) await new Promise(setImmediate);
    expect(effects(one)).toBe(0);
    leave.abort();
    await left;
  });
});

test('slow delays an answer whose effect took place already', async () => {
  const one = await start('slow=30');
  const answer = ask(one);
  await handled;
  expect(one.ledger.requests()).toMatchObject([{ fault: 'slow', status: null }]);
  expect(effects(one)).toBe(1);
  expect((await answer).status).toBe(200);
  expect(one.ledger.requests()).toMatchObject([{ status: 200 }]);
});

test('late resets the connection, and what was asked is done afterwards', async () => {
  const one = await start('late=30');
  await expect(ask(one)).rejects.toThrow();
  expect([effects(one), one.ledger.requests()]).toMatchObject([0, [{ fault: 'late', status: null }]]);
  await handled;
  expect(effects(one)).toBe(1);
});

test('latency delays every answer', async () => {
  const one = await start('', { latencyMs: [5, 10] });
  const answer = ask(one);
  await handled;
  expect(one.ledger.requests()).toMatchObject([{ status: null, fault: null }]);
  expect((await answer).status).toBe(200);
});

test('a close ends delayed and hanging answers', async () => {
  const one = await start('hang', { latencyMs: [60_000, 60_000] });
  const hanging = expect(ask(one)).rejects.toThrow();
  while (one.ledger.requests().length === 0) await new Promise(setImmediate);
  await one.close();
  await hanging;
});

test.each([
  'service',
  'seconds',
  'date',
  'none',
  'html',
])('a throttle passes the hint %s and the wait to the service', async (hint) => {
  const one = await start(`throttle-${hint}=7`, { limit: 9 });
  const answer = await ask(one);
  expect([answer.status, await answer.json()]).toEqual([429, { hint, waitMs: 7000 }]);
  expect(answer.headers.get('x-remaining')).toBe(hint === 'service' ? '0' : null);
  expect(answer.headers.get('x-limit')).toBe(hint === 'service' ? '9' : null);
  expect(effects(one)).toBe(0);
});

test('a redirect points elsewhere with 307 and has no effect', async () => {
  const one = await start('redirect=http://127.0.0.1:9/x');
  const answer = await fetch(`${one.origin}/toy/a`, { method: 'PUT', redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([307, 'http://127.0.0.1:9/x']);
  expect(effects(one)).toBe(0);
});

test('a fault after the service does not strike a request that the limit refused', async () => {
  const one = await start('500-after+1', { limit: 1 });
  const statuses = [];
  for (let n = 0; n < 3; n += 1) statuses.push((await ask(one)).status);
  expect(statuses).toEqual([200, 429, 429]);
});

describe('garbage', () => {
  test('truncated breaks off within the announced length', async () => {
    const answer = await ask(await start('garbage-truncated-after'));
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  test('html is a page with status 200', async () => {
    const answer = await ask(await start('garbage-html'));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(await answer.text()).toContain('<html>');
  });

  test('not-utf8 is no UTF-8', async () => {
    const answer = await ask(await start('garbage-not-utf8'));
    const bytes = await answer.arrayBuffer();
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow();
  });

  test('echo-token repeats the credential in body and headers', async () => {
    const answer = await ask(await start('garbage-echo-token-after'));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-echo')).toBe('secret-token');
    expect(await answer.text()).toContain('secret-token');
  });

  test('huge is 64 MiB of valid JSON', async () => {
    const answer = await ask(await start('garbage-huge'));
    expect((await answer.text()).length).toBe(64 * 1024 * 1024 + '{"data":""}'.length);
  });

  test('endless goes on until the client leaves', async () => {
    const one = await start('garbage-endless');
    const answer = await ask(one);
    const reader = answer.body?.getReader();
    for (let n = 0; n < 3; n += 1) expect((await reader?.read())?.done).toBe(false);
    await reader?.cancel();
  });
});
