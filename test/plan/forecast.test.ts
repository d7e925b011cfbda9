import { expect, test } from 'vitest';
import { type ForecastPart, forecastRun, isEstimate, paceOf } from '../../src/plan/forecast.js';
import { settings } from '../report/plan-kit.js';

const part = (
  rows: number,
  more: Partial<ForecastPart['entry']> = {},
  hourlyCap: number | null = null,
  reread = 0,
) => ({
  entry: { provider: 'toy', requestsPerRow: 1, rowsPerRequest: 1, ...more },
  rows,
  reread,
  hourlyCap,
});
const at100 = new Map([['toy', 100]]);

test('each row costs its requests, and the limit decides on the time', () => {
  expect(forecastRun([part(200)], at100, new Map(), 'even')).toEqual({ requests: 200, seconds: 120 });
  expect(forecastRun([part(200)], new Map(), new Map(), 'even')).toEqual({ requests: 200, seconds: null });
  expect(forecastRun([part(100)], at100, new Map(), 'window').seconds).toBe(0);
});

test('rows that travel together share a request', () => {
  expect(forecastRun([part(120, { rowsPerRequest: 50 })], at100, new Map(), 'even').requests).toBe(3);
});

test('no more rows share a request than the run may see fail', () => {
  const of = (mostTogether: number) => [{ ...part(120, { rowsPerRequest: 50 }), mostTogether }];
  expect(forecastRun(of(3), at100, new Map(), 'even').requests).toBe(40);
  expect(forecastRun(of(80), at100, new Map(), 'even').requests).toBe(3);
  const told = (mostTogether: number) =>
    isEstimate(
      of(mostTogether).map((one) => ({ ...one, entry: { ...one.entry, requestsVary: false } })),
      new Map(),
    );
  expect([told(1), told(3)]).toEqual([false, true]);
});

test('rows of several operations share requests too, and what is read again is rounded up once', () => {
  const batched = (rows: number, reread = 0) => part(rows, { rowsPerRequest: 50 }, null, reread);
  expect(forecastRun([batched(20), batched(20), batched(9)], at100, new Map(), 'even').requests).toBe(1);
  expect(forecastRun([batched(30), batched(30), part(2)], at100, new Map(), 'even').requests).toBe(4);
  const looks = new Map([['toy', 0.02]]);
  expect(forecastRun([batched(20, 20), batched(20, 20)], at100, looks, 'even').requests).toBe(2);
});

test('a forecast is exact where every row and every reading has its own request, else an estimate', () => {
  const of = (parts: ReturnType<typeof part>[], look: number, requestsVary = false) =>
    isEstimate(
      parts.map((one) => ({ ...one, entry: { ...one.entry, requestsVary } })),
      new Map([['toy', look]]),
    );
  expect(of([part(9)], 0)).toBe(false);
  expect(of([part(9, {}, null, 9)], 1)).toBe(false);
  expect(of([part(1, { rowsPerRequest: 50 })], 0)).toBe(false);
  expect(of([part(9)], 0, true)).toBe(true);
  expect(of([part(9, {}, null, 9)], 0.5)).toBe(true);
  expect(of([part(1, { rowsPerRequest: 50 }), part(1, { rowsPerRequest: 50 })], 0)).toBe(true);
});

test('what reading targets again costs is counted', () => {
  const parts = [part(100, {}, null, 100), part(100)];
  expect(forecastRun(parts, at100, new Map([['toy', 0.02]]), 'even').requests).toBe(202);
});

test('an hourly cap lets its first rows through at once and holds the rest for hours', () => {
  expect(forecastRun([part(120, {}, 120)], new Map(), new Map(), 'even').seconds).toBeNull();
  expect(forecastRun([part(123, {}, 120), part(200)], at100, new Map(), 'even').seconds).toBe(3_600);
});

test("on this machine's own sandbox, without a limit of one's own, nothing is spaced", () => {
  const of = (requestsPerMinute: number | null, sandbox: boolean) =>
    paceOf({ settings: { ...settings, requestsPerMinute, pace: 'even' }, sandbox });
  expect([of(0, true), of(null, true), of(100, true), of(0, false)]).toEqual(['window', 'even', 'even', 'even']);
});
