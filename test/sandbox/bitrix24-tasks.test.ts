import { describe, expect, it, test } from 'vitest';
import { dig, idOf, outcomeOf, startBitrix24 } from './bitrix24-kit.js';

describe('deleting', () => {
  it('answers 204 without a body, and 404 ENTITY_NOT_FOUND the second time', () => {
    const { vibecode, create, takeEffects } = startBitrix24();
    const id = create();
    takeEffects();
    const first = vibecode('DELETE', `/tasks/${id}`);
    expect(first.status).toBe(204);
    expect(first).not.toHaveProperty('body');
    const second = vibecode('DELETE', `/tasks/${id}`);
    expect(second.body).toEqual({
      success: false,
      error: { code: 'ENTITY_NOT_FOUND', message: `task ${id} not found` },
    });
    expect(second.status).toBe(404);
    expect(takeEffects()).toEqual([`delete ${id}`]);
  });

  it('moves direct subtasks to the parent of the deleted task, or makes them roots', () => {
    const { vibecode, create, effects } = startBitrix24();
    const root = create();
    const middle = create({ parentId: root });
    const leaf = create({ parentId: middle });
    vibecode('DELETE', `/tasks/${middle}`);
    expect(dig(vibecode('GET', `/tasks/${leaf}`).body, 'data', 'parentId')).toBe(root);
    expect(effects.at(-1)).toEqual({ kind: 'delete', target: String(middle), detail: { subtasksMoved: [leaf] } });
    vibecode('DELETE', `/tasks/${root}`);
    expect(dig(vibecode('GET', `/tasks/${leaf}`).body, 'data', 'parentId')).toBeNull();
  });

  it('never gives the id of a deleted task to a new one', () => {
    const { vibecode, create } = startBitrix24();
    const id = create();
    vibecode('DELETE', `/tasks/${id}`);
    expect(create()).not.toBe(id);
  });

  it('is refused with BITRIX_ACCESS_DENIED to a member who is not the creator', () => {
    const { vibecode, create, takeEffects } = startBitrix24();
    const id = create({ responsibleId: 2 });
    takeEffects();
    const member = { 'x-api-key': 'vibe_api_member' };
    expect(dig(vibecode('GET', `/tasks/${id}`, undefined, member).body, 'data', 'action', 'remove')).toBe(false);
    expect(outcomeOf(vibecode('DELETE', `/tasks/${id}`, undefined, member))).toBe('403 BITRIX_ACCESS_DENIED');
    expect(takeEffects()).toEqual([]);
  });
});

describe('reading one task', () => {
  it('tells people, checklist and the permissions of the key', () => {
    const { vibecode, create } = startBitrix24();
    const id = create({ title: 'Clean up', responsibleId: 7, auditors: [3] });
    expect(vibecode('GET', `/tasks/${id}`)).toMatchObject({
      status: 200,
      body: {
        success: true,
        data: {
          id,
          title: 'Clean up',
          status: 2,
          responsible: { id: 7 },
          creator: { id: 1 },
          auditorsData: [{ id: 3 }],
          checklist: [],
          createdDate: '2026-08-21T10:00:00+00:00',
          action: { remove: true, edit: true, complete: true, renew: false },
        },
      },
    });
  });

  it('hides a task that the key may not see behind 404 NOT_FOUND', () => {
    const { vibecode, create } = startBitrix24();
    const id = create();
    const hidden = vibecode('GET', `/tasks/${id}`, undefined, { 'x-api-key': 'vibe_api_member' });
    expect(outcomeOf(hidden)).toBe('404 NOT_FOUND');
    expect(outcomeOf(vibecode('GET', '/tasks/999'))).toBe('404 ENTITY_NOT_FOUND');
  });

  test.each(['0', '-1', '1.5', 'abc', '01', '9007199254740992', '1%2F2', '__proto__'])('refuses the id %s', (id) => {
    const { vibecode } = startBitrix24();
    for (const method of ['GET', 'DELETE']) {
      expect(outcomeOf(vibecode(method, `/tasks/${id}`))).toBe('400 INVALID_PARAMS');
    }
  });

  it('can answer in UPPER_CASE with string numbers', () => {
    const { vibecode } = startBitrix24({ replyCasing: 'upper' });
    vibecode('POST', '/tasks', { title: 'A', responsibleId: 5 });
    expect(dig(vibecode('GET', '/tasks').body, 'data', '0')).toMatchObject({
      ID: 1,
      STATUS: '2',
      RESPONSIBLE_ID: '5',
      CREATED_DATE: '2026-08-21T10:00:00+00:00',
    });
  });
});

describe('creating', () => {
  it('answers 201 with the task and writes one effect', () => {
    const { vibecode, effects } = startBitrix24();
    const answer = vibecode('POST', '/tasks', { title: 'A', responsibleId: 1, UF_AUTO: 'x', nonsense: 1 });
    expect(answer.status).toBe(201);
    expect(dig(answer.body, 'data')).toMatchObject({ title: 'A', UF_AUTO: 'x', priority: 1 });
    expect(dig(answer.body, 'data')).not.toHaveProperty('nonsense');
    expect(effects).toEqual([{ kind: 'create', target: String(idOf(answer)) }]);
  });

  test.each([
    ['no title', { responsibleId: 1 }, '400 VALIDATION_ERROR'],
    ['an empty title', { title: ' ', responsibleId: 1 }, '400 VALIDATION_ERROR'],
    ['a long title', { title: 'x'.repeat(251), responsibleId: 1 }, '422 BITRIX_ERROR'],
    ['no responsible person', { title: 'A' }, '400 VALIDATION_ERROR'],
    ['a responsible person as text', { title: 'A', responsibleId: '1' }, '400 VALIDATION_ERROR'],
    ['an unknown responsible person', { title: 'A', responsibleId: 100_000 }, '422 BITRIX_ERROR'],
    ['status 7', { title: 'A', responsibleId: 1, status: 7 }, '422 BITRIX_ERROR'],
    ['a derived status', { title: 'A', responsibleId: 1, status: -1 }, '422 BITRIX_ERROR'],
    ['an unknown parent', { title: 'A', responsibleId: 1, parentId: 99 }, '422 BITRIX_ERROR'],
    ['a date that is none', { title: 'A', responsibleId: 1, deadline: 'soon' }, '422 BITRIX_ERROR'],
    ['tags as text', { title: 'A', responsibleId: 1, tags: 'a' }, '400 VALIDATION_ERROR'],
    ['a read-only id', { title: 'A', responsibleId: 1, id: 5 }, '400 READONLY_FIELD'],
    ['a read-only date', { title: 'A', responsibleId: 1, closedDate: null }, '400 READONLY_FIELD'],
    ['a list', [], '400 INVALID_REQUEST'],
    ['null', null, '400 INVALID_REQUEST'],
    [
      'a plan that ends before it starts',
      { title: 'A', responsibleId: 1, startDatePlan: '2026-08-02', endDatePlan: '2026-08-01' },
      '422 BITRIX_ERROR',
    ],
  ])('refuses %s', (_, body, outcome) => {
    const { vibecode, effects } = startBitrix24();
    expect(outcomeOf(vibecode('POST', '/tasks', body))).toBe(outcome);
    expect(effects).toEqual([]);
  });

  it("tells Bitrix24's own error beside a 422", () => {
    const { vibecode } = startBitrix24();
    const answer = vibecode('POST', '/tasks', { title: 'A', responsibleId: 100_000 });
    expect(dig(answer.body, 'bitrixError')).toEqual({
      error: 'ERROR_CORE',
      error_description: 'Responsible person 100000 not found',
    });
  });

  it('keeps status 1 as 2 and any priority but 0 to 2 as 1', () => {
    const { vibecode } = startBitrix24();
    const answer = vibecode('POST', '/tasks', { title: 'A', responsibleId: 1, status: 1, priority: 9 });
    expect(dig(answer.body, 'data')).toMatchObject({ status: 2, priority: 1 });
  });

  it('refuses a body without the JSON content type, and one that is no JSON', () => {
    const { service, context, vibecode } = startBitrix24();
    const answer = vibecode('POST', '/tasks', { title: 'A', responsibleId: 1 }, { 'content-type': 'text/plain' });
    expect(outcomeOf(answer)).toBe('400 VALIDATION_ERROR');
    const broken = service.handle(
      {
        method: 'POST',
        path: ['v1', 'tasks'],
        query: new URLSearchParams(),
        headers: { 'x-api-key': 'vibe_api_x', 'content-type': 'application/json' },
        body: undefined,
        bodyText: '{',
      },
      context,
    );
    expect(outcomeOf(broken)).toBe('400 INVALID_REQUEST');
  });
});

describe('the fields of tasks', () => {
  it('are described with what is required and read-only', () => {
    const { vibecode } = startBitrix24();
    expect(dig(vibecode('GET', '/tasks/fields').body, 'data', 'fields')).toMatchObject({
      title: { required: true },
      status: { values: [2, 3, 4, 5, 6] },
      closedDate: { readonly: true },
    });
  });
});
