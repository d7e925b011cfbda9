import type { JsonValue } from '../service.js';
import type { Condition, Operator } from './query-tasks.js';
import { taskField } from './task-fields.js';
import { isRecord, readDate } from './values.js';

/** `autoWindow` splits date ranges above 14 days into windows of 7 days. */
export const SEARCH_WINDOW = { splitAboveDays: 14, windowDays: 7 } as const;
const DAY_MS = 86_400_000;

export interface SearchWindow {
  /** 1 when the search is not split. */
  readonly windowCount: number;
  /** What `windowFrom` and `windowTo` add to the filter. */
  readonly conditions: readonly Condition[];
  readonly meta: Readonly<Record<string, JsonValue>>;
}

/**
 * Reads the window of a search body; the range is `windowFrom` to `windowTo` (creation dates), or the filter's own range
 * of `createdDate`, and ends now when it has no end. `autoWindow` is off unless sent, as on the task page.
 */
export function readSearchWindow(body: Readonly<Record<string, unknown>>, nowMs: number): SearchWindow {
  const conditions = [...readBound('gte', body.windowFrom), ...readBound('lte', body.windowTo)];
  if (body.autoWindow !== true) return { windowCount: 1, conditions, meta: {} };
  const range = readCreatedRange(body.filter);
  const from = readMs(body.windowFrom) ?? range.from;
  const to = readMs(body.windowTo) ?? range.to ?? nowMs;
  const days = from === null ? 0 : (to - from) / DAY_MS;
  const windowCount = days > SEARCH_WINDOW.splitAboveDays ? Math.ceil(days / SEARCH_WINDOW.windowDays) : 1;
  return { windowCount, conditions, meta: { windowCount, windowErrors: [] } };
}

function readBound(operator: Operator, value: unknown): readonly Condition[] {
  const field = taskField('createdDate');
  if (field === undefined || readMs(value) === null) return [];
  return [{ name: 'createdDate', field, operator, operands: [value] }];
}

function readMs(value: unknown): number | null {
  return typeof value === 'string' ? readDate(value) : null;
}

function readCreatedRange(filter: unknown): { readonly from: number | null; readonly to: number | null } {
  if (!isRecord(filter)) return { from: null, to: null };
  const nested = isRecord(filter.createdDate) ? filter.createdDate : {};
  const firstMs = (values: readonly unknown[]): number | null => values.map(readMs).find((ms) => ms !== null) ?? null;
  return {
    from: firstMs([
      nested.$gte,
      nested.$gt,
      nested['>='],
      nested['>'],
      filter['>=createdDate'],
      filter['>createdDate'],
    ]),
    to: firstMs([nested.$lte, nested.$lt, nested['<='], nested['<'], filter['<=createdDate'], filter['<createdDate']]),
  };
}
