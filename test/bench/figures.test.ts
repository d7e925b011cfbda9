import { expect, test } from 'vitest';
import { findRegressions } from './baseline.js';
import { type Figure, formatNumber, median, medianRatio, meetsGoal } from './figures.js';
import { fitExponent } from './growth.js';
import { limitUsed } from './limit-used.js';
import { readOptions } from './options.js';

function figure(parts: Partial<Figure>): Figure {
  return { id: 'a.b', what: 'it', value: 1, unit: 'x', better: 'higher', goal: null, slack: 0.4, ...parts };
}

test('the median lies in the middle, also between two, and of nothing there is none', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1])).toBe(5);
  expect(() => median([])).toThrow(RangeError);
});

test('a ratio is taken between measurements that were made side by side', () => {
  expect(medianRatio([1, 20, 3], [2, 40, 3])).toBe(0.5);
});

test('a goal is a bound from the side that is better', () => {
  expect(meetsGoal(figure({ value: 2, goal: 2, better: 'lower' }))).toBe(true);
  expect(meetsGoal(figure({ value: 2, goal: 2.1, better: 'higher' }))).toBe(false);
  expect(meetsGoal(figure({}))).toBeNull();
});

test('a figure that is worse than its slack allows is named, in both directions', () => {
  const worse = findRegressions(
    [figure({ value: 0.59 }), figure({ id: 'c', value: 1.41, better: 'lower' }), figure({ id: 'd', value: 0.61 })],
    { 'a.b': 1, c: 1, d: 1 },
  );
  expect(worse).toHaveLength(2);
  expect(worse[0]).toContain('0.59 x, to be compared with 1 x');
  expect(worse[1]).toContain('1.41 x, to be compared with 1 x');
});

test('figures that are not comparable, or that the baseline does not have, pass', () => {
  expect(findRegressions([figure({ value: 0, slack: null })], { 'a.b': 1 })).toEqual([]);
  expect(findRegressions([figure({ value: 0 })], {})).toEqual([]);
});

test('a figure without slack must meet its goal, however good or bad the baseline was', () => {
  const highest = { slack: 0, better: 'lower', unit: 'requests', goal: 100 } as const;
  expect(findRegressions([figure({ ...highest, value: 100 })], { 'a.b': 97 })).toEqual([]);
  expect(findRegressions([figure({ ...highest, value: 101 })], { 'a.b': 120 })).toHaveLength(1);
});

test('the limit used is the same for even and for bursty arrivals at the same pace', () => {
  const even = Array.from({ length: 60 }, (_, index) => index * 11);
  const bursts = Array.from({ length: 60 }, (_, index) => Math.floor(index / 10) * 110);
  expect(limitUsed(even, 10, 100)).toBeCloseTo(100 / 110);
  expect(limitUsed(bursts, 10, 100)).toBeCloseTo(100 / 110);
});

test('too few requests say nothing about a limit', () => {
  expect(() => limitUsed([1, 2, 3], 10, 100)).toThrow(RangeError);
});

test('numbers are told with three digits, and never as an exponent', () => {
  expect([0.123456, 12.345, 123_456.7, 0].map(formatNumber)).toEqual(['0.123', '12.3', '123,457', '0']);
});

test('the modes differ in size, and unknown measures are refused', () => {
  expect(readOptions(['--quick']).sizes.validate.rows).toBe(200_000);
  expect(readOptions([]).sizes.validate.rows).toBe(1_000_000);
  expect(readOptions(['--validate-rows', '5000']).sizes.validate.rows).toBe(5_000);
  expect(readOptions(['--only', 'limit,growth']).only).toEqual(['limit', 'growth']);
  expect(() => readOptions(['--only', 'speed'])).toThrow(TypeError);
  expect(() => readOptions(['--validate-rows', 'many'])).toThrow(TypeError);
});

test('the exponent of growth leaves out what a start takes, and is not told from too little', () => {
  const points = (seconds: (rows: number) => number) =>
    [1_000, 10_000, 100_000, 1_000_000].map((rows) => ({ rows, seconds: seconds(rows), peakMb: 100 }));
  expect(fitExponent(points((rows) => 0.5 + (rows - 1_000) / 1e5))).toBeCloseTo(1, 1);
  expect(fitExponent(points((rows) => (rows / 1_000) ** 2))).toBeCloseTo(2, 1);
  expect(fitExponent(points(() => 1).slice(0, 2))).toBeNull();
});
