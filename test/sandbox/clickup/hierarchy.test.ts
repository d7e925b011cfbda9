import { afterEach, beforeEach, expect, test } from 'vitest';
import { folders, lists, openWorkspace, spaces, type Workspace } from './workspace.js';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(() => workspace.close());

const read = async (path: string) => (await workspace.call('GET', path)).body;

test('the workspace and its members are found without knowing an id', async () => {
  expect(await read('/v2/team')).toMatchObject({
    teams: [{ id: workspace.teamId, members: [{ user: { id: 81234567 } }, { user: {} }, { user: {} }] }],
  });
});

test('a list name is resolved through spaces, folders that carry their lists, and folderless lists', async () => {
  expect(await read(`/v2/team/${workspace.teamId}/space?archived=false`)).toMatchObject({
    spaces: [{ id: spaces.engineering, name: 'Engineering' }, { id: spaces.operations }],
  });
  expect(await read(`/v2/space/${spaces.engineering}/folder?archived=false`)).toMatchObject({
    folders: [
      {
        id: folders.sprints,
        hidden: false,
        lists: [{ id: lists.sprint, name: 'Sprint 1' }, { name: 'Backlog' }, { name: 'Templates' }],
      },
    ],
  });
  expect(await read(`/v2/space/${spaces.engineering}/list?archived=false`)).toMatchObject({
    lists: [{ id: lists.inbox, folder: { name: 'hidden', hidden: true } }],
  });
  expect(await read(`/v2/folder/${folders.onboarding}/list`)).toMatchObject({
    lists: [{ name: 'Checklists' }, { name: 'Templates' }],
  });
});

test('nothing but tasks is archived', async () => {
  expect(await read(`/v2/space/${spaces.engineering}/folder?archived=true`)).toEqual({ folders: [] });
});

test('a list shows its statuses with their types, inherited or its own', async () => {
  expect(await read(`/v2/list/${lists.sprint}`)).toMatchObject({
    id: lists.sprint,
    override_statuses: false,
    statuses: [
      { status: 'to do', type: 'open', orderindex: 0 },
      { status: 'in progress', type: 'custom', orderindex: 1 },
      { status: 'complete', type: 'closed', orderindex: 2 },
    ],
  });
  expect(await read(`/v2/list/${lists.approvals}`)).toMatchObject({
    override_statuses: true,
    statuses: [
      { type: 'open' },
      { type: 'custom' },
      { status: 'approved', type: 'done' },
      { status: 'Closed', type: 'closed' },
    ],
  });
});

test('the plan is one with 100 requests a minute', async () => {
  expect(await read(`/v2/team/${workspace.teamId}/plan`)).toEqual({ plan_name: 'Business', plan_id: 3 });
});

test('nothing is shared with somebody who reaches everything', async () => {
  expect(await read(`/v2/team/${workspace.teamId}/shared`)).toEqual({ shared: { tasks: [], lists: [], folders: [] } });
});

test('fields are listed by place, with task types on demand', async () => {
  const show = async (path: string) => JSON.stringify(await read(path));
  expect(await show(`/v2/list/${lists.sprint}/field`)).toContain('Sprint goal');
  expect(await show(`/v2/list/${lists.backlog}/field`)).not.toContain('Sprint goal');
  for (const place of [`folder/${folders.sprints}`, `space/${spaces.engineering}`, `team/${workspace.teamId}`]) {
    const shown = await show(`/v2/${place}/field`);
    expect(shown).toContain('Environment');
    expect(shown).not.toContain('Sprint goal');
  }
  expect(await show(`/v2/list/${lists.sprint}/field`)).not.toContain('applied_objects');
  expect(await show(`/v2/list/${lists.sprint}/field?include_applied_objects=true`)).toContain(
    '"applied_objects":[{"object_type":19,"object_id":1}]',
  );
});
