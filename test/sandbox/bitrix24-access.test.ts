import { describe, expect, it, test } from 'vitest';
import { API_KEY, buildRequest, dig, outcomeOf, startBitrix24 } from './bitrix24-kit.js';

const BATCH_READ = { calls: [{ entity: 'tasks', action: 'list' }] };
const BATCH_WRITE = { calls: [...BATCH_READ.calls, { entity: 'tasks', action: 'delete', entityId: 1 }] };

describe('credentials', () => {
  test.each([
    [{ 'x-api-key': '' }, '401 MISSING_API_KEY'],
    [{ 'x-api-key': 'secret' }, '401 INVALID_API_KEY'],
    [{ 'x-api-key': 'vibe_api_unknown' }, '401 INVALID_API_KEY'],
    [{ 'x-api-key': 'vibe_api_expired' }, '401 KEY_EXPIRED'],
    [{ 'x-api-key': 'vibe_api_inactive' }, '401 KEY_INACTIVE'],
    [{ 'x-api-key': 'vibe_live_a' }, '403 MANAGEMENT_KEY_NO_ENTITY_ACCESS'],
    [{ 'x-api-key': 'vibe_api_noscope' }, '403 SCOPE_DENIED'],
    [{ 'x-api-key': 'vibe_app_a' }, '401 TOKEN_MISSING'],
    [{ 'x-api-key': 'vibe_app_a', authorization: 'Bearer x' }, '401 INVALID_SESSION'],
    [{ 'x-api-key': 'vibe_app_a', authorization: 'Bearer vibe_session_expired' }, '401 TOKEN_EXPIRED'],
    [{ 'x-api-key': 'vibe_app_a', authorization: 'Bearer vibe_session_1' }, '200'],
    [{ 'x-api-key': '', authorization: 'Bearer vibe_api_a' }, '200'],
    [{ 'x-api-key': '', authorization: 'Bearer vibe_app_a' }, '401 MISSING_API_KEY'],
    [{ 'x-api-key': 'vibe_api_readonly' }, '200'],
  ])('%j give %s', (headers, outcome) => {
    expect(outcomeOf(startBitrix24().vibecode('GET', '/tasks', undefined, headers))).toBe(outcome);
  });

  it('that are read-only block every write, also inside a batch, and no read', () => {
    const { vibecode, create, takeEffects } = startBitrix24();
    create();
    takeEffects();
    const key = { 'x-api-key': 'vibe_api_readonly' };
    const blocked = '403 WRITE_BLOCKED_READONLY_KEY';
    expect(outcomeOf(vibecode('DELETE', '/tasks/1', undefined, key))).toBe(blocked);
    expect(outcomeOf(vibecode('PATCH', '/tasks/1', { status: 5 }, key))).toBe(blocked);
    expect(outcomeOf(vibecode('POST', '/batch', BATCH_WRITE, key))).toBe(blocked);
    expect(outcomeOf(vibecode('POST', '/tasks/batch', { action: 'delete', ids: [1] }, key))).toBe(blocked);
    expect(outcomeOf(vibecode('POST', '/batch', BATCH_READ, key))).toBe('200');
    expect(outcomeOf(vibecode('POST', '/tasks/search', {}, key))).toBe('200');
    expect(takeEffects()).toEqual([]);
  });

  it('are described by /v1/me, also for an application without a session', () => {
    const { vibecode } = startBitrix24();
    expect(dig(vibecode('GET', '/me').body, 'data')).toMatchObject({
      type: 'personal',
      accessMode: 'READWRITE',
      rateLimit: { requestsPerSecond: 10 },
      api: { batch: { endpoint: '/v1/batch' } },
    });
    const app = vibecode('GET', '/me', undefined, { 'x-api-key': 'vibe_app_a' });
    expect(dig(app.body, 'data', 'type')).toBe('oauth_app');
    const narrow = vibecode('GET', '/me', undefined, { 'x-api-key': 'vibe_api_noscope' });
    expect(dig(narrow.body, 'data', 'scopes')).not.toContain('tasks');
  });
});

describe('routes', () => {
  test.each([
    ['PUT', '/tasks/1'],
    ['POST', '/tasks/1/complete'],
    ['GET', '/rest/tasks.task.get'],
    ['DELETE', '/tasks'],
    ['GET', '/tasks/1/comments/1/2'],
    ['GET', '/batch'],
  ])('that are not there, such as %s %s, are 404 NOT_FOUND', (method, path) => {
    const { vibecode, create } = startBitrix24();
    create();
    expect(outcomeOf(vibecode(method, path, method === 'GET' ? undefined : {}))).toBe('404 NOT_FOUND');
  });

  it('number every answer of Vibecode by X-Request-Id', () => {
    const { vibecode } = startBitrix24();
    const ids = [1, 2].map(() => vibecode('GET', '/tasks').headers?.['X-Request-Id']);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('writes', () => {
  test.each([
    ['GET', '/v1/tasks', undefined, false],
    ['POST', '/v1/tasks/search', {}, false],
    ['POST', '/v1/tasks/aggregate', {}, false],
    ['POST', '/v1/batch', BATCH_READ, false],
    ['POST', '/v1/batch', BATCH_WRITE, true],
    ['POST', '/v1/tasks/batch', { action: 'get', calls: [] }, false],
    ['POST', '/v1/tasks/batch', { action: 'delete', ids: [1] }, true],
    ['POST', '/v1/tasks', {}, true],
    ['PATCH', '/v1/tasks/1', {}, true],
    ['DELETE', '/v1/tasks/1', undefined, true],
    ['POST', '/v1/tasks/1/comments', {}, true],
    ['GET', '/v1/tasks/1/comments', undefined, false],
    ['POST', '/rest/1/code/tasks.task.get', {}, false],
    ['GET', '/rest/1/code/tasks.task.delete?taskId=1', undefined, true],
    ['POST', '/rest/1/code/tasks.task.LIST.json', {}, false],
    ['POST', '/rest/1/code/batch', { cmd: { a: 'tasks.task.get?taskId=1' } }, false],
    ['POST', '/rest/1/code/batch', { cmd: ['tasks.task.get', 'tasks.task.delete?taskId=1'] }, true],
    ['GET', '/rest/1/code/batch?cmd[a]=tasks.task.delete', undefined, true],
  ])('%s %s with %j: %s', (method, target, body, expected) => {
    expect(startBitrix24().service.isWrite(buildRequest(method, target, body))).toBe(expected);
  });
});

describe('the limit', () => {
  const state = { limit: 300, remaining: 0, resetAtMs: 12_400, nowMs: 10_000 };

  it('is 300 a minute for each key; the classic REST counts for itself', () => {
    const { service } = startBitrix24();
    expect(service.limit).toEqual({ requests: 300, windowMs: 60_000, sliding: true });
    expect(service.credential(buildRequest('GET', '/v1/me', undefined, { 'x-api-key': API_KEY }))).toBe(API_KEY);
    expect(service.credential(buildRequest('GET', '/v1/me'))).toBeNull();
    expect(service.credential(buildRequest('POST', '/rest/1/code/tasks.task.get'))).toBeNull();
  });

  it('is told in headers, the reset as seconds to wait', () => {
    expect(startBitrix24().service.rateHeaders(state)).toEqual({
      'X-RateLimit-Limit': '300',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': '3',
    });
  });

  it('is refused as RATE_LIMITED with the wait in body and header', () => {
    const { service } = startBitrix24();
    expect(service.throttled(state, 'service')).toEqual({
      status: 429,
      body: { success: false, error: { code: 'RATE_LIMITED', message: 'Too many requests', retryAfter: 3 } },
      headers: { 'Retry-After': '3' },
    });
    expect(service.throttled(state, 'date').headers).toEqual({ 'Retry-After': 'Thu, 01 Jan 1970 00:00:12 GMT' });
    expect(service.throttled(state, 'none')).not.toHaveProperty('headers');
    expect(service.throttled(state, 'html')).toMatchObject({ status: 429, contentType: 'text/html; charset=utf-8' });
  });

  test.each([
    [500, 'INTERNAL_ERROR'],
    [502, 'BITRIX_UNAVAILABLE'],
    [504, 'QUEUE_TIMEOUT'],
  ])('and a fault %i is %s', (status, code) => {
    expect(outcomeOf(startBitrix24().service.failure(status))).toBe(`${status} ${code}`);
  });
});

describe('the error loop', () => {
  it('blocks a method after 12 equal failures in a row, on this key only', () => {
    const { vibecode, create, takeEffects } = startBitrix24();
    const id = create();
    takeEffects();
    const outcomes = Array.from({ length: 13 }, () => outcomeOf(vibecode('DELETE', '/tasks/999')));
    expect(outcomes).toEqual([...Array.from({ length: 12 }, () => '404 ENTITY_NOT_FOUND'), '429 ERROR_LOOP_DETECTED']);
    const blocked = vibecode('DELETE', `/tasks/${id}`);
    expect(blocked).toMatchObject({
      status: 429,
      headers: { 'Retry-After': '60' },
      body: { error: { retryAfter: 60 } },
    });
    expect(takeEffects()).toEqual([]);
    expect(vibecode('GET', `/tasks/${id}`).status).toBe(200);
    expect(vibecode('DELETE', `/tasks/${id}`, undefined, { 'x-api-key': 'vibe_api_other' }).status).toBe(204);
  });

  it('warns before it blocks', () => {
    const { vibecode } = startBitrix24();
    const warnings = Array.from(
      { length: 7 },
      () => dig(vibecode('GET', '/tasks/9').body, 'error', 'warning') !== undefined,
    );
    expect(warnings).toEqual([false, false, false, false, false, true, true]);
  });

  it('lets every 50th request through as a probe, and a success ends the block', () => {
    const { vibecode, create } = startBitrix24();
    const id = create();
    for (let failure = 0; failure < 12; failure += 1) vibecode('GET', '/tasks/999');
    const statuses = Array.from({ length: 51 }, () => vibecode('GET', `/tasks/${id}`).status);
    expect(statuses.slice(0, 49).every((status) => status === 429)).toBe(true);
    expect(statuses.slice(49)).toEqual([200, 200]);
  });

  it('forgets failures that are an hour old, and starts anew after a success', () => {
    const { vibecode, create, advance } = startBitrix24();
    const id = create();
    for (let failure = 0; failure < 12; failure += 1) vibecode('GET', '/tasks/999');
    advance(3_600_000);
    expect(outcomeOf(vibecode('GET', '/tasks/999'))).toBe('404 ENTITY_NOT_FOUND');
    vibecode('GET', `/tasks/${id}`);
    const outcomes = Array.from({ length: 12 }, () => vibecode('GET', '/tasks/999').status);
    expect(outcomes.every((status) => status === 404)).toBe(true);
  });

  it('needs equal failures: another one starts a new series', () => {
    const { vibecode, create } = startBitrix24();
    const id = create();
    const refuseBoth = () => [
      outcomeOf(vibecode('PATCH', '/tasks/999', { status: 5 })),
      outcomeOf(vibecode('PATCH', `/tasks/${id}`, { status: 7 })),
    ];
    for (let round = 0; round < 12; round += 1)
      expect(refuseBoth()).toEqual(['404 ENTITY_NOT_FOUND', '422 BITRIX_ERROR']);
  });

  it('can be switched off, wholly or for missing tasks', () => {
    for (const settings of [{ errorLoop: false }, { errorLoopCountsNotFound: false }]) {
      const { vibecode } = startBitrix24(settings);
      const statuses = Array.from({ length: 20 }, () => vibecode('DELETE', '/tasks/999').status);
      expect(statuses.every((status) => status === 404)).toBe(true);
    }
  });
});
