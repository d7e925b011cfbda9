import { Parser } from 'csv-parse';
import { type ManifestRow, shortenText } from './manifest-row.js';
import { RowBatches } from './row-batch.js';

/**
 * csv-parse with two differences: records are collected in arrays instead of being handed on one by one, which saves
 * a stream hop each, and every record knows the line on which it starts.
 *
 * The line is derived from the parser's own count when a record ends: the count of line ends since the record before,
 * less blank lines, less those within the record. csv-parse counts CRLF within quotes twice; that is put right by
 * counting CRLF in the cells, which only records of several lines pay for.
 */
export class RecordParser extends Parser {
  header: readonly string[] | null = null;
  headerLine = 1;
  /** Where the last record ended, in bytes of the text. */
  recordEnd = 0;
  /** The line after the last record. */
  nextLine = 1;
  /** The line of the first record that is larger than allowed; nothing after it counts. */
  oversizedLine: number | null = null;
  readonly rows = new RowBatches();
  readonly #delimiter: string;
  readonly #maxRowBytes: number;
  #number = 0;
  #parserLines = 0;
  #blankLines = 0;

  constructor(delimiter: string, maxRowBytes: number) {
    super({
      delimiter,
      // Named, because the parser would otherwise take the header's line end for the only one.
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      // Rows of another length are reported with the row. The size is bounded here and by the reader, because
      // max_record_size leaves out delimiters and so lets a row of nothing but commas grow for ever.
      relax_column_count: true,
    });
    this.#delimiter = delimiter;
    this.#maxRowBytes = maxRowBytes;
  }

  override push(record: unknown): boolean {
    if (!isCells(record)) return super.push(record);
    const { lines, empty_lines: blankLines, bytes } = this.info;
    const blankBefore = blankLines - this.#blankLines;
    const start = this.nextLine + blankBefore;
    let innerBreaks = lines - this.#parserLines - 1 - blankBefore;
    if (innerBreaks > 0) innerBreaks -= countCrLf(record);
    // Blank lines before the record are no part of it; each has one byte or two.
    const recordBytes = bytes - this.recordEnd - 2 * blankBefore;
    if (recordBytes > this.#maxRowBytes) this.oversizedLine ??= start;
    this.#parserLines = lines;
    this.#blankLines = blankLines;
    this.recordEnd = bytes;
    this.nextLine = start + innerBreaks + 1;
    this.#collect(record, start);
    return true;
  }

  #collect(cells: string[], line: number): void {
    const { header } = this;
    if (header !== null && cells.length === header.length) this.rows.add({ number: ++this.#number, line, cells });
    else if (isBlankLine(cells)) return;
    else if (header !== null) this.rows.add(this.#refuseLength(++this.#number, line, cells, header));
    else {
      this.header = cells;
      this.headerLine = line;
    }
  }

  #refuseLength(number: number, line: number, cells: string[], header: readonly string[]): ManifestRow {
    const reason = `the row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}; the header has ${header.length}`;
    if (cells.length < header.length) {
      const column = header[cells.length] ?? null;
      const fix = 'Write every cell, also the empty ones at the end.';
      return { number, line, cells, problem: { line, column, value: null, reason, fix, code: 'TOO_FEW_CELLS' } };
    }
    const extra = cells.slice(header.length);
    const value = shortenText(extra.slice(0, 10).join(this.#delimiter));
    const fix = `Put a cell that contains ${JSON.stringify(this.#delimiter)} in double quotes.`;
    const problem = { line, column: null, value, reason, fix, code: 'TOO_MANY_CELLS' };
    return { number, line, cells: cells.slice(0, header.length), problem };
  }
}

function isCells(record: unknown): record is string[] {
  return Array.isArray(record);
}

/** A line of spaces; the parser itself leaves out only lines without any character. `""` is a cell. */
function isBlankLine(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0] !== '' && cells[0]?.trim() === '';
}

function countCrLf(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) {
    for (let index = cell.indexOf('\r\n'); index >= 0; index = cell.indexOf('\r\n', index + 2)) count++;
  }
  return count;
}
