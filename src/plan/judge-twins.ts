/** Rows that act on one thing, as reading shows, whatever they call it. */
import { type Failure, localFailure } from '../failure.js';
import type { TaskGuard } from '../job/task-guard.js';
import type { FindEntry } from '../providers/provider.js';
import type { TargetView } from '../providers/target.js';
import type { EarlyOperation } from '../run/bind-early.js';
import { blockedResult, failedResult, skippedResult } from '../run/row-end.js';
import { forgetChanges, writeAfterRow, writeChanges } from '../state/plan-writes.js';
import { findWorkRow, type WorkRow } from '../state/row-reads.js';
import { type RowResult, writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RunSettings } from '../state/run-record.js';
import { type Twin, takeUpAgain, twinRows } from '../state/twins.js';
import { judgePair } from './pair-rules.js';
import { type Before, behindRow, onceDone } from './rows-before.js';

/** What is to be done about a row on the thing of another. */
type Finding = { readonly twin: Twin } & (
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'repeats'; readonly words: string }
  /** It comes behind the other. */
  | { readonly kind: 'follows'; readonly earlier: number; readonly first: Pick<Twin, 'number' | 'name'> }
);

export interface TwinMeans {
  readonly entry: FindEntry;
  readonly bind: (row: WorkRow) => EarlyOperation | null;
  /** The job's rules over the live task; null = none. */
  readonly guard: TaskGuard | null;
  /** What becomes of a later row that asks for the same. */
  readonly duplicates: RunSettings['duplicates'];
  readonly nowMs: number;
}

/**
 * Of rows that contradict each other none may run, as where they call the thing by one name: which of them is meant, only
 * a person knows. Of two that ask for the same the later one may not. Others find the thing changed by those before them:
 * also one that was so already when it was read.
 */
export function judgeTwins(database: RunDatabase, means: TwinMeans): void {
  const { entry } = means;
  const findings = [...findAll(database, entry)];
  if (findings.length === 0) return;
  database.transaction(() => {
    for (const finding of findings) {
      const { number, standing } = finding.twin;
      if (standing === 'already') takeUpAgain(database, number);
      if (finding.kind === 'follows') writeAfterRow(database, number, finding.earlier);
      else writeRowResult(database, number, 'planned-out', endOf(finding, means));
    }
    for (const group of namedApart(findings)) foretellInTurn(database, group, means);
  });
}

function endOf(finding: Exclude<Finding, { kind: 'follows' }>, { duplicates, nowMs }: TwinMeans): RowResult {
  if (finding.kind === 'refused') return blockedResult(finding.failure, nowMs, 0);
  return duplicates === 'skip'
    ? skippedResult(`Duplicate: ${finding.words}`, nowMs, 0)
    : blockedResult(repetition(finding.words), nowMs, 0);
}

/** The numbers of rows on one thing, in their order, where they do not all call it by one name. */
function namedApart(findings: readonly Finding[]): number[][] {
  const groups = new Map<string, { readonly numbers: number[]; readonly names: Set<string> }>();
  for (const finding of findings) {
    if (finding.kind !== 'follows') continue;
    const { twin, first } = finding;
    const group = groups.get(twin.thing) ?? { numbers: [first.number], names: new Set([first.name]) };
    group.numbers.push(twin.number);
    group.names.add(twin.name);
    groups.set(twin.thing, group);
  }
  return [...groups.values()].flatMap(({ numbers, names }) => (names.size > 1 ? [numbers] : []));
}

/** Rows that call their target by one name are foretold together when it is read; these are met only now. */
function foretellInTurn(database: RunDatabase, numbers: readonly number[], means: TwinMeans): void {
  let before: Before | null = null;
  for (const number of numbers) {
    const row = findWorkRow(database, number);
    const bound = row === null ? null : means.bind(row);
    if (row === null || row.seen === null || bound === null) continue;
    const { view, prepared } = row.seen;
    const target: TargetView = before?.leaves ?? view;
    if (before !== null) {
      const refused = means.guard?.(target) ?? null;
      const prediction = bound.predict(target, prepared);
      const failure = refused ?? (prediction.kind === 'will-fail' ? prediction.failure : null);
      if (failure !== null) {
        const told = onceDone(failure, before.row);
        const result = refused === null ? failedResult(told, means.nowMs, 0) : blockedResult(told, means.nowMs, 0);
        writeRowResult(database, number, 'planned-out', result);
        forgetChanges(database, number);
        continue;
      }
      writeChanges(database, number, prediction.kind === 'will-do' ? prediction.changes : []);
    }
    before = behindRow(number, bound, target, prepared);
  }
}

function* findAll(database: RunDatabase, entry: FindEntry): Generator<Finding> {
  for (const group of groupsOf(twinRows(database))) yield* findIn(group, entry);
}

/** The rows on each thing. */
function* groupsOf(twins: Iterable<Twin>): Generator<readonly Twin[]> {
  let group: Twin[] = [];
  for (const twin of twins) {
    if (group[0] !== undefined && group[0].thing !== twin.thing) {
      yield group;
      group = [];
    }
    group.push(twin);
  }
  if (group.length > 0) yield group;
}

function* findIn(group: readonly Twin[], entry: FindEntry): Generator<Finding> {
  const firstOfEach = firstRows(group);
  /** The first row of each operation that will have been done by then. */
  const done = new Map<string, Twin>();
  for (const twin of group) {
    if (twin.standing === 'refused') continue;
    const own = entry(twin.provider, twin.operation);
    // Whether they ask for the same is not told by their values, which name the target differently.
    const judge = (other: Twin) => judgePair(entry(other.provider, other.operation), own, false);
    const foe = firstOfEach.find((other) => judge(other) === 'conflict');
    if (foe !== undefined) {
      yield { twin, kind: 'refused', failure: contradiction(foe) };
      continue;
    }
    const [first] = done.values();
    // What was so already changes nothing for those behind it.
    if (first === undefined && twin.standing === 'already') continue;
    const same = [...done.values()].find((other) => judge(other) === 'duplicate');
    if (same !== undefined) {
      if (twin.standing === 'to-do') yield { twin, kind: 'repeats', words: sameOf(same) };
      continue;
    }
    if (first !== undefined) yield { twin, kind: 'follows', earlier: first.number, first };
    if (!done.has(twin.operation)) done.set(twin.operation, twin);
  }
}

/** The first row of each operation, in manifest order. */
function firstRows(group: readonly Twin[]): readonly Twin[] {
  const first = new Map<string, Twin>();
  for (const twin of group) if (!first.has(twin.operation)) first.set(twin.operation, twin);
  return [...first.values()];
}

function contradiction({ number, line, operation }: Twin): Failure {
  return localFailure(
    'CONFLICT',
    'SAME_TARGET',
    `Row ${number} (line ${line}) acts on the same target under another name, and wants to ${operation} it: both can't make sense.`,
    'Remove one of the two rows.',
  );
}

function sameOf({ number, line }: Twin): string {
  return `Row ${number} (line ${line}) asks for the same of the same target, under another name.`;
}

function repetition(words: string): Failure {
  const fix = 'Remove one of the two rows, or set `duplicates: skip` in the job to skip the later ones.';
  return localFailure('CONFLICT', 'SAME_TARGET', words, fix);
}
