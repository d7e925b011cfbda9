import { expect, test } from 'vitest';
import { createRateMeter } from '../../src/ui/rate-meter.js';

function countEvery(meter: ReturnType<typeof createRateMeter>, ms: number, fromMs: number, toMs: number): void {
  for (let atMs = fromMs; atMs < toMs; atMs += ms) meter.count(atMs);
}

test('an even pace is told as it is, from the first seconds on', () => {
  const meter = createRateMeter(0);
  expect(meter.perMinute(1_000)).toBeNull();
  countEvery(meter, 600, 0, 12_000);
  expect(meter.perMinute(12_000)).toBeCloseTo(100, 0);
  countEvery(meter, 600, 12_000, 300_000);
  expect(meter.perMinute(300_000)).toBeCloseTo(100, -1);
});

test('only the last minute counts', () => {
  const meter = createRateMeter(5_000);
  countEvery(meter, 100, 5_000, 65_000);
  expect(meter.perMinute(65_000)).toBeCloseTo(600, -1);
  expect(meter.perMinute(95_000)).toBeCloseTo(300, -2);
  expect(meter.perMinute(125_000)).toBe(0);
  countEvery(meter, 1_000, 500_000, 560_000);
  expect(meter.perMinute(560_000)).toBeCloseTo(60, -1);
});
