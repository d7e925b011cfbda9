import { existsSync } from 'node:fs';
import { messageOf, UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import type { RunReports } from '../report/write-reports.js';
import { summariseRun } from '../run/run-summary.js';
import { openRunDatabase } from '../state/run-database.js';
import { findRunFolder, isRunLocked, type RunFolder, runFolder } from '../state/run-folder.js';
import { listRunIds } from '../state/run-ids.js';
import { readRun } from '../state/run-records.js';
import { rowsFinishedSince } from '../state/summary-reads.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addOutputFlags, addPlanOutputFlag, stateDirOf } from './flags.js';
import { printRuns, printStatus } from './print.js';
import { runExit } from './run-exit.js';
import type { WorkbenchFlags } from './workbench.js';

export const status: Command = {
  register: (yargs, start) =>
    yargs.command(
      'status [run]',
      "The runs, or one run's counts, rate and reasons; also while it runs. Needs no credentials.",
      (y) =>
        addPlanOutputFlag(addOutputFlags(y))
          .positional('run', { type: 'string', describe: 'Id of the run, or a part of it [default: all runs]' })
          .example('$0 status', 'all runs')
          .example('$0 status 20261122-0530-delete-7f3a --json', 'one run, for a script')
          .example(
            '$0 status 20261122-0530-delete-7f3a -o plan.csv',
            'the saved plan again, row by row; after it was executed beside what came of it',
          ),
      (flags) => start((context) => runStatus(flags, context)),
    ),
};

async function runStatus(
  flags: WorkbenchFlags & { readonly run?: string | undefined; readonly output?: string | undefined },
  context: CliContext,
): Promise<number> {
  const stateDir = stateDirOf(flags, context);
  if (flags.output !== undefined) {
    const { planFormatOf } = await import('../report/plan/plan-formats.js');
    planFormatOf(flags.output);
    if (flags.run === undefined) {
      throw new UsageError('--output writes the plan of one run, and no run is named.', {
        code: 'WHICH_RUN',
        fix: 'Name it: taskbatch status RUN --output plan.csv; `taskbatch status` lists them.',
      });
    }
  }
  if (flags.run === undefined) {
    const runs = listRunIds(stateDir).map((id) => summaryOf(runFolder(stateDir, id), context));
    printRuns(
      runs.filter((run) => run !== null),
      { flags, context },
    );
    return exitCodes.ok;
  }
  const folder = findRunFolder(stateDir, flags.run);
  const database = openRunDatabase(folder.database, 'read');
  try {
    const { state, record } = readRun(database);
    const summarise = async () => {
      const { summarisePlan } = await import('../plan/plan-summary.js');
      return summarisePlan(database, new Map(Object.entries(record.rates)), true);
    };
    if (flags.output !== undefined) {
      const { writePlanFile } = await import('./write-plan-file.js');
      await writePlanFile(database, await summarise(), { flags, context });
    }
    if (state === 'planned') {
      // The whole catalogue of operations comes with it; most looks at a run need none of it.
      const { printPlan } = await import('./print-plan.js');
      const plan = await summarise();
      printPlan(plan, { flags, context }, plan.willDo > 0 ? [`taskbatch apply ${record.id}`] : []);
      return exitCodes.ok;
    }
    const summary = summariseRun(database, isRunLocked(folder));
    const active = summary.state === 'running' || summary.state === 'planning';
    const live = active ? { rowsLastMinute: rowsFinishedSince(database, context.clock.now() - 60_000) } : null;
    printStatus(summary, reportsOf(folder), live, { flags, context });
    return active ? exitCodes.ok : runExit(summary);
  } finally {
    database.close();
  }
}

/** The reports that lie in the run's folder; null before the first sitting ended. */
function reportsOf(folder: RunFolder): RunReports | null {
  const report = folder.file('report.csv');
  const there = (name: string) => (existsSync(folder.file(name)) ? folder.file(name) : null);
  return existsSync(report) ? { report, failed: there('failed.csv'), page: there('report.html') } : null;
}

/** Null for a folder that holds no run, or one that can't be read. */
function summaryOf(folder: RunFolder, { stderr }: Pick<CliContext, 'stderr'>): ReturnType<typeof summariseRun> | null {
  try {
    const database = openRunDatabase(folder.database, 'read');
    try {
      return summariseRun(database, isRunLocked(folder));
    } finally {
      database.close();
    }
  } catch (error) {
    stderr.write(`warning: run ${folder.id} is left out; it can't be read: ${messageOf(error)}\n`);
    return null;
  }
}
