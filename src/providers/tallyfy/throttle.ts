import type { HttpAnswer } from '../http.js';
import type { Throttle } from '../provider.js';
import { describeAnswer } from '../verdict.js';
import { readRetryAfterMs } from '../wait-hints.js';
import { readTallyfyWords } from './errors.js';

/**
 * 429 with `Retry-After` in seconds, or as a date; the hourly caps on comments and guest invites carry the code
 * `RATE_LIMIT_EXCEEDED` and may ask for up to an hour (open-api index of the API documentation, 2026-07-19).
 */
export function readTallyfyThrottle(answer: HttpAnswer, nowMs: number): Throttle | null {
  const words = readTallyfyWords(answer.json);
  if (answer.status !== 429 && words.code !== 'RATE_LIMIT_EXCEEDED') return null;
  return { waitMs: readRetryAfterMs(answer.headers, nowMs), reason: describeAnswer('Tallyfy', answer, words) };
}
