/**
 * The contract of a provider: the adapter for one service. A new one is a folder here and a line in `registry.ts`.
 *
 * A provider builds requests, judges answers and knows its service's facts. It decides no retries, waits for no limit,
 * writes no state, and reads neither environment nor clock by itself.
 */
import type { Result } from '../failure.js';
import type { JsonObject } from '../json.js';
import type { BatchDialect } from './batch.js';
import type { HttpAnswer, Reader } from './http.js';
import type { BoundOperation, OperationFacts, RowSchema } from './operation.js';
import type { ReadingCost, TargetCounts } from './reading-cost.js';
import type { FullTraces, Reading, TargetRef, TargetView, Traces } from './target.js';
import type { Past, Undoing } from './undo.js';
import type { Wanted } from './wanted.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that a provider reads from the environment. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly required: boolean;
  /** What it is and where a person gets it, in a sentence. */
  readonly purpose: string;
  /** The variable beside which this one is left unused. */
  readonly unusedBeside?: string;
}

/** The pace that a service allows as far as it is known before the first answer. */
export interface LimitProfile {
  /** The pace where neither job nor flag sets one. */
  readonly requestsPerMinute: number;
  /** The most that the service states before an answer tells the credential's own limit. */
  readonly mostPerMinute: number;
  /** Requests in flight at once. */
  readonly concurrency: number;
  /** Where the figures come from. */
  readonly source: string;
  /** Operations that together may be done so many times an hour; left out where there is no such cap. */
  readonly hourlyCap?: { readonly operations: readonly string[]; readonly rows: number };
  /** Other bounds that a run may meet (hourly caps, blocks after errors), one sentence each. */
  readonly notes: readonly string[];
}

/** Where and with which secrets requests go. */
export interface ServiceAddress {
  /** Absolute, http only to loopback; the requests' paths are appended. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Every secret in use, to be taken out of all that is stored or shown. */
  readonly secrets: readonly string[];
}

/** Who the credential acts for, as the service tells. */
export interface Identity {
  /** The user's name or e-mail. */
  readonly user: string;
  /** Null where the service does not tell it. */
  readonly userId: string | null;
  /** Organisation, workspace or portal. */
  readonly tenant: string;
  /** Names need not be unique. */
  readonly tenantId: string;
  /** Things worth knowing before a run, e.g. a credential about to expire; mostly empty. */
  readonly warnings: readonly string[];
}

/** The service asks for a pause; nothing of the request was done. */
export interface Throttle {
  /** How long to wait from now, in ms; null when the service does not say. */
  readonly waitMs: number | null;
  readonly reason: string;
}

/** What {@link Connection.lookUp} costs, for telling it before it starts. */
export interface LookUpCost {
  /** The column by which a row may say where its task is, so that tasks of one place are known beforehand; or null. */
  readonly placeColumn: string | null;
  estimate(counts: TargetCounts): ReadingCost;
  /** On what it depends, in words that follow the figures: `the fewer, the more of them are in one list`. */
  readonly depends: string | null;
}

/** A provider with credentials: all that planning and running need of it. */
export interface Connection {
  readonly provider: string;
  /** For people: `ClickUp`. */
  readonly title: string;
  readonly address: ServiceAddress;
  /** Organisation, workspace or portal from the environment; the plan is bound to it. */
  readonly tenant: string;
  readonly profile: LimitProfile;
  /** Asks the service whether the credential is good and for whom it acts. One or two requests. */
  identify(reader: Reader): Promise<Result<Identity>>;
  /**
   * Reads targets. Answers for the first ref at least, or for something else that is wanted; for as many of the others
   * as the same requests told; and may add readings of things nobody asked for.
   * @param wanted what is to be read in all, for judging what is worth a request; absent = the refs.
   */
  lookUp(reader: Reader, refs: readonly TargetRef[], wanted?: Wanted): Promise<readonly Reading[]>;
  /** Whether an answer asks for a pause. `nowMs` is the wall clock. */
  throttle(answer: HttpAnswer, nowMs: number): Throttle | null;
  /** Requests a minute that an answer says the credential may send; null where it says nothing. */
  statedLimit(answer: HttpAnswer): number | null;
  /** How many targets {@link lookUp} reads best at once; 1 where the service reads them one by one. */
  readonly lookUpSize: number;
  readonly lookUpCost: LookUpCost;
  bind(operation: string, args: JsonObject): BoundOperation;
  /** Tasks by query; null where the provider has no queries. */
  readonly pages:
    | ((reader: Reader, values: Readonly<Record<string, string>>) => AsyncIterable<Result<readonly TargetView[]>>)
    | null;
  /**
   * How many tasks a list, run or project holds, by the id that a target's `placeId` is; one request. Null where the
   * provider has no such count, and null as the count where an answer does not tell.
   */
  readonly countTasks: ((reader: Reader, placeId: string) => Promise<Result<number | null>>) | null;
  /** All that the service tells of what people left on a task, at requests of its own where pages don't tell it. */
  readTraces(reader: Reader, task: TargetView): Promise<Result<FullTraces>>;
  /**
   * All that goes with a target when a row reaches its parts ({@link BoundOperation.reachesParts}), at requests of its
   * own; null where a service has no such rows, or would tell nothing of it. What `known`, another reader, has read for {@link lookUp} is not asked again.
   * @param told what a reading of the target told to be right below it, where that is not to be asked again.
   */
  readonly readParts:
    | ((
        reader: Reader,
        known: Reader,
        target: TargetView,
        told?: readonly TargetView[],
      ) => Promise<Result<readonly TargetView[]>>)
    | null;
  /**
   * What each task is right below, by id, as far as the service shows it, at requests for many at once; null where nothing
   * needs to be known of that.
   */
  readonly readParents:
    | ((reader: Reader, ids: readonly string[]) => Promise<Result<ReadonlyMap<string, string>>>)
    | null;
  /** What brings an archived target back with the thing that it is a part of; null for nothing. Pure. */
  comesBackWith(target: TargetView): ComesBack | null;
  /** Several writes in one request; null where the service has no such thing. */
  readonly batch: BatchDialect | null;
}

/** The operation that restores a thing, and all parts of it with that. */
export interface ComesBack {
  readonly whole: TargetRef;
  readonly operation: string;
}

/** A parameter of a provider's query, for `export`; also a flag of that name. */
export interface QueryParameter {
  /** As a flag: `list-id`, `run-id`, `status`. */
  readonly name: string;
  readonly about: string;
  /** Whether it says what part of the service is meant; a query without any such parameter means everything. */
  readonly scope: boolean;
  /** Why it is never taken, in words that follow its name: people ask for it, and the service would ignore it. */
  readonly refused?: string;
}

/** As help and messages name a parameter: `--list-id`, and `-q` for a single letter. */
export function queryFlag(name: string): string {
  return `${name.length === 1 ? '-' : '--'}${name}`;
}

/** The columns of the files in which the service itself exports tasks, so that those can be manifests as they are. */
export interface ServiceExport {
  /** Columns that no operation knows by that name; {@link exportMarks} of them show that a manifest is such a file. */
  readonly marks: readonly string[];
  /** Other columns that are close to a name which an operation knows, and must not pass for a misspelt one. */
  readonly others: readonly string[];
}

/** How many marks it takes: a single one may be there by chance. */
export const exportMarks = 2;

/** How tasks are found by a query. */
export interface TaskQuery<Config> {
  readonly parameters: readonly QueryParameter[];
  /**
   * Reads page after page; each is yielded as it comes, so that memory does not grow. A failure ends the pages.
   * @throws {UsageError} for values that the service is known to ignore or refuse.
   */
  readonly pages: (
    config: Config,
    reader: Reader,
    values: Readonly<Record<string, string>>,
  ) => AsyncIterable<Result<readonly TargetView[]>>;
}

/** What {@link Connection.lookUp} does not tell where it reads tasks together, and tells where it reads each by itself. */
export interface PagesLack {
  readonly trace: keyof Traces;
  /** As in: "ClickUp's lists do not tell of …". */
  readonly words: string;
}

/** Choices of a run that concern a provider. */
export interface ConnectOptions {
  /** Whether each target is read by itself, also where reading many together is cheaper. Default false. */
  readonly readsEach?: boolean;
  /** Whether a task may be named by its title alone, without its list. */
  readonly allowNameSearch: boolean;
}

/** What is known of an operation without credentials. */
export interface CatalogueEntry extends OperationFacts {
  readonly provider: string;
  readonly schema: RowSchema;
  readonly readingMaxAgeMs: number | null;
  /** What the service's own exports look like; null where nothing is known of them. */
  readonly serviceExport: ServiceExport | null;
  readonly joins: string | null;
  readonly restsOn: string | null;
  readonly mayReachParts: boolean;
  target(args: JsonObject): TargetRef | null;
  takeBack(args: JsonObject, past: Past): Undoing;
  madeChanged(args: JsonObject, made: TargetView): string | null;
}

/** How an operation that is known to be there is found, by the names of its service and its own. */
export type FindEntry = (provider: string, operation: string) => CatalogueEntry;

/** What a task may be in, as its view tells it; each service has its own. */
export const placeFields = ['list', 'folder', 'space', 'run', 'project'] as const;
export type PlaceField = (typeof placeFields)[number];

export interface Provider {
  readonly name: string;
  readonly title: string;
  /** What the service's tasks are in. */
  readonly places: readonly PlaceField[];
  readonly variables: readonly EnvironmentVariable[];
  readonly profile: LimitProfile;
  /** Null where it tells the same of a task either way. */
  readonly pagesLack: PagesLack | null;
  readonly operations: readonly CatalogueEntry[];
  /** @throws {CredentialError} naming each missing or malformed variable and where to get it. */
  connect(environment: Environment, options: ConnectOptions): Connection;
  /** The parameters of its query, for `export`; empty where it has none. */
  readonly queryParameters: readonly QueryParameter[];
}
