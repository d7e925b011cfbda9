import type { JsonValue } from '../service.js';
import type { Field, List, Status, Task, User } from './model.js';
import { type ClickUpState, teamId, tokenUser } from './state.js';

type JsonObject = { readonly [key: string]: JsonValue };

const priorities = [
  { id: '1', priority: 'urgent', color: '#f50000', orderindex: '1' },
  { id: '2', priority: 'high', color: '#f8ae00', orderindex: '2' },
  { id: '3', priority: 'normal', color: '#6fddff', orderindex: '3' },
  { id: '4', priority: 'low', color: '#d8d8d8', orderindex: '4' },
] as const;

/** Fields never change, and most values are empty: their shape is made once. */
const emptyFields = new WeakMap<Field, JsonObject>();

export interface ShowOptions {
  readonly markdown?: boolean;
  readonly subtasks?: boolean;
}

/**
 * A task as it is read. The types are those seen live, not those of the document: dates are strings, estimates numbers,
 * people and tags objects, the space an id only.
 */
export function showTask(state: ClickUpState, task: Task, options: ShowOptions = {}): JsonObject {
  const { list } = task;
  const folder = { id: list.folder.id, name: list.folder.name, hidden: list.folder.hidden, access: true };
  return {
    id: task.id,
    custom_id: task.customId,
    custom_item_id: task.customItemId,
    name: task.name,
    text_content: task.description,
    description: task.description,
    ...(options.markdown && { markdown_description: task.markdown }),
    status: showStatus(list, task.status),
    orderindex: `${task.sequence}.00000000000000000000000000000000`,
    date_created: String(task.createdMs),
    date_updated: String(task.updatedMs),
    date_closed: showTime(task.closedMs),
    date_done: showTime(task.doneMs),
    archived: task.archived,
    creator: showCreator(task.creator),
    assignees: Array.from(task.assignees, showUser),
    group_assignees: Array.from(task.groupAssignees, (id) => ({ id })),
    watchers: Array.from(task.watchers, showUser),
    checklists: [],
    tags: Array.from(task.tags, (tag) => ({ ...tag, creator: tokenUser.id })),
    parent: task.parent?.id ?? null,
    top_level_parent: topLevelParent(task)?.id ?? null,
    priority: task.priority === null ? null : (priorities[task.priority - 1] ?? null),
    due_date: showTime(task.dueMs),
    start_date: showTime(task.startMs),
    points: task.points,
    time_estimate: task.timeEstimateMs,
    time_spent: 0,
    custom_fields: showFieldValues(state, task),
    dependencies: task.dependencies.map(({ task: waiting, dependsOn, createdMs }) => ({
      task_id: waiting.id,
      depends_on: dependsOn.id,
      type: 1,
      date_created: String(createdMs),
      userid: String(tokenUser.id),
      workspace_id: teamId,
      chain_id: null,
    })),
    linked_tasks: task.links.map(({ other, createdMs }) => ({
      task_id: task.id,
      link_id: other.id,
      date_created: String(createdMs),
      userid: String(tokenUser.id),
    })),
    locations: Array.from(task.otherLists, ({ id, name }) => ({ id, name })),
    team_id: teamId,
    url: `https://app.clickup.com/t/${task.id}`,
    sharing: { public: false, public_share_expires_on: null, public_fields: [], token: null, seo_optimized: false },
    permission_level: 'create',
    list: { id: list.id, name: list.name, access: true },
    project: folder,
    folder,
    space: { id: list.folder.space.id },
    ...(options.subtasks && { subtasks: Array.from(task.children, (child) => showTask(state, child)) }),
  };
}

export function showStatus(list: List, status: Status): JsonObject {
  return { ...status, orderindex: list.statuses.indexOf(status) };
}

export function showUser(user: User): JsonObject {
  return { ...user, profilePicture: null };
}

export function showField(field: Field, withTaskTypes = false): JsonObject {
  return {
    id: field.id,
    name: field.name,
    type: field.type,
    type_config: field.typeConfig,
    date_created: String(field.createdMs),
    hide_from_guests: false,
    ...(withTaskTypes &&
      field.taskType !== null && { applied_objects: [{ object_type: 19, object_id: field.taskType }] }),
  };
}

/** Whether the field's place and task type take in the task. */
export function fieldApplies(field: Field, task: Pick<Task, 'list' | 'customItemId'>): boolean {
  if (field.lists !== null && !field.lists.has(task.list.id)) return false;
  return field.taskType === null || field.taskType === task.customItemId;
}

function showFieldValues(state: ClickUpState, task: Task): JsonValue {
  const shown: JsonObject[] = [];
  for (const field of state.fields.values()) {
    if (!fieldApplies(field, task)) continue;
    const value = task.fieldValues.get(field.id);
    const empty = showEmptyField(field);
    shown.push(value === undefined ? empty : { ...empty, value });
  }
  return shown;
}

function showEmptyField(field: Field): JsonObject {
  let shown = emptyFields.get(field);
  if (shown === undefined) {
    shown = { ...showField(field), required: false };
    emptyFields.set(field, shown);
  }
  return shown;
}

function showCreator({ id, username, color, email }: User): JsonObject {
  return { id, username, color, email, profilePicture: null };
}

function showTime(ms: number | null): string | null {
  return ms === null ? null : String(ms);
}

function topLevelParent(task: Task): Task | null {
  let top = task.parent;
  while (top?.parent) top = top.parent;
  return top;
}
