/** Why rows did not succeed, each reason with what to do about it and a way to its rows. */

import { countOf, formatCount } from '../../format-numbers.js';
import type { RunSummary } from '../../run/run-summary.js';
import type { ReasonGroup } from '../../state/summary-reads.js';
import { type Markup, markup } from './markup.js';
import { lookOf } from './state-looks.js';

/** A reason, and how its state is called where it is told. */
export interface ToldReason extends Omit<ReasonGroup, 'state'> {
  /** By its name among the looks; several, with commas between, for the rows that it leads to. */
  readonly state: string;
}

export interface ToldReasons {
  readonly heading: string;
  readonly reasons: readonly ToldReason[];
  /** Rows that have some reason. */
  readonly rows: number;
}

export function reportReasons({ reasons, states }: Pick<RunSummary, 'reasons' | 'states'>): ToldReasons {
  const rows = states.failed + states.blocked + states.unknown + states.invalid;
  return { heading: 'Why rows did not succeed', reasons, rows };
}

export function pageReasons({ heading, reasons, rows }: ToldReasons): Markup | null {
  if (reasons.length === 0) return null;
  const more = rows - reasons.reduce((sum, reason) => sum + reason.rows, 0);
  return markup`<section class="reasons" aria-labelledby="why">
<h2 id="why">${heading}</h2>
<ol>
${reasons.map(reasonItem)}</ol>
${more > 0 ? markup`<p class="note">${countOf(more, 'more row')}, for other reasons.</p>` : null}
</section>
`;
}

function reasonItem(reason: ToldReason): Markup {
  const { state, errorType, errorCode, rows, message, suggestedAction, firstRow, firstLine } = reason;
  const look = state.split(',')[0] ?? state;
  const { word, sign } = lookOf(look);
  const codes = [errorType, errorCode].filter((code) => code !== null && code !== 'UNKNOWN').join(' · ');
  // Texts of one reason differ in names and numbers: the first row's stands for all.
  const first = `${rows === 1 ? 'Row' : 'First at row'} ${formatCount(firstRow)} (line ${formatCount(firstLine)})`;
  return markup`<li class="reason ${look}">
<p class="number">${formatCount(rows)}</p>
<div class="why">
<p class="class"><span class="sign" aria-hidden="true">${sign}</span> ${word}${codes === '' ? null : markup` <code>${codes}</code>`}</p>
<p class="message">${message}</p>
${suggestedAction === null ? null : markup`<p class="action"><span class="label">Do</span> ${suggestedAction}</p>`}
<p class="note">${first}</p>
</div>
<a class="button" href="#rows?${filterOf(reason)}">Show ${rows === 1 ? 'the row' : `${formatCount(rows)} rows`}</a>
</li>
`;
}

/** As the page's program reads it from its address. */
function filterOf({ state, errorCode, message }: ToldReason): string {
  const query = new URLSearchParams({ state });
  if (errorCode !== null) query.set('code', errorCode);
  else query.set('q', message);
  return query.toString();
}
