import { describe, expect, it, test } from 'vitest';
import { dig, outcomeOf, startBitrix24 } from './bitrix24-kit.js';

const remove = (id: string | undefined, entityId?: unknown) => ({
  ...(id === undefined ? {} : { id }),
  entity: 'tasks',
  action: 'delete',
  ...(entityId === undefined ? {} : { entityId }),
});

describe('the mixed batch', () => {
  it('answers 200 and success when some calls fail, keyed by the ids of the calls', () => {
    const { vibecode, create, takeEffects } = startBitrix24();
    const id = create();
    takeEffects();
    const answer = vibecode('POST', '/batch', { calls: [remove('r1', id), remove('r2', 999)] });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      success: true,
      data: {
        results: { r1: true },
        errors: { r2: { code: 'ENTITY_NOT_FOUND', message: 'task 999 not found' } },
        totals: {},
        meta: {},
        summary: { total: 2, succeeded: 1, failed: 1 },
      },
    });
    expect(takeEffects()).toEqual([`delete ${id}`]);
  });

  it('makes every action on tasks and tells totals of lists', () => {
    const { vibecode, create, takeEffects } = startBitrix24();
    const id = create({ title: 'A' });
    takeEffects();
    const call = (action: string, rest: object = {}) => ({ id: action, entity: 'tasks', action, ...rest });
    const answer = vibecode('POST', '/batch', {
      calls: [
        call('get', { entityId: id }),
        call('update', { entityId: id, params: { status: 5 } }),
        call('create', { params: { title: 'B', responsibleId: 1 } }),
        call('list', { params: { limit: 1 } }),
        call('search', { params: { filter: { status: 5 } } }),
        call('fields'),
      ],
    });
    expect(dig(answer.body, 'data')).toMatchObject({
      results: {
        get: { id, title: 'A' },
        update: { id, status: 5 },
        create: { title: 'B' },
        list: [{ title: 'B' }],
        search: [{ id }],
        fields: { fields: { title: { required: true } } },
      },
      errors: {},
      totals: { list: 2, search: 1 },
      meta: { list: { total: 2, returned: 1, hasMore: true, truncated: false } },
      summary: { total: 6, succeeded: 6, failed: 0 },
    });
    expect(takeEffects()).toEqual([`complete ${id}`, 'create 2']);
  });

  test.each([
    [{ id: 'x', entity: 'deals', action: 'list' }, 'UNKNOWN_ENTITY'],
    [{ id: 'x', entity: 'tasks', action: 'explode' }, 'ACTION_NOT_SUPPORTED'],
    [{ id: 'x', entity: 'tasks', action: 'constructor' }, 'ACTION_NOT_SUPPORTED'],
    [{ id: 'x', entity: 'tasks', action: 'delete' }, 'MISSING_ENTITY_ID'],
    [{ id: 'x', entity: 'tasks', action: 'delete', params: { entityId: 1 } }, 'MISSING_ENTITY_ID'],
    [{ id: 'x', entity: 'tasks', action: 'delete', entityId: '1' }, 'INVALID_CALL'],
    [{ id: 'x', entity: 'task-comments', action: 'list' }, 'ENTITY_CUSTOM_ROUTES'],
    [{ id: 'x', action: 'list' }, 'INVALID_CALL'],
    [{ id: 'x', entity: 'tasks', action: 'update', entityId: 1, params: { createdBy: 2 } }, 'READONLY_FIELD'],
    [{ id: 'x', entity: 'tasks', action: 'update', entityId: 1, params: { status: 7 } }, 'BITRIX_ERROR'],
  ])('reports the failing call %j alone', (call, code) => {
    const { vibecode, create } = startBitrix24();
    create();
    const answer = vibecode('POST', '/batch', { calls: [call, { entity: 'tasks', action: 'fields' }] });
    expect(answer.status).toBe(200);
    expect(dig(answer.body, 'data', 'errors', 'x', 'code')).toBe(code);
    expect(dig(answer.body, 'data', 'results')).toHaveProperty('1');
  });

  it('is refused as a whole, with an error and the errors of the calls, when all are malformed', () => {
    const { vibecode } = startBitrix24();
    const answer = vibecode('POST', '/batch', { calls: [remove('a'), null] });
    expect(outcomeOf(answer)).toBe('400 INVALID_REQUEST');
    expect(dig(answer.body, 'data', 'errors')).toMatchObject({
      a: { code: 'MISSING_ENTITY_ID' },
      1: { code: 'INVALID_CALL' },
    });
  });

  it('can be strict: one malformed call refuses all, and nothing happens', () => {
    const { vibecode, create, takeEffects } = startBitrix24({ strictBatch: true });
    const id = create();
    takeEffects();
    expect(outcomeOf(vibecode('POST', '/batch', { calls: [remove('a', id), remove('b')] }))).toBe(
      '400 INVALID_REQUEST',
    );
    expect(takeEffects()).toEqual([]);
  });

  test.each([
    ['no calls', []],
    ['51 calls', Array.from({ length: 51 }, (_, index) => remove(String(index), 1))],
    ['an id twice', [remove('a', 1), remove('a', 2)]],
    ['an id that is the index of another', [remove('1', 1), remove(undefined, 2)]],
  ])('refuses %s', (_, calls) => {
    const { vibecode, create, takeEffects } = startBitrix24();
    create();
    takeEffects();
    expect(outcomeOf(vibecode('POST', '/batch', { calls }))).toBe('400 INVALID_REQUEST');
    expect(takeEffects()).toEqual([]);
  });

  it('loses no call that is named __proto__', () => {
    const { vibecode, create } = startBitrix24();
    const answer = vibecode('POST', '/batch', { calls: [remove('__proto__', create())] });
    expect(JSON.stringify(dig(answer.body, 'data', 'results'))).toBe('{"__proto__":true}');
  });

  it('is 403 SCOPE_NOT_ALLOWED only when all calls lack the scope', () => {
    const { vibecode, effects } = startBitrix24();
    const key = { 'x-api-key': 'vibe_api_noscope' };
    expect(outcomeOf(vibecode('POST', '/batch', { calls: [remove('a', 1)] }, key))).toBe('403 SCOPE_NOT_ALLOWED');
    const mixed = vibecode('POST', '/batch', { calls: [remove('a', 1), { entity: 'deals', action: 'list' }] }, key);
    expect(outcomeOf(mixed)).toBe('400 INVALID_REQUEST');
    expect(effects).toEqual([]);
  });
});

describe('the batch of tasks', () => {
  it('deletes what is there and names what is not', () => {
    const { vibecode, create, takeEffects } = startBitrix24();
    const id = create();
    takeEffects();
    const answer = vibecode('POST', '/tasks/batch', { action: 'delete', ids: [id, 999] });
    expect(answer.body).toEqual({
      success: true,
      data: {
        results: [
          { id, success: true },
          { id: 999, success: false, error: { code: 'ENTITY_NOT_FOUND', message: 'task 999 not found' } },
        ],
        summary: { total: 2, succeeded: 1, failed: 1 },
      },
    });
    expect(takeEffects()).toEqual([`delete ${id}`]);
  });

  it('creates and updates items', () => {
    const { vibecode, takeEffects } = startBitrix24();
    const created = vibecode('POST', '/tasks/batch', {
      action: 'create',
      items: [{ title: 'A', responsibleId: 1 }, { title: 'B' }],
    });
    expect(dig(created.body, 'data', 'results')).toMatchObject([
      { id: 1, success: true },
      { id: null, success: false, error: { code: 'VALIDATION_ERROR' } },
    ]);
    const updated = vibecode('POST', '/tasks/batch', {
      action: 'update',
      items: [{ id: 1, status: 6 }, { status: 5 }],
    });
    expect(dig(updated.body, 'data', 'results')).toMatchObject([
      { id: 1, success: true, data: { status: 6 } },
      { id: null, success: false, error: { code: 'INVALID_PARAMS' } },
    ]);
    expect(takeEffects()).toEqual(['create 1', 'defer 1']);
  });

  it('reads by calls', () => {
    const { vibecode, create } = startBitrix24();
    const id = create({ title: 'A' });
    const answer = vibecode('POST', '/tasks/batch', { action: 'get', calls: [{ entityId: id }, { entityId: 99 }] });
    expect(dig(answer.body, 'data', 'results')).toMatchObject([
      { id, data: { title: 'A' } },
      { id: 99, success: false },
    ]);
  });

  it('takes 500 ids, or as many as the setting says', () => {
    const ids = Array.from({ length: 501 }, (_, index) => index + 1);
    const { vibecode } = startBitrix24();
    expect(outcomeOf(vibecode('POST', '/tasks/batch', { action: 'delete', ids }))).toBe('400 BATCH_LIMIT_EXCEEDED');
    expect(vibecode('POST', '/tasks/batch', { action: 'delete', ids: ids.slice(1) }).status).toBe(200);
    const small = startBitrix24({ entityBatchMax: 50 }).vibecode('POST', '/tasks/batch', {
      action: 'delete',
      ids: ids.slice(0, 51),
    });
    expect(outcomeOf(small)).toBe('400 BATCH_LIMIT_EXCEEDED');
  });

  test.each([
    [{ action: 'delete', ids: [1, 1] }],
    [{ action: 'delete', ids: [] }],
    [{ action: 'delete', items: [{ id: 1 }] }],
    [{ action: 'explode', ids: [1] }],
    [{ ids: [1] }],
  ])('refuses %j', (body) => {
    const { vibecode, create, takeEffects } = startBitrix24();
    create();
    takeEffects();
    expect(outcomeOf(vibecode('POST', '/tasks/batch', body))).toBe('400 INVALID_REQUEST');
    expect(takeEffects()).toEqual([]);
  });
});
