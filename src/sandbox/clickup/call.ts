import type { JsonValue, SandboxAnswer, SandboxRequest, ServiceContext } from '../service.js';
import type { List, Task, User } from './model.js';
import { refuse, refuseUnknownId } from './refusal.js';
import { type ClickUpState, teamId } from './state.js';

/** An authenticated request on its way through a handler. */
export interface Call {
  readonly state: ClickUpState;
  readonly request: SandboxRequest;
  readonly context: ServiceContext;
  /** Who asks. */
  readonly actor: User;
  /** The values of the route's parameters, in order. */
  readonly params: readonly string[];
}

export type Handler = (call: Call) => SandboxAnswer;

export function ok(body: JsonValue): SandboxAnswer {
  return { status: 200, body };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body as an object; no body at all is an empty one. The refusal's code is ours: none is published. */
export function readObject({ request: { body, bodyText } }: Call): Record<string, unknown> {
  if (bodyText === '') return {};
  return isRecord(body) ? body : refuse(400, 'INPUT_002', 'Invalid JSON body');
}

export function param(call: Call, index: number): string {
  return call.params[index] ?? '';
}

/** @throws Refusal for another workspace than the sandbox's one. */
export function checkTeam(id: string): void {
  if (id !== teamId) refuseUnknownId();
}

/**
 * The task that a path names. A custom id counts only with `custom_task_ids=true&team_id=…` (official OpenAPI v2);
 * without the pair it is an unknown id like any other.
 *
 * @throws Refusal 401 for an unknown id, 404 for one in the trash.
 */
export function findTask(call: Call, id: string): Task {
  const { query } = call.request;
  const byCustomId = query.get('custom_task_ids') === 'true';
  if (byCustomId) checkTeam(query.get('team_id') ?? '');
  const { customIds, tasks } = call.state;
  return livingTask(byCustomId ? customIds.get(id.toUpperCase()) : tasks.get(id));
}

/** For routes that know native ids only. */
export function findNativeTask(call: Call, id: string): Task {
  return livingTask(call.state.tasks.get(id));
}

/** @throws Refusal 400 for an id with other characters than digits, 401 for an unknown one. */
export function findList(call: Call, id: string): List {
  if (!/^\d+$/.test(id)) refuse(400, 'INPUT_003', 'List ID invalid');
  return call.state.lists.get(id) ?? refuseUnknownId();
}

function livingTask(task: Task | undefined): Task {
  if (task === undefined) return refuseUnknownId();
  return task.trashed ? refuse(404, 'ITEM_013', 'Task not found, deleted') : task;
}
