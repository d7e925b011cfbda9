import { csvText } from '../manifest/csv-text.js';
import type { ReportRow } from '../state/report-reads.js';
import type { VerifiedRow } from '../verify/verify-rows.js';
import { csvForm } from './csv-form.js';
import { factText } from './fact-text.js';
import { reportFields } from './report-fields.js';

/** The report of the given rows, with `_verified` and why behind its columns. */
export function verifiedCsv(
  columns: readonly string[],
  rows: Iterable<ReportRow>,
  verified: ReadonlyMap<number, VerifiedRow>,
): Generator<string, void, undefined> {
  const form = csvForm(columns, reportFields);
  const records = function* () {
    for (const row of rows) {
      const found = verified.get(row.number);
      if (found !== undefined) yield [...form.record(row), found.verdict, factText(found.evidence)];
    }
  };
  return csvText([...form.header, '_verified', '_evidence'], records());
}
