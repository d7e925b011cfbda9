import { UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { summariseRun } from '../run/run-summary.js';
import { openRunDatabase } from '../state/run-database.js';
import { findRunFolder, isRunLocked } from '../state/run-folder.js';
import { readRun } from '../state/run-records.js';
import { readRowStory } from '../state/story-reads.js';
import { describeTakers, groupUndoLines, runsThatDid, undoLines } from '../state/taken-back.js';
import { storyJson } from '../ui/story-json.js';
import { renderStory } from '../ui/story-text.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addStateFlag, stateDirOf } from './flags.js';
import { newestRun } from './newest-run.js';
import { printJson, textStyle } from './print.js';
import { withStateDir } from './state-dir-hint.js';

export const explain: Command = {
  register: (yargs, start) =>
    yargs.command(
      'explain <run> [row]',
      "One row's whole story: source line, plan, attempts and answers, settlement. Needs no credentials.",
      (y) =>
        addStateFlag(y)
          .positional('run', { type: 'string', describe: 'Id of the run; left out, the newest run is meant' })
          .positional('row', { type: 'string', describe: 'Number of the row' })
          .option('json', { type: 'boolean', describe: 'Print as JSON', default: false })
          .example('$0 explain 20261122-0530-delete-7f3a 12', 'row 12 of that run')
          .example('$0 explain 12', 'row 12 of the newest run'),
      (flags) => start((context) => runExplain(flags, context)),
    ),
};

interface Flags {
  readonly stateDir: string;
  readonly run?: string | undefined;
  readonly row?: string | undefined;
  readonly json: boolean;
}

async function runExplain(flags: Flags, context: CliContext): Promise<number> {
  const stateDir = stateDirOf(flags, context);
  const [run, row] = flags.row === undefined ? [newestRun(stateDir), flags.run] : [flags.run ?? '', flags.row];
  const number = readRowNumber(row);
  const folder = findRunFolder(stateDir, run);
  const database = openRunDatabase(folder.database, 'read');
  try {
    const { record } = readRun(database);
    const story = readRowStory(database, number);
    if (story === null) {
      throw new UsageError(`Run ${record.id} has no row ${number}; it has ${record.manifest.rows}.`, {
        code: 'NO_ROW',
        fix: 'Rows are numbered from 1, the first record below the header; reports tell them in _row.',
      });
    }
    const { next: command } = summariseRun(database, isRunLocked(folder), context.clock.now());
    const lines = story.row.state === 'succeeded' ? undoLines(stateDir, record.id) : [];
    const own = groupUndoLines(lines).get(number) ?? [];
    const sequel = { takenBackBy: runsThatDid(own), takers: describeTakers(own) };
    const settled = story.row.state === 'succeeded' || story.row.state === 'skipped';
    const next = settled || command === null ? [] : [withStateDir(command, flags)];
    if (flags.json) printJson(context, storyJson(story, record, { ...sequel, next }));
    else context.stdout.write(renderStory(story, record, textStyle(context, context.stdout), { ...sequel, next }));
    return exitCodes.ok;
  } finally {
    database.close();
  }
}

/** @throws {UsageError} */
function readRowNumber(text: string | undefined): number {
  const number = Number(text);
  if (text !== undefined && /^\d{1,9}$/.test(text) && number > 0) return number;
  throw new UsageError(text === undefined ? 'Which row is meant?' : `${JSON.stringify(text)} is no number of a row.`, {
    code: 'ROW',
    fix: 'Write the run and the row: taskbatch explain RUN 12',
  });
}
