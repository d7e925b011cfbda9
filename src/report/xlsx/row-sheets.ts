/** The rows as worksheets, one behind the other: as many as Excel's bound on rows makes necessary. */
import type { ReportRow } from '../../state/report-reads.js';
import { type OwnColumn, ownColumns, reportFields } from '../report-fields.js';
import {
  type CellStyle,
  cellStyles,
  cellXml,
  columnLetters,
  mostSheetColumns,
  mostSheetRows,
  stateStyles,
} from './cells.js';
import { sheetEnd, sheetStart } from './sheet-xml.js';

export interface RowSheet {
  readonly name: string;
  /** Its XML, in pieces; it takes its rows from the source as these are asked for. */
  pieces(): Generator<string, void, undefined>;
}

export interface SheetsTold {
  /** Sheets of rows in order, each with its number of lines, header included. */
  readonly sheets: { readonly name: string; readonly lines: number }[];
  /** Rows of which a text is cut. */
  cutRows: number;
  readonly columns: number;
  /** Columns of the manifest that no longer fit. */
  readonly leftColumns: number;
}

export interface RowSheets {
  readonly told: SheetsTold;
  /** The next sheet; null once all rows are written. Asked for only when the last one's pieces are. */
  next(): RowSheet | null;
}

const rowsPerPiece = 64;
/** Looked at for the width of columns. */
const sampledRows = 100;

/** @param mostRows lines of a sheet, header included. */
export function createRowSheets(
  rows: Iterator<ReportRow>,
  columns: readonly string[],
  mostRows = mostSheetRows,
): RowSheets {
  const all = ownColumns(columns);
  const own = all.slice(0, mostSheetColumns - reportFields.length);
  const told: SheetsTold = {
    sheets: [],
    cutRows: 0,
    columns: own.length + reportFields.length,
    leftColumns: all.length - own.length,
  };
  const source = sampledSource(rows);
  const start = sheetStart(columnsOf(own, source.sample), true);
  const letters = Array.from({ length: told.columns }, (_, index) => columnLetters(index));
  const header = lineXml(
    1,
    [...own.map(({ name }) => name), ...reportFields.map(({ name }) => name)].map((name) => [name, cellStyles.header]),
    letters,
    () => undefined,
  );
  return {
    told,
    next: () => {
      if (told.sheets.length > 0 && source.isEmpty()) return null;
      const name = told.sheets.length === 0 ? 'Rows' : `Rows ${told.sheets.length + 1}`;
      return {
        name,
        *pieces() {
          yield start + header;
          let line = 1;
          for (let piece = ''; line < mostRows && !source.isEmpty(); piece = '') {
            for (let count = 0; count < rowsPerPiece && line < mostRows; count++) {
              const row = source.take();
              if (row === null) break;
              line += 1;
              let cut = false;
              piece += lineXml(line, cellsOf(row, own), letters, () => {
                cut = true;
              });
              if (cut) told.cutRows += 1;
            }
            yield piece;
          }
          told.sheets.push({ name, lines: line });
          yield sheetEnd(letters.length, line, true);
        },
      };
    },
  };
}

type Cell = readonly [value: string | number | null, style: CellStyle];

function cellsOf(row: ReportRow, own: readonly OwnColumn[]): Cell[] {
  const cells: Cell[] = own.map(({ index }) => [row.cells[index] ?? null, cellStyles.text]);
  for (const field of reportFields) {
    const value = field.value(row);
    if (typeof value === 'number') cells.push([value, cellStyles.number]);
    else cells.push([value, field.name === '_state' ? stateStyles[row.state] : cellStyles.text]);
  }
  return cells;
}

function lineXml(line: number, cells: readonly Cell[], letters: readonly string[], onCut: () => void): string {
  let xml = `<row r="${line}">`;
  for (const [index, [value, style]] of cells.entries()) {
    xml += cellXml(value, `${letters[index] ?? ''}${line}`, style, onCut);
  }
  return `${xml}</row>`;
}

interface RowSource {
  /** Its first rows, which are still to be taken. */
  readonly sample: readonly ReportRow[];
  isEmpty(): boolean;
  take(): ReportRow | null;
}

function sampledSource(rows: Iterator<ReportRow>): RowSource {
  const read = (): ReportRow | null => {
    const next = rows.next();
    return next.done === true ? null : next.value;
  };
  const sample: ReportRow[] = [];
  let waiting = read();
  while (waiting !== null && sample.length < sampledRows) {
    sample.push(waiting);
    waiting = read();
  }
  let taken = 0;
  return {
    sample,
    isEmpty: () => taken === sample.length && waiting === null,
    take: () => {
      const sampled = sample[taken];
      if (sampled !== undefined) {
        taken += 1;
        return sampled;
      }
      const row = waiting;
      if (row !== null) waiting = read();
      return row;
    },
  };
}

function columnsOf(own: readonly OwnColumn[], sample: readonly ReportRow[]) {
  const widthOf = (name: string, text: (row: ReportRow) => string | number | null) =>
    // The filter's button takes room of its own.
    Math.min(60, sample.reduce((most, row) => Math.max(most, String(text(row) ?? '').length), name.length + 2) + 2);
  return [
    ...own.map(({ name, index }) => ({
      width: widthOf(name, (row) => row.cells[index] ?? null),
      style: cellStyles.text,
    })),
    ...reportFields.map(({ name, value }) => ({ width: widthOf(name, value), style: cellStyles.number })),
  ];
}
