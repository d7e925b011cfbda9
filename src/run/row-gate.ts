/**
 * Rows that wait for rows. A waiting row takes no place among the rows in work: it is held here until all that it waits
 * for has ended, in whichever service.
 *
 * Rows wait for rows above only, and each service admits its rows in manifest order. So of all rows that are left, the
 * topmost waits for nothing and is never behind one that is held: there is always one that can go on, also when no more
 * rows may be held. A row that can't end in this sitting, because its service has stopped, lets those that wait for it
 * stay `pending` too.
 */
import type { Failure } from '../failure.js';
import { hasTurns, openTurns } from '../state/below.js';
import type { Journal } from '../state/journal.js';
import { type Dependency, hasDependencies, pendingDependencies } from '../state/row-links.js';
import type { WorkRow } from '../state/row-reads.js';
import type { RowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import { firstFailure, hasEnded } from './dependency.js';

/** Rows that one service holds at most; then it admits no more until one of them goes. */
export const heldAtMost = 1_000;

export type Release =
  /** All that it waits for is done. */
  | { readonly kind: 'go'; readonly dependencies: readonly Dependency[] }
  | { readonly kind: 'blocked'; readonly failure: Failure }
  /** What it waits for does not end in this sitting. */
  | { readonly kind: 'stays' };

type Row = Pick<WorkRow, 'number' | 'provider' | 'thing'>;

/** A row that waits. */
interface Waiter {
  readonly row: Row;
  readonly dependencies: Dependency[];
  /** Numbers of the rows whose end is awaited. */
  readonly awaited: Set<number>;
  stays: boolean;
  released: ((release: Release) => void) | null;
}

interface LaneView {
  /** Rows in work or held. */
  readonly open: Set<number>;
  /** The last row that was admitted; rows below may still come. */
  reached: number;
  ended: boolean;
  held: number;
  readonly roomWanted: (() => void)[];
}

/** Null when no row of the run waits for another, or takes its turn behind one: then nothing needs to be watched. */
export function createRowGate(database: RunDatabase, journal: Pick<Journal, 'flush'>): RowGate | null {
  return hasDependencies(database) || hasTurns(database) ? new RowGate(database, journal) : null;
}

export class RowGate {
  readonly #database: RunDatabase;
  readonly #journal: Pick<Journal, 'flush'>;
  readonly #lanes = new Map<string, LaneView>();
  /** Rows that wait, by their own number, from when they are read until they are released. */
  readonly #waiters = new Map<number, Waiter>();
  /** Who awaits a row, by that row's number. */
  readonly #awaiting = new Map<number, { readonly provider: string; readonly waiters: Set<Waiter> }>();
  /** The last held row of a target: later rows on that target go behind it. */
  readonly #heldThings = new Map<string, number>();
  /** Releases that are due. A chain of rows is worked off one by one, so that its length is not that of the stack. */
  readonly #due: Waiter[] = [];
  #releasing = false;

  constructor(database: RunDatabase, journal: Pick<Journal, 'flush'>) {
    this.#database = database;
    this.#journal = journal;
  }

  /** A service takes part in the run. To be called for all of them before any row is admitted. */
  open(provider: string): void {
    this.#lanes.set(provider, { open: new Set(), reached: 0, ended: false, held: 0, roomWanted: [] });
  }

  /** Learns what the rows of a batch wait for; to be called when it is read, before any of it is admitted. */
  read(rows: readonly Row[]): void {
    const [first] = rows;
    const last = rows.at(-1);
    if (first === undefined || last === undefined) return;
    // What ended a moment ago may not be on the disk yet, and is not told again.
    this.#journal.flush();
    const found = pendingDependencies(this.#database, first.number, last.number);
    for (const row of rows) {
      const dependencies = found.get(row.number);
      if (dependencies !== undefined) this.#watch(row, dependencies);
    }
    const byNumber = new Map(rows.map((row) => [row.number, row]));
    for (const { number, behind } of openTurns(this.#database, first.number, last.number)) {
      const row = byNumber.get(number);
      if (row === undefined) continue;
      // However that one ends, this one's turn comes then.
      const waiter = this.#waiters.get(number) ?? this.#watch(row, []);
      if (this.#mayEnd({ number: behind, provider: row.provider })) this.#await(waiter, behind, row.provider);
      else waiter.stays = true;
    }
  }

  /** Whether the row must be held, or is decided already; null when it waits for nothing. */
  admit(row: Row): Release | 'hold' | null {
    let waiter = this.#waiters.get(row.number);
    const before = row.thing === null ? undefined : this.#heldThings.get(row.thing);
    if (before !== undefined) {
      waiter ??= this.#watch(row, []);
      this.#await(waiter, before, row.provider);
    }
    if (waiter === undefined) return null;
    if (waiter.awaited.size > 0) return 'hold';
    this.#waiters.delete(row.number);
    return releaseOf(waiter);
  }

  /** Holds the row; `released` is called once, as soon as its fate is known. */
  hold(row: Row, released: (release: Release) => void): void {
    const waiter = this.#waiters.get(row.number);
    if (waiter === undefined) throw new RangeError(`row ${row.number} waits for nothing`);
    const lane = this.#lane(row.provider);
    waiter.released = released;
    lane.held += 1;
    if (row.thing !== null) this.#heldThings.set(row.thing, row.number);
    if (waiter.awaited.size === 0 || lane.ended) this.#releaseSoon(waiter, waiter.awaited.size > 0);
  }

  /** Resolves when the service may hold one more row, or has ended. */
  async room(provider: string): Promise<void> {
    const lane = this.#lane(provider);
    while (lane.held >= heldAtMost && !lane.ended) await new Promise<void>((go) => lane.roomWanted.push(go));
  }

  /** Resolves when the service holds no row. */
  async drained(provider: string): Promise<void> {
    const lane = this.#lane(provider);
    while (lane.held > 0) await new Promise<void>((go) => lane.roomWanted.push(go));
  }

  /** The row is in work, or held. @param passing whether the rows above it are through or in work too. */
  enter(row: Row, passing: boolean): void {
    const lane = this.#lane(row.provider);
    lane.open.add(row.number);
    if (passing) lane.reached = row.number;
  }

  /** The row has come to its end. */
  end(row: Row, result: Pick<RowResult, 'to' | 'outcome' | 'createdId' | 'message' | 'failure'>): void {
    this.#lane(row.provider).open.delete(row.number);
    // Settled as not done: it is still to come.
    if (result.to === 'pending') return;
    this.#tell(row.number, (dependency) => ({
      ...dependency,
      state: result.to,
      outcome: result.outcome,
      createdId: result.createdId,
      errorCode: result.failure?.code ?? null,
      message: result.failure?.message ?? result.message,
    }));
  }

  /** The row does not end in this sitting. */
  leave(row: Row): void {
    this.#lane(row.provider).open.delete(row.number);
    this.#tell(row.number, null);
  }

  /** The service admits no more rows: those that it holds stay, and nobody waits for those that it has not reached. */
  close(provider: string): void {
    const lane = this.#lane(provider);
    lane.ended = true;
    for (const waiter of [...this.#waiters.values()]) {
      if (waiter.row.provider === provider && waiter.released !== null) this.#releaseSoon(waiter, true);
    }
    for (const [number, { provider: its }] of [...this.#awaiting]) {
      if (its === provider && !lane.open.has(number)) this.#tell(number, null);
    }
    for (const go of lane.roomWanted.splice(0)) go();
  }

  #lane(provider: string): LaneView {
    const lane = this.#lanes.get(provider);
    if (lane === undefined) throw new RangeError(`the service ${provider} is not part of the run`);
    return lane;
  }

  #watch(row: Row, dependencies: Dependency[]): Waiter {
    const waiter: Waiter = { row, dependencies, awaited: new Set(), stays: false, released: null };
    this.#waiters.set(row.number, waiter);
    for (const dependency of dependencies) {
      if (hasEnded(dependency)) continue;
      if (this.#mayEnd(dependency)) this.#await(waiter, dependency.number, dependency.provider ?? '');
      else waiter.stays = true;
    }
    return waiter;
  }

  /** Whether a row that has not ended may still do so in this sitting. */
  #mayEnd({ number, provider }: Pick<Dependency, 'number' | 'provider'>): boolean {
    const lane = provider === null ? undefined : this.#lanes.get(provider);
    return lane !== undefined && (lane.open.has(number) || (!lane.ended && number > lane.reached));
  }

  #await(waiter: Waiter, number: number, provider: string): void {
    waiter.awaited.add(number);
    const known = this.#awaiting.get(number);
    if (known === undefined) this.#awaiting.set(number, { provider, waiters: new Set([waiter]) });
    else known.waiters.add(waiter);
  }

  /** Tells those who await a row. @param change what is known of it now; null when it does not end in this sitting. */
  #tell(number: number, change: ((dependency: Dependency) => Dependency) | null): void {
    const awaiting = this.#awaiting.get(number);
    if (awaiting === undefined) return;
    this.#awaiting.delete(number);
    for (const waiter of awaiting.waiters) {
      waiter.awaited.delete(number);
      if (change === null) waiter.stays = true;
      for (const [at, dependency] of waiter.dependencies.entries()) {
        if (change !== null && dependency.number === number) waiter.dependencies[at] = change(dependency);
      }
      if (waiter.awaited.size === 0 && waiter.released !== null) this.#releaseSoon(waiter, false);
    }
  }

  #releaseSoon(waiter: Waiter, stays: boolean): void {
    if (stays) waiter.stays = true;
    this.#due.push(waiter);
    if (this.#releasing) return;
    this.#releasing = true;
    try {
      for (let next = this.#due.shift(); next !== undefined; next = this.#due.shift()) this.#release(next);
    } finally {
      this.#releasing = false;
    }
  }

  #release(waiter: Waiter): void {
    const { row, released } = waiter;
    if (released === null) return;
    waiter.released = null;
    this.#waiters.delete(row.number);
    if (row.thing !== null && this.#heldThings.get(row.thing) === row.number) this.#heldThings.delete(row.thing);
    released(releaseOf(waiter));
    const lane = this.#lane(row.provider);
    lane.held -= 1;
    for (const go of lane.roomWanted.splice(0)) go();
  }
}

function releaseOf({ dependencies, stays }: Waiter): Release {
  if (stays) return { kind: 'stays' };
  const failure = firstFailure(dependencies);
  return failure === null ? { kind: 'go', dependencies } : { kind: 'blocked', failure };
}
