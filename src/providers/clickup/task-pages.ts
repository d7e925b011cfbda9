/**
 * Pages of tasks: `GET /v2/list/{id}/task` and `GET /v2/team/{id}/task` (published v2 document, 2026-07-30). A page
 * holds 100 tasks, which is fixed (audit of 2026-08-15), newest first, unless asked otherwise.
 */
import { fail, type Result, succeed } from '../../failure.js';
import { field, type JsonValue } from '../../json.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { isSoundJson } from '../reading.js';
import type { TargetView } from '../target.js';
import { clickUpErrors } from './errors.js';
import { viewTask } from './task-view.js';

export const pageSize = 100;

export type QueryPairs = ReadonlyArray<readonly [name: string, value: string]>;

/** Which pages are read. */
export interface PagesRequest {
  readonly path: readonly string[];
  readonly query: QueryPairs;
}

/** A task as ClickUp sent it and as we see it. */
export interface ReadTask {
  readonly view: TargetView;
  readonly raw: JsonValue;
}

export interface TaskPage {
  readonly tasks: readonly ReadTask[];
  readonly isLast: boolean;
}

/** Everything in a list, closed tasks and subtasks too; archived ones are told apart by ClickUp. */
export function wholeList(listId: string, archived: boolean): PagesRequest {
  return {
    path: ['v2', 'list', listId, 'task'],
    query: [
      ['archived', String(archived)],
      ['include_closed', 'true'],
      ['subtasks', 'true'],
    ],
  };
}

/** Everything in a workspace but archived tasks, which the search leaves out. */
export function wholeWorkspace(teamId: string): PagesRequest {
  return {
    path: ['v2', 'team', teamId, 'task'],
    query: [
      ['include_closed', 'true'],
      ['subtasks', 'true'],
    ],
  };
}

/** One page, counted from 0. `last_page` is not documented for every route; fewer than 100 tasks end the pages as well. */
export async function readTaskPage(
  reader: Reader,
  { path, query }: PagesRequest,
  page: number,
): Promise<Result<TaskPage>> {
  const outcome = await reader.read({ method: 'GET', path, query: [...query, ['page', String(page)]] });
  const result = expectSuccess(outcome, 'read', clickUpErrors);
  if (!result.ok) return result;
  const { json } = result.value;
  const list = field(json, 'tasks');
  if (!Array.isArray(list)) return fail(unexpectedAnswer(result.value, 'read', 'ClickUp', 'it holds no tasks'));
  const tasks = list.flatMap((raw: unknown): ReadTask[] => {
    if (!isSoundJson(raw)) return [];
    const view = viewTask(raw);
    return view === null ? [] : [{ view, raw }];
  });
  return succeed({ tasks, isLast: list.length === 0 || (field(json, 'last_page') ?? list.length < pageSize) === true });
}

/** Page after page; a failure ends them. */
export async function* readTaskPages(
  reader: Reader,
  request: PagesRequest,
): AsyncGenerator<Result<readonly ReadTask[]>> {
  for (let page = 0; ; page += 1) {
    const read = await readTaskPage(reader, request, page);
    if (!read.ok) {
      yield read;
      return;
    }
    yield succeed(read.value.tasks);
    if (read.value.isLast) return;
  }
}
