/** How long an answer asks to wait, read from headers and bodies that services fill each in its own way. */

/** Longest wait that is taken seriously; a larger figure is a mistake of unit or clock. */
const longestWaitMs = 24 * 60 * 60 * 1000;

/**
 * `Retry-After` in ms from now: whole or decimal seconds, or an HTTP date (RFC 9110, 10.2.3). A date is measured from
 * the answer's own `Date` where there is one, so that a wrong local clock neither hammers nor oversleeps.
 *
 * @returns null when the header is missing or is neither.
 */
export function readRetryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | null {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return null;
  const seconds = readSeconds(value);
  if (seconds !== null) return seconds;
  const untilMs = readHttpDate(value);
  return untilMs === null ? null : clampWait(untilMs - serverTimeMs(headers, nowMs));
}

/** A count of seconds, as number or text, in ms; null when it is neither. */
export function readSeconds(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? clampWait(value * 1000) : null;
  if (typeof value !== 'string' || !/^\s*\d+(\.\d+)?\s*$/.test(value)) return null;
  return clampWait(Number(value) * 1000);
}

/** The service's clock by the answer's `Date`, or the local one. */
export function serverTimeMs(headers: Readonly<Record<string, string>>, nowMs: number): number {
  const date = headers.date;
  return (date === undefined ? null : readHttpDate(date)) ?? nowMs;
}

/** Dates with a weekday or a month's name only: `Date.parse` would also take `2` or `-1` for years. */
function readHttpDate(value: string): number | null {
  if (!/[a-z]{3}/i.test(value)) return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : ms;
}

function clampWait(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), longestWaitMs);
}
