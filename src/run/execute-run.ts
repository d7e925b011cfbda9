/**
 * The loop: rows in the air when an earlier sitting ended are settled, then pending rows are sent, each service in a lane
 * of its own. Rows are read from the state as places free up; they are never all queued.
 */
import PQueue from 'p-queue';
import type { Clock } from '../clock.js';
import type { CatalogueEntry } from '../providers/provider.js';
import { createJournal, type Journal } from '../state/journal.js';
import { countByState, countRows, pendingRows, sendingRows, type WorkRow } from '../state/row-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import { createBreaker, createFailureGuard, type FailureLimits, type FailureWatch } from './breaker.js';
import type { Lane, Session } from './lane.js';
import { defaultTries } from './retry-policy.js';
import type { RowEnd, StopCause } from './row-end.js';
import type { RunEvents } from './run-events.js';
import { runRow } from './run-row.js';
import { settleRow } from './settle-row.js';
import { createTargetOrder } from './target-order.js';

export interface ExecuteOptions {
  readonly database: RunDatabase;
  readonly runId: string;
  readonly sessions: readonly Session[];
  readonly entry: (provider: string, operation: string) => CatalogueEntry;
  readonly clock: Clock;
  readonly random: () => number;
  readonly failureLimits: FailureLimits;
  readonly reviewAgain: boolean;
  readonly events: RunEvents;
}

export interface ExecuteResult {
  /** Why services ended before their last row; empty when all came to their end or were stopped from outside. */
  readonly stops: readonly StopCause[];
  /** Whether rows are left to do or to settle. */
  readonly unfinished: boolean;
}

/** @throws {StateError} when state can't be written; nothing is sent after that. */
export async function executeRun(options: ExecuteOptions): Promise<ExecuteResult> {
  const run = new RunWork(options);
  await Promise.all(options.sessions.map((session) => run.work(session)));
  run.close();
  const counts = countByState(countRows(options.database));
  return { stops: run.stops, unfinished: counts.pending + counts.sending > 0 };
}

class RunWork {
  readonly stops: StopCause[] = [];
  readonly #options: ExecuteOptions;
  readonly #journal: Journal;
  readonly #guard: FailureWatch;
  /** The first thing thrown: it concerns the whole run. */
  #broken: { readonly error: unknown } | null = null;

  constructor(options: ExecuteOptions) {
    this.#options = options;
    this.#journal = createJournal(options.database, (error) => this.#breakDown(error));
    this.#guard = createFailureGuard(options.failureLimits);
  }

  async work(session: Session): Promise<void> {
    try {
      await this.#runLane(session);
    } catch (error) {
      this.#breakDown(error);
    }
  }

  /** Makes all outcomes durable. @throws whatever broke the run. */
  close(): void {
    if (this.#broken === null) this.#journal.flush();
    if (this.#broken !== null) throw this.#broken.error;
  }

  async #runLane(session: Session): Promise<void> {
    const { database, events } = this.#options;
    const lane = this.#lane(session);
    const breaker = createBreaker();
    const { provider } = session.connection;
    const doubtful = sendingRows(database).filter((row) => row.provider === provider);
    if (doubtful.length > 0) {
      events.phase?.({ phase: 'settling', rows: doubtful.length });
      await this.#feed([doubtful], lane, breaker, (row) => settleRow(row, lane));
      this.#journal.flush();
    }
    await this.#feed(pendingBatches(database, provider), lane, breaker, (row) => runRow(row, lane));
  }

  #lane(session: Session): Lane {
    const { clock, random, reviewAgain, entry, runId } = this.#options;
    return {
      runId,
      session,
      journal: this.#journal,
      clock,
      random,
      tries: defaultTries,
      reviewAgain,
      stopSignal: session.stop.signal,
      entry: (operation) => entry(session.connection.provider, operation),
    };
  }

  async #feed(
    source: Iterable<readonly WorkRow[]>,
    lane: Lane,
    breaker: FailureWatch,
    work: (row: WorkRow) => Promise<RowEnd>,
  ): Promise<void> {
    const queue = new PQueue({ concurrency: lane.session.rowsInWork });
    const order = createTargetOrder();
    for (const rows of source) {
      for (const row of rows) {
        await queue.onSizeLessThan(lane.session.rowsInWork);
        if (lane.stopSignal.aborted) break;
        void queue.add(() => order.run(row.target, () => this.#workOn(row, lane, breaker, work)));
      }
      if (lane.stopSignal.aborted) break;
    }
    await queue.onIdle();
  }

  async #workOn(
    row: WorkRow,
    lane: Lane,
    breaker: FailureWatch,
    work: (row: WorkRow) => Promise<RowEnd>,
  ): Promise<void> {
    if (lane.stopSignal.aborted) return;
    try {
      this.#finish(row, await work(row), lane, breaker);
    } catch (error) {
      this.#breakDown(error);
    }
  }

  #finish(row: WorkRow, end: RowEnd, lane: Lane, breaker: FailureWatch): void {
    if (end.kind === 'ended') {
      this.#journal.finish(row.number, end.event, end.result);
      const failed = end.result.to === 'pending' ? null : (end.failure?.type ?? null);
      const trouble = breaker.record(failed);
      if (trouble !== null) {
        this.#endLane(lane.session, { reason: 'breaker', message: `${lane.session.connection.title}: ${trouble}.` });
      }
      const enough = this.#guard.record(failed);
      if (enough !== null) {
        for (const session of this.#options.sessions)
          this.#endLane(session, { reason: 'guard', message: `${enough}.` });
      }
    } else if (end.stop !== null) this.#endLane(lane.session, end.stop);
    const { number, line, provider, operation } = row;
    this.#options.events.row?.({ number, line, provider, operation, end });
  }

  #endLane(session: Session, cause: StopCause): void {
    if (session.stop.signal.aborted) return;
    if (!this.stops.some(({ message }) => message === cause.message)) {
      this.stops.push(cause);
      this.#options.events.stopping?.(cause);
    }
    session.stop.abort();
  }

  #breakDown(error: unknown): void {
    this.#broken ??= { error };
    for (const session of this.#options.sessions) session.stop.abort();
  }
}

const rowsRead = 200;

/** Walks through the pending rows once, in manifest order; rows that go back to `pending` wait for another sitting. */
function* pendingBatches(database: RunDatabase, provider: string): Generator<readonly WorkRow[]> {
  let after = 0;
  for (;;) {
    const rows = pendingRows(database, provider, after, rowsRead);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.number;
    yield rows;
  }
}
