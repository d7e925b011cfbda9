import { describe, expect, test } from 'vitest';
import { judgeTallyfyAnswer, readTallyfyWords, saysAlreadyCompleted } from '../../../src/providers/tallyfy/errors.js';
import { answerOf } from '../../support/answers.js';

describe("Tallyfy's error answers", () => {
  test.each([
    [401, { error: true, message: 'Unauthenticated.' }, 'AUTH', 'UNAUTHORIZED', 'credential', 'none'],
    [401, { error: 'invalid_client' }, 'AUTH', 'UNAUTHORIZED', 'credential', 'none'],
    [401, undefined, 'AUTH', 'UNAUTHORIZED', 'credential', 'none'],
    [401, { message: 'You are not a member of this group.' }, 'FORBIDDEN', 'UNAUTHORIZED', 'row', 'none'],
    [403, { message: 'This action is unauthorized.' }, 'FORBIDDEN', 'FORBIDDEN', 'row', 'none'],
    [
      404,
      { error: true, message: 'Resource not found', code: 'RESOURCE_NOT_FOUND' },
      'NOT_FOUND',
      'RESOURCE_NOT_FOUND',
      'row',
      'none',
    ],
    [404, { message: 'No such task' }, 'NOT_FOUND', 'NOT_FOUND', 'row', 'none'],
    [
      404,
      { error: true, message: 'API endpoint not found', code: 'ENDPOINT_NOT_FOUND' },
      'API_ERROR',
      'ENDPOINT_NOT_FOUND',
      'service',
      'none',
    ],
    [404, '<html>not found</html>', 'API_ERROR', 'ENDPOINT_NOT_FOUND', 'service', 'none'],
    [
      409,
      { error: { code: 'SEAT_POOL_EXHAUSTED', message: 'No seats' } },
      'CONFLICT',
      'SEAT_POOL_EXHAUSTED',
      'row',
      'none',
    ],
    [422, { error: true, errors: { title: ['is required'] } }, 'VALIDATION', 'INVALID_PARAMETER', 'row', 'none'],
    [
      429,
      { message: 'comments: 120 an hour', code: 'RATE_LIMIT_EXCEEDED' },
      'RATE_LIMIT',
      'RATE_LIMIT_EXCEEDED',
      'service',
      'none',
    ],
    [
      403,
      { message: 'comments: 120 an hour', code: 'RATE_LIMIT_EXCEEDED' },
      'RATE_LIMIT',
      'RATE_LIMIT_EXCEEDED',
      'service',
      'none',
    ],
    [500, '<html>SQLSTATE</html>', 'API_ERROR', 'INTERNAL_SERVER_ERROR', 'service', 'possible'],
    [502, undefined, 'API_ERROR', 'BAD_GATEWAY', 'service', 'possible'],
    [302, undefined, 'API_ERROR', 'UNEXPECTED_REDIRECT', 'service', 'possible'],
  ])('%i %j is %s %s of the %s, effect %s', (status, body, type, code, scope, effect) => {
    expect(judgeTallyfyAnswer(answerOf(status, body))).toMatchObject({ type, code, scope, effect });
  });

  test('only trouble and limits may come through later', () => {
    const retryable = [400, 401, 403, 404, 409, 422, 429, 500, 503].filter(
      (status) => judgeTallyfyAnswer(answerOf(status, {})).retryable,
    );
    expect(retryable).toEqual([429, 500, 503]);
  });
});

describe("Tallyfy's words", () => {
  test.each([
    [{ error: true, message: 'a' }, null, 'a'],
    [{ error: 'invalid_client', error_description: 'Unknown client' }, null, 'Unknown client'],
    [{ error: 'invalid_client' }, null, 'invalid_client'],
    [{ error: { code: 'X', message: 'b', details: {} } }, 'X', 'b'],
    [
      { errors: { title: ['is required', 'is short'], deadline: 'is wrong' } },
      null,
      'title: is required is short; deadline: is wrong',
    ],
    [
      { message: 'Invalid.', errors: { columns: [{ label: ['no'] }, { label: ['yes'] }] } },
      null,
      'Invalid. columns.0.label: no; columns.1.label: yes',
    ],
    [{ errors: ['one', 'two'] }, null, 'one two'],
    [{ errors: { a: { b: { c: { d: { e: { f: { g: 'deep' } } } } } } } }, null, null],
    [{ error: false }, null, null],
    [[], null, null],
    [undefined, null, null],
    ['text', null, null],
  ])('%j', (body, code, message) => {
    expect(readTallyfyWords(body)).toEqual({ code, message });
  });
});

test.each([
  ['Tallyfy answered 422: This task is already completed.', true],
  ['Task has already been completed', true],
  ['The task was ALREADY marked as complete.', true],
  ['Complete the required fields first.', false],
  ['You already commented.', false],
])('whether "%s" says that the task was completed before: %s', (message, expected) => {
  expect(saysAlreadyCompleted(message)).toBe(expected);
});
