import type { Command } from './command.js';
import { addPlanFlags, addPlanOutputFlag } from './flags.js';

export const plan: Command = {
  register: (yargs, start) =>
    yargs.command(
      'plan <manifest>',
      'The dry run: check every row, read every target, show what would happen and what it costs. Changes nothing.',
      (y) =>
        addPlanOutputFlag(addPlanFlags(y))
          .positional('manifest', {
            type: 'string',
            demandOption: true,
            describe: 'CSV or JSONL file, also gzipped; - for stdin',
          })
          .example('$0 plan cleanup.csv --job bitrix24-delete-test-tasks', 'what would this clean-up do?')
          .example(
            '$0 plan cleanup.csv --job bitrix24-delete-test-tasks -o plan.csv',
            'every row of it, for a spreadsheet',
          )
          .example(
            '$0 plan samples/clickup-test-tasks.csv --job clickup-delete-test-tasks --sandbox',
            'try it without an account',
          ),
      (flags) => start(async (context) => (await import('./plan-or-run.js')).planOrRun(flags, context, 'plan')),
    ),
};
