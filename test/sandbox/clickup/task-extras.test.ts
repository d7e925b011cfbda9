import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { notAuthorized, openWorkspace, spaces, startMs, trashed, type Workspace } from './workspace.js';

let workspace: Workspace;
let id: string;
beforeEach(async () => {
  workspace = await openWorkspace();
  ({ id } = await workspace.create({ name: 'A' }));
});
afterEach(() => workspace.close());

const changes = () => workspace.effects().filter((effect) => !effect.startsWith('create '));

describe('custom fields', () => {
  const fieldId = (number: number) => `c0ffee00-0000-4000-8000-0000000000${String(number).padStart(2, '0')}`;
  const option = (series: number, number: number) => `0b7a1e00-0000-4000-8000-000000000${series}0${number}`;
  const set = (number: number, value: unknown) =>
    workspace.call('POST', `/v2/task/${id}/field/${fieldId(number)}`, { value });
  const held = async (number: number) => {
    const { body } = await workspace.get(id);
    if (typeof body !== 'object' || body === null || !('custom_fields' in body) || !Array.isArray(body.custom_fields))
      return;
    return body.custom_fields.find((field) => field.id === fieldId(number))?.value;
  };

  test.each([
    ['url', 1, 'https://example.org', 'https://example.org'],
    ['short_text', 5, 'test', 'test'],
    ['number', 6, -28, '-28'],
    ['currency', 7, 8000, '8000'],
    ['date', 8, 1_667_367_645_000, '1667367645000'],
    ['drop_down by UUID', 9, option(1, 2), 1],
    ['drop_down by index', 9, 2, 2],
    ['labels', 10, [option(2, 1), option(2, 3)], [option(2, 1), option(2, 3)]],
    ['emoji', 14, 4, 4],
    ['manual_progress', 15, { current: 20 }, { current: 20 }],
    [
      'location',
      16,
      { location: { lat: -28, lng: 153.4 }, formatted_address: 'Gold Coast' },
      { location: { lat: -28, lng: 153.4 }, formatted_address: 'Gold Coast' },
    ],
    ['button', 17, true, true],
  ])('%s is set and read back', async (_, number, value, read) => {
    expect(await set(number, value)).toMatchObject({ status: 200, body: {} });
    expect(await held(number)).toEqual(read);
    expect(changes()).toEqual([`set-field ${id}`]);
  });

  test('people and relationships are added and removed', async () => {
    await set(12, { add: [81234568, 81234569] });
    await set(12, { rem: [81234568] });
    expect(await held(12)).toMatchObject([{ id: 81234569 }]);
    const other = await workspace.create({ name: 'B' });
    await set(11, { add: [other.id] });
    expect(await held(11)).toMatchObject([{ id: other.id, name: 'B' }]);
  });

  test.each([
    ['a number as text', 5, 7, 400, 'FIELD_342'],
    ['text as number', 6, '7', 400, 'FIELD_342'],
    ['a label of a drop_down', 9, 'low', 400, 'FIELD_011'],
    ['an unknown option', 10, ['x'], 400, 'FIELD_011'],
    ['an ISO date', 8, '2026-01-01', 500, 'FIELD_017'],
    ['a rating above the count', 14, 6, 400, 'FIELD_342'],
    ['a flat list of people', 12, [81234568], 400, 'FIELD_342'],
    ['an address without a place', 16, { formatted_address: 'x' }, 400, 'FIELD_342'],
    ['no value', 5, undefined, 400, 'FIELD_342'],
  ])('%s is refused', async (_, number, value, status, ECODE) => {
    expect(await set(number, value)).toMatchObject({ status, body: { ECODE } });
    expect(changes()).toEqual([]);
  });

  test('a field of another task type is refused with a message', async () => {
    expect(await set(19, 'x')).toMatchObject({
      status: 400,
      body: { err: expect.any(String), ECODE: 'FIELD_115', message: expect.stringContaining(id) },
    });
  });

  test('null and DELETE clear; clearing what is empty has no effect', async () => {
    const clear = () => workspace.call('DELETE', `/v2/task/${id}/field/${fieldId(5)}`);
    await set(5, 'x');
    expect((await clear()).status).toBe(200);
    expect(await held(5)).toBeUndefined();
    expect((await clear()).status).toBe(200);
    expect(changes()).toEqual([`set-field ${id}`, `clear-field ${id}`]);
    await set(5, 'x');
    await set(5, null);
    expect(await held(5)).toBeUndefined();
  });
});

describe('tags', () => {
  const tag = (method: string, name: string) =>
    workspace.call(method, `/v2/task/${id}/tag/${encodeURIComponent(name)}`);

  test('a tag is added once, made in the space, and removed in any case', async () => {
    for (const name of ['up/keep?', 'UP/keep?'])
      expect(await tag('POST', name)).toMatchObject({ status: 200, body: {} });
    expect((await workspace.get(id)).body).toMatchObject({ tags: [{ name: 'up/keep?' }] });
    expect(await workspace.call('GET', `/v2/space/${spaces.engineering}/tag`)).toMatchObject({
      body: { tags: [{ name: 'up/keep?' }] },
    });
    await tag('DELETE', 'Up/Keep?');
    await tag('DELETE', 'up/keep?');
    expect((await workspace.get(id)).body).toMatchObject({ tags: [] });
    expect(changes()).toEqual([`add-tag ${id}`, `remove-tag ${id}`]);
  });
});

describe('comments', () => {
  const comment = (body: unknown) => workspace.call('POST', `/v2/task/${id}/comment`, body);

  test('each comment is new, with a number as id', async () => {
    const sent = { comment_text: 'hello', notify_all: false };
    const one = await comment(sent);
    expect(one).toMatchObject({
      status: 200,
      body: { id: expect.any(Number), hist_id: expect.any(String), date: startMs },
    });
    expect((await comment(sent)).body).not.toEqual(one.body);
    expect(changes()).toEqual([`comment ${id}`, `comment ${id}`]);
  });

  test('text and notify_all are required', async () => {
    expect((await comment({ comment_text: 'hello' })).status).toBe(400);
    expect((await comment({ notify_all: true })).status).toBe(400);
    expect(changes()).toEqual([]);
  });

  test('they are read newest first, 25 a page, and deleted by id', async () => {
    const other = await workspace.create({ name: 'B' });
    await workspace.call('POST', `/v2/task/${other.id}/comment`, { comment_text: 'elsewhere', notify_all: false });
    for (let n = 0; n < 27; n += 1) await comment({ comment_text: `c${n}`, notify_all: false });
    const page = async (query = ''): Promise<{ id: string; date: string; comment_text: string }[]> => {
      const { body } = await workspace.call('GET', `/v2/task/${id}/comment${query}`);
      return typeof body === 'object' && body !== null && 'comments' in body && Array.isArray(body.comments)
        ? body.comments
        : [];
    };
    const first = await page();
    expect([first.length, first[0]?.comment_text, first[24]?.comment_text]).toEqual([25, 'c26', 'c2']);
    const rest = await page(`?start=${first[24]?.date}&start_id=${first[24]?.id}`);
    expect(rest.map(({ comment_text }) => comment_text)).toEqual(['c1', 'c0']);
    expect((await workspace.call('DELETE', `/v2/comment/${first[0]?.id}`)).status).toBe(200);
    expect((await page())[0]?.comment_text).toBe('c25');
    expect(await workspace.call('DELETE', `/v2/comment/${first[0]?.id}`)).toMatchObject(notAuthorized);
    // The last one of the page before may be gone by then.
    await workspace.call('DELETE', `/v2/comment/${first[24]?.id}`);
    const after = await page(`?start=${startMs + 1}&start_id=${first[24]?.id}`);
    expect(after[0]?.comment_text).toBe('c25');
  });

  test('replies are counted at their comment, listed apart, and go with it', async () => {
    await comment({ comment_text: 'hello', notify_all: false });
    const list = async (path: string) => (await workspace.call('GET', path)).body;
    const { comments } = Object(await list(`/v2/task/${id}/comment`));
    const path = `/v2/comment/${comments[0].id}`;
    const reply = { comment_text: 'why?', notify_all: false };
    expect(await workspace.call('POST', `${path}/reply`, reply)).toMatchObject({ status: 200, body: {} });
    expect(await list(`/v2/task/${id}/comment`)).toMatchObject({
      comments: [{ comment_text: 'hello', reply_count: '1', resolved: false }],
    });
    const { comments: replies } = Object(await list(`${path}/reply`));
    expect(replies).toMatchObject([{ comment_text: 'why?', reply_count: '0' }]);
    const changed = { comment_text: 'Hello', assignee: 81234568, resolved: true };
    expect(await workspace.call('PUT', path, changed)).toMatchObject({ status: 200, body: {} });
    expect(await list(`/v2/task/${id}/comment`)).toMatchObject({
      comments: [{ comment_text: 'Hello', reply_count: '1', resolved: true, assignee: { id: 81234568 } }],
    });
    expect((await workspace.call('DELETE', path)).status).toBe(200);
    expect(await list(`/v2/task/${id}/comment`)).toEqual({ comments: [] });
    expect(await workspace.call('GET', `${path}/reply`)).toMatchObject(notAuthorized);
    expect(await workspace.call('DELETE', `/v2/comment/${replies[0].id}`)).toMatchObject(notAuthorized);
    expect(changes()).toEqual(['comment', 'reply', 'update-comment', 'delete-comment'].map((kind) => `${kind} ${id}`));
  });

  test('those of a task in the trash are out of reach', async () => {
    await comment({ comment_text: 'hello', notify_all: false });
    const { comments } = Object((await workspace.call('GET', `/v2/task/${id}/comment`)).body);
    await workspace.call('DELETE', `/v2/task/${id}`);
    expect(await workspace.call('DELETE', `/v2/comment/${comments[0].id}`)).toMatchObject(trashed);
  });
});

describe('relations', () => {
  test('a dependency takes exactly one side and is repeated without effect', async () => {
    const other = await workspace.create({ name: 'B' });
    const path = `/v2/task/${id}/dependency`;
    for (let n = 0; n < 2; n += 1)
      expect((await workspace.call('POST', path, { depends_on: other.id })).status).toBe(200);
    expect((await workspace.get(other.id)).body).toMatchObject({
      dependencies: [{ task_id: id, depends_on: other.id }],
    });
    expect((await workspace.call('POST', path, {})).status).toBe(400);
    expect((await workspace.call('POST', path, { depends_on: other.id, dependency_of: other.id })).status).toBe(400);
    expect((await workspace.call('DELETE', `${path}?depends_on=${other.id}`)).status).toBe(200);
    expect((await workspace.get(other.id)).body).toMatchObject({ dependencies: [] });
    expect(changes()).toEqual([`add-dependency ${id}`, `remove-dependency ${id}`]);
  });

  test('a link shows on both tasks', async () => {
    const other = await workspace.create({ name: 'B' });
    const path = `/v2/task/${id}/link/${other.id}`;
    expect(await workspace.call('POST', path)).toMatchObject({
      body: { task: { linked_tasks: [{ link_id: other.id }] } },
    });
    expect((await workspace.get(other.id)).body).toMatchObject({ linked_tasks: [{ link_id: id }] });
    expect(await workspace.call('DELETE', path)).toMatchObject({ body: { task: { linked_tasks: [] } } });
    expect((await workspace.get(other.id)).body).toMatchObject({ linked_tasks: [] });
  });

  test('a merge consumes its sources; a missing task is a 404 here', async () => {
    const source = await workspace.create({ name: 'B' });
    const below = await workspace.create({ name: 'below', parent: source.id });
    const merge = (ids: unknown) => workspace.call('POST', `/v2/task/${id}/merge`, { source_task_ids: ids });
    expect((await merge([])).status).toBe(400);
    expect((await merge([id])).status).toBe(400);
    expect(await merge(['nope'])).toMatchObject({ status: 404, body: { ECODE: 'ITEM_015' } });
    expect((await merge([source.id])).status).toBe(200);
    expect(await workspace.get(source.id)).toMatchObject(trashed);
    expect(await merge([source.id])).toMatchObject(trashed);
    expect(await workspace.get(below.id)).toMatchObject(trashed);
    expect(changes()).toEqual([`merge ${id}`, `cascade-delete ${below.id}`]);
  });
});

describe('time', () => {
  test('a time entry needs start, duration and assignee', async () => {
    const path = `/v2/team/${workspace.teamId}/time_entries`;
    const entry = { start: startMs, duration: 60_000, tid: id };
    expect(await workspace.call('POST', path, entry)).toMatchObject({ status: 400, body: { ECODE: 'TIMESPENT_002' } });
    const added = await workspace.call('POST', path, { ...entry, assignee: 81234567 });
    expect(added).toMatchObject({ status: 200, body: { data: { duration: 60_000, task: { id } } } });
    expect(await workspace.call('POST', '/v2/team/5/time_entries', entry)).toMatchObject({
      status: 400,
      body: { ECODE: 'TIMEENTRY_052' },
    });
    expect(changes()).toEqual([`track-time ${id}`]);
  });

  test('a time entry with start and stop needs no assignee, and can be deleted once', async () => {
    const path = `/v2/team/${workspace.teamId}/time_entries`;
    const { body } = await workspace.call('POST', path, { start: startMs, stop: startMs + 1000 });
    expect(body).toMatchObject({ data: { id: '4100000000000001', duration: 1000, task: null } });
    expect((await workspace.call('DELETE', `${path}/4100000000000001`)).status).toBe(200);
    expect((await workspace.call('DELETE', `${path}/4100000000000001`)).status).toBe(401);
  });

  test('the time in each status is told in minutes, one task or several at a time', async () => {
    workspace.setNow(startMs + 5 * 60_000);
    await workspace.call('PUT', `/v2/task/${id}`, { status: 'in progress' });
    workspace.setNow(startMs + 8 * 60_000);
    const expected = {
      current_status: { status: 'in progress', total_time: { by_minute: 3, since: String(startMs + 5 * 60_000) } },
      status_history: [
        { status: 'to do', type: 'open', total_time: { by_minute: 5, since: String(startMs) } },
        { status: 'in progress', total_time: { by_minute: 3 } },
      ],
    };
    expect((await workspace.call('GET', `/v2/task/${id}/time_in_status`)).body).toMatchObject(expected);
    const bulk = await workspace.call('GET', `/v2/task/bulk_time_in_status/task_ids?task_ids=${id}&task_ids=nope`);
    expect(bulk.body).toMatchObject({ [id]: expected });
    expect(bulk.body).not.toHaveProperty('nope');
    const tooMany = Array.from({ length: 101 }, () => `task_ids=${id}`).join('&');
    expect((await workspace.call('GET', `/v2/task/bulk_time_in_status/task_ids?${tooMany}`)).status).toBe(400);
  });
});
