/** Paths of the files of a run. */
export interface RunReports {
  readonly report: string;
  /** Null when no row failed or was blocked; there is no such file then. */
  readonly failed: string | null;
  /** Null for a run with more rows than a page takes; `taskbatch report --format html` shows a part of them. */
  readonly page: string | null;
}
