import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import type { Argv } from 'yargs';
import { CredentialError, StateError, StoppedError, UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import type { ErrorType, Failure } from '../failure.js';
import { compileTaskCondition, type Verdict } from '../job/condition.js';
import { applyExecutionFlags, type ExecutionFlags, resolveSettings } from '../job/resolve-settings.js';
import { HeldError } from '../providers/http.js';
import type { Provider } from '../providers/provider.js';
import type { TargetView } from '../providers/target.js';
import { writeFileAtomically } from '../report/atomic-file.js';
import { newMeter } from '../run/lane.js';
import { openServices } from '../run/open-services.js';
import { retryReads } from '../run/retry-reads.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { ignoredFilters, queryFlags, readOperation, readQuery, requireProvider } from './export-query.js';
import { headerText, type RowForm, rowText } from './export-rows.js';
import { addExecutionFlags } from './flags.js';
import { printJson } from './print.js';
import { outputFile } from './stdin-word.js';
import { createWorkbench, type Workbench, type WorkbenchFlags } from './workbench.js';

export const exportTasks: Command = {
  register: (yargs, start) =>
    yargs.command(
      'export',
      'Read tasks by query and write a manifest of them, to stdout or a file. Changes nothing.',
      (y) =>
        hideFlagsOfRuns(addQueryFlags(addExecutionFlags(y)))
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
            describe: 'Write to this file, as a whole or not at all [default: stdout]',
            requiresArg: true,
          })
          .option('all', { type: 'boolean', describe: 'Mean everything that the credential can see', default: false })
          .example('$0 export --provider clickup --list-id 901 -o open.csv', 'the open tasks of a list')
          .example(
            `$0 export --provider tallyfy --run-id 0123456789abcdef0123456789abcdef --where 'task.title.startsWith("[test]")' --as complete -o open.csv`,
            'ready to run',
          )
          .example(
            '$0 export --provider bitrix24 --group-id 12 --as delete | $0 run --dry-run -',
            'what a clean-up would do',
          ),
      (flags) => start((context) => runExport(flags, context)),
    ),
};

/** An export reads one page after the other, does no rows and keeps no log of its own. */
function hideFlagsOfRuns<T>(yargs: Argv<T>): Argv<T> {
  for (const name of ['yes', 'concurrency', 'canary', 'stop-after', 'log-level', 'log-file']) yargs.hide(name);
  return yargs;
}

/** One flag for each parameter that any service's query has. */
function addQueryFlags<T>(yargs: Argv<T>): Argv<T> {
  // Those that no service takes are known, so that they are refused with the reason.
  for (const { name, about } of queryFlags) {
    const shown = about === null ? { hidden: true } : { describe: about };
    yargs.option(name, { ...shown, type: 'string', requiresArg: true });
  }
  for (const name of ignoredFilters.keys()) yargs.option(name, { type: 'string', hidden: true });
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

/** An export whose flags are read. */
interface Plan {
  readonly provider: Provider;
  readonly query: Readonly<Record<string, string>>;
  readonly keep: (view: TargetView) => Verdict;
  readonly form: RowForm;
}

interface Means {
  readonly flags: Flags;
  readonly context: CliContext;
  readonly bench: Workbench;
}

interface Counts {
  tasks: number;
  requests: number;
}

async function runExport(given: Flags, context: CliContext): Promise<number> {
  const flags = { ...given, output: outputFile(given.output) };
  const provider = requireProvider(flags.provider);
  const query = readQuery(provider, flags, flags.all);
  const operation = flags.as === undefined ? null : readOperation(provider, flags.as);
  const keep =
    flags.where === undefined
      ? (): Verdict => ({ ok: true, value: true })
      : compileTaskCondition(flags.where, '--where');
  if (flags.json && flags.output === undefined) {
    throw new UsageError('--json needs --output: without it the manifest itself is on stdout.', {
      code: 'USAGE',
      fix: 'Add -o FILE; or --format jsonl for a manifest in JSON.',
    });
  }
  const bench = createWorkbench(context, flags);
  checkValues(provider, query, bench);
  const form: RowForm = { format: flags.format, provider: provider.name, operation: operation?.name };
  const counts: Counts = { tasks: 0, requests: 0 };
  try {
    const write = (output: Writable) =>
      writeTasks(output, { provider, query, keep, form }, { flags, context, bench }, counts);
    if (flags.output === undefined) await write(context.stdout);
    else await writeFile(resolve(context.cwd, flags.output), write);
  } catch (error) {
    if (error instanceof HeldError && error.reason === 'stopping' && context.stopSignal.aborted) {
      context.stderr.write(`The export was interrupted. ${leftBehind(flags)}\n`);
      return context.signalExitCode();
    }
    throw error instanceof HeldError ? stopped(`${error.message} ${leftBehind(flags)}`, 'WAIT_TOO_LONG') : error;
  } finally {
    bench.close();
  }
  if (flags.json) printJson(context, { kind: 'export', ...counts, file: flags.output, provider: provider.name, query });
  context.stderr.write(`${counts.tasks.toLocaleString('en')} tasks were exported.\n`);
  if (operation !== null && operation.needs.length > 0) {
    const needs = operation.needs.join(', ');
    context.stderr.write(
      `${provider.name}.${operation.name} also needs ${needs}: add to the rows before they are run.\n`,
    );
  }
  return exitCodes.ok;
}

/** @throws {UsageError} for values that the service would refuse or ignore; nothing is asked of it. */
function checkValues(provider: Provider, query: Plan['query'], { runtime }: Workbench): void {
  const connection = provider.connect(runtime.environment, { allowNameSearch: false });
  const unread = connection.pages?.({ read: () => Promise.reject(new Error('nothing is read here')) }, query);
  if (unread === undefined) throw new UsageError(`${provider.title} has no query.`, { code: 'USAGE' });
}

/** Writes page after page as they are read, so that memory does not grow with their number. */
async function writeTasks(
  output: Writable,
  { provider, query, keep, form }: Plan,
  { flags, context, bench }: Means,
  counts: Counts,
): Promise<void> {
  const settings = applyExecutionFlags(resolveSettings(null, null, { provider: provider.name }), flags);
  const { runtime, progress } = bench;
  const services = await openServices([provider.name], settings, runtime.environment, runtime);
  try {
    for (const warning of services.warnings) progress.log(`warning: ${warning}`);
    const [session] = services.sessions;
    const pages = session?.connection.pages ?? null;
    if (session === undefined || pages === null) {
      throw new UsageError(`${provider.title} has no query.`, { code: 'USAGE' });
    }
    const meter = newMeter();
    const reader = retryReads(session.reader(meter), { ...runtime, signal: context.stopSignal });
    const isNew = recentlySeen();
    let tasks = 0;
    // Bars in the midst of a manifest on the same screen would spoil both.
    const isApart = flags.output !== undefined || context.stdout.isTTY !== true;
    const advance = isApart ? progress.work('exporting', { unit: 'tasks', total: null }) : () => {};
    // With the first page, so that whoever reads a pipe never takes an export that failed for an empty manifest.
    let header = headerText(form);
    let begun = false;
    for await (const page of pages(reader, query)) {
      if (!page.ok) throw failed(page.failure, leftBehind(flags, begun));
      const fresh = page.value.filter(({ id }) => isNew(id));
      tasks += fresh.length;
      const chosen = fresh.filter((view) => judge(view, keep(view)));
      counts.tasks += chosen.length;
      counts.requests = meter.requests;
      const text = header + chosen.map((view) => rowText(view, form)).join('');
      header = '';
      begun = true;
      if (text !== '' && !output.write(text) && output.writable) await once(output, 'drain');
      // Whoever read it went away, as `head` does.
      if (!output.writable) break;
      advance(tasks);
    }
    if (header !== '') output.write(header);
  } finally {
    progress.stop();
    await services.close();
  }
}

/** More tasks than can move from one page to the next while pages are read. */
const remembered = 5_000;

/**
 * Whether an id comes for the first time. A task made while pages are read moves others to the next page, which shows
 * them again; the last few thousand ids are enough to see that, and do not grow.
 */
function recentlySeen(): (id: string) => boolean {
  const ids = new Set<string>();
  return (id) => {
    if (ids.has(id)) return false;
    ids.add(id);
    const [oldest] = ids;
    if (ids.size > remembered && oldest !== undefined) ids.delete(oldest);
    return true;
  };
}

/** @throws {UsageError} when the condition can't be judged: a task must not be left out by mistake. */
function judge({ id, title }: TargetView, verdict: Verdict): boolean {
  if (verdict.ok) return verdict.value;
  throw new UsageError(`--where can't be judged for the task ${id} ("${title}"): ${verdict.message}.`, {
    code: 'CONDITION',
    fix: 'Correct the condition.',
  });
}

async function writeFile(path: string, write: (output: Writable) => Promise<void>): Promise<void> {
  try {
    await writeFileAtomically(path, write);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const fix = 'Check that its folder exists and can be written, or name another file: -o FILE';
    throw new StateError(error.message, { where: path, code: error.code ?? 'NOT_WRITABLE', fix, cause: error });
  }
}

function leftBehind({ output }: Flags, begun = true): string {
  if (output !== undefined) return `Nothing was written to ${output}.`;
  return begun ? 'What was written is not complete.' : 'Nothing was written.';
}

/** What says that the query itself can't be answered: trying again later is of no use. */
const ofTheQuery: ReadonlySet<ErrorType> = new Set(['NOT_FOUND', 'FORBIDDEN', 'VALIDATION']);

function failed({ type, scope, code, message, suggestedAction }: Failure, left: string): Error {
  const details = { code, fix: suggestedAction };
  if (scope === 'credential') return new CredentialError(message, details);
  if (scope === 'row' && ofTheQuery.has(type)) {
    const fix = 'Check the ids and values of the query, and that the credential may see what they name.';
    const what = type === 'NOT_FOUND' ? 'The query names something that is not there' : 'The query was refused';
    return new UsageError(`${what}: ${message} ${left}`, { code, fix });
  }
  return new StoppedError(`The export ended early: ${message} ${left}`, details);
}

function stopped(message: string, code: string): StoppedError {
  return new StoppedError(message, { code, fix: 'Run the export again later.' });
}
