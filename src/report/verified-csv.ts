import { csvText } from '../manifest/csv-text.js';
import { disarmFormula } from '../manifest/formula.js';
import type { ReportRow } from '../state/report-reads.js';
import type { VerifiedRow } from '../verify/verify-rows.js';
import { ownColumns, reportFields } from './report-fields.js';

/** The report of the given rows, with `_verified` and why behind its columns. */
export function verifiedCsv(
  columns: readonly string[],
  rows: Iterable<ReportRow>,
  verified: ReadonlyMap<number, VerifiedRow>,
): Generator<string, void, undefined> {
  const own = ownColumns(columns);
  const header = [...own.map(({ name }) => disarmFormula(name)), ...reportFields.map(({ name }) => name)];
  const records = function* () {
    for (const row of rows) {
      const found = verified.get(row.number);
      if (found === undefined) continue;
      const cells = own.map(({ index }) => disarmFormula(row.cells[index] ?? ''));
      const facts = reportFields.map((field) => {
        const value = field.value(row);
        return typeof value === 'string' ? disarmFormula(value) : value;
      });
      yield [...cells, ...facts, found.verdict, disarmFormula(found.evidence)];
    }
  };
  return csvText([...header, '_verified', '_evidence'], records());
}
