/** What `undo` and `verify` share: a run at rest, its services, and a way to read but not to write. */
import { StoppedError, UsageError } from '../errors.js';
import { applyExecutionFlags, type ExecutionFlags } from '../job/resolve-settings.js';
import { HeldError } from '../providers/http.js';
import { closeRun, type OpenRun, openRun } from '../run/open-run.js';
import { assertSameTenants, openServices, type Services } from '../run/open-services.js';
import { countDone, type DoneOutcome } from '../state/done-reads.js';
import type { RunRecord } from '../state/run-record.js';
import { readRun } from '../state/run-records.js';
import type { CliContext } from './context.js';
import { stateDirOf } from './flags.js';
import { newestRun } from './newest-run.js';
import { createWorkbench, type WorkbenchFlags } from './workbench.js';

export interface LookBackFlags extends WorkbenchFlags, ExecutionFlags {
  readonly run?: string | undefined;
}

export interface LookBack {
  readonly run: OpenRun;
  readonly record: RunRecord;
  readonly services: Services;
  /** Rows that are looked at. */
  readonly rows: number;
  /** Longest single pause for a service in trouble. */
  readonly giveUpAfterMs: number;
  readonly onLooked: (rows: number) => void;
  /** To be called before anything is printed. */
  readonly endLooking: () => void;
}

/**
 * Opens a run that is not running, and the services of its rows that were done.
 * @param ready what must be so before anything is read; throws where it is not.
 * @returns what `work` gives; the exit code of the signal when one came.
 */
export async function lookBack(
  flags: LookBackFlags,
  context: CliContext,
  { verb, outcomes }: { readonly verb: 'undo' | 'verify'; readonly outcomes: readonly DoneOutcome[] },
  ready: (record: RunRecord) => void,
  work: (means: LookBack) => Promise<number>,
): Promise<number> {
  const stateDir = stateDirOf(flags, context);
  const run = openRun(stateDir, flags.run ?? newestRun(stateDir));
  const bench = createWorkbench(context, flags);
  let services: Services | null = null;
  try {
    const { record } = readRun(run.database);
    refuseSandbox(record, verb);
    const done = countDone(run.database).filter(({ outcome }) => outcomes.some((one) => one === outcome));
    const rows = done.reduce((sum, one) => sum + one.rows, 0);
    if (rows === 0) throw nothingDone(record, verb);
    ready(record);
    const names = [...new Set(done.map(({ provider }) => provider))];
    const settings = applyExecutionFlags(record.settings, flags);
    services = await openServices(names, settings, bench.runtime.environment, bench.runtime);
    for (const warning of services.warnings) bench.progress.log(`warning: ${warning}`);
    assertSameTenants(record.services, services.identities);
    const advance = bench.progress.work('comparing', { unit: 'rows', total: rows });
    let looked = 0;
    const onLooked = (more: number): void => {
      looked += more;
      advance(looked);
    };
    const { giveUpAfterMs } = settings;
    const endLooking = () => bench.progress.stop();
    return await work({ run, record, services, rows, giveUpAfterMs, onLooked, endLooking });
  } catch (error) {
    if (!(error instanceof HeldError)) throw error;
    if (error.reason === 'stopping' && context.stopSignal.aborted) {
      context.stderr.write('It was interrupted; nothing was written, and nothing was changed.\n');
      return context.signalExitCode();
    }
    throw new StoppedError(`${error.message} Nothing was written, and nothing was changed.`, {
      code: 'WAIT_TOO_LONG',
      fix: 'Run the command again later, or allow longer waits with --give-up-after.',
      cause: error,
    });
  } finally {
    await services?.close();
    bench.close();
    closeRun(run);
  }
}

/** Each sitting on the sandbox starts a fresh one that is filled from the manifest: what a run did there is gone. */
function refuseSandbox(record: RunRecord, verb: string): void {
  if (!record.sandbox) return;
  throw new UsageError(`Run ${record.id} went against the sandbox, which ended with it; there is nothing to ${verb}.`, {
    code: 'SANDBOX_RUN',
    fix: 'To try it out, serve one sandbox for several commands: taskbatch sandbox',
  });
}

function nothingDone(record: RunRecord, verb: string): UsageError {
  return new UsageError(`Run ${record.id} did nothing that there is to ${verb}.`, {
    code: 'NOTHING_DONE',
    fix: `See what it did: taskbatch status ${record.id}`,
  });
}
