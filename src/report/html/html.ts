/** One self-contained page: opens from disk, asks nothing of any network. */
import type { Writable } from 'node:stream';
import { ownColumns } from '../report-fields.js';
import type { ReportContext, ReportFormat } from '../report-format.js';
import { type RowBatch, rowBatches } from '../row-batches.js';
import { writePieces } from '../write-pieces.js';
import { type ClientAssets, loadClientAssets } from './client-assets.js';
import { pageCharts } from './page-charts.js';
import type { PageFacts } from './page-facts.js';
import { pageHead } from './page-head.js';
import { mostPageRows, pagePieces } from './page-pieces.js';
import { pageReasons, reportReasons } from './page-reasons.js';
import { pageRows } from './page-rows.js';
import { readTimeline } from './read-timeline.js';
import { createRowPacker } from './row-chunks.js';
import { rowFields } from './row-fields.js';

export const html: ReportFormat = createHtmlFormat(loadClientAssets);

/** @param loadAssets gives the page's program and style. */
export function createHtmlFormat(loadAssets: () => Promise<ClientAssets>): ReportFormat {
  return {
    name: 'html',
    extension: 'html',
    extent: 'detailed',
    write: async (rows, context, output) => {
      await writePieces(pageText(rowBatches(rows), context, await loadAssets()), output);
    },
  };
}

/** Writes a page of rows that come by the batch. */
export async function writePage(
  batches: AsyncIterable<RowBatch>,
  context: ReportContext,
  output: Writable,
): Promise<void> {
  await writePieces(pageText(batches, context, await loadClientAssets()), output);
}

async function* pageText(
  batches: Iterable<RowBatch> | AsyncIterable<RowBatch>,
  { columns, summary, page }: ReportContext,
  assets: ClientAssets,
): AsyncGenerator<string, void, undefined> {
  const timeline = readTimeline({ course: null, limits: new Map(), ...page }, summary);
  const own = ownColumns(columns);
  const facts: PageFacts = {
    kind: 'report',
    run: summary.run,
    columns: own.map(({ name }) => name),
    rows: summary.rows,
    only: page?.only ?? null,
    startedAtMs: summary.startedAtMs,
    timeline,
    forecast: page?.forecast ?? null,
  };
  const sections = [
    pageHead(summary, page),
    pageCharts(timeline, summary),
    pageReasons(reportReasons(summary)),
    pageRows('report'),
  ];
  const packer = createRowPacker(own, rowFields, mostPageRows);
  yield* pagePieces(batches, { title: summary.run, sections, facts, packer }, assets);
}
