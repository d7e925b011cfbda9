/** The course that `plan`, `run`, `apply`, `resume` and `retry` share, from a manifest or a saved plan to the exit code. */
import { CredentialError, type ErrorDetails, StoppedError, TaskbatchError, UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { applyExecutionFlags, type ExecutionFlags } from '../job/resolve-settings.js';
import { completePlan, guardShareAgain } from '../plan/make-plan.js';
import { type Execution, executedLater, type PlanSummary, summarisePlan } from '../plan/plan-summary.js';
import { skipDoubles } from '../plan/skip-doubles.js';
import type { Environment } from '../providers/provider.js';
import { removeRunReports, writeRunReports } from '../report/write-reports.js';
import { readingMaxAgeMs } from '../run/check-again.js';
import { createCourseRecorder } from '../run/course-recorder.js';
import { closeRun, type OpenRun } from '../run/open-run.js';
import {
  assertSameTenants,
  assertTenantsOfUndone,
  openServices,
  otherUsers,
  type Services,
  unreadUndone,
} from '../run/open-services.js';
import type { StoppedBy } from '../run/row-end.js';
import { summariseRun, wouldStopAgain } from '../run/run-summary.js';
import { canaryProviders } from '../sitting/canary.js';
import { executeSitting } from '../sitting/execute-sitting.js';
import { lockForebears, undoneServices } from '../state/forebears.js';
import { hasReadings } from '../state/plan-reads.js';
import type { RunLock } from '../state/run-folder.js';
import type { RunSettings } from '../state/run-record.js';
import { changeRunState, readRun, updateRun } from '../state/run-records.js';
import { countOpenRows } from '../state/summary-reads.js';
import type { ProgressLane } from '../ui/progress-model.js';
import { commandsAfterPlan } from './commands-after-plan.js';
import { confirmPlan } from './confirm-plan.js';
import type { CliContext } from './context.js';
import { assertAccounts, assertFresh, assertRestUntouched, assertUntouched } from './execution-guards.js';
import { printRun } from './print.js';
import { printPlan } from './print-plan.js';
import { runExit } from './run-exit.js';
import { linkServices } from './start-sandbox.js';
import { withStateDir } from './state-dir-hint.js';
import { tellReading } from './tell-reading.js';
import type { Workbench, WorkbenchFlags } from './workbench.js';
import { writePlanFile } from './write-plan-file.js';

export interface FlowFlags extends WorkbenchFlags, ExecutionFlags {
  readonly yes: boolean;
  /** Where the plan is written to, row by row. */
  readonly output?: string | undefined;
}

export interface Flow {
  readonly run: OpenRun;
  readonly bench: Workbench;
  readonly flags: FlowFlags;
  readonly context: CliContext;
}

/** How far the flow goes: a dry run ends with the plan. */
export type Goal = 'plan' | 'execute';

/**
 * Brings a loaded run to its plan, and on to its end when the goal says so. Closes the run.
 * @param reviewed whether the plan was made in an earlier sitting.
 */
export async function runFlow(flow: Flow, goal: Goal, reviewed: boolean): Promise<number> {
  const { run, bench, context } = flow;
  let link: Awaited<ReturnType<typeof linkServices>> | null = null;
  let services: Services | null = null;
  const course = createCourseRecorder(run.database, context.clock);
  bench.listen(course.events);
  bench.attend(run);
  // What the flags of a command say that executes nothing is not of the plan.
  let restored: RunSettings | null = null;
  let heirs: readonly RunLock[] = [];
  try {
    const { record } = readRun(run.database);
    const wasRead = hasReadings(run.database);
    if (record.startedAtMs !== null) assertRestUntouched(run.database, record);
    else if (record.plannedAtMs !== null) assertUntouched(run.database, record);
    link = await linkServices(run, bench.runtime);
    bench.openLog(run.folder.log, link.environment);
    restored = unbegunPlan(run);
    services = await connect(flow, link.environment);
    if (services === null) return await showEnd(flow);
    if (readRun(run.database).record.plannedAtMs === null) {
      if (readRun(run.database).record.settings.look !== 'none') {
        if (flow.flags.progress) tellReading(run.database, services, bench.progress);
        bench.progress.start('reading', lanesOf(flow, services));
      }
      if ((await planRows(flow, services)) === 'interrupted') return await showEnd(flow);
    }
    if (goal === 'plan') {
      const plan = planSummary(flow, services, executedLater);
      bench.progress.stop();
      // Planning may have been begun by an earlier command, which named the file.
      const output = flow.flags.output ?? readRun(run.database).record.planFile;
      await writePlanFile(run.database, plan, { flags: { ...flow.flags, output }, context });
      printPlan(plan, flow, commandsAfterPlan(plan, context.clock.now()));
      return planExit(plan);
    }
    // Somebody who is asked takes their time; meanwhile targets may change, as between a plan and its apply, and as since
    // an earlier sitting that was interrupted while it planned.
    const reviewAgain = reviewed || wasRead || !flow.flags.yes;
    // A run that has begun was confirmed then; resuming it asks nothing new of anybody.
    if (readRun(run.database).record.startedAtMs === null) {
      const plan = planSummary(flow, services, { rereads: reviewAgain ? 'all' : 'none', checksAgain: false });
      bench.progress.stop();
      const answer = await confirmPlan(plan, flow);
      const goesOn =
        answer === 'yes' && !(reviewAgain && (await guardShareAgain(run, services, bench.runtime)).interrupted);
      if (!goesOn) {
        // The question may have stood for long.
        const next = commandsAfterPlan(plan, context.clock.now()).map((command) => withStateDir(command, flow.flags));
        context.stderr.write(`Nothing was sent. The plan is kept: ${next.join(' ')}\n`);
        if (context.stopSignal.aborted) return context.signalExitCode();
        return answer === 'interrupted' ? exitCodes.interrupted : exitCodes.stopped;
      }
      // The question may have stood for long.
      assertFresh(readRun(run.database).record, context.clock.now());
      restored = null;
    }
    // Between the plan and now another run may have done what its rows are to do in place of those of an earlier run.
    heirs = lockForebears(run.database, bench.runtime.stateDir);
    skipDoubles(run.database, bench.runtime.stateDir, context.clock.now());
    bench.progress.start('running', lanesOf(flow, services));
    await removeRunReports(run.folder);
    await executeSitting(run, services, bench.runtime, {
      reviewAgain,
      stoppedBy: stoppedBy(context),
    });
    course.save();
    return await showEnd(flow);
  } finally {
    course.save();
    for (const lock of heirs) lock.release();
    await services?.close();
    await link?.close();
    bench.leave();
    if (restored !== null) updateRun(run.database, { settings: restored });
    closeRun(run);
    bench.close();
  }
}

/** The settings of a plan that waits to be executed; null where the run is none. */
function unbegunPlan({ database }: OpenRun): RunSettings | null {
  const { state, record } = readRun(database);
  return state === 'planned' ? record.settings : null;
}

/** Plans; where the service ended that, the way on is told: what was read is kept, and read once. */
async function planRows({ run, bench, context }: Flow, services: Services): Promise<'planned' | 'interrupted'> {
  try {
    return await completePlan(run, services, bench.runtime, stoppedBy(context));
  } catch (error) {
    // Of the stops, guards would say the same again.
    const passes =
      !(error instanceof StoppedError) || error.code === 'SERVICE_TROUBLE' || error.code === 'WAIT_TOO_LONG';
    throw passes ? withNext(error, `What was read is kept: taskbatch resume ${run.folder.id}`) : error;
  }
}

/** The same error with what to type once it is mended, where that is a matter of credentials or of the service. */
function withNext(error: unknown, next: string): unknown {
  if (!(error instanceof CredentialError || error instanceof StoppedError)) return error;
  const { message, where, code, fix } = error;
  const details: ErrorDetails = {
    where: where ?? undefined,
    code: code ?? undefined,
    fix: fix === null ? next : `${fix} ${next}`,
    cause: error,
  };
  return error instanceof CredentialError ? new CredentialError(message, details) : new StoppedError(message, details);
}

/** Who ended the run from outside, once somebody did. */
function stoppedBy(context: CliContext): () => StoppedBy {
  return () => ({ message: context.stopMessage(), exitCode: context.signalExitCode() });
}

/** What progress has to count: the rows left, service by service. */
function lanesOf({ run }: Flow, services: Services): ProgressLane[] {
  const open = countOpenRows(run.database);
  return services.sessions.map(({ connection: { provider, title }, requestsPerMinute }) => ({
    provider,
    title,
    rows: open.get(provider) ?? 0,
    requestsPerMinute,
  }));
}

/** Null when a signal ended the run before the service had answered. */
async function connect(flow: Flow, environment: Environment): Promise<Services | null> {
  const { run, bench, flags } = flow;
  const { state, record } = readRun(run.database);
  const asked = applyExecutionFlags(record.settings, flags);
  // A pace that a person asked for since the command was typed is the newer word.
  const settings = { ...asked, requestsPerMinute: bench.runtime.control.askedRate ?? asked.requestsPerMinute };
  updateRun(run.database, { settings });
  if (state === 'stopped' || state === 'interrupted') {
    if (record.plannedAtMs === null) changeRunState(run.database, 'planning', { stop: null });
  }
  let services: Services | null = null;
  try {
    services = await openServices(neededProviders(run), settings, environment, bench.runtime);
    for (const warning of services.warnings) bench.progress.log(`warning: ${warning}`);
    if (record.plannedAtMs !== null) assertSameTenants(record.services, services.identities);
    const { stateDir } = bench.runtime;
    const undone = undoneServices(run.database, stateDir);
    assertTenantsOfUndone(undone, services.identities);
    for (const unread of unreadUndone(undone, stateDir)) bench.progress.log(`warning: ${unread}`);
    assertAccounts(services.identities, settings);
    for (const change of otherUsers(record, services.identities)) bench.progress.log(`warning: ${change}`);
    return services;
  } catch (error) {
    await services?.close();
    const { state: now } = readRun(run.database);
    if (flow.context.stopSignal.aborted && now !== 'planned') {
      const { message, exitCode } = stoppedBy(flow.context)();
      const stop = { reason: 'signal', message: `${message} The service had not answered yet.`, exitCode };
      if (now === 'planning') changeRunState(run.database, 'interrupted', { stop });
      else updateRun(run.database, { stop });
      return null;
    }
    if (now === 'planning') {
      const exitCode = error instanceof TaskbatchError ? error.exitCode : exitCodes.bug;
      const reason = error instanceof CredentialError ? 'credentials' : stopReasonOf(error);
      const stop = { reason, message: messageLine(error), exitCode };
      changeRunState(run.database, 'stopped', { stop });
      if (wouldStopAgain({ plannedAtMs: null, stop })) throw error;
      const goOn = `The rows are kept: taskbatch resume ${run.folder.id}`;
      const told = withNext(error, goOn);
      if (told === error) flow.context.stderr.write(`${withStateDir(goOn, flags)}\n`);
      throw told;
    }
    const kept = now === 'planned' ? 'The plan is kept: taskbatch apply' : 'What was done is kept: taskbatch resume';
    throw withNext(error, `${kept} ${run.folder.id}`);
  }
}

/** Services with rows to send or to settle, or of a canary that is still to be read back. */
function neededProviders({ database }: OpenRun): string[] {
  return [...new Set([...countOpenRows(database).keys(), ...canaryProviders(database)])].sort();
}

function stopReasonOf(error: unknown): string {
  return error instanceof TaskbatchError ? (error.code ?? 'error') : 'error';
}

function messageLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

function planSummary(flow: Flow, services: Services, execution: Execution): PlanSummary {
  const rates = new Map(
    services.sessions.map(({ connection, requestsPerMinute }) => [connection.provider, requestsPerMinute]),
  );
  const plan = summarisePlan(flow.run.database, rates, execution);
  // The later rows of a long run are looked at once more before what can't be restored.
  const isLong = (plan.forecast.seconds ?? 0) * 1_000 > readingMaxAgeMs;
  return execution.rereads !== 'none' || !isLong
    ? plan
    : summarisePlan(flow.run.database, rates, { ...execution, rereads: 'irreversible' });
}

function planExit(plan: PlanSummary): number {
  return plan.willFail + plan.blocked > 0 ? exitCodes.rowsFailed : exitCodes.ok;
}

/** Writes the reports, shows the result, and gives the exit code. */
async function showEnd(flow: Flow): Promise<number> {
  const { run, bench, context } = flow;
  bench.progress.stop();
  const summary = summariseRun(run.database, false, context.clock.now());
  const files = await writeRunReports(
    run.database,
    run.folder,
    { columns: readRun(run.database).record.columns, summary },
    bench.progress.work('reporting', { unit: 'rows', total: summary.rows }),
  );
  bench.progress.stop();
  printRun(summary, files, flow);
  return runExit(summary);
}

/** Writes the reports of a run that was finished by a process that died before it could. Closes the run. */
export async function finishReports(flow: Flow): Promise<number> {
  try {
    return await showEnd(flow);
  } finally {
    closeRun(flow.run);
    flow.bench.close();
  }
}

/** @throws {UsageError} when nobody can be asked and `--yes` was not given: before anything is read. */
export function assertCanAsk(flags: Pick<FlowFlags, 'yes'>, context: CliContext, advice: string): void {
  if (flags.yes || (context.stdin.isTTY === true && context.stderr.isTTY === true)) return;
  throw new UsageError('There is no terminal to ask on, and --yes was not given; nothing was sent.', {
    code: 'NO_TERMINAL',
    fix: advice,
  });
}
