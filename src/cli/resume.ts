import { existsSync } from 'node:fs';
import { UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { formatSecond } from '../format-numbers.js';
import { isExpiredUndone } from '../run/next-of-plan.js';
import { closeRun, discardRun, openRun } from '../run/open-run.js';
import { summariseRun } from '../run/run-summary.js';
import { shellWord } from '../shell-word.js';
import { readLiveState } from '../state/control-file.js';
import type { RunDatabase } from '../state/run-database.js';
import { findRunFolder, isRunLocked } from '../state/run-folder.js';
import { readRun } from '../state/run-records.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { type ControlFlags, commandRun, tellAnswer } from './control-run.js';
import { assertFresh } from './execution-guards.js';
import { addExecutionFlags, stateDirOf } from './flags.js';
import { newestRun } from './newest-run.js';
import { assertCanAsk, type FlowFlags, finishReports, type Goal, runFlow } from './run-flow.js';
import { createWorkbench } from './workbench.js';

export const resume: Command = {
  register: (yargs, start) =>
    yargs.command(
      'resume [run]',
      'Go on with an interrupted or stopped run, or lift the pause of one that is going on. Rows that are done cost no request; rows in the air are read first.',
      (y) =>
        addExecutionFlags(y)
          .positional('run', { type: 'string', describe: 'Id of the run [default: the newest]' })
          .example('$0 resume', 'go on with the newest run')
          .example('$0 resume 20261122-0530-delete-7f3a --rate 60', 'more slowly'),
      (flags) => start((context) => runResume(flags, context)),
    ),
};

async function runResume(
  flags: FlowFlags & { readonly run?: string | undefined },
  context: CliContext,
): Promise<number> {
  const stateDir = stateDirOf(flags, context);
  const name = flags.run ?? newestRun(stateDir);
  const lifted = await letGo(flags, name, context);
  if (lifted !== null) return lifted;
  const run = openRun(stateDir, name);
  if (readRun(run.database).state === 'finished' && !existsSync(run.folder.file('report.csv'))) {
    return finishReports({ run, bench: createWorkbench(context, flags), flags, context });
  }
  let bench: ReturnType<typeof createWorkbench> | null = null;
  let goal: Goal;
  let begun: boolean;
  try {
    const { state, record } = readRun(run.database);
    if (!record.loaded) {
      discardRun(run);
      throw new UsageError(`Run ${name} was interrupted while its manifest was read; nothing of it is kept.`, {
        code: 'NOT_LOADED',
        fix: `Begin again: taskbatch ${record.goal === 'plan' ? 'plan' : 'run'} ${shellWord(record.manifest.name)}`,
      });
    }
    const nowMs = context.clock.now();
    if (state === 'planned' || isExpiredUndone(run.database, record, nowMs)) assertFresh(record, nowMs);
    if (state !== 'stopped' && state !== 'interrupted') {
      throw new UsageError(`Run ${record.id} is ${state}; there is nothing to go on with.`, {
        code: 'NOT_RESUMABLE',
        fix: adviceOn(run.database, nowMs),
      });
    }
    begun = record.startedAtMs !== null;
    goal = begun ? 'execute' : record.goal;
    if (goal === 'execute' && !begun)
      assertCanAsk(flags, context, `If it is to be executed once it is planned: taskbatch resume ${record.id} --yes`);
    bench = createWorkbench(context, flags);
  } catch (error) {
    if (!(error instanceof UsageError && error.code === 'NOT_LOADED')) closeRun(run);
    throw error;
  }
  return runFlow({ run, bench, flags, context }, goal, begun);
}

/** What to type about a run that is planned or finished. */
function adviceOn(database: RunDatabase, nowMs: number): string {
  const { state, run, next } = summariseRun(database, false, nowMs);
  if (state !== 'planned') return `See what it did: taskbatch status ${run}`;
  return next === null ? `No row of it is to do: taskbatch status ${run}` : `Its plan stands: ${next}`;
}

/** Lifts the pause of a run that is going on; null when there is none to lift. */
async function letGo(flags: ControlFlags, name: string, context: CliContext): Promise<number | null> {
  const folder = findRunFolder(stateDirOf(flags, context), name);
  const sinceMs = isRunLocked(folder) ? (readLiveState(folder)?.pausedSinceMs ?? null) : null;
  if (sinceMs === null) return null;
  const since = formatSecond(sinceMs, context.environment.TZ);
  const answer = `${await commandRun(folder, 'resume', null, context)} The pause since ${since} is lifted; the process that had it in hand goes on with it.`;
  tellAnswer(folder, { kind: 'resume', answer, next: `taskbatch status ${folder.id} --watch` }, flags, context);
  return exitCodes.ok;
}
