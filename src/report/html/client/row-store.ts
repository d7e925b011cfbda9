/** All rows of the page, as they lie in it: column by column, in chunks. */

import type { ReportRow } from '../../../state/report-reads.js';
import { rowStates } from '../../../state/status.js';
import { type Column, type PackedColumn, unpackColumn, type Value } from '../columns.js';
import { type RowFieldName, rowFields } from '../row-fields.js';

interface Chunk {
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly cut: ReadonlySet<number>;
}

export interface RowStore {
  /** Rows that are here so far. */
  readonly count: number;
  /** The manifest's own columns; rows' facts lie behind them. */
  readonly own: readonly string[];
  add(chunk: { n: number; c: readonly PackedColumn[]; cut: readonly number[] }): void;
  /** The place of a fact's column. */
  place(field: RowFieldName): number;
  value(row: number, place: number): Value;
  /** Whether a text of the row is cut in this page. */
  isCut(row: number): boolean;
  /** The whole row, as reports know it. */
  row(row: number): ReportRow;
  /** Tests every row's value of a column, each different value once where there are few; marks the rows in `hits`. */
  markWhere(place: number, test: (value: Value) => boolean, hits: Uint8Array): void;
}

export function createRowStore(own: readonly string[]): RowStore {
  const chunks: Chunk[] = [];
  let count = 0;
  const places = new Map(rowFields.map(({ name }, index) => [name, own.length + index]));
  // All chunks but the last have as many rows as the first.
  const find = (row: number): [Chunk | undefined, number] => {
    const size = chunks[0]?.rows ?? 1;
    return [chunks[Math.floor(row / size)], row % size];
  };
  const value = (row: number, place: number): Value => {
    const [chunk, index] = find(row);
    return chunk?.columns[place]?.at(index) ?? null;
  };
  const place = (field: RowFieldName): number => places.get(field) ?? -1;
  return {
    get count() {
      return count;
    },
    own,
    add: ({ n, c, cut }) => {
      const columns: Column[] = [];
      for (const packed of c) columns.push(unpackColumn(packed, columns));
      chunks.push({ rows: n, columns, cut: new Set(cut) });
      count += n;
    },
    place,
    value,
    isCut: (row) => {
      const [chunk, index] = find(row);
      return chunk?.cut.has(index) ?? false;
    },
    row: (row) => {
      const text = (field: RowFieldName): string | null => {
        const found = value(row, place(field));
        return found === null ? null : String(found);
      };
      const number = (field: RowFieldName): number | null => {
        const found = value(row, place(field));
        return typeof found === 'number' ? found : null;
      };
      const cells = own.map((_, index) => {
        const cell = value(row, index);
        return cell === null ? null : String(cell);
      });
      return makeRow(cells, text, number);
    },
    markWhere: (at, test, hits) => {
      let from = 0;
      for (const { rows, columns } of chunks) {
        const column = columns[at];
        if (column !== undefined) markColumn(column, rows, from, test, hits);
        from += rows;
      }
    },
  };
}

function markColumn(
  column: Column,
  rows: number,
  from: number,
  test: (value: Value) => boolean,
  hits: Uint8Array,
): void {
  const { distinct } = column;
  if (distinct === null) {
    for (let index = 0; index < rows; index++) if (test(column.at(index))) hits[from + index] = 1;
    return;
  }
  const wanted = new Set(distinct.filter(test));
  if (wanted.size === 0) return;
  for (let index = 0; index < rows; index++) if (wanted.has(column.at(index))) hits[from + index] = 1;
}

function makeRow(
  cells: readonly (string | null)[],
  text: (field: RowFieldName) => string | null,
  number: (field: RowFieldName) => number | null,
): ReportRow {
  return {
    number: number('number') ?? 0,
    line: number('line') ?? 0,
    provider: text('provider') ?? '',
    operation: text('operation') ?? '',
    cells,
    target: text('target'),
    state: rowStates.find((state) => state === text('state')) ?? 'unknown',
    outcome: text('outcome'),
    attempts: number('attempts') ?? 0,
    requests: number('requests') ?? 0,
    httpStatus: number('httpStatus'),
    errorType: text('errorType'),
    errorCode: text('errorCode'),
    message: text('message'),
    suggestedAction: text('suggestedAction'),
    startedAtMs: number('startedAtMs'),
    finishedAtMs: number('finishedAtMs'),
    requestId: text('requestId'),
    url: text('url'),
    title: text('title'),
    place: text('place'),
    detail: {
      readAtMs: number('readAtMs'),
      status: text('status'),
      archived: number('archived') === 1,
      assignees: text('assignees'),
      updated: text('updated'),
      snapshot: number('snapshot') === 1,
      steps: text('steps'),
      changes: text('changes'),
      notes: text('notes'),
    },
  };
}
