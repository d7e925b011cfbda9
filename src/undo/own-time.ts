import type { DoneRow } from '../state/done-reads.js';

/**
 * Of a row whose end was found out later, or whose request was sent again, it is not known when its work was done; nor of
 * one that failed and made something all the same, which may have been found out later too. What shows in its target after
 * this long counts as the work of others.
 */
const doubtfulWorkMs = 2_000;

type Timed = Pick<DoneRow, 'startedAtMs' | 'finishedAtMs' | 'outcome' | 'attempts'>;

/** For how long a row that made a thing may have gone on with it once it was there. */
export function makingMs({ startedAtMs, finishedAtMs, outcome, attempts }: Timed): number {
  const attemptMs = finishedAtMs - (startedAtMs ?? finishedAtMs);
  return isDoubtful(outcome) || attempts > 1 ? Math.min(attemptMs, doubtfulWorkMs) : attemptMs;
}

/** Until when a row may have changed its target, by our clock. */
export function workedUntilMs({ startedAtMs, finishedAtMs, outcome }: Timed): number {
  return isDoubtful(outcome) ? Math.min(finishedAtMs, (startedAtMs ?? finishedAtMs) + doubtfulWorkMs) : finishedAtMs;
}

function isDoubtful(outcome: Timed['outcome']): boolean {
  return outcome === 'settled' || outcome === 'half-made';
}
