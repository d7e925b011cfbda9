import { describe, expect, test } from 'vitest';
import { judgeClickUpAnswer, readClickUpWords } from '../../../src/providers/clickup/errors.js';
import { answerOf } from '../../support/answers.js';

const v2 = (ECODE: string, err = 'text') => ({ err, ECODE });

describe("ClickUp's error answers", () => {
  test.each([
    ...['OAUTH_017', 'OAUTH_019', 'OAUTH_021', 'OAUTH_025', 'OAUTH_077'].map(
      (code) => [401, v2(code), 'AUTH', code, 'credential'] as const,
    ),
    ...['OAUTH_023', 'OAUTH_026', 'OAUTH_027', 'OAUTH_029', 'OAUTH_031', 'OAUTH_039', 'OAUTH_040', 'OAUTH_045'].map(
      (code) => [401, v2(code, 'Team not authorized'), 'NOT_FOUND', code, 'row'] as const,
    ),
    [401, v2('OAUTH_099', 'Token invalid'), 'AUTH', 'OAUTH_099', 'credential'],
    [401, v2('OAUTH_046', 'Something else'), 'AUTH', 'OAUTH_046', 'row'],
    [401, undefined, 'AUTH', 'UNAUTHORIZED', 'row'],
    [401, '<html>Sign in</html>', 'AUTH', 'UNAUTHORIZED', 'row'],
    [403, v2('ACCESS_083'), 'FORBIDDEN', 'ACCESS_083', 'row'],
    [401, v2('ACCESS_083', 'You do not have access to this task'), 'FORBIDDEN', 'ACCESS_083', 'row'],
    [404, v2('ITEM_013', 'Task not found, deleted'), 'NOT_FOUND', 'ITEM_013', 'row'],
    [404, v2('ITEM_015', 'Task not found'), 'NOT_FOUND', 'ITEM_015', 'row'],
    [404, v2('APP_001', 'Route not found'), 'API_ERROR', 'APP_001', 'service'],
    [404, '<html>Cannot DELETE /v2/x</html>', 'API_ERROR', 'ROUTE_NOT_FOUND', 'service'],
    [404, '404 page not found', 'API_ERROR', 'ROUTE_NOT_FOUND', 'service'],
    [404, { status: 404, message: 'Task missing', trace_id: 1, timestamp: 2 }, 'NOT_FOUND', 'NOT_FOUND', 'row'],
    [
      400,
      { status: 400, message: 'Bad mapping', trace_id: null, timestamp: 2 },
      'VALIDATION',
      'INVALID_PARAMETER',
      'row',
    ],
    [400, v2('ITEM_114', 'Status does not exist'), 'VALIDATION', 'ITEM_114', 'row'],
    [400, v2('FIELD_033'), 'VALIDATION', 'FIELD_033', 'row'],
    [429, v2('APP_002', 'Rate limit reached'), 'RATE_LIMIT', 'APP_002', 'service'],
    [400, v2('APP_002', 'Rate limit reached'), 'RATE_LIMIT', 'APP_002', 'service'],
    [500, v2('APP_500'), 'API_ERROR', 'APP_500', 'service'],
    [500, v2('FIELD_017', 'Value is not a valid date'), 'API_ERROR', 'FIELD_017', 'row'],
    [500, v2('ITEMV2_003', 'Internal server error'), 'API_ERROR', 'ITEMV2_003', 'row'],
    [502, '<html>', 'API_ERROR', 'BAD_GATEWAY', 'service'],
    [307, undefined, 'API_ERROR', 'UNEXPECTED_REDIRECT', 'service'],
  ] as const)('%i %j is %s %s of the %s', (status, body, type, code, scope) => {
    expect(judgeClickUpAnswer(answerOf(status, body))).toMatchObject({ type, code, scope });
  });

  test('a 500 is possibly done and comes through later, unless its code says that it never will', () => {
    const plain = judgeClickUpAnswer(answerOf(500, v2('APP_500')));
    expect(plain).toMatchObject({ effect: 'possible', retryable: true });
    for (const code of ['FIELD_017', 'ITEMV2_003']) {
      expect(judgeClickUpAnswer(answerOf(500, v2(code)))).toMatchObject({ effect: 'possible', retryable: false });
    }
  });

  test('a limit told with another status leaves nothing behind', () => {
    expect(judgeClickUpAnswer(answerOf(500, v2('APP_002')))).toMatchObject({ effect: 'none', retryable: true });
  });

  test('a bad id is explained without accusing the token', () => {
    const verdict = judgeClickUpAnswer(answerOf(401, v2('OAUTH_027', 'Team not authorized')));
    expect(verdict.message).toBe('ClickUp answered 401 OAUTH_027: Team not authorized.');
    expect(verdict.suggestedAction).toMatch(/mistyped id/);
    expect(verdict.suggestedAction).not.toContain('CLICKUP_API_TOKEN');
  });
});

test.each([
  [{ err: 'a', ECODE: 'X_1' }, 'X_1', 'a'],
  [{ error: 'a', ECODE: 'X_1' }, 'X_1', 'a'],
  [{ err: 'Not here', ECODE: 'X_1', message: 'for this type' }, 'X_1', 'Not here for this type'],
  [{ status: 400, message: 'b', trace_id: 5, timestamp: 1 }, null, 'b'],
  [[], null, null],
  [undefined, null, null],
])('the words of %j', (body, code, message) => {
  expect(readClickUpWords(body)).toEqual({ code, message });
});
