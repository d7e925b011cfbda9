import type { JsonValue, SandboxAnswer } from '../service.js';
import { type Call, findList, isRecord, ok, param, readObject } from './call.js';
import { readFieldValue } from './field-values.js';
import { defaultStatus, findStatus, type List, type Status, type Task, type TaskDetails, type User } from './model.js';
import { refuse } from './refusal.js';
import { fieldApplies, showTask } from './show-task.js';
import { type ClickUpState, templateId, tokenUser } from './state.js';
import { readDetails, readName } from './task-details.js';

/** What is known of a task when it comes into being; the rest is empty. */
export interface NewTask {
  readonly id?: string | undefined;
  readonly customId?: string | undefined;
  readonly name: string;
  readonly list: List;
  readonly status?: Status | undefined;
  readonly parent?: Task | null | undefined;
  readonly details?: Partial<TaskDetails> | undefined;
}

/** `POST /v2/list/{list_id}/task`: checks name, status, parent and dates in that order, then creates. */
export function createTask(call: Call): SandboxAnswer {
  const { state, context } = call;
  const list = findList(call, param(call, 0));
  const body = readObject(call);
  const name = readName(body.name);
  const status = readStatus(list, body.status);
  const parent = readParent(call, list, body.parent);
  const details = readDetails(body);
  const fieldValues = readFieldValues(call, list, details.customItemId ?? 0, body.custom_fields);
  const linked = typeof body.links_to === 'string' ? state.tasks.get(body.links_to) : undefined;

  const nowMs = context.now();
  const task = addNewTask(state, nowMs, { name, list, status, parent, details });
  for (const user of knownUsers(state, body.assignees)) {
    task.assignees.add(user);
    task.watchers.add(user);
  }
  for (const id of textsOf(body.group_assignees)) task.groupAssignees.add(id);
  for (const tag of textsOf(body.tags)) task.tags.add(state.ensureTag(list.folder.space, tag));
  for (const [id, value] of fieldValues) task.fieldValues.set(id, value);
  if (linked !== undefined) {
    task.links.push({ other: linked, createdMs: nowMs });
    linked.links.push({ other: task, createdMs: nowMs });
  }
  context.effect({ kind: 'create', target: task.id, detail: { name, list_id: list.id } });
  return ok(showTask(state, task));
}

/** `POST /v2/list/{list_id}/taskTemplate/{template_id}`; these routes say `error` where others say `err`. */
export function createTaskFromTemplate(call: Call): SandboxAnswer {
  const { state, context } = call;
  const list = findList(call, param(call, 0));
  const { name } = readObject(call);
  if (typeof name !== 'string' || name.trim() === '') {
    return { status: 400, body: { error: 'Name is required', ECODE: 'OAUTH_117' } };
  }
  if (param(call, 1) !== templateId) return { status: 404, body: { error: 'Template not found', ECODE: 'ITEM_015' } };
  const task = addNewTask(state, context.now(), { name, list });
  context.effect({ kind: 'create', target: task.id, detail: { name, list_id: list.id, template_id: templateId } });
  return ok({ id: task.id, task: showTask(state, task) });
}

/** Puts a task into the state without any check. */
export function addNewTask(state: ClickUpState, nowMs: number, wanted: NewTask): Task {
  const next = state.nextTaskId();
  const status = wanted.status ?? defaultStatus(wanted.list);
  const completed = status.type === 'done' || status.type === 'closed';
  const task: Task = {
    name: wanted.name,
    description: '',
    markdown: '',
    priority: null,
    dueMs: null,
    startMs: null,
    timeEstimateMs: null,
    points: null,
    customItemId: 0,
    archived: false,
    ...wanted.details,
    id: wanted.id ?? next.id,
    sequence: next.sequence,
    customId: wanted.customId ?? null,
    creator: tokenUser,
    createdMs: nowMs,
    updatedMs: nowMs,
    closedMs: status.type === 'closed' ? nowMs : null,
    doneMs: completed ? nowMs : null,
    trashed: false,
    list: wanted.list,
    status,
    statusPeriods: [{ status, sinceMs: nowMs }],
    parent: wanted.parent ?? null,
    children: new Set(),
    assignees: new Set(),
    watchers: new Set([tokenUser]),
    groupAssignees: new Set(),
    tags: new Set(),
    otherLists: new Set(),
    fieldValues: new Map(),
    dependencies: [],
    links: [],
  };
  state.addTask(task);
  return task;
}

/** The users that exist among the ids; the others are passed over without a word. */
export function knownUsers(state: ClickUpState, ids: unknown): readonly User[] {
  if (!Array.isArray(ids)) return [];
  return ids.map((id) => state.users.get(Number(id))).filter((user) => user !== undefined);
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** @throws Refusal 400 ITEM_137 for a parent that is not at home in the list. */
export function readParent(call: Call, list: List, value: unknown): Task | null {
  if (typeof value !== 'string') return null;
  const parent = call.state.tasks.get(value);
  if (parent === undefined || parent.trashed || parent.list !== list) {
    return refuse(400, 'ITEM_137', 'Parent not child of list');
  }
  return parent;
}

function readStatus(list: List, value: unknown): Status | undefined {
  if (value === undefined || value === null) return undefined;
  const status = typeof value === 'string' ? findStatus(list, value) : undefined;
  return status ?? refuse(400, 'CRTSK_001', 'Status not found');
}

/** Fields that do not apply to the task type are dropped without a word. */
function readFieldValues(
  call: Call,
  list: List,
  customItemId: number,
  value: unknown,
): readonly (readonly [string, JsonValue])[] {
  if (!Array.isArray(value)) return [];
  const values: (readonly [string, JsonValue])[] = [];
  for (const item of value) {
    const field = isRecord(item) && typeof item.id === 'string' ? call.state.fields.get(item.id) : undefined;
    if (field === undefined || (field.lists !== null && !field.lists.has(list.id))) {
      return refuse(400, 'FIELD_115', 'Custom field is not in the location of the task');
    }
    const read = readFieldValue(call.state, field, isRecord(item) ? item.value : undefined, undefined);
    if (read !== null && fieldApplies(field, { list, customItemId })) values.push([field.id, read]);
  }
  return values;
}
