/** What to do after a request failed: one pure function over operation, failure and tries. */
import type { Failure } from '../failure.js';
import type { Repeat } from '../providers/operation.js';

export const defaultTries = 3;
const baseDelayMs = 1_000;
const longestDelayMs = 30_000;

/**
 * `retry`: send again. `settle`: read the service first; it may have happened. `fail`: refused, and certainly without
 * effect. `stop`: nothing with this credential can succeed; certainly without effect for this row.
 */
export type Decision = 'retry' | 'settle' | 'fail' | 'stop';

export interface Situation {
  readonly repeat: Repeat;
  readonly failure: Pick<Failure, 'effect' | 'scope' | 'retryable' | 'type'>;
  /** Whether an earlier attempt at this row may have had an effect. */
  readonly doubtBefore: boolean;
  /** Attempts made so far, this one included. */
  readonly attempt: number;
  readonly tries: number;
}

export function decide({ repeat, failure, doubtBefore, attempt, tries }: Situation): Decision {
  if (failure.effect === 'possible') {
    if (repeat === 'safe' && failure.retryable && failure.scope !== 'credential' && attempt < tries) return 'retry';
    return 'settle';
  }
  if (failure.scope === 'credential') return doubtBefore ? 'settle' : 'stop';
  const mayRepeat = !doubtBefore || repeat === 'safe';
  if (mayRepeat && failure.retryable && attempt < tries) return 'retry';
  // "Not found" after an attempt that may have worked says that it did, or never could: reading tells which.
  return doubtBefore ? 'settle' : 'fail';
}

/** Whether a row that reading showed as not done is sent once more. */
export function mayTryAgain(failure: Pick<Failure, 'retryable' | 'scope'>, attempt: number, tries: number): boolean {
  return failure.retryable && failure.scope !== 'credential' && attempt < tries;
}

/** Exponential with full jitter: uniform between 0 and base × 2^(attempt − 1), at most 30 s. */
export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(longestDelayMs, baseDelayMs * 2 ** (attempt - 1));
}
