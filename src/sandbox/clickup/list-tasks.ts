import type { SandboxAnswer } from '../service.js';
import { type Call, checkTeam, findList, findTask, ok, param } from './call.js';
import type { Task } from './model.js';
import { refuse } from './refusal.js';
import { showTask } from './show-task.js';
import { readArray, readTaskTests, type TaskTest } from './task-filter.js';

/** Fixed; `limit` is ignored (live audit notes, 2026-08-15). */
const pageSize = 100;

type SortKey = (task: Task) => number | string | null;
const sortKeys: Readonly<Record<string, SortKey>> = {
  id: (task) => task.id,
  updated: (task) => task.updatedMs,
  due_date: (task) => task.dueMs,
};

/** `GET /v2/task/{task_id}`: closed and archived tasks too. */
export function getTask(call: Call): SandboxAnswer {
  const { state, request } = call;
  const task = findTask(call, param(call, 0));
  return ok(
    showTask(state, task, {
      subtasks: request.query.get('include_subtasks') === 'true',
      markdown: request.query.get('include_markdown_description') === 'true',
    }),
  );
}

/** `GET /v2/list/{list_id}/task`: 100 a page from page 0, newest first. */
export function listTasks(call: Call): SandboxAnswer {
  const { state, request } = call;
  const list = findList(call, param(call, 0));
  const tests = readTaskTests(request.query);
  const archived = request.query.get('archived') === 'true';
  let tasks = state.newestFirst(list);
  if (request.query.get('include_timl') === 'true' && list.guests.size > 0) {
    tasks = [...tasks, ...list.guests].sort((one, other) => other.sequence - one.sequence);
  }
  return answerPage(call, tasks, [(task) => task.archived === archived, ...tests]);
}

/** `GET /v2/team/{team_id}/task`: the same over the workspace, without archived tasks. */
export function searchTasks(call: Call): SandboxAnswer {
  const { state, request } = call;
  checkTeam(param(call, 0));
  const { query } = request;
  const tests: TaskTest[] = [(task) => !task.archived, ...readTaskTests(query)];
  const spaces = readArray(query, 'space_ids');
  if (spaces.length > 0) tests.push(({ list }) => spaces.includes(list.folder.space.id));
  const folders = readArray(query, 'project_ids');
  if (folders.length > 0) tests.push(({ list }) => folders.includes(list.folder.id));
  const lists = readArray(query, 'list_ids');
  if (lists.length > 0) tests.push(({ list }) => lists.includes(list.id));
  const parent = query.get('parent');
  if (parent !== null) tests.push((task) => task.parent?.id === parent);
  return answerPage(call, state.newestFirst(null), tests);
}

function answerPage(
  { state, request, context }: Call,
  newestFirst: readonly Task[],
  tests: readonly TaskTest[],
): SandboxAnswer {
  const { query } = request;
  const requested = Number(query.get('page') ?? 0);
  const start = (Number.isInteger(requested) && requested > 0 ? requested : 0) * pageSize;
  const tasks = order(newestFirst, query.get('order_by') ?? 'created', query.get('reverse') === 'true');
  const page: Task[] = [];
  let found = 0;
  const newestMs = state.listLagMs === 0 ? Number.POSITIVE_INFINITY : context.now() - state.listLagMs;
  for (const task of tasks) {
    if (task.createdMs > newestMs || !tests.every((test) => test(task))) continue;
    found += 1;
    if (found > start + pageSize) break;
    if (found > start) page.push(task);
  }
  const markdown = query.get('include_markdown_description') === 'true';
  return ok({ tasks: page.map((task) => showTask(state, task, { markdown })), last_page: found <= start + pageSize });
}

/** Downwards unless reversed; tasks without the date come last either way. */
function order(newestFirst: readonly Task[], by: string, reverse: boolean): readonly Task[] {
  if (by === 'created') return reverse ? newestFirst.toReversed() : newestFirst;
  const key = Object.hasOwn(sortKeys, by) ? sortKeys[by] : undefined;
  // A permanent refusal in spite of its status (live audit notes, 2026-08-15).
  if (key === undefined) return refuse(500, 'ITEMV2_003', 'Internal server error');
  const sign = reverse ? 1 : -1;
  return newestFirst.toSorted((one, other) => compare(key(one), key(other), sign));
}

function compare(one: number | string | null, other: number | string | null, sign: number): number {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other ? -sign : sign;
}
