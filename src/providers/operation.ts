/**
 * The contract of one operation of one provider: a file of its own under `src/providers/<provider>/`, made with
 * {@link defineOperation} and listed in its provider's list. The schema is the only definition of its columns.
 */
import type { z } from 'zod';
import type { Failure, Result } from '../failure.js';
import type { JsonObject } from '../json.js';
import type { Reader, Writer } from './http.js';
import type { Reading, TargetRef, TargetView } from './target.js';
import type { Past, UndoFacts, Undoing } from './undo.js';

/** `reversible`: the service can take it back. `destructive`: old values are overwritten. `irreversible`: for good. */
export type Risk = 'reversible' | 'destructive' | 'irreversible';

/**
 * Whether the write may be sent again when nobody knows what became of it.
 * `safe`: repeating it leaves the same state and no second side effect. `after-reading`: only when a fresh read shows
 * that it did not happen.
 */
export type Repeat = 'safe' | 'after-reading';

/** What planning expects of a row, from its target as it was read. */
export type Prediction =
  | { readonly kind: 'will-do'; readonly changes: readonly Change[] }
  | { readonly kind: 'nothing-to-do'; readonly reason: string }
  | { readonly kind: 'will-fail'; readonly failure: Failure };

export interface Change {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A write that the service confirmed. */
export interface Done {
  /** `already`: the service said that it was so before. */
  readonly outcome: 'done' | 'already';
  /** For `already`: the reading before the write shows that no attempt of the row did it. Left out where one may have. */
  readonly wasSo?: true;
  readonly httpStatus: number;
  readonly requestId: string | null;
  /** What there is to say beside it, or null. */
  readonly message: string | null;
  /** The thing's address in the service, where the answer tells it; null keeps the one that was read. */
  readonly url: string | null;
  /** The id of a thing that was made, several with `;` between; null where none was. */
  readonly createdId: string | null;
  /** When the target was completed by it, by the service's own clock; left out, or null, where the answer does not tell. */
  readonly completedAtMs?: number | null;
}

/**
 * The finished parts of a row that takes several writes (values first, then completing). An attempt skips what an
 * earlier one finished, also in another sitting.
 */
export interface Steps {
  done(name: string): boolean;
  /** Resolves once it is durable that the step is finished; call it right after its answer. */
  finish(name: string): Promise<void>;
}

/** What an attempt knows about its row beside the row's values. */
export interface RowContext {
  /**
   * Equal for all attempts at this row and for no other row: `taskbatch 20261122-0530-create-7f3a/12`. A thing that is
   * made can carry it, so that it is found again after doubt.
   */
  readonly mark: string;
  readonly steps: Steps;
}

/** A row that may or may not have happened. */
export interface Doubt {
  readonly mark: string;
  readonly steps: Pick<Steps, 'done'>;
  /** Wall clock in ms since the epoch when the attempt in doubt began. */
  readonly attemptStartedAtMs: number;
  /** When it ended, for a row that was done and is looked at again; left out for one that is in doubt. */
  readonly endedAtMs?: number;
  /** Whether planning had seen the target before. */
  readonly seenBefore: boolean;
  /** What it made, as far as the service told; left out for a row that is in doubt. */
  readonly createdIds?: readonly string[];
  /** When it completed the target, as the service told with the write; left out where it did not. */
  readonly completedAtMs?: number;
  /** What the write rested on beside the target; left out where that is not known. */
  readonly prepared?: JsonObject;
}

/** What reading the service told about a row in doubt. */
export type Settlement =
  | {
      readonly kind: 'done';
      readonly evidence: string;
      /** The id of the thing that was found made; left out where the operation makes none. */
      readonly createdId?: string;
      /** What others have done since to what the row made, a sentence: it would be lost with that. Left out for nothing. */
      readonly since?: string;
      /** How far it is another thing than planning foretells, a sentence: that rests on what no reading tells. Left out for as foretold. */
      readonly otherwise?: string;
    }
  | {
      readonly kind: 'not-done';
      readonly evidence: string;
      /** For what the row made on its target: whether it is not there any more. */
      readonly gone?: true;
    }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      /** The id of a thing that was made, though not as asked: such a row is never sent again. */
      readonly createdId?: string;
    }
  | {
      readonly kind: 'unknown';
      readonly evidence: string;
      /** Why the service could not be read; left out where it was, and did not tell. */
      readonly unread?: Failure;
    };

export type Likelihood = 'no' | 'may' | 'yes';

/** Whom and what a service tells of it by itself. */
export interface Notices {
  /** Assignees, watchers and others who are concerned with the target. */
  readonly people: Likelihood;
  /** The column whose people alone are told: rows in which it is empty tell nobody. Left out where others are concerned. */
  readonly peopleIn?: string;
  /** Webhooks, automations, robots. */
  readonly automations: Likelihood;
}

/** The last row above another one that is to do on a thing. */
export interface RowAbove {
  readonly number: number;
  /** Whether nothing is left of the thing then. */
  readonly removes: boolean;
}

/** Finds it; null where no row above is to do on the thing, as far as that is known yet. */
export type FindAbove = (ref: TargetRef) => RowAbove | null;

/** A value that a row gives its target and all that is below that, at any depth. */
export interface SetBelow {
  /** The column. */
  readonly field: string;
  /** Equal for the same value. */
  readonly value: string;
  /** The id of what the target is right below, as it was read; null for none. */
  readonly above: string | null;
}

/** What people are told about an operation before they use it. */
export interface OperationFacts {
  /** As written in manifests: `delete`. */
  readonly name: string;
  /** One line: what it does. */
  readonly summary: string;
  readonly risk: Risk;
  readonly repeat: Repeat;
  /**
   * What makes two rows on one target duplicates: `target`: naming it twice. `content`: only the same values too, because
   * the operation adds something (a comment, a tag, a field's value).
   */
  readonly distinctBy: 'target' | 'content';
  /** Requests that one row costs when nothing goes wrong, without the planning read. */
  readonly requestsPerRow: number;
  /** Whether some rows cost more, also when nothing goes wrong: what they name is written or read back by requests of its own. */
  readonly requestsVary: boolean;
  /** How many rows one such request can carry; 1 where each row has its own. */
  readonly rowsPerRequest: number;
  /** Columns that cost a row one request more each, which carries no other row. */
  readonly costlyColumns: readonly string[];
  /** Columns that overwrite values that the target holds, of an operation that can be taken back all the same. */
  readonly overwritingColumns: readonly string[];
  /** Requests that it takes to judge whether one row holds: reading its target, and what else that rests on. */
  readonly readBackRequests: number;
  /** The operation that takes it back, or null. */
  readonly inverse: string | null;
  /** Whether the parts of a thing go when it does: its subtasks, or the tasks of a run. */
  readonly takesAlong: boolean;
  /** What it makes, whose id a later row may take: `task`, `comment`; null where it makes nothing. */
  readonly makes: string | null;
  /** What the service does beside it: notifications, cascades; one sentence each. */
  readonly sideEffects: readonly string[];
  readonly notices: Notices;
  readonly undo: UndoFacts;
  /** How a row in doubt is settled, in a sentence. */
  readonly settledBy: string;
}

/** Whether nothing is left of the target, as opposed to what deletes a part of it, such as a comment. */
export function removesTarget({ risk, distinctBy }: Pick<OperationFacts, 'risk' | 'distinctBy'>): boolean {
  return risk === 'irreversible' && distinctBy === 'target';
}

/** The schema of a row: an object of columns made with `columns.ts`. Parsing its own output again changes nothing. */
export type RowSchema = z.ZodObject<z.ZodRawShape>;

/** An operation with its row's values filled in. */
export interface BoundOperation {
  /** The thing acted on; null for operations that make one. */
  readonly target: TargetRef | null;
  /** What a fresh look at the target foretells. Pure. */
  predict(target: TargetView, prepared: JsonObject): Prediction;
  /**
   * The target as the row leaves it, as far as that decides whether a later row of the manifest can be done, and what the
   * job's rules say of it then. Pure.
   */
  leaves(target: TargetView, prepared: JsonObject): TargetView;
  /** Whether the row also changes what is a part of the target: then guards are asked about that too. Pure. */
  reachesParts(target: TargetView): boolean;
  /** What the row gives its target and what is below that, whether that has it already or not; null for nothing. Pure. */
  setsBelow(target: TargetView): SetBelow | null;
  /**
   * What others changed between two readings of the target that forbids the row, beside what its risk forbids: what it
   * would overwrite or undo unseen, though most of what the operation does can be taken back. Pure.
   */
  forbiddenSince(before: TargetView, now: TargetView): readonly Change[];
  /** The id of the thing that {@link Operation.joins} names, as the service knows it; null for none. Pure. */
  joins(prepared: JsonObject): string | null;
  /**
   * Looks whether what the row names beside its target is there, and will be when the rows above are done. For planning
   * alone: executing would send as many requests once more, to learn what the write tells. @returns the thing that
   * {@link Operation.joins} names, as it is; null for none, and where {@link refusesWhole} is null.
   */
  findNamed(reader: Reader, target: TargetView | null, above: FindAbove): Promise<Result<TargetView | null>>;
  /**
   * Why the service would not put what the row changes or makes below the thing that {@link Operation.joins} names, by how
   * both are then; null where nothing is known against it. Null itself where the service's rules are not known. Pure.
   */
  readonly refusesWhole:
    | ((whole: TargetView, target: TargetView | null, prepared: JsonObject) => Failure | null)
    | null;
  /** Whether {@link prepare} looks anything up. */
  readonly prepares: boolean;
  /**
   * Looks up what the write needs beyond the target (a list's closed status), so that the plan holds it. Stored with the
   * row, so plain JSON.
   * @param reviewed the target as the plan showed it, where it is looked at once more: what the row meant is told by that.
   */
  prepare(reader: Reader, target: TargetView | null, reviewed?: TargetView | null): Promise<Result<JsonObject>>;
  /** Sends the write. `target` is null when planning did not look (`--look none`). */
  execute(writer: Writer, target: TargetView | null, prepared: JsonObject, context: RowContext): Promise<Result<Done>>;
  /** Judges a row in doubt by a fresh reading of its target (null for operations without one). */
  settle(reader: Reader, reading: Reading | null, doubt: Doubt): Promise<Settlement>;
}

/** An operation as its provider lists it. `Config` is the provider's own connection settings. */
export interface Operation<Config> extends OperationFacts {
  readonly schema: RowSchema;
  /** Whether a write must rest on a reading that is at most this old (ms); null when any reading will do. */
  readonly readingMaxAgeMs: number | null;
  /** Whether rows that change what is a part of their targets are among its rows: see {@link BoundOperation.reachesParts}. */
  readonly mayReachParts: boolean;
  /** The column that names a thing which the row makes its target, or what it makes, a part of; null for most. */
  readonly joins: string | null;
  /** The column that names a thing by its id which must be there for the row to be done, and goes by itself; null for most. */
  readonly restsOn: string | null;
  /** What the row acts on, from its values alone and without any credentials; null for operations that make one. */
  target(args: JsonObject): TargetRef | null;
  takeBack(args: JsonObject, past: Past): Undoing;
  /** How a thing that a row made differs from what was made; null when it does not, or nothing can be told. */
  madeChanged(args: JsonObject, made: TargetView): string | null;
  /** @throws {z.ZodError} when `args` is not the output of this operation's schema. */
  bind(config: Config, args: JsonObject): BoundOperation;
}
