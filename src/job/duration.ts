import { UsageError } from '../errors.js';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads `500ms`, `30s`, `15m`, `1h`, `2d`; a bare number is seconds.
 * @returns milliseconds. @throws {UsageError} naming the flag.
 */
export function parseDuration(text: string, flag: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*$/i.exec(text);
  const value = Number(match?.[1]) * (units[(match?.[2] ?? 's').toLowerCase()] ?? 1);
  if (match === null || !(value > 0) || value > 2 ** 31) {
    throw new UsageError(`${flag} ${JSON.stringify(text)} is no duration.`, {
      code: 'DURATION',
      fix: `Write a number and a unit, for example ${flag} 30s or ${flag} 15m.`,
    });
  }
  return Math.round(value);
}
