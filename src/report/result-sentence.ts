/** A run's result in one sentence, for the head of its page. */

import { countOf, formatCount } from '../format-numbers.js';
import type { RunSummary } from '../run/run-summary.js';
import type { RowState } from '../state/status.js';

/** What is told of rows that did not succeed, in this order. */
const troubles: ReadonlyArray<readonly [state: RowState, one: string, many: string]> = [
  ['failed', 'failed', 'failed'],
  ['blocked', 'was blocked', 'were blocked'],
  ['unknown', 'may or may not have happened', 'may or may not have happened'],
  ['invalid', 'was refused by validation', 'were refused by validation'],
];

/** `388 of 400 rows succeeded; 9 failed, 3 were blocked.` */
export function resultSentence(summary: Pick<RunSummary, 'state' | 'states' | 'rows'>): string {
  const { state, states, rows } = summary;
  if (rows === 0) return 'The manifest has no rows.';
  if (state === 'planned') return plannedSentence(states, rows);
  const wanted = rows - states.skipped;
  const all = states.succeeded === wanted && wanted > 0;
  const head = all
    ? wanted === 1
      ? 'The one row that was wanted succeeded'
      : `All ${formatCount(wanted)} rows succeeded`
    : `${formatCount(states.succeeded)} of ${countOf(wanted, 'row')} succeeded`;
  const told = wanted === 0 ? 'Nothing was to do' : head;
  const parts = [...troublesOf(states), ...leftOf(summary)];
  const skipped = states.skipped === 0 ? [] : [`${formatCount(states.skipped)} skipped`];
  const rest = [...parts, ...skipped].join(', ');
  return `${told}${rest === '' ? '' : `; ${rest}`}.`;
}

function plannedSentence(states: Readonly<Record<RowState, number>>, rows: number): string {
  const rest = [
    ...troublesOf(states),
    ...(states.skipped === 0 ? [] : [`${formatCount(states.skipped)} skipped`]),
  ].join(', ');
  return `Planned: ${formatCount(states.pending)} of ${countOf(rows, 'row')} would be done${rest === '' ? '' : `; ${rest}`}.`;
}

function troublesOf(states: Readonly<Record<RowState, number>>): string[] {
  return troubles
    .filter(([state]) => states[state] > 0)
    .map(([state, one, many]) => `${formatCount(states[state])} ${states[state] === 1 ? one : many}`);
}

function leftOf({ state, states }: Pick<RunSummary, 'state' | 'states'>): string[] {
  const left = states.pending + states.sending;
  if (left === 0) return [];
  return [`${formatCount(left)} ${state === 'running' ? 'still to do' : 'not done yet'}`];
}
