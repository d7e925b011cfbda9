import { type Columns, splitList } from './fill-columns.js';
import { peopleIn } from './fill-people.js';
import { findStatus, type Task } from './model.js';
import type { ClickUpState } from './state.js';
import { setStatus } from './update-task.js';

/** Columns that ClickUp's exports have and hand-made manifests hardly do. */
const exportColumns = ['datecreated', 'taskcontent', 'spacename', 'foldername/path'];

/**
 * A new task as a row of ClickUp's export describes it, so that conditions over live tasks find what the file says. The
 * row's own values win: where it sets a status, tags or people, those are what is to become of the task.
 */
export function fillExported(state: ClickUpState, task: Task, columns: Columns, values: object, nowMs: number): void {
  if (exportColumns.filter((column) => columns.has(column)).length < 2) return;
  const status = findStatus(task.list, columns.get('status') ?? '');
  if (status !== undefined && !('status' in values)) setStatus(task, status, nowMs);
  if (!('tags' in values)) {
    for (const tag of splitList(columns.get('tags') ?? '')) {
      if (tag !== '') task.tags.add(state.ensureTag(task.list.folder.space, tag));
    }
  }
  if (!('assignees' in values)) for (const user of peopleIn(state, columns, /^assignees?$/)) task.assignees.add(user);
}
