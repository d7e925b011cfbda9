/** One row's cells against its operation's schema. Pure. */
import type { z } from 'zod';
import { isJsonObject, isObject, type JsonObject } from '../json.js';
import { columnFacts } from '../providers/columns.js';
import type { ColumnMap } from './column-map.js';
import type { Problem } from './problem.js';

type Cells = readonly (string | null | undefined)[];

export type CheckedCells =
  | { readonly ok: true; readonly args: JsonObject }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads, validates and coerces the cells of one row. Empty cells count as not given. */
export function checkRow(map: ColumnMap, cells: Cells, row: number, line: number): CheckedCells {
  const values = readValues(map, cells);
  const parsed = map.entry.schema.safeParse(values);
  if (parsed.success) return { ok: true, args: toJson(parsed.data) };
  return { ok: false, problems: parsed.error.issues.map((issue) => problemOf(map, values, issue, row, line)) };
}

function readValues(map: ColumnMap, cells: Cells): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { column, index, inner } of map.cells) {
    const cell = cells[index];
    if (cell === undefined || cell === null || cell.trim() === '') continue;
    if (inner === null) values[column] = cell;
    else values[column] = { ...(isObject(values[column]) ? values[column] : {}), [inner]: cell };
  }
  return values;
}

function problemOf(
  map: ColumnMap,
  values: Readonly<Record<string, unknown>>,
  issue: z.core.$ZodIssue,
  row: number,
  line: number,
): Problem {
  const [first] = issue.path;
  const column = typeof first === 'string' ? first : null;
  const value = column === null ? undefined : values[column];
  const schema = column === null ? undefined : map.entry.schema.shape[column];
  const facts = schema === undefined ? null : columnFacts(schema);
  const missing = value === undefined && column !== null;
  return {
    row,
    line,
    column: column === null ? null : map.nameOf(column),
    value: typeof value === 'string' ? value : value === undefined ? null : JSON.stringify(value),
    reason: missing ? `is empty, but ${map.entry.provider}.${map.entry.name} needs it` : issue.message,
    fix: missing
      ? `Fill it in, for example with ${facts?.example ?? 'a value'}.`
      : (facts?.fix ?? 'Correct the value.'),
    code: missing ? 'MISSING_VALUE' : 'INVALID_PARAMETER',
  };
}

/** The schema's output without its gaps: optional columns that were not given. */
function toJson(data: Readonly<Record<string, unknown>>): JsonObject {
  const given: unknown = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
  return isJsonObject(given) ? given : {};
}
