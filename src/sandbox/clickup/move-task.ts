import type { SandboxAnswer } from '../service.js';
import { type Call, isRecord, ok, param } from './call.js';
import { textsOf } from './create-task.js';
import { defaultStatus, findStatus, type List, type Status, type Task } from './model.js';
import { refuseV3 } from './refusal.js';
import { teamId } from './state.js';
import { setStatus } from './update-task.js';

/**
 * `PUT /v3/workspaces/{workspace_id}/tasks/{task_id}/home_list/{list_id}`. A status that the new list lacks by name needs
 * a mapping. Values of fields that the new list lacks are dropped unless the body moves them. Subtasks come along.
 */
export function moveTask(call: Call): SandboxAnswer {
  const { state, context, request } = call;
  const nowMs = context.now();
  const task = state.tasks.get(param(call, 1));
  const list = state.lists.get(param(call, 2));
  if (param(call, 0) !== teamId) refuseV3(404, 'Workspace not found', nowMs);
  if (task === undefined || task.trashed) return refuseV3(404, 'Task not found', nowMs);
  if (list === undefined) return refuseV3(404, 'List not found', nowMs);
  if (!isRecord(request.body)) return refuseV3(400, 'The request body must be a JSON object', nowMs);
  const answer = ok({ data: { task_id: task.id, new_list_id: list.id } });
  if (task.list === list) return answer;

  const { body } = request;
  const status = mapStatus(task, list, body.status_mappings);
  if (status === null) return refuseV3(400, `Status "${task.status.status}" needs a mapping to the new List`, nowMs);
  const from = task.list;
  moveOne(call, task, list, status, body);
  for (const child of descendants(task)) {
    if (child.list !== from) continue;
    moveOne(call, child, list, mapStatus(child, list, body.status_mappings) ?? defaultStatus(list), body);
  }
  context.effect({ kind: 'move', target: task.id, detail: { from: from.id, to: list.id } });
  return answer;
}

/** The document names the keys `source_status_id`, the guide page `source_status`: both are taken, with ids or names. */
function mapStatus(task: Task, list: List, mappings: unknown): Status | null {
  const same = findStatus(list, task.status.status);
  if (same !== undefined) return same;
  for (const mapping of Array.isArray(mappings) ? mappings : []) {
    if (!isRecord(mapping)) continue;
    const source = mapping.source_status_id ?? mapping.source_status;
    const destination = mapping.destination_status_id ?? mapping.destination_status;
    if (source !== task.status.id && source !== task.status.status) continue;
    const status = list.statuses.find(({ id, status: name }) => destination === id || destination === name);
    if (status !== undefined) return status;
  }
  return null;
}

function moveOne(call: Call, task: Task, list: List, status: Status, body: Readonly<Record<string, unknown>>): void {
  const { state, context } = call;
  const chosen = textsOf(body.custom_fields_to_move);
  for (const id of [...task.fieldValues.keys()]) {
    const field = state.fields.get(id);
    if (field === undefined || field.lists === null || field.lists.has(list.id)) continue;
    const moves = body.move_custom_fields === true && (chosen.length === 0 || chosen.includes(id));
    if (moves) field.lists.add(list.id);
    else task.fieldValues.delete(id);
  }
  state.moveTask(task, list);
  if (status !== task.status) setStatus(task, status, context.now());
  task.updatedMs = context.now();
}

function descendants(task: Task): readonly Task[] {
  return [...task.children].flatMap((child) => [child, ...descendants(child)]);
}
