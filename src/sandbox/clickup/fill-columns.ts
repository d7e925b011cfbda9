import type { SandboxRow } from '../service.js';
import type { List } from './model.js';
import type { ClickUpState } from './state.js';

/** A list besides the home list, e.g. `to_list_id` or `Target list`. */
export const otherListColumn = /^.+list(id|name)?$/;

/** A row's values by column name without case, spaces, `_` and `-`; a value wins over the cell it came from. */
export type Columns = ReadonlyMap<string, string>;

export function readColumns(row: SandboxRow): Columns {
  const columns = new Map<string, string>();
  for (const source of [row.cells, row.values]) {
    for (const [name, value] of Object.entries(source)) {
      const text = toText(value);
      // `null` is how ClickUp's export writes what is empty.
      if (text !== '' && text !== 'null') columns.set(name.toLowerCase().replace(/[\s_-]/g, ''), text);
    }
  }
  return columns;
}

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.map(toText).join(';');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).trim()
    : '';
}

export function firstOf(columns: Columns, names: readonly string[]): string | undefined {
  const name = names.find((candidate) => columns.has(candidate));
  return name === undefined ? undefined : columns.get(name);
}

/** The parts of `a;b`, `a, b` or, as ClickUp's export has it, `[a,b]`. */
export function splitList(value: string): readonly string[] {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(value)?.[1] ?? value;
  return inner.split(/[;,]/).map((item) => item.trim());
}

/** The list that a move names, by id or name. */
export function findOtherList(state: ClickUpState, columns: Columns): List | undefined {
  const wanted = [...columns].find(([column]) => otherListColumn.test(column))?.[1].toLowerCase();
  return [...state.lists.values()].find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
}
