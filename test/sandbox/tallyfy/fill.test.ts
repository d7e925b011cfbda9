import { describe, expect, it } from 'vitest';
import { Api, hex, idOf, ME, newTask, pick, pickFrom } from './api.js';

/** Sends what a client would send for a filled one-off task. */
function act(api: Api, operation: string): number {
  const path = `tasks/${hex('a')}`;
  const requests: Readonly<Record<string, readonly [string, string, unknown?]>> = {
    delete: ['DELETE', `${path}/delete`],
    complete: ['POST', 'completed-tasks', { task_id: hex('a') }],
    reopen: ['DELETE', `completed-tasks/${hex('a')}`],
    archive: ['DELETE', path],
    restore: ['PUT', `${path}/restore`],
    update: ['PUT', path, newTask({ title: 'New' })],
    comment: ['POST', `${path}/comment`, { content: 'x' }],
    'report-problem': ['POST', `${path}/problem`, { content: 'x' }],
  };
  const [method, target, body] = requests[operation] ?? ['GET', ''];
  return api.send(method, target, body).status;
}

describe('a row that is to be done', () => {
  it.each([
    'delete',
    'complete',
    'reopen',
    'archive',
    'restore',
    'update',
    'comment',
    'report-problem',
  ])('gets a one-off task on which %s succeeds, with one effect of that kind', (operation) => {
    const api = new Api();
    api.fill(operation, { task_id: hex('a'), title: 'New' });
    expect(api.effects).toEqual([]);
    expect(act(api, operation)).toBeLessThan(300);
    expect(api.effects).toMatchObject([{ kind: operation, target: hex('a') }]);
  });

  it('gets a task of the run that it names', () => {
    const api = new Api();
    api.fill('complete', { task_id: hex('a'), run_id: hex('1') });
    api.fill('complete', { task_id: hex('b'), run_id: hex('1') });
    expect(pick(api.send('GET', `runs/${hex('1')}/tasks/${hex('b')}`), 'data')).toMatchObject({
      is_oneoff_task: false,
      position: 2,
    });
  });

  it('gets an approval when it says whether to approve', () => {
    const api = new Api();
    api.fill('complete', { task_id: hex('a'), is_approved: false });
    expect(pickFrom(api.service.inspect(hex('a')), 'task_type')).toBe('approval');
  });

  it.each([
    { name: 'Pay' },
    { Title: 'Pay' },
    { 'Task Name': 'Pay', name: 'Other' },
    { task_name: ' Pay ' },
  ])('gets the title of its cells %j', (cells) => {
    const api = new Api();
    api.fill('delete', { task_id: hex('a') }, { cells });
    expect(pickFrom(api.service.inspect(hex('a')), 'title')).toBe('Pay');
  });

  it('gets another title when the one in its cells is the one to write', () => {
    const api = new Api();
    api.fill('update', { task_id: hex('a'), title: 'Pay' }, { cells: { title: 'Pay' } });
    expect(pickFrom(api.service.inspect(hex('a')), 'title')).toBe('Pay (before)');
  });

  it('gets fields that take its values', () => {
    const api = new Api();
    const taskdata = {
      [hex('1')]: 'x',
      [hex('2')]: '2026-12-01',
      [hex('3')]: [{ id: 1, text: 'Red', selected: true }],
      [hex('4')]: { id: 1, text: 'Red' },
      [hex('5')]: ['a', 'b', 'c'],
      [hex('6')]: { users: [1], guests: [], groups: [] },
      [hex('7')]: [{ url: 'https://example.com/a', filename: 'a', source: 'url' }],
      [hex('8')]: 'x'.repeat(500),
    };
    api.fill('set-fields', { task_id: hex('a'), taskdata });
    const answer = api.send('PUT', `tasks/${hex('a')}`, newTask({ taskdata }));
    expect(pick(answer, 'data', 'taskdata')).toEqual(taskdata);
  });

  it('gets fields that take the values to save before a completion', () => {
    const api = new Api();
    api.fill('complete', { task_id: hex('a'), fields: { Amount: '120' } });
    expect(pickFrom(api.service.inspect(hex('a')), 'form_fields', 'data', 0)).toMatchObject({
      label: 'Amount',
      field_value: null,
    });
  });

  it('gets something to empty where it empties', () => {
    const api = new Api();
    api.fill('update', { task_id: hex('a'), clear: ['summary', 'webhook', 'owners.guests', 'owners.groups'] });
    expect(api.service.inspect(hex('a'))).toMatchObject({
      summary: expect.stringMatching(/./),
      webhook: expect.stringMatching(/./),
      owners: { users: [ME], guests: [expect.anything()], groups: [expect.anything()] },
    });
    api.fill('set-fields', { task_id: hex('b'), clear: ['Amount'] });
    expect(pickFrom(api.service.inspect(hex('b')), 'form_fields', 'data', 0)).toMatchObject({
      label: 'Amount',
      field_value: 'Filled in',
    });
  });

  it('gets the problem that it resolves', () => {
    const api = new Api();
    api.fill('resolve-problem', { task_id: hex('a'), thread_id: hex('7') });
    const body = { thread_id: hex('7'), content: 'Mended' };
    expect(api.send('POST', `tasks/${hex('a')}/resolved-threads`, body).status).toBe(200);
  });

  it.each([
    ['archive-run', 'DELETE', ''],
    ['restore-run', 'PUT', '/activate'],
    ['delete-run', 'DELETE', '/delete'],
  ])('gets a run on which %s succeeds', (operation, method, rest) => {
    const api = new Api();
    api.fill(operation, { run_id: hex('1') }, { cells: { name: 'Onboard Ann' } });
    expect(pickFrom(api.service.inspect(hex('1')), 'name')).toBe('Onboard Ann');
    expect(api.send(method, `runs/${hex('1')}${rest}`).status).toBe(200);
    expect(api.effects).toMatchObject([{ kind: operation, target: hex('1') }]);
  });

  it('gets the tag that it deletes, and the tags, guests and run of a create', () => {
    const api = new Api({ guestInvitesPerHour: 1 });
    api.fill('delete-tag', { tag_id: hex('7') });
    expect(api.send('GET', `tags/${hex('7')}`).status).toBe(200);
    const owners = { users: ['12'], guests: ['a@example.com', 'b@example.com'] };
    api.fill('create', { title: 'New', run_id: hex('1'), tags: [hex('8')], owners });
    expect(api.state.tasks.size).toBe(0);
    const answer = api.send('POST', 'tasks', newTask({ run_id: hex('1'), tags: [hex('8')], owners }));
    expect(answer.status).toBe(201);
    expect(pick(api.send('GET', `tasks/${idOf(answer)}?with=tags`), 'data', 'tags', 'data', 0, 'id')).toBe(hex('8'));
  });

  it('is created in the past, so that it is not taken for new', () => {
    const api = new Api();
    api.fill('delete', { task_id: hex('a') });
    expect(pickFrom(api.service.inspect(hex('a')), 'created_at')).toBe('2026-11-17T09:00:00.000Z');
  });
});

describe('a row that was done', () => {
  it('finds its deleted task gone', () => {
    const api = new Api();
    api.fill('delete', { task_id: hex('a') }, { done: true });
    expect(act(api, 'delete')).toBe(404);
    expect(api.service.inspect(hex('a'))).toEqual({ kind: 'task', id: hex('a'), deleted: true });
    api.fill('delete', { task_id: hex('a') });
    expect(api.send('GET', `tasks/${hex('a')}`).status).toBe(404);
  });

  it.each([
    ['complete', { status: 'completed', completer_id: ME }],
    ['reopen', { status: 'in-progress', completed_at: null }],
    ['archive', { archived_at: '2026-11-17T21:00:00.000Z' }],
    ['restore', { archived_at: null }],
    ['update', { title: 'New' }],
  ])('finds its target as %s left it', (operation, expected) => {
    const api = new Api();
    api.fill(operation, { task_id: hex('a'), title: 'New' }, { done: true });
    expect(api.service.inspect(hex('a'))).toMatchObject(expected);
    expect(api.effects).toEqual([]);
  });

  it('finds what it wrote: values, comment, problem, task', () => {
    const api = new Api();
    api.fill('set-fields', { task_id: hex('a'), taskdata: { [hex('1')]: 'x' } }, { done: true });
    api.fill('comment', { task_id: hex('a'), content: 'Hello' }, { done: true });
    api.fill('report-problem', { task_id: hex('a'), content: 'Broken' }, { done: true });
    expect(api.service.inspect(hex('a'))).toMatchObject({
      taskdata: { [hex('1')]: 'x' },
      threads: {
        data: [
          { label: 'comment', content: 'Hello' },
          { label: 'problem', content: 'Broken' },
        ],
      },
    });
    api.fill('create', { title: 'Made before' }, { done: true });
    expect(pick(api.send('GET', 'tasks?q=made'), 'meta', 'pagination', 'total')).toBe(1);
  });

  it('finds runs archived, restored and gone, and its tag gone', () => {
    const api = new Api();
    api.fill('archive-run', { run_id: hex('1') }, { done: true });
    api.fill('restore-run', { run_id: hex('2') }, { done: true });
    api.fill('delete-run', { run_id: hex('3') }, { done: true });
    api.fill('delete-tag', { tag_id: hex('4') }, { done: true });
    expect(api.service.inspect(hex('1'))).toMatchObject({ status: 'archived' });
    expect(api.service.inspect(hex('2'))).toMatchObject({ status: 'active' });
    expect(api.send('GET', `runs/${hex('3')}`).status).toBe(404);
    expect(api.send('GET', `tags/${hex('4')}`).status).toBe(404);
  });
});

it('makes the comment that is to be deleted, once, and takes it away when an earlier run did that', () => {
  const api = new Api();
  const values = { task_id: hex('a'), comment_id: hex('c') };
  const threads = () => pickFrom(api.service.inspect(hex('a')), 'threads', 'data');
  api.fill('delete-comment', values);
  api.fill('delete-comment', values);
  expect(threads()).toMatchObject([{ id: hex('c'), label: 'comment' }]);
  api.fill('delete-comment', values, { done: true });
  expect(threads()).toEqual([]);
});

it('keeps the target that another row made', () => {
  const api = new Api();
  api.fill('update', { task_id: hex('a') }, { cells: { name: 'First' } });
  api.fill('comment', { task_id: hex('a') }, { cells: { name: 'Second' } });
  expect(pickFrom(api.service.inspect(hex('a')), 'title')).toBe('First');
});

it('holds nothing under a name of Object.prototype', () => {
  const api = new Api();
  for (const id of ['__proto__', 'constructor', 'toString', '']) {
    expect(api.service.inspect(id)).toBeUndefined();
    expect(api.send('GET', `tasks/${id}`).status).toBe(404);
  }
});
