/** A job file and the flags laid over it: the settings of a run. */
import { UsageError } from '../errors.js';
import { parseRowSelection } from '../manifest/row-selection.js';
import type { RunSettings } from '../state/run-record.js';
import { parseDuration } from './duration.js';
import type { LoadedJob } from './load-job.js';

const dayMs = 24 * 60 * 60_000;

/** The flags that shape a plan, as the command line gives them. */
export interface PlanFlags {
  readonly provider?: string | undefined;
  readonly operation?: string | undefined;
  readonly columns?: string | undefined;
  readonly where?: string | undefined;
  readonly rows?: string | undefined;
  readonly rate?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly pace?: 'even' | 'window' | undefined;
  readonly look?: RunSettings['look'] | undefined;
  readonly expect?: string | undefined;
  readonly maxRows?: number | undefined;
  readonly canary?: number | undefined;
  readonly stopAfter?: string | undefined;
  readonly skipInvalid?: boolean | undefined;
  readonly allowNameSearch?: boolean | undefined;
  readonly timeout?: string | undefined;
  readonly giveUpAfter?: string | undefined;
}

/** In the order in which they are told. */
const planFlagNames = [
  ...(['provider', 'operation', 'columns', 'where', 'rows', 'expect', 'maxRows', 'canary', 'stopAfter'] as const),
  ...(['look', 'skipInvalid', 'allowNameSearch', 'rate', 'concurrency', 'pace', 'timeout', 'giveUpAfter'] as const),
] satisfies ReadonlyArray<keyof PlanFlags>;

/** The flags that do not change what was planned; they may be given again when a plan is executed. */
export type ExecutionFlags = Pick<
  PlanFlags,
  'rate' | 'concurrency' | 'pace' | 'canary' | 'stopAfter' | 'timeout' | 'giveUpAfter'
>;

/** @throws {UsageError} for flags that can't be read. */
export function resolveSettings(loaded: LoadedJob | null, jobName: string | null, flags: PlanFlags): RunSettings {
  const job = loaded?.job ?? {};
  const settings: RunSettings = {
    job: jobName,
    provider: flags.provider ?? job.provider ?? null,
    operation: flags.operation ?? job.operation ?? null,
    columns: { ...job.columns, ...(flags.columns === undefined ? {} : parseColumns(flags.columns)) },
    when: job.when ?? null,
    where: flags.where ?? null,
    only: job.only ?? null,
    never: job.never ?? null,
    rows: flags.rows === undefined ? null : parseRowSelection(flags.rows),
    tenant: job.tenant ?? null,
    user: job.user ?? null,
    confirm: job.confirm ?? 'ask',
    planExpiresAfterMs:
      job.plan_expires === undefined ? dayMs : parseDuration(job.plan_expires, 'plan_expires', 366 * dayMs),
    duplicates: job.duplicates ?? 'error',
    missing: job.missing ?? 'fail',
    skipInvalid: flags.skipInvalid ?? false,
    look: flags.look ?? job.look ?? 'all',
    snapshot: job.snapshot ?? null,
    allowNameSearch: flags.allowNameSearch ?? false,
    requestsPerMinute: job.limits?.requests_per_minute ?? null,
    concurrency: job.limits?.concurrency ?? null,
    pace: job.limits?.pace ?? 'even',
    maxShare: job.guards?.max_share ?? null,
    maxRows: flags.maxRows ?? job.guards?.max_rows ?? null,
    expect: flags.expect === undefined ? null : parseExpectation(flags.expect),
    canary: job.guards?.canary ?? 0,
    stopAfterFailed: job.guards?.stop_after?.failed ?? null,
    stopAfterPercent: job.guards?.stop_after?.percent ?? null,
    timeoutMs: 30_000,
    giveUpAfterMs: 15 * 60_000,
    typed: typedFlags(flags, job.look ?? 'all'),
  };
  if (job.guards?.require_when === true && settings.when === null && settings.where === null) {
    throw new UsageError('The job demands that rows be chosen by a condition (require_when), and there is none.', {
      code: 'REQUIRE_WHEN',
      fix: 'Add --where, or `when` to the job: --where \'row.environment == "test"\'',
    });
  }
  const guards = (['only', 'never', 'maxShare'] as const).filter((name) => settings[name] !== null);
  if (settings.look === 'none' && guards.length > 0) {
    const names = guards.map((name) => `\`${name === 'maxShare' ? 'max_share' : name}\``).join(' and ');
    throw new UsageError(`The job guards with ${names}, which must read every target; --look none forbids that.`, {
      code: 'LOOK',
      fix: 'Leave out --look none, or take the guard out of the job.',
    });
  }
  if (settings.maxRows !== null && !(Number.isInteger(settings.maxRows) && settings.maxRows >= 0)) {
    throw new UsageError(`--max-rows ${settings.maxRows} is out of range.`, {
      code: 'MAX_ROWS',
      fix: 'Give a whole number from 0 on.',
    });
  }
  return applyExecutionFlags(settings, flags);
}

/** @param look what is so without the flag. */
function typedFlags(flags: PlanFlags, look: RunSettings['look']): NonNullable<RunSettings['typed']> {
  const typed: Record<string, string> = {};
  for (const name of planFlagNames) {
    const value = flags[name];
    // What is so without it need not be typed.
    if (value === undefined || value === false || (name === 'look' && value === look)) continue;
    typed[name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)] = value === true ? '' : String(value);
  }
  return typed;
}

/** @throws {UsageError} */
export function applyExecutionFlags(settings: RunSettings, flags: ExecutionFlags): RunSettings {
  if (flags.rate !== undefined && !(flags.rate >= 0 && flags.rate <= 600_000)) {
    throw new UsageError(`--rate ${flags.rate} is out of range.`, {
      code: 'RATE',
      fix: 'Give requests a minute, from 0 (as many as the service states) to 600000.',
    });
  }
  if (
    flags.concurrency !== undefined &&
    !(Number.isInteger(flags.concurrency) && flags.concurrency >= 1 && flags.concurrency <= 1_000)
  ) {
    throw new UsageError(`--concurrency ${flags.concurrency} is out of range.`, {
      code: 'CONCURRENCY',
      fix: 'Give a whole number from 1 to 1000.',
    });
  }
  if (flags.canary !== undefined && !(Number.isInteger(flags.canary) && flags.canary >= 0 && flags.canary <= 1_000)) {
    throw new UsageError(`--canary ${flags.canary} is out of range.`, {
      code: 'CANARY',
      fix: 'Give a whole number of rows from 0 (none) to 1000.',
    });
  }
  return {
    ...settings,
    canary: flags.canary ?? settings.canary,
    requestsPerMinute: flags.rate ?? settings.requestsPerMinute,
    concurrency: flags.concurrency ?? settings.concurrency,
    pace: flags.pace ?? settings.pace,
    ...(flags.stopAfter === undefined ? {} : parseStopAfter(flags.stopAfter)),
    timeoutMs: flags.timeout === undefined ? settings.timeoutMs : parseDuration(flags.timeout, '--timeout'),
    giveUpAfterMs:
      flags.giveUpAfter === undefined ? settings.giveUpAfterMs : parseDuration(flags.giveUpAfter, '--give-up-after'),
  };
}

/** Reads `taskId=ID,status=State`. A header may hold `=` behind the first. */
function parseColumns(text: string): Record<string, string> {
  const pairs = text.split(',').map((part) => {
    const at = part.indexOf('=');
    const column = part.slice(0, at).trim();
    const header = part.slice(at + 1).trim();
    if (at <= 0 || column === '' || header === '') {
      throw new UsageError(`--columns ${JSON.stringify(text)} can't be read.`, {
        code: 'COLUMNS',
        fix: 'Write operation column = manifest header, with commas between: --columns "task_id=ID,status=State"',
      });
    }
    return [column, header] as const;
  });
  return Object.fromEntries(pairs);
}

/** Reads `214`, `delete=214,complete=12` or `clickup.delete=214`. */
export function parseExpectation(text: string): number | Record<string, number> {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  const pairs = trimmed.split(',').map((part) => /^\s*((?:[a-z][a-z0-9]*\.)?[a-z][a-z-]*)\s*=\s*(\d+)\s*$/.exec(part));
  if (pairs.some((pair) => pair === null)) {
    throw new UsageError(`--expect ${JSON.stringify(text)} can't be read.`, {
      code: 'EXPECT',
      fix: 'Write how many rows the plan is to do: --expect 214, or --expect delete=214,complete=12',
    });
  }
  const expected = new Map(pairs.map((pair) => [pair?.[1] ?? '', Number(pair?.[2])]));
  if (expected.size < pairs.length) {
    throw new UsageError(`--expect ${JSON.stringify(text)} names an operation twice.`, {
      code: 'EXPECT',
      fix: 'Write one number for each: --expect delete=214,complete=12',
    });
  }
  return Object.fromEntries(expected);
}

/** Reads `20` (failed rows) or `10%` (share of failed rows). What it does not name stays as it is: stricter is not laxer. */
function parseStopAfter(text: string): Partial<Pick<RunSettings, 'stopAfterFailed' | 'stopAfterPercent'>> {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(text);
  const value = Number(match?.[1]);
  const isShare = match?.[2] === '%';
  if (match === null || (isShare ? value > 100 || value === 0 : !Number.isInteger(value) || value < 1)) {
    throw new UsageError(`--stop-after ${JSON.stringify(text)} can't be read.`, {
      code: 'STOP_AFTER',
      fix: 'Write failed rows or a share of them: --stop-after 20 or --stop-after 10%',
    });
  }
  return isShare ? { stopAfterPercent: value } : { stopAfterFailed: value };
}
