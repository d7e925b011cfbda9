import type { SandboxRow, ServiceContext } from '../service.js';
import { isRecord } from './call.js';
import { addNewTask } from './create-task.js';
import { type Columns, findOtherList, firstOf, otherListColumn, readColumns, splitList } from './fill-columns.js';
import { fillExported } from './fill-exported.js';
import { ensurePeople } from './fill-people.js';
import { fillState } from './fill-state.js';
import { findStatus, isCompleted, type List, type StatusType, type Task } from './model.js';
import { createField } from './seed-fields.js';
import { type ClickUpState, createStatus } from './state.js';

/** The list `Backlog`. */
const defaultListId = '901000000002';
const taskColumns = ['taskid', 'customtaskid', 'customid', 'id', 'task', 'taskurl', 'url', 'link'];
const oldNameColumns = ['taskname', 'tasktitle'];
const nameColumns = ['name', 'title', ...oldNameColumns];
/** Names of statuses that complete a task nearly everywhere. */
const soundsCompleted = /^(done|closed|completed?|cancell?ed)$/i;
const relatedColumns = ['parent', 'parentid', 'dependson', 'dependencyof', 'linksto', 'sourcetaskids'];

/**
 * Makes what a row needs to succeed: its task, list, status, people, field and related tasks. What is there already
 * stays, so rows can share a task. A create needs its list only, unless it was done by an earlier run.
 */
export function fillRow(state: ClickUpState, row: SandboxRow, { now }: Pick<ServiceContext, 'now'>): void {
  const columns = readColumns(row);
  const operation = row.operation.replace(/^clickup\./, '').toLowerCase();
  const list = ensureLists(state, columns);
  ensurePeople(state, columns);

  const isCreate = /^create(.?task|.?subtask|.?from.?template)?$/.test(operation);
  // The name in an update is the new one; a task that had it already would leave nothing to do.
  const title = firstOf(columns, operation === 'update' ? oldNameColumns : nameColumns);
  for (const name of fieldNames(row.values.custom_fields)) ensureField(state, new Map([['field', name]]), list);
  if (isCreate && !row.done) {
    fillSurroundings(state, columns, list, operation, now());
    return;
  }
  const before = state.tasks.size;
  const task = isCreate
    ? addNewTask(state, now(), { name: title ?? 'Untitled', list })
    : ensureTask(state, readReference(firstOf(columns, taskColumns)), list, title, now());
  if (task === null) return;
  fillSurroundings(state, columns, task.list, operation, now());
  if (state.tasks.size > before) fillExported(state, task, columns, row.values, now());
  fillState(state, task, operation, row.done, columns, now());
}

/** `9hx`, `CU-9hx`, `#9hx`, `DEV-12`, `https://app.clickup.com/t/[team/]…`; null for anything else. */
function readReference(text: string | undefined): { readonly id: string } | { readonly customId: string } | null {
  const bare = text
    ?.replace(/^https?:\/\/app\.clickup\.com\/t\/(?:\d+\/)?/i, '')
    .replace(/[?#].*$/, (rest) => (rest === text ? rest : ''))
    .replace(/^#|^CU-/i, '');
  if (bare === undefined || !/^[a-z0-9]+(-\d+)?$/i.test(bare)) return null;
  return bare.includes('-') ? { customId: bare } : { id: bare };
}

function ensureTask(
  state: ClickUpState,
  reference: ReturnType<typeof readReference>,
  list: List,
  title: string | undefined,
  nowMs: number,
): Task | null {
  if (reference === null) {
    if (title === undefined) return null;
    return [...list.tasks].find(({ name }) => name === title) ?? addNewTask(state, nowMs, { name: title, list });
  }
  const id = 'id' in reference ? reference.id : undefined;
  const customId = 'customId' in reference ? reference.customId : undefined;
  const known = id === undefined ? state.customIds.get((customId ?? '').toUpperCase()) : state.tasks.get(id);
  return known ?? addNewTask(state, nowMs, { id, customId, name: title ?? `Task ${id ?? customId}`, list });
}

/** Every list that the row names, such as the one to move to; returns the one that the task is at home in. */
function ensureLists(state: ClickUpState, columns: Columns): List {
  for (const [column, value] of columns) if (otherListColumn.test(column)) ensureList(state, value, undefined);
  const name = columns.get('listname');
  const reference = columns.get('listid') ?? columns.get('list') ?? name;
  return reference === undefined ? defaultList(state) : ensureList(state, reference, name);
}

/** @param reference an id when it is all digits, else a name. A list that is missing is made, without a folder. */
function ensureList(state: ClickUpState, reference: string, name: string | undefined): List {
  const { space } = defaultList(state).folder;
  if (/^\d+$/.test(reference)) {
    const known = state.lists.get(reference);
    return known ?? state.addList(name ?? `List ${reference}`, state.hiddenFolder(space), reference);
  }
  const known = [...state.lists.values()].find((list) => list.name.toLowerCase() === reference.toLowerCase());
  return known ?? state.addList(reference, state.hiddenFolder(space));
}

function defaultList(state: ClickUpState): List {
  const list = state.lists.get(defaultListId);
  if (list === undefined) throw new Error(`The workspace has lost its list ${defaultListId}.`);
  return list;
}

function ensureStatus(list: List, name: string, type: StatusType): void {
  if (findStatus(list, name) !== undefined) return;
  const closedAt = list.statuses.findIndex(isCompleted);
  const at = closedAt < 0 ? list.statuses.length : closedAt;
  list.statuses.splice(at, 0, createStatus(`p${list.folder.space.id}`, name, type));
}

/** The field that the row names by id or name, in the list of its task; a missing one becomes a text field. */
function ensureField(state: ClickUpState, columns: Columns, list: List): void {
  const name = columns.get('fieldname') ?? columns.get('field');
  const id = columns.get('fieldid') ?? (name !== undefined && isUuid(name) ? name : undefined);
  if (id === undefined && name === undefined) return;
  const known = [...state.fields.values()].find(
    (field) => field.id === id || (id === undefined && field.name.toLowerCase() === name?.toLowerCase()),
  );
  if (known !== undefined) known.lists?.add(list.id);
  else {
    const field = createField(
      id ?? `f111ed00-0000-4000-8000-${String(state.fields.size).padStart(12, '0')}`,
      name ?? 'Filled field',
      'short_text',
      { lists: new Set([list.id]) },
    );
    state.fields.set(field.id, field);
  }
}

/** The custom fields that a create names, by name or id. */
function fieldNames(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value) : [];
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** What the row's operation refers to besides its task. */
function fillSurroundings(state: ClickUpState, columns: Columns, list: List, operation: string, nowMs: number): void {
  const status = columns.get('status');
  if (status !== undefined) {
    // A status that a move names is one of the new list.
    const at = operation === 'move' ? (findOtherList(state, columns) ?? list) : list;
    ensureStatus(at, status, operation === 'complete' || soundsCompleted.test(status) ? 'done' : 'custom');
  }
  ensureField(state, columns, list);
  for (const column of relatedColumns) {
    for (const item of splitList(columns.get(column) ?? '')) {
      const reference = readReference(item);
      if (reference !== null) ensureTask(state, reference, list, undefined, nowMs);
    }
  }
}
