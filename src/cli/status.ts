import { existsSync } from 'node:fs';
import { messageOf, UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { planFormatOf } from '../report/plan/plan-formats.js';
import { summariseRun } from '../run/run-summary.js';
import { readLiveState } from '../state/control-file.js';
import { openRunDatabase } from '../state/run-database.js';
import { findRunFolder, isRunLocked, type RunFolder, runFolder } from '../state/run-folder.js';
import { listRunIds } from '../state/run-ids.js';
import { readRun } from '../state/run-records.js';
import { rowsFinishedBetween } from '../state/summary-reads.js';
import type { RunReports } from '../ui/run-reports.js';
import type { Command } from './command.js';
import { commandsAfterPlan } from './commands-after-plan.js';
import type { CliContext } from './context.js';
import { addOutputFlags, addPlanOutputFlag, stateDirOf } from './flags.js';
import { newestRun } from './newest-run.js';
import { printRuns, printStatus } from './print.js';
import { runExit } from './run-exit.js';
import { type RunLook, watchRun } from './watch-run.js';
import type { WorkbenchFlags } from './workbench.js';

export const status: Command = {
  register: (yargs, start) =>
    yargs.command(
      'status [run]',
      "The runs, or one run's counts, rate and reasons; also while it runs. Needs no credentials.",
      (y) =>
        addPlanOutputFlag(addOutputFlags(y))
          .positional('run', {
            type: 'string',
            describe: 'Id of the run, or a part of it [default: all runs; with --watch the newest]',
          })
          .option('watch', {
            type: 'boolean',
            alias: 'w',
            describe:
              'Look again and again until the run ends; with --json a line each time. Ctrl-C ends the watch only',
            default: false,
          })
          .option('interval', {
            type: 'string',
            describe: 'Time between two looks [default: 1s on a terminal, else 10s]',
            requiresArg: true,
          })
          .example('$0 status', 'all runs')
          .example('$0 status --watch', 'the newest run, until it ends')
          .example('$0 status 20261122-0530-delete-7f3a --json', 'one run, for a script')
          .example(
            '$0 status 20261122-0530-delete-7f3a -o plan.csv',
            'the saved plan again, row by row; after it was executed beside what came of it',
          ),
      (flags) => start((context) => runStatus(flags, context)),
    ),
};

interface Flags extends WorkbenchFlags {
  readonly run?: string | undefined;
  readonly output?: string | undefined;
  readonly watch: boolean;
  readonly interval?: string | undefined;
}

async function runStatus(flags: Flags, context: CliContext): Promise<number> {
  const stateDir = stateDirOf(flags, context);
  if (flags.output !== undefined) {
    planFormatOf(flags.output);
    if (flags.run === undefined) {
      throw new UsageError('--output writes the plan of one run, and no run is named.', {
        code: 'WHICH_RUN',
        fix: 'Name it: taskbatch status RUN --output plan.csv; `taskbatch status` lists them.',
      });
    }
  }
  if (flags.run === undefined && !flags.watch) {
    const runs = listRunIds(stateDir).map((id) => summaryOf(runFolder(stateDir, id), context));
    printRuns(
      runs.filter((run) => run !== null),
      { flags, context },
    );
    return exitCodes.ok;
  }
  const folder = findRunFolder(stateDir, flags.run ?? newestRun(stateDir));
  const look = (): RunLook => lookAtRun(folder, context);
  const last = flags.watch ? await watchRun(look, flags, context) : look();
  if (last === null) return exitCodes.ok;
  const isPlan = last.kind === 'plan';
  if (isPlan || flags.output !== undefined) await showPlan(folder, isPlan, flags, context);
  if (last.kind === 'plan') return exitCodes.ok;
  const { summary, live } = last;
  printStatus(summary, reportsOf(folder), live, { flags, context, oneLine: flags.watch });
  return live === null ? runExit(summary) : exitCodes.ok;
}

/** The saved plan: as it was told when it was made, and row by row into the file that `--output` names. */
async function showPlan(folder: RunFolder, shows: boolean, flags: Flags, context: CliContext): Promise<void> {
  // The whole catalogue of operations comes with it; most looks at a run need none of it.
  const { executedLater, summarisePlan } = await import('../plan/plan-summary.js');
  const database = openRunDatabase(folder.database, 'read');
  try {
    const { record } = readRun(database);
    const plan = summarisePlan(database, new Map(Object.entries(record.rates)), executedLater);
    if (flags.output !== undefined) {
      const { writePlanFile } = await import('./write-plan-file.js');
      await writePlanFile(database, plan, { flags, context });
    }
    if (!shows) return;
    const { printPlan } = await import('./print-plan.js');
    printPlan(plan, { flags, context, oneLine: flags.watch }, commandsAfterPlan(plan, context.clock.now()));
  } finally {
    database.close();
  }
}

/** A run at one instant. */
function lookAtRun(folder: RunFolder, { clock }: Pick<CliContext, 'clock'>): RunLook {
  const isLocked = isRunLocked(folder);
  const database = openRunDatabase(folder.database, 'read');
  try {
    const { state, record } = readRun(database);
    if (state === 'planned') return { kind: 'plan', run: record.id, isLocked };
    const nowMs = clock.now();
    const summary = summariseRun(database, isLocked, nowMs);
    if (summary.state !== 'running' && summary.state !== 'planning') return { kind: 'run', summary, live: null };
    const told = readLiveState(folder);
    const isHeld = told !== null && told.pausedSinceMs !== null;
    return {
      kind: 'run',
      summary: isHeld ? { ...summary, next: `taskbatch resume ${summary.run}` } : summary,
      live: { atMs: nowMs, rowsLastMinute: rowsFinishedBetween(database, nowMs - 60_000, nowMs), told },
    };
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
function summaryOf(
  folder: RunFolder,
  { stderr, clock }: Pick<CliContext, 'stderr' | 'clock'>,
): ReturnType<typeof summariseRun> | null {
  try {
    const database = openRunDatabase(folder.database, 'read');
    try {
      return summariseRun(database, isRunLocked(folder), clock.now());
    } finally {
      database.close();
    }
  } catch (error) {
    stderr.write(`warning: run ${folder.id} is left out; it can't be read: ${messageOf(error)}\n`);
    return null;
  }
}
