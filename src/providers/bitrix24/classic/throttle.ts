import { field } from '../../../json.js';
import type { HttpAnswer } from '../../http.js';
import type { Throttle } from '../../provider.js';
import { describeAnswer } from '../../verdict.js';
import { readRetryAfterMs, serverTimeMs } from '../../wait-hints.js';
import { readClassicWords } from './errors.js';

/** Work time is summed over ten minutes in baskets of one; the next basket that is forgotten may be enough. */
const workTimeWaitMs = 60_000;
const workTimeWindowMs = 600_000;

/**
 * 503 `QUERY_LIMIT_EXCEEDED` and 429 `OPERATION_TIME_LIMIT` (b24restdocs, limits, 2026-08-21): refused before anything
 * was done. The second may tell in `time.operating_reset_at`, in seconds since 1970, when a part of the method's work
 * time is free again. `OVERLOAD_LIMIT` is no pause: only support lifts it.
 */
export function readClassicThrottle(answer: HttpAnswer, nowMs: number): Throttle | null {
  if (answer.status < 400) return null;
  const words = readClassicWords(answer.json);
  const code = words.code?.toUpperCase();
  if (code === 'OVERLOAD_LIMIT') return null;
  const isWorkTime = code === 'OPERATION_TIME_LIMIT';
  if (!isWorkTime && code !== 'QUERY_LIMIT_EXCEEDED' && answer.status !== 429) return null;
  const told = readRetryAfterMs(answer.headers, nowMs) ?? (isWorkTime ? readResetMs(answer, nowMs) : null);
  return { waitMs: told ?? (isWorkTime ? workTimeWaitMs : null), reason: describeAnswer('Bitrix24', answer, words) };
}

/** The wait from now; null where it is not told, is over, or is beyond the window that it belongs to. */
function readResetMs(answer: HttpAnswer, nowMs: number): number | null {
  const resetMs = readSecondsSince1970(field(field(answer.json, 'time'), 'operating_reset_at'));
  if (resetMs === null) return null;
  const waitMs = resetMs - serverTimeMs(answer.headers, nowMs);
  return waitMs > 0 && waitMs <= workTimeWindowMs + workTimeWaitMs ? waitMs : null;
}

function readSecondsSince1970(value: unknown): number | null {
  const seconds = typeof value === 'string' && /^\d{1,11}$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1000 : null;
}
