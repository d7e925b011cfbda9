import { UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { findOperation } from '../plan/operation-finder.js';
import type { CatalogueEntry, LimitProfile } from '../providers/provider.js';
import { findProvider, providers } from '../providers/registry.js';
import { renderCatalogue, renderOperation } from '../ui/operations-text.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { columnsOf, rowJsonSchema } from './operation-columns.js';
import { printJson, textStyle } from './print.js';

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
  else {
    const style = textStyle(context, context.stdout);
    context.stdout.write(
      chosen.length === 1 && only !== undefined
        ? renderOperation(only, columnsOf(only), style)
        : renderCatalogue(chosen, providers, style),
    );
  }
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

function limitsOf(name: string): LimitProfile | null {
  return findProvider(name)?.profile ?? null;
}

function factsOf(entry: CatalogueEntry): object {
  const { provider, name, summary, risk, repeat, requestsPerRow, rowsPerRequest, makes, inverse } = entry;
  const { requestsVary, costlyColumns, undo, sideEffects, settledBy } = entry;
  return {
    provider,
    name,
    summary,
    risk,
    repeat,
    requestsPerRow,
    requestsVary,
    rowsPerRequest,
    costlyColumns,
    makes,
    inverse,
    undo,
    sideEffects,
    settledBy,
    limits: limitsOf(provider),
    columns: columnsOf(entry),
  };
}

/** A header row and one example row. */
function templateOf(entry: CatalogueEntry): string {
  const columns = columnsOf(entry);
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${columns.map(({ name }) => quote(name)).join(',')}\n${columns.map(({ example }) => quote(example)).join(',')}\n`;
}
