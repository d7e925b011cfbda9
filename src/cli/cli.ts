import type { Argv } from 'yargs';
import { UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandEntry, Work } from './command.js';
import { commands } from './commands.js';
import type { CliContext } from './context.js';
import { stdinWord } from './stdin-word.js';

/**
 * Runs one command line.
 * @returns the exit code. @throws {TaskbatchError} for what was refused or stopped; anything else is our bug.
 */
export async function runCli(context: CliContext): Promise<number> {
  const { argv, stdout } = context;
  if (argv.includes('--version') || argv[0] === '-v') {
    stdout.write(`${context.version}\n`);
    return exitCodes.ok;
  }
  const name = argv.find((word) => !word.startsWith('-'));
  const entry = commands.find((command) => command.name === name);
  if (entry === undefined) return withoutCommand(name, context);
  const { work, output } = await parseCommand(entry, context);
  if (output !== '') stdout.write(`${output}\n`);
  return work === null ? exitCodes.ok : work(context);
}

async function parseCommand(entry: CommandEntry, context: CliContext): Promise<{ work: Work | null; output: string }> {
  // Loaded here, so that the overview and the version need none of it.
  const { default: yargs } = await import('yargs');
  const command = await entry.load();
  let work: Work | null = null;
  let output = '';
  const parser = command.register(baseParser(yargs(), context), (started) => {
    work = started;
  });
  const words = context.argv.map((word) => (word === '-' ? stdinWord : word));
  await parser.parseAsync(words, {}, (_error, _flags, text) => {
    output = text;
  });
  return { work, output };
}

function baseParser(parser: Argv, context: CliContext) {
  return parser
    .scriptName('taskbatch')
    .locale('en')
    .strict()
    .help()
    .alias('help', 'h')
    .version(false)
    .wrap(Math.max(80, Math.min(context.stdout.columns ?? 80, 120)))
    .exitProcess(false)
    .showHelpOnFail(false)
    .parserConfiguration({ 'duplicate-arguments-array': false, 'parse-positional-numbers': false })
    .fail((message, error) => {
      if (error !== undefined && error !== null) throw error;
      throw usageErrorOf(message, context.argv);
    });
}

function usageErrorOf(message: string, argv: readonly string[]): UsageError {
  const name = argv.find((word) => !word.startsWith('-')) ?? '';
  const told = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
  return new UsageError(told.replace(/\.?$/, '.'), {
    code: 'USAGE',
    fix: `See its flags: taskbatch ${name} --help`,
  });
}

async function withoutCommand(name: string | undefined, context: CliContext): Promise<number> {
  if (name !== undefined) {
    const { suggestName } = await import('../manifest/column-names.js');
    const hint = suggestName(
      name,
      commands.map((command) => command.name),
    );
    throw new UsageError(`There is no command ${JSON.stringify(name)}.`, {
      code: 'USAGE',
      fix: hint === null ? 'See the commands: taskbatch --help' : `Did you mean: taskbatch ${hint}`,
    });
  }
  context.stdout.write(overview());
  return exitCodes.ok;
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
  return `taskbatch runs a spreadsheet of task operations against a task service, at the service's pace, once each.

Three things people come for:
  taskbatch run tests.csv --job clickup-delete-test-tasks     delete test tasks listed in a CSV
  taskbatch run open.csv --job tallyfy-complete-run           complete the tasks of a run
  taskbatch plan cleanup.csv --job bitrix24-delete-test-tasks dry-run before a clean-up
No account yet? Add --sandbox to any of them.

Commands:
${list}

taskbatch <command> --help shows flags and examples; taskbatch --version the version.
`;
}
