/** From the fates of rows to the lines that take them back: which there are, in which order, in which step. Pure. */
import { judgePair } from '../plan/pair-rules.js';
import { keepWholes } from './keep-wholes.js';
import { orderByReference } from './made-again.js';
import { orderWholesFirst } from './order-wholes.js';
import type { PlannedRow, RowFate } from './row-fate.js';

/** A line before it is written. */
export interface Draft {
  readonly fate: RowFate;
  readonly row: PlannedRow;
  /** Its place among the rows of its fate. */
  readonly at: number;
  /**
   * 1 = it can be planned as things are. Others can be planned only when the lines of the step before were applied: the
   * service would refuse them now.
   */
  readonly step: number;
  /** Drafts before it that must be done for it to be possible; empty where it can be planned only once they are. */
  readonly needs: readonly Draft[];
}

export interface Arranged {
  readonly drafts: readonly Draft[];
  /** As they came, but for rows that turned out not to be possible. */
  readonly fates: readonly RowFate[];
}

type Bare = Omit<Draft, 'step' | 'needs'>;

/** @param fates the last row first. */
export function arrangeDrafts(fates: readonly RowFate[]): Arranged {
  let known = keepWholes(fates);
  for (;;) {
    const settled = leaveToDeletion(known);
    const { drafts, fallen } = judgeDrafts(draftsOf(settled));
    if (fallen.size === 0) return { drafts, fates: settled };
    // A row that falls out may have been what another rested on, or was left to.
    known = keepWholes(known.map((fate) => withoutWay(fate, fallen.get(fate.number))));
  }
}

/** What was done to a thing that the run made goes when that is deleted. */
function leaveToDeletion(fates: readonly RowFate[]): readonly RowFate[] {
  const deleted = new Set(fates.flatMap((fate) => (fate.deletesMade && fate.rows.length > 0 ? fate.targets : [])));
  const isLeft = (fate: RowFate) => !fate.deletesMade && fate.targets.some((target) => deleted.has(target));
  return fates.map((fate) => (isLeft(fate) ? { ...fate, coverage: 'whole', words: [], rows: [] } : fate));
}

function withoutWay(fate: RowFate, reason: string | undefined): RowFate {
  return reason === undefined ? fate : { ...fate, coverage: 'none', words: [reason], rows: [] };
}

/** All lines in order; of several that put the same thing back, or one the contrary of the other, the last stays. */
function draftsOf(fates: readonly RowFate[]): readonly Bare[] {
  const all = orderByReference(orderWholesFirst(fates)).flatMap((fate) =>
    fate.rows.map((row, at) => ({ fate, row, at })),
  );
  const lastOf = new Map<string, number>();
  const lastOn = new Map<string, Map<string, Bare>>();
  for (const [index, draft] of all.entries()) {
    const { fate, row } = draft;
    if (row.target === null) continue;
    lastOf.set(sameThing(fate, row), index);
    const known = lastOn.get(row.target) ?? new Map<string, Bare>();
    // Again, so that the last one comes last.
    known.delete(row.operation);
    lastOn.set(row.target, known.set(row.operation, draft));
  }
  return all.filter((draft, index) => {
    const { fate, row } = draft;
    if (row.target === null) return true;
    return lastOf.get(sameThing(fate, row)) === index && !isOverruled(draft, lastOn.get(row.target));
  });
}

/**
 * Whether a line after it does the contrary: how the thing was between the two rows is wanted by nobody, and where it came
 * to be so by itself (a report that reopened a completed task) that other line finds nothing left to do.
 * @param lastOn the last line of each operation on the thing, in order.
 */
function isOverruled(draft: Bare, lastOn: ReadonlyMap<string, Bare> = new Map()): boolean {
  const { fate, row } = draft;
  let isBehind = false;
  for (const other of lastOn.values()) {
    if (isBehind && other.fate !== fate && areContrary(row, other.row)) return true;
    isBehind ||= other === draft;
  }
  return false;
}

function areContrary({ entry: one }: PlannedRow, { entry: other }: PlannedRow): boolean {
  const isInverse = one.inverse === other.name || other.inverse === one.name;
  return isInverse && judgePair(one, other, false) === 'conflict';
}

/** Equal for lines of which a manifest may hold one only. Each restores what was there before the run. */
function sameThing({ provider }: RowFate, { operation, target, entry, values }: PlannedRow): string {
  return `${provider}.${operation} ${target} ${entry.distinctBy === 'target' ? '' : JSON.stringify(values)}`;
}

/** The lines before one on the same thing, of which there may be very many. */
interface Earlier {
  /** The first of each operation: which lines can't stand together is a matter of these alone. */
  readonly firsts: Map<string, Draft>;
  /** The last step of them, and of those that the service would not refuse now; 0 = there are none. */
  readonly step: number;
  readonly possibleStep: number;
}

function nothingEarlier(): Earlier {
  return { firsts: new Map(), step: 0, possibleStep: 0 };
}

/** Gives each line its step; `fallen` are rows of which a line can't be: by their number, why not. */
function judgeDrafts(drafts: readonly Bare[]): {
  readonly drafts: readonly Draft[];
  readonly fallen: ReadonlyMap<number, string>;
} {
  const before = new Map<string, Earlier>();
  const fallen = new Map<number, string>();
  const known = new Map<string, Draft>();
  const judged = drafts.map((bare): Draft => {
    const restoring = restoringOf(bare.row, known);
    const needs = restoring === undefined ? [] : [restoring];
    const draft = restoring === undefined ? bare : { ...bare, row: asRestored(bare.row) };
    const { fate, row } = draft;
    if (row.target === null) {
      if (row.refusal !== null) fallen.set(fate.number, row.refusal);
      return { ...draft, step: 1, needs: [] };
    }
    const { firsts, step: last, possibleStep } = before.get(row.target) ?? nothingEarlier();
    if (row.refusal !== null && last === 0) fallen.set(fate.number, row.refusal);
    const clash = clashOf(draft, firsts.values());
    if (clash !== undefined && clash.fate !== fate) {
      fallen.set(fate.number, `It can't be taken back together with row ${clash.fate.number}, on the same thing.`);
    }
    // What is refused now rests on what is not.
    const step = Math.max(1, last, row.refusal === null ? 0 : possibleStep + 1);
    const done = { ...draft, step: Math.max(step, restoring?.step ?? 1), needs };
    known.set(lineKey(row.target, row.operation), done);
    if (!firsts.has(row.operation)) firsts.set(row.operation, done);
    before.set(row.target, { firsts, step, possibleStep: row.refusal === null ? step : possibleStep });
    return done;
  });
  return { drafts: judged, fallen };
}

function lineKey(target: string, operation: string): string {
  return `${operation} ${target}`;
}

/** The line before it that brings its target back with what that is a part of. */
function restoringOf({ restoredBy }: PlannedRow, known: ReadonlyMap<string, Draft>): Draft | undefined {
  return restoredBy == null ? undefined : known.get(lineKey(restoredBy.target, restoredBy.operation));
}

function asRestored(row: PlannedRow): PlannedRow {
  return { ...row, refusal: null, now: row.restoredBy?.then ?? row.now };
}

/** The first of those before it, on the same thing, with which a line can't stand in one manifest. */
export function clashOf<One extends Bare>({ row }: Bare, earlier: Iterable<One>): One | undefined {
  for (const other of earlier) if (judgePair(other.row.entry, row.entry, false) === 'conflict') return other;
  return undefined;
}
