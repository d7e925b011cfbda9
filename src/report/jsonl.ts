import type { ReportRow } from '../state/report-reads.js';
import { type OwnColumn, ownColumns, reportFields } from './report-fields.js';
import type { ReportFormat } from './report-format.js';
import { writePieces } from './write-pieces.js';

/**
 * For programs: one object a line, the manifest's own columns under their names (text, or null where the row had none),
 * then the report's fields: numbers as numbers, nothing as null.
 */
export const jsonl: ReportFormat = {
  name: 'jsonl',
  extension: 'jsonl',
  write: (rows, { columns }, output) => writePieces(jsonText(rows, ownColumns(columns)), output),
};

const rowsPerPiece = 256;

/**
 * The objects are put together as text, because a JavaScript object would bring columns that are called `1`, `2`, …
 * to the front.
 */
function* jsonText(rows: Iterable<ReportRow>, own: readonly OwnColumn[]): Generator<string, void, undefined> {
  const columns = own.map(({ name, index }) => ({ key: JSON.stringify(name), index }));
  let piece = '';
  let count = 0;
  for (const row of rows) {
    const members = columns.map(({ key, index }) => `${key}:${JSON.stringify(row.cells[index] ?? null)}`);
    for (const field of reportFields) members.push(`"${field.name}":${JSON.stringify(field.value(row))}`);
    piece += `{${members.join(',')}}\n`;
    count += 1;
    if (count % rowsPerPiece !== 0) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
