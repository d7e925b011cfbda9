import { describe, expect, it, test } from 'vitest';
import { dig, idsOf, outcomeOf, startBitrix24 } from './bitrix24-kit.js';

/** Tasks 1 to 5, created a minute apart: an open one, three closed or deferred ones with tags, one with a deadline. */
function startWithFive() {
  const sandbox = startBitrix24();
  const fields = [
    { title: 'Alpha' },
    { title: 'beta test', status: 5, tags: ['x', 'y'] },
    { title: 'Gamma TEST', status: 6, tags: ['y'], responsibleId: 7 },
    { title: 'Delta', status: 5, priority: 2 },
    { title: 'Epsilon', deadline: '2026-09-01T00:00:00Z' },
  ];
  for (const task of fields) {
    sandbox.create(task);
    sandbox.advance(60_000);
  }
  return sandbox;
}

describe('the list of tasks', () => {
  test.each([
    ['', [5, 4, 3, 2, 1]],
    ['order[id]=asc', [1, 2, 3, 4, 5]],
    ['sort=-title', [3, 5, 4, 2, 1]],
    ['order[status]=desc&order[id]=asc', [3, 2, 4, 1, 5]],
    ['filter[status]=5', [4, 2]],
    ['filter[id]=3', [3]],
    ['filter[id][$in]=1,4,99', [4, 1]],
    ['filter[id][$in][]=1&filter[id][$in][]=4', [4, 1]],
    ['filter[>id]=3', [5, 4]],
    ['filter[id][$gte]=2&filter[%3C%3Did]=3', [3, 2]],
    ['filter[id][>]=4', [5]],
    ['filter[!status]=5', [5, 3, 1]],
    ['filter[%title]=test', [3, 2]],
    ['filter[title][$contains]=TEST', [3, 2]],
    ['filter[tags]=y', [3, 2]],
    ['filter[tags][$ne]=y', [5, 4, 1]],
    ['filter[responsibleId]=7', [3]],
    ['filter[createdDate][$gte]=2026-08-21T10:03:00Z', [5, 4]],
    ['filter[>deadline]=2026-01-01', [5]],
    ['filter[id]=abc', []],
  ])('with ?%s gives %j', (query, ids) => {
    expect(idsOf(startWithFive().vibecode('GET', `/tasks?${query}`))).toEqual(ids);
  });

  it('ignores filters on statusChangedDate and activityDate, so more comes than was meant', () => {
    const { vibecode } = startWithFive();
    expect(idsOf(vibecode('GET', '/tasks?filter[>statusChangedDate]=2030-01-01'))).toHaveLength(5);
    expect(idsOf(vibecode('POST', '/tasks/search', { filter: { activityDate: { $gt: '2030-01-01' } } }))).toHaveLength(
      5,
    );
  });

  it('pages by limit and offset and tells the total; a full last page still says that there is more', () => {
    const { vibecode } = startWithFive();
    const first = vibecode('GET', '/tasks?limit=2&order[id]=asc');
    expect(idsOf(first)).toEqual([1, 2]);
    expect(dig(first.body, 'meta')).toEqual({ total: 5, hasMore: true });
    const last = vibecode('GET', '/tasks?limit=2&offset=4&order[id]=asc');
    expect(idsOf(last)).toEqual([5]);
    expect(dig(last.body, 'meta')).toEqual({ total: 5, hasMore: false });
    expect(dig(vibecode('GET', '/tasks?limit=5').body, 'meta', 'hasMore')).toBe(true);
  });

  it('gives 50 unless told and says when more than 5000 match', () => {
    const { vibecode, fill } = startBitrix24();
    for (let id = 1; id <= 5001; id += 1) fill(id);
    const answer = vibecode('GET', '/tasks');
    expect(idsOf(answer)).toHaveLength(50);
    expect(dig(answer.body, 'meta')).toEqual({ total: 5001, hasMore: true, truncated: true });
    expect(idsOf(vibecode('GET', '/tasks?limit=5000'))).toHaveLength(5000);
  });

  it('holds the selected fields, always with the id', () => {
    const { vibecode } = startWithFive();
    expect(dig(vibecode('GET', '/tasks?filter[id]=1&select=title,status').body, 'data')).toEqual([
      { id: 1, title: 'Alpha', status: 2 },
    ]);
  });

  it('stays in order when ids are filled out of order and tasks vanish', () => {
    const { vibecode, fill } = startBitrix24();
    for (const id of [30, 10, 20]) fill(String(id));
    vibecode('DELETE', '/tasks/20');
    fill(15);
    expect(idsOf(vibecode('GET', '/tasks?order[id]=asc'))).toEqual([10, 15, 30]);
  });

  it('shows a member only the tasks that concern him', () => {
    const { vibecode, create } = startBitrix24();
    create();
    const his = create({ accomplices: [2] });
    expect(idsOf(vibecode('GET', '/tasks', undefined, { 'x-api-key': 'vibe_api_member' }))).toEqual([his]);
  });

  test.each([
    ['filter[nonsense]=1', '400 INVALID_FILTER_FIELD'],
    ['filter[__proto__]=1', '400 INVALID_FILTER_FIELD'],
    ['filter[id][$near]=1', '400 INVALID_FILTER_OPERATOR'],
    ['filter[>id][$gt]=1', '400 INVALID_FILTER_OPERATOR'],
    ['filter=5', '400 INVALID_PARAMS'],
    ['order[nonsense]=asc', '400 UNKNOWN_SORT_FIELD'],
    ['order[id]=up', '400 INVALID_SORT_TYPE'],
    ['limit=0', '400 INVALID_PARAMS'],
    ['limit=5001', '400 INVALID_PARAMS'],
    ['limit=ten', '400 INVALID_PARAMS'],
    ['offset=-1', '400 INVALID_PARAMS'],
  ])('refuses ?%s', (query, outcome) => {
    expect(outcomeOf(startWithFive().vibecode('GET', `/tasks?${query}`))).toBe(outcome);
  });
});

describe('the search for tasks', () => {
  it('takes filter, select, order, limit and offset in its body', () => {
    const { vibecode } = startWithFive();
    const answer = vibecode('POST', '/tasks/search', {
      filter: { id: { $in: [1, 2, 3, 99] }, '!status': 6 },
      select: ['id', 'status'],
      order: { id: 'asc' },
      limit: 1,
      offset: 1,
    });
    expect(answer.body).toEqual({ success: true, data: [{ id: 2, status: 5 }], meta: { total: 2, hasMore: true } });
  });

  it('splits a range above 14 days only with autoWindow, and then refuses an offset', () => {
    const { vibecode } = startWithFive();
    const filter = { createdDate: { $gte: '2026-08-01', $lte: '2026-08-22' } };
    expect(dig(vibecode('POST', '/tasks/search', { filter }).body, 'meta')).not.toHaveProperty('windowCount');
    const split = vibecode('POST', '/tasks/search', { filter, autoWindow: true });
    expect(dig(split.body, 'meta')).toMatchObject({ total: 5, windowCount: 3, windowErrors: [] });
    const paged = vibecode('POST', '/tasks/search', { filter, autoWindow: true, offset: 50 });
    expect(outcomeOf(paged)).toBe('400 UNSTABLE_OFFSET_PAGINATION');
  });

  it('narrows by windowFrom and windowTo', () => {
    const { vibecode } = startWithFive();
    const body = { windowFrom: '2026-08-21T10:01:00Z', windowTo: '2026-08-21T10:02:00Z' };
    expect(idsOf(vibecode('POST', '/tasks/search', body))).toEqual([3, 2]);
  });

  test.each([
    [{ filter: [1] }, '400 INVALID_PARAMS'],
    [{ order: 5 }, '400 INVALID_SORT_TYPE'],
    [[], '400 INVALID_REQUEST'],
  ])('refuses %j', (body, outcome) => {
    expect(outcomeOf(startWithFive().vibecode('POST', '/tasks/search', body))).toBe(outcome);
  });
});
