import { describe, expect, test } from 'vitest';
import { bitrix24 } from '../../../../src/providers/bitrix24/provider.js';
import { answerOf } from '../../../support/answers.js';
import { connectOptions } from '../../../support/row-context.js';
import { batchOf, dialectOf, environmentOf, judgeDelete } from '../kit.js';

describe('the classic batch', () => {
  const requests = ['11', '12', '13'].map((id) => dialectOf('classic').deleteTask(id));
  const split = (result: object) => batchOf('classic').split(answerOf(200, { result }), requests);

  test('is the documented body, in the order of positional parameters', () => {
    const { createTask, deleteTask, addComment } = dialectOf('classic');
    const all = [createTask({ title: 'A & B', tags: ['x', 'ü'] }), deleteTask('6'), addComment('7', 'a=b')];
    expect(batchOf('classic').join(all)).toEqual({
      method: 'POST',
      path: ['batch'],
      body: {
        halt: 0,
        cmd: {
          r000000: 'tasks.task.add?fields[TITLE]=A%20%26%20B&fields[TAGS][0]=x&fields[TAGS][1]=%C3%BC',
          r000001: 'tasks.task.delete?taskId=6',
          r000002: 'task.commentitem.add?TASKID=7&FIELDS[POST_MESSAGE]=a%3Db',
        },
      },
    });
  });

  test('gives each write the answer that it would have alone; errors win', async () => {
    const time = { operating: 0.2, operating_reset_at: 1 };
    const shares = split({
      result: { r000000: { task: true }, r000001: { task: true } },
      result_error: { r000001: { error: '1048582', error_description: 'No access' } },
      result_time: { r000000: time },
    });
    expect(shares).toMatchObject([
      { status: 200, carrierStatus: 200, json: { result: { task: true }, time } },
      { status: 400, carrierStatus: 200, json: { error: '1048582' } },
      { kind: 'loss', code: 'NOT_IN_ANSWER', phase: 'sent-no-answer' },
    ]);
    expect(await judgeDelete('classic', shares[0])).toMatchObject({ ok: true, value: { httpStatus: 200 } });
  });

  test('takes empty sections as PHP sends them', () => {
    expect(split({ result: [], result_error: [], result_total: [], result_next: [], result_time: [] })).toMatchObject(
      requests.map(() => ({ kind: 'loss', code: 'NOT_IN_ANSWER' })),
    );
  });

  test.each([
    ['gone', answerOf(200, { result: [] }), { ok: true, value: { outcome: 'already' } }],
    ['there', answerOf(200, { result: { task: { id: '11', status: '2' } } }), { failure: { type: 'FORBIDDEN' } }],
    ['unreadable', answerOf(500, {}), { failure: { type: 'NOT_FOUND', code: '1048582', effect: 'none' } }],
  ])('a task that is gone or forbidden is read: %s', async (_case, reading, expected) => {
    const [share] = split({ result: [], result_error: { r000000: { error: '1048582', error_description: 'No' } } });
    expect(await judgeDelete('classic', share, reading)).toMatchObject(expected);
  });

  test.each([
    ['QUERY_LIMIT_EXCEEDED', null],
    ['OPERATION_TIME_LIMIT', 42_000],
  ])('tells a limit met halfway: %s', (error, waitMs) => {
    const { throttle } = bitrix24.connect(environmentOf('classic'), connectOptions);
    const [share] = split({
      result: [],
      result_error: { r000000: { error, error_description: 'x' } },
      result_time: { r000000: { operating_reset_at: 1_042 } },
    });
    expect(share?.kind === 'answer' && throttle(share, 1_000_000)).toMatchObject({ waitMs });
  });

  test.each([
    ['OVERLOAD_LIMIT', 'credential', 'none'],
    ['insufficient_scope', 'credential', 'none'],
    ['INTERNAL_SERVER_ERROR', 'service', 'possible'],
    ['SOMETHING_NEW', 'row', 'possible'],
  ])('judges %s as alone: of the %s, effect %s', async (error, scope, effect) => {
    const [share] = split({ result: [], result_error: { r000000: { error, error_description: 'x' } } });
    expect(await judgeDelete('classic', share)).toMatchObject({ ok: false, failure: { scope, effect } });
  });

  test('refused with its credential is refused for each', () => {
    const answer = answerOf(403, { error: 'INVALID_CREDENTIALS', error_description: 'x' });
    expect(batchOf('classic').split(answer, requests)).toEqual([answer, answer, answer]);
  });
});
