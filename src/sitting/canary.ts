/**
 * The canary: the first rows of a run are done and read back, and only when they are as the plan said are the others
 * sent.
 *
 *   choose the rows, and keep their numbers          once, before the first write: a crash changes nothing about them
 *   execute them as any others                       interrupted or stopped: the next sitting goes on with them
 *   read their targets, judge each by its operation  not as foretold: again after a pause, for services may lag
 *   as foretold, or nothing can tell                 kept as passed; the others follow
 *   not so                                           the run stops, and each sitting begins by reading them again
 */
import { CredentialError } from '../errors.js';
import { HeldError } from '../providers/http.js';
import { type ExecuteOptions, type ExecuteResult, executeRun } from '../run/execute-run.js';
import { backoffMs, defaultTries } from '../run/retry-policy.js';
import { credentialCause, type StopCause } from '../run/row-end.js';
import { heldCause } from '../run/settle-row.js';
import { type CanaryRow, canaryRows, firstPendingNumbers, providersOf } from '../state/canary-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RunRecord } from '../state/run-record.js';
import { readRun, updateRun } from '../state/run-records.js';
import { isFinal } from '../state/status.js';
import type { Standing } from '../verify/look-again.js';
import { createOwnJudge } from '../verify/own-judge.js';
import { walkDoneRows } from '../verify/walk-done-rows.js';

export type Canary = NonNullable<RunRecord['canary']>;

/** Why the rows behind the canary are not sent; `stop` is null when the run was stopped from outside. */
type Verdict =
  | { readonly kind: 'passed'; readonly canary: Canary }
  | { readonly kind: 'stop'; readonly stop: StopCause | null };

/**
 * @param size how many rows go first; 0 for none.
 * @throws {StateError} as {@link executeRun}.
 */
export async function executeWithCanary(options: ExecuteOptions, size: number): Promise<ExecuteResult> {
  if (size === 0) return executeRun(options);
  const { database } = options;
  const canary = readRun(database).record.canary ?? chooseCanary(database, size);
  if (canary.passed || canary.rows.length === 0) return executeRun(options);
  const first = await executeRun({ ...options, lastRow: Math.max(...canary.rows) });
  const rows = canaryRows(database, canary.rows);
  if (first.stops.length > 0 || rows.some(({ state }) => !isFinal(state))) return first;
  const verdict = await judgeCanary(canary, rows, options);
  if (verdict.kind === 'passed') {
    updateRun(database, { canary: verdict.canary });
    return first.unfinished ? executeRun(options) : first;
  }
  if (verdict.stop !== null) options.events.stopping?.(verdict.stop);
  return { stops: verdict.stop === null ? [] : [verdict.stop], unfinished: true };
}

/** Services whose rows the canary holds and has not judged yet: they are needed although all their rows may be done. */
export function canaryProviders(database: RunDatabase): string[] {
  const { canary, settings } = readRun(database).record;
  return canary === null || canary.passed || settings.canary === 0 ? [] : providersOf(database, canary.rows);
}

function chooseCanary(database: RunDatabase, size: number): Canary {
  const canary = { rows: firstPendingNumbers(database, size), passed: false, confirmed: 0, untold: [] };
  if (canary.rows.length > 0) updateRun(database, { canary });
  return canary;
}

async function judgeCanary(canary: Canary, rows: readonly CanaryRow[], options: ExecuteOptions): Promise<Verdict> {
  const { clock, random, sessions } = options;
  const notDone = rows.find(({ state }) => state !== 'succeeded');
  if (notDone !== undefined) {
    return mismatch(
      notDone,
      `the plan said that it would be done, and it is ${notDone.state}: ${notDone.message ?? ''}`,
    );
  }
  try {
    for (let attempt = 1; ; attempt++) {
      const standings = await readBack(canary, options);
      if (standings.length < rows.length) throw new RangeError('a row of the canary was not read back');
      const wrong = standings.find(
        ({ verdict, unread, otherwise }) => verdict === 'reverted' || unread !== null || otherwise !== undefined,
      );
      if (wrong === undefined) return passed(canary, standings);
      if (attempt === defaultTries) return wrongEnd(wrong);
      const stopped = AbortSignal.any(sessions.map(({ stop }) => stop.signal));
      await clock.sleep(backoffMs(attempt, random), stopped);
    }
  } catch (error) {
    if (error instanceof HeldError) return { kind: 'stop', stop: heldCause(error) };
    if (!(error instanceof CredentialError)) throw error;
    return { kind: 'stop', stop: credentialCause(error) };
  }
}

/** In manifest order. */
async function readBack(
  canary: Canary,
  { database, runId, entry, clock, random, sessions }: ExecuteOptions,
): Promise<Standing[]> {
  const standings: Standing[] = [];
  const outcomes = ['done', 'settled', 'already'] as const;
  for (const session of sessions) {
    const walk = walkDoneRows(session, { database, runId, entry, outcomes, only: canary.rows, clock, random });
    // Rows behind others on one target: it is as the last of them left it.
    const judge = createOwnJudge();
    for await (const group of walk) standings.push(...group.map((one) => ({ ...one, ...judge(one) })));
  }
  return standings.sort((one, other) => one.row.number - other.row.number);
}

function passed(canary: Canary, standings: readonly Standing[]): Verdict {
  const untold = standings.filter(({ verdict }) => verdict === 'unsure');
  return {
    kind: 'passed',
    canary: {
      ...canary,
      passed: true,
      confirmed: standings.length - untold.length,
      untold: untold.map(({ row }) => row.number),
    },
  };
}

function wrongEnd({ row, unread, evidence, otherwise }: Standing): Verdict {
  if (unread === null) {
    return mismatch(
      row,
      `the plan said that ${row.provider}.${row.operation} would be done, and reading it back says: ${otherwise ?? evidence}`,
    );
  }
  const message = `Row ${row.number} (line ${row.line}) of the canary can't be read back, so the others are not sent: ${unread.message}`;
  return { kind: 'stop', stop: { reason: unread.scope === 'credential' ? 'credentials' : 'wait', message } };
}

function mismatch({ number, line }: Pick<CanaryRow, 'number' | 'line'>, difference: string): Verdict {
  const message =
    `Row ${number} (line ${line}) of the canary is not as foretold: ${difference} Nothing behind the canary was sent. ` +
    'To send it all the same, resume with --canary 0.';
  return { kind: 'stop', stop: { reason: 'guard', message, row: number } };
}
