/** What taking a run back brings back, and what not. */

import { countOf, formatCount } from '../format-numbers.js';
import type { RunRecord } from '../state/run-record.js';
import type { FateCounts, FateGroup } from '../undo/coverage.js';
import { createPage, type Page } from './page.js';
import type { TextStyle } from './text-style.js';

export interface UndoSummary {
  readonly run: string;
  readonly services: RunRecord['services'];
  /** The manifest; null when there is nothing to write, or it went to stdout. */
  readonly file: string | null;
  /** Rows of the manifest. */
  readonly lines: number;
  /** Rows of the run. */
  readonly rows: FateCounts;
  readonly groups: readonly FateGroup[];
  /** Rows of the run that may or may not have been done; they are left out. */
  readonly unsettled: number;
  /** Rows that the run has not come to. */
  readonly left: number;
  /** Whether what changed since is taken back too. */
  readonly forced: boolean;
  /** Commands to type, one after the other. */
  readonly next: readonly string[];
}

const headings: ReadonlyArray<readonly [FateGroup['coverage'], count: string, heading: string]> = [
  ['whole', 'taken back whole', ''],
  ['part', 'taken back in part', 'Taken back in part; lost are'],
  ['none', "can't be taken back", "Can't be taken back"],
  ['already', 'taken back already', 'Taken back already, and left alone'],
  ['changed', 'left out: something else changed it since', 'Left out, for something else changed it since'],
  [
    'unsure',
    'left out: nothing tells whether it was changed since',
    'Left out, for nothing tells whether it was changed',
  ],
];

const sideEffects =
  'Messages, webhooks, automations and whatever else the run set off beside its targets are not taken back: ' +
  'taskbatch operations tells what each operation sets off.';

export function renderUndo(summary: UndoSummary, style: TextStyle): string {
  const page = createPage(style);
  page.paragraph(`Undo of run ${summary.run}`, { tone: 'bold' });
  page.gap();
  if (summary.file !== null) page.labelled('Manifest', `${summary.file}, ${countOf(summary.lines, 'row')}`);
  for (const { title, tenant, user } of summary.services) {
    page.labelled('Service', [title, tenant, user].filter((part) => part !== '').join(page.dot));
  }
  page.gap();
  addCounts(page, summary);
  for (const [coverage, , heading] of headings) {
    const groups = summary.groups.filter((group) => group.coverage === coverage);
    if (heading !== '' && groups.length > 0) addGroups(page, heading, groups);
  }
  addRemarks(page, summary);
  page.next(summary.next);
  return page.text();
}

function addCounts(page: Page, { rows }: UndoSummary): void {
  const width = Math.max(...Object.values(rows).map((count) => formatCount(count).length));
  for (const [coverage, words] of headings) {
    if (rows[coverage] === 0 && coverage !== 'whole') continue;
    page.paragraph(words, { indent: width + 4, head: `  ${formatCount(rows[coverage]).padStart(width)}  ` });
  }
}

const mostGroups = 20;
const mostNumbers = 8;

function addGroups(page: Page, heading: string, groups: readonly FateGroup[]): void {
  page.gap();
  page.paragraph(`${heading}:`, { tone: 'bold' });
  const shown = groups.slice(0, mostGroups);
  const width = Math.max(...shown.map(({ rows }) => formatCount(rows.length).length));
  for (const { provider, operation, words, rows } of shown) {
    const numbers = rows.slice(0, mostNumbers).map(formatCount).join(', ');
    const more = rows.length > mostNumbers ? ', …' : '';
    const head = `  ${formatCount(rows.length).padStart(width)}  `;
    page.paragraph(`${provider}.${operation}: ${rows.length === 1 ? 'row' : 'rows'} ${numbers}${more}`, {
      indent: width + 4,
      head,
    });
    page.paragraph(words.join('; '), { indent: width + 4 });
  }
  const rest = groups.slice(mostGroups).reduce((sum, { rows }) => sum + rows.length, 0);
  if (rest > 0) page.paragraph(`${countOf(rest, 'more row')}; --json tells of all.`, { indent: 2 });
}

function addRemarks(page: Page, summary: UndoSummary): void {
  const { rows, unsettled, left, forced, next, lines } = summary;
  page.gap();
  if (lines === 0) page.paragraph('There is nothing to write: no manifest was made.');
  if (!forced && rows.changed + rows.unsure > 0) {
    page.paragraph('--force takes along what was left out, and overwrites what was done to it since.');
  }
  if (unsettled > 0) {
    page.paragraph(
      `${countOf(unsettled, 'row')} may or may not have been done, and ${unsettled === 1 ? 'is' : 'are'} left out. Settle them first: taskbatch resume, or taskbatch resolve.`,
      { tone: 'warning' },
    );
  }
  if (left > 0) page.paragraph(`The run has not come to ${countOf(left, 'row')}; only what was done is taken back.`);
  if (lines > 0) page.paragraph(sideEffects, { tone: 'dim' });
  if (next.length > 1) {
    page.paragraph('It takes several steps: plan and apply each before the next one is planned.', { tone: 'warning' });
  }
}
