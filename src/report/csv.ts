import { type CsvCell, csvHeader, csvRecords, csvText } from '../manifest/csv-text.js';
import { type CsvForm, csvForm } from './csv-form.js';
import { reportFields } from './report-fields.js';
import type { ReportFormat } from './report-format.js';
import type { RowBatch } from './row-batches.js';
import { writePieces } from './write-pieces.js';

/** For people and spreadsheets: the manifest's own columns, then the report's. UTF-8 without byte order mark, LF. */
export const csv: ReportFormat = {
  name: 'csv',
  extension: 'csv',
  write: (rows, { columns }, output) => {
    const { header, record } = csvForm(columns, reportFields);
    return writePieces(csvText(header, recordsOf(rows, record)), output);
  },
};

/** The same text for rows that come by the batch. */
export async function* csvPieces(
  batches: AsyncIterable<RowBatch>,
  columns: readonly string[],
): AsyncGenerator<string, void, undefined> {
  const { header, record } = csvForm(columns, reportFields);
  yield csvHeader(header);
  for await (const batch of batches) yield csvRecords(header, batch.map(record));
}

/** The records of rows as they come. */
export function* recordsOf<Row>(rows: Iterable<Row>, record: CsvForm<Row>['record']): Generator<CsvCell[]> {
  for (const row of rows) yield record(row);
}
