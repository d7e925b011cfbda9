import { readSubStatus } from './render-task.js';
import type { Task } from './task.js';
import { isoDate, readDate } from './values.js';

/** What a condition compares: dates as milliseconds, nothing as null. */
export type Comparable = number | string | null;

/** A field that lists can be filtered and, when it is no list itself, ordered by. */
export interface TaskField {
  readonly type: 'number' | 'text' | 'date';
  read(task: Task, nowMs: number): Comparable | readonly Comparable[];
}

const number = (read: TaskField['read']): TaskField => ({ type: 'number', read });
const text = (read: TaskField['read']): TaskField => ({ type: 'text', read });
const date = (read: TaskField['read']): TaskField => ({ type: 'date', read });

const TASK_FIELDS = new Map<string, TaskField>([
  ['id', number((task) => task.id)],
  ['title', text((task) => task.title)],
  ['description', text((task) => task.description)],
  ['status', number((task) => task.status)],
  ['realStatus', number((task) => task.status)],
  ['subStatus', number(readSubStatus)],
  ['priority', number((task) => task.priority)],
  ['responsibleId', number((task) => task.responsibleId)],
  ['createdBy', number((task) => task.createdBy)],
  ['closedBy', number((task) => task.closedBy)],
  ['groupId', number((task) => task.groupId)],
  ['parentId', number((task) => task.parentId)],
  ['stageId', number((task) => task.stageId)],
  ['timeEstimate', number((task) => task.timeEstimate)],
  ['accomplices', number((task) => task.accomplices)],
  ['auditors', number((task) => task.auditors)],
  ['tags', text((task) => task.tags)],
  ['createdDate', date((task) => task.createdDate)],
  ['changedDate', date((task) => task.changedDate)],
  ['statusChangedDate', date((task) => task.statusChangedDate)],
  ['activityDate', date((task) => task.activityDate)],
  ['closedDate', date((task) => task.closedDate)],
  ['deadline', date((task) => task.deadline)],
  ['dateStart', date((task) => task.dateStart)],
  ['startDatePlan', date((task) => task.startDatePlan)],
  ['endDatePlan', date((task) => task.endDatePlan)],
]);

/** The field of that camelCase or `UF_…` name; undefined when tasks have none. */
export function taskField(name: string): TaskField | undefined {
  const field = TASK_FIELDS.get(name);
  if (field !== undefined || !name.startsWith('UF_')) return field;
  return text((task) => readCustom(task, name));
}

function readCustom(task: Task, name: string): Comparable {
  const value = task.custom.get(name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** A condition's operand in the field's own type; what can't be read as one compares with nothing (NaN). */
export function readOperand(field: TaskField, value: unknown): Comparable {
  if (value === null || value === undefined || value === '') return null;
  if (field.type === 'text') return typeof value === 'string' ? value : String(value);
  if (field.type === 'date') return (typeof value === 'string' ? readDate(value) : null) ?? Number.NaN;
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}

/** A comparable as text, for `contains`. */
export function comparableText(field: TaskField, value: Comparable): string {
  if (value === null) return '';
  return field.type === 'date' && typeof value === 'number' ? isoDate(value) : String(value);
}
