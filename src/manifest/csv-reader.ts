import { CsvError } from 'csv-parse';
import { TextFault } from './decode-text.js';
import { checkHeader } from './header.js';
import type { ManifestRow } from './manifest-row.js';
import { PendingRecord } from './pending-record.js';
import { RecordParser } from './record-parser.js';
import { describeColumn, type Place, refusal, refuseEmpty } from './refusal.js';

export interface CsvOptions {
  /** The source's name, for messages. */
  readonly name: string;
  readonly delimiter: string;
  /** The most bytes of one record, with its delimiters, quotes and line end, as UTF-8. */
  readonly maxRowBytes: number;
  readonly maxColumns: number;
}

/** More than csv-parse ever leaves unread at the end of a piece, waiting for what follows. */
const LOOKAHEAD_BYTES = 16;

/** Reads CSV: pieces of checked UTF-8 in, rows out. The header is read by `readHeader`, the rest by `chunks`. */
export class CsvReader {
  readonly #text: AsyncIterator<Buffer>;
  readonly #options: CsvOptions;
  readonly #parser: RecordParser;
  readonly #pending = new PendingRecord();
  #ended = false;

  constructor(text: AsyncIterable<Buffer>, options: CsvOptions) {
    this.#text = text[Symbol.asyncIterator]();
    this.#options = options;
    this.#parser = new RecordParser(options.delimiter, options.maxRowBytes);
    // Errors reach us through the callbacks of write and end; without a handler they would end the process too.
    this.#parser.on('error', () => {});
  }

  /** @throws ManifestError when there is no header or it cannot be used. */
  async readHeader(): Promise<readonly string[]> {
    while (this.#parser.header === null && !this.#ended) await this.#advance();
    const { header, headerLine } = this.#parser;
    const { name, maxColumns } = this.#options;
    if (header === null) throw refuseEmpty(name);
    checkHeader(header, { name, line: headerLine, maxColumns });
    return header;
  }

  /** @throws ManifestError at text that cannot be read as CSV. */
  async *chunks(): AsyncGenerator<readonly ManifestRow[]> {
    try {
      yield* this.#parser.rows.take();
      while (!this.#ended) {
        await this.#advance();
        yield* this.#parser.rows.take();
      }
    } finally {
      await this.#text.return?.();
    }
  }

  async #advance(): Promise<void> {
    const { value: piece, done } = await this.#nextPiece();
    this.#ended = done === true;
    if (piece !== undefined) this.#pending.add(piece);
    const error = await this.#parse(piece);
    this.#pending.releaseUntil(this.#parser.recordEnd, this.#parser.nextLine);
    const { oversizedLine } = this.#parser;
    if (oversizedLine !== null) throw this.#refuseLargeRow({ line: oversizedLine });
    if (error !== null) throw this.#explainParserError(error);
    if (this.#pending.bytes > this.#options.maxRowBytes + LOOKAHEAD_BYTES) throw this.#refuseUnfinishedRow();
  }

  async #nextPiece(): Promise<IteratorResult<Buffer, undefined>> {
    try {
      return await this.#text.next();
    } catch (error) {
      throw error instanceof TextFault ? await this.#explainFault(error) : error;
    }
  }

  async #explainFault({ message, fix, code }: TextFault): Promise<Error> {
    const { end, badQuote } = this.#pending.scan(this.#options.delimiter);
    // At its end the parser reads what waited for more text; a mistake in that stands before this one.
    const error = await this.#parse(undefined);
    if (error !== null && badQuote !== null) return this.#explainParserError(error);
    const { line, column } = end;
    const { header, headerLine } = this.#parser;
    const told = describeColumn(column, line > headerLine ? (header ?? []) : []);
    return this.#refuse({ line, column }, `${message} It stands in ${told}.`, fix, code);
  }

  /** Gives the parser the next piece, or the end; resolves to its error. */
  #parse(piece: Buffer | undefined): Promise<Error | null> {
    return new Promise((resolve) => {
      const settle = (error?: Error | null) => resolve(error ?? null);
      if (piece === undefined) this.#parser.end(settle);
      else this.#parser.write(piece, settle);
    });
  }

  #explainParserError(error: Error): Error {
    if (!(error instanceof CsvError)) return error;
    const { openQuote, badQuote } = this.#pending.scan(this.#options.delimiter);
    const place = badQuote ?? openQuote ?? { line: this.#parser.nextLine };
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
      return this.#refuse(place, 'The quote that opens this cell is never closed.', CLOSE_QUOTE, 'QUOTE_NOT_CLOSED');
    }
    if (error.code === 'CSV_INVALID_CLOSING_QUOTE') {
      const message = 'There is text after the quote that closes this cell.';
      return this.#refuse(place, message, DOUBLE_QUOTE, 'TEXT_AFTER_QUOTE');
    }
    if (error.code === 'INVALID_OPENING_QUOTE') {
      return this.#refuse(place, 'There is a quote within a cell that is not quoted.', DOUBLE_QUOTE, 'STRAY_QUOTE');
    }
    return error;
  }

  #refuseUnfinishedRow(): Error {
    const { openQuote, openBytes } = this.#pending.scan(this.#options.delimiter);
    const { maxRowBytes } = this.#options;
    // A quote that was opened shortly before the bound is no reason for the row's size.
    if (openQuote === null || openBytes < maxRowBytes / 2) return this.#refuseLargeRow({ line: this.#pending.line });
    const message = `The row is larger than ${maxRowBytes} bytes, and the quote that opens this cell is still open.`;
    return this.#refuse(openQuote, message, CLOSE_QUOTE, 'QUOTE_NOT_CLOSED');
  }

  #refuseLargeRow(place: Omit<Place, 'name'>): Error {
    const message = `The row is larger than ${this.#options.maxRowBytes} bytes.`;
    return this.#refuse(place, message, 'Shorten the row, or check its quotes and line ends.', 'ROW_TOO_LARGE');
  }

  #refuse(place: Omit<Place, 'name'>, message: string, fix: string, code: string): Error {
    return refusal({ ...place, name: this.#options.name }, { message, fix, code });
  }
}

const CLOSE_QUOTE = 'Close it, or remove it. A quote within a quoted cell is written twice: "".';
const DOUBLE_QUOTE = 'Put the whole cell in quotes and write each quote in it twice: "a ""quoted"" word".';
