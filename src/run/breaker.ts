/** When failures of rows end a run. Pure bookkeeping. */
import type { ErrorType } from '../failure.js';

const sameClassInARow = 20;
const windowRows = 100;
const judgedFrom = 20;

/** A row's own refusals say little about the service: they count for shares, not for the row of equal failures. */
const ownRefusals: ReadonlySet<ErrorType> = new Set(['VALIDATION', 'NOT_FOUND', 'CONFLICT']);

/** Watches the rows' ends and gives the reason to stop, or null. */
export interface FailureWatch {
  /** @param failure the class of a row that failed; null for one that did not. */
  record(failure: ErrorType | null): string | null;
}

/**
 * The breaker, one for each service: {@link sameClassInARow} failed rows of one class in a row, or half of the last
 * {@link windowRows} rows, judged from row {@link judgedFrom} on.
 */
export function createBreaker(): FailureWatch {
  const recent: boolean[] = [];
  let inARow = 0;
  let lastClass: ErrorType | null = null;
  return {
    record: (failure) => {
      recent.push(failure !== null);
      if (recent.length > windowRows) recent.shift();
      inARow = failure === null || ownRefusals.has(failure) ? 0 : failure === lastClass ? inARow + 1 : 1;
      lastClass = failure;
      if (inARow >= sameClassInARow) return `${inARow} rows in a row failed with ${failure}`;
      if (recent.length < judgedFrom) return null;
      const failedRecently = recent.filter(Boolean).length;
      return failedRecently * 2 >= recent.length ? `${failedRecently} of the last ${recent.length} rows failed` : null;
    },
  };
}

export interface FailureLimits {
  /** Failed rows after which the run stops; null = no bound. */
  readonly failed: number | null;
  /** Share of failed rows, in percent, at which the run stops, judged from row {@link judgedFrom} on; null = no bound. */
  readonly percent: number | null;
}

/** The job's guard `stop_after`, one for the run. */
export function createFailureGuard({ failed, percent }: FailureLimits): FailureWatch {
  let rows = 0;
  let failedRows = 0;
  return {
    record: (failure) => {
      rows += 1;
      if (failure === null) return null;
      failedRows += 1;
      if (failed !== null && failedRows >= failed) {
        return `${failedRows} rows failed, and the run was told to stop after ${failed}`;
      }
      if (percent !== null && rows >= judgedFrom && failedRows * 100 >= percent * rows) {
        return `${failedRows} of ${rows} rows failed, and the run was told to stop at ${percent} %`;
      }
      return null;
    },
  };
}
