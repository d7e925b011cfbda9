import { describe, expect, test } from 'vitest';
import type { SandboxAnswer } from '../../../src/sandbox/service.js';
import { defaultTallyfySettings, type TallyfySettings } from '../../../src/sandbox/tallyfy/settings.js';
import { currentUser, lightMember } from '../../../src/sandbox/tallyfy/state.js';
import { Api, buildRequest, goodHeaders, ORG } from './api.js';

type Headers = Readonly<Record<string, string>>;
const memberHeaders: Headers = { ...goodHeaders, authorization: `Bearer ${defaultTallyfySettings.memberTokens[0]}` };
const [own, other, run] = ['a', 'b', 'c'].map((digit) => digit.repeat(32));

/** An organization with a task of the member's and one of others. */
function start(settings: Partial<TallyfySettings> = {}) {
  const api = new Api(settings);
  const send = (method: string, path: string, body?: unknown, headers: Headers = memberHeaders): SandboxAnswer =>
    api.service.handle(buildRequest(method, path, body, headers), api.context);
  for (const task_id of [own, other]) {
    api.service.fill(
      { provider: 'tallyfy', operation: 'comment', values: { task_id }, cells: {}, done: false },
      api.context,
    );
  }
  const mine = api.state.tasks.get(own ?? '');
  if (mine !== undefined) mine.owners = { ...mine.owners, users: [lightMember.id] };
  return {
    api,
    send,
    org: (method: string, path: string, body?: unknown) => send(method, `organizations/${ORG}/${path}`, body),
  };
}

describe('a light member', () => {
  test('is told apart from the administrator', () => {
    const { send } = start();
    expect(send('GET', 'me').body).toMatchObject({ data: { id: lightMember.id } });
    expect(send('GET', 'me', undefined, goodHeaders).body).toMatchObject({ data: { id: currentUser.id } });
  });

  test.each([
    ['PUT', `tasks/${other}`],
    ['DELETE', `tasks/${other}`],
    ['DELETE', `tasks/${other}/delete`],
    ['POST', `tasks/${other}/comment`],
    ['POST', 'completed-tasks', { task_id: other }],
    ['POST', 'tasks'],
    ['POST', 'runs'],
    ['DELETE', `tags/${other}`],
  ])('is refused %s %s', (method, path, body: unknown = {}) => {
    const { org, api } = start();
    expect(org(method, path, body)).toMatchObject({ status: 403, body: { message: expect.any(String) } });
    expect(api.effects).toEqual([]);
  });

  test.each([
    ['DELETE', `tasks/${run}`],
    ['DELETE', `runs/${run}`],
    ['POST', 'completed-tasks', { task_id: run }],
  ])('is told 404 by %s %s, which is not there', (method, path, body: unknown = undefined) => {
    expect(start().org(method, path, body).status).toBe(404);
  });

  test('completes a task of theirs, and is the one who did', () => {
    const { org, api } = start();
    expect(org('POST', 'completed-tasks', { task_id: own }).status).toBe(200);
    expect(api.state.tasks.get(own ?? '')?.completerId).toBe(lightMember.id);
  });

  test('sees a task of others, unless it is secret', () => {
    const { org, api } = start();
    expect(org('GET', `tasks/${other}`).status).toBe(200);
    Object.assign(api.state.tasks.get(other ?? '') ?? {}, { topSecret: true });
    expect(org('GET', `tasks/${other}`).status).toBe(403);
    expect(org('GET', `tasks/${own}`).status).toBe(200);
  });
});

test('fields that are to be ignored are taken and change nothing, also inside an object', () => {
  const api = new Api({ ignoredFields: ['summary', 'owners.guests'] });
  const owners = { users: [7], guests: ['ann@example.com'] };
  const body = { title: 'A', task_type: 'task', deadline: '2026-12-01 10:00:00', summary: 'Text', owners };
  const request = buildRequest('POST', `organizations/${ORG}/tasks`, body);
  expect(api.service.handle(request, api.context)).toMatchObject({
    status: 201,
    body: { data: { title: 'A', summary: null, owners: { users: [{ id: 7 }], guests: [] } } },
  });
});
