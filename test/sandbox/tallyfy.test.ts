import { describe, expect, it } from 'vitest';
import { createTallyfy } from '../../src/sandbox/tallyfy.js';
import { Api, buildRequest, goodHeaders, hex, newTask, ORG, pick } from './tallyfy/api.js';

function without(name: string): Record<string, string | undefined> {
  return { ...goodHeaders, [name]: undefined };
}

describe('required headers', () => {
  const unauthenticated = { status: 401, body: { error: true, message: 'Unauthenticated.' } };

  it.each([
    ['no token', without('authorization')],
    ['a wrong token', { ...goodHeaders, authorization: 'Bearer nobody' }],
    ['two spaces before the token', { ...goodHeaders, authorization: goodHeaders.authorization?.replace(' ', '  ') }],
    ['another scheme', { ...goodHeaders, authorization: goodHeaders.authorization?.replace('Bearer', 'Token') }],
    ['no client', without('x-tallyfy-client')],
    ['an unknown client', { ...goodHeaders, 'x-tallyfy-client': 'curl' }],
    ['no accepted type', without('accept')],
    ['another accepted type', { ...goodHeaders, accept: 'text/html' }],
  ])('answers 401 to %s', (_name, headers) => {
    const api = new Api();
    expect(api.service.handle(buildRequest('GET', 'me', undefined, headers), api.context)).toEqual(unauthenticated);
  });

  it('can answer a missing client header with the 404 that other pages describe', () => {
    const api = new Api({ missingClientHeader: 404 });
    const answer = api.service.handle(buildRequest('GET', 'me', undefined, without('x-tallyfy-client')), api.context);
    expect(answer.status).toBe(404);
    expect(pick(answer, 'code')).toBe('ENDPOINT_NOT_FOUND');
  });

  it('refuses before it changes anything', () => {
    const api = new Api();
    const request = buildRequest('POST', `organizations/${ORG}/tasks`, newTask(), without('authorization'));
    expect(api.service.handle(request, api.context).status).toBe(401);
    expect(api.effects).toEqual([]);
    expect(api.state.tasks.size).toBe(0);
  });
});

describe('routes', () => {
  it('answers an unknown path and an unknown method with ENDPOINT_NOT_FOUND', () => {
    const api = new Api();
    for (const answer of [
      api.send('GET', 'nothing'),
      api.send('PATCH', 'tasks'),
      api.send('GET', `tasks/${hex('a')}/more/and/more`),
      api.service.handle(buildRequest('GET', 'tasks'), api.context),
    ]) {
      expect(answer).toEqual({
        status: 404,
        body: { error: true, message: 'API endpoint not found', code: 'ENDPOINT_NOT_FOUND' },
      });
    }
  });

  it('answers an unknown id with RESOURCE_NOT_FOUND', () => {
    expect(new Api().send('GET', `tasks/${hex('a')}`)).toEqual({
      status: 404,
      body: { error: true, message: 'Resource not found', code: 'RESOURCE_NOT_FOUND' },
    });
  });

  it('answers another organization with 403 and only a message', () => {
    const api = new Api();
    const answer = api.service.handle(buildRequest('GET', `organizations/${hex('b')}/tasks`), api.context);
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.body ?? {})).toEqual(['message']);
  });

  it('tells the user and the organizations of the token', () => {
    const api = new Api();
    const me = api.service.handle(buildRequest('GET', 'me'), api.context);
    expect(Object.keys(pick(me, 'data') ?? {})).toEqual([
      'id',
      'email',
      'username',
      'first_name',
      'last_name',
      'timezone',
    ]);
    const organizations = api.service.handle(buildRequest('GET', 'me/organizations'), api.context);
    expect(pick(organizations, 'data', 0, 'id')).toBe(ORG);
    expect(pick(organizations, 'meta', 'pagination', 'total')).toBe(1);
  });
});

describe('request bodies', () => {
  it('refuses a body that is no JSON with 400', () => {
    const api = new Api();
    const request = { ...buildRequest('POST', `organizations/${ORG}/tasks`), bodyText: '{"title":' };
    expect(api.service.handle(request, api.context).status).toBe(400);
  });

  it('refuses a body without a content type with 400', () => {
    const api = new Api();
    const request = buildRequest('POST', `organizations/${ORG}/tasks`, newTask(), without('content-type'));
    expect(api.service.handle(request, api.context).status).toBe(400);
    expect(api.effects).toEqual([]);
  });

  it.each([[[]], ['text'], [null], [{}]])('treats the body %j as one without fields', (body) => {
    expect(Object.keys(pick(new Api().send('POST', 'tasks', body), 'errors') ?? {}).sort()).toEqual([
      'deadline',
      'owners',
      'task_type',
      'title',
    ]);
  });
});

describe('the service', () => {
  const service = createTallyfy();

  it('names the environment that reaches it', () => {
    expect(service.environment('http://127.0.0.1:4010')).toEqual({
      TALLYFY_ACCESS_TOKEN: expect.stringMatching(/^\S{20,}$/),
      TALLYFY_ORG_ID: expect.stringMatching(/^[a-f0-9]{32}$/),
      TALLYFY_BASE_URL: 'http://127.0.0.1:4010/tallyfy/api',
    });
  });

  it('counts by token and allows 100 requests in a rolling minute', () => {
    expect(service.credential(buildRequest('GET', 'me'))).toBe(goodHeaders.authorization?.slice('Bearer '.length));
    expect(service.credential(buildRequest('GET', 'me', undefined, {}))).toBeNull();
    expect(service.limit).toEqual({ requests: 100, windowMs: 60_000, sliding: true });
    expect(service.rateHeaders({ limit: 100, remaining: 1, resetAtMs: 5, nowMs: 0 })).toEqual({});
  });

  it('calls everything but reading a write', () => {
    expect(
      ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'].map((method) => service.isWrite(buildRequest(method, 'me'))),
    ).toEqual([false, false, true, true, true]);
  });

  it('forgets everything on reset', () => {
    const api = new Api();
    api.send('POST', 'tasks', newTask());
    api.fill('archive-run', { run_id: hex('c') });
    api.service.reset();
    expect(pick(api.send('GET', 'tasks'), 'meta', 'pagination', 'total')).toBe(0);
    expect(api.service.inspect(hex('c'))).toBeUndefined();
  });
});

describe('a used-up limit', () => {
  const service = createTallyfy();
  const state = { limit: 100, remaining: 0, nowMs: 1_000, resetAtMs: 3_400 };

  it.each(['service', 'seconds'] as const)('tells the wait in whole seconds, rounded up (%s)', (hint) => {
    const answer = service.throttled(state, hint);
    expect(answer.status).toBe(429);
    expect(answer.headers).toEqual({ 'Retry-After': '3' });
    expect(pick(answer, 'code')).toBe('RATE_LIMIT_EXCEEDED');
  });

  it('can tell it as a date that is not too early, not at all, or beside a page of HTML', () => {
    expect(service.throttled(state, 'date').headers).toEqual({ 'Retry-After': 'Thu, 01 Jan 1970 00:00:04 GMT' });
    expect(service.throttled(state, 'none').headers).toEqual({});
    const html = service.throttled(state, 'html');
    expect(html).toMatchObject({ contentType: 'text/html', headers: { 'Retry-After': '3' } });
    expect(html.text).toContain('429');
    expect(html.body).toBeUndefined();
  });
});

describe('a fault', () => {
  const service = createTallyfy();

  it('is JSON that leaks internals for 500 and an HTML page for the others', () => {
    expect(pick(service.failure(500), 'message')).toContain('SQLSTATE');
    for (const status of [502, 503, 504]) {
      expect(service.failure(status)).toMatchObject({ status, contentType: 'text/html' });
    }
  });

  it.each([400, 401, 403, 404, 422, 429])('has the usual shape for %i', (status) => {
    const answer = service.failure(status);
    expect(answer.status).toBe(status);
    expect(answer.body).toBeTypeOf('object');
  });
});

describe('an hourly cap', () => {
  it('refuses the 121st comment of an hour with the wait and names the operation', () => {
    const api = new Api();
    api.fill('comment', { task_id: hex('a') });
    for (let each = 0; each < 120; each += 1) {
      expect(api.send('POST', `tasks/${hex('a')}/comment`, { content: `no. ${each}` }).status).toBe(201);
      api.nowMs += 1_000;
    }
    const refusal = api.send('POST', `tasks/${hex('a')}/comment`, { content: 'one more' });
    expect(refusal).toMatchObject({ status: 429, headers: { 'Retry-After': '3480' } });
    expect(pick(refusal, 'message')).toMatch(/120.*comment/);
    expect(pick(refusal, 'code')).toBe('RATE_LIMIT_EXCEEDED');
    expect(api.effects).toHaveLength(120);
    api.nowMs += 3_480_000;
    expect(api.send('POST', `tasks/${hex('a')}/comment`, { content: 'one more' }).status).toBe(201);
    expect(api.send('POST', `tasks/${hex('a')}/comment`, { content: 'and more' }).status).toBe(429);
  });

  it('counts only guests who are new to the organization as invites', () => {
    const api = new Api({ guestInvitesPerHour: 2 });
    const assign = (...guests: readonly string[]) => api.send('POST', 'tasks', newTask({ owners: { guests } }));
    expect(assign('a@example.com', 'b@example.com').status).toBe(201);
    expect(assign('a@example.com', 'b@example.com').status).toBe(201);
    expect(assign('c@example.com')).toMatchObject({ status: 429, headers: { 'Retry-After': '3600' } });
    expect(api.state.tasks.size).toBe(2);
  });
});
