import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClickUp } from '../../../src/sandbox/clickup.js';
import { lists, notAuthorized, openWorkspace, startMs, type Workspace } from './workspace.js';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(() => workspace.close());

describe('the token', () => {
  test.each([
    ['', 'OAUTH_017', 'Authorization header required'],
    ['pk_1_UNKNOWN', 'OAUTH_025', 'Token invalid'],
    ['pk_81234567_GONE_revoked', 'OAUTH_025', 'Token invalid'],
    ['Bearer 81234567_oauth', 'OAUTH_019', 'Oauth token not found'],
  ])('"%s" is a 401 %s, before any routing', async (authorization, ECODE, err) => {
    const answer = await workspace.call('POST', '/v2/no/such/route', undefined, { authorization });
    expect(answer).toMatchObject({ status: 401, body: { err, ECODE } });
  });

  test('is sent raw: the right one after Bearer is refused', async () => {
    const answer = await workspace.call('GET', '/v2/user', undefined, { authorization: `Bearer ${workspace.token}` });
    expect(answer.status).toBe(401);
  });

  test('is checked by GET /v2/user', async () => {
    const answer = await workspace.call('GET', '/v2/user');
    expect(answer).toMatchObject({ status: 200, body: { user: { id: 81234567, timezone: 'UTC' } } });
  });
});

describe('a wrong route', () => {
  test.each([
    ['POST', '/v2/task'],
    ['PATCH', '/v2/task/9hx'],
    ['DELETE', '/v2/task/'],
    ['POST', '/v2/task/bulk/delete'],
  ])('%s %s is a web page that says Cannot', async (method, path) => {
    const answer = await workspace.call(method, path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.body).toContain(`Cannot ${method} /api${path}`);
  });

  test('never shows markup from the path', async () => {
    expect((await workspace.call('GET', '/v2/%3Cb%3E')).body).not.toContain('<b>');
  });

  test('outside v2 is text or APP_001', async () => {
    expect(await workspace.call('GET', '/v3/nothing')).toMatchObject({ status: 404, body: '404 page not found' });
    const app = { err: 'Route not found', ECODE: 'APP_001' };
    expect(await workspace.call('GET', '/v1/user')).toMatchObject({ status: 404, body: app });
  });
});

describe('the content type', () => {
  test.each([
    ['DELETE', '/v2/task/9hx'],
    ['POST', '/v2/task/9hx/tag/x'],
    ['DELETE', '/v2/task/9hx/tag/x'],
    ['GET', `/v2/list/${lists.sprint}/field`],
    ['GET', '/v2/task/9hx/time_in_status'],
  ])('is required by %s %s though there is no body', async (method, path) => {
    const answer = await workspace.call(method, path, undefined, { 'content-type': 'text/plain' });
    expect(answer.status).toBe(400);
    expect((await workspace.call(method, path)).status).not.toBe(400);
  });

  test('must be JSON where there is a body, and the body must be an object', async () => {
    const path = `/v2/list/${lists.sprint}/task`;
    expect((await workspace.call('POST', path, '{"name":"A"}', { 'content-type': 'text/plain' })).status).toBe(400);
    expect((await workspace.call('POST', path, '{"name":')).status).toBe(400);
    expect((await workspace.call('POST', path, '["A"]')).status).toBe(400);
    expect(workspace.effects()).toEqual([]);
  });
});

describe('the limit', () => {
  const service = createClickUp();
  const state = { limit: 100, remaining: 40, resetAtMs: startMs + 1500, nowMs: startMs };

  test('is 100 a minute in a fixed window', () => {
    expect(service.limit).toEqual({ requests: 100, windowMs: 60_000, sliding: false });
  });

  test('is told in three headers, the reset in Unix seconds', () => {
    expect(service.rateHeaders(state)).toEqual({
      'X-RateLimit-Limit': '100',
      'X-RateLimit-Remaining': '40',
      'X-RateLimit-Reset': '1800000002',
    });
  });

  test('refuses with APP_002 and tells the wait by the reset header only', () => {
    const { status, body, headers } = service.throttled(state, 'service');
    expect([status, body]).toEqual([429, { err: 'Rate limit reached', ECODE: 'APP_002' }]);
    expect(headers).not.toHaveProperty('Retry-After');
  });

  test.each([
    ['seconds', { 'Retry-After': '2' }],
    ['date', { 'Retry-After': 'Fri, 15 Jan 2027 08:00:02 GMT' }],
    ['none', undefined],
  ] as const)('tells it for tests as %s', (hint, headers) => {
    expect(service.throttled(state, hint).headers).toEqual(headers);
  });

  test('can be a web page', () => {
    expect(service.throttled(state, 'html')).toMatchObject({ status: 429, contentType: 'text/html' });
  });
});

test.each([
  '/v2/task/9hx',
  '/v2/task/__proto__',
  '/v2/task/DEV-12',
  '/v2/list/123',
  '/v2/space/1',
  '/v2/folder/1',
  '/v2/team/1/space',
])('an unknown id in %s is refused as not authorized', async (path) => {
  expect(await workspace.call('GET', path)).toMatchObject(notAuthorized);
});

test('a list id with other characters than digits is INPUT_003', async () => {
  const refused = { status: 400, body: { err: 'List ID invalid', ECODE: 'INPUT_003' } };
  expect(await workspace.call('GET', '/v2/list/abc/task')).toMatchObject(refused);
});
