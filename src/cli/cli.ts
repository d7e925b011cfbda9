import { UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { commands } from './commands.js';
import { askWord } from './completion/ask-word.js';
import type { CliContext } from './context.js';
import { parseCommand } from './parse-command.js';

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
  if (argv[0] === askWord) return (await import('./completion/answer-shell.js')).answerShell(context);
  const name = argv.find((word) => !word.startsWith('-'));
  const entry = commands.find((command) => command.name === name);
  if (entry === undefined) return withoutCommand(name, context);
  const width = Math.max(80, Math.min(stdout.columns ?? 80, 120));
  const { work, output } = await parseCommand(entry, argv, width);
  if (output !== '') stdout.write(`${output}\n`);
  return work === null ? exitCodes.ok : work(context);
}

async function withoutCommand(name: string | undefined, context: CliContext): Promise<number> {
  if (name !== undefined) {
    if (context.argv[0]?.startsWith('-') === true) {
      throw new UsageError('A command comes first, and its flags behind it.', {
        code: 'USAGE',
        fix: 'Put the flags last, as in: taskbatch status --state-dir DIR. See the commands: taskbatch --help',
      });
    }
    const { nearestWord } = await import('./nearest-word.js');
    const hint = nearestWord(
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
  return `taskbatch runs a spreadsheet of task operations against a task service, at the
service's pace, once each, and can prove it.

Three things people come for:
  delete the test tasks that a CSV lists
    taskbatch run tests.csv --job clickup-delete-test-tasks
  complete the tasks of a run
    taskbatch run open.csv --job tallyfy-complete-run
  a dry run before a clean-up
    taskbatch plan cleanup.csv --job bitrix24-delete-test-tasks

No account yet? Add --sandbox to any of them. A job of your own: taskbatch init

Commands:
${list}

taskbatch <command> --help shows flags and examples.
`;
}
