/** The plan as one self-contained page: what a reviewer gets by mail. */

import type { PlanFormat } from '../../plan/plan-format.js';
import { ownColumns } from '../../report-fields.js';
import { rowBatches } from '../../row-batches.js';
import { writePieces } from '../../write-pieces.js';
import { loadClientAssets } from '../client-assets.js';
import { mostPageRows, pagePieces } from '../page-pieces.js';
import { pageReasons } from '../page-reasons.js';
import { pageRows } from '../page-rows.js';
import { readTimeline } from '../read-timeline.js';
import { createRowPacker } from '../row-chunks.js';
import { planHead } from './plan-head.js';
import { planReasons } from './plan-reasons.js';
import { planRowFields } from './plan-row-fields.js';
import { planSurprises } from './plan-surprises.js';

export const planHtml: PlanFormat = {
  extension: 'html',
  write: async (rows, context, output) => {
    const { summary, columns } = context;
    const own = ownColumns(columns);
    const facts = {
      kind: 'plan' as const,
      run: summary.run,
      columns: own.map(({ name }) => name),
      rows: summary.manifest.rows,
      only: null,
      startedAtMs: null,
      // Nothing has run its course yet.
      timeline: readTimeline({ course: null, limits: new Map() }, { services: [], requests: 0 }),
      forecast: null,
    };
    const sections = [planHead(context), planSurprises(summary), pageReasons(planReasons(context)), pageRows('plan')];
    const packer = createRowPacker(own, planRowFields, mostPageRows);
    const parts = { title: `Plan ${summary.run}`, sections, facts, packer };
    await writePieces(pagePieces(rowBatches(rows), parts, await loadClientAssets()), output);
  },
};
