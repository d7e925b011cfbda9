/** The head of a plan's page: what would be done, of what, bound to what, at what cost, and what to do next. */

import { countOf, formatCount } from '../../../format-numbers.js';
import type { OperationPlan, PlanSummary } from '../../../plan/plan-summary.js';
import { canaryText } from '../../../ui/canary-text.js';
import { otherLettersText } from '../../../ui/guard-text.js';
import { noticeText } from '../../../ui/notice-text.js';
import {
  changedAlongText,
  costWords,
  goingAlongText,
  partsUntoldText,
  targetsText,
  undoText,
  unreadText,
} from '../../../ui/plan-text.js';
import type { PlanContext } from '../../plan/plan-format.js';
import { manifestFacts, type RunFact, serviceFacts } from '../../run-facts.js';
import { type Markup, markup } from '../markup.js';
import { countBar, countList, factList, nextCommand, operationsText, pageTop } from '../page-head.js';
import { foretoldLooks } from '../state-looks.js';
import { guardFacts } from './guard-facts.js';

export function planHead(context: PlanContext): Markup {
  const { summary, next } = context;
  const rows = Object.values(context.predicted).reduce((sum, count) => sum + count, 0);
  const counts = foretoldLooks.map((look) => ({ look, rows: context.predicted[look.prediction] }));
  const names = summary.operations.map(({ provider, operation }) =>
    operation === '' ? 'no operation' : `${provider}.${operation}`,
  );
  return markup`${pageTop('plan')}<section class="head" aria-labelledby="run">
<p class="what">${operationsText(names)}${summary.sandbox ? markup` <span class="tag">sandbox: no real service is touched</span>` : null}</p>
<h1 id="run">Plan <span class="id">${summary.run}</span>${summary.state === 'planned' ? null : ` (${summary.state})`}</h1>
<p class="result">${resultOf(context, rows)}</p>
${riskNote(summary)}
${changedAlongNote(summary)}
${partsUntoldNotes(summary)}
${summary.otherLetters.map((letters) => markup`<p class="stop">${otherLettersText(letters)}</p>`)}
${countBar(counts, rows)}
${countList(
  counts.filter(({ look, rows: found }) => found > 0 || look.state === 'will-do'),
  rows,
)}
${factList(planFacts(context))}
<p class="note">Nothing was changed in the service by making this plan.</p>
${nextCommand(next)}
</section>
${operationTable(summary.operations)}`;
}

/** `21 of 24 rows would be done; 3 would not.` */
function resultOf({ predicted }: PlanContext, rows: number): string {
  const willDo = predicted['will do'];
  if (rows === 0) return 'The manifest has no rows.';
  if (willDo === rows)
    return rows === 1 ? 'The one row would be done.' : `All ${formatCount(rows)} rows would be done.`;
  return `${formatCount(willDo)} of ${countOf(rows, 'row')} would be done; ${formatCount(rows - willDo)} would not.`;
}

function riskNote({ operations, goingAlong }: PlanSummary): Markup | null {
  const active = operations.filter(({ risk, willDo }) => risk === 'irreversible' && willDo > 0);
  if (active.length === 0) return null;
  const list = active.map(({ provider, operation, willDo }) => `${provider}.${operation} (${countOf(willDo, 'row')})`);
  const along = goingAlong === 0 ? '' : ` ${goingAlongText(goingAlong)}.`;
  return markup`<p class="stop"><strong>Irreversible:</strong> ${list.join(', ')}. The service can’t take this back.${along}</p>`;
}

function changedAlongNote({ changedAlong }: PlanSummary): Markup | null {
  return changedAlong === 0 ? null : markup`<p class="stop">${changedAlongText(changedAlong)}.</p>`;
}

function planFacts({ summary, settings }: PlanContext): RunFact[] {
  const unread = unreadText(summary.unreadColumns);
  const text = (label: string, words: string): RunFact => ({ label, parts: [words] });
  return [
    ...serviceFacts(summary.services),
    ...manifestFacts(summary.manifest),
    ...(summary.plannedAtMs === null ? [] : [{ label: 'Made', parts: [{ atMs: summary.plannedAtMs }] }]),
    ...validFact(summary),
    text('Targets', targetsText(summary)),
    ...(unread === null ? [] : [text('Columns', unread)]),
    text('Cost', costWords(summary)),
    ...(summary.canary > 0 ? [text('Canary', canaryText(summary.canary))] : []),
    ...(summary.willDo > 0 ? [text('Undo', undoText(summary.undo))] : []),
    ...summary.notices.map((notices, index) => text(index === 0 ? 'Notices' : '', noticeText(notices))),
    ...guardFacts(settings),
  ];
}

function validFact({ state, expiresAtMs }: PlanSummary): RunFact[] {
  if (state !== 'planned') return [];
  const until = expiresAtMs === null ? [] : [', until ', { atMs: expiresAtMs }];
  return [{ label: 'Valid', parts: ['to be applied once', ...until] }];
}

/** What each operation does to how many rows; nothing where there is only one. */
function operationTable(operations: readonly OperationPlan[]): Markup | null {
  if (operations.length < 2) return null;
  const heads = ['Will do', 'Nothing to do', 'Will fail', 'Blocked', 'Skipped', 'Invalid'];
  const rows = operations.map((plan) => {
    const { provider, operation, risk, willDo, nothingToDo, willFail, blocked, skipped, invalid } = plan;
    const figures = [willDo, nothingToDo, willFail, blocked, skipped, invalid];
    const name = operation === '' ? '(not known)' : `${provider}.${operation}`;
    return markup`<tr><th scope="row">${name}${risk === null || risk === 'reversible' ? null : markup` <span class="tag">${risk}</span>`}</th>${figures.map((figure) => markup`<td>${formatCount(figure)}</td>`)}</tr>\n`;
  });
  return markup`<section class="operations" aria-labelledby="operations">
<h2 id="operations">By operation</h2>
<div class="wide" tabindex="0" role="group" aria-labelledby="operations"><table>
<thead><tr><th scope="col">Operation</th>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>
</section>
`;
}

function partsUntoldNotes({ partsUntold }: PlanSummary): Markup[] {
  return partsUntold.map((lack) => markup`<p class="stop">${partsUntoldText(lack)}</p>`);
}
