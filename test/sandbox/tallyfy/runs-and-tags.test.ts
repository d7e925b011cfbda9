import { describe, expect, it } from 'vitest';
import type { TallyfySettings } from '../../../src/sandbox/tallyfy/settings.js';
import { Api, HEX, hex, idOf, pick } from './api.js';

const RUN = `runs/${hex('1')}`;

function withRun(settings: Partial<TallyfySettings> = {}): Api {
  const api = new Api(settings);
  api.fill('complete', { task_id: hex('a'), run_id: hex('1') });
  return api;
}

function names(api: Api, query: string) {
  const data = pick(api.send('GET', `runs?${query}`), 'data');
  return Array.isArray(data) ? data.map((run) => String(Reflect.get(run, 'id')).slice(0, 1)) : [];
}

describe('the life of a run', () => {
  it('is archived with 200 and data, restored to what it was, and its tasks with it', () => {
    const api = withRun();
    const archived = api.send('DELETE', RUN);
    expect(archived.status).toBe(200);
    expect(pick(archived, 'data')).toMatchObject({ status: 'archived', archived_at: '2026-11-18T09:00:00.000Z' });
    expect(api.send('GET', `tasks/${hex('a')}`).status).toBe(404);
    expect(pick(api.send('GET', RUN), 'data', 'status')).toBe('archived');
    expect(api.send('DELETE', RUN).status).toBe(422);
    const restored = api.send('PUT', `${RUN}/activate`);
    expect(pick(restored, 'data')).toMatchObject({ status: 'active', archived_at: null });
    expect(api.send('PUT', `${RUN}/activate`).status).toBe(422);
    expect(api.send('GET', `tasks/${hex('a')}`).status).toBe(200);
    expect(api.send('PUT', `${RUN}/restore`).status).toBe(404);
    expect(api.effects).toEqual([
      { kind: 'archive-run', target: hex('1') },
      { kind: 'restore-run', target: hex('1') },
    ]);
  });

  it('is deleted for good only when archived, with 200 and no body', () => {
    const api = withRun();
    expect(api.send('DELETE', `${RUN}/delete`).status).toBe(422);
    api.send('DELETE', RUN);
    expect(api.send('DELETE', `${RUN}/delete`)).toEqual({ status: 200 });
    expect(api.send('DELETE', `${RUN}/delete`).status).toBe(404);
    expect(api.send('GET', RUN).status).toBe(404);
    expect(api.service.inspect(hex('a'))).toEqual({ kind: 'task', id: hex('a'), deleted: true });
    expect(api.kinds()).toEqual(['archive-run', 'delete-run']);
  });

  it('is deleted by administrators only', () => {
    const api = withRun({ admin: false });
    api.send('DELETE', RUN);
    expect(api.send('DELETE', `${RUN}/delete`).status).toBe(403);
    expect(api.service.inspect(hex('1'))).toMatchObject({ status: 'archived' });
  });

  it('starts with tasks that the answer does not tell', () => {
    const api = new Api();
    const answer = api.send('POST', 'runs', {
      checklist_id: hex('c'),
      name: 'Onboard Ann',
      prerun: { [hex('d')]: 'x', y: 1 },
    });
    expect(answer.status).toBe(201);
    expect(pick(answer, 'data')).toMatchObject({ name: 'Onboard Ann', status: 'active', prerun: { [hex('d')]: 'x' } });
    expect(pick(answer, 'data')).not.toHaveProperty('tasks');
    const tasks = api.send('GET', `runs/${idOf(answer)}/tasks`);
    expect(pick(tasks, 'data', 0)).toMatchObject({
      is_oneoff_task: false,
      run_id: idOf(answer),
      checklist_id: hex('c'),
    });
    expect(api.kinds()).toEqual(['launch']);
    expect(Object.keys(pick(api.send('POST', 'runs', {}), 'errors') ?? {})).toEqual(['checklist_id', 'name']);
    expect(api.send('POST', 'runs', { checklist_id: hex('c'), name: 'x'.repeat(551) }).status).toBe(422);
  });
});

describe('PUT /runs/{id}', () => {
  it('empties users and groups that are left out', () => {
    const api = withRun();
    api.send('PUT', RUN, { users: [4, 5], groups: ['g'] });
    const answer = api.send('PUT', RUN, { name: 'Renamed', users: [4] });
    expect(pick(answer, 'data')).toMatchObject({ name: 'Renamed', users: [4], groups: [] });
    expect(pick(api.send('PUT', RUN, { starred: true }), 'data')).toMatchObject({ users: [], starred: true });
    expect(api.kinds()).toEqual(['update-run', 'update-run', 'update-run']);
  });
});

describe('GET /runs', () => {
  it('finds archived runs by archived=only, not by their status', () => {
    const api = withRun();
    api.fill('restore-run', { run_id: hex('2') });
    expect(names(api, '')).toEqual(['1']);
    expect(names(api, 'archived=only')).toEqual(['2']);
    expect(names(api, 'archived=true')).toEqual(['1', '2']);
    expect(names(api, 'status=archived')).toEqual([]);
  });

  it('shows runs with an issue among those with a problem', () => {
    const api = withRun();
    api.fill('comment', { task_id: hex('b'), run_id: hex('2') });
    api.fill('archive-run', { run_id: hex('3') });
    const run = api.state.runs.get(hex('1'));
    if (run !== undefined) run.hasOpenIssue = true;
    api.send('POST', `tasks/${hex('b')}/problem`, { content: 'x' });
    expect(names(api, 'status=problem')).toEqual(['1', '2']);
    expect(names(api, 'status=issue')).toEqual(['1']);
    expect(names(api, 'status=active')).toEqual(['3']);
    expect(api.send('GET', 'runs?status=overdue').status).toBe(422);
  });

  it('finds by name, template and tag', () => {
    const api = withRun();
    const launched = api.send('POST', 'runs', { checklist_id: hex('c'), name: 'Onboard Ann' });
    const tag_id = idOf(api.send('POST', 'tags', { title: 'hr' }));
    api.send('POST', 'checklists/tags', { subject_id: hex('1'), subject_type: 'Run', tag_id, tag_type: 'private' });
    const own = idOf(launched).slice(0, 1);
    expect(names(api, 'q=ann')).toEqual([own]);
    expect(names(api, `checklist_id=${hex('c')}`)).toEqual([own]);
    expect(names(api, `blueprint_id=${hex('c')}`)).toEqual([own]);
    expect(names(api, 'tag=hr')).toEqual(['1']);
    expect(names(api, `tag_ids=${tag_id}`)).toEqual(['1']);
    expect(names(api, 'untagged=true')).toEqual([own]);
  });

  it('shows the tasks of one run when asked', () => {
    const api = withRun();
    expect(pick(api.send('GET', `${RUN}?with=tasks,form_fields`), 'data')).toMatchObject({
      tasks: { data: [{ id: hex('a') }] },
      form_fields: { data: [] },
    });
  });
});

describe('tags', () => {
  it('are created, read, renamed and deleted', () => {
    const api = new Api();
    const created = api.send('POST', 'tags', { title: 'urgent', color: '#ff0000' });
    expect(created.status).toBe(201);
    const id = idOf(created);
    expect(id).toMatch(HEX);
    expect(pick(api.send('GET', `tags/${id}`), 'data')).toMatchObject({ title: 'urgent', color: '#ff0000' });
    expect(pick(api.send('PUT', `tags/${id}`, { title: 'later' }), 'data')).toMatchObject({
      title: 'later',
      color: '#ff0000',
    });
    expect(api.send('PUT', `tags/${id}`, { color: '#00ff00' }).status).toBe(422);
    expect(pick(api.send('GET', 'tags?q=LAT'), 'meta', 'pagination', 'total')).toBe(1);
    expect(api.send('DELETE', `tags/${id}`)).toEqual({ status: 204 });
    expect(api.send('GET', `tags/${id}`).status).toBe(404);
    expect(api.kinds()).toEqual(['create-tag', 'update-tag', 'delete-tag']);
  });

  it('answer 204 to a deletion that found nothing, and change nothing', () => {
    const api = new Api();
    expect(api.send('DELETE', `tags/${hex('f')}`)).toEqual({ status: 204 });
    expect(api.effects).toEqual([]);
  });

  it.each([
    {},
    { title: 'x'.repeat(31) },
    { title: 'taken' },
    { title: 'a', color: 'red' },
    { title: 'a', color: '#fff' },
  ])('are refused: %j', (body) => {
    const api = new Api();
    api.send('POST', 'tags', { title: 'taken' });
    expect(api.send('POST', 'tags', body).status).toBe(422);
  });

  it('are linked to a run once and unlinked by the link', () => {
    const api = withRun();
    const tag_id = idOf(api.send('POST', 'tags', { title: 'hr' }));
    const link = (subject_id: string) =>
      api.send('POST', 'checklists/tags', { subject_id, subject_type: 'Run', tag_id, tag_type: 'private' });
    expect(idOf(link(hex('1')))).toBe(idOf(link(hex('1'))));
    const refused = link(hex('9'));
    expect(refused.status).toBe(422);
    expect(pick(refused, 'message')).toBe('Subject not found');
    const tags = pick(api.send('GET', `${RUN}?with=tags`), 'data', 'tags', 'data');
    expect(tags).toMatchObject([{ id: tag_id, association_id: idOf(link(hex('1'))) }]);
    expect(api.send('DELETE', `checklists/tags/${idOf(link(hex('1')))}`).status).toBe(204);
    expect(pick(api.send('GET', `${RUN}?with=tags`), 'data', 'tags', 'data')).toEqual([]);
    expect(api.kinds()).toEqual(['create-tag', 'link-tag', 'unlink-tag']);
  });
});
