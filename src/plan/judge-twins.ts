/** Rows that act on one thing, as reading shows, whatever they call it. */
import { localFailure } from '../failure.js';
import type { TaskGuard } from '../job/task-guard.js';
import type { BoundOperation } from '../providers/operation.js';
import type { CatalogueEntry } from '../providers/provider.js';
import type { TargetView } from '../providers/target.js';
import { blockedResult, failedResult } from '../run/row-end.js';
import { writeAfterRow } from '../state/plan-writes.js';
import { findWorkRow, type WorkRow } from '../state/row-reads.js';
import { writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import { type Twin, takeUpAgain, twinRows } from '../state/twins.js';
import { onceDone } from './foretell-rows.js';
import { judgePair } from './pair-rules.js';

/** What is to be done about a row that comes behind another on the same thing. */
interface Finding {
  readonly twin: Twin;
  readonly earlier: number;
  /** The first row on the thing. */
  readonly first: Pick<Twin, 'number' | 'name'>;
  readonly clashes: boolean;
}

export interface TwinMeans {
  readonly entry: (provider: string, operation: string) => CatalogueEntry;
  readonly bind: (row: WorkRow) => BoundOperation | null;
  /** The job's rules over the live task; null = none. */
  readonly guard: TaskGuard | null;
  readonly nowMs: number;
}

/**
 * A later row must not run where both can't stand, and finds the thing changed where they can: also one that was so
 * already when it was read.
 */
export function judgeTwins(database: RunDatabase, means: TwinMeans): void {
  const { entry, nowMs } = means;
  const findings = [...findAll(database, entry)];
  if (findings.length === 0) return;
  database.transaction(() => {
    for (const { twin, earlier, clashes } of findings) {
      if (!twin.isToDo) takeUpAgain(database, twin.number);
      if (!clashes) {
        writeAfterRow(database, twin.number, earlier);
        continue;
      }
      const failure = localFailure(
        'CONFLICT',
        'SAME_TARGET',
        `It acts on the same target as row ${earlier}, under another name.`,
        'Remove one of the two rows.',
      );
      writeRowResult(database, twin.number, 'planned-out', blockedResult(failure, nowMs, 0));
    }
    for (const group of namedApart(findings)) foretellInTurn(database, group, means);
  });
}

/** The numbers of rows on one thing, in their order, where they do not all call it by one name. */
function namedApart(findings: readonly Finding[]): number[][] {
  const groups = new Map<string, { readonly numbers: number[]; readonly names: Set<string> }>();
  for (const { twin, first, clashes } of findings) {
    if (clashes) continue;
    const group = groups.get(twin.thing) ?? { numbers: [first.number], names: new Set([first.name]) };
    group.numbers.push(twin.number);
    group.names.add(twin.name);
    groups.set(twin.thing, group);
  }
  return [...groups.values()].flatMap(({ numbers, names }) => (names.size > 1 ? [numbers] : []));
}

/** Rows that call their target by one name are foretold together when it is read; these are met only now. */
function foretellInTurn(database: RunDatabase, numbers: readonly number[], means: TwinMeans): void {
  let before: { readonly row: number; readonly leaves: TargetView } | null = null;
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
        continue;
      }
    }
    before = { row: number, leaves: bound.leaves(target, prepared) };
  }
}

function* findAll(
  database: RunDatabase,
  entry: (provider: string, operation: string) => CatalogueEntry,
): Generator<Finding> {
  let thing: string | null = null;
  /** Of the same thing, the first row of each operation that will have been done by then. */
  let first = new Map<string, Twin>();
  for (const twin of twinRows(database)) {
    if (twin.thing !== thing) {
      thing = twin.thing;
      first = new Map();
    }
    const { provider, operation } = twin;
    const [earlier] = first.values();
    if (earlier !== undefined) {
      const own = entry(provider, operation);
      // Whether they ask for the same is not told by their values, which name the target differently.
      const against = [...first].find(([name]) => judgePair(entry(provider, name), own, false) !== 'sequence');
      if (against !== undefined) {
        if (twin.isToDo) yield { twin, earlier: against[1].number, first: earlier, clashes: true };
        continue;
      }
      yield { twin, earlier: earlier.number, first: earlier, clashes: false };
    } else if (!twin.isToDo) {
      // What was so already changes nothing for those behind it.
      continue;
    }
    if (!first.has(operation)) first.set(operation, twin);
  }
}
