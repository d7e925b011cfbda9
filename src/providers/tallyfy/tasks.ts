/** Reading one of Tallyfy's tasks, by its id. */
import { field, textField } from '../../json.js';
import type { Reader, ReadRequest } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { found, isSoundJson, notFoundOrUnreadable } from '../reading.js';
import type { Reading, TargetRef } from '../target.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { viewTask } from './task-view.js';

/** What a reading brings along, so that conditions can be judged and refusals of a completion foretold. */
const includes = ['form_fields', 'threads', 'tags', 'run', 'summary', 'assets'] as const;

/** As a part of a query. */
export const withIncludes = ['with', includes.join(',')] as const;

/** The path of something that belongs to the organization. */
export function organizationPath(
  config: Pick<TallyfyConfig, 'organizationId'>,
  ...rest: readonly string[]
): readonly string[] {
  return ['organizations', config.organizationId, ...rest];
}

/**
 * The ref of a task; the run is a hint, for a task's id is enough to find it. Without a run it may be a one-off, which is
 * looked for among the archived ones too.
 */
export function taskRef(taskId: string, runId: string | undefined): TargetRef {
  return { kind: 'task', id: taskId, hints: runId === undefined ? { archived: 'too' } : { run_id: runId } };
}

/** `GET /tasks/{id}` for any task, `GET /runs/{run}/tasks/{id}` when the row names the run. */
export async function readTask(config: TallyfyConfig, reader: Reader, ref: TargetRef): Promise<Reading> {
  const runId = runOf(ref);
  const path = runId === null ? ['tasks', ref.id] : ['runs', runId, 'tasks', ref.id];
  const request: ReadRequest = { method: 'GET', path: organizationPath(config, ...path), query: [withIncludes] };
  const result = expectSuccess(await reader.read(request), 'read', tallyfyErrors);
  if (!result.ok) return notFoundOrUnreadable(ref, result.failure, false);
  const reading = readingOf(ref, field(result.value.json, 'data'));
  if (reading !== null) return reading;
  const failure = unexpectedAnswer(result.value, 'read', 'Tallyfy', `it holds no task ${ref.id}`);
  return { kind: 'unreadable', ref, failure };
}

/**
 * Whether an entry of a list holds all that was asked for. The documentation of run lists does not name tags among what
 * can be asked for; a task that seems to have none must not pass a condition for that reason. A one-off may have no run to tell of.
 */
export function tellsAll(task: unknown): boolean {
  const asked = ['form_fields', 'threads', 'tags', ...(field(task, 'is_oneoff_task') === true ? [] : ['run'])];
  return asked.every((name) => field(task, name) !== undefined);
}

/** The reading of a task that was sent; null when it is none, or another one than was asked for. */
export function readingOf(ref: TargetRef, task: unknown): Reading | null {
  const target = isSoundJson(task) ? viewTask(task) : null;
  if (target === null || target.id.toLowerCase() !== ref.id || !isSoundJson(task)) return null;
  return found(ref, target, task);
}

/** The run that the row names; null when it names none. */
export function runOf(ref: TargetRef): string | null {
  return textField(ref.hints, 'run_id');
}
