import { describe, expect, test } from 'vitest';
import { judgeByStatus, tidyWords } from '../../src/providers/verdict.js';
import { answerOf } from '../support/answers.js';

const silent = { code: null, message: null };

describe('an error answer without a known code is judged by its status', () => {
  test.each([
    [400, 'VALIDATION', 'INVALID_PARAMETER', 'row', 'none', false],
    [401, 'AUTH', 'UNAUTHORIZED', 'row', 'none', false],
    [402, 'FORBIDDEN', 'PAYMENT_REQUIRED', 'row', 'none', false],
    [403, 'FORBIDDEN', 'FORBIDDEN', 'row', 'none', false],
    [404, 'NOT_FOUND', 'NOT_FOUND', 'row', 'none', false],
    [405, 'API_ERROR', 'METHOD_NOT_ALLOWED', 'service', 'none', false],
    [408, 'TIMEOUT', 'REQUEST_TIMEOUT', 'service', 'possible', true],
    [409, 'CONFLICT', 'CONFLICT', 'row', 'none', false],
    [410, 'NOT_FOUND', 'GONE', 'row', 'none', false],
    [418, 'VALIDATION', 'HTTP_418', 'row', 'possible', false],
    [422, 'VALIDATION', 'INVALID_PARAMETER', 'row', 'none', false],
    [429, 'RATE_LIMIT', 'RATE_LIMIT_EXCEEDED', 'service', 'none', true],
    [500, 'API_ERROR', 'INTERNAL_SERVER_ERROR', 'service', 'possible', true],
    [501, 'API_ERROR', 'NOT_IMPLEMENTED', 'service', 'possible', false],
    [502, 'API_ERROR', 'BAD_GATEWAY', 'service', 'possible', true],
    [503, 'API_ERROR', 'SERVICE_UNAVAILABLE', 'service', 'possible', true],
    [504, 'API_ERROR', 'GATEWAY_TIMEOUT', 'service', 'possible', true],
    [524, 'API_ERROR', 'HTTP_524', 'service', 'possible', true],
    [199, 'API_ERROR', 'HTTP_199', 'service', 'possible', false],
  ] as const)('%i is %s %s', (status, type, code, scope, effect, retryable) => {
    const verdict = judgeByStatus('Acme', answerOf(status), silent);
    expect(verdict).toMatchObject({ type, code, scope, effect, retryable });
    expect(verdict.suggestedAction).toMatch(/^[A-Z].*\.$/);
  });

  test("the service's own code and words are kept", () => {
    const verdict = judgeByStatus('Acme', answerOf(400), { code: 'X_1', message: 'no such colour' });
    expect(verdict).toMatchObject({ code: 'X_1', message: 'Acme answered 400 X_1: no such colour.' });
  });
});

describe('a refusal that something in between may have written', () => {
  const page = '<html>Not today</html>';
  const own = { code: null, message: 'no such colour' };
  test.each([
    ['a page with a status of the row', 403, page, silent, 'possible'],
    ['a page with a status that we do not know', 499, page, silent, 'possible'],
    ['nothing, with a status that we do not know', 499, undefined, silent, 'possible'],
    ['nothing, with a status that we know', 409, undefined, silent, 'none'],
    ["the service's words", 499, {}, own, 'none'],
    ['a page for want of a credential', 401, page, silent, 'none'],
    ['a page for want of a route', 404, page, silent, 'none'],
    ['a page for too many requests', 429, page, silent, 'none'],
  ] as const)('%s: %i', (_case, status, body, words, effect) => {
    expect(judgeByStatus('Acme', answerOf(status, body), words).effect).toBe(effect);
  });
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%i is not followed, and its address is told by the host alone', (status) => {
    const answer = answerOf(status, undefined, { location: 'https://evil.example/login?token=s3cr3t' });
    const verdict = judgeByStatus('Acme', answer, silent);
    expect(verdict).toMatchObject({ type: 'API_ERROR', code: 'UNEXPECTED_REDIRECT', retryable: false });
    expect(verdict.message).toContain('to evil.example,');
    expect(verdict.message).not.toContain('s3cr3t');
  });

  test.each([
    [301, 'possible'],
    [302, 'possible'],
    [303, 'possible'],
    [307, 'none'],
    [308, 'none'],
  ] as const)('%i may come after the request was served: %s', (status, effect) => {
    expect(judgeByStatus('Acme', answerOf(status), silent).effect).toBe(effect);
  });

  test('to a path is told without a host', () => {
    const verdict = judgeByStatus('Acme', answerOf(302, undefined, { location: '/login' }), silent);
    expect(verdict.message).toBe('Acme answered 302, a redirect, which was not followed.');
  });
});

test('a web page is named as such and not quoted', () => {
  const { message } = judgeByStatus('Acme', answerOf(502, '<html><body>SELECT * FROM users</body></html>'), silent);
  expect(message).toBe('Acme answered 502 with a web page in place of an answer.');
});

test("a service's words come on one line, without control characters, and end somewhere", () => {
  expect(tidyWords(' a\r\n\u001b[31mb\u202e\tc ')).toBe('a [31mb c');
  expect([...tidyWords('🙂'.repeat(10_000))]).toHaveLength(501);
});
