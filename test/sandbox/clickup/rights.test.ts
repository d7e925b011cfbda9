import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { viewer } from '../../../src/sandbox/clickup/state.js';
import { createClickUp, viewerToken } from '../../../src/sandbox/clickup.js';
import { hostServices } from '../../../src/sandbox/host.js';
import { lists, notAuthorized, openWorkspace, type Workspace } from './workspace.js';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(async () => {
  await workspace.close();
});

const asViewer = (method: string, path: string, body?: unknown) =>
  workspace.call(method, path, body, { authorization: viewerToken });

describe('a member who may only view', () => {
  test('is told apart, and reads', async () => {
    const { id } = await workspace.create({ name: 'A' });
    expect((await asViewer('GET', '/v2/user')).body).toMatchObject({ user: { id: viewer.id } });
    expect((await asViewer('GET', `/v2/task/${id}`)).status).toBe(200);
  });

  test.each([
    ['PUT', (id: string) => `/v2/task/${id}`],
    ['DELETE', (id: string) => `/v2/task/${id}`],
    ['POST', (id: string) => `/v2/task/${id}/tag/x`],
    ['POST', (id: string) => `/v2/task/${id}/comment`],
    ['POST', () => `/v2/list/${lists.sprint}/task`],
    ['PUT', (id: string) => `/v3/workspaces/9010000001/tasks/${id}/home_list/${lists.inbox}`],
  ])('is refused %s, and nothing changes', async (method, path) => {
    const { id } = await workspace.create({ name: 'A' });
    const before = workspace.effects();
    expect((await asViewer(method, path(id), {})).status).toBe(403);
    expect(workspace.effects()).toEqual(before);
  });

  test('changes what is assigned to them', async () => {
    const { id } = await workspace.create({ name: 'A', assignees: [viewer.id] });
    expect(await asViewer('PUT', `/v2/task/${id}`, { name: 'B' })).toMatchObject({ status: 200, body: { name: 'B' } });
  });

  test('is told of what is not there like everybody', async () => {
    expect(await asViewer('PUT', '/v2/task/86nosuch', {})).toMatchObject(notAuthorized);
    expect(await asViewer('POST', '/v2/list/901999999999/task', {})).toMatchObject(notAuthorized);
  });
});

test('fields that are to be ignored are taken and change nothing', async () => {
  const sandbox = await hostServices([() => createClickUp({ ignoredFields: ['priority'] })], { limit: null });
  const { CLICKUP_BASE_URL: base, CLICKUP_API_TOKEN: token = '' } = sandbox.environment;
  const answer = await fetch(`${base}/v2/list/${lists.sprint}/task`, {
    method: 'POST',
    headers: { authorization: token, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'A', priority: 1 }),
  });
  expect(await answer.json()).toMatchObject({ name: 'A', priority: null });
  await sandbox.close();
});
