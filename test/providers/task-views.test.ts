import { describe, expect, test } from 'vitest';
import { viewTask as viewBitrix24 } from '../../src/providers/bitrix24/task-view.js';
import { viewTask as viewClickUp } from '../../src/providers/clickup/task-view.js';
import { viewTask as viewTallyfy } from '../../src/providers/tallyfy/task-view.js';

describe('a task of ClickUp', () => {
  const task = {
    id: '86fpd7vgc',
    custom_id: 'DEV-7',
    name: '[test] A',
    status: { id: 'p1', status: 'in progress', type: 'custom', orderindex: 1 },
    date_created: '1567780450202',
    date_updated: '1567780450999',
    due_date: null,
    archived: false,
    assignees: [
      { id: 5, username: 'Ann' },
      { id: 6, email: 'bob@example.com' },
    ],
    tags: [{ name: 'test' }, 'old'],
    list: { id: '901', name: 'Backlog' },
    folder: { id: '77', name: 'Sprint', hidden: false },
    space: { id: '790' },
    url: 'https://app.clickup.com/t/86fpd7vgc',
    parent: null,
    subtasks: [{ id: 'a1' }, { id: 'a2', status: { status: 'done', type: 'closed' } }],
    watchers: [{ id: 7, username: 'Cid' }],
  };

  test('is told in the words of all services', () => {
    expect(viewClickUp(task)).toEqual({
      id: '86fpd7vgc',
      customId: 'DEV-7',
      title: '[test] A',
      status: 'in progress',
      completed: false,
      archived: false,
      url: 'https://app.clickup.com/t/86fpd7vgc',
      place: 'Sprint / Backlog',
      placeId: '901',
      list: 'Backlog',
      otherLists: [],
      folder: 'Sprint',
      space: '790',
      run: null,
      project: null,
      assignees: ['Ann', 'bob@example.com'],
      followers: ['Cid'],
      traces: { trackedMs: 0, subtasks: 2, openSubtasks: 1 },
      partOf: [],
      tags: ['test', 'old'],
      created: '2019-09-06T14:34:10.202Z',
      updated: '2019-09-06T14:34:10.999Z',
      due: null,
      extra: { statusType: 'custom', statusId: 'p1', people: [5, 6] },
    });
  });

  test('tells of time and files that people left on it, and of no comments', () => {
    const view = viewClickUp({ ...task, time_spent: 5_400_000, attachments: [{ id: 'f.txt' }], subtasks: undefined });
    expect(view?.traces).toEqual({ trackedMs: 5_400_000, files: 1 });
  });

  test.each([
    ['closed', true],
    ['done', true],
    ['open', false],
    ['custom', false],
  ])('in a status of the kind %s counts as completed: %s', (type, completed) => {
    expect(viewClickUp({ ...task, status: { status: 'x', type } })?.completed).toBe(completed);
  });

  test('outside any folder shows none', () => {
    const view = viewClickUp({ ...task, folder: { id: '1', name: 'hidden', hidden: true } });
    expect(view).toMatchObject({ folder: null, place: 'Backlog' });
  });
});

describe('a task of Tallyfy', () => {
  const id = '0f8fad5bd9cb469fa16570867728950e';
  const runId = '7c9e6679f4e64b0d9a3f1e2d3c4b5a69';

  test('is told in the words of all services', () => {
    const view = viewTallyfy({
      id,
      title: 'Check',
      run_id: runId,
      is_oneoff_task: false,
      status: 'in-progress',
      task_type: 'approval',
      owners: { users: [{ id: 5, full_name: 'Ann' }], guests: ['g@example.com'], groups: ['g1'] },
      created_at: '2025-05-15T14:30:00Z',
      last_updated: '2025-05-15T14:31:00.000Z',
      deadline: '2025-06-01 17:00:00',
      completed_at: null,
      run: { data: { id: runId, name: 'Onboarding', status: 'issue' } },
      tags: { data: [{ title: 'hr' }] },
    });
    expect(view).toMatchObject({
      id,
      title: 'Check',
      status: 'in-progress',
      completed: false,
      place: 'Onboarding',
      placeId: runId,
      run: 'Onboarding',
      assignees: ['5', 'g@example.com', 'g1'],
      tags: ['hr'],
      due: '2025-06-01T17:00:00.000Z',
      extra: { runId, taskType: 'approval', runStatus: 'issue' },
    });
    expect(view?.extra).not.toHaveProperty('oneOff');
  });

  test('has the same people whether they come as numbers or as objects', () => {
    const people = (users: unknown) => viewTallyfy({ id, owners: { users } })?.assignees;
    expect(people([5, 6])).toEqual(people([{ id: 5, full_name: 'Ann' }, { id: 6 }]));
  });

  test.each([
    ['by its flag, even in a container run', { is_oneoff_task: true, run_id: runId }, true],
    ['not, by its flag, even without a run', { is_oneoff_task: false, run_id: null }, undefined],
    ['without a flag and a run', {}, true],
    ['not, without a flag but in a run', { run_id: runId }, undefined],
  ])('is a one-off %s', (_case, facts, expected) => {
    expect(viewTallyfy({ id, ...facts })?.extra.oneOff).toBe(expected);
  });

  test.each([
    [{ completed_at: '2025-05-15T14:30:00Z' }, true],
    [{ status: 'completed' }, true],
    [{ status: 'complete' }, true],
    [{ status: 'in-progress', completed_at: null }, false],
    [{ status: 'auto-skipped', completed_at: '' }, false],
  ])('with %j is completed: %s', (facts, expected) => {
    expect(viewTallyfy({ id, ...facts })?.completed).toBe(expected);
  });

  test('tells of comments, files and a webhook of its own only where they were asked for', () => {
    const traces = {
      threads: { data: [{ id: 't1', label: 'comment' }] },
      assets: { data: [{ id: 'f1' }, { id: 'f2' }] },
      webhook: 'https://example.com/hook',
    };
    expect(viewTallyfy({ id, ...traces })?.traces).toEqual({ comments: 1, files: 2, webhooks: 1 });
    expect(viewTallyfy({ id, threads: { data: [] }, webhook: null })?.traces).toEqual({ comments: 0, webhooks: 0 });
    expect(viewTallyfy({ id })?.traces).toEqual({});
  });

  test('has an open problem as long as nothing resolved it', () => {
    const withThreads = (...threads: object[]) => viewTallyfy({ id, threads: { data: threads } })?.extra.openProblem;
    expect(withThreads({ label: 'problem', resolve_id: null })).toBe(true);
    expect(withThreads({ label: 'problem', resolve_id: 'r1' }, { label: 'comment' })).toBeUndefined();
  });

  test.each([
    ['empty in field_value', { field_value: '' }, {}, ['Name']],
    ['empty in both places', { field_value: null, value: [] }, {}, ['Name']],
    ['filled in value', { field_value: null, value: 'x' }, {}, undefined],
    ['filled in the taskdata', { field_value: null }, { f1: 'x' }, undefined],
    ['empty in the taskdata', {}, { f1: {} }, ['Name']],
    ['told nowhere', {}, {}, undefined],
    ['not required', { field_value: null, required: false }, {}, undefined],
    ['filled with false', { field_value: false }, {}, undefined],
  ])('with a required field that is %s', (_case, entry, taskdata, expected) => {
    const fields = { data: [{ id: 'f1', label: 'Name', required: true, ...entry }] };
    expect(viewTallyfy({ id, form_fields: fields, taskdata })?.extra.unfilledFields).toEqual(expected);
  });
});

describe('a task of Bitrix24', () => {
  const camel = {
    id: 3871,
    title: 'A',
    status: 3,
    responsibleId: 5,
    accomplices: [6, '7'],
    groupId: 12,
    group: { id: 12, name: 'Sales' },
    tags: ['a', 'b'],
    createdDate: '2026-01-01T10:00:00+03:00',
    changedDate: '2026-01-02T10:00:00+03:00',
    deadline: null,
  };

  test('is told in the words of all services', () => {
    expect(viewBitrix24(camel)).toMatchObject({
      id: '3871',
      title: 'A',
      status: 'in_progress',
      completed: false,
      project: '12',
      placeId: '12',
      assignees: ['5', '6', '7'],
      tags: ['a', 'b'],
      created: '2026-01-01T07:00:00.000Z',
      updated: '2026-01-02T07:00:00.000Z',
      due: null,
      extra: { statusCode: 3 },
    });
  });

  test('is the same in capitals, with numbers as text', () => {
    const upper = {
      ID: '3871',
      TITLE: 'A',
      STATUS: '3',
      RESPONSIBLE_ID: '5',
      ACCOMPLICES: ['6', '7'],
      GROUP_ID: '12',
      GROUP: { ID: '12', NAME: 'Sales' },
      TAGS: { 1: { ID: 1, TITLE: 'a' }, 2: { ID: 2, TITLE: 'b' } },
      CREATED_DATE: '2026-01-01T10:00:00+03:00',
      CHANGED_DATE: '2026-01-02T10:00:00+03:00',
      DEADLINE: null,
    };
    expect(viewBitrix24(upper)).toEqual(viewBitrix24(camel));
  });

  test.each([
    [2, 'pending', false],
    [4, 'supposedly_completed', false],
    ['5', 'completed', true],
    [6, 'deferred', false],
    [-1, '-1', false],
  ])('in the status %s is %s, completed: %s', (status, name, completed) => {
    expect(viewBitrix24({ ...camel, status })).toMatchObject({ status: name, completed });
  });

  test('tells who made and watches it, and of comments and time where the portal does', () => {
    const told = { id: '11', createdBy: '3', auditors: ['4', '5'], commentsCount: '2', timeSpentInLogs: '90' };
    expect(viewBitrix24(told)).toMatchObject({
      followers: ['3', '4', '5'],
      traces: { comments: 2, trackedMs: 90_000 },
    });
    expect(viewBitrix24({ id: '11' })?.traces).toEqual({});
  });

  test('without a group is in no project', () => {
    expect(viewBitrix24({ ...camel, group: [], groupId: '0' })).toMatchObject({ project: null, placeId: null });
  });

  test('may not be removed where Bitrix24 says so', () => {
    expect(viewBitrix24({ ...camel, action: { remove: false } })?.extra.mayNotRemove).toBe(true);
    expect(viewBitrix24({ ...camel, action: { remove: true } })?.extra).not.toHaveProperty('mayNotRemove');
  });
});

test.each([viewBitrix24, viewClickUp, viewTallyfy])('what has no id is no task', (view) => {
  for (const value of [null, undefined, 'x', 5, [], {}, { id: null }, { id: '' }, { id: {} }]) {
    expect(view(value)).toBeNull();
  }
});

test.each([
  [viewBitrix24, '1'],
  [viewClickUp, '9hx'],
  [viewTallyfy, '0f8fad5bd9cb469fa16570867728950e'],
] as const)('fields of the wrong shape are left out, not thrown over', (view, id) => {
  const odd = {
    id,
    title: 5,
    name: [],
    status: [],
    owners: 'x',
    assignees: {},
    tags: 7,
    list: null,
    run: 'r',
    group: 1,
  };
  expect(view(odd)).toMatchObject({ id, assignees: [] });
});
