/** The contract of a format of saved plans: a file of its own, and a line in `plan-formats.ts`. */
import type { Writable } from 'node:stream';
import type { PlanSummary } from '../../plan/plan-summary.js';
import type { PlanRow } from '../../state/plan-reads.js';
import type { Prediction } from '../../state/predictions.js';
import type { RunSettings } from '../../state/run-record.js';

export interface PlanContext {
  /** The manifest's column names in order, as written; a row's cells are aligned with them. */
  readonly columns: readonly string[];
  /** The plan as a whole. Of a run that was executed since, its numbers are those of the rows that are left. */
  readonly summary: PlanSummary;
  /** What the plan was made by: its conditions, bounds and guards. */
  readonly settings: RunSettings;
  /** How many rows each prediction was made of, also once they went on from there. */
  readonly predicted: Readonly<Record<Prediction, number>>;
  /** What to type next; null when there is nothing to do. */
  readonly next: string | null;
}

export interface PlanFormat {
  /** How the names of its files end, without the dot. */
  readonly extension: string;
  /** As {@link ReportFormat.write}. */
  write(rows: Iterable<PlanRow>, context: PlanContext, output: Writable): Promise<void>;
}
