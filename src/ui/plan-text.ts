/** A plan as a person reads it before it is approved. */

import { countOf, formatCount, formatMoment, formatRate, formatSpan } from '../format-numbers.js';
import { paceOf } from '../plan/forecast.js';
import type { OperationPlan, PlanSummary } from '../plan/plan-summary.js';
import type { OperationCoverage, PlanCoverage } from '../plan/undo-coverage.js';
import type { EditedUndoLines } from '../state/taken-back.js';
import { canaryText } from './canary-text.js';
import { guardText, otherLettersText } from './guard-text.js';
import { addHeading } from './heading.js';
import { noticeText } from './notice-text.js';
import { createPage, type Page } from './page.js';
import { addReasons } from './reason-lines.js';
import { addSurpriseRows, addSurprises } from './surprise-lines.js';
import { renderTable, type TableColumn } from './table.js';
import type { TextStyle } from './text-style.js';

export interface PlanTextContext extends TextStyle {
  /** What to type next, the best first; empty when a question follows. */
  readonly next: readonly string[];
}

export function renderPlan(summary: PlanSummary, context: PlanTextContext): string {
  const page = createPage(context);
  addHeading(page, `Plan ${summary.run}${summary.state === 'planned' ? '' : ` (${summary.state})`}`, summary);
  page.labelled('Targets', targetsText(summary));
  const unread = unreadText(summary.unreadColumns);
  if (unread !== null) page.labelled('Columns', unread);
  addSurprises(page, summary);
  page.labelled('Guards', guardText(summary.settings));
  for (const letters of summary.otherLetters) page.paragraph(otherLettersText(letters), { tone: 'warning' });
  if (summary.state === 'planned') page.labelled('Valid', validText(summary, context));
  page.gap();
  page.lines(renderTable(...operationTable(summary.operations)));
  addRisks(page, summary);
  if (summary.willDo > 0) page.labelled('Undo', undoText(summary.undo));
  for (const [index, notices] of summary.notices.entries()) {
    page.labelled(index === 0 ? 'Notices' : '', noticeText(notices));
  }
  page.gap();
  if (summary.canary > 0) page.labelled('Canary', canaryText(summary.canary));
  page.labelled('Cost', costText(summary, context));
  addSurpriseRows(page, summary);
  addReasons(page, summary.reasons, {
    heading: 'Why rows will not be done',
    states: { failed: 'will fail' },
    rows: summary.willFail + summary.blocked + summary.nothingToDo + summary.skipped + summary.invalid,
  });
  page.gap();
  page.paragraph('Nothing was changed in the service so far.');
  if (summary.willDo === 0) page.paragraph('There is nothing to do.');
  page.next(context.next);
  return page.text();
}

export function targetsText({ looked, settings, planRequests, unread }: PlanSummary): string {
  const requests = countOf(planRequests, 'request');
  const later =
    unread === 0 ? '' : `; ${countOf(unread, 'row')} will act on what other rows make, read when it is there`;
  const alone = settings.look === 'each' ? ' by itself' : '';
  return looked
    ? `each was read${alone} for this plan, ${requests}${later}`
    : `not looked at (--look none), ${requests}; the plan rests on the manifest alone`;
}

/** What the plan is bound to, and how long it may be applied. */
function validText({ manifest, expiresAtMs }: PlanSummary, { nowMs, timeZone }: PlanTextContext): string {
  const moment = expiresAtMs === null ? '' : formatMoment(expiresAtMs, nowMs, timeZone);
  if (expiresAtMs !== null && nowMs > expiresAtMs) return `NO LONGER: it could be applied until ${moment}`;
  const until = moment === '' ? '' : `, until ${moment}`;
  return `to be applied once${until}; the manifest's sha256 begins with ${manifest.sha256.slice(0, 12)}`;
}

/** What to say of columns that are only carried along; null where there are none. */
export function unreadText(columns: readonly string[]): string | null {
  if (columns.length === 0) return null;
  const shown = columns.slice(0, 12).join(', ');
  const more = columns.length > 12 ? ` and ${columns.length - 12} more` : '';
  return `no operation of these rows reads ${shown}${more}`;
}

function operationTable(operations: readonly OperationPlan[]): [TableColumn[], string[][]] {
  // Most plans have none of these, and their column would only take room.
  const anySo = operations.some(({ nothingToDo }) => nothingToDo > 0);
  const numbers = ['will do', ...(anySo ? ['nothing to do'] : []), 'will fail', 'blocked', 'skipped', 'invalid'];
  const columns: TableColumn[] = [
    { title: 'Operation', align: 'left' },
    ...numbers.map((title) => ({ title, align: 'right' as const })),
  ];
  const figures = (plan: OperationPlan) => [
    plan.willDo,
    ...(anySo ? [plan.nothingToDo] : []),
    ...[plan.willFail, plan.blocked, plan.skipped, plan.invalid],
  ];
  const rows = operations.map((plan) => [operationName(plan), ...figures(plan).map(formatCount)]);
  if (operations.length > 1) {
    const totals = numbers.map((_, index) => operations.reduce((sum, plan) => sum + (figures(plan)[index] ?? 0), 0));
    rows.push(['Total', ...totals.map(formatCount)]);
  }
  return [columns, rows];
}

/** Rows that validation refused may have no operation. */
function operationName({ provider, operation }: OperationPlan): string {
  return operation === '' ? '(not known)' : `${provider}.${operation}`;
}

function addRisks(page: Page, { operations, goingAlong, changedAlong, partsUntold, editedUndo }: PlanSummary): void {
  const active = operations.filter(({ willDo }) => willDo > 0);
  const list = (rows: (plan: OperationPlan) => number) =>
    active
      .filter((plan) => rows(plan) > 0)
      .map((plan) => `${operationName(plan)} (${countOf(rows(plan), 'row')})`)
      .join(', ');
  const irreversible = list(({ risk, willDo }) => (risk === 'irreversible' ? willDo : 0));
  const overwriting = list((plan) => plan.overwriting);
  if (irreversible !== '' || overwriting !== '' || editedUndo.rows > 0) page.gap();
  if (irreversible !== '') {
    page.paragraph(`IRREVERSIBLE: ${irreversible}. The service can't take this back.`, { tone: 'bad' });
  }
  if (goingAlong > 0) page.paragraph(`${goingAlongText(goingAlong)}.`, { tone: 'bad' });
  if (editedUndo.rows > 0) page.paragraph(editedUndoText(editedUndo), { tone: 'warning' });
  if (overwriting !== '') page.paragraph(`Overwrites old values: ${overwriting}.`, { tone: 'warning' });
  if (changedAlong > 0) page.paragraph(`${changedAlongText(changedAlong)}.`, { tone: 'warning' });
  for (const lack of partsUntold) page.paragraph(partsUntoldText(lack), { tone: 'warning' });
}

/** What no row names and all the same is deleted. */
export function goingAlongText(things: number): string {
  const [tasks, go] = things === 1 ? ['1 subtask', 'goes'] : [countOf(things, 'subtask'), 'go'];
  return `${tasks} that no row names ${go} with them, as far as the service told`;
}

/** What may go along unseen, and how it is seen. */
export function partsUntoldText({ title, words }: PlanSummary['partsUntold'][number]): string {
  return `${title}'s lists do not tell of ${words}: those go along unseen by guards. --look each asks for every target by itself, a request each, and sees them.`;
}

/** What no row names and all the same is changed. */
export function changedAlongText(things: number): string {
  const [tasks, are] = things === 1 ? ['1 subtask', 'is'] : [countOf(things, 'subtask'), 'are'];
  return `${tasks} that no row names ${are} changed with what ${things === 1 ? 'it is' : 'they are'} below, as far as the service told`;
}

/** Lines of an undo that are not as they were written. */
function editedUndoText({ rows, firstLines }: EditedUndoLines): string {
  const [were, they] = rows === 1 ? ['was', 'it is'] : ['were', 'they are'];
  const lines = `line ${firstLines.join(', ')}${rows > firstLines.length ? ', …' : ''}`;
  return `${countOf(rows, 'row')} ${were} edited since \`undo\` wrote the manifest (${lines}): ${they} done as the manifest says now, and nothing counts as taken back by that.`;
}

/** Ways back that are told by name; the others in a number. */
const shownWays = 6;

/** What `taskbatch undo` could bring back, and what would be lost. */
export function undoText({ whole, part, none, operations }: PlanCoverage): string {
  const counts = [
    whole === 0 ? null : `${countOf(whole, 'row')} whole`,
    part === 0 ? null : `${countOf(part, 'row')} in part`,
    none === 0 ? null : `${countOf(none, 'row')} not at all`,
  ].filter((count) => count !== null);
  const losing = operations.filter(({ reach, words }) => reach !== 'whole' && words.length > 0);
  const shown = losing.slice(0, shownWays);
  const losses = shown.map((way) => lossText(way, shown, whole + part + none));
  const others = losing.slice(shownWays).reduce((sum, { rows }) => sum + rows, 0);
  if (others > 0) losses.push(`Of ${countOf(others, 'more row')} it is something else; --json tells of all.`);
  return [`can take back ${counts.join(', ')}.`, ...losses].join(' ');
}

/** What was said of earlier rows of the same operation is not said again. */
function lossText(way: OperationCoverage, shown: readonly OperationCoverage[], total: number): string {
  const { provider, operation, reach, words, rows } = way;
  const [first] = shown.filter(
    (one) => one.provider === provider && one.operation === operation && one.reach === reach,
  );
  const name = rows === total ? operation : `${operation} (${countOf(rows, 'row')})`;
  if (reach === 'none') return `${name}: ${words.join(' ')}`;
  const more = words.filter((word) => !first?.words.includes(word));
  if (first !== undefined && first !== way && more.length > 0 && more.length + first.words.length === words.length) {
    return `Lost of ${name} beside that: ${more.join(', ')}.`;
  }
  return `Lost of ${name}: ${words.join(', ')}.`;
}

function costText(summary: PlanSummary, context: PlanTextContext): string {
  const words = costWords(summary);
  const { seconds } = summary.forecast;
  if (seconds === null || summary.willDo === 0) return words;
  const end = formatMoment(context.nowMs + seconds * 1_000, context.nowMs, context.timeZone);
  return `${words}, done at about ${end} if started now`;
}

/** Requests, pace and time, whenever it is started. */
export function costWords({ forecast, ...summary }: PlanSummary): string {
  const requests = `${summary.requestsVary ? 'about ' : ''}${countOf(forecast.requests, 'request')}`;
  if (summary.willDo === 0) return requests;
  const used = new Set(summary.operations.filter(({ willDo }) => willDo > 0).map(({ provider }) => provider));
  const rates = [...used].map((provider) => ({ provider, rate: summary.requestsPerMinute[provider] ?? 0 }));
  const pace = paceText(rates, paceOf(summary) === 'window');
  if (forecast.seconds === null) return `${requests}, ${pace}`;
  return `${requests}, ${pace}: about ${formatSpan(forecast.seconds * 1_000)}`;
}

/** @param unspaced whether a minute's worth leaves at once, so that few requests take no time at any limit. */
function paceText(
  rates: ReadonlyArray<{ readonly provider: string; readonly rate: number }>,
  unspaced: boolean,
): string {
  const [first] = rates;
  const same = rates.every(({ rate }) => rate === first?.rate);
  const some = (rate: number) => `${unspaced ? 'at most ' : ''}${formatRate(rate)} a minute`;
  const tell = (rate: number) => (rate === 0 ? 'no limit' : some(rate));
  const how = unspaced && rates.some(({ rate }) => rate > 0) ? 'unspaced, ' : '';
  if (first === undefined || same)
    return how === '' ? `at ${tell(first?.rate ?? 0)}` : `${how}${tell(first?.rate ?? 0)}`;
  const each = rates.map(({ provider, rate }) => `${tell(rate)} (${provider})`).join(' and ');
  return how === '' ? `side by side at ${each}` : `side by side, ${how}${each}`;
}
