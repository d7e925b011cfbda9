import { UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { applyExecutionFlags } from '../job/resolve-settings.js';
import { openRunDatabase } from '../state/run-database.js';
import type { RunFolder } from '../state/run-folder.js';
import { readRun } from '../state/run-records.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addControlFlags, type ControlFlags, commandRun, findLiveRun, tellAnswer } from './control-run.js';

export const rate: Command = {
  register: (yargs, start) =>
    yargs.command(
      'rate <run> [requests]',
      'Change the pace of a run that is going on, from another terminal; it holds for later sittings too.',
      (y) =>
        addControlFlags(y)
          .positional('run', { type: 'string', demandOption: true, describe: 'Id of the run; may be left out' })
          .positional('requests', {
            type: 'string',
            describe: 'Requests a minute for each service, up to what it states (0 = just that)',
          })
          .example('$0 rate 40', 'slow the newest run down')
          .example('$0 rate 20261122-0530-delete-7f3a 120', 'a certain run'),
      (flags) => start((context) => runRate(flags, context)),
    ),
};

interface Flags extends ControlFlags {
  readonly run: string;
  readonly requests?: string | undefined;
}

async function runRate(given: Flags, context: CliContext): Promise<number> {
  // With one word, it is the pace, of the newest run.
  const { run, requests } = given.requests === undefined ? { run: undefined, requests: given.run } : given;
  const flags = { ...given, run };
  const perMinute = /^\d+(?:\.\d+)?$/.test(requests ?? '') ? Number(requests) : null;
  if (perMinute === null) {
    throw new UsageError(`${JSON.stringify(requests)} is no number of requests a minute.`, {
      code: 'RATE',
      fix: 'Write it behind the run: taskbatch rate RUN 40',
    });
  }
  const folder = findLiveRun(flags, context, 'rate');
  assertAllowed(folder, perMinute);
  const answer = await commandRun(folder, 'rate', perMinute, context);
  tellAnswer(folder, { kind: 'rate', answer, next: `taskbatch status ${folder.id} --watch` }, flags, context);
  return exitCodes.ok;
}

/** @throws {UsageError} for a pace that `--rate` would not take either. */
function assertAllowed(folder: RunFolder, rate: number): void {
  const database = openRunDatabase(folder.database, 'read');
  try {
    applyExecutionFlags(readRun(database).record.settings, { rate });
  } finally {
    database.close();
  }
}
