/** What `pause`, `resume`, `rate` and `stop` share: a command to the process that has a run in hand, and its answer. */
import type { Argv } from 'yargs';
import { BusyError, messageOf, StateError, UsageError } from '../errors.js';
import { summariseRun } from '../run/run-summary.js';
import { type ControlKind, type SentCommand, sendCommand } from '../state/control-file.js';
import { openRunDatabase } from '../state/run-database.js';
import { findRunFolder, isRunLocked, type RunFolder, runFolder } from '../state/run-folder.js';
import { listRunIds } from '../state/run-ids.js';
import { readRun } from '../state/run-records.js';
import type { CliContext } from './context.js';
import { addStateFlag, stateDirOf } from './flags.js';
import { newestRun } from './newest-run.js';
import { printJson } from './print.js';
import { withStateDir } from './state-dir-hint.js';

export interface ControlFlags {
  readonly stateDir: string;
  readonly json: boolean;
  readonly run?: string | undefined;
}

/** How long a run has to take a command, and then to say how it went. */
const longestMs = 10_000;
const lookMs = 50;

export function addControlFlags<T>(yargs: Argv<T>) {
  return addStateFlag(yargs).option('json', {
    type: 'boolean',
    describe: 'The answer as one JSON document on stdout',
    default: false,
  });
}

/**
 * The folder of a run that a process has in hand: the named one, or the newest.
 * @throws {UsageError} when no process has it.
 */
export function findLiveRun(flags: ControlFlags, context: CliContext, kind: ControlKind): RunFolder {
  const stateDir = stateDirOf(flags, context);
  const folder = findRunFolder(stateDir, flags.run ?? newestRun(stateDir));
  if (isRunLocked(folder)) return folder;
  throw notInHand(folder, stateDir, kind, context.clock.now());
}

/**
 * Gives the command and waits for the answer, which is a sentence.
 * @throws {UsageError} when the process ended before it took it. @throws {BusyError} when it does not take it in time.
 */
export async function commandRun(
  folder: RunFolder,
  kind: ControlKind,
  value: number | null,
  context: Pick<CliContext, 'clock'>,
): Promise<string> {
  const sent = guardFile(folder, () => sendCommand(folder, kind, value));
  if (sent === null) throw takesNone(folder);
  try {
    for (let rounds = 2; ; rounds--) {
      const answer = await answerTo(sent, folder, context);
      if (answer !== null) return answer;
      if (guardFile(folder, () => sent.withdraw())) throw isRunLocked(folder) ? takesNone(folder) : ended(folder, kind);
      // It took it, or forgot it because another process has the run now.
      if (rounds === 1 || !isRunLocked(folder)) throw unanswered(folder, kind);
    }
  } finally {
    sent.close();
  }
}

/** Tells the person how it went. */
export function tellAnswer(
  folder: RunFolder,
  { kind, answer, next }: { readonly kind: ControlKind; readonly answer: string; readonly next: string },
  flags: ControlFlags,
  context: CliContext,
): void {
  const told = withStateDir(next, flags);
  if (flags.json) printJson(context, { kind: 'control', run: folder.id, command: kind, answer, next: told });
  else context.stdout.write(`Run ${folder.id}: ${answer}\nNext: ${told}\n`);
}

async function answerTo(
  sent: SentCommand,
  folder: RunFolder,
  { clock }: Pick<CliContext, 'clock'>,
): Promise<string | null> {
  const untilMs = clock.monotonic() + longestMs;
  for (;;) {
    // Asked before the answer: a process that ends answers first.
    const isLive = isRunLocked(folder);
    const answer = guardFile(folder, () => sent.answer());
    if (answer !== null) return answer;
    if (!isLive || clock.monotonic() >= untilMs) return null;
    await clock.sleep(lookMs);
  }
}

function guardFile<T>(folder: RunFolder, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new StateError(`The run can't be reached: ${messageOf(error)}.`, {
      where: folder.file('control.db'),
      code: 'CONTROL_UNUSABLE',
      fix: 'Check the rights and the free space of that folder; a signal reaches the process too (Ctrl-C in its terminal).',
      cause: error,
    });
  }
}

function takesNone(folder: RunFolder): BusyError {
  return new BusyError(
    `Run ${folder.id} is in use by a process that takes no commands now: it looks back on the run, or it hangs. The command was withdrawn.`,
    { code: 'NOT_TAKEN', fix: `Try again, or see how it stands: taskbatch status ${folder.id}` },
  );
}

function unanswered(folder: RunFolder, kind: ControlKind): BusyError {
  return new BusyError(`Run ${folder.id} was told to ${kind}, and did not say whether it did.`, {
    code: 'NOT_ANSWERED',
    fix: `See how it stands: taskbatch status ${folder.id}`,
  });
}

function ended(folder: RunFolder, kind: ControlKind): UsageError {
  return new UsageError(
    `Run ${folder.id} ended before it could take the command; there is nothing to ${verbOf(kind)}.`,
    {
      code: 'NOT_IN_HAND',
      fix: `See how it stands: taskbatch status ${folder.id}`,
    },
  );
}

function notInHand(folder: RunFolder, stateDir: string, kind: ControlKind, nowMs: number): UsageError {
  const live = listRunIds(stateDir).filter((id) => id !== folder.id && isRunLocked(runFolder(stateDir, id)));
  const others = live.length === 0 ? '' : ` In hand: ${live.join(', ')}.`;
  const [first] = live;
  return new UsageError(`No process has run ${folder.id} in hand; there is nothing to ${verbOf(kind)}.${others}`, {
    code: 'NOT_IN_HAND',
    fix: first === undefined ? adviceOn(folder, nowMs) : `Name the one that is meant: taskbatch ${kind} ${first}`,
  });
}

function adviceOn(folder: RunFolder, nowMs: number): string {
  const database = openRunDatabase(folder.database, 'read');
  try {
    if (readRun(database).state === 'finished') return `See what it did: taskbatch status ${folder.id}`;
    const { state, next } = summariseRun(database, false, nowMs);
    if (next === null) return `See how it stands: taskbatch status ${folder.id}`;
    return `${state === 'planned' ? 'Its plan stands' : 'It has ended'}: ${next}`;
  } finally {
    database.close();
  }
}

function verbOf(kind: ControlKind): string {
  return kind === 'rate' ? 'set the pace of' : kind;
}
