import { afterEach, describe, expect, test } from 'vitest';
import type { Result } from '../../../src/failure.js';
import type { HttpOutcome, WriteRequest, Writer } from '../../../src/providers/http.js';
import type { BoundOperation, Done } from '../../../src/providers/operation.js';
import { describeTarget } from '../../../src/providers/reading.js';
import { answerOf, lossOf } from '../../support/answers.js';
import { rowContext } from '../../support/row-context.js';
import { batchOf, closeAll, dialectOf, dialects, type Served, serve } from './kit.js';

afterEach(closeAll);

/** Runs operations at once, their writes as one request. */
async function runTogether(served: Served, bounds: readonly BoundOperation[]): Promise<readonly Result<Done>[]> {
  const { connection, writer } = served;
  const waiting: Array<{ request: WriteRequest; resolve: (outcome: HttpOutcome) => void }> = [];
  const together: Writer = {
    read: writer.read,
    write: (request) => new Promise((resolve) => waiting.push({ request, resolve })),
  };
  const target = describeTarget({ id: '0', title: '', completed: false });
  const results = bounds.map((bound) => {
    const seen = bound.target === null ? null : { ...target, id: bound.target.id };
    return bound.execute(together, seen, {}, rowContext());
  });
  const { batch } = connection;
  const requests = waiting.map(({ request }) => request);
  if (batch === null || !requests.every((request) => batch.accepts(request))) throw new Error('not for a batch');
  const shares = batch.split(await writer.write(batch.join(requests)), requests);
  for (const [index, share] of shares.entries()) {
    if (share.kind === 'alone') throw new Error(`${index} is to go alone`);
    waiting[index]?.resolve(share);
  }
  return Promise.all(results);
}

describe.each(dialects)('%s: writes that travel together', (dialect) => {
  test('are each done, each with its own answer, in one request', async () => {
    const served = await serve(dialect);
    served.fill('delete', false, 11, 12, 13, 14, 15);
    served.fill('reopen', false, 16);
    const bind = (name: string, values: Record<string, string>) => served.connection.bind(name, values);
    const results = await runTogether(served, [
      bind('delete', { task_id: '11' }),
      bind('complete', { task_id: '12' }),
      bind('defer', { task_id: '13' }),
      bind('update', { task_id: '14', title: 'A & B=[c]' }),
      bind('create', { title: 'Neu +1 %', responsible_id: '1' }),
      bind('reopen', { task_id: '16' }),
      bind('delete', { task_id: '999' }),
      bind('update', { task_id: '15', parent_id: '9999' }),
    ]);
    expect(results).toMatchObject([
      ...Array.from({ length: 4 }, () => ({ ok: true, value: { outcome: 'done', httpStatus: 200 } })),
      { ok: true, value: { createdId: '17' } },
      { ok: true },
      // Never there, but planning believed to have seen it.
      { ok: true, value: { outcome: 'already' } },
      { ok: false, failure: { type: 'VALIDATION', scope: 'row', effect: 'none', httpStatus: 200 } },
    ]);
    expect([...served.effects()].sort()).toEqual(
      ['complete 12', 'create 17', 'defer 13', 'delete 11', 'reopen 16', 'update 14'].sort(),
    );
    expect(served.sandbox.ledger.requests('bitrix24').filter(({ write }) => write)).toHaveLength(1);
    const [made] = await served.connection.lookUp(served.writer, [{ kind: 'task', id: '17' }]);
    expect(made).toMatchObject({ target: { title: 'Neu +1 %', tags: [rowContext().mark] } });
  });

  test('are fifty at most, by keys that are no numbers and differ', () => {
    const batch = batchOf(dialect);
    expect(batch.size).toBe(50);
    const requests = Array.from({ length: 50 }, (_, index) => dialectOf(dialect).deleteTask(String(index + 1)));
    const { body } = batch.join(requests);
    const keys = JSON.stringify(body).match(/"r\d{6}"/g);
    expect(new Set(keys).size).toBe(50);
  });

  test('meet a loss, trouble and a limit each as if they were alone', () => {
    const batch = batchOf(dialect);
    const requests = ['1', '2'].map((id) => dialectOf(dialect).deleteTask(id));
    for (const outcome of [lossOf('not-sent'), lossOf('sent-no-answer'), answerOf(502, '<html>'), answerOf(429)]) {
      expect(batch.split(outcome, requests)).toEqual([outcome, outcome]);
    }
  });

  test.each([400, 404, 405, 413, 403])('go alone when the batch itself is refused with %i', (status) => {
    const batch = batchOf(dialect);
    const requests = ['1', '2'].map((id) => dialectOf(dialect).deleteTask(id));
    const page = status === 400 || status === 403 ? [] : ['<html>'];
    for (const body of [...page, { success: false, error: { code: 'UNHEARD_OF', message: 'no' } }, undefined]) {
      expect(batch.split(answerOf(status, body), requests)).toEqual([{ kind: 'alone' }, { kind: 'alone' }]);
    }
  });

  test.each([400, 403])('are in doubt when a page with %i came in place of the answer', (status) => {
    const shares = batchOf(dialect).split(answerOf(status, '<html>'), [dialectOf(dialect).deleteTask('1')]);
    expect(shares).toMatchObject([{ kind: 'loss', phase: 'sent-no-answer', code: 'NOT_IN_ANSWER' }]);
  });

  test.each([409, 422, 418])('are in doubt when the batch is answered %i, which says nothing of them', (status) => {
    const shares = batchOf(dialect).split(answerOf(status, {}), [dialectOf(dialect).deleteTask('1')]);
    expect(shares).toMatchObject([{ kind: 'loss', phase: 'sent-no-answer', type: 'API_ERROR' }]);
  });

  test.each([
    ['nothing', undefined],
    ['a web page', '<html>'],
    ['an error', { error: 'X' }],
    ['nothing but success', { success: true, data: true, result: true }],
    [
      'lists with content',
      { success: true, data: { results: [1], errors: {} }, result: { result: [1], result_error: [] } },
    ],
    ['texts', { success: true, data: { results: 'ok', errors: {} }, result: { result: 'ok', result_error: [] } }],
    ['no success', { success: false, data: { results: { r000000: true }, errors: {} }, result: null }],
    ['no section of errors', { success: true, data: { results: {} }, result: { result: {} } }],
  ])('are in doubt when a 200 holds %s', (_case, body) => {
    const shares = batchOf(dialect).split(answerOf(200, body), [dialectOf(dialect).deleteTask('1')]);
    expect(shares).toMatchObject([{ kind: 'loss', phase: 'sent-no-answer', code: 'UNEXPECTED_BATCH_ANSWER' }]);
  });

  test('that have no batch form are not accepted', () => {
    const { accepts } = batchOf(dialect);
    const { deleteTask, addComment, updateTask, createTask } = dialectOf(dialect);
    expect(accepts(deleteTask('1'))).toBe(true);
    expect(accepts(updateTask('1', { title: 'A' }))).toBe(true);
    expect(accepts(createTask({ title: 'A' }))).toBe(true);
    // Comments have routes of their own in Vibecode.
    expect(accepts(addComment('1', 'text'))).toBe(dialect === 'classic');
    const others: readonly WriteRequest[] = [
      { method: 'POST', path: [] },
      { method: 'POST', path: ['v1', 'tasks'] },
      { method: 'POST', path: ['v1', 'tasks', '1'], body: {} },
      { method: 'DELETE', path: ['v1', 'tasks', '9007199254740993'] },
      { method: 'DELETE', path: ['v1', 'tasks', '__proto__'] },
      { method: 'PUT', path: ['v1', 'tasks', '1'], body: {} },
      { method: 'POST', path: ['tasks.task.delegate'], body: { taskId: 1, userId: 2 } },
      { method: 'POST', path: ['batch'], body: { cmd: {} } },
      { method: 'POST', path: ['tasks.task.update'], body: { taskId: 1, fields: { TAGS: [] } } },
      {
        method: 'POST',
        path: ['tasks.task.update'],
        body: { taskId: 1, fields: { TITLE: 'is $result[r000000][id]' } },
      },
      { method: 'POST', path: ['tasks.task.update'], body: { taskId: 1, fields: { TITLE: '\ud800' } } },
      { method: 'POST', path: ['tasks.task.update'], body: { taskId: 1, fields: { DEADLINE: null } } },
    ];
    expect(others.filter(accepts)).toEqual([]);
  });
});
