import type { RowState } from '../../state/status.js';
import type { RunForecast } from './page-source.js';
import type { Timeline } from './timeline.js';

/** What the page's program is told beside the rows. */
export interface PageFacts {
  /** A report tells what became of the rows, a plan what is foretold of them. */
  readonly kind: 'report' | 'plan';
  readonly run: string;
  /** The manifest's own columns, as written. */
  readonly columns: readonly string[];
  /** Rows of the whole run; the page may hold fewer. */
  readonly rows: number;
  /** The states to which the rows were limited; null = all rows. */
  readonly only: readonly RowState[] | null;
  readonly startedAtMs: number | null;
  readonly timeline: Timeline;
  /** Null where no time was foretold. */
  readonly forecast: RunForecast | null;
}
