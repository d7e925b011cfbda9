import type { ReportRow } from '../state/report-reads.js';
import { type CsvCell, csvHeader, csvRecords, csvText } from './csv-text.js';
import { disarmFormula } from './formula.js';
import { ownColumns, reportFields } from './report-fields.js';
import type { ReportFormat } from './report-format.js';
import type { RowBatch } from './row-batches.js';
import { writePieces } from './write-pieces.js';

/**
 * For people and spreadsheets: the manifest's own columns, then the report's. UTF-8 without byte order mark, LF. Cells
 * and names that a spreadsheet would run get a leading apostrophe.
 */
export const csv: ReportFormat = {
  name: 'csv',
  extension: 'csv',
  write: (rows, { columns }, output) => {
    const { header, record } = csvForm(columns);
    return writePieces(csvText(header, recordsOf(rows, record)), output);
  },
};

/** The same text for rows that come by the batch. */
export async function* csvPieces(
  batches: AsyncIterable<RowBatch>,
  columns: readonly string[],
): AsyncGenerator<string, void, undefined> {
  const { header, record } = csvForm(columns);
  yield csvHeader(header);
  for await (const batch of batches) yield csvRecords(header, batch.map(record));
}

interface CsvForm {
  readonly header: readonly string[];
  readonly record: (row: ReportRow) => CsvCell[];
}

function csvForm(columns: readonly string[]): CsvForm {
  const own = ownColumns(columns);
  return {
    header: [...own.map(({ name }) => disarmFormula(name)), ...reportFields.map(({ name }) => name)],
    record: (row) => {
      const cells: CsvCell[] = own.map(({ index }) => disarmFormula(row.cells[index] ?? ''));
      for (const field of reportFields) {
        const value = field.value(row);
        cells.push(typeof value === 'string' ? disarmFormula(value) : value);
      }
      return cells;
    },
  };
}

function* recordsOf(rows: Iterable<ReportRow>, record: CsvForm['record']): Generator<CsvCell[]> {
  for (const row of rows) yield record(row);
}
