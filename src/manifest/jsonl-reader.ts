import { TextFault } from './decode-text.js';
import { JsonColumns } from './json-columns.js';
import { readJsonRow } from './jsonl-row.js';
import type { ManifestRow } from './manifest-row.js';
import { refusal, refuseEmpty } from './refusal.js';
import { RowBatches } from './row-batch.js';

export interface JsonlOptions {
  /** The source's name, for messages. */
  readonly name: string;
  /** The most bytes of one line with its line end, as UTF-8. */
  readonly maxRowBytes: number;
  readonly maxColumns: number;
}

const LINE_FEED = 0x0a;

/**
 * Reads JSONL: pieces of checked UTF-8 in, rows out. Lines end with LF or CRLF; blank ones are left out and counted.
 * Lines are split here because `node:readline` has no bound for the length of a line.
 */
export class JsonlReader {
  readonly #text: AsyncIterator<Buffer>;
  readonly #options: JsonlOptions;
  readonly #columns: JsonColumns;
  readonly #rows = new RowBatches();
  /** The beginning of a line whose end has not arrived. */
  #partial: Buffer[] = [];
  #partialBytes = 0;
  #ended = false;
  #line = 1;
  #number = 0;

  constructor(text: AsyncIterable<Buffer>, options: JsonlOptions) {
    this.#text = text[Symbol.asyncIterator]();
    this.#options = options;
    this.#columns = new JsonColumns(options.maxColumns);
  }

  /** All keys so far, in order of first appearance; the same array grows while reading. */
  get columns(): readonly string[] {
    return this.#columns.names;
  }

  /**
   * Reads up to the first row, so that `columns` is not empty.
   *
   * @throws ManifestError when there is none
   */
  async readFirstRow(): Promise<void> {
    while (this.#number === 0 && !this.#ended) await this.#advance();
    if (this.#number === 0) throw refuseEmpty(this.#options.name);
  }

  /** @throws ManifestError at a line that is too long and at text that cannot be read. */
  async *chunks(): AsyncGenerator<readonly ManifestRow[]> {
    try {
      yield* this.#rows.take();
      while (!this.#ended) {
        await this.#advance();
        yield* this.#rows.take();
      }
    } finally {
      await this.#text.return?.();
    }
  }

  async #advance(): Promise<void> {
    const { value: piece, done } = await this.#nextPiece();
    this.#ended = done === true;
    if (piece !== undefined) this.#split(piece);
    else if (this.#partialBytes > 0) this.#readLine(Buffer.concat(this.#partial).toString('utf8'));
  }

  async #nextPiece(): Promise<IteratorResult<Buffer, undefined>> {
    try {
      return await this.#text.next();
    } catch (error) {
      if (!(error instanceof TextFault)) throw error;
      const { message, fix, code } = error;
      throw refusal({ name: this.#options.name, line: this.#line }, { message, fix, code });
    }
  }

  #split(piece: Buffer): void {
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, start)) {
      this.#checkLength(this.#partialBytes + end + 1 - start);
      if (this.#partialBytes === 0) this.#readLine(piece.toString('utf8', start, end));
      else {
        this.#keep(piece.subarray(start, end));
        this.#readLine(Buffer.concat(this.#partial).toString('utf8'));
        this.#partial = [];
        this.#partialBytes = 0;
      }
      start = end + 1;
    }
    this.#keep(piece.subarray(start));
    this.#checkLength(this.#partialBytes);
  }

  #keep(bytes: Buffer): void {
    if (bytes.length > 0) this.#partial.push(bytes);
    this.#partialBytes += bytes.length;
  }

  #readLine(text: string): void {
    const line = this.#line++;
    if (text.trim() !== '') this.#rows.add(readJsonRow({ number: ++this.#number, line, text }, this.#columns));
  }

  #checkLength(bytes: number): void {
    const { name, maxRowBytes } = this.#options;
    if (bytes <= maxRowBytes) return;
    const message = `The line is longer than ${maxRowBytes} bytes.`;
    const fix = 'Shorten it, or check the line ends: each object has its own line.';
    throw refusal({ name, line: this.#line }, { message, fix, code: 'ROW_TOO_LARGE' });
  }
}
