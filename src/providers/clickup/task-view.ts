/**
 * A task as ClickUp sends it, in the words common to all services. Types follow live answers where the published
 * document differs: dates are Unix ms in text, people and tags are objects (reports of live reads, 2026-08).
 */
import { field, listField, textField } from '../../json.js';
import { isoFromMs } from '../dates.js';
import { describeTarget } from '../reading.js';
import type { TargetView, Traces } from '../target.js';
import { isCompletedType } from './list-statuses.js';
import { readTaskFacts } from './task-facts.js';

/** The view of a task, or null when the value is no task. */
export function viewTask(task: unknown): TargetView | null {
  const id = textField(task, 'id');
  if (id === null || id === '') return null;
  const status = field(task, 'status');
  const statusType = textField(status, 'type');
  const list = textField(field(task, 'list'), 'name');
  const folder = readFolder(task);
  return describeTarget({
    id,
    customId: textField(task, 'custom_id'),
    title: textField(task, 'name') ?? '',
    status: textField(status, 'status'),
    completed: isCompletedType(statusType),
    archived: field(task, 'archived') === true,
    url: textField(task, 'url'),
    place: [folder, list].filter((name) => name !== null).join(' / ') || null,
    placeId: textField(field(task, 'list'), 'id'),
    list,
    otherLists: readOtherLists(task),
    folder,
    // A task tells its space by the id alone.
    space: textField(field(task, 'space'), 'name') ?? textField(field(task, 'space'), 'id'),
    assignees: namesOf(listField(task, 'assignees')),
    followers: namesOf(listField(task, 'watchers')),
    traces: readTraces(task),
    partOf: readTasksAbove(task),
    tags: listField(task, 'tags').flatMap((tag) => (typeof tag === 'string' ? tag : (textField(tag, 'name') ?? []))),
    created: isoFromMs(field(task, 'date_created')),
    updated: isoFromMs(field(task, 'date_updated')),
    due: isoFromMs(field(task, 'due_date')),
    extra: readTaskFacts(task),
  });
}

/** A list outside any folder still names one, which is hidden and stands for none. */
function readFolder(task: unknown): string | null {
  const folder = field(task, 'folder');
  return field(folder, 'hidden') === true ? null : textField(folder, 'name');
}

/** With "Tasks in Multiple Lists"; `locations` may name the list that is its home too. */
function readOtherLists(task: unknown): string[] {
  const homeId = textField(field(task, 'list'), 'id');
  return listField(task, 'locations').flatMap((list) => {
    const id = textField(list, 'id');
    return id === homeId ? [] : (textField(list, 'name') ?? id ?? []);
  });
}

function namesOf(people: readonly unknown[]): string[] {
  return people.flatMap(
    (person) => textField(person, 'username') ?? textField(person, 'email') ?? textField(person, 'id') ?? [],
  );
}

/**
 * Time is told of tasks that have some, files and subtasks by a single reading only (published v2 document, 2026-07-30);
 * comments are told by neither.
 */
function readTraces(task: unknown): Traces {
  const tracked = field(task, 'time_spent');
  const subtasks = field(task, 'subtasks');
  const files = field(task, 'attachments');
  return {
    trackedMs: typeof tracked === 'number' ? tracked : 0,
    ...(Array.isArray(files) ? { files: files.length } : {}),
    ...(Array.isArray(subtasks)
      ? {
          subtasks: subtasks.length,
          openSubtasks: subtasks.filter((subtask: unknown) => viewTask(subtask)?.completed === false).length,
        }
      : {}),
  };
}

/** What is between the parent and the task at the top is not told. */
function readTasksAbove(task: unknown): string[] {
  const above = [textField(task, 'parent'), textField(task, 'top_level_parent')];
  return [...new Set(above.filter((id) => id !== null))];
}
