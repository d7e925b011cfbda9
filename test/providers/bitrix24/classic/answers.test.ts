import { describe, expect, test } from 'vitest';
import { bitrix24 } from '../../../../src/providers/bitrix24/provider.js';
import { describeTarget } from '../../../../src/providers/reading.js';
import { answerOf, scriptWriter } from '../../../support/answers.js';
import { connectOptions, doubtOf, rowContext } from '../../../support/row-context.js';
import { environmentOf } from '../kit.js';

const connection = () => bitrix24.connect(environmentOf('classic'), connectOptions);
const target = describeTarget({ id: '11', title: 'T', completed: false });
const ok = (result: unknown) => answerOf(200, { result, time: {} });

describe('requests', () => {
  test('are methods with JSON, names in capitals, and the keys in the order that counts', async () => {
    const writer = scriptWriter(...Array.from({ length: 5 }, () => ok({ task: { id: '11' } })), ok(7));
    const run = (name: string, values: Record<string, string | string[]>) =>
      connection().bind(name, values).execute(writer, null, {}, rowContext());
    await run('delete', { task_id: '11' });
    await run('complete', { task_id: '11' });
    await run('reopen', { task_id: '11' });
    await run('defer', { task_id: '11' });
    await run('update', { task_id: '11', deadline: '2026-12-24T15:00:00.000Z', group_id: '4', accomplices: ['5'] });
    await run('comment', { task_id: '11', comment: 'x' });
    expect(writer.sent).toEqual(
      [
        ['tasks.task.delete', { taskId: 11 }],
        ['tasks.task.complete', { taskId: 11 }],
        ['tasks.task.renew', { taskId: 11 }],
        ['tasks.task.defer', { taskId: 11 }],
        [
          'tasks.task.update',
          { taskId: 11, fields: { DEADLINE: '2026-12-24T15:00:00+00:00', GROUP_ID: 4, ACCOMPLICES: [5] } },
        ],
        ['task.commentitem.add', { TASKID: 11, FIELDS: { POST_MESSAGE: 'x' } }],
      ].map(([method, body]) => ({ method: 'POST', path: [method], body })),
    );
    expect(Object.keys(Object(writer.sent[5]).body)).toEqual(['TASKID', 'FIELDS']);
  });

  test('of many tasks name what is wanted of them, without a count', async () => {
    const reader = scriptWriter(ok({ tasks: [{ id: '11' }, { id: '12' }] }));
    await connection().lookUp(
      reader,
      ['11', '12'].map((id) => ({ kind: 'task', id })),
    );
    expect(reader.sent).toEqual([
      {
        method: 'POST',
        readOnly: true,
        path: ['tasks.task.list'],
        body: { filter: { ID: [11, 12] }, select: expect.arrayContaining(['ID', 'TAGS', 'GROUP_ID']), start: -1 },
      },
    ]);
  });
});

describe('a task as the documentation shows it', () => {
  test('is read whatever PHP made of its lists', async () => {
    const task = {
      ...{ id: '8017', title: 'A', status: '5', priority: '2', responsibleId: '547', groupId: '0', parentId: null },
      ...{ accomplices: { 1: '13', 4: '103' }, auditors: [], group: [], tags: { 5: { id: 5, title: 'q4' } } },
      ...{ deadline: '2025-10-24T19:00:00+02:00', createdDate: '2025-06-04T16:15:55+02:00', changedDate: null },
    };
    const [reading] = await connection().lookUp(scriptWriter(ok({ task })), [{ kind: 'task', id: '8017' }]);
    expect(reading).toMatchObject({
      kind: 'found',
      target: {
        ...{ id: '8017', completed: true, status: 'completed', project: null, assignees: ['547', '13', '103'] },
        ...{ tags: ['q4'], due: '2025-10-24T17:00:00.000Z', created: '2025-06-04T14:15:55.000Z' },
        extra: { accomplices: '13,103', auditors: '', tagsTold: true, parentId: '', groupId: '' },
      },
    });
  });

  test.each([
    ['an empty list', ok([]), 'absent'],
    ['an empty object', ok({}), 'absent'],
    ['nothing', answerOf(200, {}), 'unreadable'],
    ['another task', ok({ task: { id: '12' } }), 'unreadable'],
    ['an error', answerOf(200, { error: 'X' }), 'unreadable'],
  ])('is not found in %s', async (_case, answer, kind) => {
    const [reading] = await connection().lookUp(scriptWriter(answer), [{ kind: 'task', id: '11' }]);
    expect(reading?.kind).toBe(kind);
    if (reading?.kind === 'absent') expect(reading.failure.message).toContain("the webhook's user may not see it");
  });
});

describe('a write', () => {
  test.each([
    ['{task: true}', ok({ task: true }), true],
    ['true', ok(true), true],
    ['{task: false}', ok({ task: false }), false],
    ['false', ok(false), false],
    ['null', ok(null), false],
    ['nothing', answerOf(200), false],
    ['an error in a 200', answerOf(200, { result: true, error: 'X' }), false],
  ])('is confirmed by a result that says so: %s', async (_case, answer, done) => {
    const result = await connection()
      .bind('delete', { task_id: '11' })
      .execute(scriptWriter(answer), target, {}, rowContext());
    expect(result).toMatchObject(done ? { ok: true } : { failure: { code: 'UNEXPECTED_ANSWER', effect: 'possible' } });
  });

  test('that left the task as it was is not applied', async () => {
    const writer = scriptWriter(ok({ task: { id: '11', status: '2' } }));
    const bound = connection().bind('complete', { task_id: '11' });
    expect(await bound.execute(writer, target, {}, rowContext())).toMatchObject({
      failure: { code: 'NOT_APPLIED', effect: 'none' },
    });
  });
});

const comment = { ID: '3157', POST_MESSAGE: 'Paid.\nThanks' };
test.each([
  ['in the same second', [{ ...comment, POST_DATE: '2026-11-22T12:00:00+02:00' }], 'done'],
  ['before', [{ ...comment, POST_DATE: '2026-11-22T11:59:59+02:00' }], 'unknown'],
  ['never', [], 'unknown'],
])('a comment written %s settles a row in doubt', async (_case, result, kind) => {
  const bound = connection().bind('comment', { task_id: '11', comment: 'Paid. Thanks' });
  const reading = { kind: 'found', ref: { kind: 'task', id: '11' }, target, raw: {} } as const;
  const doubt = doubtOf({ attemptStartedAtMs: Date.parse('2026-11-22T10:00:00.700Z') });
  expect(await bound.settle(scriptWriter(ok(result)), reading, doubt)).toMatchObject({ kind });
});
