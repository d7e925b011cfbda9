/** Flags that several commands share, each described once. */
import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import { planEndings } from '../report/plan/plan-formats.js';
import type { CliContext } from './context.js';

export function addStateFlag<T>(yargs: Argv<T>) {
  return yargs.option('state-dir', {
    type: 'string',
    describe: 'Folder of runs',
    default: '.taskbatch',
    requiresArg: true,
  });
}

/** Flags about output and state; every command that touches runs has them. */
export function addOutputFlags<T>(yargs: Argv<T>) {
  return addStateFlag(yargs)
    .option('json', {
      type: 'boolean',
      describe: 'One JSON document on stdout at the end, in place of text',
      default: false,
    })
    .option('progress', { type: 'boolean', describe: 'Show progress; --no-progress for none', default: true })
    .option('log-level', {
      choices: ['trace', 'debug', 'info', 'warn', 'error'] as const,
      describe: 'What goes into the run log',
      default: 'info' as const,
      requiresArg: true,
    })
    .option('log-file', { type: 'string', describe: 'Write the log to this file as well', requiresArg: true });
}

/** Flags that do not change what was planned. */
export function addExecutionFlags<T>(yargs: Argv<T>) {
  return addOutputFlags(yargs)
    .option('yes', { alias: 'y', type: 'boolean', describe: 'Do not ask', default: false })
    .option('rate', {
      type: 'number',
      describe: "Requests a minute for each service, up to what it states (0 = just that) [default: 100, or the job's]",
      requiresArg: true,
    })
    .option('concurrency', { type: 'number', describe: 'Rows in work at once', requiresArg: true })
    .option('pace', {
      choices: ['even', 'window'] as const,
      describe: 'Evenly spaced, or as fast as any rolling 60 s allows [default: even]',
      requiresArg: true,
    })
    .option('canary', {
      type: 'number',
      describe: 'Do the first N rows and read them back; send the others only when they are as the plan said',
      requiresArg: true,
    })
    .option('stop-after', {
      type: 'string',
      describe: 'Stop when N, or N%, of the last 100 rows failed with one class of failure',
      requiresArg: true,
    })
    .option('give-up-after', {
      type: 'string',
      describe: 'Longest single wait for a service [default: 15m]',
      requiresArg: true,
    })
    .option('timeout', { type: 'string', describe: 'Longest time for one request [default: 30s]', requiresArg: true });
}

/** Flags that say what the rows mean. */
export function addManifestFlags<T>(yargs: Argv<T>) {
  return yargs
    .option('job', { alias: 'j', type: 'string', describe: 'Job file, or name of a job', requiresArg: true })
    .option('provider', { type: 'string', describe: 'Service of rows that name none', requiresArg: true })
    .option('operation', { type: 'string', describe: 'Operation of rows that name none', requiresArg: true })
    .option('columns', { type: 'string', describe: 'Where columns are: task_id=ID,status=State', requiresArg: true })
    .option('where', {
      type: 'string',
      describe: 'Take only rows for which this CEL condition is true: row.env == "test"',
      requiresArg: true,
    })
    .option('rows', { type: 'string', describe: 'Take only these rows: 10-20,35', requiresArg: true });
}

/** Where a saved plan is written to, row by row. */
export function addPlanOutputFlag<T>(yargs: Argv<T>) {
  return yargs.option('output', {
    alias: 'o',
    type: 'string',
    describe: `Write the plan, row by row, to this file as well: its name ends in ${planEndings}`,
    requiresArg: true,
  });
}

/** For commands that plan. */
export const expectOption = {
  type: 'string',
  describe: 'Refuse unless this many rows are to be done: 214, or delete=214,complete=12',
  requiresArg: true,
} as const;

/** Flags that shape a plan. */
export function addPlanFlags<T>(yargs: Argv<T>) {
  return addExecutionFlags(addManifestFlags(yargs))
    .option('expect', expectOption)
    .option('max-rows', { type: 'number', describe: 'Refuse when more rows are to do', requiresArg: true })
    .option('look', {
      choices: ['all', 'each', 'none'] as const,
      describe: 'Read every target when planning, each by itself, or none [default: all]',
      requiresArg: true,
    })
    .option('skip-invalid', { type: 'boolean', describe: 'Go on without rows that are refused', default: false })
    .option('allow-name-search', {
      type: 'boolean',
      describe: 'Let rows name a task by its title without its list',
      default: false,
    })
    .option('sandbox', {
      type: 'boolean',
      describe: "Run against a local emulator that holds the manifest's targets; needs no account",
      default: false,
    });
}

export function stateDirOf(flags: { stateDir: string }, context: CliContext): string {
  return resolve(context.cwd, flags.stateDir);
}
