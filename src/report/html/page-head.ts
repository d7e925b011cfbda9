/** The head of a page: what, where, when, by which manifest, how it came out, and what to do next. */
import type { RunSummary } from '../../run/run-summary.js';
import { countOf, formatCount, formatRate, formatSpan } from '../../ui/format-numbers.js';
import { type Markup, markup } from './markup.js';
import { resultSentence } from './result-sentence.js';
import { stateLooks } from './state-looks.js';

const stateWords: Readonly<Record<RunSummary['state'], string>> = {
  planning: 'is being planned',
  planned: 'is planned',
  running: 'is running',
  finished: 'finished',
  stopped: 'stopped',
  interrupted: 'was interrupted',
};

export function pageHead(summary: RunSummary, operations: readonly string[]): Markup {
  return markup`<header class="top">
<p class="brand">taskbatch <span class="kind">report</span></p>
<button type="button" id="theme" class="quiet" hidden></button>
</header>
<main>
<section class="head" aria-labelledby="run">
<p class="what">${operationsText(operations)}${summary.sandbox ? markup` <span class="tag">sandbox: no real service was touched</span>` : null}</p>
<h1 id="run">Run <span class="id">${summary.run}</span> ${stateWords[summary.state]}</h1>
<p class="result">${resultSentence(summary)}</p>
${stopNote(summary)}
${stateBar(summary)}
${stateCounts(summary)}
<dl class="facts">
${facts(summary).map(([label, value]) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>\n`)}</dl>
${nextCommand(summary.next)}
</section>
`;
}

const mostOperations = 3;

function operationsText(operations: readonly string[]): string {
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

/** A picture of the counts below it. */
function stateBar({ states, rows }: RunSummary): Markup | null {
  if (rows === 0) return null;
  let at = 0;
  const parts = stateLooks
    .filter(({ state }) => states[state] > 0)
    .map(({ state }) => {
      const share = (states[state] / rows) * 100;
      const from = at;
      at += share;
      // What is there must be seen, however small.
      const width = Math.max(share, 0.4);
      return markup`<rect class="bar-${state}" x="${from.toFixed(3)}%" y="0" width="${width.toFixed(3)}%" height="100%"/>`;
    });
  return markup`<svg class="bar" aria-hidden="true" focusable="false">${parts}</svg>`;
}

function stateCounts({ states, outcomes, rows }: RunSummary): Markup {
  const shown = stateLooks.filter(({ state }) => states[state] > 0 || state === 'succeeded' || state === 'failed');
  return markup`<ul class="counts">
${shown.map(
  ({ state, word, sign, meaning }) =>
    markup`<li class="count ${states[state] > 0 ? state : 'none'}"><a href="#rows?state=${state}" title="${meaning}"><span class="sign" aria-hidden="true">${sign}</span> <b>${formatCount(states[state])}</b> ${word}</a>${state === 'succeeded' ? outcomeNote(outcomes) : null}</li>\n`,
)}<li class="count"><a href="#rows"><b>${formatCount(rows)}</b> ${rows === 1 ? 'row' : 'rows'}</a></li>
</ul>`;
}

function outcomeNote({ already, settled }: RunSummary['outcomes']): Markup | null {
  const parts = [
    already > 0 ? `${formatCount(already)} were so already` : '',
    settled > 0 ? `${formatCount(settled)} found done after doubt` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? null : markup` <span class="note">${parts.join(', ')}</span>`;
}

function facts(summary: RunSummary): [label: string, value: Markup][] {
  const { services, manifest, parent } = summary;
  const name = manifest.name === '-' ? 'standard input' : manifest.name;
  return [
    ...services.map(({ title, tenant, user }): [string, Markup] => [
      'Service',
      markup`${[title, tenant, user].filter((part) => part !== '').join(' · ')}`,
    ]),
    ['Manifest', markup`${name}, ${countOf(manifest.rows, 'row')}`],
    ['SHA-256', markup`<code class="hash">${manifest.sha256}</code>`],
    ...(parent === null
      ? []
      : [['Repeats', markup`rows of run <span class="id">${parent}</span>`] as [string, Markup]]),
    ['Time', timeText(summary)],
    ['Requests', markup`${requestsText(summary)}`],
  ];
}

function timeText({ createdAtMs, startedAtMs, finishedAtMs, activeMs }: RunSummary): Markup {
  const parts = [
    startedAtMs === null ? markup`planned ${timeMarkup(createdAtMs)}` : markup`started ${timeMarkup(startedAtMs)}`,
    ...(finishedAtMs === null ? [] : [markup`, finished ${timeMarkup(finishedAtMs)}`]),
    ...(activeMs > 0 ? [markup`, ${formatSpan(activeMs)} of work`] : []),
  ];
  return markup`${parts}`;
}

/** Told in UTC; the page's program tells it in the reader's own zone. */
export function timeMarkup(atMs: number): Markup {
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return markup`at an unknown time`;
  const iso = date.toISOString();
  return markup`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

function requestsText({ requests, planRequests, requestsPerMinute, state }: RunSummary): string {
  if (state === 'running') return `${formatCount(planRequests)} for planning; the others are counted at the end`;
  const rate = requestsPerMinute === null ? '' : `, ${formatRate(requestsPerMinute)} a minute`;
  const sent = formatCount(requests - planRequests);
  return `${formatCount(requests)}: ${formatCount(planRequests)} for planning, ${sent} for executing${rate}`;
}

function nextCommand(next: string | null): Markup | null {
  if (next === null) return null;
  return markup`<p class="next"><span class="label">Next</span> <code id="next">${next}</code> <button type="button" class="quiet" data-copy="next" hidden>Copy</button></p>`;
}
