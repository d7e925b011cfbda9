import { afterEach, describe, expect, test } from 'vitest';
import { hostServices, type Sandbox, type SandboxOptions } from '../../src/sandbox/host.js';
import { createToy } from './toy-service.js';

const open: Sandbox[] = [];

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await hostServices([() => createToy()], options);
  open.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

function ask(sandbox: Sandbox, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${sandbox.origin}${path}`, { headers: { authorization: 'secret-token' }, ...init });
}

describe('serving', () => {
  test('a service sees the decoded path behind its prefix, the query and the body', async () => {
    const answer = await ask(await start(), '/toy/a%2Fb//c%20d/?x=%5B1', { method: 'POST', body: '{"é":1}' });
    expect(await answer.json()).toEqual({ path: ['a/b', '', 'c d', ''], query: 'x=%5B1', body: '{"é":1}' });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('an empty 204 has no body and no content type', async () => {
    const answer = await ask(await start(), '/toy/a', { method: 'DELETE' });
    expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([204, '', null]);
  });

  test('a path outside every service is a 404 in text and stands in the ledger', async () => {
    const sandbox = await start();
    const answer = await ask(sandbox, '/toyish/a');
    expect([answer.status, await answer.text()]).toEqual([404, 'Not found']);
    expect(sandbox.ledger.requests()).toMatchObject([{ service: null, path: '/toyish/a', status: 404 }]);
  });

  test('bad percent-encoding is a 400', async () => {
    expect((await ask(await start(), '/toy/%zz')).status).toBe(400);
  });

  test('a body above 10 MB is a 413 that the service never sees', async () => {
    const sandbox = await start();
    const answer = await ask(sandbox, '/toy/a', { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) });
    expect(answer.status).toBe(413);
    expect(sandbox.ledger.effects()).toEqual([]);
  });

  test('a bug of an emulator is told with its trace and does not end the sandbox', async () => {
    const sandbox = await start();
    const answer = await ask(sandbox, '/toy/bug');
    expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('a bug of the toy')]);
    expect((await ask(sandbox, '/toy/a')).status).toBe(200);
  });

  test('answers are dated by the clock that the sandbox was given', async () => {
    const answer = await ask(await start({ now: () => Date.UTC(2031, 4, 5, 6, 7, 8, 900) }), '/toy/a');
    expect(answer.headers.get('date')).toBe('Mon, 05 May 2031 06:07:08 GMT');
  });

  test('it listens on the loopback interface only', async () => {
    expect((await start()).origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('a taken port is an error', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toThrow('EADDRINUSE');
  });
});

describe('the limit', () => {
  test('refuses what exceeds it in the words of the service, without an effect', async () => {
    const sandbox = await start({ now: () => 1000 });
    const statuses: number[] = [];
    for (const id of ['a', 'b', 'c', 'd']) statuses.push((await ask(sandbox, `/toy/${id}`, { method: 'PUT' })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(sandbox.ledger.effects().map(({ target }) => target)).toEqual(['a', 'b', 'c']);
  });

  test('opens again when the injected clock says so', async () => {
    let nowMs = 0;
    const sandbox = await start({ now: () => nowMs, limit: 1, windowMs: 500 });
    expect((await ask(sandbox, '/toy/a')).status).toBe(200);
    nowMs = 499;
    expect(await (await ask(sandbox, '/toy/a')).json()).toEqual({ hint: 'service', waitMs: 1 });
    nowMs = 500;
    expect((await ask(sandbox, '/toy/a')).status).toBe(200);
  });

  test('is told in the headers of every answer', async () => {
    const answer = await ask(await start({ limit: 7 }), '/toy/a');
    expect([answer.headers.get('x-limit'), answer.headers.get('x-remaining')]).toEqual(['7', '6']);
  });

  test('counts each credential apart and leaves alone who sends none', async () => {
    const sandbox = await start({ limit: 1 });
    const statuses = [];
    for (const headers of [{ authorization: 'a' }, { authorization: 'b' }, {}, {}, { authorization: 'a' }]) {
      statuses.push((await ask(sandbox, '/toy/a', { headers })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
  });

  test('null lifts it, and nothing is told about one', async () => {
    const sandbox = await start({ limit: null });
    for (let n = 0; n < 10; n += 1) expect((await ask(sandbox, '/toy/a')).status).toBe(200);
    expect((await ask(sandbox, '/toy/a')).headers.get('x-limit')).toBeNull();
  });
});

describe('the ledger', () => {
  test('holds every request with its answer and never the token', async () => {
    const sandbox = await start({ now: () => 5000, limit: 1 });
    await ask(sandbox, '/toy/a?auth=secret-token', { method: 'PUT' });
    await ask(sandbox, '/toy/b');
    const shared = { service: 'clickup', credential: 'c1', atMs: 5000, wallMs: 5000, fault: null };
    expect(sandbox.ledger.requests()).toEqual([
      { ...shared, n: 1, method: 'PUT', path: '/toy/a?auth=***', write: true, status: 200 },
      { ...shared, n: 2, method: 'GET', path: '/toy/b', write: false, status: 429 },
    ]);
    const told = await (await fetch(`${sandbox.origin}/_sandbox/ledger`)).text();
    expect(told).not.toContain('secret-token');
  });
});

describe('control over HTTP', () => {
  async function control(sandbox: Sandbox, path: string, body?: unknown) {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${sandbox.origin}/_sandbox/${path}`, init);
    return { status: answer.status, body: await answer.json() };
  }
  const row = { provider: 'clickup', operation: 'delete', values: { id: 'x1' }, cells: {}, done: false };

  test('ledger tells requests, effects, counts and the highest window, without counting itself', async () => {
    const sandbox = await start({ now: () => 0 });
    await ask(sandbox, '/toy/a', { method: 'PUT' });
    await ask(sandbox, '/toy/b');
    await control(sandbox, 'ledger');
    const { body } = await control(sandbox, 'ledger?windowMs=1000&service=clickup');
    expect(body).toMatchObject({
      requests: [{ n: 1 }, { n: 2 }],
      effects: [{ kind: 'put', target: 'a', request: 1 }],
      counts: { requests: 2, effects: 1 },
      highestWindow: { clickup: 2 },
    });
    const other = (await control(sandbox, 'ledger?service=tallyfy')).body;
    expect(other).toMatchObject({ requests: [], effects: [], highestWindow: {} });
    expect(other).not.toHaveProperty('highestWindow.clickup');
    expect((await control(sandbox, 'ledger?windowMs=x')).status).toBe(400);
  });

  test('effects tells the effects alone', async () => {
    const sandbox = await start();
    await ask(sandbox, '/toy/a', { method: 'DELETE' });
    expect((await control(sandbox, 'effects')).body).toMatchObject([{ kind: 'delete', target: 'a' }]);
  });

  test('fill passes over rows of unknown providers, and inspect shows what is held', async () => {
    const sandbox = await start();
    expect((await control(sandbox, 'fill', [row, { ...row, provider: 'other' }])).body).toEqual({ filled: 1 });
    expect((await control(sandbox, 'inspect/clickup/x1')).body).toEqual({ id: 'x1' });
    expect((await control(sandbox, 'inspect/clickup/x2')).status).toBe(404);
    expect((await control(sandbox, 'inspect/nobody/x1')).status).toBe(404);
    expect((await control(sandbox, 'fill', [{ provider: 'clickup' }])).status).toBe(400);
  });

  test('faults replaces the rules, as JSON or in the text form, and refuses mistakes', async () => {
    const sandbox = await start();
    const rule = { match: { write: false }, fault: { kind: 'status', status: 503, when: 'before' } };
    expect((await control(sandbox, 'faults', [rule])).status).toBe(200);
    expect((await ask(sandbox, '/toy/a')).status).toBe(503);
    expect((await control(sandbox, 'faults', '502')).status).toBe(200);
    expect((await ask(sandbox, '/toy/a')).status).toBe(502);
    expect((await control(sandbox, 'faults', [{ ...rule, mach: {} }])).body).toMatchObject({
      error: expect.stringContaining('mach'),
    });
    expect((await control(sandbox, 'faults', 'explode')).body).toMatchObject({
      error: expect.stringContaining('"explode" is no fault'),
    });
    expect((await control(sandbox, 'faults', {})).status).toBe(400);
  });

  test('reset brings back the start: no state, no ledger, a fresh limit and the first fault rules', async () => {
    const faults = [{ fault: { kind: 'status', status: 500, when: 'before' } } as const];
    const sandbox = await start({ limit: 1, faults });
    await control(sandbox, 'fill', [row]);
    expect((await ask(sandbox, '/toy/a')).status).toBe(500);
    expect((await ask(sandbox, '/toy/a')).status).toBe(200);
    await control(sandbox, 'reset', {});
    expect((await control(sandbox, 'inspect/clickup/x1')).status).toBe(404);
    expect(sandbox.ledger.requests()).toEqual([]);
    expect((await ask(sandbox, '/toy/a')).status).toBe(500);
    expect((await ask(sandbox, '/toy/a')).status).toBe(200);
  });

  test('after a reset chance takes the same turns again', async () => {
    const sandbox = await start({
      limit: null,
      faults: [{ probability: 0.5, fault: { kind: 'status', status: 500, when: 'before' } }],
    });
    const play = async () => {
      const statuses = [];
      for (let n = 0; n < 20; n += 1) statuses.push((await ask(sandbox, '/toy/a')).status);
      return statuses;
    };
    const first = await play();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    await control(sandbox, 'reset', {});
    expect(await play()).toEqual(first);
  });

  test('environment tells how to reach the sandbox, and an unknown route is a 404', async () => {
    const sandbox = await start();
    expect((await control(sandbox, 'environment')).body).toEqual({ TOY_BASE_URL: `${sandbox.origin}/toy` });
    expect((await control(sandbox, 'nothing')).status).toBe(404);
    expect((await control(sandbox, 'reset')).status).toBe(404);
  });
});
