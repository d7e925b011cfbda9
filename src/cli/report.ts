import { resolve } from 'node:path';
import { UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { writeFileAtomically } from '../report/atomic-file.js';
import { findReportFormat, reportFormats } from '../report/formats.js';
import { readPageSource } from '../report/html/page-source.js';
import { counted } from '../report/write-reports.js';
import { summariseRun } from '../run/run-summary.js';
import { readAtOneInstant, reportRows } from '../state/report-reads.js';
import { openRunDatabase } from '../state/run-database.js';
import { findRunFolder, isRunLocked } from '../state/run-folder.js';
import { readRun } from '../state/run-records.js';
import { type RowState, rowStates } from '../state/status.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addStateFlag, stateDirOf } from './flags.js';
import { newestRun } from './newest-run.js';
import { withStateDir } from './state-dir-hint.js';
import { outputFile } from './stdin-word.js';
import { progressOf } from './workbench.js';

export const report: Command = {
  register: (yargs, start) =>
    yargs.command(
      'report [run]',
      'Every row of a run with its outcome, in manifest order, to stdout or a file. Needs no credentials.',
      (y) =>
        addStateFlag(y)
          .positional('run', { type: 'string', describe: 'Id of the run [default: the newest]' })
          .option('format', {
            choices: reportFormats.map(({ name }) => name),
            describe: 'Form of the report',
            default: 'csv',
            requiresArg: true,
          })
          .option('output', {
            alias: 'o',
            type: 'string',
            describe: 'Write to this file, - for stdout [default: stdout]',
            requiresArg: true,
          })
          .option('only', {
            type: 'string',
            describe: `Only rows of these states: ${rowStates.join(', ')}`,
            requiresArg: true,
          })
          .example('$0 report --only failed', 'what failed in the newest run')
          .example('$0 report 20261122-0530-delete-7f3a --format jsonl -o rows.jsonl', 'every row as JSON')
          .example('$0 report --format html -o run.html', 'a page for a browser, as it lies in the run folder')
          .example('$0 report --format xlsx -o run.xlsx', 'a workbook to mail')
          .example('$0 report --format markdown', 'for an issue or a chat; junit is for CI'),
      (flags) => start((context) => runReport(flags, context)),
    ),
};

interface Flags {
  readonly stateDir: string;
  readonly run?: string | undefined;
  readonly format: string;
  readonly output?: string | undefined;
  readonly only?: string | undefined;
}

async function runReport(flags: Flags, context: CliContext): Promise<number> {
  const stateDir = stateDirOf(flags, context);
  const states = flags.only === undefined ? null : parseStates(flags.only);
  const folder = findRunFolder(stateDir, flags.run ?? newestRun(stateDir));
  const format = findReportFormat(flags.format);
  if (format === null) throw new UsageError(`There is no report format ${JSON.stringify(flags.format)}.`);
  const output = outputFile(flags.output);
  if (format.isBinary === true && output === undefined && context.stdout.isTTY === true) {
    throw new UsageError(`A report as ${format.name} is nothing to read on a terminal.`, {
      code: 'BINARY_OUTPUT',
      fix: `Write it to a file: taskbatch report ${folder.id} --format ${format.name} -o ${folder.id}.${format.extension}`,
    });
  }
  const database = openRunDatabase(folder.database, 'read');
  try {
    readAtOneInstant(database);
    const { columns } = readRun(database).record;
    const summary = summariseRun(database, isRunLocked(folder), context.clock.now());
    const next = summary.next === null ? null : withStateDir(summary.next, flags);
    const page = readPageSource(database, states);
    const reportContext = { columns, summary: { ...summary, next }, page };
    if (output === undefined) {
      await format.write(reportRows(database, states, format.extent), reportContext, context.stdout);
      return exitCodes.ok;
    }
    const path = resolve(context.cwd, output);
    // Scripts read stderr for what is wrong: only people are shown how far it is.
    const progress = progressOf(context, context.stderr.isTTY === true);
    const advance = progress.work('reporting', { unit: 'rows', total: states === null ? summary.rows : null });
    await writeFileAtomically(path, (file) =>
      format.write(counted(reportRows(database, states, format.extent), advance), reportContext, file),
    ).finally(() => progress.stop());
    context.stderr.write(`Report: ${path}\n`);
    return exitCodes.ok;
  } finally {
    database.close();
  }
}

/** @throws {UsageError} for a state that there is not. */
function parseStates(text: string): RowState[] {
  return text.split(',').map((word) => {
    const state = rowStates.find((known) => known === word.trim().toLowerCase());
    if (state !== undefined) return state;
    throw new UsageError(`--only ${JSON.stringify(text)} names no state of a row.`, {
      code: 'STATE',
      fix: `Use one or several of ${rowStates.join(', ')}, with commas between.`,
    });
  });
}
