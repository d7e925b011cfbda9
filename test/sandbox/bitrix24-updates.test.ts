import { describe, expect, it, test } from 'vitest';
import { dig, outcomeOf, startBitrix24 } from './bitrix24-kit.js';

describe('an update of the status alone', () => {
  test.each([
    [2, 5, 'complete'],
    [2, 6, 'defer'],
    [5, 2, 'reopen'],
    [5, 3, 'reopen'],
    [4, 2, 'reopen'],
    [6, 2, 'update'],
    [2, 3, 'update'],
    [2, 4, 'update'],
  ])('from %i to %i is the effect %s', (from, to, kind) => {
    const { vibecode, create, takeEffects } = startBitrix24();
    const id = create({ status: from });
    takeEffects();
    expect(dig(vibecode('PATCH', `/tasks/${id}`, { status: to }).body, 'data', 'status')).toBe(to);
    expect(takeEffects()).toEqual([`${kind} ${id}`]);
  });

  it('sets who closed the task and when, and clears both when it is opened again', () => {
    const { vibecode, create, advance } = startBitrix24();
    const id = create();
    advance(61_500);
    const closed = vibecode('PATCH', `/tasks/${id}`, { status: 5 });
    expect(dig(closed.body, 'data')).toMatchObject({ closedBy: 1, closedDate: '2026-08-21T10:01:01+00:00' });
    const opened = vibecode('PATCH', `/tasks/${id}`, { status: 3 });
    expect(dig(opened.body, 'data')).toMatchObject({ closedBy: null, closedDate: null });
    expect(dig(opened.body, 'data', 'dateStart')).toBe('2026-08-21T10:01:01+00:00');
  });

  it('changes nothing when the task has that status', () => {
    const { vibecode, create, advance, takeEffects } = startBitrix24();
    const id = create({ status: 5 });
    takeEffects();
    advance(60_000);
    const answer = vibecode('PATCH', `/tasks/${id}`, { status: 5 });
    expect(answer.status).toBe(200);
    expect(dig(answer.body, 'data', 'changedDate')).toBe('2026-08-21T10:00:00+00:00');
    expect(takeEffects()).toEqual([]);
  });

  it('hands a task with control in instead of completing it, unless the creator does it', () => {
    const { vibecode, classic, takeEffects } = startBitrix24();
    classic('tasks.task.add', { fields: { TITLE: 'A', RESPONSIBLE_ID: 2, TASK_CONTROL: 'Y' } });
    takeEffects();
    const member = { 'x-api-key': 'vibe_api_member' };
    expect(dig(vibecode('PATCH', '/tasks/1', { status: 5 }, member).body, 'data', 'status')).toBe(4);
    vibecode('PATCH', '/tasks/1', { status: 5 }, member);
    expect(takeEffects()).toEqual(['complete 1']);
    expect(dig(vibecode('PATCH', '/tasks/1', { status: 5 }).body, 'data', 'status')).toBe(5);
    expect(takeEffects()).toEqual(['complete 1']);
  });

  it('refuses status 7', () => {
    const { vibecode, create } = startBitrix24();
    expect(outcomeOf(vibecode('PATCH', `/tasks/${create()}`, { status: 7 }))).toBe('422 BITRIX_ERROR');
  });
});

describe('a change of the responsible person', () => {
  it('alone is a delegation: the task is pending again and the former one becomes an auditor', () => {
    const { vibecode, create, effects } = startBitrix24();
    const id = create({ responsibleId: 3, status: 3 });
    const answer = vibecode('PATCH', `/tasks/${id}`, { responsibleId: 4 });
    expect(dig(answer.body, 'data')).toMatchObject({ responsibleId: 4, status: 2, auditors: [3] });
    expect(effects.at(-1)).toMatchObject({ kind: 'update', detail: { delegated: true } });
  });

  it('with other fields resets the status but adds no auditor', () => {
    const { vibecode, create } = startBitrix24();
    const id = create({ responsibleId: 3, status: 3 });
    const answer = vibecode('PATCH', `/tasks/${id}`, { responsibleId: 4, title: 'B' });
    expect(dig(answer.body, 'data')).toMatchObject({ responsibleId: 4, status: 2, auditors: [], title: 'B' });
  });

  it('with the status keeps it', () => {
    const { vibecode, create } = startBitrix24();
    const id = create({ responsibleId: 3, status: 3 });
    const answer = vibecode('PATCH', `/tasks/${id}`, { responsibleId: 4, status: 3 });
    expect(dig(answer.body, 'data')).toMatchObject({ responsibleId: 4, status: 3 });
  });
});

describe('an update of other fields', () => {
  it('sets them, replaces lists, clears with null and is one effect', () => {
    const { vibecode, create, effects } = startBitrix24();
    const id = create({ tags: ['a', 'b'], deadline: '2026-09-01T12:00:00+03:00', groupId: 4 });
    const answer = vibecode('PATCH', `/tasks/${id}`, { tags: ['c'], deadline: null, groupId: null, priority: 2 });
    expect(dig(answer.body, 'data')).toMatchObject({ tags: ['c'], deadline: null, groupId: 0, priority: 2 });
    expect(effects.slice(1)).toEqual([
      { kind: 'update', target: String(id), detail: { fields: ['priority', 'deadline', 'tags', 'groupId'] } },
    ]);
  });

  it('is no effect when nothing differs or when Vibecode knows none of the names', () => {
    const { vibecode, create, takeEffects } = startBitrix24();
    const id = create({ title: 'A', tags: ['a'] });
    takeEffects();
    expect(vibecode('PATCH', `/tasks/${id}`, { title: 'A', tags: ['a'] }).status).toBe(200);
    expect(vibecode('PATCH', `/tasks/${id}`, { Title: 'B', constructor: 1 }).status).toBe(200);
    expect(takeEffects()).toEqual([]);
    expect(dig(vibecode('GET', `/tasks/${id}`).body, 'data', 'title')).toBe('A');
  });

  it('takes the subtree along into another group', () => {
    const { vibecode, create, takeEffects } = startBitrix24();
    const root = create();
    const leaf = create({ parentId: create({ parentId: root }) });
    takeEffects();
    vibecode('PATCH', `/tasks/${root}`, { groupId: 9 });
    expect(dig(vibecode('GET', `/tasks/${leaf}`).body, 'data', 'groupId')).toBe(9);
    expect(takeEffects()).toEqual([`update ${root}`]);
  });

  it('refuses a parent that is the task itself or below it', () => {
    const { vibecode, create } = startBitrix24();
    const root = create();
    const leaf = create({ parentId: root });
    expect(outcomeOf(vibecode('PATCH', `/tasks/${root}`, { parentId: root }))).toBe('422 BITRIX_ERROR');
    expect(outcomeOf(vibecode('PATCH', `/tasks/${root}`, { parentId: leaf }))).toBe('422 BITRIX_ERROR');
    expect(dig(vibecode('GET', `/tasks/${root}`).body, 'data', 'parentId')).toBeNull();
  });

  test.each([
    ['createdBy', { createdBy: 2 }, '400 READONLY_FIELD'],
    ['changedDate', { changedDate: '2026-01-01' }, '400 READONLY_FIELD'],
    ['nothing', {}, '400 VALIDATION_ERROR'],
    ['a null title', { title: null }, '400 VALIDATION_ERROR'],
    ['users as text', { auditors: ['1'] }, '400 VALIDATION_ERROR'],
  ])('refuses %s', (_, body, outcome) => {
    const { vibecode, create, takeEffects } = startBitrix24();
    const id = create();
    takeEffects();
    expect(outcomeOf(vibecode('PATCH', `/tasks/${id}`, body))).toBe(outcome);
    expect(takeEffects()).toEqual([]);
  });

  it('is 404 for a missing task and 403 for one that the key may not edit', () => {
    const { vibecode, create } = startBitrix24();
    const id = create({ responsibleId: 2 });
    const member = { 'x-api-key': 'vibe_api_member' };
    expect(outcomeOf(vibecode('PATCH', '/tasks/99', { title: 'B' }))).toBe('404 ENTITY_NOT_FOUND');
    expect(outcomeOf(vibecode('PATCH', `/tasks/${id}`, { title: 'B' }, member))).toBe('403 BITRIX_ACCESS_DENIED');
    expect(vibecode('PATCH', `/tasks/${id}`, { status: 5 }, member).status).toBe(200);
  });
});

describe('comments', () => {
  it('are added, listed, changed and removed, each change one effect on the task', () => {
    const { vibecode, create, effects } = startBitrix24();
    const id = create();
    const added = vibecode('POST', `/tasks/${id}/comments`, { message: 'Hello' });
    expect(added).toMatchObject({ status: 201, body: { data: { taskId: id, authorId: 1, message: 'Hello' } } });
    const path = `/tasks/${id}/comments/1`;
    vibecode('PATCH', path, { message: 'Bye' });
    expect(dig(vibecode('GET', path).body, 'data', 'message')).toBe('Bye');
    expect(vibecode('DELETE', path).status).toBe(204);
    expect(outcomeOf(vibecode('DELETE', path))).toBe('404 ENTITY_NOT_FOUND');
    expect(dig(vibecode('GET', `/tasks/${id}/comments`).body, 'data')).toEqual([]);
    expect(effects.slice(1)).toEqual(
      ['create', 'update', 'delete'].map((action) => ({
        kind: 'comment',
        target: String(id),
        detail: { action, commentId: 1 },
      })),
    );
  });

  it('of a deleted task are out of reach: 422 with ITEM_NOT_FOUND_OR_NOT_ACCESSIBLE', () => {
    const { vibecode, create } = startBitrix24();
    const id = create();
    vibecode('POST', `/tasks/${id}/comments`, { message: 'Hello' });
    vibecode('DELETE', `/tasks/${id}`);
    for (const [method, path, body] of [
      ['GET', 'comments', undefined],
      ['GET', 'comments/1', undefined],
      ['DELETE', 'comments/1', undefined],
      ['POST', 'comments', { message: 'x' }],
    ] as const) {
      const answer = vibecode(method, `/tasks/${id}/${path}`, body);
      expect(outcomeOf(answer)).toBe('422 BITRIX_ERROR');
      expect(dig(answer.body, 'error', 'message')).toBe('ITEM_NOT_FOUND_OR_NOT_ACCESSIBLE');
    }
  });

  it('come in batches of at most 50, of which some may fail', () => {
    const { vibecode, create, takeEffects } = startBitrix24();
    const id = create();
    takeEffects();
    const items = [{ message: 'a' }, { message: '' }];
    const answer = vibecode('POST', `/tasks/${id}/comments/batch`, { action: 'create', items });
    expect(dig(answer.body, 'data', 'results')).toMatchObject([
      { id: 1, success: true },
      { success: false, error: { code: 'VALIDATION_ERROR' } },
    ]);
    expect(takeEffects()).toEqual([`comment ${id}`]);
    const tooMany = { action: 'delete', ids: Array.from({ length: 51 }, (_, index) => index + 1) };
    expect(outcomeOf(vibecode('POST', `/tasks/${id}/comments/batch`, tooMany))).toBe('400 BATCH_LIMIT_EXCEEDED');
  });
});
