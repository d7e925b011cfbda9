import { describe, expect, test } from 'vitest';
import { readRetryAfterMs, readSeconds } from '../../src/providers/wait-hints.js';

const nowMs = Date.UTC(2026, 10, 22, 5, 0, 0);

describe('Retry-After', () => {
  test.each([
    ['2', 2_000],
    [' 30 ', 30_000],
    ['0', 0],
    ['1.5', 1_500],
    ['Sun, 22 Nov 2026 05:00:10 GMT', 10_000],
    ['Sun, 22 Nov 2026 04:59:00 GMT', 0],
    ['99999999999', 86_400_000],
    ['', null],
    ['-5', null],
    ['soon', null],
    ['1e9', null],
    ['2026', 2_026_000],
  ])('%j asks for %s ms', (value, expected) => {
    expect(readRetryAfterMs({ 'retry-after': value }, nowMs)).toBe(expected);
  });

  test('is null when it is missing', () => {
    expect(readRetryAfterMs({}, nowMs)).toBeNull();
  });

  test("is a date by the service's clock, however wrong the local one is", () => {
    const headers = { 'retry-after': 'Sun, 22 Nov 2026 05:00:10 GMT', date: 'Sun, 22 Nov 2026 05:00:04 GMT' };
    expect(readRetryAfterMs(headers, nowMs + 3_600_000)).toBe(6_000);
  });
});

test.each([
  [2, 2_000],
  ['10', 10_000],
  [0.2, 200],
  [-3, 0],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
  [null, null],
  [undefined, null],
  ['ten', null],
])('%j seconds are %s ms', (value, expected) => {
  expect(readSeconds(value)).toBe(expected);
});
