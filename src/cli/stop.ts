import { existsSync } from 'node:fs';
import { exitCodes } from '../exit-codes.js';
import { summariseRun } from '../run/run-summary.js';
import { openRunDatabase } from '../state/run-database.js';
import { isRunLocked, type RunFolder } from '../state/run-folder.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addControlFlags, type ControlFlags, commandRun, findLiveRun, tellAnswer } from './control-run.js';

/** What the run gives itself for what is in the air, and some time to write its reports. */
const longestMs = 45_000;
const lookMs = 100;

export const stop: Command = {
  register: (yargs, start) =>
    yargs.command(
      'stop [run]',
      'End a run from another terminal as Ctrl-C in its own would: what is in the air is waited for, then it saves.',
      (y) =>
        addControlFlags(y)
          .positional('run', { type: 'string', describe: 'Id of the run [default: the newest]' })
          .example('$0 stop', 'end the newest run; `taskbatch resume` goes on with it')
          .epilogue('Said again while it waits, what is in the air is given up; the next sitting finds out about it.'),
      (flags) => start((context) => runStop(flags, context)),
    ),
};

async function runStop(flags: ControlFlags, context: CliContext): Promise<number> {
  const folder = findLiveRun(flags, context, 'stop');
  const answer = await commandRun(folder, 'stop', null, context);
  const { clock } = context;
  const untilMs = clock.monotonic() + longestMs;
  let live = true;
  for (; live && clock.monotonic() < untilMs; live = isRunLocked(folder)) await clock.sleep(lookMs);
  const what = live ? `${answer} It has not ended yet.` : 'It has ended; what it did is saved.';
  const next = live ? `taskbatch status ${folder.id} --watch` : nextOf(folder, clock.now());
  tellAnswer(folder, { kind: 'stop', answer: what, next }, flags, context);
  return live ? exitCodes.busy : exitCodes.ok;
}

/** What to type about a run that has just ended; one that was still reading its manifest is forgotten. */
function nextOf(folder: RunFolder, nowMs: number): string {
  if (!existsSync(folder.database)) return 'taskbatch status';
  const database = openRunDatabase(folder.database, 'read');
  try {
    return summariseRun(database, false, nowMs).next ?? `taskbatch status ${folder.id}`;
  } finally {
    database.close();
  }
}
