/** CSV as RFC 4180 wants it, with LF line ends: records in, pieces of text out. */
import { stringify } from 'csv-stringify/sync';

export type CsvCell = string | number | null;

/** Records a piece: large enough to make their overhead vanish, small enough to keep memory flat. */
const recordsPerPiece = 256;

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
  // A record of one empty cell would be a blank line, which readers skip.
  const options = { quoted_empty: header.length === 1 };
  yield stringify([[...header]], { ...options, quoted_match: misleadsDetection });
  let piece: (readonly CsvCell[])[] = [];
  for (const record of records) {
    piece.push(record);
    if (piece.length < recordsPerPiece) continue;
    yield stringify(piece, options);
    piece = [];
  }
  if (piece.length > 0) yield stringify(piece, options);
}
