import { expect, test } from 'vitest';
import { clickup } from '../../src/providers/clickup/provider.js';
import { spentForMs, statedLimitFromHeaders } from '../../src/providers/rate-headers.js';
import { tallyfy } from '../../src/providers/tallyfy/provider.js';
import { answerOf } from '../support/answers.js';
import { connectOptions } from '../support/row-context.js';

const nowMs = Date.UTC(2026, 10, 22, 5, 0, 0);
const nowS = nowMs / 1000;

test.each([
  ['100', 200, 100],
  [' 10000 ', 404, 10_000],
  ['1', 429, 1],
  ['1000000', 200, 1_000_000],
  ['100', 502, null],
  ['0', 200, null],
  ['-5', 200, null],
  ['1000001', 200, null],
  ['99999999999999999999', 200, null],
  ['100.5', 200, null],
  ['1e3', 200, null],
  ['100, 50', 200, null],
  ['100;w=60', 200, null],
  ['many', 200, null],
  ['', 200, null],
])('a limit of %j on a %i is %j', (text, status, limit) => {
  expect(statedLimitFromHeaders(answerOf(status, {}, { 'x-ratelimit-limit': text }))).toBe(limit);
});

test('an answer without the header states no limit', () => {
  expect(statedLimitFromHeaders(answerOf(200, {}))).toBeNull();
});

test.each([
  ['Unix time in seconds', '0', `${nowS + 20}`, 20_000],
  ['Unix time in milliseconds', '0', `${nowMs + 20_000}`, 20_000],
  ['seconds until then', '0', '7', 7_000],
  ['no longer than the window', '0', `${nowS + 3_600}`, 61_000],
  ['a time that is past', '0', `${nowS - 5}`, null],
  ['no time at all', '0', 'soon', null],
  ['something left', '1', `${nowS + 20}`, null],
  ['a remainder that is none', '', `${nowS + 20}`, null],
])('nothing is left until the reset: %s', (_case, remaining, reset, waitMs) => {
  expect(spentForMs({ 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': reset }, nowMs)).toBe(waitMs);
});

test('the reset is measured by the clock of the service', () => {
  const headers = {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': `${nowS + 20}`,
    date: new Date(nowMs).toUTCString(),
  };
  expect(spentForMs(headers, nowMs + 600_000)).toBe(20_000);
});

test('ClickUp states its limit by header; of Tallyfy no header counts', () => {
  const answer = answerOf(200, {}, { 'x-ratelimit-limit': '50' });
  const environment = {
    CLICKUP_API_TOKEN: 'pk_1_A',
    TALLYFY_ACCESS_TOKEN: 'token',
    TALLYFY_ORG_ID: 'a'.repeat(32),
  };
  expect(clickup.connect(environment, connectOptions).statedLimit(answer)).toBe(50);
  expect(tallyfy.connect(environment, connectOptions).statedLimit(answer)).toBeNull();
});
