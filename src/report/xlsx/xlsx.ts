import { Readable, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { ZipFile } from 'yazl';
import type { ReportRow } from '../../state/report-reads.js';
import type { ReportContext, ReportFormat } from '../report-format.js';
import { createRowSheets } from './row-sheets.js';
import { summarySheet } from './summary-sheet.js';
import { type SheetEntry, workbookParts } from './workbook-parts.js';

/**
 * For people who mail sheets: a summary, then every row. Texts stay texts, so ids keep their digits and nothing is run.
 * Of the libraries that write such files none that is kept well writes rows as they come, so only the container is a
 * library's (yazl); what goes in it is plain enough to be written here.
 */
export const xlsx: ReportFormat = {
  name: 'xlsx',
  extension: 'xlsx',
  isBinary: true,
  write: (rows, context, output) => writeWorkbook(rows, context, output),
};

/** @param mostRows lines of a sheet, header included, for tests; Excel's own bound if left out. */
export async function writeWorkbook(
  rows: Iterable<ReportRow>,
  context: ReportContext,
  output: Writable,
  mostRows?: number,
): Promise<void> {
  // Its default export is there both for Node and in the bundle, which gives a CommonJS package no names.
  const {
    default: { ZipFile },
  } = await import('yazl');
  const zip = new ZipFile();
  const stop = new AbortController();
  zip.on('error', (error) => stop.abort(error));
  const iterator = rows[Symbol.iterator]();
  const work = [
    addParts(zip, iterator, context, stop.signal, mostRows),
    pipeline(zip.outputStream, output, { end: false, signal: stop.signal }),
  ];
  try {
    await Promise.all(work);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(work);
    throw error;
  } finally {
    iterator.return?.();
  }
}

async function addParts(
  zip: ZipFile,
  rows: Iterator<ReportRow>,
  context: ReportContext,
  signal: AbortSignal,
  mostRows?: number,
): Promise<void> {
  // The same report is the same bytes, whenever it is written.
  const { finishedAtMs, createdAtMs } = context.summary;
  const options = { mtime: new Date(finishedAtMs ?? createdAtMs), compressionLevel: 4 };
  const sheets = createRowSheets(rows, context.columns, mostRows);
  const entries: SheetEntry[] = [{ name: 'Summary', path: 'xl/worksheets/summary.xml', filter: null }];
  for (let sheet = sheets.next(); sheet !== null; sheet = sheets.next()) {
    const path = `xl/worksheets/rows${entries.length}.xml`;
    const pieces = Readable.from(sheet.pieces(), { objectMode: false, highWaterMark: 1 << 16, signal });
    zip.addReadStream(pieces, path, options);
    await finished(pieces);
    const lines = sheets.told.sheets.at(-1)?.lines ?? 1;
    entries.push({ name: sheet.name, path, filter: { lines, columns: sheets.told.columns } });
  }
  const parts = new Map([['xl/worksheets/summary.xml', summarySheet(context, sheets.told)], ...workbookParts(entries)]);
  for (const [path, text] of parts) zip.addBuffer(Buffer.from(text), path, options);
  zip.end();
}
