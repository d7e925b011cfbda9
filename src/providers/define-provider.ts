/** How a provider is written: a specification, typed by its own settings, of which some members may be left out. */
import { type Result, succeed } from '../failure.js';
import type { BatchDialect } from './batch.js';
import type { HttpAnswer, Reader } from './http.js';
import type { Operation } from './operation.js';
import type {
  ComesBack,
  ConnectOptions,
  Environment,
  EnvironmentVariable,
  Identity,
  LimitProfile,
  LookUpCost,
  PagesLack,
  PlaceField,
  Provider,
  ServiceAddress,
  ServiceExport,
  TaskQuery,
  Throttle,
} from './provider.js';
import { countTargets } from './reading-cost.js';
import type { FullTraces, Reading, TargetRef, TargetView } from './target.js';
import type { Wanted } from './wanted.js';

export interface ProviderSpec<Config> {
  readonly name: string;
  readonly title: string;
  readonly places: readonly PlaceField[];
  readonly variables: readonly EnvironmentVariable[];
  readonly profile: LimitProfile;
  readonly operations: ReadonlyArray<Operation<Config>>;
  readonly configure: (
    environment: Environment,
    options: ConnectOptions,
  ) => {
    config: Config;
    address: ServiceAddress;
    tenant: string;
    /** Where the credential's kind decides on the pace; else that of the provider. */
    profile?: LimitProfile;
  };
  readonly identify: (config: Config, reader: Reader) => Promise<Result<Identity>>;
  readonly lookUp: (
    config: Config,
    reader: Reader,
    refs: readonly TargetRef[],
    wanted?: Wanted,
  ) => Promise<readonly Reading[]>;
  readonly lookUpSize?: number;
  /** Default: one request each. */
  readonly lookUpCost?: LookUpCost;
  /** Default: nothing. */
  readonly pagesLack?: PagesLack;
  readonly query?: TaskQuery<Config>;
  /** One request. Default: the service tells no such count. */
  readonly countTasks?: (config: Config, reader: Reader, placeId: string) => Promise<Result<number | null>>;
  /** Default: what any reading of a task tells. */
  readonly readTraces?: (config: Config, reader: Reader, task: TargetView) => Promise<Result<FullTraces>>;
  /** Default: nothing goes along. */
  readonly readParts?: (
    config: Config,
    reader: Reader,
    known: Reader,
    target: TargetView,
    told?: readonly TargetView[],
  ) => Promise<Result<readonly TargetView[]>>;
  /** For operations that set something below their targets. Default: nothing is known. */
  readonly readParents?: (
    config: Config,
    reader: Reader,
    ids: readonly string[],
  ) => Promise<Result<ReadonlyMap<string, string>>>;
  /** As in {@link Connection.comesBackWith}. Default: nothing. */
  readonly comesBackWith?: (target: TargetView) => ComesBack | null;
  readonly serviceExport?: ServiceExport;
  readonly batch?: (config: Config) => BatchDialect | null;
  readonly throttle: (answer: HttpAnswer, nowMs: number, config: Config) => Throttle | null;
  /** Default: nothing is told. */
  readonly statedLimit?: (answer: HttpAnswer, config: Config) => number | null;
}

const oneByOne: LookUpCost = {
  placeColumn: null,
  estimate: (counts) => ({ least: countTargets(counts), most: countTargets(counts) }),
  depends: null,
};

/** Turns a specification, typed by the provider's own settings, into a provider that can stand in a list with others. */
export function defineProvider<Config>(spec: ProviderSpec<Config>): Provider {
  const byName = new Map(spec.operations.map((operation) => [operation.name, operation]));
  return {
    name: spec.name,
    title: spec.title,
    places: spec.places,
    variables: spec.variables,
    profile: spec.profile,
    pagesLack: spec.pagesLack ?? null,
    operations: spec.operations.map((operation) => ({
      ...operation,
      provider: spec.name,
      serviceExport: spec.serviceExport ?? null,
    })),
    queryParameters: spec.query?.parameters ?? [],
    connect: (environment, options) => {
      const { config, address, tenant, profile } = spec.configure(environment, options);
      const { query, countTasks, readParts, readParents } = spec;
      return {
        provider: spec.name,
        title: spec.title,
        address,
        tenant,
        profile: profile ?? spec.profile,
        identify: (reader) => spec.identify(config, reader),
        lookUp: (reader, refs, wanted) => spec.lookUp(config, reader, refs, wanted),
        lookUpSize: spec.lookUpSize ?? 1,
        lookUpCost:
          spec.lookUpCost === undefined || (options.readsEach === true && spec.pagesLack !== undefined)
            ? oneByOne
            : spec.lookUpCost,
        pages: query === undefined ? null : (reader, values) => query.pages(config, reader, values),
        countTasks: countTasks === undefined ? null : (reader, placeId) => countTasks(config, reader, placeId),
        readTraces: async (reader, task) =>
          spec.readTraces === undefined ? succeed(task.traces) : spec.readTraces(config, reader, task),
        readParts:
          readParts === undefined
            ? null
            : (reader, known, target, told) => readParts(config, reader, known, target, told),
        readParents: readParents === undefined ? null : (reader, ids) => readParents(config, reader, ids),
        comesBackWith: (target) => spec.comesBackWith?.(target) ?? null,
        batch: spec.batch?.(config) ?? null,
        throttle: (answer, nowMs) => spec.throttle(answer, nowMs, config),
        statedLimit: (answer) => spec.statedLimit?.(answer, config) ?? null,
        bind: (name, args) => {
          const operation = byName.get(name);
          if (operation === undefined) throw new RangeError(`${spec.name} has no operation ${name}`);
          return operation.bind(config, args);
        },
      };
    },
  };
}
