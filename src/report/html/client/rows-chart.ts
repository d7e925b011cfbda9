/** Rows that came to their end, over time. */

import uPlot from 'uplot';
import { countOf, formatCount } from '../../../ui/format-numbers.js';
import { type Chart, countAxis, drawGaps, drawText, placeChart, timeAxis } from './chart-kit.js';
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

export function rowsWords(ends: RowEnds): string {
  const succeeded = ends.succeeded.reduce((sum, one) => sum + one, 0);
  const other = ends.succeeded.length - succeeded;
  return `${countOf(succeeded, 'row')} succeeded${other === 0 ? '' : `, ${formatCount(other)} did not`}, while the run went on.`;
}

export function createRowsChart(host: HTMLElement, ends: RowEnds, axis: CourseAxis): Chart {
  const data = rowsData(ends, axis);
  return placeChart(host, 180, (palette, width) => ({
    data,
    options: {
      padding: [20, 30, 0, 0],
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [0, Math.max(axis.length, 1)] },
        y: { range: (_, _from, most) => [0, Math.max(1, most * 1.06)] },
      },
      axes: [timeAxis(axis, palette, width), countAxis(palette)],
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
            drawEnd(plot, data[1], 'succeeded', palette.good);
            drawEnd(plot, data[2], 'did not succeed', palette.bad);
          },
        ],
      },
    },
  }));
}

/** What a line is, and where it got to. */
function drawEnd(plot: uPlot, values: readonly number[], word: string, colour: string): void {
  const last = values.at(-1) ?? 0;
  if (last === 0) return;
  const x = plot.bbox.left + plot.bbox.width;
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
