import { field } from '../../../json.js';
import type { HttpAnswer } from '../../http.js';
import type { Throttle } from '../../provider.js';
import { describeAnswer } from '../../verdict.js';
import { readRetryAfterMs, readSeconds } from '../../wait-hints.js';
import { isPortalThrottle, readVibecodeWords } from './errors.js';

const errorLoopCode = 'ERROR_LOOP_DETECTED';
/** How long the error-loop breaker asks to wait where its answer does not say (documentation of 2026-05-05). */
const errorLoopWaitMs = 60_000;

/**
 * 429 `RATE_LIMITED`, the portal's own limits behind other codes, and `ERROR_LOOP_DETECTED`, also seen as 502. The wait
 * is `error.retryAfter` or `Retry-After`, both in seconds; `X-RateLimit-Reset` counts the seconds until the window
 * resets, other than its name says elsewhere (Vibecode documentation of 2026-05-05).
 *
 * A full queue (504 `QUEUE_TIMEOUT`) asks for a pause too, but a write that waited there may have been done: it is a
 * failure, not a throttle.
 */
export function readVibecodeThrottle(answer: HttpAnswer, nowMs: number): Throttle | null {
  const words = readVibecodeWords(answer.json);
  const isLoop = words.code === errorLoopCode;
  const throttled = answer.status === 429 || words.code === 'RATE_LIMITED' || isLoop;
  if (!throttled && !(answer.status >= 400 && isPortalThrottle(words))) return null;
  const told = readSeconds(field(field(answer.json, 'error'), 'retryAfter')) ?? readRetryAfterMs(answer.headers, nowMs);
  const waitMs = told ?? (isLoop ? errorLoopWaitMs : readSeconds(answer.headers['x-ratelimit-reset']));
  return { waitMs, reason: describeAnswer('Bitrix24', answer, words) };
}

/** A block that is met this long after a pause is a new one. */
const forgottenAfterMs = 300_000;
const mostWaits = 2;
/** Answers that were on their way together come within this. */
const shortestPauseMs = 1_000;

/**
 * Throttles of one connection. The block after an error loop is waited for twice: whoever meets it a third time would
 * go on like this for an hour, so that answer is no throttle any more, and its verdict stops the run.
 *
 * An answer does not say which method was blocked, so meetings are told apart by time: those during one pause are one,
 * and a quiet time after it begins anew.
 */
export function createVibecodeThrottle(): (answer: HttpAnswer, nowMs: number) => Throttle | null {
  let meetings = 0;
  let metAtMs = 0;
  let waitMs = 0;
  return (answer, nowMs) => {
    const throttle = readVibecodeThrottle(answer, nowMs);
    if (throttle === null || readVibecodeWords(answer.json).code !== errorLoopCode) return throttle;
    const sinceMs = Math.abs(nowMs - metAtMs);
    // The pause and the wall clock are not measured alike, so the very end of a pause counts as past it.
    const isSame = meetings > 0 && sinceMs < waitMs * 0.9;
    if (!isSame) {
      meetings = sinceMs > waitMs + forgottenAfterMs ? 1 : meetings + 1;
      metAtMs = nowMs;
      waitMs = Math.max(throttle.waitMs ?? errorLoopWaitMs, shortestPauseMs);
    }
    return meetings > mostWaits ? null : throttle;
  };
}
