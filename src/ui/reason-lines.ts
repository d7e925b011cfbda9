/** Why rows did not succeed, or will not: the same block in plans, results and status. */

import { countOf, formatCount } from '../format-numbers.js';
import type { ReasonGroup } from '../state/summary-reads.js';
import type { Page } from './page.js';

export interface ReasonWords {
  /** The heading, without a colon. */
  readonly heading: string;
  /** What a state is called here: a plan says `will fail`, a result `failed`. */
  readonly states: Readonly<Partial<Record<ReasonGroup['state'], string>>>;
  /** All rows for which there ought to be a reason; the difference is told. */
  readonly rows: number;
}

/** Adds the block to the page; nothing when there are no reasons. */
export function addReasons(page: Page, reasons: readonly ReasonGroup[], words: ReasonWords): void {
  if (reasons.length === 0) return;
  page.gap();
  page.paragraph(`${words.heading}:`, { tone: 'bold' });
  const width = Math.max(...reasons.map(({ rows }) => formatCount(rows).length));
  const indent = width + 4;
  for (const reason of reasons) {
    const { rows, state, errorType, errorCode, firstRow, firstLine, message, suggestedAction } = reason;
    // Rows of which nobody knows are `unknown` by state and by type; once is enough.
    const codes = [errorType, errorCode].filter((code) => code !== null && code !== 'UNKNOWN').join(' ');
    const what = `${words.states[state] ?? state}${codes === '' ? '' : `, ${codes}`}`;
    const first = `${rows === 1 ? '' : 'first '}row ${formatCount(firstRow)} (line ${formatCount(firstLine)})`;
    page.paragraph(`${what}: ${first}`, { indent, head: `  ${formatCount(rows).padStart(width)}  ` });
    page.paragraph(message, { indent });
    if (suggestedAction !== null) page.paragraph(suggestedAction, { indent, tone: 'dim' });
  }
  const told = reasons.reduce((sum, { rows }) => sum + rows, 0);
  if (words.rows > told) page.paragraph(`${countOf(words.rows - told, 'more row')}, for other reasons.`, { indent: 2 });
}
