/** Requests in any 60 seconds against the limit, with pauses and refusals marked. */
import uPlot from 'uplot';
import { formatRate } from '../../../format-numbers.js';
import type { Timeline, TimelineLane } from '../timeline.js';
import {
  type Chart,
  countAxis,
  drawGaps,
  drawHatch,
  drawText,
  type Palette,
  placeChart,
  timeAxis,
} from './chart-kit.js';
import type { CourseAxis } from './course-axis.js';
import { make } from './dom.js';
import { secondText } from './times.js';

const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3]];

export function createRequestsChart(
  host: HTMLElement,
  legend: HTMLElement,
  timeline: Timeline,
  axis: CourseAxis,
): Chart {
  const { lanes, pauses } = timeline;
  const data = laneData(timeline, axis);
  const most = Math.max(
    ...lanes.flatMap(({ mostInMinute, limits }) => [mostInMinute, ...limits.map(({ perMinute }) => perMinute)]),
    1,
  );
  const readout = make('span', { class: 'readout' });
  legend.replaceChildren(...legendParts(timeline), readout);
  return placeChart(host, 220, (palette, width) => ({
    data,
    options: {
      padding: [14, 30, 0, 0],
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { time: false, range: () => [0, Math.max(axis.length, 1)] }, y: { range: [0, most * 1.12] } },
      axes: [timeAxis(axis, palette, width), countAxis(palette)],
      series: [
        {},
        ...lanes.map((lane, index) => ({
          label: lane.title,
          stroke: palette.series[index % palette.series.length] ?? palette.ink,
          width: 1.5,
          ...(lanes.length === 1 ? { fill: palette.fill } : {}),
          dash: [...(dashes[index % dashes.length] ?? [])],
          points: { show: false },
        })),
      ],
      hooks: {
        // Below the line: many pauses would cover it.
        drawClear: [
          (plot) => {
            for (const { fromMs, untilMs } of pauses) drawHatch(plot, axis.xOf(fromMs), axis.xOf(untilMs), palette);
          },
        ],
        draw: [
          (plot) => {
            drawGaps(plot, axis, palette);
            for (const lane of lanes) drawLimit(plot, lane, axis, palette, lanes.length > 1);
            for (const lane of lanes) drawRefusals(plot, lane, axis, palette);
          },
        ],
        setCursor: [
          (plot) => {
            readout.textContent = readoutText(plot, data, lanes, axis);
          },
        ],
      },
    },
  }));
}

function laneData({ lanes, stepMs }: Timeline, axis: CourseAxis): uPlot.AlignedData {
  const known = lanes.map(({ points }) => new Map(points.map(([atMs, , inMinute]) => [atMs, inMinute])));
  const xs: number[] = [];
  const values: (number | null)[][] = lanes.map(() => []);
  for (const [index, { fromMs, untilMs }] of axis.stretches.entries()) {
    if (index > 0) {
      xs.push(axis.xOf(fromMs) - 0.001);
      for (const list of values) list.push(null);
    }
    for (let atMs = Math.floor(fromMs / stepMs) * stepMs; atMs <= untilMs; atMs += stepMs) {
      const x = axis.xOf(atMs);
      if (x <= (xs.at(-1) ?? -1)) continue;
      xs.push(x);
      for (const [lane, list] of values.entries()) list.push(known[lane]?.get(atMs) ?? 0);
    }
  }
  return [xs, ...values];
}

function drawLimit(
  plot: uPlot,
  { limits, title }: TimelineLane,
  axis: CourseAxis,
  palette: Palette,
  named: boolean,
): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.strokeStyle = palette.limit;
  ctx.lineWidth = 1.5 * ratio;
  ctx.setLineDash([5 * ratio, 4 * ratio]);
  for (const [index, { fromMs, perMinute }] of limits.entries()) {
    if (perMinute === 0) continue;
    const until = limits[index + 1]?.fromMs;
    const y = Math.round(plot.valToPos(perMinute, 'y', true));
    const left = index === 0 ? bbox.left : plot.valToPos(axis.xOf(fromMs), 'x', true);
    const right = until === undefined ? bbox.left + bbox.width : plot.valToPos(axis.xOf(until), 'x', true);
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(right, y);
    ctx.stroke();
    if (until !== undefined) continue;
    const words = `limit ${formatRate(perMinute)}${named ? ` ${title}` : ''}`;
    const x = bbox.left + bbox.width - 4 * ratio;
    drawText(plot, words, { x, y: y - 2 * ratio, align: 'right', colour: palette.limit });
  }
  ctx.restore();
}

/** A triangle at the foot for each step in which an answer refused for the rate. */
function drawRefusals(plot: uPlot, { points }: TimelineLane, axis: CourseAxis, palette: Palette): void {
  const { ctx, bbox } = plot;
  const size = 4.5 * uPlot.pxRatio;
  const foot = bbox.top + bbox.height;
  ctx.save();
  ctx.fillStyle = palette.bad;
  for (const [atMs, , , throttled] of points) {
    if (throttled === 0) continue;
    const x = plot.valToPos(axis.xOf(atMs), 'x', true);
    ctx.beginPath();
    ctx.moveTo(x, foot - 2 * size);
    ctx.lineTo(x - size, foot);
    ctx.lineTo(x + size, foot);
    ctx.fill();
  }
  ctx.restore();
}

function legendParts({ lanes, pauses, stepMs }: Timeline): HTMLElement[] {
  const item = (mark: string, text: string) =>
    make('span', { class: 'key', children: [make('span', { class: `mark ${mark}` }), make('span', { text })] });
  return [
    ...lanes.map(({ title }, index) =>
      item(`series-${index + 1}`, stepMs > 60_000 ? `${title}, the most in each step` : title),
    ),
    ...(lanes.some(({ limits }) => limits.some(({ perMinute }) => perMinute > 0)) ? [item('limit', 'limit')] : []),
    ...(pauses.length > 0 ? [item('pause', 'pause')] : []),
    ...(lanes.some(({ throttled }) => throttled > 0) ? [item('refused', 'refused (429)')] : []),
  ];
}

function readoutText(plot: uPlot, data: uPlot.AlignedData, lanes: readonly TimelineLane[], axis: CourseAxis): string {
  const { idx } = plot.cursor;
  if (idx == null) return '';
  const atMs = axis.timeAt(data[0][idx] ?? 0);
  if (atMs === null) return '';
  const counts = lanes.map(({ title }, lane) => {
    const value = data[lane + 1]?.[idx] ?? 0;
    return lanes.length > 1 ? `${title} ${value}` : `${value}`;
  });
  return `${secondText(atMs)}: ${counts.join(', ')} in 60 s`;
}
