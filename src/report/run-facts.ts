/** What the head of a report says of a run beside its result: the one list for all formats that have a head. */

import { countOf, formatCount, formatRate, formatSpan } from '../format-numbers.js';
import type { PlanCoverage } from '../plan/undo-coverage.js';
import type { RunSummary } from '../run/run-summary.js';
import { undoText } from '../ui/plan-text.js';
import type { PageSource } from './html/page-source.js';

/** Our own words, a name from outside, what is read letter by letter (ids, commands), or a moment (wall clock in ms). */
export type FactPart = string | { readonly name: string } | { readonly code: string } | { readonly atMs: number };

export interface RunFact {
  readonly label: string;
  readonly parts: readonly FactPart[];
}

/** How a run of each state is spoken of: `Run … finished`. */
export const runStateWords: Readonly<Record<RunSummary['state'], string>> = {
  planning: 'is being planned',
  planned: 'is planned',
  running: 'is running',
  finished: 'finished',
  stopped: 'stopped',
  interrupted: 'was interrupted',
};

export function runFacts(summary: RunSummary, undo: PageSource['undo']): RunFact[] {
  const { services, manifest, parent } = summary;
  return [
    ...serviceFacts(services),
    ...manifestFacts(manifest),
    ...(parent === null ? [] : [{ label: 'Repeats', parts: ['rows of run ', { code: parent }] }]),
    { label: 'Time', parts: timeParts(summary) },
    { label: 'Requests', parts: [requestsText(summary)] },
    ...(undo === undefined ? [] : [{ label: 'Undo', parts: undoParts(summary, undo) }]),
  ];
}

/** Of a run that is only planned there is nothing yet that the command could take back. */
function undoParts({ state, run }: RunSummary, undo: PlanCoverage): FactPart[] {
  return state === 'planned'
    ? [`once applied, taskbatch undo ${undoText(undo)}`]
    : [{ code: `taskbatch undo ${run}` }, ` ${undoText(undo)}`];
}

/** Where it acts, and for whom. */
export function serviceFacts(services: RunSummary['services']): RunFact[] {
  return services.map(({ title, tenant, user }) => ({
    label: 'Service',
    parts: [{ name: [title, tenant, user].filter((part) => part !== '').join(' · ') }],
  }));
}

export function manifestFacts({ name, rows, sha256 }: RunSummary['manifest']): RunFact[] {
  const shown = name === '-' ? 'standard input' : name;
  return [
    { label: 'Manifest', parts: [{ name: shown }, `, ${countOf(rows, 'row')}`] },
    { label: 'SHA-256', parts: [{ code: sha256 }] },
  ];
}

/** A fact in plain text; times in UTC. */
export function factText({ parts }: RunFact): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if ('atMs' in part) return utcText(part.atMs);
      return 'code' in part ? part.code : part.name;
    })
    .join('');
}

/** `2026-11-22 05:30:00 UTC`; a broken clock's time is none. */
export function utcText(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime())
    ? 'at an unknown time'
    : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function timeParts({ createdAtMs, startedAtMs, finishedAtMs, activeMs }: RunSummary): FactPart[] {
  return [
    ...(startedAtMs === null ? ['planned ', { atMs: createdAtMs }] : ['started ', { atMs: startedAtMs }]),
    ...(finishedAtMs === null ? [] : [', finished ', { atMs: finishedAtMs }]),
    ...(activeMs > 0 ? [`, ${formatSpan(activeMs)} of work`] : []),
  ];
}

function requestsText({ requests, planRequests, requestsPerMinute, state }: RunSummary): string {
  if (state === 'running') return `${formatCount(planRequests)} for planning; the others are counted at the end`;
  const rate = requestsPerMinute === null ? '' : `, ${formatRate(requestsPerMinute)} a minute`;
  const sent = formatCount(requests - planRequests);
  return `${formatCount(requests)}: ${formatCount(planRequests)} for planning, ${sent} for executing${rate}`;
}
