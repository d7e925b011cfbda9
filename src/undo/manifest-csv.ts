import { csvText } from '../manifest/csv-text.js';
import { unchangedSinceColumn } from '../run/later-change.js';
import { undoOfColumn, undoOfText } from '../state/taken-back.js';
import type { ManifestLine } from './compose-manifest.js';

/** Ours and no operation's, as is {@link undoOfColumn}, so it is carried into the report. */
export const stepColumn = 'undo_step';

type Lines = readonly ManifestLine[];

/** Columns beside those of operations. */
interface OwnColumn {
  readonly name: string;
  readonly isNeeded: (lines: Lines) => boolean;
  readonly cell: (line: ManifestLine, run: string) => string | null;
}

const ownColumns: readonly OwnColumn[] = [
  { name: 'provider', isNeeded: () => true, cell: ({ provider }) => provider },
  { name: 'operation', isNeeded: () => true, cell: ({ operation }) => operation },
  {
    name: undoOfColumn,
    isNeeded: () => true,
    cell: ({ undoOf: row, digest }, run) => undoOfText({ run, row, digest }),
  },
  { name: stepColumn, isNeeded: (lines) => lines.some(({ step }) => step > 1), cell: ({ step }) => String(step) },
  { name: 'key', isNeeded: (lines) => lines.some(({ key }) => key !== null), cell: ({ key }) => key },
  {
    name: 'after',
    isNeeded: (lines) => lines.some(({ after }) => after.length > 0),
    cell: ({ after }) => after.join(';'),
  },
  {
    name: unchangedSinceColumn,
    isNeeded: (lines) => lines.some(({ unchangedSince }) => unchangedSince !== null),
    cell: ({ unchangedSince }) => unchangedSince,
  },
];

/**
 * The lines as CSV. Every cell is exactly what it stands for, so that what is put back is what was there: unlike in a
 * report, a cell that a spreadsheet would run is not disarmed.
 * @param run id of the run that they take back.
 */
export function manifestCsv(run: string, lines: Lines): Generator<string, void, undefined> {
  const own = ownColumns.filter(({ isNeeded }) => isNeeded(lines));
  const columns = [...new Set(lines.flatMap(({ values }) => Object.keys(values)))];
  const records = function* () {
    for (const line of lines) {
      yield [...own.map(({ cell }) => cell(line, run)), ...columns.map((column) => line.values[column] ?? '')];
    }
  };
  return csvText([...own.map(({ name }) => name), ...columns], records());
}
