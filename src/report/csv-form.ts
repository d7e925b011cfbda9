import type { CsvCell } from '../manifest/csv-text.js';
import { disarmFormula } from '../manifest/formula.js';
import { factText } from './fact-text.js';
import { ownColumns } from './report-fields.js';
import type { RowField, RowWithCells } from './row-field.js';

export interface CsvForm<Row> {
  readonly header: readonly string[];
  readonly record: (row: Row) => CsvCell[];
}

/**
 * Rows as records for people and spreadsheets: the manifest's own columns, then the given fields. Cells and names that
 * a spreadsheet would run get a leading apostrophe.
 */
export function csvForm<Row extends RowWithCells>(
  columns: readonly string[],
  fields: ReadonlyArray<RowField<Row>>,
): CsvForm<Row> {
  const own = ownColumns(columns);
  return {
    header: [...own.map(({ name }) => disarmFormula(name)), ...fields.map(({ name }) => name)],
    record: (row) => {
      const cells: CsvCell[] = own.map(({ index }) => disarmFormula(row.cells[index] ?? ''));
      for (const field of fields) {
        const value = field.value(row);
        cells.push(typeof value === 'string' ? factText(value) : value);
      }
      return cells;
    },
  };
}
