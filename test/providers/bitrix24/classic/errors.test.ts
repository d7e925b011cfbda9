import { describe, expect, test } from 'vitest';
import { judgeClassicAnswer, readClassicWords } from '../../../../src/providers/bitrix24/classic/errors.js';
import { readClassicThrottle } from '../../../../src/providers/bitrix24/classic/throttle.js';
import { answerOf } from '../../../support/answers.js';

const body = (error: string, text = 'text') => ({ error, error_description: text });

describe('codes of the classic REST', () => {
  test.each([
    [400, '1048582', 'NOT_FOUND', 'row', 'none', false],
    [400, '0', 'NOT_FOUND', 'row', 'none', false],
    [400, '100', 'VALIDATION', 'row', 'none', false],
    [400, 'ERROR_CORE', 'VALIDATION', 'row', 'none', false],
    [400, 'INVALID_REQUEST', 'AUTH', 'credential', 'none', false],
    [401, 'NO_AUTH_FOUND', 'AUTH', 'credential', 'none', false],
    [401, 'expired_token', 'AUTH', 'credential', 'none', false],
    [403, 'INVALID_CREDENTIALS', 'AUTH', 'credential', 'none', false],
    [403, 'insufficient_scope', 'FORBIDDEN', 'credential', 'none', false],
    [403, 'user_access_error', 'FORBIDDEN', 'credential', 'none', false],
    [403, 'ACCESS_DENIED', 'FORBIDDEN', 'credential', 'none', false],
    [404, 'ERROR_METHOD_NOT_FOUND', 'API_ERROR', 'credential', 'none', false],
    [429, 'OPERATION_TIME_LIMIT', 'RATE_LIMIT', 'service', 'none', true],
    [500, 'INTERNAL_SERVER_ERROR', 'API_ERROR', 'service', 'possible', true],
    [500, 'ERROR_UNEXPECTED_ANSWER', 'API_ERROR', 'service', 'possible', true],
    [500, 'PORTAL_DELETED', 'FORBIDDEN', 'credential', 'none', false],
    [503, 'QUERY_LIMIT_EXCEEDED', 'RATE_LIMIT', 'service', 'none', true],
    [503, 'OVERLOAD_LIMIT', 'FORBIDDEN', 'credential', 'none', false],
  ] as const)('%i %s is %s of the %s, effect %s, retryable %s', (status, code, type, scope, effect, retryable) => {
    const verdict = judgeClassicAnswer(answerOf(status, body(code)));
    expect(verdict).toMatchObject({ type, code, scope, effect, retryable });
    expect(verdict.suggestedAction).toMatch(/^[A-Z].*\.$/);
  });

  test.each([
    [401, undefined, 'AUTH', 'UNAUTHORIZED', 'credential', 'none'],
    [403, '<html>', 'FORBIDDEN', 'FORBIDDEN', 'row', 'possible'],
    [404, '<html>', 'API_ERROR', 'ROUTE_NOT_FOUND', 'service', 'none'],
    [429, '<html>', 'RATE_LIMIT', 'RATE_LIMIT_EXCEEDED', 'service', 'none'],
    [503, '<html>', 'API_ERROR', 'SERVICE_UNAVAILABLE', 'service', 'possible'],
    [302, undefined, 'API_ERROR', 'UNEXPECTED_REDIRECT', 'service', 'possible'],
    [400, body('constructor'), 'VALIDATION', 'constructor', 'row', 'none'],
  ] as const)('%i %j goes by its status', (status, json, type, code, scope, effect) => {
    expect(judgeClassicAnswer(answerOf(status, json))).toMatchObject({ type, code, scope, effect });
  });

  test.each(['1048582', '0'])('%s says that missing and forbidden are not told apart', (code) => {
    expect(judgeClassicAnswer(answerOf(400, body(code, 'Action is not allowed'))).message).toBe(
      `Bitrix24 answered 400 ${code}: Action is not allowed. Bitrix24 does not tell a task that is not there from one ` +
        "that the webhook's user may not see or change.",
    );
  });

  test.each([
    'TASKS_ERROR_EXCEPTION_#8; Action failed; 8/TE/ACTION_FAILED_TO_BE_PROCESSED',
    'Insufficient permissions to add a comment.<br>',
    'TE/TASK_NOT_FOUND_OR_NOT_ACCESSIBLE',
  ])('the one code of the comment methods is told apart by its text: %s', (text) => {
    expect(judgeClassicAnswer(answerOf(400, body('ERROR_CORE', text)))).toMatchObject({
      type: 'NOT_FOUND',
      scope: 'row',
    });
  });
});

test.each([
  [body('ERROR_CORE', 'First.<br>Second.<br>'), { code: 'ERROR_CORE', message: 'First. Second.' }],
  [body('', ''), { code: null, message: null }],
  [{ error: { code: 'X' } }, { code: null, message: null }],
  [undefined, { code: null, message: null }],
])('the words of %j', (json, words) => {
  expect(readClassicWords(json)).toEqual(words);
});

describe('the classic REST asks for a pause', () => {
  const nowS = 1_790_000_000;
  const work = (resetAt: unknown) => ({ ...body('OPERATION_TIME_LIMIT'), time: { operating_reset_at: resetAt } });
  test.each([
    ['at its rate', 503, body('QUERY_LIMIT_EXCEEDED'), {}, null],
    ['at its rate, with a time', 503, body('QUERY_LIMIT_EXCEEDED'), { 'retry-after': '3' }, 3_000],
    ['with a web page', 429, '<html>', {}, null],
    ['at its work time, told', 429, work(nowS + 42), {}, 42_000],
    ['at its work time, told as a text', 429, work(String(nowS + 42)), {}, 42_000],
    ['at its work time, not told', 429, body('OPERATION_TIME_LIMIT'), {}, 60_000],
    ['at its work time that is over', 429, work(nowS - 1), {}, 60_000],
    ['at its work time, by another clock', 429, work(nowS + 86_400), {}, 60_000],
    ['at its work time, as nonsense', 429, work('soon'), {}, 60_000],
  ])('%s', (_case, status, json, headers, waitMs) => {
    expect(readClassicThrottle(answerOf(status, json, headers), nowS * 1000)?.waitMs).toBe(waitMs);
  });

  test('and measures the time by the clock of the portal', () => {
    const headers = { date: new Date(nowS * 1000).toUTCString() };
    expect(readClassicThrottle(answerOf(429, work(nowS + 20), headers), 0)?.waitMs).toBe(20_000);
  });

  test.each([
    [200, { result: { task: { title: 'QUERY_LIMIT_EXCEEDED' } } }],
    [503, body('OVERLOAD_LIMIT')],
    [503, '<html>'],
    [500, body('INTERNAL_SERVER_ERROR')],
    [400, body('ERROR_CORE', 'QUERY_LIMIT_EXCEEDED')],
  ])('but not by %i %j', (status, json) => {
    expect(readClassicThrottle(answerOf(status, json), 0)).toBeNull();
  });
});
