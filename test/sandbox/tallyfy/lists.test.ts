import { describe, expect, it } from 'vitest';
import type { TallyfySettings } from '../../../src/sandbox/tallyfy/settings.js';
import { Api, hex, idOf, ME, newTask, pick } from './api.js';

function withTasks(count: number, settings: Partial<TallyfySettings> = {}): Api {
  const api = new Api(settings);
  for (let each = 1; each <= count; each += 1) api.send('POST', 'tasks', newTask({ title: `Task ${each}` }));
  return api;
}

function titles(api: Api, target: string): readonly string[] {
  const data = pick(api.send('GET', target), 'data');
  return Array.isArray(data) ? data.map((item) => String(Reflect.get(item, 'title'))) : [];
}

describe('paging', () => {
  it('shows 10 on a page and tells where it stands', () => {
    const api = withTasks(25);
    const pagination = pick(api.send('GET', 'tasks?page=2'), 'meta', 'pagination');
    expect(pagination).toEqual({
      total: 25,
      count: 10,
      per_page: 10,
      current_page: 2,
      total_pages: 3,
      links: {
        previous: expect.stringMatching(
          /^http:\/\/127\.0\.0\.1:4010\/tallyfy\/api\/organizations\/\w+\/tasks\?page=1$/,
        ),
        next: expect.stringContaining('page=3'),
      },
    });
    expect(titles(api, 'tasks?page=3')).toEqual(['Task 21', 'Task 22', 'Task 23', 'Task 24', 'Task 25']);
    expect(titles(api, 'tasks?page=4')).toEqual([]);
  });

  it('clamps per_page at 100, or refuses it', () => {
    expect(titles(withTasks(120), 'tasks?per_page=500')).toHaveLength(100);
    expect(withTasks(1, { perPageAboveMaximum: 'refuse' }).send('GET', 'tasks?per_page=101').status).toBe(422);
  });

  it.each(['0', '-1', 'many', '1.5'])('takes per_page=%s for the default', (perPage) => {
    expect(titles(withTasks(11), `tasks?per_page=${perPage}`)).toHaveLength(10);
  });

  it.each([
    ['natural', 1, []],
    ['natural', 11, { next: expect.any(String) }],
    ['object', 1, { previous: null, next: null }],
    ['empty', 11, []],
    ['null', 11, null],
  ] as const)('tells links in the shape "%s" (%i tasks)', (paginationLinks, count, links) => {
    const pagination = pick(withTasks(count, { paginationLinks }).send('GET', 'tasks'), 'meta', 'pagination');
    expect(pagination).toMatchObject({ links });
  });

  it('can leave the links out', () => {
    const api = withTasks(11, { paginationLinks: 'absent' });
    expect(pick(api.send('GET', 'tasks'), 'meta', 'pagination')).not.toHaveProperty('links');
  });

  it('gives everything without meta when paging is switched off', () => {
    const answer = withTasks(30).send('GET', 'tasks?without_pagination=true');
    expect(pick(answer, 'data')).toHaveLength(30);
    expect(answer.body).not.toHaveProperty('meta');
  });

  it('shows a new task only after the lag', () => {
    const api = withTasks(1, { listLagMs: 2_000 });
    expect(titles(api, 'tasks')).toEqual([]);
    api.nowMs += 2_000;
    expect(titles(api, 'tasks')).toEqual(['Task 1']);
  });
});

describe('filters of GET /tasks', () => {
  function seeded(): Api {
    const api = new Api();
    const add = (title: string, changes = {}) => idOf(api.send('POST', 'tasks', newTask({ title, ...changes })));
    add('Soon', { deadline: '2026-11-18 20:00:00' });
    add('Late', { deadline: '2026-11-17 20:00:00', owners: { users: [5], groups: ['g'] } });
    api.send('POST', 'completed-tasks', { task_id: add('Done', { owners: { guests: ['a@example.com'] } }) });
    api.send('POST', `tasks/${add('Stuck')}/problem`, { content: 'x' });
    api.fill('complete', { task_id: hex('a'), run_id: hex('1') }, { cells: { name: 'Of a run' } });
    return api;
  }

  it.each([
    ['', ['Soon', 'Late', 'Done', 'Stuck', 'Of a run']],
    ['status=active', ['Soon', 'Late', 'Stuck', 'Of a run']],
    ['status=incomplete', ['Soon', 'Late', 'Stuck', 'Of a run']],
    ['status=complete', ['Done']],
    ['status=completed', ['Done']],
    ['status=overdue', ['Late']],
    ['status=due_soon', ['Soon']],
    ['status=hasproblem', ['Stuck']],
    ['q=sO', ['Soon']],
    ['owners=5,6', ['Late']],
    ['guests=a%40example.com', ['Done']],
    ['groups=g', ['Late']],
    ['unassigned=true', []],
    [`assignee=me`, ['Soon', 'Stuck', 'Of a run']],
    ['is_oneoff=false', ['Of a run']],
    ['is_oneoff=true', ['Soon', 'Late', 'Done', 'Stuck']],
    ['created=2026-11-17', ['Of a run']],
    ['created=2026-11-18:2026-11-19', ['Soon', 'Late', 'Done', 'Stuck']],
    ['deadline_on=2026-11-17', ['Late']],
    ['deadline_before=2026-11-18', ['Late']],
    ['deadline_after=2026-11-18&is_oneoff=true', ['Done', 'Stuck']],
    ['deadline_start_range=2026-11-18&deadline_end_range=2026-11-18', ['Soon']],
    ['sort=deadline&is_oneoff=true&status=active', ['Late', 'Soon', 'Stuck']],
    ['sort=-deadline&is_oneoff=true&status=active', ['Stuck', 'Soon', 'Late']],
    ['updated_since=2030-01-01&status=overdue', ['Late']],
  ])('%s', (query, expected) => {
    expect(titles(seeded(), `tasks?${query}`)).toEqual(expected);
  });

  it.each([
    'status=auto-skipped',
    'status=not-started',
    'sort=title',
    'created=yesterday',
    'deadline_on=2026-13-01',
  ])('refuses %s', (query) => {
    expect(seeded().send('GET', `tasks?${query}`).status).toBe(422);
  });

  it('accepts not-started in the list of a run', () => {
    const api = seeded();
    expect(titles(api, `runs/${hex('1')}/tasks?status=not-started`)).toEqual(['Of a run']);
    expect(api.send('GET', `runs/${hex('1')}/tasks?status=auto-skipped`).status).toBe(422);
  });

  it('finds by tag name and by the value of a field', () => {
    const api = new Api();
    const tag = idOf(api.send('POST', 'tags', { title: 'urgent' }));
    const form_fields = [{ label: 'City', field_type: 'text', required: false }];
    const id = idOf(api.send('POST', 'tasks', newTask({ title: 'Tagged', tags: [tag], form_fields })));
    api.send('POST', 'tasks', newTask({ title: 'Other' }));
    expect(titles(api, 'tasks?tag=urgent')).toEqual(['Tagged']);
    const field = String(pick(api.send('GET', `tasks/${id}?with=form_fields`), 'data', 'form_fields', 'data', 0, 'id'));
    api.send('PUT', `tasks/${id}`, newTask({ title: 'Tagged', taskdata: { [field]: 'Rome' } }));
    expect(titles(api, 'tasks?custom_field_key=City&custom_field_value=Rome')).toEqual(['Tagged']);
  });
});

describe('lists of people and runs', () => {
  it('shows my tasks and those of another, who has counts of what is due', () => {
    const api = new Api();
    api.send('POST', 'tasks', newTask({ title: 'Mine' }));
    api.send('POST', 'tasks', newTask({ title: 'Theirs', owners: { users: [5] }, deadline: '2026-11-17 20:00:00' }));
    expect(titles(api, 'me/tasks')).toEqual(['Mine']);
    expect(titles(api, `users/${ME}/tasks`)).toEqual(['Mine']);
    expect(titles(api, 'users/5/tasks')).toEqual(['Theirs']);
    expect(pick(api.send('GET', 'users/5/tasks'), 'meta', 'pagination')).toMatchObject({
      overdue_tasks: 1,
      tasks_due_soon: 0,
    });
    expect(api.send('GET', 'users/999/tasks').status).toBe(404);
    expect(api.send('GET', 'me/tasks?status=incomplete').status).toBe(422);
  });

  it('shows the tasks of a run by position, none while it is archived', () => {
    const api = new Api();
    for (const id of ['a', 'b', 'c']) {
      api.fill('complete', { task_id: hex(id), run_id: hex('1') }, { cells: { Task: `T-${id}` } });
    }
    api.send('PUT', `runs/${hex('1')}/tasks/${hex('a')}`, { position: 9 });
    expect(titles(api, `runs/${hex('1')}/tasks`)).toEqual(['T-b', 'T-c', 'T-a']);
    api.send('DELETE', `runs/${hex('1')}`);
    expect(titles(api, `runs/${hex('1')}/tasks`)).toEqual([]);
    expect(api.send('GET', `runs/${hex('9')}/tasks`).status).toBe(404);
  });

  it('leaves the summary out of lists unless asked, and wraps includes', () => {
    const api = new Api();
    api.send('POST', 'tasks', newTask({ summary: 'More' }));
    expect(pick(api.send('GET', 'tasks'), 'data', 0)).not.toHaveProperty('summary');
    expect(pick(api.send('GET', 'tasks?with=summary,threads,tags,unknown'), 'data', 0)).toMatchObject({
      summary: 'More',
      threads: { data: [] },
      tags: { data: [] },
    });
    expect(pick(api.send('GET', 'tasks?with=unknown'), 'data', 0)).not.toHaveProperty('unknown');
  });

  it('shows the run of a task when asked', () => {
    const api = new Api();
    api.fill('complete', { task_id: hex('a'), run_id: hex('1') });
    expect(pick(api.send('GET', `tasks/${hex('a')}?with=run,step`), 'data')).toMatchObject({
      run_id: hex('1'),
      run: { data: { id: hex('1'), status: 'active' } },
      step: { data: { id: expect.any(String) } },
    });
  });
});

describe('GET /search', () => {
  it('gives a list of its own for every kind, tasks without their run', () => {
    const api = new Api();
    api.fill('complete', { task_id: hex('a'), run_id: hex('1') }, { cells: { title: 'Invoice' } });
    const answer = api.send('GET', 'search?search=inv&on=task,process,blueprint');
    expect(Object.keys(answer.body ?? {})).toEqual(['task', 'process', 'blueprint']);
    expect(pick(answer, 'task', 'data', 0)).toMatchObject({ id: hex('a'), title: 'Invoice', is_oneoff_task: false });
    expect(pick(answer, 'task', 'data', 0)).not.toHaveProperty('run_id');
    expect(pick(answer, 'task', 'meta', 'pagination', 'total')).toBe(1);
    expect(pick(answer, 'process', 'data')).toEqual([]);
  });

  it('needs words and known kinds', () => {
    const api = new Api();
    expect(api.send('GET', 'search?on=task').status).toBe(422);
    expect(api.send('GET', 'search?search=x&on=mail').status).toBe(422);
  });
});
