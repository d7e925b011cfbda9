/** A command line's words against the flags of one command. */
import type { Argv } from 'yargs';
import type { CommandEntry, Work } from './command.js';
import { stdinWord } from './stdin-word.js';

export interface Parsed {
  /** Null when help was asked for. */
  readonly work: Work | null;
  /** The help, where it was asked for. */
  readonly output: string;
}

/**
 * @param width columns of the help; null for as wide as it needs.
 * @throws {UsageError} for words that the command does not take, naming the nearest that it does.
 */
export async function parseCommand(
  entry: CommandEntry,
  words: readonly string[],
  width: number | null,
): Promise<Parsed> {
  // Loaded here, so that the overview, the version and completion need none of it.
  const [{ default: yargs }, command] = await Promise.all([import('yargs'), entry.load()]);
  let work: Work | null = null;
  let output = '';
  let refused: string | null = null;
  const parser = command.register(baseParser(yargs(), width), (started) => {
    throw new Begun(started);
  });
  parser.fail((message, error) => {
    // A word that can't be parsed is an error of theirs with a message; what a command throws comes without one.
    // A check of ours that fails comes as its bare text.
    if (error instanceof Error && error.name !== 'YError') throw error;
    // Several rules may be broken; the first is told.
    refused ??= message ?? error?.message;
  });
  // Yargs takes any word for a number, and makes NaN of it.
  parser.check((flags) => {
    const [name] = Object.entries(flags).find(([, value]) => Number.isNaN(value)) ?? [];
    return name === undefined ? true : `Not a number: ${name}`;
  });
  const given = words.map((word) => (word === '-' ? stdinWord : word));
  try {
    await parser.parseAsync(given, {}, (_error, _flags, text) => {
      output = text;
    });
  } catch (error) {
    if (!(error instanceof Begun)) throw error;
    work = error.work;
  }
  if (refused !== null) {
    const { usageErrorOf } = await import('./usage-error.js');
    throw await usageErrorOf(refused, entry, words);
  }
  return { work, output };
}

/** Thrown through yargs once it has read all flags: else it would write the help, which takes longer than all before. */
class Begun extends Error {
  readonly work: Work;

  constructor(work: Work) {
    super('the flags are read');
    this.work = work;
  }
}

function baseParser(parser: Argv, width: number | null): Argv {
  return parser
    .scriptName('taskbatch')
    .locale('en')
    .strict()
    .help()
    .alias('help', 'h')
    .version(false)
    .wrap(width)
    .exitProcess(false)
    .showHelpOnFail(false)
    .parserConfiguration({ 'duplicate-arguments-array': false, 'parse-positional-numbers': false });
}
