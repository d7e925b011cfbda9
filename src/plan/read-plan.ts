/**
 * Planning's look at the service: every target is read and its row's outcome foretold. It gets readers only, objects
 * that can't write. What it learnt is stored as it goes, so that interrupted planning goes on where it was.
 */
import { CredentialError, StoppedError } from '../errors.js';
import { HeldError } from '../providers/http.js';
import type { Connection } from '../providers/provider.js';
import { createBreaker } from '../run/breaker.js';
import { createOutageWatch } from '../run/outage.js';
import type { RowEnd } from '../run/row-end.js';
import type { RunEvents } from '../run/run-events.js';
import type { WorkRow } from '../state/row-reads.js';
import { writeRowResult } from '../state/row-writes.js';
import type { ForetellOptions } from './foretell-row.js';
import { foretellRows, type ToldTarget } from './foretell-rows.js';
import { foretellThroughOutages } from './plan-outages.js';
import type { PlanningRequests } from './planning-requests.js';
import type { PlanningSession } from './planning-session.js';
import { createUnreadRows } from './unread-rows.js';

export interface ReadPlanOptions extends ForetellOptions {
  readonly sessions: readonly PlanningSession[];
  readonly events: RunEvents;
  /** Longest single wait for a service in trouble. */
  readonly giveUpAfterMs: number;
  readonly requests: PlanningRequests;
}

/**
 * Reads what is not read yet. A service in trouble is waited for as in a run, with pauses that grow and end.
 * @returns whether the run was stopped from outside before the end.
 * @throws {CredentialError} when the credential is refused. @throws {StoppedError} when the service is in trouble.
 */
export async function readPlan(options: ReadPlanOptions): Promise<{ interrupted: boolean }> {
  const outcomes = await Promise.allSettled(options.sessions.map((session) => readService(session, options)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return { interrupted: options.sessions.some(({ stop }) => stop.signal.aborted) };
}

async function readService(session: PlanningSession, options: ReadPlanOptions): Promise<void> {
  const { database, events } = options;
  const { connection, stop } = session;
  const unread = createUnreadRows(database, connection);
  const breaker = createBreaker();
  let broken: { readonly error: unknown } | null = null;
  const breakDown = (error: unknown): void => {
    broken ??= { error };
    stop.abort();
    // No row of the plan can be applied without it: the others are not waited for.
    if (error instanceof CredentialError) for (const other of options.sessions) other.stop.abort();
  };
  const keep = (told: readonly ToldTarget[]): void => {
    const foretold = told.flatMap(({ rows }) => rows);
    if (foretold.length === 0) return;
    const whole = told.filter(({ isPart }) => !isPart);
    const targets = new Set(whole.flatMap(({ target, rows }) => target ?? rows.flatMap(({ row }) => row.target ?? [])))
      .size;
    // A page of the file is split where something comes before what it holds already, and stays half empty then.
    const inFileOrder = foretold.toSorted((one, other) => one.row.number - other.row.number);
    database.transaction(() => {
      for (const { row, result, store } of inFileOrder) {
        store();
        if (result !== null) writeRowResult(database, row.number, 'planned-out', result);
      }
      // What they cost, with what they told: a kill loses neither or both.
      options.requests.saveReads(connection.provider, targets, session.takeParts());
    });
    unread.countRead(targets);
    for (const { row, result } of foretold) {
      const { number, line, provider, operation } = row;
      const failure = result?.to === 'failed' ? result.failure : null;
      const end: RowEnd | null = result === null ? null : { kind: 'ended', event: 'planned-out', result, failure };
      events.row?.({ number, line, provider, operation, end });
      const trouble = breaker.record(failure?.scope === 'service' ? failure.type : null);
      if (trouble !== null)
        throw serviceTrouble(connection, `${trouble}. The last one: ${failure?.message ?? trouble}`);
    }
  };
  const pause = session.pauses.holder(`taskbatch for ${connection.title}`);
  const outages = createOutageWatch({
    clock: options.clock,
    stopSignal: stop.signal,
    giveUpAfterMs: options.giveUpAfterMs,
    onPause: pause.begin,
    onResume: pause.end,
    onGiveUp: (message) => breakDown(serviceTrouble(connection, message)),
  });
  const work = async (rows: readonly WorkRow[]): Promise<void> => {
    const hand = unread.hand();
    const foretell = (asked: readonly WorkRow[]) =>
      foretellRows(asked, session, options, { wanted: unread.wanted, hand });
    try {
      await foretellThroughOutages(rows, { outages, foretell, keep });
    } catch (error) {
      if (!(error instanceof HeldError)) breakDown(error);
      else if (error.reason === 'wait-too-long') breakDown(waitTooLong(connection, error));
    } finally {
      hand.giveBack();
    }
  };
  const workOn = async (target: 'known' | 'none'): Promise<void> => {
    while (!stop.signal.aborted) {
      // Taken only now: pages that others read meanwhile may have told of many.
      const rows = unread.next(target);
      if (rows === null) return;
      await work(rows);
    }
  };
  // What makes something may name what rows above act on: by then it is known which of those are to do.
  for (const target of ['known', 'none'] as const) {
    await Promise.all(Array.from({ length: session.concurrency }, () => workOn(target)));
  }
  if (broken !== null) throw thrownOf(broken);
}

function thrownOf(broken: { readonly error: unknown }): unknown {
  return broken.error;
}

function serviceTrouble(connection: Connection, trouble: string): StoppedError {
  return new StoppedError(`${connection.title} is in trouble: ${trouble}`, {
    code: 'SERVICE_TROUBLE',
    fix: 'Nothing was changed. Wait until the service is well.',
  });
}

/**
 * Passes over what only says that the run is stopping.
 * @throws {StoppedError} when the service asks for too long a wait. @throws whatever else it is.
 */
export function assertStopping(error: unknown, connection: Connection): void {
  if (!(error instanceof HeldError)) throw error;
  if (error.reason !== 'stopping') throw waitTooLong(connection, error);
}

function waitTooLong(connection: Connection, error: HeldError): StoppedError {
  return new StoppedError(`${connection.title}: ${error.message}`, {
    code: 'WAIT_TOO_LONG',
    fix: 'Nothing was changed. Go on later, or allow longer waits with --give-up-after.',
    cause: error,
  });
}
