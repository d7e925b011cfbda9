import { UsageError } from '../errors.js';
import { closeRun, openRun } from '../run/open-run.js';
import { planCommand } from '../run/plan-command.js';
import { mustPlanAgain } from '../run/run-summary.js';
import type { RunDatabase } from '../state/run-database.js';
import { readRun } from '../state/run-records.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { assertConfirmed, assertFresh } from './execution-guards.js';
import { addExecutionFlags, stateDirOf } from './flags.js';
import { assertCanAsk, type FlowFlags, runFlow } from './run-flow.js';
import { createWorkbench } from './workbench.js';

export const apply: Command = {
  register: (yargs, start) =>
    yargs.command(
      'apply <run>',
      'Execute a plan that was reviewed, exactly and once. Targets that changed since the plan are blocked.',
      (y) =>
        addExecutionFlags(y)
          .positional('run', { type: 'string', demandOption: true, describe: 'Id of the run, as `plan` printed it' })
          .example('$0 apply 20261122-0530-delete-7f3a', 'execute the plan'),
      (flags) => start((context) => runApply(flags, context)),
    ),
};

async function runApply(flags: FlowFlags & { readonly run: string }, context: CliContext): Promise<number> {
  const run = openRun(stateDirOf(flags, context), flags.run);
  let bench: ReturnType<typeof createWorkbench> | null = null;
  try {
    const { state, record } = readRun(run.database);
    const { id } = run.folder;
    if (state !== 'planned') {
      throw new UsageError(`Run ${id} is ${state}; only a plan that was not executed yet can be applied.`, {
        code: 'NOT_PLANNED',
        fix: state === 'finished' ? `See what it did: taskbatch status ${id}` : goOn(run.database, context.clock.now()),
      });
    }
    assertFresh(record, context.clock.now());
    assertConfirmed(record.settings, true, planCommand(record));
    assertCanAsk(flags, context, `If the plan is what you want: taskbatch apply ${id} --yes`);
    bench = createWorkbench(context, flags);
  } catch (error) {
    closeRun(run);
    throw error;
  }
  return runFlow({ run, bench, flags, context }, 'execute', true);
}

/** Of a run that is stopped or interrupted: others are marked as such when they are opened. */
function goOn(database: RunDatabase, nowMs: number): string {
  const { record } = readRun(database);
  if (mustPlanAgain(record, { database, nowMs })) return `Plan again: ${planCommand(record)}`;
  return `Go on with it: taskbatch resume ${record.id}`;
}
