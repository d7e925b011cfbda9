/** How an operation is taken back: its part of the contract, and what the ways back are made of. */
import type { JsonObject, JsonValue } from '../json.js';
import type { TargetRef, TargetView } from './target.js';

/** A row that was done, as far as it is known, for taking it back. */
export interface Past {
  /** The target as it was read before; null when nothing looked at it (`--look none`). */
  readonly view: TargetView | null;
  /** The target as the service sent it then; null when no snapshot was kept. */
  readonly raw: JsonValue | null;
  /** What the write rested on beyond the target. */
  readonly prepared: JsonObject;
  /** Ids of what the row made. */
  readonly createdIds: readonly string[];
}

/** What was done to a thing that was looked at. */
export interface SeenPast extends Past {
  readonly view: TargetView;
}

/** A row that takes another one back, or a part of it. */
export interface UndoRow {
  readonly operation: string;
  /** By the operation's own column names, each as a cell of a manifest would have it. */
  readonly values: Readonly<Record<string, string>>;
  /** The column that takes the id of what the first row of the same taking back makes. */
  readonly ofMade?: string;
  /** Columns whose ids may be those of things that the same run deleted, and that have other ids once made again. */
  readonly mayRefer?: readonly string[];
  /** For what puts back something that the row changed beside what it was to change. */
  readonly beside?: {
    /** As the changes of operations name it. */
    readonly field: string;
    /**
     * How it is neither as it was before nor as the row left it, in words that begin in lower case; null when it is one of
     * both. Something else has set it since.
     */
    readonly changedSince: (now: TargetView) => string | null;
  };
  /** What it names beside its target and can do without, where that is gone by now. */
  readonly dispensable?: Dispensable;
  /** For what makes a thing: the values with a word among them, where another row makes one that is the same. */
  readonly apart?: (values: UndoRow['values'], word: string) => UndoRow['values'];
}

/** Things that a row names and can do without. */
export interface Dispensable {
  readonly things: ReadonlyArray<{
    readonly ref: TargetRef;
    /** What is lost without it, in words that begin in lower case. */
    readonly lost: string;
  }>;
  /** The values without those. @param gone their ids. */
  readonly without: (values: UndoRow['values'], gone: ReadonlySet<string>) => UndoRow['values'];
}

/** How one row is taken back. */
export type Undoing =
  | {
      readonly kind: 'rows';
      /** In the order in which they are to be done; empty when nothing is left to be done. */
      readonly rows: readonly UndoRow[];
      /** What this row does not get back beside what no row of the operation does, in words that begin in lower case. */
      readonly lost: readonly string[];
    }
  /** A sentence that says why not. */
  | { readonly kind: 'none'; readonly reason: string };

/** What people are told about taking an operation back. */
export interface UndoFacts {
  /** As far as the operation alone tells; a single row may fall short of it. */
  readonly reach: 'whole' | 'part' | 'none';
  /** What must have been kept: nothing, the reading of the target, or the target as the service sent it. */
  readonly needs: 'nothing' | 'reading' | 'snapshot';
  /** What no row gets back, in words that begin in lower case. For `none`: a sentence that says why. */
  readonly lost: readonly string[];
}

interface UndoRuleBase<Args> {
  readonly lost: readonly string[];
  /**
   * For what makes a thing: how the thing differs from what was made, in words; null when it does not. Such a thing is not
   * deleted unasked.
   */
  readonly changed?: (args: Args, made: TargetView) => string | null;
}

/** `take` is pure. A snapshot that is asked for may not have been kept all the same. */
export type UndoRule<Args> = UndoRuleBase<Args> &
  (
    | { readonly needs: 'nothing'; readonly take: (args: Args, past: Past) => Undoing }
    | { readonly needs: 'reading' | 'snapshot'; readonly take: (args: Args, past: SeenPast) => Undoing }
  );

/**
 * How a row is taken back. Without a look at its target nothing tells whether that was so before, and then the row must
 * not be turned round.
 */
export function takeBack<Args>(rule: UndoRule<Args>, args: Args, past: Past): Undoing {
  if (rule.needs === 'nothing') return rule.take(args, past);
  const { view } = past;
  return view === null ? unseen : rule.take(args, { ...past, view });
}

export const noWayBack = 'No operation takes it back.';

export function undoFacts(undo: UndoRule<never> | string | undefined): UndoFacts {
  if (typeof undo !== 'object') return { reach: 'none', needs: 'nothing', lost: [undo ?? noWayBack] };
  return { reach: undo.lost.length === 0 ? 'whole' : 'part', needs: undo.needs, lost: undo.lost };
}

export function takenBackBy(rows: readonly UndoRow[], lost: readonly string[] = []): Undoing {
  return { kind: 'rows', rows, lost };
}

export function notTakenBack(reason: string): Extract<Undoing, { kind: 'none' }> {
  return { kind: 'none', reason };
}

export const unseen = notTakenBack('Nothing looked at it before the write (--look none), so how it was is not known.');
export const notKept = notTakenBack('It was not kept as it was before (snapshot: no).');

/** Of what is deleted along with a thing above it. */
export const lostAbove = 'It went with a task above it, and no row makes the task again that it was a part of.';

/** Values as a cell of a list; in JSON, so that a value may hold any character. */
export function listCell(values: ReadonlyArray<string | number>): string {
  return JSON.stringify(values.map(String));
}

/** A cell of nothing but blanks counts as empty in a manifest. */
export function isBlankCell(text: string): boolean {
  return text.trim() === '';
}

const idNotKnown = notTakenBack('The id of what it made is not known.');

/** The deletion of all that a row made. */
export function deleteMade(createdIds: readonly string[], lost: readonly string[] = []): Undoing {
  if (createdIds.length === 0) return idNotKnown;
  return takenBackBy(
    createdIds.map((id) => ({ operation: 'delete', values: { task_id: id } })),
    lost,
  );
}

/** The deletion of the comment that a row wrote. @param names how rows name its task. */
export function deleteMadeComment(
  names: UndoRow['values'],
  createdIds: readonly string[],
  lost: readonly string[] = [],
): Undoing {
  const [id] = createdIds;
  if (id === undefined) return idNotKnown;
  return takenBackBy([{ operation: 'delete-comment', values: { ...names, comment_id: id } }], lost);
}
