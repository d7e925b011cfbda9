/** The contract of a command: a file of its own, and a line in `commands.ts`. */
import type { Argv } from 'yargs';
import type { CliContext } from './context.js';

/** What a command does once its flags are read. @returns the exit code. */
export type Work = (context: CliContext) => Promise<number>;

export interface Command {
  /** Declares the command's positionals, flags and examples; its handler hands over the work. */
  register(yargs: Argv, start: (work: Work) => void): Argv;
}

/** A command as the table knows it before its file is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}
