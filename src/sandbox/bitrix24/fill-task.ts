import type { SandboxRow } from '../service.js';
import { enterStatus } from './apply-changes.js';
import { newTask } from './change-task.js';
import { STATUS, type Task } from './task.js';
import type { TaskStore } from './task-store.js';
import { readId, wholeSecond } from './values.js';

const OWNER_ID = 1;
const LOW_PRIORITY = 0;
const DAY_MS = 86_400_000;
/** The last ones are headers of Bitrix24's own export in English, German and Russian. */
const TITLE_NAMES: ReadonlySet<string> = new Set([
  ...['title', 'name', 'taskname', 'tasktitle'],
  ...['task', 'aufgabe', 'название'],
]);
/** The status that a row's operation starts from, where an open task would already be in the wanted one. */
const STATUS_BEFORE = new Map<string, number>([
  ['reopen', STATUS.completed],
  ['renew', STATUS.completed],
  ['approve', STATUS.awaitingControl],
  ['disapprove', STATUS.awaitingControl],
]);
/** The status in which an operation leaves a task. */
const STATUS_AFTER = new Map<string, number>([
  ['complete', STATUS.completed],
  ['approve', STATUS.completed],
  ['defer', STATUS.deferred],
  ['start', STATUS.inProgress],
  ['reopen', STATUS.pending],
  ['renew', STATUS.pending],
  ['pause', STATUS.pending],
  ['disapprove', STATUS.pending],
]);

/**
 * Makes the task that a row names, and the parent that it names, unless they are there. Several rows on one task fill
 * it once; a row that was done leaves it as its operation does. Rows without a numeric id fill nothing.
 */
export function fillTask(store: TaskStore, row: SandboxRow, nowMs: number): void {
  const parentId = readId(row.values.parent_id ?? row.values.parentId);
  if (parentId !== null) ensureTask(store, parentId, null, nowMs);
  const id = readId(row.values.task_id ?? row.values.taskId);
  if (id === null) return;
  const task = ensureTask(store, id, chooseTitle(row), nowMs, STATUS_BEFORE.get(row.operation));
  if (task === null) return;
  if (!row.done) {
    if (row.operation === 'update') fillBeforeUpdate(task, row.values, nowMs);
    return;
  }
  if (row.operation === 'delete') {
    store.remove(task);
    return;
  }
  if (row.operation === 'update' && typeof row.values.title === 'string') task.title = row.values.title;
  const status = STATUS_AFTER.get(row.operation);
  if (status !== undefined && status !== task.status) enterStatus(task, status, OWNER_ID, nowMs);
}

/** The title in the cells, unless it is the one that the row is about to write. */
function chooseTitle({ cells, operation, values, done }: SandboxRow): string | null {
  const title = readTitle(cells);
  return operation === 'update' && !done && title !== null && title === values.title ? `${title} (before)` : title;
}

/** Something to empty where the row empties it, and another priority than the one that it names. */
function fillBeforeUpdate(task: Task, values: SandboxRow['values'], nowMs: number): void {
  const cleared = Array.isArray(values.clear) ? values.clear : [];
  if (cleared.includes('description')) task.description = 'Filled in to be emptied.';
  if (cleared.includes('deadline')) task.deadline = wholeSecond(nowMs + DAY_MS);
  if (cleared.includes('time_estimate')) task.timeEstimate = 3600;
  if (cleared.includes('tags')) task.tags = ['filled-in'];
  if (cleared.includes('accomplices')) task.accomplices = [OWNER_ID];
  if (cleared.includes('auditors')) task.auditors = [OWNER_ID];
  if (values.priority === 'normal') task.priority = LOW_PRIORITY;
}

/** The living task of that id; null when it was deleted. */
function ensureTask(
  store: TaskStore,
  id: number,
  title: string | null,
  nowMs: number,
  status: number = STATUS.pending,
): Task | null {
  if (store.getDeleted(id) !== undefined) return null;
  const present = store.get(id);
  if (present !== undefined) return present;
  const task = newTask(id, title ?? `Task ${id}`, OWNER_ID, nowMs);
  if (status !== STATUS.pending) enterStatus(task, status, OWNER_ID, nowMs);
  store.add(task);
  return task;
}

/** The first cell whose column is a name or title, whatever its case and spacing. */
function readTitle(cells: SandboxRow['cells']): string | null {
  for (const [column, value] of Object.entries(cells)) {
    if (TITLE_NAMES.has(column.toLowerCase().replace(/[\s_-]/g, '')) && value.trim() !== '') return value;
  }
  return null;
}
