import { describe, expect, test } from 'vitest';
import { expectSuccess } from '../../src/providers/outcome.js';
import { judgeByStatus } from '../../src/providers/verdict.js';
import { answerOf, lossOf } from '../support/answers.js';

const acme = {
  service: 'Acme',
  judge: (answer: ReturnType<typeof answerOf>) => judgeByStatus('Acme', answer, { code: null, message: null }),
};

function failureOf(...args: Parameters<typeof expectSuccess>) {
  const result = expectSuccess(...args);
  if (result.ok) throw new Error('it succeeded');
  return result.failure;
}

test.each([200, 201, 202, 204, 299])('%i is a success', (status) => {
  expect(expectSuccess(answerOf(status), 'write', acme).ok).toBe(true);
});

describe('what a failure may have left behind', () => {
  test.each([
    ['a write that was answered with 500', 'write', answerOf(500), 'possible'],
    ['a read that was answered with 500', 'read', answerOf(500), 'none'],
    ['a write that was refused', 'write', answerOf(400), 'none'],
    ['a write that was not sent', 'write', lossOf('not-sent', 'ECONNREFUSED'), 'none'],
    ['a write without an answer', 'write', lossOf('sent-no-answer'), 'possible'],
    ['a read without an answer', 'read', lossOf('sent-no-answer'), 'none'],
  ] as const)('%s', (_case, kind, outcome, effect) => {
    expect(failureOf(outcome, kind, acme).effect).toBe(effect);
  });
});

describe('a loss', () => {
  test.each([
    ['ECONNRESET', 'NETWORK', true, /Check the network/],
    ['ENOTFOUND', 'NETWORK', true, /host name/],
    ['UND_ERR_HEADERS_TIMEOUT', 'TIMEOUT', true, /--timeout/],
    ['CERT_HAS_EXPIRED', 'NETWORK', false, /certificate/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NETWORK', false, /certificate/],
    ['BODY_TOO_LARGE', 'API_ERROR', false, /look at the row/],
  ] as const)('%s keeps its code and may come through later: %s %s', (code, type, retryable, action) => {
    const failure = failureOf(lossOf('sent-no-answer', code, type), 'write', acme);
    expect(failure).toMatchObject({
      type,
      code,
      retryable,
      scope: 'service',
      phase: 'sent-no-answer',
      httpStatus: null,
    });
    expect(failure.message).toContain('Acme');
    expect(failure.suggestedAction).toMatch(action);
  });
});

test('an answered failure carries status and request id', () => {
  const answer = { ...answerOf(403), requestId: 'req-7' };
  expect(failureOf(answer, 'write', acme)).toMatchObject({ phase: 'answered', httpStatus: 403, requestId: 'req-7' });
});
