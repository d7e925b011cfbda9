import { isRecord } from './call.js';
import type { Task } from './model.js';
import { refuse } from './refusal.js';

export type TaskTest = (task: Task) => boolean;

const dateOf: Readonly<Record<string, (task: Task) => number | null>> = {
  due_date: (task) => task.dueMs,
  date_created: (task) => task.createdMs,
  date_updated: (task) => task.updatedMs,
  date_done: (task) => task.doneMs,
};

/**
 * The tests that a listing's query asks for. Closed tasks pass only with `include_closed` or when `statuses[]` names
 * their status; subtasks only with `subtasks`.
 *
 * @throws Refusal 400 for arrays that are not sent as `name[]=`, dates that are no numbers, and `custom_fields` that is
 * no JSON array.
 */
export function readTaskTests(query: URLSearchParams): readonly TaskTest[] {
  const statuses = readArray(query, 'statuses').map((name) => name.toLowerCase());
  const tests: TaskTest[] = [];
  if (statuses.length > 0) tests.push((task) => statuses.includes(task.status.status.toLowerCase()));
  else if (query.get('include_closed') !== 'true') tests.push((task) => task.status.type !== 'closed');
  if (query.get('subtasks') !== 'true') tests.push((task) => task.parent === null);

  const people = readArray(query, 'assignees').map(Number);
  if (people.length > 0) tests.push(({ assignees }) => some(assignees, ({ id }) => people.includes(id)));
  const watchers = readArray(query, 'watchers').map(Number);
  if (watchers.length > 0) tests.push((task) => some(task.watchers, ({ id }) => watchers.includes(id)));
  const tags = readArray(query, 'tags').map((name) => name.toLowerCase());
  if (tags.length > 0) tests.push((task) => some(task.tags, ({ name }) => tags.includes(name.toLowerCase())));
  const types = readArray(query, 'custom_items').map(Number);
  if (types.length > 0) tests.push(({ customItemId }) => types.includes(customItemId));
  return [...tests, ...readDateTests(query), ...readFieldTests(query)];
}

/** Values of `name[]=…`; the codes are known for `statuses` and `assignees`, the others take that of `statuses`. */
export function readArray(query: URLSearchParams, name: string): readonly string[] {
  if (query.has(name)) {
    refuse(400, name === 'assignees' ? 'PUBAPITASK_017' : 'PUBAPITASK_014', `${name} must be an array`);
  }
  return query.getAll(`${name}[]`);
}

function readDateTests(query: URLSearchParams): TaskTest[] {
  const tests: TaskTest[] = [];
  for (const [name, dateIn] of Object.entries(dateOf)) {
    for (const [suffix, sign] of [
      ['gt', 1],
      ['lt', -1],
    ] as const) {
      const text = query.get(`${name}_${suffix}`);
      if (text === null) continue;
      const bound = Number(text);
      if (text === '' || !Number.isFinite(bound)) refuse(400, 'INPUT_006', 'Date invalid');
      tests.push((task) => {
        const ms = dateIn(task);
        return ms !== null && (ms - bound) * sign > 0;
      });
    }
  }
  return tests;
}

/** `[{"field_id","operator","value"}]`, all of which must hold. */
function readFieldTests(query: URLSearchParams): TaskTest[] {
  const text = query.get('custom_fields');
  if (text === null) return [];
  const conditions = parseConditions(text);
  return conditions.map(({ field_id: id, operator, value }) => {
    return (task) => compareField(task.fieldValues.get(String(id)), String(operator), value);
  });
}

function parseConditions(text: string): readonly Record<string, unknown>[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return parsed.filter(isRecord);
  } catch {
    // The refusal below says all that the service would say.
  }
  return refuse(400, 'ITEM_155', 'custom fields must be a json parsable string');
}

function compareField(held: unknown, operator: string, value: unknown): boolean {
  const members: readonly unknown[] = Array.isArray(held) ? held : [held];
  const has = (wanted: unknown): boolean =>
    members.some((member) => String(isRecord(member) ? member.id : member) === String(wanted));
  const wanted: readonly unknown[] = Array.isArray(value) ? value : [value];
  switch (operator) {
    case '=':
      return held !== undefined && has(value);
    case '!=':
      return held === undefined || !has(value);
    case '<':
      return held !== undefined && Number(held) < Number(value);
    case '<=':
      return held !== undefined && Number(held) <= Number(value);
    case '>':
      return held !== undefined && Number(held) > Number(value);
    case '>=':
      return held !== undefined && Number(held) >= Number(value);
    case 'IS NULL':
      return held === undefined;
    case 'IS NOT NULL':
      return held !== undefined;
    case 'ANY':
      return held !== undefined && wanted.some(has);
    case 'ALL':
      return held !== undefined && wanted.every(has);
    case 'NOT ANY':
      return held === undefined || !wanted.some(has);
    case 'NOT ALL':
      return held === undefined || !wanted.every(has);
    default:
      return false;
  }
}

function some<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  for (const item of items) if (test(item)) return true;
  return false;
}
