import { mayRead } from './rights.js';
import type { Caller, Portal, Task } from './task.js';
import { type Comparable, comparableText, readOperand, type TaskField } from './task-fields.js';

export type Operator = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'contains';

/** One condition of a filter; several operands of `eq` mean any of them, of `ne` none of them. */
export interface Condition {
  readonly name: string;
  readonly field: TaskField;
  readonly operator: Operator;
  readonly operands: readonly unknown[];
}

export interface SortKey {
  readonly name: string;
  readonly field: TaskField;
  readonly descending: boolean;
}

export interface TaskQuery {
  readonly conditions: readonly Condition[];
  readonly order: readonly SortKey[];
  readonly limit: number;
  readonly offset: number;
}

export interface TaskPage {
  readonly tasks: readonly Task[];
  /** All matches, not only this page's. */
  readonly total: number;
}

type Test = (task: Task) => boolean;

/** The page of tasks that match and that the caller may see. Ties are ordered by id in the direction of the last key. */
export function queryTasks(portal: Portal, caller: Caller, query: TaskQuery): TaskPage {
  const nowMs = caller.context.now();
  const tests = query.conditions.map((condition) => buildTest(condition, nowMs));
  const { actor } = caller;
  const { listLagMs } = portal.settings;
  const newestMs = listLagMs === 0 ? Number.POSITIVE_INFINITY : nowMs - listLagMs;
  const matches: Task[] = [];
  for (const task of findCandidates(portal, query.conditions)) {
    if (task.createdDate > newestMs) continue;
    if (!task.isDeleted && tests.every((test) => test(task)) && mayRead(task, actor)) matches.push(task);
  }
  sortTasks(matches, query.order, nowMs);
  return { tasks: matches.slice(query.offset, query.offset + query.limit), total: matches.length };
}

/** All tasks, or those that a condition on `id` names: existence checks of a few ids need not walk the whole store. */
function findCandidates(portal: Portal, conditions: readonly Condition[]): readonly Task[] {
  const named = conditions.find(({ name, operator }) => name === 'id' && operator === 'eq');
  if (named === undefined) return portal.store.orderedTasks();
  const ids = named.operands.map((operand) => readOperand(named.field, operand));
  const numbers = [...new Set(ids)].filter((id) => typeof id === 'number').sort((a, b) => a - b);
  return numbers.flatMap((id) => portal.store.get(id) ?? []);
}

/** The input is in ascending order of ids, and sorting is stable. */
function sortTasks(tasks: Task[], order: readonly SortKey[], nowMs: number): void {
  const [first] = order;
  if (order.at(-1)?.descending === true) tasks.reverse();
  if (first === undefined || first.name === 'id') return;
  tasks.sort((a, b) => {
    for (const { field, descending } of order) {
      const difference = compare(field.read(a, nowMs), field.read(b, nowMs));
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
}

/** As MySQL orders: nothing before everything, and texts without regard to case. */
function compare(a: Comparable | readonly Comparable[], b: Comparable | readonly Comparable[]): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  const [left, right] = typeof a === 'string' && typeof b === 'string' ? [a.toLowerCase(), b.toLowerCase()] : [a, b];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function buildTest({ field, operator, operands }: Condition, nowMs: number): Test {
  const wanted = operands.map((operand) => readOperand(field, operand));
  const holds = buildComparison(field, operator, wanted);
  // A list field holds when one of its elements does; an empty list stands for "nothing".
  return (task) => {
    const value = field.read(task, nowMs);
    if (!isList(value)) return holds(value);
    if (operator === 'ne') return value.every(holds);
    return value.length === 0 ? holds(null) : value.some(holds);
  };
}

function isList(value: Comparable | readonly Comparable[]): value is readonly Comparable[] {
  return Array.isArray(value);
}

function buildComparison(
  field: TaskField,
  operator: Operator,
  wanted: readonly Comparable[],
): (value: Comparable) => boolean {
  const [limit = null] = wanted;
  switch (operator) {
    case 'eq':
      return (value) => wanted.includes(value) && !Number.isNaN(value);
    case 'ne':
      return (value) => !wanted.includes(value);
    case 'contains': {
      const part = comparableText(field, limit).toLowerCase();
      return (value) => comparableText(field, value).toLowerCase().includes(part);
    }
    case 'gt':
      return (value) => value !== null && limit !== null && value > limit;
    case 'gte':
      return (value) => value !== null && limit !== null && value >= limit;
    case 'lt':
      return (value) => value !== null && limit !== null && value < limit;
    case 'lte':
      return (value) => value !== null && limit !== null && value <= limit;
  }
}
