/** The reports that lie in every run's folder. */
import { rm } from 'node:fs/promises';
import { repeatableRows, reportRows } from '../state/report-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RunFolder } from '../state/run-folder.js';
import { writeFileAtomically } from './atomic-file.js';
import { csv } from './csv.js';
import { failedCsv } from './failed-csv.js';
import type { ReportContext } from './report-format.js';

/** Paths of the files of a run. */
export interface RunReports {
  readonly report: string;
  /** Null when no row failed or was blocked; there is no such file then. */
  readonly failed: string | null;
}

/**
 * Writes `report.csv` and `failed.csv` from the run's state, each as a whole or not at all; safe to repeat.
 * @throws {StateError} when a file can't be written.
 */
export async function writeRunReports(
  database: RunDatabase,
  folder: Pick<RunFolder, 'file'>,
  context: ReportContext,
): Promise<RunReports> {
  const report = folder.file('report.csv');
  const failed = folder.file('failed.csv');
  await writeFileAtomically(report, (output) => csv.write(reportRows(database, null), context, output));
  const rows = repeatableRows(database);
  const first = rows.next();
  if (first.done === true) {
    await rm(failed, { force: true });
    return { report, failed: null };
  }
  await writeFileAtomically(failed, (output) => failedCsv.write(startWith(first.value, rows), context, output));
  return { report, failed };
}

function* startWith<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first;
  yield* rest;
}
