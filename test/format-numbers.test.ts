import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCount, formatDayAndMinute, formatRate, formatSecond } from '../src/format-numbers.js';

const machineZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

test('counts and rates are written as English writes them', () => {
  expect([0, 7, 999, 1_000, 1_234_567].map(formatCount)).toEqual(['0', '7', '999', '1,000', '1,234,567']);
  expect([0, 98.66, 99.96, 12_345.67].map(formatRate)).toEqual(['0', '98.7', '100', '12,345.7']);
  const plain = new Intl.NumberFormat('en-US');
  fc.assert(fc.property(fc.nat({ max: 2 ** 40 }), (count) => formatCount(count) === plain.format(count)));
});

test('times of the machine are those of its zone, whether the zone is named or not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2090, 0) }), (atMs) => {
      expect(formatSecond(atMs, undefined)).toBe(formatSecond(atMs, machineZone));
      expect(formatDayAndMinute(atMs, undefined)).toBe(formatDayAndMinute(atMs, machineZone));
    }),
  );
});
