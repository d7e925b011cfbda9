import { describe, expect, it } from 'vitest';
import { Api, hex, idOf, ME, newTask, pick } from './api.js';

function createOneOff(api: Api, changes: Readonly<Record<string, unknown>> = {}): string {
  const id = idOf(api.send('POST', 'tasks', newTask(changes)));
  api.effects.length = 0;
  return id;
}

describe('PUT /tasks/{id}', () => {
  it('needs title, deadline and owners in every request', () => {
    const api = new Api();
    const answer = api.send('PUT', `tasks/${createOneOff(api)}`, { summary: 'x' });
    expect(answer.status).toBe(422);
    expect(Object.keys(pick(answer, 'errors') ?? {}).sort()).toEqual(['deadline', 'owners', 'title']);
    expect(api.effects).toEqual([]);
  });

  it('answers the changed task with users as ids', () => {
    const api = new Api();
    const answer = api.send('PUT', `tasks/${createOneOff(api)}`, newTask({ title: 'New', summary: 'More' }));
    expect(answer.status).toBe(200);
    expect(pick(answer, 'data')).toMatchObject({ title: 'New', summary: 'More', owners: { users: [ME] } });
    expect(api.kinds()).toEqual(['update']);
  });

  it('empties the buckets of owners that were left out', () => {
    const api = new Api();
    const id = createOneOff(api, { owners: { users: [1], guests: ['a@example.com'], groups: ['g'] } });
    api.send('PUT', `tasks/${id}`, newTask({ owners: { users: [2] } }));
    expect(pick(api.send('GET', `tasks/${id}`), 'data', 'owners')).toEqual({ users: [2], guests: [], groups: [] });
  });

  it('counts a repeated request as no second change', () => {
    const api = new Api();
    const id = createOneOff(api);
    const body = newTask({ title: 'New', deadline: '2026-12-05 08:00:00' });
    expect(api.send('PUT', `tasks/${id}`, body).status).toBe(200);
    expect(api.send('PUT', `tasks/${id}`, body).status).toBe(200);
    expect(api.kinds()).toEqual(['update']);
  });

  it('clears summary and webhook with null', () => {
    const api = new Api();
    const id = createOneOff(api, { summary: 'x', webhook: 'https://example.com/hook' });
    const answer = api.send('PUT', `tasks/${id}`, newTask({ summary: null, webhook: null }));
    expect(pick(answer, 'data')).toMatchObject({ summary: null, webhook: null });
  });

  it('refuses a completed task with 422, and does not find an archived one', () => {
    const api = new Api();
    const [done, archived] = [createOneOff(api), createOneOff(api)];
    api.send('POST', 'completed-tasks', { task_id: done });
    api.send('DELETE', `tasks/${archived}`);
    expect(api.send('PUT', `tasks/${done}`, newTask({ title: 'New' })).status).toBe(422);
    expect(api.send('PUT', `tasks/${archived}`, newTask({ title: 'New' })).status).toBe(404);
    expect(api.kinds()).toEqual(['complete', 'archive']);
  });
});

describe('PUT /runs/{run}/tasks/{id}', () => {
  it('changes only what is sent and keeps the owners that are not', () => {
    const api = new Api();
    api.fill('update', { task_id: hex('a'), run_id: hex('1') }, { cells: { name: 'Step' } });
    const answer = api.send('PUT', `runs/${hex('1')}/tasks/${hex('a')}`, { title: 'Step one' });
    expect(pick(answer, 'data')).toMatchObject({ title: 'Step one', owners: { users: [ME] } });
    expect(pick(answer, 'data', 'deadline')).toBeTypeOf('string');
    const cleared = api.send('PUT', `runs/${hex('1')}/tasks/${hex('a')}`, { deadline: null });
    expect(pick(cleared, 'data', 'deadline')).toBeNull();
    expect(api.send('PUT', `runs/${hex('1')}/tasks/${hex('a')}`, { title: '' }).status).toBe(422);
  });

  it('does not find the task in another run', () => {
    const api = new Api();
    api.fill('update', { task_id: hex('a'), run_id: hex('1') });
    api.fill('update', { task_id: hex('b'), run_id: hex('2') });
    expect(api.send('PUT', `runs/${hex('2')}/tasks/${hex('a')}`, { title: 'x' }).status).toBe(404);
    expect(api.send('GET', `runs/${hex('2')}/tasks/${hex('a')}`).status).toBe(404);
  });
});

describe('archive, restore and delete', () => {
  it('archives with 204 and hides the task, once', () => {
    const api = new Api();
    const id = createOneOff(api);
    expect(api.send('DELETE', `tasks/${id}`)).toEqual({ status: 204 });
    expect(api.send('GET', `tasks/${id}`).status).toBe(404);
    expect(pick(api.send('GET', 'tasks'), 'meta', 'pagination', 'total')).toBe(0);
    expect(pick(api.send('GET', 'tasks?archived=only'), 'data', 0)).toMatchObject({
      id,
      archived_at: '2026-11-18T09:00:00.000Z',
    });
    expect(pick(api.send('GET', 'tasks?archived=true'), 'meta', 'pagination', 'total')).toBe(1);
    expect(api.send('DELETE', `tasks/${id}`).status).toBe(404);
    expect(api.effects).toEqual([{ kind: 'archive', target: id }]);
  });

  it('can leave archived tasks readable', () => {
    const api = new Api({ archivedTasksReadable: true });
    const id = createOneOff(api);
    api.send('DELETE', `tasks/${id}`);
    expect(api.send('GET', `tasks/${id}`).status).toBe(200);
  });

  it('restores with 200 and the task, and refuses a task that is not archived', () => {
    const api = new Api();
    const id = createOneOff(api);
    api.send('DELETE', `tasks/${id}`);
    const answer = api.send('PUT', `tasks/${id}/restore`);
    expect(answer.status).toBe(200);
    expect(pick(answer, 'data')).toMatchObject({ id });
    expect(api.send('PUT', `tasks/${id}/restore`).status).toBe(422);
    expect(api.send('GET', `tasks/${id}`).status).toBe(200);
    expect(api.kinds()).toEqual(['archive', 'restore']);
  });

  it('deletes for good with 204, archived or not, and then does not find it', () => {
    const api = new Api();
    const [live, archived] = [createOneOff(api), createOneOff(api)];
    api.send('DELETE', `tasks/${archived}`);
    for (const id of [live, archived]) {
      expect(api.send('DELETE', `tasks/${id}/delete`)).toEqual({ status: 204 });
      expect(api.send('DELETE', `tasks/${id}/delete`).status).toBe(404);
      expect(api.send('PUT', `tasks/${id}/restore`).status).toBe(404);
      expect(api.service.inspect(id)).toEqual({ kind: 'task', id, deleted: true });
    }
    expect(api.kinds()).toEqual(['archive', 'delete', 'delete']);
  });

  it('refuses a member the deletion of a task that another started', () => {
    const api = new Api({ admin: false });
    api.fill('delete', { task_id: hex('a') });
    expect(api.send('DELETE', `tasks/${hex('a')}/delete`).status).toBe(403);
    expect(api.send('DELETE', `tasks/${createOneOff(api)}/delete`).status).toBe(204);
  });

  it.each([
    ['DELETE', ''],
    ['PUT', '/restore'],
    ['DELETE', '/delete'],
    ['POST', '/clone'],
  ])('refuses a task of a run: %s tasks/{id}%s', (method, rest) => {
    for (const oneOffRouteOnRunTask of [404, 422] as const) {
      const api = new Api({ oneOffRouteOnRunTask });
      api.fill('complete', { task_id: hex('a'), run_id: hex('1') });
      expect(api.send(method, `tasks/${hex('a')}${rest}`).status).toBe(oneOffRouteOnRunTask);
      expect(api.effects).toEqual([]);
    }
  });
});
