/** From the fates of rows to the manifest that takes the run back: which lines, in which order, in which step. Pure. */
import type { JsonObject } from '../json.js';
import { toJson } from '../plan/check-row.js';
import { judgePair } from '../plan/pair-rules.js';
import { isBlankCell, type UndoRow } from '../providers/undo.js';
import { undoDigest } from '../state/taken-back.js';
import { createReferrer, orderByReference } from './made-again.js';
import type { PlannedRow, RowFate } from './row-fate.js';

/** A line of the manifest. */
export interface ManifestLine {
  readonly provider: string;
  readonly operation: string;
  /** The row of the run that it takes back, or has a part in taking back. */
  readonly undoOf: number;
  /** By which the line is known from one that was edited. */
  readonly digest: string;
  /** By which other lines name it; null where none does. */
  readonly key: string | null;
  /**
   * 1 = it can be planned as things are. Others can be planned only when the lines of the step before were applied: the
   * service would refuse them now.
   */
  readonly step: number;
  /**
   * What its target may not be changed after, as the service tells; null where that is not known, and for a line of a
   * later step, whose target the lines before it change.
   */
  readonly unchangedSince: string | null;
  /** By column, as they are to be written. */
  readonly values: UndoRow['values'];
}

export interface Composed {
  readonly lines: readonly ManifestLine[];
  /** As they came, but for rows that turned out not to be possible. */
  readonly fates: readonly RowFate[];
}

interface Draft {
  readonly fate: RowFate;
  readonly row: PlannedRow;
  /** Its place among the rows of its fate. */
  readonly at: number;
  readonly step: number;
}

/** @param fates the last row first. @param word tells what the manifest makes from what others make. */
export function composeManifest(fates: readonly RowFate[], word: string): Composed {
  let known = leaveToDeletion(fates);
  let judged = judgeDrafts(draftsOf(known));
  // A row that falls out may have been what another rested on.
  while (judged.fallen.size > 0) {
    const { fallen } = judged;
    known = known.map((fate) => withoutWay(fate, fallen.get(fate.number)));
    judged = judgeDrafts(draftsOf(known));
  }
  const referrer = createReferrer(known);
  const made = new Set<string>();
  const lines = judged.drafts.map(({ fate, row, at, step }): ManifestLine => {
    const content = `${fate.provider}.${row.operation} ${JSON.stringify(row.values)}`;
    const isTwin = made.has(content);
    made.add(content);
    const values = isTwin && row.apart !== undefined ? row.apart(row.values, `${word}/${fate.number}`) : row.values;
    const cells = referrer.write(fate, row, values);
    return {
      provider: fate.provider,
      operation: row.operation,
      undoOf: fate.number,
      digest: undoDigest(
        fate.provider,
        row.operation,
        referrer.refers(fate, row) ? filled(cells) : parsed(row, values),
      ),
      key: at === 0 ? referrer.keyOf(fate) : null,
      step,
      unchangedSince: step === 1 ? row.updated : null,
      values: cells,
    };
  });
  return { lines, fates: known };
}

/** What was done to a thing that the run made goes when that is deleted. */
function leaveToDeletion(fates: readonly RowFate[]): readonly RowFate[] {
  const deleted = new Set(fates.flatMap((fate) => (fate.deletesMade && fate.rows.length > 0 ? fate.targets : [])));
  const isLeft = (fate: RowFate) => !fate.deletesMade && fate.targets.some((target) => deleted.has(target));
  return fates.map((fate) => (isLeft(fate) ? { ...fate, coverage: 'whole', words: [], rows: [] } : fate));
}

/** As validation will leave the row. */
function parsed({ entry }: PlannedRow, values: UndoRow['values']): JsonObject {
  const checked = entry.schema.safeParse(filled(values));
  return checked.success ? toJson(checked.data) : values;
}

/** Empty cells count as not given. */
function filled(values: UndoRow['values']): UndoRow['values'] {
  return Object.fromEntries(Object.entries(values).filter(([, text]) => !isBlankCell(text)));
}

function withoutWay(fate: RowFate, reason: string | undefined): RowFate {
  return reason === undefined ? fate : { ...fate, coverage: 'none', words: [reason], rows: [] };
}

/** All lines in order; of several that put the same thing back, the last stays. */
function draftsOf(fates: readonly RowFate[]): readonly Omit<Draft, 'step'>[] {
  const all = orderByReference(fates).flatMap((fate) => fate.rows.map((row, at) => ({ fate, row, at })));
  const lastOf = new Map<string, number>();
  for (const [index, { fate, row }] of all.entries()) {
    if (row.target !== null) lastOf.set(sameThing(fate, row), index);
  }
  return all.filter(({ fate, row }, index) => row.target === null || lastOf.get(sameThing(fate, row)) === index);
}

/** Equal for lines of which a manifest may hold one only. Each restores what was there before the run. */
function sameThing({ provider }: RowFate, { operation, target, entry, values }: PlannedRow): string {
  return `${provider}.${operation} ${target} ${entry.distinctBy === 'target' ? '' : JSON.stringify(values)}`;
}

/** Gives each line its step; `fallen` are rows of which a line can't be: by their number, why not. */
function judgeDrafts(drafts: readonly Omit<Draft, 'step'>[]): {
  readonly drafts: readonly Draft[];
  readonly fallen: ReadonlyMap<number, string>;
} {
  const before = new Map<string, Draft[]>();
  const fallen = new Map<number, string>();
  const judged = drafts.map((draft): Draft => {
    const { fate, row } = draft;
    if (row.target === null) {
      if (row.refusal !== null) fallen.set(fate.number, row.refusal);
      return { ...draft, step: 1 };
    }
    const earlier = before.get(row.target) ?? [];
    if (row.refusal !== null && earlier.length === 0) fallen.set(fate.number, row.refusal);
    const clash = earlier.find((other) => judgePair(other.row.entry, row.entry, false) === 'conflict');
    if (clash !== undefined && clash.fate !== fate) {
      fallen.set(fate.number, `It can't be taken back together with row ${clash.fate.number}, on the same thing.`);
    }
    // What is refused now rests on what is not.
    const isBehind = (other: Draft) => row.refusal !== null && other.row.refusal === null;
    const step = Math.max(1, ...earlier.map((other) => other.step + (isBehind(other) ? 1 : 0)));
    const done = { ...draft, step };
    before.set(row.target, [...earlier, done]);
    return done;
  });
  return { drafts: judged, fallen };
}
