import type { SandboxAnswer } from '../service.js';
import { answerData, resourceNotFound } from './answers.js';
import { type Call, type Found, findRun, findRunTask, findTask } from './call.js';
import type { FieldReader } from './field-reader.js';
import { answerList } from './paginate.js';
import { hasOpenProblem, isArchived, type Task } from './state.js';
import {
  isDueSoon,
  isOverdue,
  MY_STATUSES,
  ORG_STATUSES,
  RUN_STATUS_FILTERS,
  readTaskFilters,
  type TaskFilter,
} from './task-filters.js';
import { presentTask, readIncludes } from './task-view.js';

/** `GET /tasks`: every task of the organization that is not archived, oldest first unless sorted. */
export function listTasks(call: Call): SandboxAnswer {
  return listFiltered(call, call.state.tasks.values(), ORG_STATUSES, readArchivedFilter(call));
}

/** `GET /me/tasks`. */
export function listMyTasks(call: Call): SandboxAnswer {
  return listFiltered(call, call.state.tasks.values(), MY_STATUSES, belongsTo(call, call.actor.id));
}

/** `GET /users/{id}/tasks`; its pagination also counts what is overdue and due soon. */
export function listUserTasks(call: Call): SandboxAnswer {
  const userId = /^\d{1,15}$/.test(call.itemId) ? Number(call.itemId) : 0;
  if (!call.state.users.has(userId)) return resourceNotFound;
  return listFiltered(call, call.state.tasks.values(), ORG_STATUSES, belongsTo(call, userId), countDue);
}

function belongsTo(call: Call, userId: number): TaskFilter {
  const isWanted = readArchivedFilter(call);
  return (task) => task.owners.users.includes(userId) && isWanted(task);
}

/** `GET /runs/{run}/tasks`, by position; the tasks of an archived run are hidden. */
export function listRunTasks(call: Call): SandboxAnswer {
  const run = findRun(call);
  if ('refusal' in run) return run.refusal;
  const tasks = [...run.found.tasks].sort((one, other) => one.position - other.position);
  return listFiltered(call, tasks, RUN_STATUS_FILTERS, (task) => !isArchived(call.state, task));
}

/** `GET /tasks/{id}`, of any task. */
export function getTask(call: Call): SandboxAnswer {
  const task = call.state.tasks.get(call.taskId);
  const found = task !== undefined && call.settings.archivedTasksReadable ? { found: task } : findTask(call);
  return answerTask(call, found);
}

/** `GET /runs/{run}/tasks/{id}`. */
export function getRunTask(call: Call): SandboxAnswer {
  return answerTask(call, findRunTask(call));
}

function answerTask(call: Call, task: Found<Task>): SandboxAnswer {
  if ('refusal' in task) return task.refusal;
  return answerData(presentTask(call.state, task.found, 'single', readIncludes(call.request.query)));
}

/** `archived=true` adds archived tasks, `archived=only` shows no others. */
function readArchivedFilter(call: Call): TaskFilter {
  const archived = call.request.query.get('archived');
  if (archived === 'true') return () => true;
  return (task) => isArchived(call.state, task) === (archived === 'only');
}

function listFiltered(
  call: Call,
  tasks: Iterable<Task>,
  statuses: typeof MY_STATUSES | typeof ORG_STATUSES | typeof RUN_STATUS_FILTERS,
  belongs: TaskFilter,
  count: (tasks: readonly Task[], nowMs: number) => { readonly [key: string]: number } = () => ({}),
): SandboxAnswer {
  const { query } = call.request;
  const nowMs = call.context.now();
  const { filters, fields } = readTaskFilters(query, statuses, {
    state: call.state,
    nowMs,
    currentUserId: call.actor.id,
  });
  const compare = readOrder(fields);
  const refusal = fields.refusal();
  if (refusal !== undefined) return refusal;
  const newestMs = call.settings.listLagMs > 0 ? nowMs - call.settings.listLagMs : Number.POSITIVE_INFINITY;
  const found: Task[] = [];
  for (const task of tasks) {
    if (task.createdAtMs <= newestMs && belongs(task) && filters.every((fits) => fits(task))) found.push(task);
  }
  if (compare !== undefined) found.sort(compare);
  const includes = readIncludes(query);
  return answerList(call, found, (task) => presentTask(call.state, task, 'listed', includes), count(found, nowMs));
}

function countDue(tasks: readonly Task[], nowMs: number): { readonly [key: string]: number } {
  return {
    overdue_tasks: tasks.filter((task) => isOverdue(task, nowMs)).length,
    tasks_due_soon: tasks.filter((task) => isDueSoon(task, nowMs)).length,
  };
}

const ORDERS: Readonly<Record<string, (one: Task, other: Task) => number>> = {
  deadline: (one, other) => (one.deadlineMs ?? Number.MAX_VALUE) - (other.deadlineMs ?? Number.MAX_VALUE),
  position: (one, other) => one.position - other.position,
  newest: (one, other) => other.createdAtMs - one.createdAtMs,
  problems: (one, other) => Number(hasOpenProblem(other)) - Number(hasOpenProblem(one)),
  completed_newest: (one, other) => (other.completedAtMs ?? 0) - (one.completedAtMs ?? 0),
};

function readOrder(fields: FieldReader): ((one: Task, other: Task) => number) | undefined {
  const sort = fields.text('sort');
  if (sort === undefined) return undefined;
  const name = sort.replace(/^-/, '');
  const order = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
  if (order === undefined) return fields.refuse('sort', 'The selected sort is invalid.');
  return sort.startsWith('-') ? (one, other) => order(other, one) : order;
}
