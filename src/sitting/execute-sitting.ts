/** One sitting of a run: from `planned`, `stopped` or `interrupted` to wherever this process brings it. */

import { messageOf, StateError, StoppedError, TaskbatchError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { compileTaskGuard } from '../job/task-guard.js';
import { entryOf } from '../providers/entry-of.js';
import { failureLimitsOf } from '../run/breaker.js';
import type { OpenRun } from '../run/open-run.js';
import type { Services } from '../run/open-services.js';
import type { StopCause, StoppedBy } from '../run/row-end.js';
import type { Runtime } from '../run/runtime.js';
import { writeRate } from '../state/course.js';
import { sealOutcomes, unsealOutcomes } from '../state/row-seals.js';
import { isSameUser, judgesParts, type RunRecord } from '../state/run-record.js';
import { changeRunState, insertEvent, keepSpent, readRun, updateRun } from '../state/run-records.js';
import { executeWithCanary } from './canary.js';

const exitOfStop: Readonly<Record<StopCause['reason'], number>> = {
  credentials: exitCodes.credentials,
  wait: exitCodes.stopped,
  outage: exitCodes.stopped,
  breaker: exitCodes.stopped,
  guard: exitCodes.stopped,
};

/** A crash loses at most so much of the time, and the requests of at most a second, that are told for the whole run. */
const spentIntervalMs = 10_000;
const spentLookMs = 1_000;

export interface SittingOptions {
  /** Whether targets are read again before they are written to, because somebody was asked since the plan was made. */
  readonly reviewAgain: boolean;
  /** Who stopped the run from outside, once somebody did. */
  readonly stoppedBy: () => StoppedBy;
}

/**
 * Executes what is left of a run, and records how it ended.
 * @throws {StateError} when state can't be written; the run can be resumed.
 */
export async function executeSitting(
  run: OpenRun,
  services: Services,
  runtime: Runtime,
  options: SittingOptions,
): Promise<void> {
  const { database } = run;
  const startedAtMs = Math.round(runtime.clock.now());
  const beganAt = runtime.clock.monotonic();
  const pausedBefore = runtime.control.pausedMs;
  const before = readRun(database).record;
  const { settings } = before;
  let requests = before.requests;
  const spent = (): { activeMs: number; requests: number } => {
    requests += services.sessions.reduce((sum, session) => sum + session.takeSent(), 0);
    const pausedMs = runtime.control.pausedMs - pausedBefore;
    return { activeMs: Math.round(before.activeMs + runtime.clock.monotonic() - beganAt - pausedMs), requests };
  };
  const over = new AbortController();
  void keepTrack(run, runtime, spent, over.signal);
  try {
    changeRunState(database, 'running', { startedAtMs: before.startedAtMs ?? startedAtMs, stop: null });
    unsealOutcomes(database);
    insertEvent(database, startedAtMs, 'sitting', 'began');
    recordRates(run, services, startedAtMs);
    recordActors(run, services);
    const execution = {
      database,
      runId: before.id,
      sessions: services.sessions,
      entry: entryOf,
      clock: runtime.clock,
      random: runtime.random,
      failureLimits: failureLimitsOf(settings),
      giveUpAfterMs: settings.giveUpAfterMs,
      reviewAgain: options.reviewAgain,
      look: {
        guard: compileTaskGuard(settings),
        judgesParts: judgesParts(settings),
        reads: settings.look !== 'none',
        snapshot: settings.snapshot,
      },
      events: runtime.events,
    };
    const { stops, unfinished } = await executeWithCanary(execution, settings.canary);
    const finishedAtMs = Math.round(runtime.clock.now());
    // Before the seals are taken: no time of theirs is one in which requests were sent.
    const used = spent();
    const ended = endOf(stops, options);
    database.transaction(() => {
      // With the state: a run that is finished can't be gone on with to make up for it.
      sealOutcomes(database, startedAtMs);
      if (unfinished) changeRunState(database, ended.state, { ...used, stop: ended.stop });
      else changeRunState(database, 'finished', { ...used, finishedAtMs, stop: null });
    });
    insertEvent(database, finishedAtMs, 'sitting', 'ended');
  } catch (error) {
    markBroken(run, error, spent());
    throw endingOf(error, before.id);
  } finally {
    over.abort();
  }
}

/** How a run stands that is not through. */
function endOf(
  stops: readonly StopCause[],
  { stoppedBy }: SittingOptions,
): { readonly state: 'stopped' | 'interrupted'; readonly stop: NonNullable<RunRecord['stop']> } {
  const [first] = stops;
  if (first === undefined) return { state: 'interrupted', stop: { reason: 'signal', ...stoppedBy() } };
  const { reason, row } = first;
  const message = stops.map((stop) => stop.message).join(' ');
  const stop = { reason, message, exitCode: exitOfStop[reason], ...(row === undefined ? {} : { row }) };
  return { state: 'stopped', stop };
}

/** The limits that this sitting begins with: other flags, or what the services' first answers stated, may have changed them. */
function recordRates({ database }: OpenRun, { sessions }: Services, atMs: number): void {
  const rates = new Map(sessions.map(({ connection, requestsPerMinute }) => [connection.provider, requestsPerMinute]));
  updateRun(database, { rates: { ...readRun(database).record.rates, ...Object.fromEntries(rates) } });
  for (const [provider, perMinute] of rates) {
    writeRate(database, { provider, atMs, perMinute, wasPerMinute: perMinute });
  }
}

/** Who each credential acts for by now, behind those of earlier sittings. */
function recordActors({ database }: OpenRun, { identities }: Services): void {
  const { actors } = readRun(database).record;
  const all = identities.map(({ provider, user, userId }) => {
    const known = actors[provider] ?? [];
    const one = userId === undefined ? { user } : { user, userId };
    return [provider, known.some((other) => isSameUser(other, one)) ? known : [...known, one]] as const;
  });
  updateRun(database, { actors: { ...actors, ...Object.fromEntries(all) } });
}

/** State that fails amid a run ends it like an outage: something may have been sent, and it can be resumed. */
function endingOf(error: unknown, id: string): unknown {
  if (!(error instanceof StateError)) return error;
  return new StoppedError(`${error.message} What was sent before is kept, and nothing was sent after it.`, {
    where: error.where ?? undefined,
    code: error.code ?? undefined,
    fix: `Mend that first (${error.fix ?? 'see above'}), then: taskbatch resume ${id}`,
    cause: error,
  });
}

/** Records now and then what the sitting has used, so that a crash loses little of it. */
async function keepTrack(
  run: OpenRun,
  { clock }: Runtime,
  spent: () => { activeMs: number; requests: number },
  ended: AbortSignal,
): Promise<void> {
  let kept = spent();
  for (;;) {
    await clock.sleep(spentLookMs, ended);
    if (ended.aborted) return;
    const now = spent();
    // A run that waits for the limit wakes the disk for what it sent, and seldom to tell that it waited.
    if (now.requests === kept.requests && now.activeMs - kept.activeMs < spentIntervalMs) continue;
    kept = now;
    try {
      keepSpent(run.database, kept);
    } catch {
      // The journal meets the same trouble with the state, and ends the run for it.
      return;
    }
  }
}

function markBroken(run: OpenRun, error: unknown, changes: { activeMs: number; requests: number }): void {
  const exitCode = error instanceof TaskbatchError ? error.exitCode : exitCodes.bug;
  try {
    changeRunState(run.database, 'stopped', {
      ...changes,
      stop: { reason: 'error', message: messageOf(error), exitCode },
    });
  } catch {
    // The state can't be written, which is most likely what broke the run; opening it again marks it interrupted.
  }
}
