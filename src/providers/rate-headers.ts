/**
 * `X-RateLimit-Limit`, `-Remaining` and `-Reset`, for services that document them: ClickUp (API documentation, rate
 * limits page, 2026-07-30; also seen on every answer) and Bitrix24's Vibecode (documentation of 2026-05-05). Both count
 * requests a minute. Tallyfy's pages contradict each other on them, so there they are not read.
 */
import type { HttpAnswer } from './http.js';
import { serverTimeMs } from './wait-hints.js';

/** A hundred times what any plan has; what is above is another unit. */
const highestLimit = 1_000_000;
/** Figures from here on are points in time in seconds (2001) or, far above, in ms; below it they are spans in seconds. */
const firstTime = 1_000_000_000;
const firstTimeInMs = 1_000_000_000_000;
/** The window is a minute, so a longer wait comes from a clock that is wrong. */
const longestWaitMs = 61_000;

type Headers = HttpAnswer['headers'];

/**
 * Requests a minute that an answer says the credential may send; null where it says nothing, or nothing sensible. What
 * a failing server or something in front of it says (5xx) is not taken for the service's word.
 */
export function statedLimitFromHeaders({ status, headers }: Pick<HttpAnswer, 'status' | 'headers'>): number | null {
  const text = headers['x-ratelimit-limit']?.trim() ?? '';
  if (status >= 500 || !/^\d{1,7}$/.test(text)) return null;
  const limit = Number(text);
  return limit >= 1 && limit <= highestLimit ? limit : null;
}

/** Ms until the service serves again, where an answer says that nothing is left of the limit until then; else null. */
export function spentForMs(headers: Headers, nowMs: number): number | null {
  if (headers['x-ratelimit-remaining']?.trim() !== '0') return null;
  const waitMs = untilResetMs(headers, nowMs);
  return waitMs === null || waitMs <= 0 ? null : Math.min(waitMs, longestWaitMs);
}

/**
 * Ms until the time of `X-RateLimit-Reset`, negative when that is past; null where it is missing or no number. ClickUp
 * tells Unix time (seconds in every client that was read, milliseconds by one note), Vibecode the seconds until then;
 * told apart by their size. A time is measured from the answer's own `Date`, not by the local clock.
 */
export function untilResetMs(headers: Headers, nowMs: number): number | null {
  const text = headers['x-ratelimit-reset']?.trim() ?? '';
  if (!/^\d+(\.\d+)?$/.test(text)) return null;
  const reset = Number(text);
  if (reset < firstTime) return Math.ceil(reset * 1_000);
  return Math.ceil((reset > firstTimeInMs ? reset : reset * 1_000) - serverTimeMs(headers, nowMs));
}
