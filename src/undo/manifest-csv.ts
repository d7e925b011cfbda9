import { csvText } from '../report/csv-text.js';
import type { ManifestLine } from './compose-manifest.js';

/** Columns that every such manifest has. `undo_of` is ours and no operation's, so it is carried into the report. */
const leading = ['provider', 'operation', 'undo_of'] as const;
export const stepColumn = 'undo_step';

/**
 * The lines as CSV. Every cell is exactly what it stands for, so that what is put back is what was there: unlike in a
 * report, a cell that a spreadsheet would run is not disarmed.
 */
export function manifestCsv(lines: readonly ManifestLine[]): Generator<string, void, undefined> {
  const hasSteps = lines.some(({ step }) => step > 1);
  const hasKeys = lines.some(({ key }) => key !== null);
  const columns = [...new Set(lines.flatMap(({ values }) => Object.keys(values)))];
  const records = function* () {
    for (const { provider, operation, undoOf, step, key, values } of lines) {
      const own = [provider, operation, String(undoOf), ...(hasSteps ? [String(step)] : []), ...(hasKeys ? [key] : [])];
      yield [...own, ...columns.map((column) => values[column] ?? '')];
    }
  };
  return csvText([...leading, ...(hasSteps ? [stepColumn] : []), ...(hasKeys ? ['key'] : []), ...columns], records());
}
