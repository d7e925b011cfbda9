/**
 * The workspace's lists by name. ClickUp has no request for that, so spaces, folders and lists are walked through, in
 * 2 requests and 2 for each space (published v2 document, 2026-07-30); the result is kept for the connection.
 */
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { field, listField, textField } from '../../json.js';
import { askOnce } from '../ask-once.js';
import type { Reader } from '../http.js';
import { expectSuccess } from '../outcome.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors } from './errors.js';
import { readTeams } from './teams.js';

export interface ListPlace {
  readonly id: string;
  readonly name: string;
  /** `Space / Folder / List`. */
  readonly path: string;
}

/** The one list of that name, without regard to case. Several are all named in the failure, with their places. */
export async function findList(config: ClickUpConfig, reader: Reader, name: string): Promise<Result<ListPlace>> {
  const lists = await askOnce(config.lists, 'all', () => walkLists(config, reader));
  if (!lists.ok) return lists;
  const key = name.trim().toLowerCase();
  const found = lists.value.filter((list) => list.name.trim().toLowerCase() === key);
  const [only, ...others] = found;
  if (only === undefined) return fail(noList(name, lists.value.length));
  return others.length === 0 ? succeed(only) : fail(severalLists(name, found));
}

async function walkLists(config: ClickUpConfig, reader: Reader): Promise<Result<readonly ListPlace[]>> {
  const teams = await readTeams(config, reader);
  if (!teams.ok) return teams;
  const lists = new Map<string, ListPlace>();
  for (const team of teams.value) {
    const spaces = await readPart(reader, ['v2', 'team', team.id, 'space'], 'spaces');
    if (!spaces.ok) return spaces;
    // Who reaches shared things only sees no space.
    const found = spaces.value.length > 0 ? await walkSpaces(reader, spaces.value) : await readShared(reader, team.id);
    if (!found.ok) return found;
    for (const list of found.value) lists.set(list.id, list);
  }
  return succeed([...lists.values()]);
}

async function walkSpaces(reader: Reader, spaces: readonly unknown[]): Promise<Result<ListPlace[]>> {
  const lists: ListPlace[] = [];
  for (const space of spaces) {
    const id = textField(space, 'id');
    if (id === null) continue;
    const spaceName = textField(space, 'name');
    const folders = await readPart(reader, ['v2', 'space', id, 'folder'], 'folders');
    if (!folders.ok) return folders;
    for (const folder of folders.value) {
      const inFolder = await readFolder(reader, folder, spaceName);
      if (!inFolder.ok) return inFolder;
      lists.push(...inFolder.value);
    }
    const folderless = await readPart(reader, ['v2', 'space', id, 'list'], 'lists');
    if (!folderless.ok) return folderless;
    lists.push(...folderless.value.flatMap((list) => placeOf(list, [spaceName])));
  }
  return succeed(lists);
}

/** Folders carry their lists; only one that does not is asked for them. */
async function readFolder(reader: Reader, folder: unknown, space: string | null): Promise<Result<ListPlace[]>> {
  const above = [space, field(folder, 'hidden') === true ? null : textField(folder, 'name')];
  const id = textField(folder, 'id');
  if (Array.isArray(field(folder, 'lists')) || id === null) {
    return succeed(listField(folder, 'lists').flatMap((list) => placeOf(list, above)));
  }
  const lists = await readPart(reader, ['v2', 'folder', id, 'list'], 'lists');
  return lists.ok ? succeed(lists.value.flatMap((list) => placeOf(list, above))) : lists;
}

async function readShared(reader: Reader, teamId: string): Promise<Result<ListPlace[]>> {
  const path = ['v2', 'team', teamId, 'shared'];
  const result = expectSuccess(await reader.read({ method: 'GET', path }), 'read', clickUpErrors);
  if (!result.ok) return result;
  const shared = field(result.value.json, 'shared');
  const lists = listField(shared, 'lists').flatMap((list) => placeOf(list, []));
  for (const folder of listField(shared, 'folders')) {
    const inFolder = await readFolder(reader, folder, null);
    if (!inFolder.ok) return inFolder;
    lists.push(...inFolder.value);
  }
  return succeed(lists);
}

async function readPart(reader: Reader, path: readonly string[], name: string): Promise<Result<readonly unknown[]>> {
  const outcome = await reader.read({ method: 'GET', path, query: [['archived', 'false']] });
  const result = expectSuccess(outcome, 'read', clickUpErrors);
  return result.ok ? succeed(listField(result.value.json, name)) : result;
}

function placeOf(list: unknown, above: ReadonlyArray<string | null>): ListPlace[] {
  const id = textField(list, 'id');
  const name = textField(list, 'name');
  if (id === null || name === null) return [];
  return [{ id, name, path: [...above, name].filter((part) => part !== null).join(' / ') }];
}

function noList(name: string, count: number): Failure {
  const message = `None of the ${count} lists that the token reaches is named "${name}".`;
  return localFailure('NOT_FOUND', 'LIST_NOT_FOUND', message, "Check the list's name, or write its id into list_id.");
}

function severalLists(name: string, found: readonly ListPlace[]): Failure {
  const places = found.map(({ id, path }) => `${path} (${id})`).join('; ');
  const message = `${found.length} lists are named "${name}": ${places}.`;
  return localFailure('VALIDATION', 'MULTIPLE_LISTS_FOUND', message, 'Write the id of the one you mean into list_id.');
}
