import { describe, expect, it } from 'vitest';
import type { TallyfySettings } from '../../../src/sandbox/tallyfy/settings.js';
import { Api, hex, idOf, ME, newTask, pick } from './api.js';

function createOneOff(api: Api, changes: Readonly<Record<string, unknown>> = {}): string {
  const id = idOf(api.send('POST', 'tasks', newTask(changes)));
  api.effects.length = 0;
  return id;
}

function complete(api: Api, taskId: string, body: Readonly<Record<string, unknown>> = {}) {
  return api.send('POST', 'completed-tasks', { task_id: taskId, ...body });
}

describe('POST /completed-tasks', () => {
  it('completes with 200', () => {
    const api = new Api();
    const id = createOneOff(api);
    const answer = complete(api, id);
    expect(answer.status).toBe(200);
    expect(pick(answer, 'data')).toMatchObject({
      id,
      status: 'completed',
      completed_at: '2026-11-18T09:00:00.000Z',
      completer_id: ME,
      is_approved: null,
    });
    expect(pick(answer, 'data')).not.toHaveProperty('tasks_changed_by_rules');
    expect(api.kinds()).toEqual(['complete']);
  });

  it('credits another member when asked', () => {
    const api = new Api();
    expect(pick(complete(api, createOneOff(api), { override_user: 77 }), 'data', 'completer_id')).toBe(77);
  });

  it('needs a task_id', () => {
    const api = new Api();
    expect(pick(api.send('POST', 'completed-tasks', {}), 'errors')).toEqual({
      task_id: ['The task id field is required.'],
    });
  });

  it('does not find unknown, archived and run tasks', () => {
    const api = new Api();
    const archived = createOneOff(api);
    api.send('DELETE', `tasks/${archived}`);
    api.fill('complete', { task_id: hex('a'), run_id: hex('1') });
    for (const id of [hex('f'), archived, hex('a'), '../../me', '__proto__'])
      expect(complete(api, id).status).toBe(404);
    expect(api.kinds()).toEqual(['archive']);
  });
});

describe('POST /runs/{run}/completed-tasks', () => {
  it('completes and tells what the rules changed', () => {
    const api = new Api();
    api.fill('complete', { task_id: hex('a'), run_id: hex('1') });
    const answer = api.send('POST', `runs/${hex('1')}/completed-tasks`, { task_id: hex('a') });
    expect(pick(answer, 'data', 'tasks_changed_by_rules')).toEqual({});
    expect(pick(api.send('GET', `runs/${hex('1')}`), 'data')).toMatchObject({
      status: 'complete',
      completed_at: '2026-11-18T09:00:00.000Z',
    });
  });

  it('does not find the task of another run, nor a task of an archived run', () => {
    const api = new Api();
    api.fill('complete', { task_id: hex('a'), run_id: hex('1') });
    api.fill('complete', { task_id: hex('b'), run_id: hex('2') });
    expect(api.send('POST', `runs/${hex('2')}/completed-tasks`, { task_id: hex('a') }).status).toBe(404);
    api.send('DELETE', `runs/${hex('1')}`);
    expect(api.send('POST', `runs/${hex('1')}/completed-tasks`, { task_id: hex('a') }).status).toBe(404);
    expect(api.kinds()).toEqual(['archive-run']);
  });
});

describe('what stands against a completion', () => {
  const restricted = { can_complete_only_assignees: true, owners: { users: [5] } };

  it('is the right, unless an administrator or an assignee asks', () => {
    const completedBy = (settings: Partial<TallyfySettings>, owners: unknown) => {
      const api = new Api(settings);
      return complete(api, createOneOff(api, { ...restricted, owners })).status;
    };
    expect(completedBy({ admin: false }, { users: [5] })).toBe(403);
    expect(completedBy({ admin: false }, { users: [5, ME] })).toBe(200);
    expect(completedBy({}, { users: [5] })).toBe(200);
  });

  it('is an open problem, until it is resolved', () => {
    const api = new Api();
    const id = createOneOff(api);
    const problem = idOf(api.send('POST', `tasks/${id}/problem`, { content: 'Broken' }));
    expect(complete(api, id).status).toBe(422);
    api.send('POST', `tasks/${id}/resolved-threads`, { thread_id: problem, content: 'Mended' });
    expect(complete(api, id).status).toBe(200);
  });

  it('is an open issue of the run', () => {
    const api = new Api();
    api.fill('complete', { task_id: hex('a'), run_id: hex('1') });
    const run = api.state.runs.get(hex('1'));
    if (run !== undefined) run.hasOpenIssue = true;
    expect(pick(api.send('GET', `runs/${hex('1')}`), 'data', 'status')).toBe('issue');
    expect(api.send('POST', `runs/${hex('1')}/completed-tasks`, { task_id: hex('a') }).status).toBe(422);
    expect(api.effects).toEqual([]);
  });

  it('is a required field that is empty', () => {
    const api = new Api();
    const options = [{ id: 1, text: 'One' }];
    const form_fields = [
      { label: 'Name', field_type: 'text', required: true },
      { label: 'Picks', field_type: 'multiselect', required: true, options },
      { label: 'Note', field_type: 'text', required: false },
    ];
    const id = createOneOff(api, { form_fields });
    const fieldId = (index: number) =>
      String(pick(api.send('GET', `tasks/${id}?with=form_fields`), 'data', 'form_fields', 'data', index, 'id'));
    const [name, picks] = [fieldId(0), fieldId(1)];
    expect(Object.keys(pick(complete(api, id), 'errors') ?? {})).toEqual([name, picks]);
    api.send('PUT', `tasks/${id}`, newTask({ taskdata: { [name]: 'Ann', [picks]: options } }));
    expect(Object.keys(pick(complete(api, id), 'errors') ?? {})).toEqual([picks]);
    api.send('PUT', `tasks/${id}`, newTask({ taskdata: { [picks]: [{ id: 1, text: 'One', selected: true }] } }));
    expect(complete(api, id).status).toBe(200);
    expect(api.kinds()).toEqual(['set-fields', 'set-fields', 'complete']);
  });
});

describe('is_approved', () => {
  it('is required for an approval, which stores it', () => {
    const api = new Api();
    const id = createOneOff(api, { task_type: 'approval' });
    const refusal = complete(api, id);
    expect(refusal.status).toBe(422);
    expect(pick(refusal, 'errors', 'is_approved', 0)).toContain('The is approved field is required');
    expect(complete(api, id, { is_approved: 'perhaps' }).status).toBe(422);
    expect(api.effects).toEqual([]);
    expect(pick(complete(api, id, { is_approved: false }), 'data')).toMatchObject({
      is_approved: false,
      status: 'completed',
    });
  });

  it.each(['expiring', 'expiring_email'])('records a false for %s as EXPIRED, with a 200', (task_type) => {
    const api = new Api();
    const [expired, acknowledged] = [createOneOff(api, { task_type }), createOneOff(api, { task_type })];
    const answer = complete(api, expired, { is_approved: false });
    expect(answer.status).toBe(200);
    expect(pick(answer, 'data')).toMatchObject({ status: 'completed', status_label: 'EXPIRED', is_approved: false });
    expect(pick(complete(api, acknowledged), 'data')).toMatchObject({
      status_label: 'ACKNOWLEDGED',
      is_approved: true,
    });
  });

  it.each(['task', 'email'])('is ignored for %s', (task_type) => {
    const api = new Api();
    expect(pick(complete(api, createOneOff(api, { task_type }), { is_approved: false }), 'data')).toMatchObject({
      status: 'completed',
      is_approved: null,
    });
  });
});

describe('completing twice', () => {
  it('is refused with 422', () => {
    const api = new Api();
    const id = createOneOff(api);
    complete(api, id);
    const second = complete(api, id);
    expect(second.status).toBe(422);
    expect(pick(second, 'message')).toMatch(/already completed/);
    expect(api.kinds()).toEqual(['complete']);
  });

  it('can be a 200 that changes nothing but fires the webhook again', () => {
    const api = new Api({ secondCompletion: 'refire' });
    const id = createOneOff(api);
    complete(api, id);
    api.nowMs += 60_000;
    const second = complete(api, id, { override_user: 9 });
    expect(second.status).toBe(200);
    expect(pick(second, 'data')).toMatchObject({ completed_at: '2026-11-18T09:00:00.000Z', completer_id: ME });
    expect(api.effects.slice(1)).toEqual([{ kind: 'webhook-refired', target: id }]);
  });
});

describe('reopening', () => {
  it('takes a completion back', () => {
    const api = new Api();
    const id = createOneOff(api, { task_type: 'approval' });
    complete(api, id, { is_approved: true });
    const answer = api.send('DELETE', `completed-tasks/${id}`);
    expect(answer.status).toBe(200);
    expect(pick(answer, 'data')).toMatchObject({
      status: 'in-progress',
      completed_at: null,
      completer_id: null,
      completer_guest_id: null,
      is_approved: null,
    });
    expect(api.send('DELETE', `completed-tasks/${id}`).status).toBe(422);
    expect(api.kinds()).toEqual(['complete', 'reopen']);
  });

  it('tells for a task of a run what the rules changed', () => {
    const api = new Api();
    api.fill('reopen', { task_id: hex('a'), run_id: hex('1') });
    const answer = api.send('DELETE', `runs/${hex('1')}/completed-tasks/${hex('a')}`);
    expect(pick(answer, 'data', 'tasks_changed_by_rules')).toEqual({});
    expect(api.send('DELETE', `completed-tasks/${hex('a')}`).status).toBe(404);
  });
});
