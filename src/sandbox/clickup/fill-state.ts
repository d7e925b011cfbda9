import { fillComment } from './comments.js';
import { type Columns, findOtherList, splitList } from './fill-columns.js';
import { peopleIn } from './fill-people.js';
import { defaultStatus, findStatus, isCompleted, type Task } from './model.js';
import type { ClickUpState } from './state.js';
import { setStatus } from './update-task.js';

/** A list with the usual statuses, for tasks that must not be where they move to. */
const inboxListId = '901000000004';

/** Brings a task into the state before the row's operation, or after it when an earlier run did it. */
export function fillState(
  state: ClickUpState,
  task: Task,
  operation: string,
  done: boolean,
  columns: Columns,
  nowMs: number,
): void {
  const named = findStatus(task.list, columns.get('status') ?? '');
  const closed = named !== undefined && isCompleted(named) ? named : task.list.statuses.findLast(isCompleted);
  switch (operation) {
    case 'delete':
      if (done && !task.trashed) state.trashTask(task);
      return;
    case 'complete':
      // A completed one, as an export may have it, would leave nothing to do.
      if (!done && isCompleted(task.status)) setStatus(task, defaultStatus(task.list), nowMs);
      if (done && closed !== undefined && !isCompleted(task.status)) setStatus(task, closed, nowMs);
      return;
    case 'reopen':
      if (!done && closed !== undefined && !isCompleted(task.status)) setStatus(task, closed, nowMs);
      if (done && isCompleted(task.status)) setStatus(task, named ?? defaultStatus(task.list), nowMs);
      return;
    case 'set-status':
      fillStatus(task, columns, done, nowMs);
      return;
    case 'update':
      if (done) fillUpdate(task, columns, nowMs);
      else fillBeforeUpdate(task, columns, nowMs);
      return;
    case 'delete-comment':
      fillComment(state, task, Number(columns.get('commentid') ?? ''), !done, nowMs);
      return;
    case 'set-field':
      fillField(state, task, columns, done);
      return;
    case 'move':
      fillMove(state, task, columns, done);
      return;
    case 'archive':
      task.archived = done;
      return;
    case 'unarchive':
    case 'restore':
      task.archived = !done;
      return;
    case 'assign':
    case 'unassign':
      fillAssignees(state, task, columns, done === (operation === 'assign'));
      return;
  }
  if (/^(remove.?tags?|untag)$/.test(operation) !== done && /tag/.test(operation)) {
    const tags = splitList(columns.get('tag') ?? columns.get('tags') ?? columns.get('tagname') ?? '');
    for (const tag of tags) if (tag !== '') task.tags.add(state.ensureTag(task.list.folder.space, tag));
  }
}

/** Before, the task has another status than the one that it gets. */
function fillStatus(task: Task, columns: Columns, done: boolean, nowMs: number): void {
  const named = findStatus(task.list, columns.get('status') ?? '');
  const wanted = done ? named : task.status === named ? task.list.statuses.find((other) => other !== named) : undefined;
  if (wanted !== undefined && wanted !== task.status) setStatus(task, wanted, nowMs);
}

/** Something to empty where the row empties it, and another status than the one that it names. */
function fillBeforeUpdate(task: Task, columns: Columns, nowMs: number): void {
  fillStatus(task, columns, false, nowMs);
  const cleared = splitList(columns.get('clear') ?? '');
  if (cleared.includes('description')) task.description = 'Filled in to be emptied.';
  if (cleared.includes('priority')) task.priority = 3;
  if (cleared.includes('due_date')) task.dueMs = nowMs;
  if (cleared.includes('start_date')) task.startMs = nowMs;
  if (cleared.includes('time_estimate')) task.timeEstimateMs = 3_600_000;
  if (cleared.includes('points')) task.points = 3;
}

/** What an update left behind, as far as fills go: name, status, priority and due date. */
function fillUpdate(task: Task, columns: Columns, nowMs: number): void {
  const status = findStatus(task.list, columns.get('status') ?? '');
  if (status !== undefined && status !== task.status) setStatus(task, status, nowMs);
  task.name = columns.get('name') ?? task.name;
  const priority = ['urgent', 'high', 'normal', 'low'].indexOf(columns.get('priority') ?? '');
  if (priority >= 0) task.priority = priority + 1;
  const dueMs = Date.parse(columns.get('duedate') ?? '');
  if (Number.isFinite(dueMs)) task.dueMs = dueMs;
}

/** A text or number that was set, or is there to be cleared; fields of other types stay empty. */
function fillField(state: ClickUpState, task: Task, columns: Columns, done: boolean): void {
  const wanted = columns.get('fieldname') ?? columns.get('field') ?? columns.get('fieldid') ?? '';
  const field = [...state.fields.values()].find(
    ({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase(),
  );
  if (field === undefined || !['text', 'short_text', 'url', 'number'].includes(field.type)) return;
  const clears = columns.get('clear') === 'true';
  if (clears === done) task.fieldValues.delete(field.id);
  else task.fieldValues.set(field.id, clears ? '1' : (columns.get('value') ?? '1'));
}

/** Before, the task is in another list than the one that it moves to. */
function fillMove(state: ClickUpState, task: Task, columns: Columns, done: boolean): void {
  const list = findOtherList(state, columns);
  const elsewhere = [...state.lists.values()].find(({ id }) => id === inboxListId);
  if (done && list !== undefined && list !== task.list) state.moveTask(task, list);
  if (!done && list === task.list && elsewhere !== undefined && elsewhere !== list) state.moveTask(task, elsewhere);
}

function fillAssignees(state: ClickUpState, task: Task, columns: Columns, areThere: boolean): void {
  for (const user of peopleIn(state, columns, /^(assignees?|users?|userid)$/)) {
    if (areThere) task.assignees.add(user);
    else task.assignees.delete(user);
  }
}
