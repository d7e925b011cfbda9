import type { Handler } from './call.js';
import { addComment, addReply, deleteComment, getComments, getReplies, updateComment } from './comments.js';
import { createTask, createTaskFromTemplate } from './create-task.js';
import { deleteTask } from './delete-task.js';
import {
  getFolder,
  getFolderFields,
  getFolderLists,
  getFolderlessLists,
  getFolders,
  getList,
  getListFields,
  getPlan,
  getShared,
  getSpace,
  getSpaceFields,
  getSpaces,
  getSpaceTags,
  getTeamFields,
  getTeams,
  getUser,
} from './hierarchy.js';
import { getTask, listTasks, searchTasks } from './list-tasks.js';
import { moveTask } from './move-task.js';
import { addDependency, addLink, mergeTasks, removeDependency, removeLink } from './relations.js';
import { addTag, addToList, clearField, removeFromList, removeTag, setField } from './task-extras.js';
import { addTimeEntry, deleteTimeEntry, getBulkTimeInStatus, getTimeInStatus } from './time.js';
import { updateTask } from './update-task.js';

export interface Route {
  readonly handler: Handler;
  /** Whether the document declares the header `Content-Type: application/json` as required though there is no body. */
  readonly needsContentType: boolean;
  readonly segments: readonly string[];
}

/** `*` takes one segment that is not empty. A leading `!` marks the routes that need a content type. */
const table: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', 'v2/user', getUser],
  ['GET', 'v2/team', getTeams],
  ['GET', 'v2/team/*/plan', getPlan],
  ['GET', 'v2/team/*/shared', getShared],
  ['GET', 'v2/team/*/space', getSpaces],
  ['GET', 'v2/team/*/task', searchTasks],
  ['GET', '!v2/team/*/field', getTeamFields],
  ['POST', 'v2/team/*/time_entries', addTimeEntry],
  ['DELETE', '!v2/team/*/time_entries/*', deleteTimeEntry],
  ['GET', 'v2/space/*', getSpace],
  ['GET', 'v2/space/*/folder', getFolders],
  ['GET', 'v2/space/*/list', getFolderlessLists],
  ['GET', '!v2/space/*/tag', getSpaceTags],
  ['GET', '!v2/space/*/field', getSpaceFields],
  ['GET', 'v2/folder/*', getFolder],
  ['GET', 'v2/folder/*/list', getFolderLists],
  ['GET', '!v2/folder/*/field', getFolderFields],
  ['GET', 'v2/list/*', getList],
  ['GET', '!v2/list/*/field', getListFields],
  ['GET', 'v2/list/*/task', listTasks],
  ['POST', 'v2/list/*/task', createTask],
  ['POST', 'v2/list/*/task/*', addToList],
  ['DELETE', 'v2/list/*/task/*', removeFromList],
  ['POST', 'v2/list/*/taskTemplate/*', createTaskFromTemplate],
  ['GET', '!v2/task/bulk_time_in_status/task_ids', getBulkTimeInStatus],
  ['GET', 'v2/task/*', getTask],
  ['PUT', 'v2/task/*', updateTask],
  ['DELETE', '!v2/task/*', deleteTask],
  ['POST', 'v2/task/*/field/*', setField],
  ['DELETE', 'v2/task/*/field/*', clearField],
  ['POST', '!v2/task/*/tag/*', addTag],
  ['DELETE', '!v2/task/*/tag/*', removeTag],
  ['GET', 'v2/task/*/comment', getComments],
  ['POST', 'v2/task/*/comment', addComment],
  ['POST', 'v2/task/*/merge', mergeTasks],
  ['POST', 'v2/task/*/dependency', addDependency],
  ['DELETE', 'v2/task/*/dependency', removeDependency],
  ['POST', 'v2/task/*/link/*', addLink],
  ['DELETE', 'v2/task/*/link/*', removeLink],
  ['GET', '!v2/task/*/time_in_status', getTimeInStatus],
  ['PUT', 'v2/comment/*', updateComment],
  ['DELETE', 'v2/comment/*', deleteComment],
  ['GET', 'v2/comment/*/reply', getReplies],
  ['POST', 'v2/comment/*/reply', addReply],
  ['PUT', 'v3/workspaces/*/tasks/*/home_list/*', moveTask],
];

/** By method, number of segments and first two of them, so that a request is compared with a few routes only. */
const index = buildIndex();

export function findRoute(
  method: string,
  path: readonly string[],
): { readonly route: Route; readonly params: readonly string[] } | null {
  const candidates = index.get(indexKey(method, path)) ?? [];
  for (const route of candidates) {
    const params = matchSegments(route.segments, path);
    if (params !== null) return { route, params };
  }
  return null;
}

function buildIndex(): ReadonlyMap<string, readonly Route[]> {
  const built = new Map<string, Route[]>();
  for (const [method, path, handler] of table) {
    const needsContentType = path.startsWith('!');
    const segments = path.replace('!', '').split('/');
    const key = indexKey(method, segments);
    const routes = built.get(key) ?? [];
    routes.push({ handler, needsContentType, segments });
    built.set(key, routes);
  }
  return built;
}

function indexKey(method: string, [version, area, ...rest]: readonly string[]): string {
  return `${method} ${rest.length} ${version}/${area}`;
}

function matchSegments(segments: readonly string[], path: readonly string[]): readonly string[] | null {
  const params: string[] = [];
  for (const [at, segment] of segments.entries()) {
    const given = path[at];
    if (segment !== '*' && segment !== given) return null;
    if (segment !== '*') continue;
    if (given === undefined || given === '') return null;
    params.push(given);
  }
  return params;
}
