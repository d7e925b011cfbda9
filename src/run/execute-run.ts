/**
 * The loop: rows in the air when an earlier sitting ended are settled, then pending rows are sent, each service in a lane
 * of its own. Rows are read from the state as places free up; they are never all queued. A row that waits for others is
 * held beside the queue until these have ended.
 */
import type { Clock } from '../clock.js';
import type { Failure } from '../failure.js';
import type { JsonObject } from '../json.js';
import type { FindEntry } from '../providers/provider.js';
import { noteGoneAlong, rowsGoneAlong } from '../state/gone-along.js';
import { createJournal, type Journal } from '../state/journal.js';
import { knownParts, knownPlaces, takingAlong, thingsOfRows } from '../state/parts.js';
import type { Dependency } from '../state/row-links.js';
import {
  countByState,
  countRows,
  findWorkRow,
  isUnfilled,
  pendingBatches,
  sendingRows,
  type WorkRow,
} from '../state/row-reads.js';
import { writeFilledRow } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import { changesBefore, plannedChanges } from '../state/twins.js';
import { createBreaker, createFailureGuard, type FailureLimits, type FailureWatch } from './breaker.js';
import { targetsToReview } from './check-again.js';
import type { FirstLook } from './check-first.js';
import { fillReferences } from './fill-references.js';
import type { Lane, Meter, Session } from './lane.js';
import { createOutageWatch, type OutageWatch } from './outage.js';
import { createReadAhead } from './read-ahead.js';
import { readTarget } from './read-target.js';
import { defaultTries } from './retry-policy.js';
import { blockedResult, failedResult, type RowEnd, type StopCause } from './row-end.js';
import { createRowGate, type Release, type RowGate } from './row-gate.js';
import { createRowLine } from './row-line.js';
import type { RunEvents } from './run-events.js';
import { runRow } from './run-row.js';
import { type SettleHow, settleRow } from './settle-row.js';
import { createTargetOrder, type TargetOrder } from './target-order.js';
import { type OutageMeans, workThroughOutages } from './work-through-outages.js';

export interface ExecuteOptions {
  readonly database: RunDatabase;
  readonly runId: string;
  readonly sessions: readonly Session[];
  readonly entry: FindEntry;
  readonly clock: Clock;
  readonly random: () => number;
  readonly failureLimits: FailureLimits;
  /** Longest single wait for a service in trouble. */
  readonly giveUpAfterMs: number;
  readonly reviewAgain: boolean;
  /** What to do with targets that planning could not read. */
  readonly look: FirstLook;
  readonly events: RunEvents;
  /** Rows behind this one are left to do; left out, none are. */
  readonly lastRow?: number;
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
  await run.close();
  const counts = countByState(countRows(options.database));
  return { stops: run.stops, unfinished: counts.pending + counts.sending > 0 };
}

/** What one service's rows are put through, and with what. */
interface LaneTask extends OutageMeans {
  readonly lane: Lane;
  readonly breaker: FailureWatch;
  /** Null where rows need not wait for others. */
  readonly gate: RowGate | null;
  /** Whether the rows' targets may be read together before their writes; what settles rows reads by itself. */
  readonly looksAhead: boolean;
}

class RunWork {
  readonly stops: StopCause[] = [];
  readonly #options: ExecuteOptions;
  readonly #journal: Journal;
  readonly #guard: FailureWatch;
  /** Null when no row waits for another. */
  readonly #gate: RowGate | null;
  /** Whether the target of any row goes along with that of another one. */
  readonly #takesAlong: boolean;
  /** The first thing thrown: it concerns the whole run. */
  #broken: { readonly error: unknown } | null = null;

  constructor(options: ExecuteOptions) {
    this.#options = options;
    this.#journal = createJournal(options.database, (error) => this.#breakDown(error));
    this.#guard = createFailureGuard(options.failureLimits);
    this.#gate = createRowGate(options.database, this.#journal);
    this.#takesAlong = noteGoneAlong(options.database, takingAlong(options.database, options.entry));
    for (const { connection } of options.sessions) this.#gate?.open(connection.provider);
  }

  async work(session: Session): Promise<void> {
    try {
      await this.#runLane(session);
    } catch (error) {
      this.#breakDown(error);
    }
  }

  /** Writes all outcomes; the next commit syncs them. @throws whatever broke the run. */
  async close(): Promise<void> {
    try {
      await this.#journal.close();
    } catch (error) {
      this.#breakDown(error);
    }
    if (this.#broken !== null) throw this.#broken.error;
  }

  async #runLane(session: Session): Promise<void> {
    const { database, events } = this.#options;
    const lane = this.#lane(session);
    const breaker = createBreaker();
    const outages = this.#watchOutages(session);
    const { provider } = session.connection;
    const gate = this.#gate;
    if (gate !== null) {
      if (lane.stopSignal.aborted) gate.close(provider);
      lane.stopSignal.addEventListener('abort', () => gate.close(provider), { once: true });
    }
    const settleDoubt = (row: WorkRow, how: SettleHow) => settleRow(row, lane, how);
    const finish = (row: WorkRow, end: RowEnd) => this.#finish(row, end, lane, breaker);
    const means = { lane, breaker, outages, database, settle: settleDoubt, finish };
    const doubtful = sendingRows(database).filter((row) => row.provider === provider);
    if (doubtful.length > 0) {
      events.phase?.({ phase: 'settling', rows: doubtful.length });
      const beganAtMs = lane.clock.monotonic();
      const settle = (row: WorkRow) => settleRow(row, lane, { beganAtMs, lasting: 'judge' });
      await this.#feed([doubtful], { ...means, gate: null, looksAhead: false, work: settle });
      this.#journal.flush();
    }
    const work = (row: WorkRow, meter: Meter) => runRow(row, lane, meter, this.#options.look);
    await this.#feed(pendingBatches(database, provider, this.#options.lastRow), {
      ...means,
      gate,
      looksAhead: true,
      work,
    });
  }

  #watchOutages(session: Session): OutageWatch {
    const { clock, giveUpAfterMs } = this.#options;
    const { title } = session.connection;
    const pause = session.pauses.holder(`taskbatch for ${title}`);
    return createOutageWatch({
      clock,
      stopSignal: session.stop.signal,
      giveUpAfterMs,
      onPause: pause.begin,
      onResume: pause.end,
      onGiveUp: (message) => this.#endLane(session, { reason: 'outage', message: `${title}: ${message}` }),
    });
  }

  #lane(session: Session): Lane {
    const { database, clock, random, reviewAgain, entry, runId } = this.#options;
    const { connection } = session;
    const readAhead = createReadAhead(connection.provider, connection.lookUpSize, clock.monotonic);
    return {
      runId,
      session,
      journal: this.#journal,
      clock,
      random,
      tries: defaultTries,
      reviewAgain,
      readAhead,
      readDoubt: (ref, means) => (connection.batch === null ? readTarget(ref, means) : readAhead.readNow(ref, means)),
      stopSignal: session.stop.signal,
      entry: (operation) => entry(session.connection.provider, operation),
      rowsGoneAlong: (number) => {
        if (!this.#takesAlong || rowsGoneAlong(database, number).length === 0) return [];
        this.#journal.flush();
        return rowsGoneAlong(database, number);
      },
      findRow: (number) => {
        const row = findWorkRow(database, number);
        return row === null || isUnfilled(row) ? null : row;
      },
      knownParts: (id) => knownParts(database, connection.provider, id),
      knownPlaces: (id) => knownPlaces(database, connection.provider, id),
      thingsOfRows: () => {
        this.#journal.flush();
        return thingsOfRows(database, connection.provider);
      },
      changesBefore: (number, afterRow) => {
        this.#journal.flush();
        return changesBefore(database, number, afterRow);
      },
      plannedChanges: (number) => plannedChanges(database, number),
    };
  }

  async #feed(source: Iterable<readonly WorkRow[]>, task: LaneTask): Promise<void> {
    const { lane, gate, looksAhead } = task;
    const { connection } = lane.session;
    const line = createRowLine(lane.session.rowsInWork);
    const order = createTargetOrder();
    const start = (row: WorkRow, dependencies: readonly Dependency[]): void => {
      line.add(() => order.run(row.thing, () => this.#begin(row, dependencies, order, task)));
    };
    for (const rows of source) {
      gate?.read(rows);
      if (looksAhead) lane.readAhead.expect(targetsToReview(rows, lane));
      for (const row of rows) {
        line.setWidth(lane.session.rowsInWork);
        const release = gate?.admit(row) ?? null;
        if (gate !== null && release === 'hold') await gate.room(connection.provider);
        // Filled up by halves: to wait for each place by itself costs more than to take it.
        else if (line.isFull) await line.room();
        if (lane.stopSignal.aborted) break;
        // Rows that are settled here were admitted in an earlier sitting; the rows above them may still be to come.
        this.#gate?.enter(row, gate !== null);
        if (gate !== null && release === 'hold') gate.hold(row, (end) => this.#release(row, end, start, task));
        else if (release === null || release === 'hold') start(row, []);
        else this.#release(row, release, start, task);
      }
      if (lane.stopSignal.aborted) break;
    }
    await gate?.drained(connection.provider);
    await line.idle();
  }

  /** What becomes of a row once it is known how those that it waits for ended. */
  #release(
    row: WorkRow,
    release: Release,
    start: (row: WorkRow, dependencies: readonly Dependency[]) => void,
    { lane, breaker }: LaneTask,
  ): void {
    try {
      if (release.kind === 'go') start(row, release.dependencies);
      else {
        forgetTarget(row, lane);
        if (release.kind === 'stays') this.#gate?.leave(row);
        else this.#finish(row, this.#refusedEnd('blocked', release.failure), lane, breaker);
      }
    } catch (error) {
      this.#breakDown(error);
    }
  }

  /** Fills in the ids that the row was waiting for, if any, and does it. */
  #begin(row: WorkRow, dependencies: readonly Dependency[], order: TargetOrder, task: LaneTask): Promise<void> {
    const { template } = row;
    if (template === null || task.gate === null || task.lane.stopSignal.aborted) return this.#workOn(row, task);
    return this.#fillIn({ ...row, template }, dependencies, order, task);
  }

  async #fillIn(
    row: WorkRow & { readonly template: JsonObject },
    dependencies: readonly Dependency[],
    order: TargetOrder,
    task: LaneTask,
  ): Promise<void> {
    const { lane } = task;
    try {
      const filled = fillReferences(row.template, lane.entry(row.operation), dependencies);
      if (filled.kind !== 'filled') {
        forgetTarget(row, lane);
        this.#finish(row, this.#refusedEnd(filled.kind, filled.failure), lane, task.breaker);
        return;
      }
      const { args, target } = filled;
      this.#journal.write((database) => writeFilledRow(database, row.number, args, target));
      await order.run(target === row.thing || row.namesTarget ? null : target, () =>
        this.#workOn({ ...row, args, target }, task),
      );
    } catch (error) {
      this.#breakDown(error);
    }
  }

  /** The end of a row for which nothing was sent. */
  #refusedEnd(to: 'blocked' | 'failed', failure: Failure): RowEnd {
    const makeResult = to === 'blocked' ? blockedResult : failedResult;
    return { kind: 'ended', event: 'checked', result: makeResult(failure, this.#options.clock.now(), 0), failure };
  }

  async #workOn(row: WorkRow, task: LaneTask): Promise<void> {
    try {
      const isThrough = await workThroughOutages(row, task);
      if (!isThrough) this.#gate?.leave(row);
    } catch (error) {
      this.#breakDown(error);
    }
  }

  #finish(row: WorkRow, end: RowEnd, lane: Lane, breaker: FailureWatch): void {
    if (end.kind === 'ended') {
      this.#journal.finish(row.number, end.event, end.result);
      this.#gate?.end(row, end.result);
      // A blocked row failed nowhere: nothing was sent for it, and it says nothing of the service. It would also come to
      // its end sooner than rows whose writes wait for their turn, and seem to be many among the last. Neither is a row
      // that is to be done again a success.
      const { to } = end.result;
      if (to !== 'blocked' && to !== 'pending') this.#watch(end.failure, lane, breaker);
    } else {
      this.#gate?.leave(row);
      if (end.stop !== null) this.#endLane(lane.session, end.stop);
    }
    const { number, line, provider, operation } = row;
    this.#options.events.row?.({ number, line, provider, operation, end });
  }

  /** Ends a service's part, or the run, when too many rows fail. */
  #watch(failure: Failure | null, lane: Lane, breaker: FailureWatch): void {
    const failed = failure?.type ?? null;
    // What a person asked for is told before what comes of itself.
    const enough = this.#guard.record(failed);
    if (enough !== null) {
      for (const session of this.#options.sessions) this.#endLane(session, { reason: 'guard', message: `${enough}.` });
    }
    const trouble = breaker.record(failed);
    if (trouble === null) return;
    this.#endLane(lane.session, { reason: 'breaker', message: `${lane.session.connection.title}: ${trouble}.` });
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

/** Of a row that does not come to its look: its target is not read with those of others. */
function forgetTarget(row: WorkRow, lane: Lane): void {
  for (const ref of targetsToReview([row], lane)) lane.readAhead.forget(ref);
}
