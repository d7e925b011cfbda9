/** The time axis of the report page, and what was foretold on it. */
import { expect, test } from 'vitest';
import { createCourseAxis } from '../../src/report/html/client/course-axis.js';
import { foretoldLine } from '../../src/report/html/client/rows-chart.js';

const startMs = Date.UTC(2026, 10, 22, 5, 30);
const minute = 60_000;

function axisOf(...spans: readonly (readonly [number, number])[]) {
  const axis = createCourseAxis(spans.map(([from, until]) => [startMs + from, startMs + until]));
  if (axis === null) throw new Error('there is something on it');
  return axis;
}

test('marks go on to the end of a chart that reaches behind the work, and stay as few as fit', () => {
  const axis = axisOf([0, 2 * minute]);
  const xs = axis.marks(5, 180).map(({ x }) => x);
  expect(xs).toEqual([0, 60, 120, 180]);
  expect(axis.marks(5, axis.length).at(-1)?.x).toBe(120);
});

test('the time in which nobody had the run in hand is a short gap', () => {
  const axis = axisOf([0, 10 * minute], [60 * minute, 70 * minute]);
  expect(axis.length).toBeLessThan(22 * 60);
  expect(axis.timeAt(axis.xOf(startMs + 10 * minute) + 5)).toBeNull();
});

test('a forecast far longer than the run is shown as far as it leaves the run visible, at its own slope', () => {
  const axis = axisOf([0, 2 * minute]);
  const forecast = { fromMs: startMs, rows: 3_000, seconds: 30 * 60 };
  expect(foretoldLine(forecast, axis)).toEqual({ from: { x: 0, y: 0 }, until: { x: 180, y: 300 } });
});

test('a forecast that the run nearly kept to is shown whole', () => {
  const axis = axisOf([0, 2 * minute]);
  const forecast = { fromMs: startMs + 10_000, rows: 3_000, seconds: 125 };
  expect(foretoldLine(forecast, axis)).toEqual({ from: { x: 10, y: 0 }, until: { x: 135, y: 3_000 } });
});
