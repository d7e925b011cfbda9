/** Where a key was seen. */
export interface KeyEntry {
  /** The row's number. */
  readonly row: number;
  /** The source line. */
  readonly line: number;
  /** What the caller wants to know of the row, such as a number for its operation; 0 to 2^32 - 1. */
  readonly tag: number;
}

/** The place in a record of an entry: row and line in two words each, because they may pass 2^32, then the tag. */
export const ENTRY_WORDS = 5;

const WORD = 2 ** 32;

export function writeEntry(words: Uint32Array, start: number, row: number, line: number, tag: number): void {
  writeNumber(words, start, row);
  writeNumber(words, start + 2, line);
  words[start + 4] = tag;
}

export function readEntry(words: Uint32Array, start: number): KeyEntry {
  return { row: readNumber(words, start), line: readNumber(words, start + 2), tag: words[start + 4] ?? 0 };
}

/** Writes a whole number below 2^53 into two words. */
export function writeNumber(words: Uint32Array, start: number, value: number): void {
  words[start] = value >>> 0;
  words[start + 1] = Math.floor(value / WORD);
}

export function readNumber(words: Uint32Array, start: number): number {
  return (words[start + 1] ?? 0) * WORD + (words[start] ?? 0);
}
