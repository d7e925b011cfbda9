import { UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { localFailure } from '../failure.js';
import { isSelected, parseRowSelection } from '../manifest/row-selection.js';
import { writeRunReports } from '../report/write-reports.js';
import { closeRun, type OpenRun, openRun } from '../run/open-run.js';
import { failedResult, succeededResult } from '../run/row-end.js';
import { summariseRun } from '../run/run-summary.js';
import { reportRows } from '../state/report-reads.js';
import { sealOutcomes, unsealOutcomes } from '../state/row-seals.js';
import { type RowResult, writeRowResult } from '../state/row-writes.js';
import { readRun } from '../state/run-records.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addOutputFlags, stateDirOf } from './flags.js';
import { printRun } from './print.js';

export const resolve: Command = {
  register: (yargs, start) =>
    yargs.command(
      'resolve <run> <rows>',
      "Takes a person's word for rows that are unknown: they were done, or they were not. Sends nothing.",
      (y) =>
        addOutputFlags(y)
          .positional('run', { type: 'string', demandOption: true, describe: 'Id of the run' })
          .positional('rows', { type: 'string', demandOption: true, describe: 'Rows: 12, or 3,7-9' })
          .option('done', { type: 'boolean', describe: 'They were done: they become succeeded' })
          .option('not-done', {
            type: 'boolean',
            describe: 'They were not done: they become failed, and `retry` may send them again',
          })
          .conflicts('done', 'not-done')
          .example('$0 resolve 20261122-0530-create-7f3a 12 --done', 'I looked: the task is there')
          .example('$0 resolve 20261122-0530-create-7f3a 12-14 --not-done', 'I looked: they are not there'),
      (flags) => start((context) => runResolve(flags, context)),
    ),
};

interface Flags {
  readonly stateDir: string;
  readonly json: boolean;
  readonly run: string;
  readonly rows: string;
  readonly done?: boolean | undefined;
  readonly notDone?: boolean | undefined;
}

async function runResolve(flags: Flags, context: CliContext): Promise<number> {
  if (flags.done !== true && flags.notDone !== true) {
    throw new UsageError('Were these rows done or not?', {
      code: 'WORD',
      fix: 'Look at their targets in the service, then add --done or --not-done.',
    });
  }
  const selection = parseRowSelection(flags.rows);
  const run = openRun(stateDirOf(flags, context), flags.run);
  try {
    const numbers = unknownRows(run, (number) => isSelected(number, selection));
    const result = flags.done === true ? doneByWord(context) : notDoneByWord(context);
    run.database.transaction(() => {
      unsealOutcomes(run.database);
      for (const number of numbers) writeRowResult(run.database, number, 'settle', result);
      sealOutcomes(run.database, context.clock.now());
    });
    const summary = summariseRun(run.database, false, context.clock.now());
    const files = await writeRunReports(run.database, run.folder, {
      columns: readRun(run.database).record.columns,
      summary,
    });
    printRun(summary, files, { flags, context });
    return exitCodes.ok;
  } finally {
    closeRun(run);
  }
}

/** @throws {UsageError} when one of the rows is not unknown: what is known is not up to anybody's word. */
function unknownRows(run: OpenRun, isMeant: (number: number) => boolean): number[] {
  const numbers: number[] = [];
  for (const { number, state } of reportRows(run.database, null)) {
    if (!isMeant(number)) continue;
    if (state !== 'unknown') refuse(run, `Row ${number} is ${state}`);
    numbers.push(number);
  }
  if (numbers.length === 0) refuse(run, 'There are no such rows');
  return numbers;
}

function refuse(run: OpenRun, what: string): never {
  throw new UsageError(`${what}; only rows that are unknown can be resolved. Nothing was changed.`, {
    code: 'NOT_UNKNOWN',
    fix: `See which are: taskbatch report ${run.folder.id} --only unknown`,
  });
}

function doneByWord({ clock }: CliContext): RowResult {
  return succeededResult('settled', 'A person looked and said that it was done.', clock.now(), 0);
}

function notDoneByWord({ clock }: CliContext): RowResult {
  const failure = localFailure(
    'UNKNOWN',
    'NOT_DONE',
    'A person looked and said that it was not done.',
    'Send it again with `taskbatch retry`.',
  );
  return failedResult({ ...failure, retryable: true }, clock.now(), 0);
}
