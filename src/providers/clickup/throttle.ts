import { textField } from '../../json.js';
import type { HttpAnswer } from '../http.js';
import type { Throttle } from '../provider.js';
import { untilResetMs } from '../rate-headers.js';
import { describeAnswer } from '../verdict.js';
import { readRetryAfterMs } from '../wait-hints.js';
import { readClickUpWords, throttledCode } from './errors.js';

const shortestWaitMs = 1_000;
/** The window is a minute, so a longer wait comes from a clock that is wrong. */
const longestWaitMs = 61_000;

/**
 * 429, or `APP_002` with any status. `X-RateLimit-Reset` is Unix time (API documentation, rate limits page,
 * 2026-07-30): seconds in every client that was read, milliseconds by one note, told apart by their size.
 * `Retry-After` is not documented and obeyed when it is there.
 */
export function readClickUpThrottle(answer: HttpAnswer, nowMs: number): Throttle | null {
  if (answer.status !== 429 && textField(answer.json, 'ECODE') !== throttledCode) return null;
  const words = readClickUpWords(answer.json);
  const waitMs = readRetryAfterMs(answer.headers, nowMs) ?? readResetMs(answer.headers, nowMs);
  return { waitMs, reason: describeAnswer('ClickUp', answer, words) };
}

function readResetMs(headers: HttpAnswer['headers'], nowMs: number): number | null {
  const waitMs = untilResetMs(headers, nowMs);
  return waitMs === null ? null : Math.min(Math.max(waitMs, shortestWaitMs), longestWaitMs);
}
