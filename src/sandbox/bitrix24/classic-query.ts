import { type ClassicFailure, classicFail } from './classic-reply.js';
import type { Condition, Operator, SortKey, TaskQuery } from './query-tasks.js';
import { taskField } from './task-fields.js';
import { isRecord } from './values.js';

/** Fixed page of lists. */
export const CLASSIC_PAGE = 50;

const OPERATORS = new Map<string, Operator>([
  ['', 'eq'],
  ['=', 'eq'],
  ['!', 'ne'],
  ['!=', 'ne'],
  ['>', 'gt'],
  ['>=', 'gte'],
  ['<', 'lt'],
  ['<=', 'lte'],
  ['%', 'contains'],
]);
const IRREGULAR_NAMES = new Map([
  ['STATUS', 'subStatus'],
  ['REAL_STATUS', 'realStatus'],
  ['TAG', 'tags'],
  ['ACCOMPLICE', 'accomplices'],
  ['AUDITOR', 'auditors'],
]);

/** `RESPONSIBLE_ID` -> `responsibleId`; `UF_…` stays. */
export function camelCase(name: string): string {
  if (name.startsWith('UF_')) return name;
  return name.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Reads the parameters of `tasks.task.list`. A filter on a field that tasks do not have is ignored; a bad order is the
 * error `0`. In a filter, STATUS means the derived status (with -1 for overdue) and REAL_STATUS the stored one.
 */
export function readClassicQuery(
  params: Readonly<Record<string, unknown>>,
): { readonly ok: true; readonly query: TaskQuery; readonly counts: boolean } | ClassicFailure {
  const start = Number(params.start ?? 0);
  const order = readOrder(params.order);
  if (!Array.isArray(order)) return order;
  const offset = Number.isSafeInteger(start) && start > 0 ? start : 0;
  const query = { conditions: readFilter(params.filter), order, limit: CLASSIC_PAGE, offset };
  return { ok: true, query, counts: start !== -1 };
}

function readFilter(filter: unknown): Condition[] {
  const conditions: Condition[] = [];
  for (const [key, value] of Object.entries(isRecord(filter) ? filter : {})) {
    const [, prefix = '', upper = ''] = /^(>=|<=|!=|>|<|!|%|=)?(.*)$/s.exec(key) ?? [];
    const name = IRREGULAR_NAMES.get(upper) ?? camelCase(upper);
    const field = taskField(name);
    const operator = OPERATORS.get(prefix);
    if (field === undefined || operator === undefined) continue;
    conditions.push({ name, field, operator, operands: Array.isArray(value) ? value : [value] });
  }
  return conditions;
}

function readOrder(order: unknown): SortKey[] | ClassicFailure {
  const keys: SortKey[] = [];
  for (const [name, direction] of Object.entries(isRecord(order) ? order : {})) {
    const field = taskField(camelCase(name));
    const wanted = typeof direction === 'string' ? direction.toLowerCase().split(',', 1)[0] : '';
    if (field === undefined || (wanted !== 'asc' && wanted !== 'desc')) {
      return classicFail('0', `Invalid order ${name}`);
    }
    keys.push({ name: camelCase(name), field, descending: wanted === 'desc' });
  }
  return keys;
}

/** The names of `select`, or null for all. */
export function readClassicSelect(select: unknown): ReadonlySet<string> | null {
  if (!Array.isArray(select) || select.length === 0) return null;
  return new Set(select.filter((name) => typeof name === 'string'));
}
