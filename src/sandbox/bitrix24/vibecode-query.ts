import type { Condition, Operator, SortKey, TaskQuery } from './query-tasks.js';
import { type TaskField, taskField } from './task-fields.js';
import { isRecord } from './values.js';
import { type Failure, fail } from './vibecode-reply.js';

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 5000;
/** Taken without an error, and without any effect. */
const IGNORED_FILTERS: ReadonlySet<string> = new Set(['statusChangedDate', 'activityDate']);
const UNKNOWN_HERE: ReadonlySet<string> = new Set(['realStatus', 'subStatus']);

const OPERATORS = new Map<string, Operator>([
  ['$gt', 'gt'],
  ['$gte', 'gte'],
  ['$lt', 'lt'],
  ['$lte', 'lte'],
  ['$ne', 'ne'],
  ['$contains', 'contains'],
  ['$in', 'eq'],
  ['>', 'gt'],
  ['>=', 'gte'],
  ['<', 'lt'],
  ['<=', 'lte'],
  ['!', 'ne'],
  ['%', 'contains'],
]);

/** What a list or a search asks for. */
export interface ListRequest {
  readonly query: TaskQuery;
  readonly select: ReadonlySet<string> | null;
}

/** Reads the parameters of a list: a nested query string or the body of a search, which both name them alike. */
export function readListRequest(
  params: Readonly<Record<string, unknown>>,
): { readonly ok: true; readonly request: ListRequest } | Failure {
  const limit = readCount(params.limit, LIMIT_DEFAULT);
  if (limit === null || limit < 1 || limit > LIMIT_MAX) {
    return fail(400, 'INVALID_PARAMS', `limit must be an integer from 1 to ${LIMIT_MAX}`);
  }
  const offset = readCount(params.offset, 0);
  if (offset === null) return fail(400, 'INVALID_PARAMS', 'offset must be a non-negative integer');
  const conditions = readFilter(params.filter);
  if (!Array.isArray(conditions)) return conditions;
  const order = readOrder(params.order ?? params.sort);
  if (!Array.isArray(order)) return order;
  const query = { conditions, order, limit, offset };
  return { ok: true, request: { query, select: readSelect(params.select) } };
}

function readCount(value: unknown, missing: number): number | null {
  if (value === undefined) return missing;
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

function readSelect(value: unknown): ReadonlySet<string> | null {
  const names = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(names) || names.length === 0) return null;
  return new Set(names.filter((name) => typeof name === 'string').map((name) => name.trim()));
}

function readFilter(filter: unknown): Condition[] | Failure {
  if (filter === undefined || (Array.isArray(filter) && filter.length === 0)) return [];
  if (!isRecord(filter)) return fail(400, 'INVALID_PARAMS', 'filter must be an object');
  const conditions: Condition[] = [];
  for (const [key, value] of Object.entries(filter)) {
    const [, prefix = '', name = ''] = /^(>=|<=|>|<|!|%)?(.*)$/s.exec(key) ?? [];
    const field = UNKNOWN_HERE.has(name) ? undefined : taskField(name);
    if (field === undefined) return fail(400, 'INVALID_FILTER_FIELD', `Unknown filter field ${name}`);
    const read = readConditions(name, field, prefix, value);
    if (!Array.isArray(read)) return read;
    if (!IGNORED_FILTERS.has(name)) conditions.push(...read);
  }
  return conditions;
}

function readConditions(name: string, field: TaskField, prefix: string, value: unknown): Condition[] | Failure {
  if (!isRecord(value)) {
    const operator = prefix === '' ? 'eq' : OPERATORS.get(prefix);
    return operator === undefined ? failOperator(prefix) : [{ name, field, operator, operands: toOperands(value) }];
  }
  const conditions: Condition[] = [];
  for (const [sign, operand] of Object.entries(value)) {
    const operator = OPERATORS.get(sign);
    if (operator === undefined || prefix !== '') return failOperator(sign);
    const isTextList = sign === '$in' && typeof operand === 'string';
    const operands = isTextList ? operand.split(',').map((part) => part.trim()) : toOperands(operand);
    conditions.push({ name, field, operator, operands });
  }
  return conditions;
}

function failOperator(operator: string): Failure {
  return fail(400, 'INVALID_FILTER_OPERATOR', `Unknown filter operator ${operator}`);
}

function toOperands(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** `{field: 'asc'}`, or `-field` / `field,-other`; without any, newest id first. */
function readOrder(order: unknown): SortKey[] | Failure {
  const wanted = readDirections(order);
  if (wanted === null) return fail(400, 'INVALID_SORT_TYPE', 'order must map field names to asc or desc');
  const keys: SortKey[] = [];
  for (const [name, descending] of wanted) {
    const field = UNKNOWN_HERE.has(name) ? undefined : taskField(name);
    if (field === undefined) return fail(400, 'UNKNOWN_SORT_FIELD', `Unknown sort field ${name}`);
    keys.push({ name, field, descending });
  }
  return keys;
}

function readDirections(order: unknown): readonly (readonly [string, boolean])[] | null {
  if (order === undefined) return [['id', true]];
  if (typeof order === 'string') {
    return order.split(',').map((key) => (key.startsWith('-') ? [key.slice(1), true] : [key, false]));
  }
  if (!isRecord(order)) return null;
  const directions: (readonly [string, boolean])[] = [];
  for (const [name, direction] of Object.entries(order)) {
    const wanted = typeof direction === 'string' ? direction.toLowerCase() : '';
    if (wanted !== 'asc' && wanted !== 'desc') return null;
    directions.push([name, wanted === 'desc']);
  }
  return directions.length === 0 ? [['id', true]] : directions;
}
