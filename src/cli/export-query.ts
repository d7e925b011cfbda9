/** What the flags of `export` ask of a service, checked before anything is read. */
import { UsageError } from '../errors.js';
import { suggestName } from '../manifest/suggest-name.js';
import { requiredColumns } from '../plan/column-map.js';
import { findOperation } from '../plan/operation-finder.js';
import { type Provider, type QueryParameter, queryFlag } from '../providers/provider.js';
import { findProvider, providers } from '../providers/registry.js';

/** A parameter that some service's query has; a name means one flag, whatever the service. */
export interface QueryFlag {
  readonly name: string;
  /** What it means for each service that takes it; null where every service refuses it, so that it is only told why. */
  readonly about: string | null;
}

/** The flags of all services' queries. */
export const queryFlags: readonly QueryFlag[] = [
  ...new Set(providers.flatMap(({ queryParameters }) => queryParameters.map(({ name }) => name))),
].map((name) => ({ name, about: describeFlag(name) }));

/** `ClickUp, Bitrix24: Tasks with any of these tags … Tallyfy: The title of a tag …` */
function describeFlag(name: string): string | null {
  const titles = new Map<string, string[]>();
  for (const provider of providers) {
    const about = takenBy(provider).find((one) => one.name === name)?.about;
    if (about !== undefined) titles.set(about, [...(titles.get(about) ?? []), provider.title]);
  }
  if (titles.size === 0) return null;
  return [...titles].map(([about, names]) => `${names.join(', ')}: ${about}`).join(' ');
}

function takenBy({ queryParameters }: Provider): readonly QueryParameter[] {
  return queryParameters.filter(({ refused }) => refused === undefined);
}

/** Filters that a service takes without an error and then ignores, so that it would answer far more than was meant. */
export const ignoredFilters: ReadonlyMap<string, string> = new Map([
  ...['status-changed-after', 'status-changed-before', 'activity-after', 'activity-before'].map(
    (name) => [name, 'Bitrix24'] as const,
  ),
  ...['created-since', 'updated-since'].map((name) => [name, 'Tallyfy'] as const),
]);

const chooseOneself = `Choose among the tasks that are read, for example: --where 'task.updated > "2026-11-01"'`;

/** @throws {UsageError} for a name that is no service's. */
export function requireProvider(name: string): Provider {
  const provider = findProvider(name);
  if (provider !== null) return provider;
  const names = providers.map((one) => one.name);
  const hint = suggestName(name, names);
  throw new UsageError(`There is no service ${JSON.stringify(name)}.`, {
    code: 'USAGE',
    fix: hint === null ? `Use one of ${names.join(', ')}.` : `Did you mean ${hint}?`,
  });
}

/** @throws {UsageError} for parameters of other services, and when nothing says what part of the service is meant. */
export function readQuery(
  provider: Provider,
  flags: Readonly<Record<string, unknown>>,
  all: boolean,
): Record<string, string> {
  for (const [name, service] of ignoredFilters) {
    if (flags[name] === undefined) continue;
    throw new UsageError(`--${name} is no filter: ${service} takes one of that name and ignores it.`, {
      code: 'QUERY_REFUSED',
      fix: chooseOneself,
    });
  }
  const known = new Map(provider.queryParameters.map((parameter) => [parameter.name, parameter]));
  const values: Record<string, string> = {};
  for (const { name } of queryFlags) {
    const value = flags[name];
    if (typeof value !== 'string') continue;
    const parameter = known.get(name);
    if (parameter === undefined) throw notKnown(provider, name);
    if (parameter.refused !== undefined) {
      throw new UsageError(`${queryFlag(name)} ${parameter.refused}.`, { code: 'QUERY_REFUSED', fix: chooseOneself });
    }
    if (value.trim() === '') {
      throw new UsageError(`${queryFlag(name)} is empty.`, { code: 'USAGE', fix: 'Give it a value, or leave it out.' });
    }
    values[name] = value;
  }
  const scoped = Object.keys(values).some((name) => known.get(name)?.scope === true);
  if (scoped && all) {
    throw new UsageError('--all means everything, but the query names a part.', {
      code: 'USAGE',
      fix: 'Leave one of them out.',
    });
  }
  if (scoped || all) return values;
  const scopes = takenBy(provider).flatMap(({ scope, name }) => (scope ? [queryFlag(name)] : []));
  throw new UsageError('The query does not say what part of the service is meant.', {
    code: 'NO_SCOPE',
    fix: `Give one of ${scopes.join(', ')}; or --all for everything that the credential can see.`,
  });
}

function notKnown(provider: Provider, name: string): UsageError {
  const names = takenBy(provider).map((parameter) => parameter.name);
  const hint = suggestName(name, names);
  const owners = providers.filter((one) => takenBy(one).some((parameter) => parameter.name === name));
  const others = owners.map(({ title }) => title).join(' and ');
  const elsewhere = owners.length === 0 ? '' : `; ${others} ${owners.length === 1 ? 'does' : 'do'}`;
  return new UsageError(`${provider.title} knows no ${queryFlag(name)}${elsewhere}.`, {
    code: 'USAGE',
    fix:
      hint === null
        ? `It knows: ${names.map(queryFlag).join(', ')}. Anything else can be asked with --where.`
        : `Did you mean ${queryFlag(hint)}?`,
  });
}

/** The operation of the column that `--as` adds, and the columns that it needs beside the task's id. */
export interface ExportedOperation {
  readonly name: string;
  readonly needs: readonly string[];
}

/** @throws {UsageError} for an operation that the service does not have, or that acts on something else than a task. */
export function readOperation(provider: Provider, word: string): ExportedOperation {
  const found = findOperation([provider], provider.name, word.trim().toLowerCase());
  if (!('entry' in found)) {
    throw new UsageError(`--as ${word}: ${found.reason}.`, { code: 'USAGE', fix: found.fix });
  }
  const { entry } = found;
  if (!Object.hasOwn(entry.schema.shape, 'task_id')) {
    throw new UsageError(`--as ${word}: ${provider.name}.${entry.name} does not act on a task that is there.`, {
      code: 'USAGE',
      fix: `See what acts on tasks: taskbatch operations ${provider.name}`,
    });
  }
  return { name: entry.name, needs: requiredColumns(entry).filter((column) => column !== 'task_id') };
}
