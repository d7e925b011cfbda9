/** How a row's columns name its task, as a ref that runs and reports know it by. */
import { textField } from '../../json.js';
import type { TargetRef } from '../target.js';
import { readTaskName } from './task-id.js';

export interface TaskNaming {
  readonly task_id?: string | undefined;
  readonly task_name?: string | undefined;
  readonly list_id?: string | undefined;
  readonly list_name?: string | undefined;
  readonly team_id?: string | undefined;
}

/** The columns by which a row names its task, as it has them. */
export function namingOf({ task_id, task_name, list_id, list_name, team_id }: TaskNaming): Record<string, string> {
  const naming = Object.entries({ task_id, task_name, list_id, list_name, team_id });
  return Object.fromEntries(naming.flatMap(([column, value]) => (value === undefined ? [] : [[column, value]])));
}

/** A task that is named by its title, and where it is looked up; both null = in the whole workspace. */
export interface NamedTask {
  readonly title: string;
  readonly listId: string | null;
  readonly listName: string | null;
}

/** The ref of a row's task. The id wins over the name, since exports carry both; a row that names none has no target. */
export function refOf(args: TaskNaming): TargetRef | null {
  if (args.task_id !== undefined) return taskRef(args.task_id, args.team_id);
  return args.task_name === undefined ? null : nameRef(args.task_name, args);
}

/** The ref of a task by its id. A custom id means another task in every workspace, so the one that is given is part of it. */
export function taskRef(taskId: string, teamId?: string | undefined): TargetRef {
  const name = readTaskName(taskId);
  if (!name.isCustom || name.teamId !== null || teamId === undefined) return { kind: 'task', id: taskId };
  return { kind: 'task', id: `${teamId}/${name.id}` };
}

function nameRef(taskName: string, { list_id: listId, list_name: listName }: TaskNaming): TargetRef {
  const title = normaliseTitle(taskName);
  const place = listId ?? listName?.trim().toLowerCase() ?? '*';
  return {
    kind: 'task',
    id: `name:${place}/${title}`,
    hints: {
      title,
      ...(listId === undefined ? {} : { list_id: listId }),
      ...(listName === undefined ? {} : { list_name: listName }),
    },
  };
}

/** What a ref says when it names its task by title; null when it does so by id. */
export function readNamedTask(ref: TargetRef): NamedTask | null {
  if (!ref.id.startsWith('name:')) return null;
  const title = textField(ref.hints, 'title');
  if (title === null) return null;
  return { title, listId: textField(ref.hints, 'list_id'), listName: textField(ref.hints, 'list_name') };
}

/** Titles are equal when they are so character by character, blanks at the ends and Unicode forms aside. */
export function normaliseTitle(title: string): string {
  return title.normalize('NFC').trim();
}

/** @throws {TypeError} for a row that names no task; schemas refuse those. */
export function requireRef(args: TaskNaming): TargetRef {
  const ref = refOf(args);
  if (ref === null) throw new TypeError('the row names no task');
  return ref;
}
