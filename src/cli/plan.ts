import { planCommand } from '../run/plan-command.js';
import type { RunSettings } from '../run/run-record.js';
import { beginRun, openGiven, readIntent } from './begin-run.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { assertConfirmed } from './execution-guards.js';
import { addPlanFlags, addPlanOutputFlag } from './flags.js';
import { assertCanAsk, type FlowFlags, type Goal, runFlow } from './run-flow.js';
import { stdinWord } from './stdin-word.js';
import { createWorkbench } from './workbench.js';
import { assertPlanFile } from './write-plan-file.js';

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
      (flags) => start((context) => planOrRun(flags, context, 'plan')),
    ),
};

export type PlanCommandFlags = Parameters<typeof readIntent>[0] & FlowFlags & { readonly sandbox: boolean };

/** `plan` and `run` differ in how far they go. */
export async function planOrRun(flags: PlanCommandFlags, context: CliContext, goal: Goal): Promise<number> {
  assertPlanFile(flags.output, flags.manifest, context);
  const intent = readIntent(flags, context);
  if (goal === 'execute') assertConfirmed(intent.settings, false, planningOf(intent.settings, flags));
  if (goal === 'execute') assertCanAsk(flags, context, 'Look at the plan first (taskbatch plan …), then add --yes.');
  const bench = createWorkbench(context, flags);
  try {
    const manifest = await openGiven(flags.manifest, context, bench.progress);
    const run = await beginRun(manifest, intent, { parent: null, sandbox: flags.sandbox, goal }, bench);
    return await runFlow({ run, bench, flags, context }, goal, false);
  } finally {
    bench.close();
  }
}

/** What makes the plan that was to be executed at once. */
function planningOf(settings: RunSettings, { manifest, sandbox }: PlanCommandFlags): string {
  const name = manifest === stdinWord ? '-' : manifest;
  return planCommand({ manifest: { name }, settings, sandbox, parent: null, stop: null });
}
