/** The head of a page: what, where, when, by which manifest, how it came out, and what to do next. */

import { countOf, formatCount } from '../../format-numbers.js';
import type { RunSummary } from '../../run/run-summary.js';
import { resultSentence } from '../result-sentence.js';
import { type FactPart, type RunFact, runFacts, runStateWords, utcText } from '../run-facts.js';
import { type Markup, markup } from './markup.js';
import type { PageSource } from './page-source.js';
import { type StateLook, stateLooks } from './state-looks.js';

export function pageHead(summary: RunSummary, page: PageSource | undefined): Markup {
  const counts = stateLooks.map((look) => ({ look, rows: summary.states[look.state] }));
  return markup`${pageTop('report')}<section class="head" aria-labelledby="run">
<p class="what">${operationsText(page?.operations ?? [])}${summary.sandbox ? markup` <span class="tag">sandbox: no real service was touched</span>` : null}</p>
<h1 id="run">Run <span class="id">${summary.run}</span> ${runStateWords[summary.state]}</h1>
<p class="result">${resultSentence(summary)}</p>
${stopNote(summary)}
${countBar(counts, summary.rows)}
${countList(
  counts.filter(({ look, rows }) => rows > 0 || look.state === 'succeeded' || look.state === 'failed'),
  summary.rows,
  { succeeded: outcomeNote(summary.outcomes) },
)}
${factList(runFacts(summary, page?.undo))}
${nextCommand(summary.next)}
</section>
`;
}

const mostOperations = 3;

export function operationsText(operations: readonly string[]): string {
  if (operations.length === 0) return 'no rows';
  const told = operations.slice(0, mostOperations).join(', ');
  const more = operations.length - mostOperations;
  return more > 0 ? `${told} and ${countOf(more, 'more operation')}` : told;
}

function stopNote({ stop, state }: RunSummary): Markup | null {
  if (stop === null) return null;
  const word = state === 'interrupted' ? 'Interrupted' : 'Stopped';
  return markup`<p class="stop"><strong>${word}:</strong> ${stop.message}</p>`;
}

/** What stands on top of every page, up to the beginning of its content. */
export function pageTop(kind: 'report' | 'plan'): Markup {
  return markup`<header class="top">
<p class="brand">taskbatch <span class="kind">${kind}</span></p>
<button type="button" id="theme" class="quiet" hidden></button>
</header>
<main>
`;
}

export function factList(facts: readonly RunFact[]): Markup {
  const items = facts.map(
    ({ label, parts }) => markup`<div><dt>${label}</dt><dd>${parts.map(partMarkup)}</dd></div>\n`,
  );
  return markup`<dl class="facts">\n${items}</dl>`;
}

export interface StateCount {
  readonly look: StateLook<string>;
  readonly rows: number;
}

/** A picture of the counts below it. */
export function countBar(counts: readonly StateCount[], all: number): Markup | null {
  if (all === 0) return null;
  let at = 0;
  const parts = counts
    .filter(({ rows }) => rows > 0)
    .map(({ look: { state }, rows }) => {
      const share = (rows / all) * 100;
      const from = at;
      at += share;
      // What is there must be seen, however small.
      const width = Math.max(share, 0.4);
      return markup`<rect class="bar-${state}" x="${from.toFixed(3)}%" y="0" width="${width.toFixed(3)}%" height="100%"/>`;
    });
  return markup`<svg class="bar" aria-hidden="true" focusable="false">${parts}</svg>`;
}

/** @param notes what to say behind the count of a state. */
export function countList(
  counts: readonly StateCount[],
  all: number,
  notes: Readonly<Record<string, Markup | null>> = {},
): Markup {
  return markup`<ul class="counts">
${counts.map(
  ({ look: { state, word, sign, meaning }, rows }) =>
    markup`<li class="count ${rows > 0 ? state : 'none'}"><a href="#rows?state=${state}" title="${meaning}"><span class="sign" aria-hidden="true">${sign}</span> <b>${formatCount(rows)}</b> ${word}</a>${notes[state] ?? null}</li>\n`,
)}<li class="count"><a href="#rows"><b>${formatCount(all)}</b> ${all === 1 ? 'row' : 'rows'}</a></li>
</ul>`;
}

function outcomeNote({ already, settled }: RunSummary['outcomes']): Markup | null {
  const parts = [
    already > 0 ? `${formatCount(already)} were so already` : '',
    settled > 0 ? `${formatCount(settled)} found done after doubt` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? null : markup` <span class="note">${parts.join(', ')}</span>`;
}

function partMarkup(part: FactPart): Markup {
  if (typeof part === 'string') return markup`${part}`;
  if ('atMs' in part) return timeMarkup(part.atMs);
  return 'code' in part ? markup`<code>${part.code}</code>` : markup`${part.name}`;
}

/** Told in UTC; the page's program tells it in the reader's own zone. */
export function timeMarkup(atMs: number): Markup {
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return markup`${utcText(atMs)}`;
  return markup`<time datetime="${date.toISOString()}">${utcText(atMs)}</time>`;
}

export function nextCommand(next: string | null): Markup | null {
  if (next === null) return null;
  return markup`<p class="next"><span class="label">Next</span> <code id="next">${next}</code> <button type="button" class="quiet" data-copy="next" hidden>Copy</button></p>`;
}
