import { csvText } from '../manifest/csv-text.js';
import type { ReportRow } from '../state/report-reads.js';
import type { RowState } from '../state/status.js';
import { type OwnColumn, runnableColumns } from './report-fields.js';
import type { ReportFormat } from './report-format.js';
import { writePieces } from './write-pieces.js';

/** States of rows that may be run again. `unknown` is none of them: a repeat could double what happened. */
const failedStates = ['failed', 'blocked'] as const satisfies readonly RowState[];

/**
 * A manifest of the rows that failed or were blocked: their own columns with the values exactly as they were, so that
 * it runs as it is. Rows in other states are left out.
 */
export const failedCsv: ReportFormat = {
  name: 'failed',
  extension: 'csv',
  write: (rows, { columns }, output) => {
    const own = runnableColumns(columns);
    const header = own.map(({ name }) => name);
    return writePieces(csvText(header, failedRecords(rows, own)), output);
  },
};

function* failedRecords(rows: Iterable<ReportRow>, own: readonly OwnColumn[]): Generator<string[]> {
  for (const row of rows) {
    if (failedStates.some((state) => state === row.state)) yield own.map(({ index }) => row.cells[index] ?? '');
  }
}
