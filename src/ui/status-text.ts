/** The runs as a list, and one run while it goes on. */

import {
  countOf,
  formatCount,
  formatDayAndMinute,
  formatMoment,
  formatRate,
  formatSecond,
  formatSpan,
} from '../format-numbers.js';
import type { RunSummary } from '../run/run-summary.js';
import type { LiveState } from '../state/control-file.js';
import { badEndTexts } from './bad-ends.js';
import { createPage, type Page } from './page.js';
import { heldText, pauseText } from './progress-line.js';
import type { RunReports } from './run-reports.js';
import { addRun } from './run-text.js';
import { renderTable, type TableColumn } from './table.js';
import { type TextStyle, textWidthOf } from './text-style.js';
import { widthOf } from './text-width.js';

/** What can be seen of a run that another process has in hand. */
export interface LiveView {
  /** When it was looked at, wall clock. */
  readonly atMs: number;
  /** Rows that came to their end during the last minute. */
  readonly rowsLastMinute: number;
  /** What its process tells; absent or null when it tells nothing. */
  readonly told?: LiveState | null;
}

/** @param live null unless the run is going on. */
export function renderStatus(
  summary: RunSummary,
  files: RunReports | null,
  live: LiveView | null,
  style: TextStyle,
): string {
  const page = createPage(style);
  addRun(page, summary, style);
  if (files !== null) page.labelled('Report', files.report);
  if (files !== null && files.page !== null) page.labelled('Page', files.page);
  if (live !== null && summary.state === 'running') addProgress(page, summary, live, style);
  for (const words of heldWords(live, style)) page.labelled('Held', words);
  page.next(summary.next === null ? [] : [summary.next]);
  return page.text();
}

/** What holds the run back at the moment, a person before the services. */
export function heldWords(live: LiveView | null, style: Pick<TextStyle, 'nowMs' | 'timeZone'>): string[] {
  const told = live?.told ?? null;
  if (told === null) return [];
  const { pausedSinceMs, services } = told;
  const byServices = services.flatMap(({ title, pause }) => {
    if (pause === null || pause.untilMs <= style.nowMs) return [];
    return [pauseText({ title, ...pause, leftMs: pause.untilMs - style.nowMs }, style)];
  });
  return [...(pausedSinceMs === null ? [] : [heldText(pausedSinceMs, style)]), ...byServices];
}

/** Milliseconds until the last row: as its process tells, else at the pace of the last minute; null when nobody knows. */
export function remainingMs(summary: RunSummary, live: LiveView): number | null {
  const { rowsLastMinute } = live;
  const left = summary.states.pending + summary.states.sending;
  if (left === 0) return 0;
  if (isHeld(live)) return null;
  const endsAtMs = live.told?.endsAtMs ?? null;
  if (endsAtMs !== null) return Math.max(0, endsAtMs - live.atMs);
  return rowsLastMinute > 0 ? (left / rowsLastMinute) * 60_000 : null;
}

function isHeld({ told }: Pick<LiveView, 'told'>): boolean {
  return (told?.pausedSinceMs ?? null) !== null;
}

function addProgress(page: Page, summary: RunSummary, live: LiveView, style: TextStyle): void {
  const left = summary.states.pending + summary.states.sending;
  const percent = summary.rows === 0 ? 100 : Math.floor(((summary.rows - left) / summary.rows) * 100);
  const remaining = remainingMs(summary, live);
  const end =
    remaining === null
      ? isHeld(live)
        ? 'nothing more while it is paused'
        : 'nothing moved during the last minute'
      : `about ${formatSpan(remaining)} left, until ${formatMoment(style.nowMs + remaining, style.nowMs, style.timeZone)}`;
  page.gap();
  page.labelled('Progress', `${percent} %, ${countOf(live.rowsLastMinute, 'row')} in the last minute, ${end}`);
}

interface ListColumn extends TableColumn {
  cell(summary: RunSummary, style: TextStyle): string;
  /** Columns with a higher number give way first where there is little room. */
  readonly rank: number;
}

const listColumns: readonly ListColumn[] = [
  { title: 'Run', align: 'left', rank: 0, cell: ({ run }) => run },
  { title: 'State', align: 'left', rank: 0, cell: ({ state, sandbox }) => (sandbox ? `${state} (SANDBOX)` : state) },
  { title: 'Rows', align: 'right', rank: 1, cell: ({ rows }) => formatCount(rows) },
  { title: 'OK', align: 'right', rank: 1, cell: ({ states }) => formatCount(states.succeeded) },
  {
    title: 'Not OK',
    align: 'right',
    rank: 1,
    cell: ({ states }) => formatCount(states.failed + states.blocked + states.unknown),
  },
  { title: 'To do', align: 'right', rank: 2, cell: ({ states }) => formatCount(states.pending + states.sending) },
  {
    title: 'Created',
    align: 'left',
    rank: 3,
    cell: ({ createdAtMs }, { timeZone }) => formatDayAndMinute(createdAtMs, timeZone),
  },
  {
    title: 'Per min',
    align: 'right',
    rank: 5,
    cell: ({ requestsPerMinute }) => (requestsPerMinute === null ? '' : formatRate(requestsPerMinute)),
  },
  {
    title: 'Manifest',
    align: 'left',
    rank: 4,
    cell: ({ manifest }) => (manifest.name === '-' ? 'stdin' : manifest.name),
  },
];

/** @param summaries in the order in which they are to be listed. */
export function renderRuns(summaries: readonly RunSummary[], style: TextStyle): string {
  const page = createPage(style);
  if (summaries.length === 0) {
    page.paragraph('There are no runs yet.');
    page.next(['taskbatch plan MANIFEST --job JOB']);
    return page.text();
  }
  page.lines(fitList(summaries, style));
  page.next(['taskbatch status RUN']);
  return page.text();
}

function fitList(summaries: readonly RunSummary[], style: TextStyle): string[] {
  for (let rank = 5; ; rank--) {
    const columns = listColumns.filter((column) => column.rank <= rank);
    const rows = summaries.map((summary) => columns.map((column) => column.cell(summary, style)));
    const lines = renderTable(columns, rows);
    if (rank === 0 || Math.max(...lines.map(widthOf)) <= textWidthOf(style)) return lines;
  }
}

/** One line for a log: how far a run is that goes on. */
export function watchLine(summary: RunSummary, live: LiveView, style: Pick<TextStyle, 'nowMs' | 'timeZone'>): string {
  const { states, rows, state } = summary;
  const left = states.pending + states.sending;
  const remaining = remainingMs(summary, live);
  const parts = [
    `${formatSecond(style.nowMs, style.timeZone)} ${state}: ${formatCount(rows - left)} of ${countOf(rows, 'row')}`,
    ...badEndTexts(states),
    `${formatCount(live.rowsLastMinute)} in the last minute`,
    ...(remaining === null || left === 0
      ? []
      : [
          `about ${formatSpan(remaining)} left, until ${formatMoment(style.nowMs + remaining, style.nowMs, style.timeZone)}`,
        ]),
    ...heldWords(live, style),
  ];
  return parts.join(', ');
}
