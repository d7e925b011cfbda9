/** One line of progress, made to fit. */
import { formatCount, formatMoment, formatRate, formatSecond, formatSpan } from './format-numbers.js';
import type { LaneView, PauseView, ProgressPhase } from './progress-model.js';
import { cutToWidth, widthOf } from './text-width.js';
import { visibleText } from './visible-text.js';

export interface LineStyle {
  /** Wall clock in ms. */
  readonly nowMs: number;
  readonly timeZone: string | undefined;
  readonly unicode: boolean;
}

const phaseNames: Readonly<Record<ProgressPhase, string>> = {
  loading: 'Reading the manifest',
  reading: 'Looking at the targets',
  settling: 'Finding out what became of rows in doubt',
  running: 'Running',
};

const leastBar = 8;
const mostBar = 30;

/** A line of at most `width` cells: the bar gives way first, then the pace, then the time of the end. */
export function barLine(phase: ProgressPhase, view: LaneView, width: number, style: LineStyle): string {
  const label = view.title ?? phaseNames[phase];
  if (view.done + view.total === 0) return cutToWidth(label, width, '');
  const counts = `${countsOf(view)}  ${formatCount(view.failed)} failed`;
  if (view.pause !== null) {
    return cutToWidth(`${counts}  ${pauseText(view.pause, style)}`, width, style.unicode ? '…' : '...');
  }
  const rate = view.requestsPerMinute === null ? '' : `  ${formatRate(Math.round(view.requestsPerMinute))}/min`;
  const span = view.remainingMs === null ? '' : `  ${formatSpan(view.remainingMs)} left`;
  const end =
    view.remainingMs === null ? '' : `, ${formatMoment(style.nowMs + view.remainingMs, style.nowMs, style.timeZone)}`;
  for (const tail of [`${counts}${rate}${span}${end}`, `${counts}${span}${end}`, `${counts}${span}`, counts]) {
    const room = width - widthOf(label) - widthOf(tail) - 4;
    if (view.total > 0 && room >= leastBar) return `${label} ${bar(view, Math.min(mostBar, room), style)}  ${tail}`;
    if (widthOf(label) + 2 + widthOf(tail) <= width) return `${label}  ${tail}`;
  }
  return cutToWidth(counts, width, style.unicode ? '…' : '...');
}

/** The same for a log: no bar, nothing left out. */
export function plainLine(phase: ProgressPhase, view: LaneView, style: LineStyle): string {
  const label = view.title === null ? phaseNames[phase] : `${phaseNames[phase]}, ${view.title}`;
  if (view.done + view.total === 0) return `${formatSecond(style.nowMs, style.timeZone)} ${label}`;
  const parts = [`${label}: ${countsOf(view)} rows`, `${formatCount(view.failed)} failed`];
  if (view.requestsPerMinute !== null)
    parts.push(`${formatRate(Math.round(view.requestsPerMinute))} requests a minute`);
  if (view.remainingMs !== null && view.done < view.total) {
    const end = formatMoment(style.nowMs + view.remainingMs, style.nowMs, style.timeZone);
    parts.push(`about ${formatSpan(view.remainingMs)} left, until ${end}`);
  }
  if (view.pause !== null) parts.push(pauseText(view.pause, style));
  return `${formatSecond(style.nowMs, style.timeZone)} ${parts.join(', ')}`;
}

/** `paused by ClickUp until 14:03:20, 17 s: rate limit reached` */
function pauseText({ title, untilMs, leftMs, reason }: PauseView, { timeZone }: LineStyle): string {
  const left = formatSpan(Math.ceil(leftMs / 1_000) * 1_000);
  return visibleText(`paused by ${title} until ${formatSecond(untilMs, timeZone)}, ${left}: ${reason}`);
}

/** A total that turns out too small is not shown as more than all. */
function countsOf({ done, total }: LaneView): string {
  return total === 0 ? formatCount(done) : `${formatCount(done)} of ${formatCount(Math.max(done, total))}`;
}

function bar({ done, total }: LaneView, width: number, { unicode }: LineStyle): string {
  const inner = width - 2;
  // The bar is full only when everything is done.
  const full = done >= total ? inner : Math.min(inner - 1, Math.floor((done / total) * inner));
  return unicode
    ? `▕${'█'.repeat(full)}${'░'.repeat(inner - full)}▏`
    : `[${'#'.repeat(full)}${'-'.repeat(inner - full)}]`;
}
