import type { JsonValue } from '../service.js';
import { readActionFlags } from './rights.js';
import type { Actor, Task } from './task.js';
import { isoDate, upperSnake } from './values.js';

type View = Record<string, JsonValue>;

function dateOrNull(ms: number | null): string | null {
  return ms === null ? null : isoDate(ms);
}

/** The fields of a task reply, in order; no group is 0 while no parent is null, as the services show them. */
const TASK_FIELDS = new Map<string, (task: Task) => JsonValue>([
  ['id', (task) => task.id],
  ['title', (task) => task.title],
  ['description', (task) => task.description],
  ['status', (task) => task.status],
  ['priority', (task) => task.priority],
  ['responsibleId', (task) => task.responsibleId],
  ['createdBy', (task) => task.createdBy],
  ['groupId', (task) => task.groupId],
  ['parentId', (task) => (task.parentId === 0 ? null : task.parentId)],
  ['stageId', (task) => task.stageId],
  ['timeEstimate', (task) => task.timeEstimate],
  ['deadline', (task) => dateOrNull(task.deadline)],
  ['startDatePlan', (task) => dateOrNull(task.startDatePlan)],
  ['endDatePlan', (task) => dateOrNull(task.endDatePlan)],
  ['dateStart', (task) => dateOrNull(task.dateStart)],
  ['createdDate', (task) => isoDate(task.createdDate)],
  ['changedDate', (task) => isoDate(task.changedDate)],
  ['statusChangedDate', (task) => isoDate(task.statusChangedDate)],
  ['activityDate', (task) => isoDate(task.activityDate)],
  ['closedDate', (task) => dateOrNull(task.closedDate)],
  ['closedBy', (task) => task.closedBy],
  ['accomplices', (task) => task.accomplices],
  ['auditors', (task) => task.auditors],
  ['tags', (task) => task.tags],
]);

/** A task as Vibecode's task pages show it, with the selected fields (the id always) or all. */
export function renderTask(task: Task, select: ReadonlySet<string> | null = null): View {
  const view: View = {};
  for (const [name, read] of TASK_FIELDS) {
    if (select === null || name === 'id' || select.has(name)) view[name] = read(task);
  }
  for (const [name, value] of task.custom) {
    if (select === null || select.has(name)) view[name] = value;
  }
  return view;
}

/** The reply to reading one task: the fields, the people, the checklist and the caller's permissions. */
export function renderTaskDetails(task: Task, actor: Actor): View {
  return {
    ...renderTask(task),
    creator: renderUser(task.createdBy),
    responsible: renderUser(task.responsibleId),
    accomplicesData: task.accomplices.map(renderUser),
    auditorsData: task.auditors.map(renderUser),
    checklist: [],
    action: readActionFlags(task, actor),
  };
}

function renderUser(id: number): JsonValue {
  return { id, name: `User ${id}`, link: `/company/personal/user/${id}/`, icon: '', workPosition: '' };
}

/** The other documented casing of Vibecode's replies: `{"ID":1,"STATUS":"2"}`, where only the id stays a number. */
export function toUpperView(view: View): View {
  const upper: View = {};
  for (const [name, value] of Object.entries(view))
    upper[upperSnake(name)] = name === 'id' ? value : toTextNumbers(value);
  return upper;
}

/** The overdue mark of the classic REST (`subStatus`, and what its filter STATUS means): -1 overdue, -3 within a day. */
export function readSubStatus(task: Task, nowMs: number): number {
  if (task.deadline === null || task.closedDate !== null) return task.status;
  if (task.deadline < nowMs) return -1;
  return task.deadline < nowMs + 86_400_000 ? -3 : task.status;
}

/** A task as the classic REST shows it: camelCase names, numbers as strings, the id always among them. */
export function renderClassicTask(task: Task, select: ReadonlySet<string> | null, actor: Actor, nowMs: number): View {
  const isWanted = (name: string): boolean => select === null || select.has('*') || select.has(upperSnake(name));
  const view: View = {};
  for (const [name, read] of TASK_FIELDS) {
    if (name === 'id' || (isWanted(name) && name !== 'tags')) view[name] = toTextNumbers(read(task));
  }
  if (isWanted('subStatus')) view.subStatus = String(readSubStatus(task, nowMs));
  if (isWanted('taskControl')) view.taskControl = task.taskControl ? 'Y' : 'N';
  if (isWanted('tags'))
    view.tags = phpArray(task.tags.map((title, index) => [String(index + 1), { id: index + 1, title }]));
  for (const [name, value] of task.custom) if (isWanted(name)) view[name] = toTextNumbers(value);
  if (select === null) view.action = readActionFlags(task, actor);
  return view;
}

function toTextNumbers(value: JsonValue): JsonValue {
  if (typeof value === 'number') return String(value);
  return isList(value) ? value.map(toTextNumbers) : value;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** PHP has one array type: empty becomes `[]`, keys 0, 1, 2, … become a list, anything else an object. */
export function phpArray(entries: readonly (readonly [string, JsonValue])[]): JsonValue {
  if (entries.every(([key], index) => key === String(index))) return entries.map(([, value]) => value);
  return Object.fromEntries(entries);
}
