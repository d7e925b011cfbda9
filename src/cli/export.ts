import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import type { Argv } from 'yargs';
import { CredentialError, StoppedError, UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { compileTaskCondition } from '../job/condition.js';
import { applyExecutionFlags, type ExecutionFlags, resolveSettings } from '../job/resolve-settings.js';
import type { Provider } from '../providers/provider.js';
import { findProvider, providers } from '../providers/registry.js';
import type { TargetView } from '../providers/target.js';
import { disarmFormula } from '../report/formula.js';
import { newMeter } from '../run/lane.js';
import { openServices } from '../run/open-services.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addExecutionFlags } from './flags.js';
import { createWorkbench, type WorkbenchFlags } from './workbench.js';

const parameters = [
  ...new Map(providers.flatMap(({ queryParameters }) => queryParameters).map((p) => [p.name, p])).values(),
];

export const exportTasks: Command = {
  register: (yargs, start) =>
    yargs.command(
      'export',
      'Read tasks by query and write a manifest of them, to stdout or a file. Changes nothing.',
      (y) =>
        addQueryFlags(addExecutionFlags(y))
          .option('provider', { type: 'string', describe: 'The service', demandOption: true, requiresArg: true })
          .option('where', {
            type: 'string',
            describe: 'Take only tasks for which this CEL condition is true',
            requiresArg: true,
          })
          .option('as', {
            type: 'string',
            describe: 'Add a column with this operation to every row',
            requiresArg: true,
          })
          .option('format', {
            choices: ['csv', 'jsonl'] as const,
            describe: 'Form of the manifest',
            default: 'csv' as const,
          })
          .option('output', {
            alias: 'o',
            type: 'string',
            describe: 'Write to this file [default: stdout]',
            requiresArg: true,
          })
          .option('all', { type: 'boolean', describe: 'Mean everything that the credential can see', default: false })
          .example('$0 export --provider clickup --list-id 901 -o open.csv', 'the open tasks of a list')
          .example(
            `$0 export --provider tallyfy --run-id R --where 'task.title.startsWith("[test]")' --as complete -o open.csv`,
            'ready to run',
          ),
      (flags) => start((context) => runExport(flags, context)),
    ),
};

/** One flag for each parameter that any service's query has. */
function addQueryFlags<T>(yargs: Argv<T>): Argv<T> {
  for (const { name, about } of parameters) yargs.option(name, { type: 'string', describe: about, requiresArg: true });
  return yargs;
}

interface Flags extends WorkbenchFlags, ExecutionFlags {
  readonly provider: string;
  readonly where?: string | undefined;
  readonly as?: string | undefined;
  readonly format: 'csv' | 'jsonl';
  readonly output?: string | undefined;
  readonly all: boolean;
  readonly [parameter: string]: unknown;
}

async function runExport(flags: Flags, context: CliContext): Promise<number> {
  const provider = findProvider(flags.provider);
  if (provider === null)
    throw new UsageError(`There is no service ${JSON.stringify(flags.provider)}.`, { code: 'USAGE' });
  const values = queryOf(provider, flags);
  const keep = flags.where === undefined ? null : compileTaskCondition(flags.where, '--where');
  const settings = applyExecutionFlags(resolveSettings(null, null, { provider: provider.name }), flags);
  const bench = createWorkbench(context, flags);
  const services = await openServices([provider.name], settings, bench.runtime.environment, bench.runtime);
  const file =
    flags.output === undefined ? null : createWriteStream(resolve(context.cwd, flags.output), { mode: 0o600 });
  const output = file ?? context.stdout;
  let tasks = 0;
  try {
    const [session] = services.sessions;
    const pages = session?.connection.pages ?? null;
    if (session === undefined || pages === null)
      throw new UsageError(`${provider.title} has no query.`, { code: 'USAGE' });
    output.write(flags.format === 'csv' ? headerLine(flags.as) : '');
    for await (const page of pages(session.reader(newMeter()), values)) {
      if (!page.ok) {
        const details = { code: page.failure.code, fix: page.failure.suggestedAction };
        if (page.failure.scope === 'credential') throw new CredentialError(page.failure.message, details);
        throw new StoppedError(`The export is not complete: ${page.failure.message}`, details);
      }
      const chosen = page.value.filter((view) => {
        const verdict = keep?.(view) ?? { ok: true, value: true };
        return verdict.ok && verdict.value;
      });
      tasks += chosen.length;
      const text = chosen.map((view) => rowText(view, flags, provider.name)).join('');
      if (text !== '' && !output.write(text)) await once(output, 'drain');
    }
  } finally {
    file?.end();
    bench.close();
    await services.close();
  }
  if (file !== null) await finished(file);
  context.stderr.write(`${tasks.toLocaleString('en')} tasks were exported.\n`);
  return exitCodes.ok;
}

/** @throws {UsageError} for parameters of other services, and when nothing says what part of the service is meant. */
function queryOf(provider: Provider, flags: Flags): Record<string, string> {
  const known = new Map(provider.queryParameters.map((parameter) => [parameter.name, parameter]));
  const values: Record<string, string> = {};
  for (const { name } of parameters) {
    const value = flags[name];
    if (typeof value !== 'string' || name === 'provider') continue;
    if (!known.has(name)) {
      throw new UsageError(`${provider.title} knows no --${name}.`, {
        code: 'USAGE',
        fix: `It knows: ${[...known.keys()].map((word) => `--${word}`).join(', ')}`,
      });
    }
    values[name] = value;
  }
  const scoped = Object.keys(values).some((name) => known.get(name)?.scope === true);
  if (scoped || flags.all) return values;
  const scopes = provider.queryParameters.filter(({ scope }) => scope).map(({ name }) => `--${name}`);
  throw new UsageError('The query does not say what part of the service is meant.', {
    code: 'NO_SCOPE',
    fix: `Give one of ${scopes.join(', ')}; or --all for everything that the credential can see.`,
  });
}

/** What there is to know of a task beside its id begins with `_`: it is carried along, and no operation takes it for its own. */
const facts: ReadonlyArray<readonly [name: string, read: (view: TargetView) => string]> = [
  ['_title', ({ title }) => title],
  ['_status', ({ status }) => status ?? ''],
  ['_completed', ({ completed }) => String(completed)],
  ['_place', ({ place }) => place ?? ''],
  ['_assignees', ({ assignees }) => assignees.join(';')],
  ['_tags', ({ tags }) => tags.join(';')],
  ['_created', ({ created }) => created ?? ''],
  ['_updated', ({ updated }) => updated ?? ''],
  ['_due', ({ due }) => due ?? ''],
  ['_url', ({ url }) => url ?? ''],
];

function headerLine(operation: string | undefined): string {
  return stringify([
    ['task_id', 'provider', ...(operation === undefined ? [] : ['operation']), ...facts.map(([name]) => name)],
  ]);
}

function rowText(view: TargetView, flags: Flags, provider: string): string {
  const own: Record<string, string> = {
    task_id: view.id,
    provider,
    ...(flags.as === undefined ? {} : { operation: flags.as }),
  };
  const told = facts.map(([name, read]) => [name, read(view)] as const);
  if (flags.format === 'jsonl') return `${JSON.stringify({ ...own, ...Object.fromEntries(told) })}\n`;
  return stringify([[...Object.values(own), ...told.map(([, value]) => disarmFormula(value))]]);
}
