import { describe, expect, test } from 'vitest';
import { bitrix24 } from '../../../../src/providers/bitrix24/provider.js';
import { answerOf } from '../../../support/answers.js';
import { connectOptions } from '../../../support/row-context.js';
import { batchOf, dialectOf, environmentOf, judgeDelete } from '../kit.js';

describe("Vibecode's batch", () => {
  const requests = ['11', '12', '13'].map((id) => dialectOf('vibecode').deleteTask(id));
  const split = (data: object, status = 200) =>
    batchOf('vibecode').split(answerOf(status, { success: status === 200, data }, { 'x-request-id': 'abc' }), requests);

  test('is the documented body', () => {
    const { createTask, updateTask, deleteTask } = dialectOf('vibecode');
    const all = [createTask({ title: 'A' }), updateTask('5', { title: 'B' }), deleteTask('6')];
    expect(batchOf('vibecode').join(all)).toEqual({
      method: 'POST',
      path: ['v1', 'batch'],
      body: {
        calls: [
          { id: 'r000000', entity: 'tasks', action: 'create', params: { title: 'A' } },
          { id: 'r000001', entity: 'tasks', action: 'update', entityId: 5, params: { title: 'B' } },
          { id: 'r000002', entity: 'tasks', action: 'delete', entityId: 6 },
        ],
      },
    });
  });

  test.each([
    ['true', true],
    ['null', null],
    ['false', false],
    ['0', 0],
    ['an object', {}],
  ])('takes a delete for done by its place in results, whatever it holds: %s', (_case, value) => {
    for (const errors of [{}, []]) {
      const [share] = split({ results: { r000000: value }, errors });
      expect(share).toMatchObject({ kind: 'answer', status: 204, carrierStatus: 200, json: undefined });
    }
  });

  test('gives creates and updates the answers of their routes', () => {
    const { createTask, updateTask } = dialectOf('vibecode');
    const answer = answerOf(200, {
      success: true,
      data: { results: { r000000: { id: 5 }, r000001: true }, errors: [] },
    });
    expect(batchOf('vibecode').split(answer, [createTask({}), updateTask('5', {})])).toMatchObject([
      { status: 201, json: { success: true, data: { id: 5 } } },
      { status: 200, json: { success: true, data: true } },
    ]);
  });

  test.each([
    ['ENTITY_NOT_FOUND', 404],
    ['NOT_FOUND', 404],
    ['BITRIX_ACCESS_DENIED', 403],
    ['ACCESS_DENIED', 403],
    ['SCOPE_NOT_ALLOWED', 403],
    ['VALIDATION_ERROR', 400],
    ['MISSING_ENTITY_ID', 400],
    ['BITRIX_ERROR', 422],
    ['RATE_LIMITED', 429],
    ['ERROR_LOOP_DETECTED', 429],
    ['INTERNAL_ERROR', 500],
    ['BITRIX_UNAVAILABLE', 502],
    ['QUEUE_TIMEOUT', 504],
  ])('sends %s as %i, and errors win over results', (code, status) => {
    const error = { code, message: 'text' };
    const [share] = split({ results: { r000000: true }, errors: { r000000: error } });
    expect(share).toMatchObject({ status, carrierStatus: 200, json: { success: false, error } });
  });

  test.each(['UNKNOWN_ENTITY', 'ACTION_NOT_SUPPORTED', 'ENTITY_CUSTOM_ROUTES'])('%s sends a write alone', (code) => {
    const shares = split({ results: { r000000: true, r000002: true }, errors: { r000001: { code, message: 'x' } } });
    expect(shares.map(({ kind }) => kind)).toEqual(['answer', 'alone', 'answer']);
  });

  test.each([
    { code: 'NEW_CODE', message: 'x' },
    'failed',
    null,
    { message: 'x' },
    [],
  ])('settles by reading what was refused as %j', async (error) => {
    const [share] = split({ results: {}, errors: { r000000: error } });
    expect(await judgeDelete('vibecode', share)).toMatchObject({
      ok: false,
      failure: { type: 'API_ERROR', effect: 'possible', scope: 'row', retryable: false },
    });
  });

  test('leaves in doubt what it does not tell of, and all that it calls done while it hides failures', async () => {
    const shares = split({ results: { r000000: true }, errors: { r000001: { code: 'NOT_FOUND' } } });
    expect(shares).toMatchObject([{ status: 204 }, { status: 404 }, { kind: 'loss', code: 'NOT_IN_ANSWER' }]);
    expect(await judgeDelete('vibecode', shares[2])).toMatchObject({
      failure: { type: 'API_ERROR', code: 'NOT_IN_ANSWER', effect: 'possible', phase: 'sent-no-answer' },
    });
    const summary = { total: 3, succeeded: 1, failed: 2 };
    const hidden = split({
      results: { r000000: true, r000002: 1 },
      errors: { r000001: { code: 'NOT_FOUND' } },
      summary,
    });
    expect(hidden.map(({ kind }) => kind)).toEqual(['loss', 'answer', 'loss']);
  });

  test('that is refused as a whole names the malformed calls; the others go alone', () => {
    const shares = split({ errors: { r000001: { code: 'INVALID_CALL', message: 'entityId' } } }, 400);
    expect(shares).toMatchObject([
      { kind: 'alone' },
      { kind: 'answer', status: 400, carrierStatus: 400, json: { error: { code: 'INVALID_CALL' } } },
      { kind: 'alone' },
    ]);
  });

  test.each([
    [401, 'KEY_EXPIRED'],
    [402, 'TRIAL_EXPIRED'],
    [403, 'SCOPE_NOT_ALLOWED'],
  ])('refused with %i %s is a bad credential for each', async (status, code) => {
    const answer = answerOf(status, { success: false, error: { code, message: 'x' } });
    const shares = batchOf('vibecode').split(answer, requests);
    expect(shares).toEqual([answer, answer, answer]);
    expect(await judgeDelete('vibecode', shares[0])).toMatchObject({
      failure: { scope: 'credential', effect: 'none' },
    });
  });

  test.each([
    [
      'gone',
      answerOf(404, { success: false, error: { code: 'ENTITY_NOT_FOUND', message: 'x' } }),
      { outcome: 'already' },
    ],
    ['there', answerOf(200, { success: true, data: { id: 11, status: 2 } }), null],
    ['unreadable', answerOf(500, {}), null],
  ])('a task of which it only says BITRIX_ERROR is gone when a reading says so: %s', async (_case, reading, value) => {
    const error = { code: 'BITRIX_ERROR', message: 'Task not found' };
    const [share] = split({ results: {}, errors: { r000000: error } });
    expect(await judgeDelete('vibecode', share, reading)).toMatchObject(
      value === null ? { ok: false, failure: { code: 'BITRIX_ERROR', effect: 'none' } } : { ok: true, value },
    );
  });

  test('tells a limit that the portal met halfway', () => {
    const { throttle } = bitrix24.connect(environmentOf('vibecode'), connectOptions);
    const error = { code: 'BITRIX_ERROR', message: 'QUERY_LIMIT_EXCEEDED' };
    const [limited, fine] = split({ results: { r000001: true }, errors: { r000000: error } });
    expect(limited?.kind === 'answer' && throttle(limited, 0)).toMatchObject({
      reason: expect.stringContaining('QUERY'),
    });
    expect(fine?.kind === 'answer' && throttle(fine, 0)).toBeNull();
  });

  test('carries the id of the request', () => {
    expect(split({ results: { r000000: true }, errors: {} })[0]).toMatchObject({ headers: { 'x-request-id': 'abc' } });
  });
});
