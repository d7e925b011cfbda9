/** Which rows are shown, and in which order. */
import type { Value } from '../columns.js';
import type { RowFieldName } from '../row-fields.js';
import type { RowStore } from './row-store.js';
import type { TableColumn } from './table-columns.js';

export interface RowFilter {
  /** Empty = every state. */
  readonly states: readonly string[];
  /** `''` = every code. */
  readonly code: string;
  /** Part of any text, whatever its case; `''` = any. */
  readonly text: string;
}

export interface RowSort {
  readonly column: string;
  readonly descending: boolean;
}

export const noFilter: RowFilter = { states: [], code: '', text: '' };

/** Facts that a text is looked for in, beside the manifest's own columns. */
const searched: readonly RowFieldName[] = [
  'target',
  'title',
  'place',
  'message',
  'errorCode',
  'suggestedAction',
  'requestId',
  'url',
  'operation',
  'surprises',
];

/** The codes of a row: one at most in a report, several rules in a plan. */
export function codesOf(value: Value): string[] {
  return value === null ? [] : String(value).split(' ');
}

/** The numbers of the rows that a filter leaves, in manifest order unless they are to be sorted. */
export function selectRows(
  store: RowStore,
  filter: RowFilter,
  sort: RowSort | null,
  columns: readonly TableColumn[],
): Uint32Array {
  const column = columns.find(({ id }) => id === sort?.column);
  const left = filterRows(store, filter);
  return sort === null || column === undefined ? left : sortRows(left, column, sort.descending);
}

function filterRows(store: RowStore, { states, code, text }: RowFilter): Uint32Array {
  const tests: Uint8Array[] = [];
  const add = (): Uint8Array => {
    const hits = new Uint8Array(store.count);
    tests.push(hits);
    return hits;
  };
  if (states.length > 0) store.markWhere(store.place('state'), (value) => states.includes(String(value)), add());
  if (code !== '') store.markWhere(store.place('errorCode'), (value) => codesOf(value).includes(code), add());
  if (text !== '') {
    const hits = add();
    const wanted = new RegExp(escapePattern(text), 'iu');
    const test = (value: unknown) => value !== null && wanted.test(String(value));
    for (const place of store.own.keys()) store.markWhere(place, test, hits);
    for (const field of searched) store.markWhere(store.place(field), test, hits);
  }
  const left = new Uint32Array(store.count);
  let found = 0;
  for (let row = 0; row < store.count; row++) if (tests.every((hits) => hits[row] === 1)) left[found++] = row;
  return left.subarray(0, found);
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Numbers by size, also where they are written as text throughout; other texts by their characters, whatever the case. */
function sortRows(rows: Uint32Array, column: TableColumn, descending: boolean): Uint32Array {
  const values = Array.from(rows, (row) => column.value(row));
  const numeric = values.every((value) => typeof value !== 'string' || /^-?\d{1,15}(?:\.\d+)?$/.test(value));
  const keys = values.map((value) => {
    if (value === null || value === '') return null;
    return numeric ? Number(value) : String(value).toLowerCase();
  });
  const sign = descending ? -1 : 1;
  const order = Uint32Array.from(rows.keys()).sort((a, b) => {
    const [left, right] = [keys[a] ?? null, keys[b] ?? null];
    if (left === right) return a - b;
    if (left === null) return 1;
    if (right === null) return -1;
    return left < right ? -sign : sign;
  });
  return order.map((index) => rows[index] ?? 0);
}
