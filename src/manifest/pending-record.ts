import { type CsvScan, scanCsv } from './csv-scan.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The text that was given to the parser since the last complete record, kept to bound an unfinished record and to find
 * places in it. Blank lines before a record are let go, so that it holds one record at most plus one piece of text.
 */
export class PendingRecord {
  #pieces: Buffer[] = [];
  /** How many bytes were given before the first piece. */
  #offset = 0;
  #bytes = 0;
  #line = 1;
  #afterCarriageReturn = false;

  get bytes(): number {
    return this.#bytes;
  }

  /** The line on which it begins. */
  get line(): number {
    return this.#line;
  }

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
  }

  /**
   * Lets go of complete records and of blank lines.
   *
   * @param offset where the last complete record ended, in bytes since the beginning
   * @param line the line after it
   */
  releaseUntil(offset: number, line: number): void {
    if (offset > this.#offset) {
      this.#line = line;
      this.#afterCarriageReturn = false;
      for (let first = this.#pieces[0]; first !== undefined && this.#offset < offset; first = this.#pieces[0]) {
        this.#drop(first, Math.min(first.length, offset - this.#offset));
      }
    }
    this.#releaseBlankLines();
  }

  scan(delimiter: string): CsvScan {
    return scanCsv(Buffer.concat(this.#pieces), delimiter, this.#line);
  }

  #releaseBlankLines(): void {
    for (let first = this.#pieces[0]; first !== undefined; first = this.#pieces[0]) {
      let count = 0;
      while (first[count] === LINE_FEED || first[count] === CARRIAGE_RETURN) {
        if (first[count] === CARRIAGE_RETURN || !this.#afterCarriageReturn) this.#line++;
        this.#afterCarriageReturn = first[count] === CARRIAGE_RETURN;
        count++;
      }
      this.#drop(first, count);
      if (count < first.length) return;
    }
  }

  #drop(first: Buffer, bytes: number): void {
    if (bytes === first.length) this.#pieces.shift();
    else this.#pieces[0] = first.subarray(bytes);
    this.#offset += bytes;
    this.#bytes -= bytes;
  }
}
