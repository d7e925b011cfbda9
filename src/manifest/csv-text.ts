/** CSV as RFC 4180 wants it, with LF line ends: records in, pieces of text out. */
import { stringify } from 'csv-stringify/sync';

export type CsvCell = string | number | null;

/** Records a piece: large enough to make their overhead vanish, small enough to keep memory flat. */
const recordsPerPiece = 64;

/**
 * Characters by which a reader could take the header's line for another delimiter's, for a byte order mark or for
 * JSON. They are harmless within quotes.
 */
const misleadsDetection = /[;|\t{[\uFEFF]/;

/** @param header empty for a file without own columns, which has no lines at all. */
export function* csvText(
  header: readonly string[],
  records: Iterable<readonly CsvCell[]>,
): Generator<string, void, undefined> {
  yield csvHeader(header);
  let piece: (readonly CsvCell[])[] = [];
  for (const record of records) {
    piece.push(record);
    if (piece.length < recordsPerPiece) continue;
    yield csvRecords(header, piece);
    piece = [];
  }
  if (piece.length > 0) yield csvRecords(header, piece);
}

export function csvHeader(header: readonly string[]): string {
  return stringify([[...header]], { ...optionsFor(header), quoted_match: misleadsDetection });
}

/**
 * Most records of a report hold nothing that asks for quotes, and are their cells with commas between; to say so takes a
 * tenth of what it takes to write them with csv-stringify, which does all others.
 */
export function csvRecords(header: readonly string[], records: readonly (readonly CsvCell[])[]): string {
  const options = optionsFor(header);
  let text = '';
  for (const record of records) {
    const isPlain = !options.quoted_empty && !record.some(asksForQuotes);
    text += isPlain ? `${record.join(',')}\n` : stringify([[...record]], options);
  }
  return text;
}

const special = /[",\r\n]/;

function asksForQuotes(cell: CsvCell): boolean {
  return typeof cell === 'string' && special.test(cell);
}

/** A record of one empty cell would be a blank line, which readers skip. */
function optionsFor(header: readonly string[]): { quoted_empty: boolean } {
  return { quoted_empty: header.length === 1 };
}
