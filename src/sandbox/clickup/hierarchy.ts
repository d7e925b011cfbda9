import type { JsonValue, SandboxAnswer } from '../service.js';
import { type Call, checkTeam, findList, ok, param } from './call.js';
import type { Field, Folder, List, Space } from './model.js';
import { refuseUnknownId } from './refusal.js';
import { showField, showStatus, showUser } from './show-task.js';
import { type ClickUpState, teamId } from './state.js';

type JsonObject = { readonly [key: string]: JsonValue };

const plan = { plan_name: 'Business', plan_id: 3 };

export function getUser({ actor }: Call): SandboxAnswer {
  return ok({ user: { ...showUser(actor), week_start_day: 1, global_font_support: false, timezone: 'UTC' } });
}

export function getTeams({ state }: Call): SandboxAnswer {
  const members = Array.from(state.users.values(), (user) => ({ user: showUser(user) }));
  return ok({ teams: [{ id: teamId, name: 'Sandbox Workspace', color: '#7b68ee', avatar: null, members }] });
}

export function getPlan(call: Call): SandboxAnswer {
  checkTeam(param(call, 0));
  return ok(plan);
}

/** What was shared with a user who reaches no space; here everybody reaches all. */
export function getShared(call: Call): SandboxAnswer {
  checkTeam(param(call, 0));
  return ok({ shared: { tasks: [], lists: [], folders: [] } });
}

/** Nothing but tasks is ever archived here, so `archived=true` finds none. */
export function getSpaces(call: Call): SandboxAnswer {
  checkTeam(param(call, 0));
  return ok({ spaces: wantsArchived(call) ? [] : Array.from(call.state.spaces.values(), showSpace) });
}

export function getSpace(call: Call): SandboxAnswer {
  return ok(showSpace(findSpace(call)));
}

export function getFolders(call: Call): SandboxAnswer {
  const space = findSpace(call);
  const folders = [...call.state.folders.values()].filter((folder) => folder.space === space && !folder.hidden);
  return ok({ folders: wantsArchived(call) ? [] : folders.map((folder) => showFolder(call.state, folder)) });
}

export function getFolder(call: Call): SandboxAnswer {
  return ok(showFolder(call.state, findFolder(call)));
}

export function getFolderlessLists(call: Call): SandboxAnswer {
  const space = findSpace(call);
  const lists = [...call.state.lists.values()].filter(({ folder }) => folder.hidden && folder.space === space);
  return ok({ lists: wantsArchived(call) ? [] : lists.map(showList) });
}

export function getFolderLists(call: Call): SandboxAnswer {
  const folder = findFolder(call);
  return ok({ lists: wantsArchived(call) ? [] : listsOf(call.state, folder).map(showList) });
}

export function getList(call: Call): SandboxAnswer {
  const list = findList(call, param(call, 0));
  return ok({ ...showList(list), statuses: list.statuses.map((status) => showStatus(list, status)) });
}

export function getListFields(call: Call): SandboxAnswer {
  const { id } = findList(call, param(call, 0));
  return answerFields(call, ({ lists }) => lists === null || lists.has(id));
}

/** Fields of a place above a list: those of the whole workspace only. */
export function getFolderFields(call: Call): SandboxAnswer {
  findFolder(call);
  return answerFields(call, ({ lists }) => lists === null);
}

export function getSpaceFields(call: Call): SandboxAnswer {
  findSpace(call);
  return answerFields(call, ({ lists }) => lists === null);
}

export function getTeamFields(call: Call): SandboxAnswer {
  checkTeam(param(call, 0));
  return answerFields(call, ({ lists }) => lists === null);
}

export function getSpaceTags(call: Call): SandboxAnswer {
  return ok({ tags: Array.from(findSpace(call).tags.values(), (tag) => ({ ...tag })) });
}

export function showList(list: List): JsonObject {
  const { id, name, folder } = list;
  return {
    id,
    name,
    orderindex: 0,
    content: '',
    status: null,
    priority: null,
    assignee: null,
    task_count: list.tasks.size,
    due_date: null,
    start_date: null,
    folder: { id: folder.id, name: folder.name, hidden: folder.hidden, access: true },
    space: showSpaceName(folder.space),
    archived: false,
    override_statuses: list.statuses !== folder.space.statuses,
    permission_level: 'create',
  };
}

function answerFields({ state, request }: Call, isHere: (field: Field) => boolean): SandboxAnswer {
  const withTaskTypes = request.query.get('include_applied_objects') === 'true';
  const fields = [...state.fields.values()].filter(isHere);
  return ok({ fields: fields.map((field) => showField(field, withTaskTypes)) });
}

function showSpace(space: Space): JsonObject {
  const enabled = { enabled: true };
  return {
    id: space.id,
    name: space.name,
    private: false,
    color: null,
    avatar: null,
    archived: false,
    statuses: space.statuses.map((status, orderindex) => ({ ...status, orderindex })),
    multiple_assignees: true,
    features: {
      due_dates: { enabled: true, start_date: true, remap_due_dates: false, remap_closed_due_date: false },
      time_tracking: enabled,
      tags: enabled,
      time_estimates: enabled,
      checklists: enabled,
      custom_fields: enabled,
      multiple_assignees: enabled,
    },
  };
}

function showFolder(state: ClickUpState, folder: Folder): JsonObject {
  const lists = listsOf(state, folder);
  return {
    id: folder.id,
    name: folder.name,
    orderindex: 0,
    override_statuses: false,
    hidden: folder.hidden,
    space: showSpaceName(folder.space),
    task_count: String(lists.reduce((count, { tasks }) => count + tasks.size, 0)),
    archived: false,
    lists: lists.map(showList),
  };
}

function showSpaceName({ id, name }: Space): JsonObject {
  return { id, name, access: true };
}

function listsOf(state: ClickUpState, folder: Folder): readonly List[] {
  return [...state.lists.values()].filter((list) => list.folder === folder);
}

function findSpace({ state, params }: Call): Space {
  return state.spaces.get(params[0] ?? '') ?? refuseUnknownId();
}

function findFolder({ state, params }: Call): Folder {
  return state.folders.get(params[0] ?? '') ?? refuseUnknownId();
}

function wantsArchived({ request }: Call): boolean {
  return request.query.get('archived') === 'true';
}
