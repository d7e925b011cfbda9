import { field } from '../../json.js';
import type { HttpAnswer } from '../http.js';
import type { Throttle } from '../provider.js';
import { describeAnswer } from '../verdict.js';
import { readRetryAfterMs, readSeconds } from '../wait-hints.js';
import { isPortalThrottle, readBitrix24Words } from './errors.js';

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
export function readBitrix24Throttle(answer: HttpAnswer, nowMs: number): Throttle | null {
  const words = readBitrix24Words(answer.json);
  const isLoop = words.code === 'ERROR_LOOP_DETECTED';
  const throttled = answer.status === 429 || words.code === 'RATE_LIMITED' || isLoop;
  if (!throttled && !(answer.status >= 400 && isPortalThrottle(words))) return null;
  const told = readSeconds(field(field(answer.json, 'error'), 'retryAfter')) ?? readRetryAfterMs(answer.headers, nowMs);
  const waitMs = told ?? (isLoop ? errorLoopWaitMs : readSeconds(answer.headers['x-ratelimit-reset']));
  return { waitMs, reason: describeAnswer('Bitrix24', answer, words) };
}
