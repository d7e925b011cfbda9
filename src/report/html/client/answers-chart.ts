/** How long answers took: bars of a size that people count in. */
import uPlot from 'uplot';
import type { AnswerTimes } from '../timeline.js';
import { type Chart, chartFont, countAxis, drawText, type Palette, placeChart } from './chart-kit.js';

export function createAnswersChart(host: HTMLElement, times: AnswerTimes): Chart {
  const { bars } = times;
  const paths = uPlot.paths.bars?.({ size: [0.86, 60] });
  const data: uPlot.AlignedData = [bars.map((_, index) => index), bars.map(([, count]) => count)];
  return placeChart(host, 180, (palette, width) => ({
    data,
    options: {
      padding: [18, 30, 0, 0],
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [-0.6, bars.length - 0.4] },
        y: { range: (_, _from, most) => [0, Math.max(1, most * 1.1)] },
      },
      axes: [boundAxis(bars, palette, width), countAxis(palette)],
      series: [
        {},
        {
          stroke: palette.series[0] ?? palette.ink,
          fill: palette.fill,
          width: 1,
          ...(paths === undefined ? {} : { paths }),
          points: { show: false },
        },
      ],
      hooks: { draw: [(plot) => drawShares(plot, times, palette)] },
    },
  }));
}

function boundAxis(bars: AnswerTimes['bars'], palette: Palette, width: number): uPlot.Axis {
  const every = Math.max(1, Math.ceil(bars.length / Math.max(2, Math.floor(width / 62))));
  const shown = bars
    .map(([bound], index) => ({ x: index + 0.5, text: spanText(bound), index }))
    .filter(({ index }) => index % every === 0);
  return {
    stroke: palette.soft,
    font: chartFont,
    size: 28,
    gap: 4,
    grid: { show: false },
    ticks: { show: true, stroke: palette.line, width: 1, size: 4 },
    splits: () => shown.map(({ x }) => x),
    values: () => shown.map(({ text }) => text),
  };
}

function spanText(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
}

/** Lines at the times within which half and nearly all answers came. */
function drawShares(plot: uPlot, { bars, p50, p95 }: AnswerTimes, palette: Palette): void {
  const { ctx, bbox } = plot;
  const shares = [
    [p50, '50 %', 'right'],
    [p95, '95 %', 'left'],
  ] as const;
  ctx.save();
  ctx.strokeStyle = palette.ink;
  ctx.lineWidth = uPlot.pxRatio;
  for (const [ms, text, align] of shares) {
    const x = Math.round(plot.valToPos(placeOf(bars, ms), 'x', true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top - 12 * uPlot.pxRatio);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const aside = (align === 'right' ? -3 : 3) * uPlot.pxRatio;
    drawText(plot, text, { x: x + aside, y: bbox.top - uPlot.pxRatio, align, colour: palette.ink });
  }
  ctx.restore();
}

/** Within its bar, as far as it lies between the bar's bounds. */
function placeOf(bars: AnswerTimes['bars'], ms: number): number {
  const bar = bars.findIndex(([bound]) => ms < bound);
  if (bar === -1) return bars.length - 0.5;
  const [upper = 1] = bars[bar] ?? [];
  const lower = bars[bar - 1]?.[0] ?? 0;
  return bar - 0.5 + (ms - lower) / Math.max(1, upper - lower);
}
