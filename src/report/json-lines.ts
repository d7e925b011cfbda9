import { terminalSafeJson } from '../json.js';
import { ownColumns } from './report-fields.js';
import type { RowField, RowWithCells } from './row-field.js';

const rowsPerPiece = 256;

/**
 * One object a line: the manifest's own columns, then the given fields, in pieces of text. The objects are put together
 * as text, because a JavaScript object would bring columns that are called `1`, `2`, … to the front.
 */
export function* jsonLines<Row extends RowWithCells>(
  rows: Iterable<Row>,
  columns: readonly string[],
  fields: ReadonlyArray<RowField<Row>>,
): Generator<string, void, undefined> {
  const own = ownColumns(columns).map(({ name, index }) => ({ key: JSON.stringify(name), index }));
  let piece = '';
  let count = 0;
  for (const row of rows) {
    const members = own.map(({ key, index }) => `${key}:${JSON.stringify(row.cells[index] ?? null)}`);
    for (const field of fields) {
      const value = field.json === undefined ? field.value(row) : field.json(row);
      members.push(`"${field.name}":${JSON.stringify(value)}`);
    }
    piece += `{${members.join(',')}}\n`;
    count += 1;
    if (count % rowsPerPiece !== 0) continue;
    yield terminalSafeJson(piece);
    piece = '';
  }
  if (piece !== '') yield terminalSafeJson(piece);
}
