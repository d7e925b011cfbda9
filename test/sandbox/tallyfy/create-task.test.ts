import { describe, expect, it } from 'vitest';
import { Api, buildRequest, HEX, hex, idOf, ME, newTask, ORG, pick } from './api.js';

describe('POST /tasks', () => {
  it('answers 201 with the task, users as objects and dates as ISO in UTC', () => {
    const api = new Api();
    const answer = api.send('POST', 'tasks', newTask({ description: 'By mail' }));
    expect(answer.status).toBe(201);
    expect(pick(answer, 'data')).toMatchObject({
      id: expect.stringMatching(HEX),
      title: 'Send the invoice',
      summary: 'By mail',
      status: 'not-started',
      is_oneoff_task: true,
      run_id: null,
      step_id: null,
      owners: { users: [{ id: ME, full_name: 'Robin Sandbox', profile_pic: null }], guests: [], groups: [] },
      deadline: '2026-12-01T17:00:00.000Z',
      created_at: '2026-11-18T09:00:00.000Z',
      started_at: '2026-11-18T09:00:00.000Z',
      completed_at: null,
    });
    expect(api.effects).toEqual([{ kind: 'create', target: idOf(answer), detail: { title: 'Send the invoice' } }]);
  });

  it('makes a second task when the same request comes twice', () => {
    const api = new Api();
    const ids = [1, 2].map(() => idOf(api.send('POST', 'tasks', newTask())));
    expect(new Set(ids).size).toBe(2);
    expect(api.kinds()).toEqual(['create', 'create']);
  });

  it.each([
    ['2026-12-01 17:00:00', '2026-12-01T17:00:00.000Z'],
    ['2026-12-01T17:00:00Z', '2026-12-01T17:00:00.000Z'],
    ['2026-12-01T17:00:00.250+02:00', '2026-12-01T15:00:00.250Z'],
    ['2026-12-01T17:00:00-0530', '2026-12-01T22:30:00.000Z'],
    ['2026-12-01', '2026-12-01T00:00:00.000Z'],
  ])('takes the deadline %s', (deadline, stored) => {
    expect(pick(new Api().send('POST', 'tasks', newTask({ deadline })), 'data', 'deadline')).toBe(stored);
  });

  it('moves a deadline on a weekend to Monday', () => {
    const deadlineOf = (deadline: string) =>
      pick(new Api().send('POST', 'tasks', newTask({ deadline })), 'data', 'deadline');
    expect(deadlineOf('2026-12-05 17:00:00')).toBe('2026-12-07T17:00:00.000Z');
    expect(deadlineOf('2026-12-06 17:00:00')).toBe('2026-12-07T17:00:00.000Z');
  });

  it.each([
    ['title', undefined],
    ['title', '   '],
    ['title', 'x'.repeat(601)],
    ['title', 7],
    ['task_type', undefined],
    ['task_type', 'todo'],
    ['owners', undefined],
    ['owners', [ME]],
    ['owners', {}],
    ['owners', { users: [], guests: [], groups: [] }],
    ['deadline', undefined],
    ['deadline', null],
    ['deadline', 1_790_000_000],
    ['deadline', 'tomorrow'],
    ['deadline', '2026-02-30 10:00:00'],
    ['deadline', '2026-12-01 25:00:00'],
    ['started_at', 1],
    ['top_secret', 'maybe'],
    ['max_assignable', -1],
    ['webhook', 'not a url'],
    ['webhook', 'file:///etc/passwd'],
    ['run_id', hex('f')],
    ['status', 'completed'],
  ])('refuses a bad %s (%j) with 422 and creates nothing', (field, value) => {
    const api = new Api();
    const answer = api.send('POST', 'tasks', newTask({ [field]: value }));
    expect(answer.status).toBe(422);
    expect(pick(answer, 'error')).toBe(true);
    expect(Object.keys(pick(answer, 'errors') ?? {})).toEqual([field]);
    expect(pick(answer, 'errors', field, 0)).toBeTypeOf('string');
    expect(api.effects).toEqual([]);
    expect(api.state.tasks.size).toBe(0);
  });

  it.each([
    ['owners.users.1', { owners: { users: [1, 'x'] } }],
    ['owners.users.0', { owners: { users: [0], guests: ['a@example.com'] } }],
    ['owners.guests.0', { owners: { users: [1], guests: ['no-mail'] } }],
    ['owners.groups', { owners: { users: [1], groups: 'g' } }],
    ['tags.0', { tags: ['urgent'] }],
    ['form_fields.0.label', { form_fields: [{ field_type: 'text', required: true }] }],
    ['form_fields.0.field_type', { form_fields: [{ label: 'Age', field_type: 'number', required: true }] }],
    ['form_fields.0.required', { form_fields: [{ label: 'Age', field_type: 'text' }] }],
  ])('names the part that is wrong: %s', (name, change) => {
    expect(Object.keys(pick(new Api().send('POST', 'tasks', newTask(change)), 'errors') ?? {})).toEqual([name]);
  });

  it('takes 600 characters of any script as a title and numeric strings as users', () => {
    const answer = new Api().send('POST', 'tasks', newTask({ title: '🙂'.repeat(600), owners: { users: ['17'] } }));
    expect(answer.status).toBe(201);
    expect(pick(answer, 'data', 'owners', 'users', 0, 'id')).toBe(17);
  });

  it('attaches to a run that allows it and refuses the others', () => {
    const api = new Api();
    api.fill('archive-run', { run_id: hex('a') });
    const attached = api.send('POST', 'tasks', newTask({ run_id: hex('a') }));
    expect(pick(attached, 'data')).toMatchObject({ run_id: hex('a'), is_oneoff_task: true });
    const run = api.state.runs.get(hex('a'));
    if (run !== undefined) run.canAddOneOffTasks = false;
    const refused = api.send('POST', 'tasks', newTask({ run_id: hex('a') }));
    expect(refused.status).toBe(422);
    expect(pick(refused, 'message')).toBe('Ad-hoc tasks not allowed for this process');
  });
});

describe('a fan-out', () => {
  it('makes one task an assignee but answers only the first, with its run', () => {
    const api = new Api();
    api.state.groups.set('g1', [3, 4]);
    const answer = api.send(
      'POST',
      'tasks',
      newTask({
        separate_task_for_each_assignee: true,
        owners: { users: [1, 3], guests: ['a@example.com'], groups: ['g1'] },
      }),
    );
    expect(answer.status).toBe(201);
    const runId = String(pick(answer, 'data', 'run_id'));
    expect(pick(answer, 'data', 'run')).toMatchObject({ id: runId, name: 'Send the invoice' });
    const listed = api.send('GET', `runs/${runId}/tasks`);
    expect(pick(listed, 'meta', 'pagination', 'total')).toBe(4);
    expect(pick(listed, 'data', 0, 'id')).toBe(idOf(answer));
    expect(api.effects).toHaveLength(1);
    expect(api.effects[0]).toMatchObject({ kind: 'create', target: idOf(answer) });
  });
});

describe('POST /tasks/{id}/clone', () => {
  it('makes an open copy with an id of its own', () => {
    const api = new Api();
    const id = idOf(api.send('POST', 'tasks', newTask()));
    api.send('POST', 'completed-tasks', { task_id: id });
    const copy = api.send('POST', `tasks/${id}/clone`);
    expect(pick(copy, 'data')).toMatchObject({ title: 'Send the invoice', status: 'not-started', completed_at: null });
    expect(idOf(copy)).not.toBe(id);
    expect(api.kinds()).toEqual(['create', 'complete', 'clone']);
  });
});

describe('hostile bodies', () => {
  it('takes __proto__ for a key like any other', () => {
    const api = new Api();
    const body: unknown = JSON.parse('{"__proto__":{"title":"x"},"constructor":1}');
    expect(api.send('POST', 'tasks', body).status).toBe(422);
    expect(Reflect.get({}, 'title')).toBeUndefined();
  });

  it('survives deep nesting', () => {
    const api = new Api();
    const path = `organizations/${ORG}/tasks`;
    const options = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const field = `{"label":"Choice","field_type":"radio","required":false,"options":[${options}]}`;
    const bodyText = JSON.stringify(newTask()).replace(/}$/, `,"form_fields":[${field}]}`);
    const answer = api.service.handle(
      { ...buildRequest('POST', path, {}), body: JSON.parse(bodyText), bodyText },
      api.context,
    );
    expect(answer.status).toBe(201);
    expect(JSON.stringify(api.service.inspect(idOf(answer))).length).toBeLessThan(5_000);
  });
});
