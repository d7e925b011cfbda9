import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { entryOf } from '../providers/entry-of.js';
import { writeFileAtomically } from '../report/atomic-file.js';
import { shellWord } from '../shell-word.js';
import { countByState, countRows } from '../state/row-reads.js';
import { findBrokenDone } from '../state/row-seals.js';
import { undoLines } from '../state/taken-back.js';
import { undoJson } from '../ui/undo-json.js';
import { renderUndo, type UndoSummary } from '../ui/undo-text.js';
import { arrangeDrafts } from '../undo/arrange-drafts.js';
import { type Composed, composeManifest } from '../undo/compose-manifest.js';
import { countFates, groupFates } from '../undo/coverage.js';
import { decideFates, undoneOutcomes } from '../undo/decide-fates.js';
import { joinSteps } from '../undo/join-steps.js';
import { manifestCsv, stepColumn } from '../undo/manifest-csv.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addExecutionFlags, stateDirOf } from './flags.js';
import { type LookBack, type LookBackFlags, lookBack } from './look-back.js';
import { printJson, textStyle } from './print.js';
import { stateDirFlag } from './state-dir-hint.js';
import { outputFile } from './stdin-word.js';

export const undo: Command = {
  register: (yargs, start) =>
    yargs.command(
      'undo [run]',
      'Write a manifest that takes a run back, and say what that brings back and what not. Changes nothing.',
      (y) =>
        addExecutionFlags(y)
          .positional('run', { type: 'string', describe: 'Id of the run [default: the newest]' })
          .option('output', {
            alias: 'o',
            type: 'string',
            describe: 'Write the manifest to this file; - for stdout [default: undo-<run>.csv]',
            requiresArg: true,
          })
          .option('force', {
            type: 'boolean',
            describe: 'Take back also what something else changed since, or what nothing tells of',
            default: false,
          })
          .example('$0 undo', 'the newest run; then plan and apply what it writes')
          .example('$0 undo 20261122-0530-archive-7f3a -o back.csv', 'of a certain run'),
      (flags) => start((context) => runUndo(flags, context)),
    ),
};

interface Flags extends LookBackFlags {
  readonly output?: string | undefined;
  readonly force: boolean;
}

async function runUndo(flags: Flags, context: CliContext): Promise<number> {
  const toStdout = flags.output !== undefined && outputFile(flags.output) === undefined;
  if (toStdout && flags.json) {
    throw new UsageError('--json and -o - both want stdout.', { code: 'USAGE', fix: 'Name a file: -o FILE' });
  }
  const fileOf = (id: string) => (toStdout ? null : (flags.output ?? `undo-${id}.csv`));
  return lookBack(
    flags,
    context,
    { verb: 'undo', outcomes: undoneOutcomes },
    ({ id }) => refuseExisting(fileOf(id), context),
    (means) => writeUndo(means, fileOf(means.record.id), flags, context),
  );
}

async function writeUndo(means: LookBack, file: string | null, flags: Flags, context: CliContext): Promise<number> {
  const { run, record, services, onLooked } = means;
  const decided = await decideFates(services.sessions, {
    database: run.database,
    runId: record.id,
    broken: findBrokenDone(run.database, record),
    entry: entryOf,
    clock: context.clock,
    random: context.random,
    giveUpAfterMs: means.giveUpAfterMs,
    force: flags.force,
    undoLines: undoLines(stateDirOf(flags, context), record.id),
    onLooked,
  });
  const { clock, random } = context;
  const joining = { sessions: services.sessions, clock, random, giveUpAfterMs: means.giveUpAfterMs };
  const arranged = await joinSteps(arrangeDrafts(decided), joining);
  means.endLooking();
  const composed = composeManifest(arranged, `undo of ${record.id}`);
  refuseExisting(file, context);
  await writeLines(record.id, composed, file, context);
  const summary = summaryOf(composed, means, file, flags);
  if (flags.json) printJson(context, undoJson(summary));
  else {
    const stream = file === null ? context.stderr : context.stdout;
    stream.write(renderUndo(summary, textStyle(context, stream)));
  }
  const { none, changed, unsure } = summary.rows;
  return none + changed + unsure + summary.unsettled > 0 ? exitCodes.rowsFailed : exitCodes.ok;
}

/** @throws {UsageError} when there is such a file: it may be the only way back from another run. */
function refuseExisting(file: string | null, { cwd }: CliContext): void {
  if (file === null || !existsSync(resolve(cwd, file))) return;
  throw new UsageError(`The file ${file} is there already; it is not written over.`, {
    code: 'FILE_EXISTS',
    fix: 'Name another one with -o FILE, or move that one away.',
  });
}

async function writeLines(run: string, { lines }: Composed, file: string | null, context: CliContext): Promise<void> {
  if (lines.length === 0) return;
  const write = async (output: Writable) => {
    for (const text of manifestCsv(run, lines)) if (!output.write(text) && output.writable) await once(output, 'drain');
  };
  if (file === null) await write(context.stdout);
  else await writeFileAtomically(resolve(context.cwd, file), write, `taskbatch undo ${run}`);
}

function summaryOf(
  { lines, fates }: Composed,
  { run, record, services }: LookBack,
  file: string | null,
  flags: Flags,
): UndoSummary {
  const steps = Math.max(0, ...new Set(lines.map(({ step }) => step)));
  const states = countByState(countRows(run.database));
  return {
    run: record.id,
    services: services.identities,
    file: lines.length === 0 ? null : file,
    lines: lines.length,
    rows: countFates(fates),
    groups: groupFates(fates),
    unsettled: states.unknown + states.sending,
    left: states.pending,
    forced: flags.force,
    next: lines.length === 0 ? [] : planCommands(file ?? 'FILE', steps, flags.stateDir),
  };
}

/** One command for each step: what is planned next rests on what was applied before. */
function planCommands(file: string, steps: number, stateDir: string): string[] {
  const plan = `taskbatch plan ${shellWord(file)}${stateDirFlag({ stateDir })}`;
  if (steps <= 1) return [plan];
  return Array.from({ length: steps }, (_none, at) => `${plan} --where 'row.${stepColumn} == "${at + 1}"'`);
}
