import type { ReportRow } from '../state/report-reads.js';
import { type CsvCell, csvText } from './csv-text.js';
import { disarmFormula } from './formula.js';
import { type OwnColumn, ownColumns, reportFields } from './report-fields.js';
import type { ReportFormat } from './report-format.js';
import { writePieces } from './write-pieces.js';

/**
 * For people and spreadsheets: the manifest's own columns, then the report's. UTF-8 without byte order mark, LF. Cells
 * and names that a spreadsheet would run get a leading apostrophe.
 */
export const csv: ReportFormat = {
  name: 'csv',
  extension: 'csv',
  write: (rows, { columns }, output) => {
    const own = ownColumns(columns);
    const header = [...own.map(({ name }) => disarmFormula(name)), ...reportFields.map(({ name }) => name)];
    return writePieces(csvText(header, reportRecords(rows, own)), output);
  },
};

function* reportRecords(rows: Iterable<ReportRow>, own: readonly OwnColumn[]): Generator<CsvCell[]> {
  for (const row of rows) {
    const record: CsvCell[] = own.map(({ index }) => disarmFormula(row.cells[index] ?? ''));
    for (const field of reportFields) {
      const value = field.value(row);
      record.push(typeof value === 'string' ? disarmFormula(value) : value);
    }
    yield record;
  }
}
