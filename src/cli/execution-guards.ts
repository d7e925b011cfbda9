/** What must be so before a plan is executed, beside the answer of whoever is asked. */
import { StateError, StoppedError, UsageError } from '../errors.js';
import { formatSpan } from '../format-numbers.js';
import { isFresh } from '../run/next-of-plan.js';
import { planCommand } from '../run/plan-command.js';
import { isAsPlanned } from '../state/plan-digest.js';
import { findBrokenSeal } from '../state/row-seals.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RunRecord, RunSettings } from '../state/run-record.js';

/**
 * A job may demand more than `--yes`.
 * @param reviewed whether the plan was made in an earlier sitting, and so could be looked at.
 * @param planning what to type to make such a plan.
 * @throws {UsageError} when the job's demand is not met.
 */
export function assertConfirmed(settings: RunSettings, reviewed: boolean, planning: string): void {
  const job = settings.job ?? 'JOB';
  if (settings.confirm === 'plan' && !reviewed) {
    throw new UsageError(`The job ${job} is only executed by applying a plan that was reviewed.`, {
      code: 'CONFIRM_PLAN',
      fix: `Make the plan, look at it, then apply it: ${planning}`,
    });
  }
  if (settings.confirm === 'expect' && settings.expect === null) {
    throw new UsageError(`The job ${job} is only executed with the number of rows that is expected.`, {
      code: 'CONFIRM_EXPECT',
      fix: 'Count the rows that are meant, and add their number to the command that plans them: --expect N',
    });
  }
}

/**
 * @param made the run as it was found, with a plan of an earlier sitting that was not executed yet.
 * @throws {StateError} when the plan is not as it was when it was made, or that can't be told.
 */
export function assertUntouched(database: RunDatabase, made: RunRecord): void {
  const again = `Plan again: ${planCommand(made)}`;
  if (made.planDigest === null) {
    throw new StateError(
      `The plan ${made.id} was made by taskbatch ${made.version}, which kept nothing to show that it is unchanged; nothing was sent.`,
      { where: database.path, code: 'PLAN_UNSEALED', fix: again },
    );
  }
  // Snapshots are what a later undo rests on.
  if (isAsPlanned(database, made, made.planDigest) && findBrokenSeal(database, made) === null) return;
  throw new StateError(
    `The plan ${made.id} is not as it was when it was made: something changed its file since. Nothing was sent.`,
    { where: database.path, code: 'PLAN_CHANGED', fix: again },
  );
}

/**
 * @param begun a run that is gone on with: what it was to send when it began is what it sends now.
 * @throws {StateError} when rows that are still to do are not as they were planned.
 */
export function assertRestUntouched(database: RunDatabase, begun: RunRecord): void {
  const broken = findBrokenSeal(database, begun);
  if (broken === null) return;
  throw new StateError(
    `What run ${begun.id} has still to do is not as it was planned: something changed its file since, between rows ${broken.first} and ${broken.last}. Nothing more was sent.`,
    {
      where: database.path,
      code: 'RUN_CHANGED',
      fix: `See what was done: taskbatch report ${begun.id}. Then plan the rows that are left anew.`,
    },
  );
}

/** @throws {UsageError} when the plan is too old to be applied. */
export function assertFresh(made: RunRecord, nowMs: number): void {
  const { id, settings, plannedAtMs } = made;
  const ageMs = nowMs - (plannedAtMs ?? nowMs);
  if (isFresh(made, nowMs)) return;
  const age = ageMs < 0 ? 'was made in the future, by this clock' : `is ${formatSpan(ageMs)} old`;
  throw new UsageError(`The plan ${id} ${age}; it may be applied for ${formatSpan(settings.planExpiresAfterMs)}.`, {
    code: 'PLAN_EXPIRED',
    fix: `Nothing was sent. Plan again: ${planCommand(made)}`,
  });
}

/** @throws {StoppedError} when a credential acts for somebody else than the job says. */
export function assertAccounts(services: RunRecord['services'], { tenant, user, job }: RunSettings): void {
  for (const service of services) {
    const wrong = [
      isBound(tenant, service.tenant, service.tenantId)
        ? null
        : `for ${withId(service.tenant, service.tenantId)}, and it must be ${tenant}`,
      isBound(user, service.user, service.userId)
        ? null
        : `as ${withId(service.user, service.userId)}, and it must be ${user}`,
    ].filter((part) => part !== null);
    if (wrong.length === 0) continue;
    throw new StoppedError(`The ${service.title} credential acts ${wrong.join('; ')}: the job ${job} says so.`, {
      code: 'WRONG_ACCOUNT',
      fix: 'Nothing was sent. Use the credential that the job is meant for, or correct the job.',
    });
  }
}

function isBound(wanted: string | null, name: string, id: string | undefined): boolean {
  return wanted === null || wanted === name || wanted === id;
}

function withId(name: string, id: string | undefined): string {
  return id === undefined || id === name ? name : `${name} (${id})`;
}
