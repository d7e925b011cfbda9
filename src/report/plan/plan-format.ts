/** The contract of a format of saved plans: a file of its own, and a line in `plan-formats.ts`. */
import type { Writable } from 'node:stream';
import type { PlanSummary } from '../../plan/plan-summary.js';
import type { PlanRow } from '../../state/plan-reads.js';

export interface PlanContext {
  /** The manifest's column names in order, as written; a row's cells are aligned with them. */
  readonly columns: readonly string[];
  /** The plan as a whole. Of a run that was executed since, its numbers are those of the rows that are left. */
  readonly summary: PlanSummary;
}

export interface PlanFormat {
  /** How the names of its files end, without the dot. */
  readonly extension: string;
  /** As {@link ReportFormat.write}. */
  write(rows: Iterable<PlanRow>, context: PlanContext, output: Writable): Promise<void>;
}
