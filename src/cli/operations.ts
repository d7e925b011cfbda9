import { z } from 'zod';
import { UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { requiredColumns } from '../plan/column-map.js';
import { findOperation } from '../plan/operation-finder.js';
import { referenceMark } from '../plan/reference-text.js';
import { columnFacts } from '../providers/columns.js';
import type { CatalogueEntry, LimitProfile } from '../providers/provider.js';
import { findProvider, providers } from '../providers/registry.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { printJson } from './print.js';

export const operations: Command = {
  register: (yargs, start) =>
    yargs.command(
      'operations [name]',
      'The catalogue: what each service can do, with columns, risk, requests a row, and how it is taken back.',
      (y) =>
        y
          .positional('name', { type: 'string', describe: 'A service (clickup) or an operation (clickup.delete)' })
          .option('template', {
            type: 'boolean',
            describe: 'Print a header row and an example, as CSV',
            default: false,
          })
          .option('json-schema', {
            type: 'boolean',
            describe: "Print the JSON Schema of the operation's rows",
            default: false,
          })
          .option('json', { type: 'boolean', describe: 'Print as JSON', default: false })
          .example('$0 operations clickup', 'what ClickUp can do')
          .example('$0 operations clickup.delete --template > my.csv', 'begin a manifest'),
      (flags) => start((context) => runOperations(flags, context)),
    ),
};

interface Flags {
  readonly name?: string | undefined;
  readonly template: boolean;
  readonly jsonSchema: boolean;
  readonly json: boolean;
}

async function runOperations(flags: Flags, context: CliContext): Promise<number> {
  const chosen = chooseEntries(flags.name);
  const [only] = chosen;
  if (flags.template || flags.jsonSchema) {
    if (only === undefined || chosen.length !== 1) {
      throw new UsageError('Name one operation for a template or a schema.', {
        code: 'USAGE',
        fix: `For example: taskbatch operations ${chosen[0] === undefined ? 'clickup.delete' : nameOf(chosen[0])} ${flags.template ? '--template' : '--json-schema'}`,
      });
    }
    if (flags.template) context.stdout.write(templateOf(only));
    else printJson(context, rowJsonSchema(only));
    return exitCodes.ok;
  }
  if (flags.json) printJson(context, chosen.map(factsOf));
  else context.stdout.write(chosen.length === 1 && only !== undefined ? describe(only) : listOf(chosen));
  return exitCodes.ok;
}

function chooseEntries(name: string | undefined): readonly CatalogueEntry[] {
  const all = providers.flatMap((provider) => provider.operations);
  if (name === undefined) return all;
  const word = name.toLowerCase();
  const ofProvider = all.filter(({ provider }) => provider === word);
  if (ofProvider.length > 0) return ofProvider;
  const found = findOperation(providers, '', word);
  if ('entry' in found) return [found.entry];
  throw new UsageError(`${found.reason.charAt(0).toUpperCase()}${found.reason.slice(1)}.`, {
    code: 'USAGE',
    fix: found.fix,
  });
}

function nameOf(entry: CatalogueEntry): string {
  return `${entry.provider}.${entry.name}`;
}

function listOf(entries: readonly CatalogueEntry[]): string {
  const width = Math.max(...entries.map((entry) => nameOf(entry).length));
  const lines = entries.map((entry) => `  ${nameOf(entry).padEnd(width)}  ${entry.risk.padEnd(12)}  ${entry.summary}`);
  const names = [...new Set(entries.map(({ provider }) => provider))];
  return `${lines.join('\n')}\n\n${names.flatMap(limitLines).join('\n')}\n\nOne of them in full: taskbatch operations ${entries[0] === undefined ? '' : nameOf(entries[0])}\n`;
}

/** What bounds the pace of a service, and where that is known from. */
function limitLines(name: string): string[] {
  const provider = findProvider(name);
  if (provider === null) return [];
  const { requestsPerMinute, mostPerMinute, concurrency, source, notes } = provider.profile;
  return [
    `${provider.title}: ${requestsPerMinute} requests a minute unless a job or --rate says otherwise, at most ${mostPerMinute}; ${concurrency} at once.`,
    `  - ${source}.`,
    ...notes.map((note) => `  - ${note}`),
  ];
}

function limitsOf(name: string): LimitProfile | null {
  return findProvider(name)?.profile ?? null;
}

interface ColumnRow {
  readonly name: string;
  readonly kind: string;
  readonly required: boolean;
  readonly about: string;
  /** How long or how large a value may be: `at most 250 characters`; null where nothing bounds it. */
  readonly bounds: string | null;
  readonly aliases: readonly string[];
  readonly example: string;
}

function columnsOf(entry: CatalogueEntry): ColumnRow[] {
  const required = new Set(requiredColumns(entry));
  const { properties = {} } = rowJsonSchema(entry);
  return Object.entries(entry.schema.shape).map(([name, schema]) => {
    const facts = columnFacts(schema);
    return {
      name,
      kind: facts?.kind ?? 'text',
      required: required.has(name),
      about: facts?.about ?? '',
      bounds: boundsOf(properties[name] ?? {}),
      aliases: facts?.aliases ?? [],
      example: facts?.example ?? '',
    };
  });
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The bounds of a value in words, from the JSON Schema that says the same. */
function boundsOf(schema: JsonSchema | boolean): string | null {
  if (typeof schema === 'boolean') return null;
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, items } = schema;
  // That a text is not empty goes without saying: an empty cell is none.
  const length = rangeOf(minLength === 1 ? undefined : minLength, maxLength, ' characters');
  const size = rangeOf(minimum, maximum, '');
  const count = rangeOf(minItems, maxItems, ' values');
  const each = items === undefined || Array.isArray(items) ? null : boundsOf(items);
  const told = [length, size, count, each === null ? null : `each ${each}`].filter((part) => part !== null);
  return told.length === 0 ? null : told.join(', ');
}

function rangeOf(least: number | undefined, most: number | undefined, unit: string): string | null {
  const [from, to] = [least, most].map((bound) =>
    // The ends of what a number can hold are what zod writes where nobody set a bound.
    bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER ? null : bound.toLocaleString('en'),
  );
  if (typeof from === 'string' && typeof to === 'string') return `${from} to ${to}${unit}`;
  if (typeof from === 'string') return `at least ${from}${unit}`;
  return typeof to === 'string' ? `at most ${to}${unit}` : null;
}

function describe(entry: CatalogueEntry): string {
  const columns = columnsOf(entry).flatMap(({ name, kind, required, about, bounds, aliases, example }) => [
    `  ${[`${name} (${kind}`, required ? 'required' : 'optional', ...(bounds === null ? [] : [bounds])].join(', ')})`,
    `      ${about} Example: ${example}`,
    ...(aliases.length === 0 ? [] : [`      Also taken: ${aliases.join(', ')}`]),
  ]);
  const lines = [
    `${nameOf(entry)}: ${entry.summary}`,
    '',
    `Risk          ${entry.risk}`,
    ...(entry.makes === null
      ? []
      : [
          `Makes         ${entry.makes}; a row below takes its id with ${referenceMark}KEY.id}, KEY being the row's key`,
        ]),
    `Taken back by ${takenBackBy(entry)}`,
    `Requests      ${costOf(entry)}`,
    `Repeatable    ${entry.repeat === 'safe' ? 'yes: sending it twice changes nothing more' : 'only after a look shows that it did not happen'}`,
    `After doubt   ${entry.settledBy}`,
    ...(entry.sideEffects.length === 0 ? [] : ['Beside it', ...entry.sideEffects.map((effect) => `  - ${effect}`)]),
    '',
    'Columns',
    ...columns,
    '',
    `Begin a manifest: taskbatch operations ${nameOf(entry)} --template`,
  ];
  return `${lines.join('\n')}\n`;
}

function takenBackBy({ undo, risk }: CatalogueEntry): string {
  if (undo.reach === 'whole') return 'taskbatch undo, whole';
  if (undo.reach === 'part') return `taskbatch undo, in part; lost: ${undo.lost.join(', ')}`;
  return `${risk === 'reversible' ? 'hand, in the service' : 'nothing'}. ${undo.lost.join(' ')}`;
}

function costOf({ requestsPerRow, requestsVary, rowsPerRequest }: CatalogueEntry): string {
  const more = requestsVary ? ' or more' : '';
  const writes = rowsPerRequest === 1 ? `${requestsPerRow} a row${more}` : `1 for up to ${rowsPerRequest} rows`;
  return `${writes}, beside what planning takes to read targets`;
}

function factsOf(entry: CatalogueEntry): object {
  const { provider, name, summary, risk, repeat, requestsPerRow, rowsPerRequest, makes, inverse } = entry;
  const { requestsVary, undo, sideEffects, settledBy } = entry;
  return {
    provider,
    name,
    summary,
    risk,
    repeat,
    requestsPerRow,
    requestsVary,
    rowsPerRequest,
    makes,
    inverse,
    undo,
    sideEffects,
    settledBy,
    limits: limitsOf(provider),
    columns: columnsOf(entry),
  };
}

/** What a row may look like as JSON, for editors and generators of manifests; other columns are carried along. */
function rowJsonSchema(entry: CatalogueEntry): JsonSchema {
  return z.toJSONSchema(z.looseObject(entry.schema.shape), {
    io: 'output',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const facts = columnFacts(zodSchema);
      if (facts === null) return;
      delete jsonSchema.column;
      if (facts.kind === 'id') jsonSchema.type = 'string';
      jsonSchema.examples = [facts.example];
    },
  });
}

/** A header row and one example row. */
function templateOf(entry: CatalogueEntry): string {
  const columns = columnsOf(entry);
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${columns.map(({ name }) => quote(name)).join(',')}\n${columns.map(({ example }) => quote(example)).join(',')}\n`;
}
