/** A run as a person reads it at its end, and whenever they ask for it. */

import { formatCount, formatMoment, formatRate, formatSpan } from '../format-numbers.js';
import type { RunSummary } from '../run/run-summary.js';
import type { RowState } from '../state/status.js';
import { canaryResultText } from './canary-text.js';
import { addHeading } from './heading.js';
import { createPage, type Page } from './page.js';
import { addReasons } from './reason-lines.js';
import type { RunReports } from './run-reports.js';
import type { TextStyle, Tone } from './text-style.js';
import { padToWidth } from './text-width.js';

/**
 * @param files null where none were written, e.g. while the run goes on.
 * @param rows the command that prints every row; null to leave it out.
 */
export function renderRun(
  summary: RunSummary,
  files: RunReports | null,
  style: TextStyle,
  rows: string | null = null,
): string {
  const page = createPage(style);
  addRun(page, summary, style);
  addFiles(page, files, rows);
  page.next(summary.next === null ? [] : [summary.next]);
  return page.text();
}

/** Everything but the files and the next command. */
export function addRun(page: Page, summary: RunSummary, style: TextStyle): void {
  addHeading(page, `Run ${summary.run} ${stateWords[summary.state]}`, summary);
  if (summary.parent !== null) page.labelled('Repeats', `rows of run ${summary.parent}`);
  page.gap();
  page.lines(countLines(page, summary));
  page.gap();
  if (summary.canary !== null) page.labelled('Canary', canaryResultText(summary.canary));
  page.labelled('Requests', requestsText(summary));
  const time = timeText(summary, style);
  if (time !== '') page.labelled('Time', time);
  const { failed, blocked, unknown, invalid } = summary.states;
  addReasons(page, summary.reasons, {
    heading: 'Why rows did not succeed',
    states: {},
    rows: failed + blocked + unknown + invalid,
  });
  if (summary.stop === null) return;
  page.gap();
  page.paragraph(`${summary.state === 'interrupted' ? 'Interrupted' : 'Stopped'}: ${summary.stop.message}`, {
    tone: 'bad',
  });
}

const stateWords: Readonly<Record<RunSummary['state'], string>> = {
  planning: 'is being planned',
  planned: 'is planned',
  running: 'is running',
  finished: 'finished',
  stopped: 'stopped',
  interrupted: 'was interrupted',
};

/** The order in which states are told, what they are called, and when they are told although no row has them. */
const stateLines: ReadonlyArray<{ state: RowState; label: string; tone: Tone | null; always: boolean }> = [
  { state: 'succeeded', label: 'succeeded', tone: 'good', always: true },
  { state: 'failed', label: 'failed', tone: 'bad', always: true },
  { state: 'blocked', label: 'blocked', tone: 'bad', always: false },
  { state: 'unknown', label: 'unknown', tone: 'bad', always: false },
  { state: 'skipped', label: 'skipped', tone: null, always: false },
  { state: 'invalid', label: 'invalid', tone: 'bad', always: false },
  { state: 'sending', label: 'sending', tone: 'warning', always: false },
  { state: 'pending', label: 'to do', tone: 'warning', always: false },
];

function countLines(page: Page, summary: RunSummary): string[] {
  const shown = stateLines.filter(({ state, always }) => always || summary.states[state] > 0);
  const width = Math.max(
    ...shown.map(({ state }) => formatCount(summary.states[state]).length),
    formatCount(summary.rows).length,
  );
  const line = (label: string, count: number, remark: string) =>
    `${padToWidth(label, 11)}${formatCount(count).padStart(width)}${remark === '' ? '' : `  ${remark}`}`;
  return [
    ...shown.map(({ state, label, tone }) => {
      const text = line(label, summary.states[state], remarkOn(state, summary));
      return tone === null || summary.states[state] === 0 ? text : page.paint(tone, text);
    }),
    page.paint('bold', line('rows', summary.rows, '')),
  ];
}

function remarkOn(state: RowState, { states, outcomes, state: runState }: RunSummary): string {
  if (state === 'unknown') return 'may or may not have happened; look before you repeat them';
  if (state === 'blocked') return 'refused by a guard, or changed since the plan';
  if (state === 'sending') return runState === 'running' ? 'in the air' : 'not known yet; resuming finds out';
  if (state !== 'succeeded' || states.succeeded === outcomes.done) return '';
  const parts = [
    `${formatCount(outcomes.done)} done`,
    outcomes.already > 0 ? `${formatCount(outcomes.already)} were so already` : '',
    outcomes.settled > 0 ? `${formatCount(outcomes.settled)} found done after doubt` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function requestsText({ state, requests, planRequests, requestsPerMinute }: RunSummary): string {
  // The record is brought up to date when a sitting ends; until then it would tell too few.
  if (state === 'running') return `${formatCount(planRequests)} for planning; the others are counted at the end`;
  const rate = requestsPerMinute === null ? '' : `, ${formatRate(requestsPerMinute)} a minute`;
  const sent = formatCount(requests - planRequests);
  return `${formatCount(requests)}: ${formatCount(planRequests)} for planning, ${sent} for executing${rate}`;
}

function timeText({ activeMs, startedAtMs, finishedAtMs }: RunSummary, { nowMs, timeZone }: TextStyle): string {
  const moment = (atMs: number) => formatMoment(atMs, nowMs, timeZone);
  return [
    activeMs > 0 ? `${formatSpan(activeMs)} of work` : '',
    startedAtMs === null ? '' : `started ${moment(startedAtMs)}`,
    finishedAtMs === null ? '' : `finished ${moment(finishedAtMs)}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function addFiles(page: Page, files: RunReports | null, rows: string | null): void {
  if (files === null) return;
  page.gap();
  page.labelled('Report', files.report);
  if (files.page !== null) page.labelled('Page', files.page);
  if (rows !== null) page.labelled('Rows', rows);
  if (files.failed === null) return;
  page.labelled('To repeat', files.failed);
  page.labelled('', '(the rows that may be sent again; a manifest that runs as it is)');
}
