/** One line of progress, made to fit. */
import { formatBytes, formatCount, formatMoment, formatRate, formatSecond, formatSpan } from '../format-numbers.js';
import { badEndTexts } from './bad-ends.js';
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
  exporting: 'Exporting',
  comparing: 'Looking at the targets again',
  reporting: 'Writing the reports',
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
  const counts = [countsOf(view), ...badEndTexts(view.bad)].join('  ');
  const mark = style.unicode ? '…' : '...';
  const span = view.remainingMs === null ? '' : `  ${formatSpan(view.remainingMs)} left`;
  const wait = waitText(view, style);
  if (wait !== '') {
    const full = `${counts}  ${wait}${span}`;
    return widthOf(full) <= width ? full : cutToWidth(`${counts}  ${wait}`, width, mark);
  }
  const pace = paceText(view) === '' ? '' : `  ${paceText(view)}`;
  const end =
    view.remainingMs === null ? '' : `, ${formatMoment(style.nowMs + view.remainingMs, style.nowMs, style.timeZone)}`;
  for (const tail of [`${counts}${pace}${span}${end}`, `${counts}${span}${end}`, `${counts}${span}`, counts]) {
    const room = width - widthOf(label) - widthOf(tail) - 4;
    if (view.total > 0 && room >= leastBar) return `${label} ${bar(view, Math.min(mostBar, room), style)}  ${tail}`;
    if (widthOf(label) + 2 + widthOf(tail) <= width) return `${label}  ${tail}`;
  }
  return cutToWidth(counts, width, mark);
}

/** The same for a log: no bar, nothing left out. */
export function plainLine(phase: ProgressPhase, view: LaneView, style: LineStyle): string {
  const label = view.title === null ? phaseNames[phase] : `${phaseNames[phase]}, ${view.title}`;
  if (view.done + view.total === 0) return `${formatSecond(style.nowMs, style.timeZone)} ${label}`;
  const unit = view.unit === 'bytes' ? '' : ` ${view.unit}`;
  const parts = [`${label}: ${countsOf(view)}${unit}`, ...badEndTexts(view.bad)];
  if (view.requestsPerMinute !== null)
    parts.push(`${formatRate(Math.round(view.requestsPerMinute))} requests a minute`);
  else parts.push(paceText(view));
  if (view.remainingMs !== null && view.done < view.total) {
    const end = formatMoment(style.nowMs + view.remainingMs, style.nowMs, style.timeZone);
    parts.push(`about ${formatSpan(view.remainingMs)} left, until ${end}`);
  }
  parts.push(waitText(view, style));
  return `${formatSecond(style.nowMs, style.timeZone)} ${parts.filter((part) => part !== '').join(', ')}`;
}

/** `98/min` where requests bound the pace, else `12,000 rows/s` or `8.1 MB/s`. */
function paceText({ requestsPerMinute, perSecond, unit }: LaneView): string {
  if (requestsPerMinute !== null) return `${formatRate(Math.round(requestsPerMinute))}/min`;
  if (perSecond === null) return '';
  return unit === 'bytes' ? `${formatBytes(perSecond)}/s` : `${formatCount(Math.round(perSecond))} ${unit}/s`;
}

/** Why nothing leaves at the moment; empty when nothing holds it. */
function waitText({ heldSinceMs, pause, full }: LaneView, style: LineStyle): string {
  if (heldSinceMs !== null) return heldText(heldSinceMs, style);
  if (pause !== null) return pauseText(pause, style);
  if (full === null) return '';
  return `full window: next request at ${formatSecond(full.untilMs, style.timeZone)}, ${wholeSpan(full.leftMs)}`;
}

/** `paused by you since 14:03:20` */
export function heldText(sinceMs: number, { timeZone }: Pick<LineStyle, 'timeZone'>): string {
  return `paused by you since ${formatSecond(sinceMs, timeZone)}`;
}

/** `paused by ClickUp until 14:03:20, 17 s: rate limit reached` */
export function pauseText(
  { title, untilMs, leftMs, reason }: PauseView,
  { timeZone }: Pick<LineStyle, 'timeZone'>,
): string {
  return visibleText(`paused by ${title} until ${formatSecond(untilMs, timeZone)}, ${wholeSpan(leftMs)}: ${reason}`);
}

/** Nobody is told of less than a second, nor of the end before it is there. */
function wholeSpan(leftMs: number): string {
  return formatSpan(Math.ceil(leftMs / 1_000) * 1_000);
}

/** A total that turns out too small is not shown as more than all. */
function countsOf({ done, total, unit }: LaneView): string {
  const tell = unit === 'bytes' ? formatBytes : formatCount;
  return total === 0 ? tell(done) : `${tell(done)} of ${tell(Math.max(done, total))}`;
}

function bar({ done, total }: LaneView, width: number, { unicode }: LineStyle): string {
  const inner = width - 2;
  // The bar is full only when everything is done.
  const full = done >= total ? inner : Math.min(inner - 1, Math.floor((done / total) * inner));
  return unicode
    ? `▕${'█'.repeat(full)}${'░'.repeat(inner - full)}▏`
    : `[${'#'.repeat(full)}${'-'.repeat(inner - full)}]`;
}
