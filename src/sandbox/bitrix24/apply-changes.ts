import {
  DATE_FIELDS,
  isClosed,
  NUMBER_FIELDS,
  STATUS,
  type Task,
  type TaskChanges,
  TEXT_FIELDS,
  USER_LIST_FIELDS,
} from './task.js';
import { wholeSecond } from './values.js';

/** Puts a task into a status with the dates that follow from it; any open status clears who closed it and when. */
export function enterStatus(task: Task, status: number, userId: number, nowMs: number): void {
  const now = wholeSecond(nowMs);
  task.status = status;
  task.statusChangedDate = now;
  if (status === STATUS.inProgress) task.dateStart ??= now;
  task.closedDate = isClosed(task) ? now : null;
  task.closedBy = isClosed(task) ? userId : null;
}

/** The status in which a wish ends: 1 is kept as 2, and with task control only the creator completes. */
export function settleStatus(task: Pick<Task, 'taskControl' | 'createdBy'>, wanted: number, userId: number): number {
  if (wanted === 1) return STATUS.pending;
  const isHandedIn = wanted === STATUS.completed && task.taskControl && task.createdBy !== userId;
  return isHandedIn ? STATUS.awaitingControl : wanted;
}

/** Notes that somebody changed the task. */
export function touch(task: Task, nowMs: number): void {
  task.changedDate = wholeSecond(nowMs);
  task.activityDate = wholeSecond(nowMs);
}

/**
 * Takes over the plain fields: everything but status, responsible person, group and parent, which have side effects.
 * Lists replace the old ones. Returns the names of the fields that really changed.
 */
export function applyPlainChanges(task: Task, changes: TaskChanges): string[] {
  const changed: string[] = [];
  for (const field of TEXT_FIELDS) {
    const value = changes[field];
    if (value !== undefined && value !== task[field]) changed.push(field);
    task[field] = value ?? task[field];
  }
  for (const field of NUMBER_FIELDS) {
    const value = changes[field];
    if (value !== undefined && value !== task[field]) changed.push(field);
    task[field] = value ?? task[field];
  }
  for (const field of DATE_FIELDS) {
    const value = changes[field];
    if (value === undefined || value === task[field]) continue;
    task[field] = value;
    changed.push(field);
  }
  for (const field of USER_LIST_FIELDS) {
    const value = changes[field];
    if (value === undefined || isSameList(value, task[field])) continue;
    task[field] = value;
    changed.push(field);
  }
  if (changes.tags !== undefined && !isSameList(changes.tags, task.tags)) {
    task.tags = changes.tags;
    changed.push('tags');
  }
  if (changes.taskControl !== undefined && changes.taskControl !== task.taskControl) {
    task.taskControl = changes.taskControl;
    changed.push('taskControl');
  }
  for (const [name, value] of changes.custom ?? []) {
    if (JSON.stringify(task.custom.get(name)) === JSON.stringify(value)) continue;
    task.custom.set(name, value);
    changed.push(name);
  }
  return changed;
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
