import { UsageError } from '../errors.js';
import { parseExpectation } from '../job/resolve-settings.js';
import { blockOvertaken } from '../plan/block-overtaken.js';
import { closeRun, openRun } from '../run/open-run.js';
import { planCommand } from '../run/plan-command.js';
import { summariseRun } from '../run/run-summary.js';
import { failedRowsManifest } from '../state/retry-source.js';
import { countRepeatable } from '../state/row-reads.js';
import type { RunRecord, RunSettings } from '../state/run-record.js';
import { readRun } from '../state/run-records.js';
import { assertExpectation } from './assert-expectation.js';
import { beginRun, checkOptions } from './begin-run.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { assertConfirmed } from './execution-guards.js';
import { addExecutionFlags, expectOption, stateDirOf } from './flags.js';
import { newestRun } from './newest-run.js';
import { assertCanAsk, type FlowFlags, runFlow } from './run-flow.js';
import { createWorkbench } from './workbench.js';

export const retry: Command = {
  register: (yargs, start) =>
    yargs.command(
      'retry [run]',
      'Try the failed and blocked rows of a run again, as a new run that names its parent. Never rows that are unknown.',
      (y) =>
        addExecutionFlags(y)
          .positional('run', { type: 'string', describe: 'Id of the run [default: the newest]' })
          .option('expect', expectOption)
          .example('$0 retry', 'the failed rows of the newest run')
          .example('$0 retry 20261122-0530-delete-7f3a', 'of a certain run'),
      (flags) => start((context) => runRetry(flags, context)),
    ),
};

async function runRetry(
  flags: FlowFlags & { readonly run?: string | undefined; readonly expect?: string | undefined },
  context: CliContext,
): Promise<number> {
  const stateDir = stateDirOf(flags, context);
  const parent = openRun(stateDir, flags.run ?? newestRun(stateDir));
  const bench = createWorkbench(context, flags);
  try {
    const { state, record } = readRun(parent.database);
    if (state !== 'finished') {
      throw new UsageError(`Run ${record.id} is ${state}; bring it to its end first.`, {
        code: 'NOT_FINISHED',
        fix: summariseRun(parent.database, false, context.clock.now()).next ?? `taskbatch status ${record.id}`,
      });
    }
    if (countRepeatable(parent.database) === 0) {
      throw new UsageError(`Run ${record.id} has no failed or blocked rows that may be sent again.`, {
        code: 'NOTHING_FAILED',
        fix: `See what it did: taskbatch status ${record.id}`,
      });
    }
    // The rows were chosen when the first run was made; how many of them are left is not what was expected then.
    const expect = flags.expect === undefined ? null : parseExpectation(flags.expect);
    assertExpectation(expect);
    const settings: RunSettings = { ...record.settings, expect, skipInvalid: true };
    assertConfirmed(settings, false, planningOf(record, parent.folder.file('failed.csv')));
    assertCanAsk(flags, context, `To send these rows again without being asked: taskbatch retry ${record.id} --yes`);
    const manifest = failedRowsManifest(parent.database, record);
    const intent = { settings, check: checkOptions(settings, record.manifest.name, null) };
    const run = await beginRun(
      manifest,
      intent,
      { parent: record.id, sandbox: record.sandbox, goal: 'execute' },
      bench,
    );
    blockOvertaken(run.database, parent.database, record.id, context.clock.now());
    return await runFlow({ run, bench, flags, context }, 'execute', false);
  } finally {
    bench.close();
    closeRun(parent);
  }
}

/** What plans the rows that are left, from their own file: numbers of the first manifest's rows mean nothing there. */
function planningOf({ settings, sandbox }: RunRecord, failedRows: string): string {
  const { rows: _rows, expect: _expect, ...typed } = settings.typed ?? {};
  return planCommand({
    manifest: { name: failedRows },
    settings: { ...settings, rows: null, expect: null, ...(settings.typed === undefined ? {} : { typed }) },
    ...{ sandbox, parent: null, stop: null },
  });
}
