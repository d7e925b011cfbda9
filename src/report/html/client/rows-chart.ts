/** Rows that came to their end, over time, beside what was expected of the limits. */
import uPlot from 'uplot';
import { countOf, formatCount, formatSpan } from '../../../format-numbers.js';
import { type Chart, countAxis, drawGaps, drawText, type Palette, placeChart, timeAxis } from './chart-kit.js';
import type { CourseAxis } from './course-axis.js';
import type { RowStore } from './row-store.js';

const mostPoints = 600;

/** When rows that were sent ended, ascending, in ms; each with whether it succeeded. */
export interface RowEnds {
  readonly atMs: Float64Array;
  readonly succeeded: Uint8Array;
}

/** @param sinceMs rows that ended before it were decided by the plan. */
export function readRowEnds(store: RowStore, sinceMs: number): RowEnds {
  const [ended, state] = [store.place('finishedAtMs'), store.place('state')];
  const found: { atMs: number; succeeded: boolean }[] = [];
  for (let row = 0; row < store.count; row++) {
    const atMs = store.value(row, ended);
    if (typeof atMs === 'number' && atMs >= sinceMs)
      found.push({ atMs, succeeded: store.value(row, state) === 'succeeded' });
  }
  found.sort((a, b) => a.atMs - b.atMs);
  return {
    atMs: Float64Array.from(found, ({ atMs }) => atMs),
    succeeded: Uint8Array.from(found, ({ succeeded }) => Number(succeeded)),
  };
}

/** How long the rows were to take, reckoned again for the page at its limits: a plan may have told otherwise. */
export interface ForecastLine {
  readonly fromMs: number;
  readonly rows: number;
  readonly seconds: number;
}

export function rowsWords(ends: RowEnds, forecast: ForecastLine | null): string {
  const succeeded = ends.succeeded.reduce((sum, one) => sum + one, 0);
  const other = ends.succeeded.length - succeeded;
  const told =
    forecast === null
      ? ''
      : ` Expected at the limits told here: ${countOf(forecast.rows, 'row')} in ${formatSpan(forecast.seconds * 1_000)}.`;
  return `${countOf(succeeded, 'row')} succeeded${other === 0 ? '' : `, ${formatCount(other)} did not`}, while the run went on.${told}`;
}

export function createRowsChart(
  host: HTMLElement,
  ends: RowEnds,
  axis: CourseAxis,
  forecast: ForecastLine | null,
): Chart {
  const data = rowsData(ends, axis);
  const foretold = forecast === null ? null : foretoldLine(forecast, axis);
  const end = Math.max(axis.length, foretold?.until.x ?? 0, 1);
  return placeChart(host, 180, (palette, width) => ({
    data,
    options: {
      padding: [20, 30, 0, 0],
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [0, end] },
        y: { range: (_, _from, most) => [0, Math.max(1, most * 1.06, (foretold?.until.y ?? 0) * 1.06)] },
      },
      axes: [timeAxis(axis, palette, width, end), countAxis(palette)],
      series: [
        {},
        { label: 'succeeded', stroke: palette.good, width: 1.5, points: { show: false } },
        {
          label: 'did not succeed',
          show: (data[2].at(-1) ?? 0) > 0,
          stroke: palette.bad,
          width: 1.5,
          dash: [5, 3],
          points: { show: false },
        },
      ],
      hooks: {
        draw: [
          (plot) => {
            drawGaps(plot, axis, palette);
            if (foretold !== null) drawForecast(plot, foretold, palette);
            drawEnd(plot, data[1], 'succeeded', palette.good);
            drawEnd(plot, data[2], 'did not succeed', palette.bad);
          },
        ],
      },
    },
  }));
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface ForetoldLine {
  readonly from: Point;
  readonly until: Point;
}

/** How far behind its own end a run's chart goes for the sake of what was foretold: a run may have ended early. */
const mostAhead = 1.5;

/** From the beginning to when all was to be done, or as far of it as the chart goes. */
export function foretoldLine({ fromMs, rows, seconds }: ForecastLine, axis: CourseAxis): ForetoldLine {
  const x = axis.xOf(fromMs);
  const shown = Math.max(0, Math.min(seconds, Math.max(axis.length * mostAhead, 1) - x));
  return { from: { x, y: 0 }, until: { x: x + shown, y: seconds === 0 ? rows : (rows * shown) / seconds } };
}

function drawForecast(plot: uPlot, { from, until }: ForetoldLine, palette: Palette): void {
  const { ctx } = plot;
  const ratio = uPlot.pxRatio;
  const [x, y] = [plot.valToPos(until.x, 'x', true), plot.valToPos(until.y, 'y', true)];
  ctx.save();
  ctx.strokeStyle = palette.limit;
  ctx.lineWidth = 1.5 * ratio;
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  ctx.beginPath();
  ctx.moveTo(plot.valToPos(from.x, 'x', true), plot.valToPos(from.y, 'y', true));
  ctx.lineTo(x, y);
  ctx.stroke();
  ctx.restore();
  // Beside the middle of the line, where neither of the others gets.
  const middle = { x: (plot.valToPos(from.x, 'x', true) + x) / 2, y: (plot.valToPos(from.y, 'y', true) + y) / 2 };
  drawText(plot, 'expected', { x: middle.x - 8 * ratio, y: middle.y, align: 'right', colour: palette.limit });
}

/** What a line is, and where it got to. */
function drawEnd(plot: uPlot, values: readonly number[], word: string, colour: string): void {
  const last = values.at(-1) ?? 0;
  if (last === 0) return;
  const x = Math.min(plot.bbox.left + plot.bbox.width, plot.valToPos(plot.data[0].at(-1) ?? 0, 'x', true));
  const y = plot.valToPos(last, 'y', true) - 5 * uPlot.pxRatio;
  drawText(plot, `${formatCount(last)} ${word}`, { x, y: Math.max(y, 14 * uPlot.pxRatio), align: 'right', colour });
}

function rowsData({ atMs, succeeded }: RowEnds, axis: CourseAxis): [number[], number[], number[]] {
  const first = axis.xOf(atMs[0] ?? 0);
  // Nothing ends before the first row does.
  const [xs, good, bad]: [number[], number[], number[]] =
    first > 0
      ? [
          [0, first - 1e-6],
          [0, 0],
          [0, 0],
        ]
      : [[0], [0], [0]];
  let [done, other] = [0, 0];
  const every = Math.max(1, Math.floor(atMs.length / mostPoints));
  for (const [index, at] of atMs.entries()) {
    if (succeeded[index] === 1) done += 1;
    else other += 1;
    if (index % every !== 0 && index !== atMs.length - 1) continue;
    const x = axis.xOf(at);
    if (x === xs.at(-1)) {
      good[good.length - 1] = done;
      bad[bad.length - 1] = other;
      continue;
    }
    xs.push(x);
    good.push(done);
    bad.push(other);
  }
  return [xs, good, bad];
}
