/** What stands in a row's cells for ids that are not known yet: never to be sent. Pure. */
import { type CellValues, fillCells, type SplitCell } from '../manifest/reference-cells.js';
import { isWholeReference } from '../manifest/reference-text.js';
import { columnFacts } from '../providers/columns.js';
import type { CatalogueEntry } from '../providers/provider.js';

/** Stands for an id where no column documents one. */
const plainId = '1234567';

/** The values as they are checked before the ids are known. */
export function standInValues(entry: CatalogueEntry, cells: readonly SplitCell[]): CellValues {
  return fillCells(cells, (_reference, cell) => standIn(entry, cell));
}

/** What stands for the ids in one cell. */
export function standIn(entry: CatalogueEntry, { column, inner, parts }: SplitCell): string {
  const schema = entry.schema.shape[column];
  const facts = schema === undefined ? null : columnFacts(schema);
  if (facts === null || inner !== null) return plainId;
  if (facts.kind === 'id' || isWholeReference(parts)) return facts.example;
  return facts.kind === 'list' ? (facts.example.split(';')[0] ?? plainId) : plainId;
}

/** Another stand-in of the same shape: its last letter or digit is the one before. */
export function otherStandIn(text: string): string {
  return text.replace(/[0-9a-z](?=[^0-9a-z]*$)/i, (last) => (/[1-9b-zB-Z]/.test(last) ? before(last) : '1'));
}

function before(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) - 1);
}
