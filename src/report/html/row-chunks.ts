/** The rows as pieces of JSON, column by column: memory holds one piece at a time. */
import { cutText } from '../cut-text.js';
import type { OwnColumn } from '../report-fields.js';
import { type PackedColumn, packAlike, packColumn, type Value } from './columns.js';
import { alikeFields, type FieldReaders } from './row-fields.js';

export interface RowChunk {
  /** Rows in it. */
  readonly n: number;
  /** The manifest's own columns, then {@link rowFields}. */
  readonly c: readonly PackedColumn[];
  /** Which of its rows have a text that was cut. */
  readonly cut: readonly number[];
}

export interface RowsTold {
  rows: number;
  /** Rows of which a text is cut. */
  cutRows: number;
  /** Whether there were more rows than the page takes. */
  more: boolean;
}

/** Characters of one text, at first and once the page has become heavy. */
const mostCharacters = 10_000;
const mostCharactersWhenHeavy = 200;
const heavyAfterCharacters = 96_000_000;

/** What every row has, whatever else. */
export interface PackableRow {
  readonly cells: readonly (string | null)[];
}

export interface RowPacker<R extends PackableRow> {
  /** What was packed so far. */
  readonly told: RowsTold;
  /** The batch as JSON; null once the page takes no more rows. Batches are as long as the first, but the last one. */
  pack(batch: readonly R[]): string | null;
}

/** @param mostRows where the page ends. */
export function createRowPacker<R extends PackableRow>(
  own: readonly OwnColumn[],
  fields: FieldReaders<R>,
  mostRows: number,
): RowPacker<R> {
  const told: RowsTold = { rows: 0, cutRows: 0, more: false };
  let characters = 0;
  return {
    told,
    pack: (batch) => {
      const rows = batch.slice(0, mostRows - told.rows);
      told.more ||= rows.length < batch.length;
      if (rows.length === 0) return null;
      const limit = characters < heavyAfterCharacters ? mostCharacters : mostCharactersWhenHeavy;
      const chunk = packRows(rows, own, fields, limit);
      told.rows += chunk.n;
      told.cutRows += chunk.cut.length;
      const text = JSON.stringify(chunk);
      characters += text.length;
      return text;
    },
  };
}

function packRows<R extends PackableRow>(
  rows: readonly R[],
  own: readonly OwnColumn[],
  fields: FieldReaders<R>,
  limit: number,
): RowChunk {
  const cut = new Set<number>();
  const shorten = (value: Value, index: number): Value => {
    if (typeof value !== 'string' || value.length <= limit) return value;
    cut.add(index);
    return cutText(value, limit);
  };
  const columns = [
    ...own.map(({ index: place }) => rows.map((row, index) => shorten(row.cells[place] ?? null, index))),
    ...fields.map(({ read }) => rows.map((row, index) => shorten(read(row), index))),
  ];
  const targetAt = own.length + fields.findIndex(({ name }) => name === 'target');
  const packed = columns.map((values, at): PackedColumn => {
    const name = fields[at - own.length]?.name;
    if (name === undefined || !alikeFields.includes(name)) return packColumn(values);
    const candidates = [...own.keys(), ...(at > targetAt ? [targetAt] : [])];
    for (const other of candidates) {
      const alike = packAlike(values, columns[other] ?? [], other);
      if (alike !== null) return alike;
    }
    return packColumn(values);
  });
  return { n: rows.length, c: packed, cut: [...cut].sort((a, b) => a - b) };
}
