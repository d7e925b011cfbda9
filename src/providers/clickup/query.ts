/**
 * Tasks by query, for `export`: the pages of lists, or of the workspace's search for folders, spaces and workspaces
 * (published v2 document, 2026-07-30). Lists are sent as `name[]=a&name[]=b`; joined with commas they are refused.
 */
import { UsageError } from '../../errors.js';
import { type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import type { QueryParameter, TaskQuery } from '../provider.js';
import type { TargetView } from '../target.js';
import { parseListId } from './columns.js';
import type { ClickUpConfig } from './config.js';
import { isSameStatus, listNames, readListStatuses } from './list-statuses.js';
import { parseTeamId } from './task-id.js';
import { type PagesRequest, type QueryPairs, readTaskPages } from './task-pages.js';
import { findPeople, readTeamId } from './teams.js';
import { readDate, sendDate } from './value-columns.js';

const dateFilters = {
  'created-after': ['date_created_gt', 'Made after this date or time.'],
  'created-before': ['date_created_lt', 'Made before this date or time.'],
  'updated-after': ['date_updated_gt', 'Changed after this date or time.'],
  'updated-before': ['date_updated_lt', 'Changed before this date or time.'],
  'due-after': ['due_date_gt', 'Due after this date or time.'],
  'due-before': ['due_date_lt', 'Due before this date or time.'],
  'done-after': ['date_done_gt', 'Completed after this date or time.'],
  'done-before': ['date_done_lt', 'Completed before this date or time.'],
} as const;

const scopes: readonly QueryParameter[] = [
  { name: 'list-id', about: 'Tasks of these lists; several with ; between them.', scope: true },
  { name: 'folder-id', about: 'Tasks of these folders; several with ; between them.', scope: true },
  { name: 'space-id', about: 'Tasks of these spaces; several with ; between them.', scope: true },
  { name: 'team-id', about: 'Tasks of the whole workspace of this id.', scope: true },
  { name: 'parent', about: 'The subtasks of the task of this native id, in the workspace.', scope: true },
];

const filters: readonly QueryParameter[] = [
  { name: 'status', about: 'Tasks in these statuses, also closed ones; several with ; between them.', scope: false },
  { name: 'assignee', about: 'Tasks of these people: user ids, e-mails or names, with ; between them.', scope: false },
  { name: 'tag', about: 'Tasks with any of these tags; several with ; between them.', scope: false },
  { name: 'archived', about: 'yes = archived tasks alone; lists only, the search leaves them out.', scope: false },
  { name: 'include-closed', about: 'yes = closed tasks too. Default no.', scope: false },
  { name: 'subtasks', about: 'yes = subtasks too. Default no.', scope: false },
  ...Object.entries(dateFilters).map(([name, [, about]]) => ({ name, about, scope: false })),
];

export const taskQuery: TaskQuery<ClickUpConfig> = { parameters: [...scopes, ...filters], pages: readPages };

type Values = Readonly<Record<string, string>>;

/** Checks the values at once, before the first page is asked for. */
function readPages(
  config: ClickUpConfig,
  reader: Reader,
  values: Values,
): AsyncIterable<Result<readonly TargetView[]>> {
  const places = readPlaces(values);
  const query = readFilters(values);
  const archived = readFlag(values, 'archived');
  if (archived && places.lists.length === 0) {
    throw refused(
      'archived',
      "is known to lists alone; ClickUp's search leaves archived tasks out",
      'Name lists: --list-id.',
    );
  }
  return pagesOf(config, reader, values, places, query, archived);
}

async function* pagesOf(
  config: ClickUpConfig,
  reader: Reader,
  values: Values,
  places: ReturnType<typeof readPlaces>,
  query: QueryPairs,
  archived: boolean,
): AsyncGenerator<Result<readonly TargetView[]>> {
  const statuses = await checkStatuses(config, reader, places.lists, split(values.status));
  if (!statuses.ok) {
    yield statuses;
    return;
  }
  const people = await findPeople(config, reader, split(values.assignee));
  if (!people.ok) {
    yield people;
    return;
  }
  const shared: QueryPairs = [...query, ...people.value.map((id) => ['assignees[]', String(id)] as const)];
  const requests: PagesRequest[] = [];
  if (places.lists.length > 0) {
    for (const list of places.lists) {
      requests.push({ path: ['v2', 'list', list, 'task'], query: [['archived', String(archived)], ...shared] });
    }
  } else {
    const teamId = places.teamId === null ? await readTeamId(config, reader) : succeed(places.teamId);
    if (!teamId.ok) {
      yield teamId;
      return;
    }
    requests.push({ path: ['v2', 'team', teamId.value, 'task'], query: [...places.search, ...shared] });
  }
  for (const request of requests) {
    for await (const page of readTaskPages(reader, request)) {
      yield page.ok ? succeed(page.value.map(({ view }) => view)) : page;
      if (!page.ok) return;
    }
  }
}

/**
 * ClickUp finds nothing for a status that a list does not have. Folders, spaces and workspaces don't tell the statuses of
 * their lists.
 * @throws {UsageError} for a status that none of the lists has.
 */
async function checkStatuses(
  config: ClickUpConfig,
  reader: Reader,
  lists: readonly string[],
  wanted: readonly string[],
): Promise<Result<null>> {
  if (wanted.length === 0 || lists.length === 0) return succeed(null);
  const known = new Map<string, { readonly name: string }>();
  for (const list of lists) {
    const statuses = await readListStatuses(config, reader, list);
    if (!statuses.ok) return statuses;
    for (const { name } of statuses.value) known.set(name.toLowerCase(), { name });
  }
  const names = [...known.values()];
  const unknown = wanted.find((status) => !names.some(({ name }) => isSameStatus(name, status)));
  if (unknown === undefined) return succeed(null);
  const where = lists.length === 1 ? `the list ${lists[0]}` : 'any of the lists';
  throw refused('status', `"${unknown}" is no status of ${where}`, `Write one of ${listNames(names)}.`);
}

function readPlaces(values: Values): { lists: readonly string[]; teamId: string | null; search: QueryPairs } {
  const idsOf = (name: string) => {
    for (const id of split(values[name])) {
      const parsed = parseListId(id);
      if ('reason' in parsed) throw refused(name, `"${id}" is no id: those are digits`, 'Copy it from the address.');
    }
    return split(values[name]);
  };
  const lists = idsOf('list-id');
  const search: Array<readonly [string, string]> = [
    ...idsOf('folder-id').map((id) => ['project_ids[]', id] as const),
    ...idsOf('space-id').map((id) => ['space_ids[]', id] as const),
  ];
  const [teamId = null, ...others] = split(values['team-id']);
  if (others.length > 0) throw refused('team-id', 'names several workspaces', 'Export one after the other.');
  if (teamId !== null && 'reason' in parseTeamId(teamId)) {
    throw refused('team-id', `"${teamId}" is no id: those are digits`, 'Copy the digits behind app.clickup.com/.');
  }
  const [parent, ...moreParents] = split(values.parent);
  if (moreParents.length > 0) throw refused('parent', 'names several tasks', 'Export one after the other.');
  if (parent !== undefined && !/^[0-9a-z]+$/i.test(parent)) {
    throw refused('parent', 'is no native id of a task', "Copy the id from the task's address.");
  }
  if (parent !== undefined) search.push(['parent', parent.toLowerCase()]);
  if (lists.length > 0 && (search.length > 0 || teamId !== null)) {
    const what = 'can not be combined with another place';
    throw refused('list-id', what, 'Name lists alone, or folders, spaces and the workspace.');
  }
  return { lists, teamId, search };
}

function readFilters(values: Values): QueryPairs {
  const pairs: Array<readonly [string, string]> = [
    ['include_closed', String(readFlag(values, 'include-closed'))],
    // ClickUp finds the subtasks of a task only when it is asked for subtasks.
    ['subtasks', String(readFlag(values, 'subtasks') || values.parent !== undefined)],
    ...split(values.status).map((status) => ['statuses[]', status] as const),
    ...split(values.tag).map((tag) => ['tags[]', tag] as const),
  ];
  for (const [name, [parameter]] of Object.entries(dateFilters)) {
    const value = values[name]?.trim();
    if (value === undefined || value === '') continue;
    const date = readDate(value);
    if (date === null) throw refused(name, `"${value}" is no date`, 'Write 2026-12-24 or 2026-12-24T15:00:00Z.');
    // A day means its midnight in UTC.
    pairs.push([parameter, String(sendDate(date).hasTime ? Date.parse(date) : Date.parse(`${date}T00:00:00Z`))]);
  }
  return pairs;
}

function readFlag(values: Values, name: string): boolean {
  const word = values[name]?.trim().toLowerCase() ?? '';
  if (/^(true|yes|1)$/.test(word)) return true;
  if (/^(false|no|0|)$/.test(word)) return false;
  throw refused(name, `"${word}" is neither yes nor no`, 'Write yes or no.');
}

function split(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function refused(name: string, problem: string, fix: string): UsageError {
  return new UsageError(`--${name} ${problem}.`, { code: 'QUERY_REFUSED', fix });
}
