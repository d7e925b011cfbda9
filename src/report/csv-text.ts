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

export function csvRecords(header: readonly string[], records: readonly (readonly CsvCell[])[]): string {
  return stringify([...records], optionsFor(header));
}

/** A record of one empty cell would be a blank line, which readers skip. */
function optionsFor(header: readonly string[]): { quoted_empty: boolean } {
  return { quoted_empty: header.length === 1 };
}
