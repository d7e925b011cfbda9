/** The reports that lie in every run's folder. */
import { rm } from 'node:fs/promises';
import { StateError } from '../errors.js';
import { overtakenRows } from '../state/overtaken.js';
import { type ReportRow, repeatableRows, reportRows } from '../state/report-reads.js';
import { countRows } from '../state/row-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RunFolder } from '../state/run-folder.js';
import type { RunReports } from '../ui/run-reports.js';
import { writeFileAtomically } from './atomic-file.js';
import { csv, csvPieces } from './csv.js';
import { failedCsv } from './failed-csv.js';
import { writePage } from './html/html.js';
import { mostPageRows } from './html/page-pieces.js';
import { readPageSource } from './html/page-source.js';
import type { ReportContext } from './report-format.js';
import { createHandover, type Handover, type RowBatch, rowBatches } from './row-batches.js';
import { writePieces } from './write-pieces.js';

/** Takes away the reports of an earlier sitting, so that one that dies leaves none that tells what is no longer so. */
export async function removeRunReports(folder: Pick<RunFolder, 'file'>): Promise<void> {
  await Promise.all(['report.csv', 'failed.csv', 'report.html'].map((name) => rm(folder.file(name), { force: true })));
}

/**
 * Writes `failed.csv`, `report.html` and `report.csv` from the run's state, each as a whole or not at all; safe to
 * repeat. `report.csv` comes last: where it is, the others are.
 * @param onRows told now and then how many rows of the report are written.
 * @throws {StateError} when a file can't be written.
 */
export async function writeRunReports(
  database: RunDatabase,
  folder: Pick<RunFolder, 'file'>,
  context: ReportContext,
  onRows: (rows: number) => void = () => {},
): Promise<RunReports> {
  const report = folder.file('report.csv');
  const pageFile = folder.file('report.html');
  const rows = countRows(database).reduce((sum, count) => sum + count.rows, 0);
  if (rows > mostPageRows) {
    await rm(pageFile, { force: true });
    const failed = await writeFailed(database, folder.file('failed.csv'), context);
    await writeFileAtomically(report, (output) =>
      csv.write(counted(reportRows(database, null), onRows), context, output),
    );
    return { report, failed, page: null };
  }
  const failed = await writeFailed(database, folder.file('failed.csv'), context);
  const forPage = createHandover<RowBatch>();
  const pageContext = { ...context, page: context.page ?? readPageSource(database, null) };
  // A page that can't be written must not keep the others from being written: its error is met once they are.
  const page = writeFileAtomically(pageFile, (output) => writePage(forPage, pageContext, output)).then(
    () => null,
    (error: unknown) => {
      forPage.leave();
      return { error };
    },
  );
  try {
    const batches = handOver(rowBatches(counted(reportRows(database, null), onRows)), forPage);
    await writeFileAtomically(report, async (output) => {
      await writePieces(csvPieces(batches, context.columns), output);
      forPage.end();
      await page;
    });
  } catch (error) {
    forPage.end(error);
    await page;
    throw error;
  }
  const trouble = await page;
  if (trouble === null) return { report, failed, page: pageFile };
  // Every row is in report.csv: an installation without the page's parts fails no run.
  if (trouble.error instanceof StateError && trouble.error.code === 'NO_PAGE_PARTS')
    return { report, failed, page: null };
  throw trouble.error;
}

/** The same rows; tells how many went by, now and then and not at each. */
export function* counted<T>(rows: Iterable<T>, onRows: (rows: number) => void): Generator<T> {
  let count = 0;
  for (const row of rows) {
    yield row;
    count += 1;
    if (count % 1_000 === 0) onRows(count);
  }
  onRows(count);
}

/** The batches, each once the page has had it. */
async function* handOver(batches: Iterable<RowBatch>, page: Handover<RowBatch>): AsyncGenerator<RowBatch> {
  for (const batch of batches) {
    await page.give(batch);
    yield batch;
  }
}

async function writeFailed(database: RunDatabase, path: string, context: ReportContext): Promise<string | null> {
  const rows = withoutOvertaken(database);
  const first = rows.next();
  if (first.done === true) {
    await rm(path, { force: true });
    return null;
  }
  await writeFileAtomically(path, (output) => failedCsv.write(startWith(first.value, rows), context, output));
  return path;
}

function* startWith<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first;
  yield* rest;
}

/** By itself, such a row would come last. */
function* withoutOvertaken(database: RunDatabase): Generator<ReportRow> {
  const overtaken = new Set(overtakenRows(database).map(({ number }) => number));
  for (const row of repeatableRows(database)) if (!overtaken.has(row.number)) yield row;
}
