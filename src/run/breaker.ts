/** When failures of rows end a run. Pure bookkeeping. */
import type { ErrorType } from '../failure.js';

const sameClassInARow = 20;
const windowRows = 100;
const judgedFrom = 20;

/** A row's own refusals say little about the service: they count for shares, not for the row of equal failures. */
const ownRefusals: ReadonlySet<ErrorType> = new Set(['VALIDATION', 'NOT_FOUND', 'CONFLICT']);

/** Watches the rows' ends and gives the reason to stop, or null. */
export interface FailureWatch {
  /** @param failure the class of a row that failed; null for one that did not. Blocked rows are not told. */
  record(failure: ErrorType | null): string | null;
}

/**
 * The breaker, one for each service: {@link sameClassInARow} failed rows of one class in a row, or half of the last
 * {@link windowRows} rows, judged from row {@link judgedFrom} on.
 */
export function createBreaker(): FailureWatch {
  const recent = createWindow(windowRows);
  let inARow = 0;
  let lastClass: ErrorType | null = null;
  return {
    record: (failure) => {
      recent.add(failure);
      inARow = failure === null || ownRefusals.has(failure) ? 0 : failure === lastClass ? inARow + 1 : 1;
      lastClass = failure;
      if (inARow >= sameClassInARow) return `${inARow} rows in a row failed with ${failure}, at which every run stops`;
      const { rows, failed } = recent;
      if (rows < judgedFrom || failed * 2 < rows) return null;
      return `${failed} of the last ${rows} rows failed, and at half of them every run stops`;
    },
  };
}

export interface FailureLimits {
  /** Rows of the window that failed with one class, at which the run stops; null = no bound. */
  readonly failed: number | null;
  /** Their share of the window in percent at which the run stops, judged from row {@link judgedFrom} on; null = no bound. */
  readonly percent: number | null;
}

/** How many of the last rows `stop_after` looks at. A bound above half of the usual window needs a longer one. */
export function failureWindowRows({ failed }: FailureLimits): number {
  return Math.max(windowRows, (failed ?? 0) * 2);
}

/**
 * How many rows may go in one request, which fail or not before anybody can stop: no more than the bound, so that a
 * number of 3 is not met by 50; nor more than are let pass before a share is judged.
 */
export function mostRowsTogether({ failed, percent }: FailureLimits): number {
  return Math.max(
    1,
    Math.min(failed ?? Number.POSITIVE_INFINITY, percent === null ? Number.POSITIVE_INFINITY : judgedFrom),
  );
}

/** The bounds as settings hold them. */
export function failureLimitsOf({
  stopAfterFailed,
  stopAfterPercent,
}: {
  readonly stopAfterFailed: number | null;
  readonly stopAfterPercent: number | null;
}): FailureLimits {
  return { failed: stopAfterFailed, percent: stopAfterPercent };
}

/**
 * The job's guard `stop_after`, one for the run: each class of failure is counted by itself among the last
 * {@link failureWindowRows} rows, so that rows which are refused here and there do not add up to an outage. A number
 * holds from the first row on; a share of the first few rows would say nothing.
 */
export function createFailureGuard(limits: FailureLimits): FailureWatch {
  const { failed, percent } = limits;
  const recent = createWindow(failureWindowRows(limits));
  return {
    record: (failure) => {
      recent.add(failure);
      const { rows } = recent;
      // Only a failure raises a share, but at the row from which on shares count all that came before is judged too.
      const type = rows === judgedFrom ? recent.commonest() : failure;
      if (type === null) return null;
      const found = recent.of(type);
      const told = `${found} of the last ${rows} rows failed with ${type}, and the run was told to stop`;
      if (failed !== null && found >= failed) return `${told} after ${failed}`;
      if (percent !== null && rows >= judgedFrom && found * 100 >= percent * rows) return `${told} at ${percent} %`;
      return null;
    },
  };
}

/** The last rows, with how many of them failed, in all and by class. */
function createWindow(size: number) {
  const ring: (ErrorType | null)[] = [];
  const byClass = new Map<ErrorType, number>();
  let next = 0;
  let failed = 0;
  const count = (failure: ErrorType | null | undefined, by: 1 | -1): void => {
    if (failure == null) return;
    failed += by;
    byClass.set(failure, (byClass.get(failure) ?? 0) + by);
  };
  return {
    add: (failure: ErrorType | null): void => {
      count(ring[next], -1);
      ring[next] = failure;
      count(failure, 1);
      next = (next + 1) % size;
    },
    get rows(): number {
      return ring.length;
    },
    get failed(): number {
      return failed;
    },
    of: (failure: ErrorType): number => byClass.get(failure) ?? 0,
    commonest: (): ErrorType | null => {
      let most: ErrorType | null = null;
      for (const [type, rows] of byClass) if (rows > (byClass.get(most ?? type) ?? 0) || most === null) most = type;
      return most;
    },
  };
}
