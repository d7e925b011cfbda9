import { UsageError } from '../errors.js';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What a timer takes: some 24 days. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Reads `500ms`, `30s`, `15m`, `1h`, `2d`; a bare number is seconds.
 * @param longestMs the longest that is allowed; by default what can be waited for.
 * @returns milliseconds. @throws {UsageError} naming the flag.
 */
export function parseDuration(text: string, flag: string, longestMs = longestTimerMs): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*$/i.exec(text);
  const value = Number(match?.[1]) * (units[(match?.[2] ?? 's').toLowerCase()] ?? 1);
  if (match !== null && value > longestMs) {
    throw new UsageError(`${flag} ${JSON.stringify(text)} is too long.`, {
      code: 'DURATION',
      fix: `Write at most ${Math.floor(longestMs / 86_400_000)}d.`,
    });
  }
  if (match === null || !(value > 0)) {
    throw new UsageError(`${flag} ${JSON.stringify(text)} is no duration.`, {
      code: 'DURATION',
      fix: `Write a number and a unit, for example ${flag} 30s or ${flag} 15m.`,
    });
  }
  return Math.round(value);
}
