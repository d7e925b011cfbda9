/** The checked manifest into the run's state: after this the file may change or vanish. */
import { join } from 'node:path';
import { localFailure } from '../failure.js';
import type { ManifestRows } from '../state/manifest-rows.js';
import { hasLinks } from '../state/row-links.js';
import { findRowState } from '../state/row-reads.js';
import {
  beginLoading,
  endLoading,
  insertRows,
  type NewRow,
  type RowResult,
  storeKind,
  writeRowResult,
} from '../state/row-writes.js';
import { createRunDatabase, type RunDatabase } from '../state/run-database.js';
import { checkLinks } from './check-links.js';
import { openCheck } from './check-manifest.js';
import type { CheckedRow, CheckOptions } from './checked-row.js';
import type { Clash } from './clashes.js';
import { findControlColumns } from './control-columns.js';
import type { Problem, ProblemList } from './problem.js';

export interface LoadResult {
  readonly rows: number;
  /** Rows that validation refuses, duplicates and contradictions included. */
  readonly invalid: number;
  /** Columns that none of the rows' operations reads. */
  readonly unread: readonly string[];
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
  beginLoading(database);
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
      if (decideClash(database, clash, options, problems) === 'invalid') invalid += 1;
    }
    invalid += refuseBrokenLinks(database, manifest, options, problems);
  } finally {
    endLoading(database);
    check.dispose();
  }
  return { rows, invalid, unread: check.unread() };
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
  let tied: { readonly database: RunDatabase; readonly kinds: ReturnType<typeof createKindCache> } | null = null;
  try {
    for await (const chunk of check.rows()) {
      rows += chunk.length;
      const linked = chunk.filter(({ links }) => links !== null);
      if (linked.length > 0) {
        tied ??= openScratch(options.scratch);
        const { database, kinds } = tied;
        insertRows(
          database,
          linked.map((row) => newRow(row, kinds)),
        );
      }
      for (const row of chunk) {
        if (row.state === 'invalid') invalid += 1;
        if (row.state === 'skipped') skipped += 1;
        for (const problem of row.problems) problems.add(problem);
      }
    }
    for await (const clash of check.clashes()) {
      tied ??= openScratch(options.scratch);
      // Only what is tied to other rows is there; a row that clashes twice must be known as well.
      if (findRowState(tied.database, clash.number) === null)
        insertRows(tied.database, [clashingRow(clash, tied.kinds)]);
      const became = decideClash(tied.database, clash, options, problems);
      if (became === 'invalid') invalid += 1;
      if (became === 'skipped') skipped += 1;
    }
    if (tied !== null) invalid += refuseBrokenLinks(tied.database, manifest, options, problems);
  } finally {
    tied?.database.close();
    check.dispose();
  }
  return { rows, invalid, skipped, unread: check.unread() };
}

/** A state of its own for the rows that have to do with others, so that they are looked up on disk and not in memory. */
function openScratch(folder: string): { database: RunDatabase; kinds: ReturnType<typeof createKindCache> } {
  const database = createRunDatabase(join(folder, 'links.db'));
  // It ends with this command.
  database.exec('PRAGMA synchronous = OFF');
  return { database, kinds: createKindCache(database) };
}

/** Refuses rows with keys that others have and rows that name what they can't wait for. @returns how many became invalid. */
function refuseBrokenLinks(
  database: RunDatabase,
  manifest: ManifestRows,
  { manifestName, settings }: CheckOptions,
  problems: ProblemList,
): number {
  if (!hasLinks(database)) return 0;
  const columns = findControlColumns(manifest.columns, settings.columns, true);
  const places = { manifestName, keyColumn: columns?.key?.name ?? 'key' };
  let refused = 0;
  for (const problem of checkLinks(database, places, manifest.elsewhere ?? (() => null))) {
    problems.add(problem);
    if (refuseRow(database, problem.row, problem)) refused += 1;
  }
  return refused;
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
    links: row.links,
    unchangedSinceMs: row.unchangedSinceMs,
    joins: row.joins === null || row.entry === null ? null : { provider: row.entry.provider, whole: row.joins },
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
  completedAtMs: null,
  finishedAtMs: null,
  requests: 0,
};

/** Whether the row was still to do. */
function refuseRow(database: RunDatabase, number: number, problem: Problem): boolean {
  if (findRowState(database, number) !== 'pending') return false;
  const { column, reason, fix, code } = problem;
  const message = column === null ? reason : `${column} ${reason}`;
  const failure = localFailure('VALIDATION', code, message, fix);
  writeRowResult(database, number, 'refused', { ...nothingSent, to: 'invalid', failure });
  return true;
}

/** @returns what the row became by it; null when it had been refused before. */
function decideClash(
  database: RunDatabase,
  { number, verdict, problem }: Clash,
  { settings }: CheckOptions,
  problems: ProblemList,
): 'invalid' | 'skipped' | null {
  if (verdict === 'duplicate' && settings.duplicates === 'skip') {
    if (findRowState(database, number) !== 'pending') return null;
    writeRowResult(database, number, 'planned-out', { ...nothingSent, message: `Duplicate: it ${problem.reason}.` });
    return 'skipped';
  }
  problems.add(problem);
  return refuseRow(database, number, problem) ? 'invalid' : null;
}

function clashingRow({ number, line }: Clash, kinds: (provider: string, operation: string) => number): NewRow {
  const unset = { cells: [], target: null, args: null, reason: null };
  return { number, line, kind: kinds('', ''), ...unset, state: 'pending' };
}
