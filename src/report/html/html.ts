/** One self-contained page: opens from disk, asks nothing of any network. */
import type { Writable } from 'node:stream';
import { ownColumns } from '../report-fields.js';
import type { ReportContext, ReportFormat } from '../report-format.js';
import { type RowBatch, rowBatches } from '../row-batches.js';
import { writePieces } from '../write-pieces.js';
import { type ClientAssets, loadClientAssets } from './client-assets.js';
import { jsonBlock, Markup, markup } from './markup.js';
import { pageCharts } from './page-charts.js';
import type { PageFacts } from './page-facts.js';
import { pageHead } from './page-head.js';
import { pageReasons } from './page-reasons.js';
import { pageRows } from './page-rows.js';
import { readTimeline } from './read-timeline.js';
import { createRowPacker } from './row-chunks.js';

/** Rows that a browser still handles with ease; further ones are left out, and the page says so. */
export const mostPageRows = 200_000;

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

/**
 * What is known of the run's course comes first, and the program before the rows: it shows the first of them while the
 * others are still coming.
 */
async function* pageText(
  batches: Iterable<RowBatch> | AsyncIterable<RowBatch>,
  { columns, summary, page }: ReportContext,
  { script, style }: ClientAssets,
): AsyncGenerator<string, void, undefined> {
  const timeline = readTimeline({ course: null, limits: new Map(), ...page }, summary);
  const own = ownColumns(columns);
  const facts: PageFacts = {
    run: summary.run,
    columns: own.map(({ name }) => name),
    rows: summary.rows,
    only: page?.only ?? null,
    startedAtMs: summary.startedAtMs,
    timeline,
    forecast: page?.forecast ?? null,
  };
  const policy = [
    "default-src 'none'",
    `script-src '${script.hash}'`,
    `style-src '${style.hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  yield markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${summary.run} · taskbatch</title>
<style>${new Markup(style.text)}</style>
</head>
<body>
${pageHead(summary, page)}${pageCharts(timeline, summary)}${pageReasons(summary)}${pageRows}${jsonBlock('page', JSON.stringify(facts))}<script>${new Markup(script.text)}</script>
<div id="data" hidden>
`.text;
  const packer = createRowPacker(own, mostPageRows);
  for await (const batch of batches) {
    const chunk = packer.pack(batch);
    if (chunk === null) break;
    yield jsonBlock(null, chunk).text;
  }
  yield markup`${jsonBlock(null, JSON.stringify({ told: packer.told }))}</div>
</body>
</html>
`.text;
}
