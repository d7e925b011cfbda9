/** What a run says of its rows, held against what really happened at the service. Pure. */
import type { RowState } from '../../src/state/status.js';
import type { TortureRow } from './rows.js';

export type FindingKind =
  /** An effect more than once. */
  | 'duplicate'
  /** A row that is told to be done, or is nowhere, without its effect. */
  | 'lost'
  /** The report says of a row what is not so. */
  | 'wrong-report'
  /** Rows on one target that took effect in another order than the manifest's. */
  | 'order'
  /** A change that no row asked for. */
  | 'stray'
  /** States that do not sum up, or a final one that changed. */
  | 'state'
  /** More requests in a window than the limit. */
  | 'limit'
  /** The bin failed, hung, or ended in a way that it must not. */
  | 'bin';

export interface Finding {
  readonly kind: FindingKind;
  readonly text: string;
}

/** How a row ended, as the state and the report tell it. */
export interface EndedRow {
  readonly number: number;
  readonly state: RowState;
  readonly outcome: string | null;
  readonly errorCode: string | null;
  readonly message: string | null;
}

/** Failures that say themselves that a part was done. */
const partlyDone = new Set(['NOT_APPLIED', 'MADE_TASK_NOT_FOUND']);

/** @param effects keys of all effects, in the order in which they took place. */
export function judgeEnding(
  rows: readonly TortureRow[],
  ended: readonly EndedRow[],
  effects: readonly string[],
): Finding[] {
  const byNumber = new Map(ended.map((row) => [row.number, row]));
  const times = new Map<string, number>();
  for (const key of effects) times.set(key, (times.get(key) ?? 0) + 1);
  return [
    ...findStrays(rows, times),
    ...findDisorder(rows, effects),
    ...rows.flatMap((row) => judgeRow(row, byNumber.get(row.number), times)),
    ...(ended.length === rows.length ? [] : [lost(`${ended.length} rows of ${rows.length} are in the state`)]),
  ];
}

function judgeRow(row: TortureRow, end: EndedRow | undefined, times: ReadonlyMap<string, number>): Finding[] {
  const name = `row ${row.number} (${row.provider}.${row.operation} ${row.target ?? ''})`;
  const counts = row.effects.map((key) => times.get(key) ?? 0);
  const twice = row.effects.filter((_, index) => (counts[index] ?? 0) > 1);
  const findings: Finding[] = twice.map((key) => ({
    kind: 'duplicate',
    text: `${name}: ${key} ${times.get(key)} times`,
  }));
  if (end === undefined) return [...findings, lost(`${name} is not in the state`)];
  const told = `${end.state}${end.outcome === null ? '' : `/${end.outcome}`}`;
  const wrong = (what: string) => {
    findings.push({
      kind: 'wrong-report',
      text: `${name} is ${told}, ${what}: ${end.errorCode ?? ''} ${end.message ?? ''}`,
    });
  };
  const done = counts.every((count) => count > 0);
  const touched = counts.some((count) => count > 0);
  switch (end.state) {
    case 'pending':
    case 'sending':
      findings.push(lost(`${name} was left ${end.state}`));
      break;
    case 'succeeded':
      if (end.outcome === 'already') {
        if (touched) wrong('but it was this run that did it');
      } else if (!done) findings.push(lost(`${name} is ${told}, and nothing happened`));
      break;
    case 'failed':
      if (touched && !partlyDone.has(end.errorCode ?? '') && (done || counts.length === 1)) wrong('but it happened');
      break;
    case 'skipped':
    case 'blocked':
    case 'invalid':
      if (touched) wrong('but it happened');
      break;
    case 'unknown':
      break;
  }
  if (row.scene === 'done' && !isAlreadySo(end)) wrong('but it was so before');
  if (row.scene === 'missing' && end.state !== 'failed') wrong('but its target never was');
  const isHeldBack = end.state === 'invalid' || end.state === 'skipped' || end.state === 'blocked';
  // A row that waits for one that failed, or of which nobody knows, waits in vain.
  const waitsInVain = row.cells.after !== undefined && end.errorCode === 'DEPENDENCY';
  if ((row.scene === 'there' || row.scene === 'made') && isHeldBack && !waitsInVain) wrong('but it could be done');
  return findings;
}

/** It may also fail: a delete because what was deleted before may be of a wrong id, any row because nothing could be read. */
function isAlreadySo({ state, outcome }: EndedRow): boolean {
  return state === 'skipped' || state === 'failed' || outcome === 'already';
}

function findStrays(rows: readonly TortureRow[], times: ReadonlyMap<string, number>): Finding[] {
  const wanted = new Set(rows.flatMap(({ effects }) => effects));
  return [...times.keys()]
    .filter((key) => !wanted.has(key))
    .map((key) => ({ kind: 'stray', text: `${key}, which no row asked for` }));
}

function findDisorder(rows: readonly TortureRow[], effects: readonly string[]): Finding[] {
  const first = new Map<string, number>();
  for (const [index, key] of effects.entries()) if (!first.has(key)) first.set(key, index);
  const last = new Map<string, { readonly number: number; readonly at: number }>();
  const findings: Finding[] = [];
  for (const { number, provider, target, effects: keys } of rows) {
    const places = keys.flatMap((key) => first.get(key) ?? []);
    if (target === null || places.length === 0) continue;
    const thing = `${provider} ${target}`;
    const before = last.get(thing);
    if (before !== undefined && Math.min(...places) < before.at) {
      findings.push({ kind: 'order', text: `row ${number} took effect on ${thing} before row ${before.number}` });
    }
    last.set(thing, { number, at: Math.max(...places) });
  }
  return findings;
}

function lost(text: string): Finding {
  return { kind: 'lost', text };
}

export interface Instant {
  /** Whether the manifest has been read to its end. */
  readonly loaded: boolean;
  readonly ended: readonly EndedRow[];
  /** Of the rows of all states. */
  readonly sum: number;
}

/** Judges the state at one instant. @param finals rows that were seen in a final state before, with it. */
export function judgeInstant(rows: number, instant: Instant, finals: ReadonlyMap<number, string>): Finding[] {
  const { loaded, ended, sum } = instant;
  const findings: Finding[] = [];
  const add = (text: string) => findings.push({ kind: 'state', text });
  if (loaded ? sum !== rows : sum > rows) add(`the states sum to ${sum}, the manifest has ${rows} rows`);
  for (const { number, state, outcome } of ended) {
    const before = finals.get(number);
    const now = finalOf(state, outcome);
    if (before !== undefined && before !== now) add(`row ${number} was ${before} and is ${now}`);
  }
  return findings;
}

/** Adds the rows that are final at an instant. */
export function noteFinals({ ended }: Instant, finals: Map<number, string>): void {
  for (const { number, state, outcome } of ended) {
    if (state !== 'pending' && state !== 'sending') finals.set(number, finalOf(state, outcome));
  }
}

function finalOf(state: RowState, outcome: string | null): string {
  return outcome === null ? state : `${state}/${outcome}`;
}

/** Holds report.csv against the state: all rows, in order, with the cells of the manifest. */
export function judgeReport(
  records: readonly Readonly<Record<string, string>>[],
  rows: readonly TortureRow[],
  ended: readonly EndedRow[],
): Finding[] {
  const findings: Finding[] = [];
  const wrong = (text: string) => findings.push({ kind: 'wrong-report', text });
  if (records.length !== rows.length) wrong(`report.csv has ${records.length} rows of ${rows.length}`);
  for (const [index, row] of rows.entries()) {
    const record = records[index];
    const end = ended[index];
    if (record === undefined || end === undefined) continue;
    const told = [record._row, record._state, record._outcome].join(' ');
    const is = [row.number, end.state, end.outcome ?? ''].join(' ');
    if (told !== is) wrong(`report.csv says "${told}" where the state says "${is}"`);
    for (const [column, text] of Object.entries(row.cells)) {
      if (record[column] !== text) wrong(`report.csv, row ${row.number}: ${column} is ${record[column]}, was ${text}`);
    }
  }
  return findings;
}
