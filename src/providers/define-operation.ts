/** How an operation is written: a specification, typed by its schema, of which most members may be left out. */
import type { z } from 'zod';
import type { Failure, Result } from '../failure.js';
import { type JsonObject, textField } from '../json.js';
import type { Reader, Writer } from './http.js';
import type {
  Change,
  Done,
  Doubt,
  FindAbove,
  Notices,
  Operation,
  OperationFacts,
  Prediction,
  RowContext,
  RowSchema,
  SetBelow,
  Settlement,
} from './operation.js';
import type { Reading, TargetRef, TargetView } from './target.js';
import { noWayBack, takeBack, type UndoRule, undoFacts } from './undo.js';

export interface OperationSpec<Config, Schema extends RowSchema>
  extends Omit<
    OperationFacts,
    | 'costlyColumns'
    | 'distinctBy'
    | 'makes'
    | 'notices'
    | 'overwritingColumns'
    | 'readBackRequests'
    | 'requestsVary'
    | 'rowsPerRequest'
    | 'takesAlong'
    | 'undo'
  > {
  /** Default `target`. */
  readonly distinctBy?: OperationFacts['distinctBy'];
  /** Default false. */
  readonly takesAlong?: boolean;
  /** Default: nothing. */
  readonly makes?: string;
  /** Default: nobody and nothing. */
  readonly notices?: Partial<Notices>;
  /** Default false. */
  readonly requestsVary?: boolean;
  /** Default 1. */
  readonly rowsPerRequest?: number;
  /** Default: none. */
  readonly costlyColumns?: ReadonlyArray<string & keyof z.output<Schema>>;
  /** Default: none. */
  readonly overwritingColumns?: ReadonlyArray<string & keyof z.output<Schema>>;
  /** Default 1: reading the target tells all. */
  readonly readBackRequests?: number;
  readonly schema: Schema;
  readonly readingMaxAgeMs?: number;
  readonly target: (args: z.output<Schema>) => TargetRef | null;
  /** How it is taken back, or a sentence that says why it can't be. Default: no operation does it. */
  readonly undo?: UndoRule<z.output<Schema>> | string;
  readonly predict: (args: z.output<Schema>, target: TargetView, prepared: JsonObject) => Prediction;
  /** Default: as it was. */
  readonly leaves?: (args: z.output<Schema>, target: TargetView, prepared: JsonObject) => TargetView;
  /** Default: all rows where parts are taken along, else none. */
  readonly reachesParts?: (args: z.output<Schema>, target: TargetView) => boolean;
  /** As in {@link BoundOperation.setsBelow}. Default: nothing. */
  readonly setsBelow?: (args: z.output<Schema>, target: TargetView) => SetBelow | null;
  /** As in {@link BoundOperation.forbiddenSince}. Default: nothing. */
  readonly forbiddenSince?: (args: z.output<Schema>, before: TargetView, now: TargetView) => readonly Change[];
  /** Default: nothing is looked for. */
  readonly findNamed?: (
    config: Config,
    args: z.output<Schema>,
    reader: Reader,
    target: TargetView | null,
    above: FindAbove,
  ) => Promise<Result<TargetView | null>>;
  /** As in {@link BoundOperation.refusesWhole}. Default: the service's rules are not known. */
  readonly refusesWhole?: (
    args: z.output<Schema>,
    whole: TargetView,
    target: TargetView | null,
    prepared: JsonObject,
  ) => Failure | null;
  /** Default: none. What `prepare` keeps under the same name is the service's own id of it. */
  readonly joins?: string & keyof z.output<Schema>;
  /** As in {@link Operation.restsOn}. Default: none. */
  readonly restsOn?: string & keyof z.output<Schema>;
  readonly prepare?: (
    config: Config,
    args: z.output<Schema>,
    reader: Reader,
    target: TargetView | null,
    reviewed: TargetView | null,
  ) => Promise<Result<JsonObject>>;
  readonly execute: (
    config: Config,
    args: z.output<Schema>,
    writer: Writer,
    target: TargetView | null,
    prepared: JsonObject,
    context: RowContext,
  ) => Promise<Result<Done>>;
  readonly settle: (
    config: Config,
    args: z.output<Schema>,
    reader: Reader,
    reading: Reading | null,
    doubt: Doubt,
  ) => Promise<Settlement>;
}

/** Turns a specification, typed by its schema, into an operation that can stand in a list with others. */
export function defineOperation<Config, Schema extends RowSchema>(
  spec: OperationSpec<Config, Schema>,
): Operation<Config> {
  return {
    name: spec.name,
    summary: spec.summary,
    risk: spec.risk,
    repeat: spec.repeat,
    distinctBy: spec.distinctBy ?? 'target',
    requestsPerRow: spec.requestsPerRow,
    requestsVary: spec.requestsVary ?? false,
    rowsPerRequest: spec.rowsPerRequest ?? 1,
    costlyColumns: spec.costlyColumns ?? [],
    overwritingColumns: spec.overwritingColumns ?? [],
    readBackRequests: spec.readBackRequests ?? 1,
    inverse: spec.inverse,
    takesAlong: spec.takesAlong ?? false,
    makes: spec.makes ?? null,
    sideEffects: spec.sideEffects,
    notices: { people: 'no', automations: 'no', ...spec.notices },
    undo: undoFacts(spec.undo),
    settledBy: spec.settledBy,
    schema: spec.schema,
    readingMaxAgeMs: spec.readingMaxAgeMs ?? null,
    mayReachParts: spec.takesAlong === true || spec.reachesParts !== undefined,
    joins: spec.joins ?? null,
    restsOn: spec.restsOn ?? null,
    target: (args) => spec.target(spec.schema.parse(args)),
    takeBack: (args, past) =>
      typeof spec.undo === 'object'
        ? takeBack(spec.undo, spec.schema.parse(args), past)
        : { kind: 'none', reason: spec.undo ?? noWayBack },
    madeChanged: (args, made) =>
      typeof spec.undo === 'object' ? (spec.undo.changed?.(spec.schema.parse(args), made) ?? null) : null,
    bind: (config, json) => {
      const args = spec.schema.parse(json);
      const { refusesWhole } = spec;
      return {
        target: spec.target(args),
        predict: (target, prepared) => spec.predict(args, target, prepared),
        leaves: (target, prepared) => spec.leaves?.(args, target, prepared) ?? target,
        reachesParts: (target) => spec.reachesParts?.(args, target) ?? spec.takesAlong ?? false,
        setsBelow: (target) => spec.setsBelow?.(args, target) ?? null,
        forbiddenSince: (before, now) => spec.forbiddenSince?.(args, before, now) ?? [],
        joins: (prepared) =>
          spec.joins === undefined ? null : (textField(prepared, spec.joins) ?? textField(json, spec.joins)),
        findNamed: async (reader, target, above) =>
          spec.findNamed?.(config, args, reader, target, above) ?? { ok: true, value: null },
        refusesWhole:
          refusesWhole === undefined ? null : (whole, target, prepared) => refusesWhole(args, whole, target, prepared),
        prepares: spec.prepare !== undefined,
        prepare: async (reader, target, reviewed = null) =>
          spec.prepare === undefined ? { ok: true, value: {} } : spec.prepare(config, args, reader, target, reviewed),
        execute: (writer, target, prepared, context) => spec.execute(config, args, writer, target, prepared, context),
        settle: (reader, reading, doubt) => spec.settle(config, args, reader, reading, doubt),
      };
    },
  };
}
