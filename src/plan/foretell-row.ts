/** What one row of a plan comes to, from its target as the service tells of it. */
import type { Clock } from '../clock.js';
import { credentialErrorOf } from '../errors.js';
import type { Failure, Result } from '../failure.js';
import { refuseReading, type TaskGuard } from '../job/task-guard.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { Reader } from '../providers/http.js';
import { type Change, type FindAbove, removesTarget } from '../providers/operation.js';
import type { FindEntry } from '../providers/provider.js';
import { type Reading, type TargetView, targetKey } from '../providers/target.js';
import { type Reach, unusualReach } from '../providers/way-back.js';
import type { EarlyOperation } from '../run/bind-early.js';
import { describeLaterChange } from '../run/later-change.js';
import { retryReads } from '../run/retry-reads.js';
import { blockedResult, failedResult, skippedResult } from '../run/row-end.js';
import { snapshotOf } from '../run/snapshot.js';
import { writeBelow, writeTurns } from '../state/below.js';
import { writeJoining, writeParts } from '../state/parts.js';
import { writeReading } from '../state/plan-writes.js';
import type { WorkRow } from '../state/row-reads.js';
import type { RowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import { lastRowAbove } from '../state/wanted-rows.js';
import { writeReach } from '../state/ways-back.js';
import type { PlanningSession } from './planning-session.js';
import { afterRow, type Before, behindRow } from './rows-before.js';
import { withParts } from './with-parts.js';

export interface ForetellOptions {
  readonly database: RunDatabase;
  readonly entry: FindEntry;
  /** Rows whose live task it refuses are blocked; null = no such rules. */
  readonly guard: TaskGuard | null;
  /** Services with rows that reach parts of their targets: of those it is kept what is a part of what. */
  readonly reachingParts: ReadonlyMap<string, unknown>;
  /** Whether guards ask of what goes with a target: then all of that is read. */
  readonly judgesParts: boolean;
  readonly missing: 'fail' | 'skip';
  /** Whether the target is kept whole; null = for operations that can't be taken back by the service's own means. */
  readonly snapshot: boolean | null;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What a row comes to in the plan. */
export interface Foretold {
  readonly row: WorkRow;
  /** Null for a row that will be done: it stays pending. */
  readonly result: RowResult | null;
  /** Whether the service was asked for it. */
  readonly asked: boolean;
  /** Keeps what was read of its target. */
  store(): void;
}

/** Whether it could not be read for a reason that passes and is not the row's own. */
export function isTroubled({ result }: Foretold): boolean {
  return result?.to === 'failed' && result.failure?.scope === 'service' && result.failure.retryable;
}

/** Nothing is foretold of it. */
export function leftToRun(row: WorkRow): Foretold {
  return { row, result: null, asked: false, store: () => {} };
}

export interface BoundRow {
  readonly row: WorkRow;
  readonly operation: EarlyOperation;
  readonly args: JsonObject;
}

export interface Circumstances {
  readonly readAtMs: number;
  /** Null for the first row that is to do on the target. */
  readonly before: Before | null;
}

export interface RowTold {
  readonly foretold: Foretold;
  /** What it means for the next row on the same target; null where it changes nothing. */
  readonly leaves: Before | null;
}

/** @param now null for a row that makes something. */
export async function foretellRow(
  bound: BoundRow,
  now: Reading | null,
  { readAtMs, before }: Circumstances,
  session: PlanningSession,
  options: ForetellOptions,
): Promise<RowTold> {
  const { row, operation } = bound;
  const restoring = now?.kind === 'found' ? rowRestoring(now.target, row, session, options) : null;
  const told: Reading | null =
    now?.kind === 'found' && restoring !== null ? { ...now, target: { ...now.target, archived: false } } : now;
  const { clock, random } = options;
  const { reader, stop } = session;
  let asked = told !== null;
  const asking: Reader = {
    read: (request) => {
      asked = true;
      return reader.read(request);
    },
  };
  const reaches = told?.kind === 'found' && operation.reachesParts(before?.leaves ?? told.target);
  const reading = told === null ? null : await withParts(told, reaches, session, options);
  const patient = retryReads(asking, { clock, random, signal: stop.signal });
  const target = reading?.kind === 'found' ? (before?.leaves ?? reading.target) : null;
  const above = findAbove(row, options);
  const prepared = reading === null || target !== null ? await prepareRow(operation, patient, target, above) : null;
  const planned = prepared?.ok === true ? prepared.value : {};
  const outlook =
    prepared !== null && !prepared.ok
      ? prepared.failure.type === 'NOT_FOUND' && options.entry(row.provider, row.operation).risk === 'irreversible'
        ? endMissing(afterRow(prepared.failure, before), options)
        : endWith(afterRow(prepared.failure, before), options)
      : reading === null
        ? willMake(bound, planned, options)
        : foretell(bound, { reading, before, reaches }, planned, options);
  const joins = outlook.result === null ? operation.joins(planned) : null;
  const stands = outlook.result === null || outlook.result.outcome === 'already';
  const below = target !== null && stands ? operation.setsBelow(target) : null;
  return {
    foretold: {
      row,
      result: outlook.result,
      asked,
      store: () => {
        keepReading(row, reading, readAtMs, { ...outlook, joins }, options);
        if (restoring !== null && outlook.result === null) writeTurns(options.database, row.number, [restoring]);
        if (below !== null) writeBelow(options.database, row.number, row.provider, { ...below, isMoved: reaches });
      },
    },
    leaves: outlook.result === null && target !== null ? behindRow(row.number, operation, target, planned) : null,
  };
}

/** The row above one that brings its target back, which is archived with what it is a part of; null for none. */
function rowRestoring(
  target: TargetView,
  { provider, number }: WorkRow,
  { connection }: PlanningSession,
  { database }: ForetellOptions,
): number | null {
  const back = connection.comesBackWith(target);
  const above = back === null ? null : lastRowAbove(database, targetKey(provider, back.whole), number);
  return above !== null && above.operation === back?.operation ? above.number : null;
}

/** What rows above one are to do to what it names. */
function findAbove({ provider, number }: WorkRow, { database, entry }: ForetellOptions): FindAbove {
  return (ref) => {
    const row = lastRowAbove(database, targetKey(provider, ref), number);
    return row === null ? null : { number: row.number, removes: removesTarget(entry(provider, row.operation)) };
  };
}

/** What else is looked up for a row. */
async function prepareRow(
  operation: EarlyOperation,
  reader: Reader,
  target: TargetView | null,
  above: FindAbove,
): Promise<Result<JsonObject>> {
  const named = await operation.findNamed(reader, target, above);
  return named.ok ? operation.prepare(reader, target) : named;
}

/** What a target foretells of its row; a result ends it. */
interface Outlook {
  readonly result: RowResult | null;
  readonly prepared: JsonObject;
  readonly changes: readonly Change[];
  /** The target whole, where it is kept. */
  readonly raw: JsonValue | null;
  /** How far it can be taken back, where that is not what its operation tells. */
  readonly reach: Reach | null;
}

const willDo: Outlook = { result: null, prepared: {}, changes: [], raw: null, reach: null };

/** What is made is taken back by what the row says of it, not by what was there before. */
function willMake({ row, args }: BoundRow, prepared: JsonObject, { entry: find, snapshot }: ForetellOptions): Outlook {
  const past = { view: null, raw: null, prepared };
  const reach = unusualReach(find(row.provider, row.operation), args, past, { looks: true, snapshot }, find);
  return { ...willDo, reach };
}

function ending(result: RowResult): Outlook {
  return { ...willDo, result };
}

function foretell(
  { row, operation, args }: BoundRow,
  {
    reading,
    before,
    reaches,
  }: { readonly reading: Reading; readonly before: Before | null; readonly reaches: boolean },
  prepared: JsonObject,
  options: ForetellOptions,
): Outlook {
  const nowMs = options.clock.now();
  if (reading.kind === 'unreadable') return endWith(reading.failure, options);
  if (reading.kind === 'absent') return endMissing(reading.failure, options);
  const entry = options.entry(row.provider, row.operation);
  const target = before?.leaves ?? reading.target;
  const refused = refuseReading(options.guard, { ...reading, target }, reaches);
  if (refused !== null) {
    const isOwn = refuseReading(options.guard, reading, reaches) !== null;
    return ending(blockedResult(isOwn ? refused : afterRow(refused, before), nowMs, 0));
  }
  const prediction = operation.predict(target, prepared);
  if (prediction.kind === 'will-fail') {
    const isOwn = operation.predict(reading.target, prepared).kind === 'will-fail';
    return endWith(isOwn ? prediction.failure : afterRow(prediction.failure, before), options);
  }
  // That it is so already may hold no longer when an earlier row changes it; then this row is done, needed or not.
  if (prediction.kind === 'nothing-to-do' && before === null) {
    // As good as done for rows that wait for it. A row that calls the target by another name may change it before.
    return { ...ending({ ...skippedResult(prediction.reason, nowMs, 0), outcome: 'already' }), prepared };
  }
  const later = row.unchangedSinceMs === null ? null : describeLaterChange(reading.target, row.unchangedSinceMs);
  if (later !== null) return ending(blockedResult(later, nowMs, 0));
  const snapshot = snapshotOf(reading.raw, entry, options.snapshot);
  if (snapshot.kind === 'refused') return ending(blockedResult(snapshot.failure, nowMs, 0));
  const { raw } = snapshot;
  const kept = { looks: true, snapshot: options.snapshot };
  const reach = unusualReach(entry, args, { view: reading.target, raw, prepared }, kept, options.entry);
  const changes = prediction.kind === 'will-do' ? prediction.changes : [];
  return { result: null, prepared, changes, raw, reach };
}

/** Rows that will not be done keep what was seen too: the plan tells of it. */
function keepReading(
  row: WorkRow,
  reading: Reading | null,
  readAtMs: number,
  { prepared, changes, raw, reach, joins }: Outlook & { readonly joins: string | null },
  options: ForetellOptions,
): void {
  if (reach !== null) writeReach(options.database, row.number, reach);
  if (joins !== null) writeJoining(options.database, row.number, row.provider, joins);
  if (reading?.kind !== 'found') return;
  if (options.reachingParts.has(row.provider)) {
    writeParts(options.database, row.provider, reading.target, reading.parts ?? []);
  }
  writeReading(options.database, { number: row.number, readAtMs, view: reading.target, prepared, changes, raw });
}

/** What the row acts on is not there. */
function endMissing(failure: Failure, options: ForetellOptions): Outlook {
  if (options.missing === 'fail') return endWith(failure, options);
  return ending(skippedResult(`${failure.message} (missing: skip)`, options.clock.now(), 0));
}

function endWith(failure: Failure, options: ForetellOptions): Outlook {
  if (failure.scope === 'credential') {
    throw credentialErrorOf(failure);
  }
  return ending(failedResult(failure, options.clock.now(), 0));
}
