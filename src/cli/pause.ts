import { exitCodes } from '../exit-codes.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addControlFlags, type ControlFlags, commandRun, findLiveRun, tellAnswer } from './control-run.js';

export const pause: Command = {
  register: (yargs, start) =>
    yargs.command(
      'pause [run]',
      'Hold a run that is going on, from another terminal: nothing is sent until `taskbatch resume`.',
      (y) =>
        addControlFlags(y)
          .positional('run', { type: 'string', describe: 'Id of the run [default: the newest]' })
          .example('$0 pause', 'hold the newest run')
          .epilogue('A pause ends with the process: after a crash or a stop, `taskbatch resume` goes on.'),
      (flags) => start((context) => runPause(flags, context)),
    ),
};

async function runPause(flags: ControlFlags, context: CliContext): Promise<number> {
  const folder = findLiveRun(flags, context, 'pause');
  const answer = await commandRun(folder, 'pause', null, context);
  tellAnswer(folder, { kind: 'pause', answer, next: `taskbatch resume ${folder.id}` }, flags, context);
  return exitCodes.ok;
}
