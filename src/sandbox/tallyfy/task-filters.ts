import { DAY_MS, parseDay } from './dates.js';
import { FieldReader } from './field-reader.js';
import { hasOpenProblem, type TallyfyState, type Task } from './state.js';

export type TaskFilter = (task: Task) => boolean;

/** What the filters need besides the query. */
export interface FilterContext {
  readonly state: TallyfyState;
  readonly nowMs: number;
  readonly currentUserId: number;
}

export const MY_STATUSES = ['active', 'completed', 'overdue', 'due_soon', 'hasproblem'] as const;
export const ORG_STATUSES = [...MY_STATUSES, 'complete', 'incomplete', 'inprogress'] as const;
export const RUN_STATUS_FILTERS = [...ORG_STATUSES, 'active_visible', 'not-started'] as const;
type StatusFilter = (typeof RUN_STATUS_FILTERS)[number];

const isOpen: TaskFilter = (task) => task.completedAtMs === null;

function filterStatus(status: StatusFilter, nowMs: number): TaskFilter {
  switch (status) {
    case 'complete':
    case 'completed':
      return (task) => !isOpen(task);
    case 'active':
    case 'active_visible':
    case 'incomplete':
      return isOpen;
    case 'inprogress':
      return (task) => task.status === 'in-progress';
    case 'not-started':
      return (task) => task.status === 'not-started';
    case 'overdue':
      return (task) => isOverdue(task, nowMs);
    case 'due_soon':
      return (task) => isDueSoon(task, nowMs);
    case 'hasproblem':
      return hasOpenProblem;
  }
}

export function isOverdue(task: Task, nowMs: number): boolean {
  return isOpen(task) && task.deadlineMs !== null && task.deadlineMs < nowMs;
}

/** Due within a day; the service does not say what it calls soon. */
export function isDueSoon(task: Task, nowMs: number): boolean {
  return isOpen(task) && task.deadlineMs !== null && task.deadlineMs >= nowMs && task.deadlineMs < nowMs + DAY_MS;
}

/**
 * The filters of a task list's query. Violations are collected in `fields`; parameters that the service does not know
 * (`updated_since`, …) are ignored, as they are there.
 */
export function readTaskFilters(
  query: URLSearchParams,
  statuses: readonly StatusFilter[],
  context: FilterContext,
): { readonly filters: readonly TaskFilter[]; readonly fields: FieldReader } {
  const fields = new FieldReader(Object.fromEntries(query));
  const filters: TaskFilter[] = [];
  const status = fields.choice('status', statuses);
  if (status !== undefined) filters.push(filterStatus(status, context.nowMs));
  const words = fields.text('q')?.toLowerCase();
  if (words !== undefined) filters.push((task) => task.title.toLowerCase().includes(words));
  addOwnerFilters(filters, fields, context);
  addDateFilters(filters, fields);
  addFieldFilter(filters, fields);
  const tag = fields.text('tag');
  if (tag !== undefined) {
    filters.push((task) => task.tagIds.some((id) => context.state.tags.get(id)?.title === tag));
  }
  const oneOff = fields.choice('is_oneoff', ['true', 'false']);
  if (oneOff !== undefined) filters.push((task) => task.isOneOff === (oneOff === 'true'));
  return { filters, fields };
}

function addOwnerFilters(filters: TaskFilter[], fields: FieldReader, context: FilterContext): void {
  const users = fields.text('owners')?.split(',').map(Number);
  if (users !== undefined) filters.push((task) => task.owners.users.some((id) => users.includes(id)));
  const guests = fields.text('guests')?.split(',');
  if (guests !== undefined) filters.push((task) => task.owners.guests.some((guest) => guests.includes(guest)));
  const groups = fields.text('groups')?.split(',');
  if (groups !== undefined) filters.push((task) => task.owners.groups.some((group) => groups.includes(group)));
  if (fields.text('unassigned') === 'true') {
    filters.push(({ owners }) => owners.users.length + owners.guests.length + owners.groups.length === 0);
  }
  if (fields.text('assignee') === 'me') filters.push((task) => task.owners.users.includes(context.currentUserId));
}

function addDateFilters(filters: TaskFilter[], fields: FieldReader): void {
  const created = fields.text('created');
  if (created !== undefined) {
    const [first = '', last = first] = created.split(':');
    const [fromMs, toMs] = [parseDay(first), parseDay(last)];
    if (fromMs === undefined || toMs === undefined) fields.refuse('created', 'The created is not a valid date.');
    else filters.push((task) => task.createdAtMs >= fromMs && task.createdAtMs < toMs + DAY_MS);
  }
  const onMs = readDay(fields, 'deadline_on');
  if (onMs !== undefined) {
    // `deadline_on` wins over the other deadline filters.
    filters.push(({ deadlineMs }) => deadlineMs !== null && deadlineMs >= onMs && deadlineMs < onMs + DAY_MS);
    return;
  }
  addDeadlineBound(filters, readDay(fields, 'deadline_before'), (deadlineMs, dayMs) => deadlineMs < dayMs);
  addDeadlineBound(filters, readDay(fields, 'deadline_after'), (deadlineMs, dayMs) => deadlineMs >= dayMs + DAY_MS);
  addDeadlineBound(filters, readDay(fields, 'deadline_start_range'), (deadlineMs, dayMs) => deadlineMs >= dayMs);
  addDeadlineBound(filters, readDay(fields, 'deadline_end_range'), (deadlineMs, dayMs) => deadlineMs < dayMs + DAY_MS);
}

function addDeadlineBound(
  filters: TaskFilter[],
  dayMs: number | undefined,
  fits: (deadlineMs: number, dayMs: number) => boolean,
): void {
  if (dayMs !== undefined) filters.push(({ deadlineMs }) => deadlineMs !== null && fits(deadlineMs, dayMs));
}

function readDay(fields: FieldReader, name: string): number | undefined {
  const text = fields.text(name);
  if (text === undefined) return undefined;
  return parseDay(text) ?? fields.refuse(name, `The ${name.replaceAll('_', ' ')} is not a valid date.`);
}

function addFieldFilter(filters: TaskFilter[], fields: FieldReader): void {
  const key = fields.text('custom_field_key');
  const value = fields.text('custom_field_value');
  if (key === undefined || value === undefined) return;
  filters.push((task) =>
    task.fields.some((field) => (field.id === key || field.label === key) && task.values.get(field.id) === value),
  );
}
