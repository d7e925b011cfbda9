import { describe, expect, it } from 'vitest';
import { Api, HEX, hex, idOf, pick } from './api.js';

function withRunTask(): Api {
  const api = new Api();
  api.fill('comment', { task_id: hex('a'), run_id: hex('1') });
  return api;
}

const PATH = `tasks/${hex('a')}`;

function readThreads(api: Api) {
  return pick(api.send('GET', `runs/${hex('1')}/tasks/${hex('a')}?with=threads`), 'data', 'threads', 'data');
}

describe('comments', () => {
  it('are kept with label and state', () => {
    const api = withRunTask();
    const answer = api.send('POST', `${PATH}/comment`, { content: 'Hello @[48213]' });
    expect(pick(answer, 'data')).toMatchObject({
      id: expect.stringMatching(HEX),
      label: 'comment',
      state: 'hide-for-guests',
    });
    expect(readThreads(api)).toMatchObject([{ id: idOf(answer), content: 'Hello @[48213]' }]);
    expect(api.effects).toEqual([{ kind: 'comment', target: hex('a'), detail: { thread_id: idOf(answer) } }]);
  });

  it.each([
    {},
    { content: ' ' },
    { content: 'x', label: 'shout' },
    { content: 'x', state: 'secret' },
  ])('are refused with 422: %j', (body) => {
    const api = withRunTask();
    expect(api.send('POST', `${PATH}/comment`, body).status).toBe(422);
    expect(api.effects).toEqual([]);
  });

  it('can be changed and deleted', () => {
    const api = withRunTask();
    const id = idOf(api.send('POST', `${PATH}/bot-comment`, { content: 'One' }));
    expect(pick(api.send('PUT', `${PATH}/comment/${id}`, { content: 'Two' }), 'data', 'content')).toBe('Two');
    expect(api.send('DELETE', `${PATH}/comment/${id}`).status).toBe(204);
    expect(api.send('DELETE', `${PATH}/comment/${id}`).status).toBe(404);
    expect(api.kinds()).toEqual(['comment', 'update-comment', 'delete-comment']);
  });

  it('are refused on an archived task', () => {
    const api = new Api();
    api.fill('restore', { task_id: hex('a') });
    expect(api.send('POST', `${PATH}/comment`, { content: 'x' }).status).toBe(404);
  });
});

describe('problems', () => {
  it('turn the run to problem and reopen a completed task', () => {
    const api = withRunTask();
    api.send('POST', `runs/${hex('1')}/completed-tasks`, { task_id: hex('a') });
    const answer = api.send('POST', `${PATH}/problem`, { content: 'Broken' });
    expect(pick(answer, 'data')).toMatchObject({ label: 'problem', resolve_id: null });
    expect(pick(api.send('GET', PATH), 'data')).toMatchObject({ status: 'in-progress', completed_at: null });
    expect(pick(api.send('GET', `runs/${hex('1')}`), 'data', 'status')).toBe('problem');
    expect(api.effects[1]).toEqual({
      kind: 'report-problem',
      target: hex('a'),
      detail: { thread_id: idOf(answer), reopened: true },
    });
    expect(api.effects).toHaveLength(2);
  });

  it('are resolved by their thread, once', () => {
    const api = withRunTask();
    const thread_id = idOf(api.send('POST', `${PATH}/problem`, { content: 'Broken' }));
    const comment = idOf(api.send('POST', `${PATH}/comment`, { content: 'x' }));
    const resolve = (body: unknown) => api.send('POST', `${PATH}/resolved-threads`, body);
    expect(resolve({ thread_id }).status).toBe(422);
    expect(resolve({ content: 'x' }).status).toBe(422);
    expect(resolve({ thread_id: comment, content: 'x' }).status).toBe(404);
    expect(pick(resolve({ thread_id, content: 'Mended' }), 'data', 'resolve_id')).toMatch(HEX);
    expect(resolve({ thread_id, content: 'Mended' }).status).toBe(422);
    expect(pick(api.send('GET', `runs/${hex('1')}`), 'data', 'status')).toBe('active');
    expect(api.kinds()).toEqual(['report-problem', 'comment', 'resolve-problem']);
  });

  it('are opened by a comment of that label, but not resolved by one', () => {
    const api = withRunTask();
    api.send('POST', `${PATH}/comment`, { content: 'Broken', label: 'problem' });
    api.send('POST', `${PATH}/comment`, { content: 'Mended', label: 'resolve' });
    expect(pick(api.send('GET', `runs/${hex('1')}`), 'data', 'status')).toBe('problem');
    expect(api.kinds()).toEqual(['report-problem', 'comment']);
  });
});
