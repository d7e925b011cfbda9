/** The contract of a report format: a file of its own, and a line in `formats.ts`. */
import type { Writable } from 'node:stream';
import type { RunSummary } from '../run/run-summary.js';
import type { ReportRow, RowExtent } from '../state/report-reads.js';
import type { PageSource } from './html/page-source.js';

export interface ReportContext {
  /** The manifest's column names in order, as written; a row's cells are aligned with them. */
  readonly columns: readonly string[];
  /** The run as a whole; its `manifest` has the name and fingerprint of the bytes that were read. */
  readonly summary: RunSummary;
  /** What else is known of the run; without it a page has no charts, and every row counts as told. */
  readonly page?: PageSource;
}

export interface ReportFormat {
  /** As `--format` takes it. */
  readonly name: string;
  /** Of the file's name, without the dot. */
  readonly extension: string;
  /** How much of each row it tells; plain when left out. */
  readonly extent?: RowExtent;
  /** Whether it is not text, and so nothing for a terminal. */
  readonly isBinary?: true;
  /**
   * Writes the rows in the order in which they come, at the pace of `output`; memory does not grow with their number.
   * Leaves `output` open. Rejects with the error of whichever side failed, and stops reading rows then.
   */
  write(rows: Iterable<ReportRow>, context: ReportContext, output: Writable): Promise<void>;
}
