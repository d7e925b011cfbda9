import type { JsonValue, SandboxAnswer, SandboxRequest, ServiceContext } from '../service.js';
import { refused, resourceNotFound } from './answers.js';
import type { TallyfySettings } from './settings.js';
import { currentUser, isArchived, type Run, type TallyfyState, type Task, type User } from './state.js';

/** The ids that a path may hold; those that it does not hold are empty. */
export interface PathIds {
  readonly runId: string;
  readonly taskId: string;
  /** Comment, tag, tag link or user. */
  readonly itemId: string;
}

/** One request on its way through a handler. */
export interface Call extends PathIds {
  readonly request: SandboxRequest;
  readonly context: ServiceContext;
  readonly state: TallyfyState;
  readonly settings: TallyfySettings;
  /** Who asks. */
  readonly actor: User;
}

export type Handler = (call: Call) => SandboxAnswer;

/** What was looked for, or the answer that refuses it. */
export type Found<T> = { readonly found: T } | { readonly refusal: SandboxAnswer };

/** Whether who asks is an administrator of the organization. */
export function isAdmin({ actor, settings }: Call): boolean {
  return settings.admin && actor.id === currentUser.id;
}

/** A task that is not archived, one-off or of a run. */
export function findTask(call: Call, id = call.taskId): Found<Task> {
  const task = call.state.tasks.get(id);
  return task === undefined || isArchived(call.state, task) ? { refusal: resourceNotFound } : { found: task };
}

/** A task that is not archived and belongs to the run of the path. */
export function findRunTask(call: Call, id = call.taskId): Found<Task> {
  const task = findTask(call, id);
  return 'found' in task && task.found.runId !== call.runId ? { refusal: resourceNotFound } : task;
}

/** A one-off task; `archived` picks which of the two kinds counts as existing (`any` takes both). */
export function findOneOff(call: Call, archived: 'live' | 'any', id = call.taskId): Found<Task> {
  const task = call.state.tasks.get(id);
  if (task === undefined) return { refusal: resourceNotFound };
  if (!task.isOneOff) {
    return { refusal: oneOffRouteRefusal(call) };
  }
  if (archived === 'live' && isArchived(call.state, task)) return { refusal: resourceNotFound };
  return { found: task };
}

function oneOffRouteRefusal(call: Call): SandboxAnswer {
  if (call.settings.oneOffRouteOnRunTask === 404) return resourceNotFound;
  return refused('task', 'This task belongs to a process; use the routes of its process.');
}

/** A run, archived or not. */
export function findRun(call: Call): Found<Run> {
  const run = call.state.runs.get(call.runId);
  return run === undefined ? { refusal: resourceNotFound } : { found: run };
}

/** Marks a thing as changed now and writes the one ledger line of the change. */
export function recordChange(
  call: Call,
  kind: string,
  thing: { readonly id: string; updatedAtMs: number },
  detail?: JsonValue,
): void {
  thing.updatedAtMs = call.context.now();
  call.context.effect(detail === undefined ? { kind, target: thing.id } : { kind, target: thing.id, detail });
}
