/** One service's part of a run: its connection, its pace, and the means to send. */
import type { Clock } from '../clock.js';
import type { Meter } from '../limiter/paced-client.js';
import type { Reader, Writer } from '../providers/http.js';
import type { Change } from '../providers/operation.js';
import type { CatalogueEntry, Connection } from '../providers/provider.js';
import type { Reading, TargetRef } from '../providers/target.js';
import type { GoneAlong } from '../state/gone-along.js';
import type { Journal } from '../state/journal.js';
import type { WorkRow } from '../state/row-reads.js';
import type { PauseTeller } from './pause-teller.js';
import type { ReadAhead } from './read-ahead.js';
import type { LookUpMeans } from './read-target.js';

export type { Meter };

export function newMeter(): Meter {
  return { requests: 0, writes: 0 };
}

/** A service with credentials, ready to be read and written at its pace. */
export interface Session {
  readonly connection: Connection;
  reader(meter: Meter): Reader;
  /** @param beforeWrite awaited before each write leaves; when it rejects, nothing is sent. */
  writer(meter: Meter, beforeWrite: () => Promise<void>): Writer;
  /** Lets the next row's write leave in place of this meter's. Call it once it is decided what came of that: it may end the run. */
  rowEnded(meter: Meter): void;
  /** Requests a minute that the limiter lets out at most; 0 = no limit. */
  readonly requestsPerMinute: number;
  /** Requests in the air at once. */
  readonly concurrency: number;
  /** Rows in work at once: as many as can wait for a place in what may be in the air, and leave within half a minute. */
  readonly rowsInWork: number;
  /** Tells of what holds this service's rows. */
  readonly pauses: PauseTeller;
  /** Whether so many writes, ready to leave, wait for a place in the air that another row's intent may wait for company. */
  readonly hasRowsReady: boolean;
  /** Requests that left since this was last asked; each is told once. */
  takeSent(): number;
  /** Ends this service's part of the run: nothing new leaves. */
  readonly stop: AbortController;
  close(): Promise<void>;
}

/** What working on rows needs beside the session. */
export interface Lane {
  /** Id of the run; part of the mark of its rows. */
  readonly runId: string;
  readonly session: Session;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: () => number;
  /** Tries a row, the first included. */
  readonly tries: number;
  /** Whether targets must be read again before they are written to, because somebody was asked since the plan was made. */
  readonly reviewAgain: boolean;
  /** Targets that are read again before their writes. */
  readonly readAhead: ReadAhead;
  /** Reads the target of a row in doubt; with others where their writes may have travelled together. */
  readDoubt(ref: TargetRef, means: LookUpMeans): Promise<Reading>;
  /** Aborted when this service's part is to end: nothing new leaves. */
  readonly stopSignal: AbortSignal;
  entry(operation: string): CatalogueEntry;
  /** What planning knew to go with a target, by id, and when that was changed last. */
  knownParts(id: string): ReadonlyMap<string, string | null>;
  /** The places where that was, by its id, by theirs; empty for none, null where that was not kept. */
  knownPlaces(id: string): ReadonlyMap<string, string | null>;
  /** The ids of what rows made or acted on that were sent so far. */
  thingsOfRows(): ReadonlySet<string>;
  /** The rows on what goes along with a row's target, as they are now. */
  rowsGoneAlong(number: number): readonly GoneAlong[];
  /** Null where there is none, and where the row still lacks ids of others. */
  findRow(number: number): WorkRow | null;
  /** What rows before this one changed on its target; `afterRow` is the first of them. */
  changesBefore(number: number, afterRow: number): readonly Change[];
  /** What the row changes by its plan; empty where that was not foretold. */
  plannedChanges(number: number): readonly Change[];
}
