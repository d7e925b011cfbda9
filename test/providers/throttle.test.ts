import { describe, expect, test } from 'vitest';
import { readVibecodeThrottle } from '../../src/providers/bitrix24/vibecode/throttle.js';
import { readClickUpThrottle } from '../../src/providers/clickup/throttle.js';
import { readTallyfyThrottle } from '../../src/providers/tallyfy/throttle.js';
import { answerOf } from '../support/answers.js';

const nowMs = Date.UTC(2026, 10, 22, 5, 0, 0);
const nowS = nowMs / 1000;

describe('ClickUp asks for a pause', () => {
  const limited = { err: 'Rate limit reached', ECODE: 'APP_002' };
  test.each([
    ['until the reset, in seconds', 429, limited, { 'x-ratelimit-reset': `${nowS + 42}` }, 42_000],
    ['until the reset, in milliseconds', 429, limited, { 'x-ratelimit-reset': `${nowMs + 42_000}` }, 42_000],
    ['for at least a second', 429, limited, { 'x-ratelimit-reset': `${nowS - 300}` }, 1_000],
    ['for no longer than its window', 429, limited, { 'x-ratelimit-reset': `${nowS + 3_600}` }, 61_000],
    ['by Retry-After, which wins', 429, limited, { 'retry-after': '90', 'x-ratelimit-reset': `${nowS + 5}` }, 90_000],
    ['with APP_002 and another status', 400, limited, { 'x-ratelimit-reset': `${nowS + 10}` }, 10_000],
    ['without saying how long', 429, '<html>', {}, null],
    ['with a reset that is none', 429, limited, { 'x-ratelimit-reset': 'soon' }, null],
  ])('%s', (_case, status, body, headers, waitMs) => {
    expect(readClickUpThrottle(answerOf(status, body, headers), nowMs)?.waitMs).toBe(waitMs);
  });

  test('by its own clock where it tells it', () => {
    const date = new Date(nowMs).toUTCString();
    const answer = answerOf(429, limited, { 'x-ratelimit-reset': `${nowS + 20}`, date });
    expect(readClickUpThrottle(answer, nowMs + 600_000)?.waitMs).toBe(20_000);
  });

  test.each([200, 401, 500])('but not with %i', (status) => {
    expect(readClickUpThrottle(answerOf(status, {}, { 'x-ratelimit-reset': `${nowS + 5}` }), nowMs)).toBeNull();
  });
});

describe('Tallyfy asks for a pause', () => {
  test.each([
    ['of seconds', 429, { message: 'slow down' }, { 'retry-after': '2' }, 2_000],
    ['until a date', 429, {}, { 'retry-after': new Date(nowMs + 7_000).toUTCString() }, 7_000],
    ['of an hour, at an hourly cap', 429, { code: 'RATE_LIMIT_EXCEEDED' }, { 'retry-after': '3600' }, 3_600_000],
    ['with a web page', 429, '<html>busy</html>', {}, null],
    ['with its code and another status', 403, { code: 'RATE_LIMIT_EXCEEDED' }, {}, null],
  ])('%s', (_case, status, body, headers, waitMs) => {
    expect(readTallyfyThrottle(answerOf(status, body, headers), nowMs)?.waitMs).toBe(waitMs);
  });

  test.each([200, 403, 503])('but not with %i', (status) => {
    expect(readTallyfyThrottle(answerOf(status, {}), nowMs)).toBeNull();
  });
});

describe('Bitrix24 asks for a pause', () => {
  const error = (code: string, more: object = {}) => ({ success: false, error: { code, ...more } });
  test.each([
    ['in the body', 429, error('RATE_LIMITED', { retryAfter: 2 }), {}, 2_000],
    ['in the header', 429, error('RATE_LIMITED'), { 'retry-after': '3' }, 3_000],
    ['by the seconds until its window resets', 429, error('RATE_LIMITED'), { 'x-ratelimit-reset': '25' }, 25_000],
    ['without saying how long', 429, error('RATE_LIMITED'), {}, null],
    ['with a web page', 429, '<html>', {}, null],
    ['by its error loop', 429, error('ERROR_LOOP_DETECTED', { retryAfter: 60 }), {}, 60_000],
    ['by its error loop without a time', 502, error('ERROR_LOOP_DETECTED'), { 'x-ratelimit-reset': '3' }, 60_000],
    ["by the portal's own limit", 422, error('BITRIX_ERROR', { message: 'QUERY_LIMIT_EXCEEDED' }), {}, null],
    ["by the portal's work time", 422, error('BITRIX_ERROR', { message: 'OPERATION_TIME_LIMIT' }), {}, null],
  ])('%s', (_case, status, body, headers, waitMs) => {
    expect(readVibecodeThrottle(answerOf(status, body, headers), nowMs)?.waitMs).toBe(waitMs);
  });

  test.each([
    ['success', 200, { success: true, data: { title: 'QUERY_LIMIT_EXCEEDED' } }],
    ['a full queue, where a write may have been done', 504, error('QUEUE_TIMEOUT', { retryAfter: 10 })],
    ['a portal that did not answer', 502, error('BITRIX_UNAVAILABLE', { message: 'QUERY_LIMIT_EXCEEDED' })],
    ['an ordinary refusal', 422, error('BITRIX_ERROR', { message: 'no' })],
  ])('but not by %s', (_case, status, body) => {
    expect(readVibecodeThrottle(answerOf(status, body), nowMs)).toBeNull();
  });

  test('and says why', () => {
    const answer = answerOf(429, error('ERROR_LOOP_DETECTED', { message: '12 failures on tasks.task.get' }));
    expect(readVibecodeThrottle(answer, nowMs)?.reason).toContain('ERROR_LOOP_DETECTED: 12 failures');
  });
});
