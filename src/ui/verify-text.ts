/** What of a run still holds. */

import { countOf, formatCount } from '../format-numbers.js';
import type { RunRecord } from '../state/run-record.js';
import type { Verdict } from '../verify/look-again.js';
import type { VerifiedRow } from '../verify/verify-rows.js';
import { createPage, type Page } from './page.js';
import type { TextStyle } from './text-style.js';

export interface VerifySummary {
  readonly run: string;
  readonly services: RunRecord['services'];
  readonly rows: Readonly<Record<Verdict, number>>;
  /** The first rows that were reverted, and the first of which nothing tells. */
  readonly reverted: readonly VerifiedRow[];
  readonly unsure: readonly VerifiedRow[];
  /** How many rows hold because others did the same once more since, and the first of them. */
  readonly rowsDoneAgain: number;
  readonly doneAgain: readonly VerifiedRow[];
  /** Rows that may or may not have been done; they are not looked at. */
  readonly unsettled: number;
  /** Rows that the run has not come to. */
  readonly left: number;
  /** Where all of them are; null when no file was asked for. */
  readonly file: string | null;
}

const shownRows = 20;

export function summariseVerified(
  rows: readonly VerifiedRow[],
  facts: Omit<VerifySummary, 'rows' | 'reverted' | 'unsure' | 'rowsDoneAgain' | 'doneAgain'>,
): VerifySummary {
  const of = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict);
  const [holds, reverted, unsure] = [of('holds'), of('reverted'), of('unsure')];
  const again = rows.filter(({ doneAgain }) => doneAgain);
  return {
    ...facts,
    rowsDoneAgain: again.length,
    doneAgain: again.slice(0, shownRows),
    rows: { holds: holds.length, reverted: reverted.length, unsure: unsure.length },
    reverted: reverted.slice(0, shownRows),
    unsure: unsure.slice(0, shownRows),
  };
}

export function renderVerify(summary: VerifySummary, style: TextStyle): string {
  const { run, services, rows, file } = summary;
  const page = createPage(style);
  page.paragraph(`What still holds of run ${run}`, { tone: 'bold' });
  page.gap();
  for (const { title, tenant, user } of services) {
    page.labelled('Service', [title, tenant, user].filter((part) => part !== '').join(page.dot));
  }
  page.gap();
  const width = Math.max(...Object.values(rows).map((count) => formatCount(count).length));
  for (const [verdict, words, tone] of [
    ['holds', 'still hold', 'good'],
    ['reverted', 'were reverted or are gone', 'bad'],
    ['unsure', "can't be told", 'warning'],
  ] as const) {
    const options = rows[verdict] === 0 ? {} : { tone };
    page.paragraph(words, { indent: width + 4, head: `  ${formatCount(rows[verdict]).padStart(width)}  `, ...options });
  }
  const all = '; -o FILE writes all';
  addRows(page, 'Reverted since, or gone', summary.reverted, rows.reverted, all);
  addRows(page, "Can't be told", summary.unsure, rows.unsure, all);
  addRows(page, 'Done once more since, by something else', summary.doneAgain, summary.rowsDoneAgain, '');
  addUnlooked(page, summary);
  if (file !== null) {
    page.gap();
    page.labelled('Written to', file);
  }
  return page.text();
}

function addRows(page: Page, heading: string, rows: readonly VerifiedRow[], all: number, rest: string): void {
  if (rows.length === 0) return;
  page.gap();
  page.paragraph(`${heading}:`, { tone: 'bold' });
  for (const { number, line, provider, operation, evidence } of rows) {
    page.paragraph(`row ${formatCount(number)} (line ${formatCount(line)}) ${provider}.${operation}: ${evidence}`, {
      indent: 4,
      head: '  ',
    });
  }
  if (all > rows.length) page.paragraph(`${countOf(all - rows.length, 'more row')}${rest}.`, { indent: 2 });
}

function addUnlooked(page: Page, { unsettled, left }: VerifySummary): void {
  if (unsettled + left === 0) return;
  page.gap();
  if (unsettled > 0) {
    page.paragraph(
      `${countOf(unsettled, 'row')} may or may not have been done, and ${unsettled === 1 ? 'is' : 'are'} not looked at. Settle them first: taskbatch resume, or taskbatch resolve.`,
      { tone: 'warning' },
    );
  }
  if (left > 0) page.paragraph(`The run has not come to ${countOf(left, 'row')}.`);
}
