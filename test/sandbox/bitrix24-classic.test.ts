import { describe, expect, it, test } from 'vitest';
import { buildRequest, dig, outcomeOf, startBitrix24 } from './bitrix24-kit.js';

describe('the classic methods', () => {
  it('work on the same tasks as Vibecode and answer numbers as strings', () => {
    const { classic, vibecode } = startBitrix24();
    const added = classic('tasks.task.add.json', {
      fields: { TITLE: 'A', RESPONSIBLE_ID: '7', PRIORITY: '2', TAGS: ['x'], DEADLINE: '2026-09-01', NONSENSE: 1 },
    });
    expect(dig(added.body, 'result', 'task')).toMatchObject({
      id: '1',
      title: 'A',
      status: '2',
      priority: '2',
      responsibleId: '7',
      groupId: '0',
      tags: { 1: { title: 'x' } },
    });
    expect(dig(added.body, 'time')).toHaveProperty('operating');
    expect(dig(vibecode('GET', '/tasks/1').body, 'data')).toMatchObject({ id: 1, responsibleId: 7, tags: ['x'] });
  });

  it('delete once: then the task is gone without being told from a forbidden one', () => {
    const { classic, create, takeEffects } = startBitrix24();
    const id = create();
    takeEffects();
    expect(dig(classic('tasks.task.delete', { taskId: id }).body, 'result')).toEqual({ task: true });
    const again = classic('tasks.task.delete', { taskId: id });
    expect(again.status).toBe(400);
    expect(again.body).toEqual({ error: '1048582', error_description: 'Action is not allowed' });
    expect(takeEffects()).toEqual([`delete ${id}`]);
  });

  it('get of a missing or forbidden task is 200 with an empty result', () => {
    const { classic, create } = startBitrix24();
    const id = create();
    for (const answer of [
      classic('tasks.task.get', { taskId: 99 }),
      classic('tasks.task.get', { taskId: id }, '5/c'),
    ]) {
      expect(answer.status).toBe(200);
      expect(dig(answer.body, 'result')).toEqual([]);
    }
  });

  it('get the selected fields', () => {
    const { classic, create } = startBitrix24();
    const answer = classic('tasks.task.get', { taskId: create({ title: 'A' }), select: ['TITLE', 'STATUS'] });
    expect(dig(answer.body, 'result', 'task')).toEqual({ id: '1', title: 'A', status: '2' });
  });

  test.each([
    ['tasks.task.delete', {}, '400 100'],
    ['tasks.task.delete', { taskId: 'abc' }, '400 0'],
    ['tasks.task.get', {}, '400 100'],
    ['tasks.task.add', {}, '400 100'],
    ['tasks.task.add', { fields: { RESPONSIBLE_ID: 1 } }, '400 ERROR_CORE'],
    ['tasks.task.add', { fields: { TITLE: 'A' } }, '400 ERROR_CORE'],
    ['tasks.task.update', { taskId: 1 }, '400 100'],
    ['tasks.task.update', { taskId: 1, fields: {} }, '400 100'],
    ['tasks.task.update', { taskId: 99, fields: { TITLE: 'B' } }, '400 0'],
    ['tasks.task.update', { taskId: 1, fields: { STATUS: 7 } }, '400 ERROR_CORE'],
    ['tasks.task.update', { taskId: 1, fields: { PARENT_ID: 1 } }, '400 ERROR_CORE'],
    ['tasks.task.complete', { taskId: 99 }, '400 1048582'],
    ['tasks.task.approve', { taskId: 1 }, '400 1048582'],
    ['tasks.task.delegate', { taskId: 1 }, '400 100'],
    ['tasks.task.list', { order: { ID: 'up' } }, '400 0'],
    ['task.commentitem.add', { FIELDS: { POST_MESSAGE: 'x' }, TASKID: 1 }, '400 ERROR_CORE'],
    ['tasks.task.explode', {}, '404 ERROR_METHOD_NOT_FOUND'],
    ['constructor', {}, '404 ERROR_METHOD_NOT_FOUND'],
  ])('%s with %j is %s', (method, params, outcome) => {
    const { classic, create, takeEffects } = startBitrix24();
    create();
    takeEffects();
    expect(outcomeOf(classic(method, params))).toBe(outcome);
    expect(takeEffects()).toEqual([]);
  });

  test.each([
    ['complete', 2, '5', 'complete'],
    ['start', 2, '3', 'update'],
    ['pause', 3, '2', 'update'],
    ['defer', 2, '6', 'defer'],
    ['renew', 5, '2', 'reopen'],
    ['renew', 6, '2', 'update'],
    ['approve', 4, '5', 'complete'],
    ['disapprove', 4, '2', 'reopen'],
  ])('%s a task in status %i makes it %s; a repetition changes nothing', (name, from, to, kind) => {
    const { classic, create, takeEffects } = startBitrix24();
    const id = create({ status: from });
    takeEffects();
    for (const _ of [1, 2]) {
      expect(dig(classic(`tasks.task.${name}`, { taskId: id }).body, 'result', 'task', 'status')).toBe(to);
    }
    expect(takeEffects()).toEqual([`${kind} ${id}`]);
  });

  it('delegate as Vibecode does', () => {
    const { classic, create } = startBitrix24();
    const id = create({ responsibleId: 3 });
    const answer = classic('tasks.task.delegate', { taskId: id, userId: 4 });
    expect(dig(answer.body, 'result', 'task')).toMatchObject({ responsibleId: '4', auditors: ['3'] });
  });

  it('tell the allowed actions of each user', () => {
    const { classic, create } = startBitrix24();
    const id = create({ responsibleId: 5 });
    const answer = classic('tasks.task.getaccess', { taskId: id, users: [1, 5] });
    expect(dig(answer.body, 'result', 'allowedActions')).toMatchObject({
      1: { REMOVE: true, COMPLETE: true },
      5: { REMOVE: false, COMPLETE: true, CHANGE_DEADLINE: false },
    });
  });

  it('cut a title that is too long without a word', () => {
    const { classic } = startBitrix24();
    const answer = classic('tasks.task.add', { fields: { TITLE: 'x'.repeat(300), RESPONSIBLE_ID: 1 } });
    expect(dig(answer.body, 'result', 'task', 'title')).toBe('x'.repeat(250));
  });

  it('take comments by position', () => {
    const { classic, create, takeEffects } = startBitrix24();
    const id = create();
    takeEffects();
    expect(dig(classic('task.commentitem.add', { TASKID: id, FIELDS: { POST_MESSAGE: 'Hi' } }).body, 'result')).toBe(1);
    expect(dig(classic('task.commentitem.getlist', { TASKID: id }).body, 'result')).toMatchObject([
      { POST_MESSAGE: 'Hi' },
    ]);
    expect(takeEffects()).toEqual([`comment ${id}`]);
  });
});

describe('the classic list', () => {
  it('pages by 50 with next and total, and drops both for start -1', () => {
    const { classic, fill } = startBitrix24();
    for (let id = 1; id <= 60; id += 1) fill(id);
    const first = classic('tasks.task.list', { order: { ID: 'asc' }, select: ['ID'] });
    expect(dig(first.body, 'result', 'tasks')).toHaveLength(50);
    expect(first.body).toMatchObject({ next: 50, total: 60 });
    const last = classic('tasks.task.list', { order: { ID: 'asc' }, filter: { '>ID': 50 }, start: -1 });
    expect(dig(last.body, 'result', 'tasks')).toHaveLength(10);
    expect(last.body).not.toHaveProperty('total');
    expect(last.body).not.toHaveProperty('next');
  });

  it('means the derived status by STATUS and the stored one by REAL_STATUS, and ignores unknown fields', () => {
    const { classic, create } = startBitrix24();
    const overdue = create({ deadline: '2026-01-01' });
    const open = create();
    const idsBy = (filter: unknown) => {
      const tasks = dig(classic('tasks.task.list', { filter }).body, 'result', 'tasks');
      return Array.isArray(tasks) ? tasks.map((task: unknown) => dig(task, 'id')) : [];
    };
    expect(idsBy({ STATUS: -1 })).toEqual([String(overdue)]);
    expect(idsBy({ STATUS: 2 })).toEqual([String(open)]);
    expect(idsBy({ REAL_STATUS: 2 })).toEqual([String(overdue), String(open)]);
    expect(idsBy({ NONSENSE: 2 })).toHaveLength(2);
  });
});

describe('the classic batch', () => {
  it('answers 200 with results and errors by command; empty sections are lists', () => {
    const { classic, create, takeEffects } = startBitrix24();
    const id = create();
    takeEffects();
    const answer = classic('batch', {
      cmd: {
        r1: `tasks.task.delete?taskId=${id}`,
        r2: 'tasks.task.delete?taskId=999',
        r3: 'tasks.task.get?taskId=999',
      },
    });
    expect(answer.status).toBe(200);
    expect(dig(answer.body, 'result')).toEqual({
      result: { r1: { task: true }, r3: [] },
      result_error: { r2: { error: '1048582', error_description: 'Action is not allowed' } },
      result_total: [],
      result_next: [],
      result_time: [],
    });
    expect(takeEffects()).toEqual([`delete ${id}`]);
    const fine = classic('batch', { cmd: { a: 'tasks.task.list' } });
    expect(dig(fine.body, 'result', 'result_error')).toEqual([]);
    expect(dig(fine.body, 'result', 'result_total')).toEqual({ a: 0 });
  });

  it('turns commands with the keys 0, 1, 2 into lists, so that it is lost which failed', () => {
    const { classic, create } = startBitrix24();
    const answer = classic('batch', { cmd: [`tasks.task.delete?taskId=${create()}`, 'tasks.task.delete?taskId=99'] });
    expect(dig(answer.body, 'result', 'result')).toEqual([{ task: true }]);
    expect(dig(answer.body, 'result', 'result_error')).toEqual({
      1: { error: '1048582', error_description: 'Action is not allowed' },
    });
  });

  it('stops at the first failure with halt', () => {
    const { classic, create, takeEffects } = startBitrix24();
    const id = create();
    takeEffects();
    const cmd = { a: 'tasks.task.delete?taskId=99', b: `tasks.task.delete?taskId=${id}` };
    const answer = classic('batch', { halt: 1, cmd });
    expect(dig(answer.body, 'result')).toMatchObject({ result: [], result_error: { a: { error: '1048582' } } });
    expect(takeEffects()).toEqual([]);
    classic('batch', { halt: 0, cmd });
    expect(takeEffects()).toEqual([`delete ${id}`]);
  });

  it('uses the result of an earlier command and nested parameters', () => {
    const { classic, effects } = startBitrix24();
    classic('batch', {
      cmd: {
        add: 'tasks.task.add?fields[TITLE]=A%26B&fields[RESPONSIBLE_ID]=1',
        done: 'tasks.task.complete?taskId=$result[add][task][id]',
      },
    });
    expect(effects.map(({ kind, target }) => [kind, target])).toEqual([
      ['create', '1'],
      ['complete', '1'],
    ]);
  });

  it('refuses commands beyond 50 and batches inside', () => {
    const { classic } = startBitrix24();
    const cmd = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`r${index}`, 'tasks.task.list']));
    const errors = dig(
      classic('batch', { cmd: { ...cmd, r0: 'batch?cmd[a]=tasks.task.list' } }).body,
      'result',
      'result_error',
    );
    expect(errors).toMatchObject({
      r0: { error: 'ERROR_BATCH_METHOD_NOT_ALLOWED' },
      r50: { error: 'ERROR_BATCH_LENGTH_EXCEEDED' },
    });
  });
});

describe('the webhook', () => {
  test.each([
    ['1/hook_unknown', '403 INVALID_CREDENTIALS'],
    ['1/hook_noscope', '403 insufficient_scope'],
    ['abc/hook', '401 NO_AUTH_FOUND'],
    ['api/1/hook', '401 NO_AUTH_FOUND'],
  ])('%s is %s', (webhook, outcome) => {
    expect(outcomeOf(startBitrix24().classic('tasks.task.list', {}, webhook))).toBe(outcome);
  });

  it('takes parameters from the query and from a form', () => {
    const { service, context, create, takeEffects } = startBitrix24();
    const [first, second] = [create(), create()];
    takeEffects();
    service.handle(buildRequest('GET', `/rest/1/code/tasks.task.delete?taskId=${first}`), context);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = {
      ...buildRequest('POST', '/rest/1/code/tasks.task.delete', undefined, headers),
      bodyText: `taskId=${second}`,
    };
    service.handle(form, context);
    expect(takeEffects()).toEqual([`delete ${first}`, `delete ${second}`]);
  });

  it('holds 50 requests and drains 2 a second; above, 503 QUERY_LIMIT_EXCEEDED', () => {
    const { classic, advance } = startBitrix24();
    const statuses = Array.from({ length: 51 }, () => classic('tasks.task.get', { taskId: 1 }).status);
    expect(statuses.indexOf(503)).toBe(50);
    advance(1000);
    expect([1, 2, 3].map(() => outcomeOf(classic('tasks.task.get', { taskId: 1 })))).toEqual([
      '200',
      '200',
      '503 QUERY_LIMIT_EXCEEDED',
    ]);
  });
});
