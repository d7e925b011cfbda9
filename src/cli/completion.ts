import { exitCodes } from '../exit-codes.js';
import type { Command } from './command.js';
import { completionScripts, shells } from './completion/scripts.js';

export const completion: Command = {
  register: (yargs, start) =>
    yargs.command(
      'completion <shell>',
      'Print the script that lets a shell complete commands, flags, jobs, runs and operations.',
      (y) =>
        y
          .positional('shell', { choices: shells, demandOption: true, describe: 'The shell' })
          .example('eval "$($0 completion bash)"', 'in ~/.bashrc; zsh likewise, below compinit')
          .example('$0 completion fish > taskbatch.fish', 'to lie in ~/.config/fish/completions'),
      ({ shell }) =>
        start(async ({ stdout }) => {
          stdout.write(completionScripts[shell]);
          return exitCodes.ok;
        }),
    ),
};
