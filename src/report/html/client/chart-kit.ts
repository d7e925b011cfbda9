/** What the charts share: colours from the page's style, size, and drawing on the canvas. */
import uPlot from 'uplot';
import type { CourseAxis } from './course-axis.js';

export interface Palette {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly paper: string;
  readonly series: readonly string[];
  /** Lighter than the first series: for areas and bars. */
  readonly fill: string;
  readonly limit: string;
  readonly bad: string;
  readonly good: string;
  readonly wash: string;
}

/** Reads the colours that the style has at the moment. */
export function readPalette(): Palette {
  const probe = document.createElement('span');
  document.body.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette = {
    ink: colour('ink'),
    soft: colour('soft'),
    line: colour('line'),
    paper: colour('paper'),
    series: [colour('series-1'), colour('series-2'), colour('series-3')],
    fill: colour('series-fill'),
    limit: colour('limit'),
    bad: colour('failed'),
    good: colour('succeeded'),
    wash: colour('pause'),
  };
  probe.remove();
  return palette;
}

export interface Chart {
  /** Draws it anew: the width or the colours are others. Paper has a width of its own. */
  draw(onPaper: boolean): void;
}

/** A chart in its place, drawn again whenever its width changes. */
export function placeChart(
  host: HTMLElement,
  height: number,
  build: (
    palette: Palette,
    width: number,
  ) => { options: Omit<uPlot.Options, 'width' | 'height'>; data: uPlot.AlignedData },
): Chart {
  let plot: uPlot | null = null;
  let drawnWidth = 0;
  const draw = (onPaper: boolean): void => {
    const width = onPaper ? paperWidth(host) : Math.floor(host.clientWidth);
    if (width === 0) return;
    plot?.destroy();
    const { options, data } = build(readPalette(), width);
    plot = new uPlot({ legend: { show: false }, ...options, width, height }, data, host);
    drawnWidth = width;
  };
  new ResizeObserver(() => {
    if (Math.floor(host.clientWidth) !== drawnWidth && !matchMedia('print').matches) draw(false);
  }).observe(host);
  return { draw };
}

/** Of the printable part of a page upright, which the browser lays out only after charts must be drawn. */
function paperWidth(host: HTMLElement): number {
  return host.closest('.pair') === null ? 660 : 320;
}

export const chartFont = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** @param end where the chart ends, where that is behind the axis's own end. */
export function timeAxis(axis: CourseAxis, palette: Palette, width: number, end = axis.length): uPlot.Axis {
  const marks = axis.marks(Math.max(2, Math.floor(width / 95)), end);
  return {
    stroke: palette.soft,
    font: chartFont,
    size: 28,
    gap: 4,
    grid: { stroke: palette.line, width: 1 },
    ticks: { show: false },
    splits: () => marks.map(({ x }) => x),
    values: () => marks.map(({ text }) => text),
  };
}

export function countAxis(palette: Palette): uPlot.Axis {
  return {
    stroke: palette.soft,
    font: chartFont,
    size: 48,
    gap: 6,
    grid: { stroke: palette.line, width: 1 },
    ticks: { show: false },
    values: (_, splits) => splits.map((value) => (Number.isInteger(value) ? value.toLocaleString('en-US') : '')),
  };
}

/** A vertical line where the time makes a leap. */
export function drawGaps(plot: uPlot, axis: CourseAxis, palette: Palette): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = palette.soft;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([2 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
  for (const { x } of axis.stretches.slice(1)) {
    const at = Math.round(plot.valToPos(x, 'x', true));
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

/** Words on the canvas, in its own pixels. */
export function drawText(
  plot: uPlot,
  text: string,
  at: { readonly x: number; readonly y: number; readonly align: CanvasTextAlign; readonly colour: string },
): void {
  const { ctx } = plot;
  ctx.save();
  ctx.font = chartFont.replace('12px', `${12 * uPlot.pxRatio}px`);
  ctx.fillStyle = at.colour;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  const { width } = ctx.measureText(text);
  const left = at.align === 'right' ? at.x - width : at.align === 'center' ? at.x - width / 2 : at.x;
  // Within the plot, whatever it stands beside.
  const { bbox } = plot;
  ctx.fillText(text, Math.max(bbox.left, Math.min(left, plot.ctx.canvas.width - width)), at.y);
  ctx.restore();
}

/** A shade with slanting lines, so that it shows without colour too. */
export function drawHatch(plot: uPlot, from: number, until: number, palette: Palette): void {
  const { ctx, bbox } = plot;
  const left = Math.max(bbox.left, plot.valToPos(from, 'x', true));
  const right = Math.min(bbox.left + bbox.width, Math.max(plot.valToPos(until, 'x', true), left + 2 * uPlot.pxRatio));
  if (right <= left) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, right - left, bbox.height);
  ctx.clip();
  ctx.fillStyle = palette.wash;
  ctx.globalAlpha = 0.7;
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  ctx.strokeStyle = palette.soft;
  ctx.globalAlpha = 0.5;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.beginPath();
  for (let x = left - bbox.height; x < right; x += 7 * uPlot.pxRatio) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}
