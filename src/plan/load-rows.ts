/** The checked manifest into the run's state: after this the file may change or vanish. */
import { localFailure } from '../failure.js';
import { findReportRow } from '../state/report-reads.js';
import { insertRows, type NewRow, type RowResult, storeKind, writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import { type CheckedRow, type CheckOptions, type Clash, type ManifestRows, openCheck } from './check-manifest.js';
import type { ProblemList } from './problem.js';

export interface LoadResult {
  readonly rows: number;
  /** Rows that validation refuses, duplicates and contradictions included. */
  readonly invalid: number;
}

/**
 * Reads, checks and stores every row. Refused rows are stored too, as `invalid`; the caller decides whether the run
 * may go on without them.
 * @throws {ManifestError} when the file as a whole can't be used.
 */
export async function loadRows(
  database: RunDatabase,
  manifest: ManifestRows,
  options: CheckOptions,
  problems: ProblemList,
): Promise<LoadResult> {
  const check = openCheck(manifest, options);
  const kinds = createKindCache(database);
  let rows = 0;
  let invalid = 0;
  try {
    for await (const chunk of check.rows()) {
      for (const row of chunk) for (const problem of row.problems) problems.add(problem);
      insertRows(
        database,
        chunk.map((row) => newRow(row, kinds)),
      );
      rows += chunk.length;
      for (const row of chunk) if (row.state === 'invalid') invalid += 1;
    }
    for await (const clash of check.clashes()) {
      const skip = clash.verdict === 'duplicate' && options.settings.duplicates === 'skip';
      if (skip) {
        writeRowResult(database, clash.number, 'planned-out', skippedDuplicate(clash));
        continue;
      }
      problems.add(clash.problem);
      // Of two rows that contradict each other neither may run: which one is meant, only a person knows.
      const refused = clash.verdict === 'conflict' ? [clash.earlier, clash.number] : [clash.number];
      invalid += refused.filter((number) => refuseRow(database, number, clash)).length;
    }
  } finally {
    check.dispose();
  }
  return { rows, invalid };
}

/** The same checks without any state, for `validate`. */
export async function checkRows(
  manifest: ManifestRows,
  options: CheckOptions,
  problems: ProblemList,
): Promise<LoadResult & { skipped: number }> {
  const check = openCheck(manifest, options);
  let rows = 0;
  let invalid = 0;
  let skipped = 0;
  try {
    for await (const chunk of check.rows()) {
      rows += chunk.length;
      for (const row of chunk) {
        if (row.state === 'invalid') invalid += 1;
        if (row.state === 'skipped') skipped += 1;
        for (const problem of row.problems) problems.add(problem);
      }
    }
    for await (const clash of check.clashes()) {
      if (clash.verdict === 'duplicate' && options.settings.duplicates === 'skip') skipped += 1;
      else {
        problems.add(clash.problem);
        invalid += 1;
      }
    }
  } finally {
    check.dispose();
  }
  return { rows, invalid, skipped };
}

function createKindCache(database: RunDatabase): (provider: string, operation: string) => number {
  const known = new Map<string, number>();
  return (provider, operation) => {
    const key = `${provider}.${operation}`;
    const id = known.get(key) ?? storeKind(database, provider, operation);
    known.set(key, id);
    return id;
  };
}

function newRow(row: CheckedRow, kinds: (provider: string, operation: string) => number): NewRow {
  const [problem] = row.problems;
  return {
    number: row.number,
    line: row.line,
    kind: kinds(row.entry?.provider ?? '', row.entry?.name ?? ''),
    cells: row.cells,
    target: row.target,
    args: row.args === null ? null : JSON.stringify(row.args),
    state: row.state,
    reason:
      row.reason === null
        ? null
        : {
            errorType: row.state === 'invalid' ? 'VALIDATION' : null,
            errorCode: problem?.code ?? null,
            message: row.reason,
            suggestedAction: problem?.fix ?? null,
          },
  };
}

const nothingSent: RowResult = {
  to: 'skipped',
  outcome: null,
  message: null,
  failure: null,
  httpStatus: null,
  requestId: null,
  url: null,
  createdId: null,
  finishedAtMs: null,
  requests: 0,
};

/** Whether the row was still to do. */
function refuseRow(database: RunDatabase, number: number, clash: Clash): boolean {
  if (findReportRow(database, number)?.state !== 'pending') return false;
  writeRowResult(database, number, 'refused', refusedClash(clash));
  return true;
}

function skippedDuplicate(clash: Clash): RowResult {
  return { ...nothingSent, message: `Duplicate: it ${clash.problem.reason}.` };
}

function refusedClash(clash: Clash): RowResult {
  const { reason, fix, code } = clash.problem;
  return {
    ...nothingSent,
    to: 'invalid',
    failure: localFailure('VALIDATION', code, reason, fix),
  };
}
