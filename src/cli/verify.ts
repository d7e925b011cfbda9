import { once } from 'node:events';
import { resolve } from 'node:path';
import { UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { entryOf } from '../providers/entry-of.js';
import { writeFileAtomically } from '../report/atomic-file.js';
import { verifiedCsv } from '../report/verified-csv.js';
import { reportRows } from '../state/report-reads.js';
import { countByState, countRows } from '../state/row-reads.js';
import { findBrokenDone } from '../state/row-seals.js';
import { describeTakers, groupUndoLines, undoLines } from '../state/taken-back.js';
import { renderVerify, summariseVerified } from '../ui/verify-text.js';
import { type VerifiedRow, verifyRows } from '../verify/verify-rows.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addExecutionFlags, stateDirOf } from './flags.js';

import { type LookBack, type LookBackFlags, lookBack } from './look-back.js';
import { printJson, textStyle } from './print.js';
import { outputFile } from './stdin-word.js';

export const verify: Command = {
  register: (yargs, start) =>
    yargs.command(
      'verify [run]',
      'Read the targets of the rows that succeeded again: what still holds, and what something else has reverted. Changes nothing.',
      (y) =>
        addExecutionFlags(y)
          .positional('run', { type: 'string', describe: 'Id of the run [default: the newest]' })
          .option('output', {
            alias: 'o',
            type: 'string',
            describe: 'Write the rows that do not hold to this file, as a report with a column _verified',
            requiresArg: true,
          })
          .example('$0 verify', 'the newest run')
          .example('$0 verify 20261122-0530-archive-7f3a -o reverted.csv', 'which rows somebody took back'),
      (flags) => start((context) => runVerify(flags, context)),
    ),
};

interface Flags extends LookBackFlags {
  readonly output?: string | undefined;
}

async function runVerify(flags: Flags, context: CliContext): Promise<number> {
  if (flags.output !== undefined && outputFile(flags.output) === undefined) {
    throw new UsageError('--output - would mix the rows with what verify prints on stdout.', {
      code: 'USAGE',
      fix: 'Name a file: taskbatch verify -o reverted.csv',
    });
  }
  return lookBack(
    flags,
    context,
    { verb: 'verify', outcomes: ['done', 'settled', 'already'] },
    () => undefined,
    (means) => verifyRun(means, flags, context),
  );
}

async function verifyRun(means: LookBack, flags: Flags, context: CliContext): Promise<number> {
  const { run, record, services, onLooked } = means;
  const file = flags.output;
  const takenBack = groupUndoLines(undoLines(stateDirOf(flags, context), record.id));
  const takenBackBy = (number: number) => describeTakers(takenBack.get(number) ?? []);
  const rows = await verifyRows(services.sessions, {
    database: run.database,
    runId: record.id,
    broken: findBrokenDone(run.database, record),
    entry: entryOf,
    clock: context.clock,
    random: context.random,
    giveUpAfterMs: means.giveUpAfterMs,
    takenBackBy,
    onLooked,
  });
  means.endLooking();
  if (file !== undefined) await writeRows(resolve(context.cwd, file), rows, means);
  const states = countByState(countRows(run.database));
  const summary = summariseVerified(rows, {
    run: record.id,
    services: services.identities,
    file: file ?? null,
    unsettled: states.unknown + states.sending,
    left: states.pending,
  });
  if (flags.json) printJson(context, { kind: 'verify', ...summary });
  else context.stdout.write(renderVerify(summary, textStyle(context, context.stdout)));
  return summary.rows.reverted + summary.rows.unsure + summary.unsettled > 0 ? exitCodes.rowsFailed : exitCodes.ok;
}

async function writeRows(path: string, rows: readonly VerifiedRow[], { run, record }: LookBack): Promise<void> {
  const meant = new Map(rows.filter(({ verdict }) => verdict !== 'holds').map((row) => [row.number, row]));
  const lines = verifiedCsv(record.columns, reportRows(run.database, ['succeeded']), meant);
  await writeFileAtomically(
    path,
    async (output) => {
      for (const text of lines) if (!output.write(text)) await once(output, 'drain');
    },
    `taskbatch verify ${run.folder.id}`,
  );
}
