import { describe, expect, test } from 'vitest';
import { judgeVibecodeAnswer, readVibecodeWords } from '../../../../src/providers/bitrix24/vibecode/errors.js';
import { answerOf } from '../../../support/answers.js';

const body = (code: string, message = 'text', more: object = {}) => ({
  success: false,
  error: { code, message, ...more },
});

describe("Vibecode's error codes", () => {
  test.each([
    ...[
      'VALIDATION_ERROR',
      'INVALID_REQUEST',
      'INVALID_PARAMS',
      'MISSING_PARAMS',
      'MISSING_REQUIRED_FILTER',
      'READONLY_FIELD',
      'INVALID_FILTER_FIELD',
      'UNKNOWN_SORT_FIELD',
      'BATCH_LIMIT_EXCEEDED',
    ].map((code) => [400, code, 'VALIDATION', 'row', 'none', false] as const),
    ...[
      'MISSING_API_KEY',
      'INVALID_API_KEY',
      'INVALID_APP_KEY',
      'KEY_EXPIRED',
      'KEY_INACTIVE',
      'TOKEN_MISSING',
      'TOKEN_EXPIRED',
      'TOKEN_REFRESH_FAILED',
      'INVALID_SESSION',
      'WRONG_KEY_TYPE',
    ].map((code) => [401, code, 'AUTH', 'credential', 'none', false] as const),
    ...['BILLING_EXHAUSTED', 'ACCOUNT_FROZEN', 'COMMERCIAL_PLAN_REQUIRED', 'TRIAL_EXPIRED'].map(
      (code) => [402, code, 'FORBIDDEN', 'credential', 'none', false] as const,
    ),
    ...[
      'SCOPE_DENIED',
      'SCOPE_NOT_ALLOWED',
      'WRITE_BLOCKED_READONLY_KEY',
      'MANAGEMENT_KEY_NO_ENTITY_ACCESS',
      'IP_NOT_ALLOWED',
      'OAUTH_REQUIRED',
      'WAITLIST_PENDING',
      'B24_TARIFF_RESTRICTION',
    ].map((code) => [403, code, 'FORBIDDEN', 'credential', 'none', false] as const),
    [403, 'BITRIX_ACCESS_DENIED', 'FORBIDDEN', 'row', 'none', false],
    [403, 'ACCESS_DENIED', 'FORBIDDEN', 'row', 'none', false],
    [404, 'ENTITY_NOT_FOUND', 'NOT_FOUND', 'row', 'none', false],
    [404, 'NOT_FOUND', 'NOT_FOUND', 'row', 'none', false],
    [409, 'CONFLICT', 'CONFLICT', 'row', 'none', false],
    [409, 'ALREADY_EXISTS', 'CONFLICT', 'row', 'none', false],
    [422, 'BITRIX_ERROR', 'VALIDATION', 'row', 'none', false],
    [429, 'RATE_LIMITED', 'RATE_LIMIT', 'service', 'none', true],
    [429, 'ERROR_LOOP_DETECTED', 'RATE_LIMIT', 'credential', 'none', false],
    [502, 'ERROR_LOOP_DETECTED', 'RATE_LIMIT', 'credential', 'none', false],
    [500, 'INTERNAL_ERROR', 'API_ERROR', 'service', 'possible', true],
    [502, 'BITRIX_UNAVAILABLE', 'API_ERROR', 'service', 'possible', true],
    [504, 'QUEUE_TIMEOUT', 'API_ERROR', 'service', 'possible', true],
  ] as const)('%i %s is %s of the %s, effect %s, retryable %s', (status, code, type, scope, effect, retryable) => {
    expect(judgeVibecodeAnswer(answerOf(status, body(code)))).toMatchObject({ type, code, scope, effect, retryable });
  });
});

describe('an answer without a code that is known', () => {
  test.each([
    [401, undefined, 'AUTH', 'UNAUTHORIZED', 'credential'],
    [402, body('NEW_BILLING_CODE'), 'FORBIDDEN', 'NEW_BILLING_CODE', 'credential'],
    [403, body('NEW_CODE'), 'FORBIDDEN', 'NEW_CODE', 'row'],
    [404, '<html>', 'API_ERROR', 'ROUTE_NOT_FOUND', 'service'],
    [404, body('TASK_NOT_FOUND'), 'NOT_FOUND', 'TASK_NOT_FOUND', 'row'],
    [503, '<html>', 'API_ERROR', 'SERVICE_UNAVAILABLE', 'service'],
    [302, undefined, 'API_ERROR', 'UNEXPECTED_REDIRECT', 'service'],
  ])('%i %j goes by its status', (status, json, type, code, scope) => {
    expect(judgeVibecodeAnswer(answerOf(status, json))).toMatchObject({ type, code, scope });
  });
});

describe("the portal's own words behind Vibecode's codes", () => {
  test.each(['QUERY_LIMIT_EXCEEDED', 'OPERATION_TIME_LIMIT'])('%s is a limit', (message) => {
    const verdict = judgeVibecodeAnswer(answerOf(422, body('BITRIX_ERROR', message)));
    expect(verdict).toMatchObject({ type: 'RATE_LIMIT', scope: 'service', effect: 'none', retryable: true });
  });

  test('OVERLOAD_LIMIT is a block that only support lifts', () => {
    const verdict = judgeVibecodeAnswer(answerOf(422, body('BITRIX_ERROR', 'OVERLOAD_LIMIT')));
    expect(verdict).toMatchObject({ type: 'FORBIDDEN', scope: 'credential', retryable: false });
  });

  test('a portal that did not answer may have done the write, whatever its text', () => {
    const verdict = judgeVibecodeAnswer(answerOf(502, body('BITRIX_UNAVAILABLE', 'QUERY_LIMIT_EXCEEDED')));
    expect(verdict).toMatchObject({ type: 'API_ERROR', effect: 'possible' });
  });
});

test.each([
  [body('X', 'a'), 'X', 'a'],
  [body('X', 'a', { warning: 'again and again' }), 'X', 'a again and again'],
  [body('X', 'a', { bitrixError: { error: 'B', error_description: 'c' } }), 'X', 'a B: c'],
  [{ ...body('X', 'a'), bitrixError: { error: 'B' } }, 'X', 'a B'],
  [{ error: 'PLAIN' }, 'PLAIN', null],
  [undefined, null, null],
])('the words of %j', (json, code, message) => {
  expect(readVibecodeWords(json)).toEqual({ code, message });
});
