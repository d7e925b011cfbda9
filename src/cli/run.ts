import type { Command } from './command.js';
import { addPlanFlags } from './flags.js';

export const run: Command = {
  register: (yargs, start) =>
    yargs.command(
      'run <manifest>',
      'Plan, show the summary, ask, and execute. Nothing is sent before the plan stands.',
      (y) =>
        addPlanFlags(y)
          .positional('manifest', {
            type: 'string',
            demandOption: true,
            describe: 'CSV or JSONL file, also gzipped; - for stdin',
          })
          .option('dry-run', { type: 'boolean', describe: 'Stop after the plan, as `plan` does', default: false })
          .example(
            '$0 run samples/clickup-test-tasks.csv --job clickup-delete-test-tasks --sandbox',
            'try it without an account',
          )
          .example('$0 run open.csv --job tallyfy-complete-run --expect 214', 'refuse unless 214 rows are to be done')
          .example('$0 run ids.csv --provider bitrix24 --operation delete --columns task_id=ID', 'without a job file'),
      (flags) =>
        start(async (context) =>
          (await import('./plan-or-run.js')).planOrRun(flags, context, flags.dryRun ? 'plan' : 'execute'),
        ),
    ),
};
