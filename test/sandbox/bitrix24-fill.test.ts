import { describe, expect, it, test } from 'vitest';
import { idsOf, outcomeOf, startBitrix24 } from './bitrix24-kit.js';

describe('filling from a manifest', () => {
  test.each([
    'Name',
    'title',
    'Task Name',
    'TASK_NAME',
    'task-title',
    'Название',
    'Aufgabe',
  ])('takes the title from the column %s', (column) => {
    const { service, fill } = startBitrix24();
    fill('12', 'delete', false, { 'Task ID': '12', [column]: '[test] twelve' });
    expect(service.inspect('12')).toMatchObject({ id: 12, title: '[test] twelve', status: 2, deleted: false });
  });

  it('writes no effect and does not need the id as text', () => {
    const { vibecode, fill, takeEffects } = startBitrix24();
    fill(5);
    expect(takeEffects()).toEqual([]);
    expect(vibecode('DELETE', '/tasks/5').status).toBe(204);
  });

  it('makes targets of rows that were done as those rows left them', () => {
    const { service, vibecode, fill } = startBitrix24();
    fill(1, 'delete', true);
    fill(2, 'complete', true);
    fill(3, 'defer', true);
    expect(service.inspect('1')).toMatchObject({ deleted: true });
    expect(outcomeOf(vibecode('GET', '/tasks/1'))).toBe('404 ENTITY_NOT_FOUND');
    expect(service.inspect('2')).toMatchObject({ status: 5, closedBy: 1 });
    expect(service.inspect('3')).toMatchObject({ status: 6 });
  });

  it('makes a task that can be reopened for a row that reopens it', () => {
    const { service, fill } = startBitrix24();
    fill(1, 'reopen');
    expect(service.inspect('1')).toMatchObject({ status: 5 });
  });

  it('fills a task once for several rows and never brings a deleted one back', () => {
    const { service, fill } = startBitrix24();
    fill(1, 'complete', true, { name: 'A' });
    fill(1, 'comment', false, { name: 'B' });
    expect(service.inspect('1')).toMatchObject({ status: 5, title: 'A' });
    fill(1, 'delete', true);
    fill(1, 'comment');
    expect(service.inspect('1')).toMatchObject({ deleted: true });
  });

  test.each(['', 'abc', '0', '-5', '1.2E+15', '9007199254740993'])('fills nothing for the id %j', (id) => {
    const { vibecode, fill } = startBitrix24();
    fill(id);
    expect(idsOf(vibecode('GET', '/tasks'))).toEqual([]);
  });

  it('fills the parent that a row names', () => {
    const { service, context, vibecode } = startBitrix24();
    const row = { provider: 'bitrix24', operation: 'create', values: { parent_id: '7' }, cells: {}, done: false };
    service.fill(row, context);
    expect(vibecode('POST', '/tasks', { title: 'A', responsibleId: 1, parentId: 7 }).status).toBe(201);
  });

  it('leaves an update something to change: another title and priority, and values where it empties them', () => {
    const { service, context } = startBitrix24();
    const clear = ['description', 'deadline', 'time_estimate', 'tags', 'accomplices', 'auditors'];
    const values = { task_id: '8', title: 'New', priority: 'normal', clear };
    service.fill({ provider: 'bitrix24', operation: 'update', values, cells: { Title: 'New' }, done: false }, context);
    expect(service.inspect('8')).toMatchObject({
      title: 'New (before)',
      priority: 0,
      description: expect.stringMatching(/./),
      deadline: expect.anything(),
      timeEstimate: 3600,
      tags: ['filled-in'],
      accomplices: [1],
      auditors: [1],
    });
  });

  it('lets new tasks be created next to the highest possible id', () => {
    const { create, fill } = startBitrix24();
    fill('9007199254740991');
    expect(create()).toBe(1);
    expect(create()).toBe(2);
  });
});

describe('the service', () => {
  it('names the variables that reach it', () => {
    expect(startBitrix24().service.environment('http://127.0.0.1:4010')).toEqual({
      BITRIX24_API_KEY: 'vibe_api_sandbox',
      BITRIX24_BASE_URL: 'http://127.0.0.1:4010/bitrix24',
    });
  });

  it('shows comments of a task on inspection and knows nothing of ids that never were', () => {
    const { service, create, vibecode } = startBitrix24();
    vibecode('POST', `/tasks/${create()}/comments`, { message: 'Hi' });
    expect(service.inspect('1')).toMatchObject({ comments: [{ id: 1, message: 'Hi' }] });
    expect(service.inspect('2')).toBeUndefined();
    expect(service.inspect('__proto__')).toBeUndefined();
  });

  it('forgets everything on reset', () => {
    const { service, create, vibecode } = startBitrix24();
    create();
    for (let failure = 0; failure < 12; failure += 1) vibecode('GET', '/tasks/99');
    service.reset();
    expect(service.inspect('1')).toBeUndefined();
    expect(vibecode('GET', '/tasks/99').status).toBe(404);
    expect(create()).toBe(1);
  });
});
