/** A cell's place: the 1-based line on which it starts and its number in the record. */
export interface CsvPlace {
  readonly line: number;
  readonly column: number;
}

export interface CsvScan {
  /** The cell in which the text ends; its `line` is the one on which the text ends. */
  readonly end: CsvPlace;
  /** Where the quote that is open at the end was opened, or null when none is. */
  readonly openQuote: CsvPlace | null;
  /** How many bytes that quote has been open; 0 when none is. */
  readonly openBytes: number;
  /** Where the first quote stands that breaks the rules: within a bare cell, or closed with more text after it. */
  readonly badQuote: CsvPlace | null;
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Finds places for error messages. csv-parse tells where it noticed a mistake, which for an open quote is the end of
 * the file; people need the place where it was made. Runs over one record, and only when the manifest is refused.
 *
 * @param text CSV from the beginning of a record or of blank lines before it
 * @param line the line on which the text begins
 */
export function scanCsv(text: Uint8Array, delimiter: string, line: number): CsvScan {
  const delimiterByte = delimiter.charCodeAt(0);
  let state: 'start' | 'bare' | 'quoted' | 'closed' = 'start';
  let place: CsvPlace = { line, column: 1 };
  let opened: CsvPlace = place;
  let openedIndex = 0;
  for (let index = 0; index < text.length; index++) {
    const byte = text[index] ?? 0;
    const breaks = byte === CARRIAGE_RETURN || (byte === LINE_FEED && text[index - 1] !== CARRIAGE_RETURN);
    if (state === 'quoted') {
      if (byte === QUOTE) state = 'closed';
      else if (breaks) place = { line: place.line + 1, column: place.column };
    } else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
      state = 'start';
      place = { line: place.line + (breaks ? 1 : 0), column: 1 };
    } else if (byte === delimiterByte) {
      state = 'start';
      place = { line: place.line, column: place.column + 1 };
    } else if (byte === QUOTE && state !== 'bare') {
      if (state === 'start') {
        opened = place;
        openedIndex = index;
      }
      state = 'quoted';
    } else if (byte === QUOTE || state === 'closed') {
      return { end: place, openQuote: null, openBytes: 0, badQuote: place };
    } else state = 'bare';
  }
  if (state !== 'quoted') return { end: place, openQuote: null, openBytes: 0, badQuote: null };
  return { end: place, openQuote: opened, openBytes: text.length - openedIndex, badQuote: null };
}
