/** The look at a target just before its write, where the reading of the plan is too old to rest a write on. */
import type { Failure } from '../failure.js';
import { refuseReading, type TaskGuard } from '../job/task-guard.js';
import type { JsonObject, JsonValue } from '../json.js';
import { HeldError, type Reader } from '../providers/http.js';
import type { BoundOperation, Change, Prediction } from '../providers/operation.js';
import type { CatalogueEntry } from '../providers/provider.js';
import type { FoundReading, Reading, TargetRef, TargetView } from '../providers/target.js';
import { unusualReach } from '../providers/way-back.js';
import { writeReading } from '../state/plan-writes.js';
import { writeReread } from '../state/rereads.js';
import type { WorkRow } from '../state/row-reads.js';
import type { RowResult } from '../state/row-writes.js';
import { writeReach } from '../state/ways-back.js';
import type { Lane, Meter } from './lane.js';
import type { DatedReading } from './read-ahead.js';
import { type LookUpMeans, readTarget } from './read-target.js';
import { patientReader } from './retry-reads.js';
import { rowDoubt } from './row-context.js';
import { blockedResult, changedFailure, failedResult, type RowEnd, succeededResult } from './row-end.js';
import { heldCause } from './settle-row.js';
import { snapshotOf } from './snapshot.js';
import { partChanges, targetChanges, valueChanges } from './target-changes.js';

export type Checked =
  | {
      readonly kind: 'go';
      readonly view: TargetView | null;
      readonly prepared: JsonObject;
      /** When the target was asked for, by the clock that never jumps; null where nothing was read. */
      readonly readMs: number | null;
      /** The target as the service sent it, and what the write will change; left out where nothing was read. */
      readonly raw?: JsonValue;
      readonly changes?: readonly Change[];
    }
  | { readonly kind: 'end'; readonly end: RowEnd };

/** No irreversible write rests on an older reading. */
export const readingMaxAgeMs = 90_000;

/**
 * Targets are read again in groups where the service allows it; at a hundred writes a minute the last of a hundred is
 * written a minute after the reading. A slower run reads the rest of the group anew. What is left of the age is for the
 * wait for its turn.
 */
const sharedPart = 5 / 6;

function maxAgeOf({ readingMaxAgeMs: own, risk }: CatalogueEntry): number | null {
  return own ?? (risk === 'irreversible' ? readingMaxAgeMs : null);
}

/**
 * Whether the row's target must be read again before it is written to: where somebody was asked since the plan was made,
 * for what is told of the row may be true no longer. What can't be taken back rests on a recent reading also where nobody
 * was: the last of 5,000 rows is written an hour after the plan. And so does a write behind another one to the same
 * target: by the plan's reading it might seem to be needless.
 */
export function needsCheck(row: WorkRow, entry: CatalogueEntry, lane: Lane): boolean {
  if (row.seen === null) return false;
  if (lane.reviewAgain || row.seen.afterRow !== null) return true;
  const maxAgeMs = maxAgeOf(entry);
  return maxAgeMs !== null && Math.abs(lane.clock.now() - row.seen.atMs) > maxAgeMs;
}

/**
 * Whether a write's reading has become too old while the write waited: for its turn, for a service that asked for a
 * pause, for a person's `resume`.
 * @param readMs as in {@link Checked}.
 */
export function hasAged(row: WorkRow, entry: CatalogueEntry, lane: Lane, readMs: number | null): boolean {
  if (readMs === null) return needsCheck(row, entry, lane);
  const maxAgeMs = maxAgeOf(entry);
  if (maxAgeMs === null) return false;
  const { requestsPerMinute } = lane.session;
  // At less than one request a minute even the turn after the reading comes later.
  const turnMs = requestsPerMinute > 0 ? 60_000 / requestsPerMinute : 0;
  return lane.clock.monotonic() - readMs > Math.max(maxAgeMs, 2 * turnMs);
}

/** The targets of rows that are to be compared with what was reviewed. */
export function targetsToReview(rows: readonly WorkRow[], lane: Lane): TargetRef[] {
  if (!lane.reviewAgain) return [];
  return rows.flatMap((row) => {
    const entry = lane.entry(row.operation);
    if (row.template !== null || row.seen?.afterRow != null || !needsCheck(row, entry, lane)) return [];
    return entry.target(row.args) ?? [];
  });
}

/** Reads the target again and decides whether the write may go out. */
export async function checkAgain(
  row: WorkRow,
  entry: CatalogueEntry,
  bound: BoundOperation,
  lane: Lane,
  meter: Meter,
  { guard, judgesParts }: Pick<FirstLook, 'guard' | 'judgesParts'>,
): Promise<Checked> {
  if (row.seen === null || bound.target === null) return { kind: 'go', view: null, prepared: {}, readMs: null };
  const before = row.seen.view;
  // A finished part of the row, or a row before it, may have made the difference: nobody else did.
  const comparable = row.steps.length === 0 && row.seen.afterRow === null;
  const planned = comparable ? changesOf(bound.predict(before, row.seen.prepared)) : [];
  const checked = await lookNow(bound, bound.target, lane, meter, {
    // What others were read with may have been read before the row above wrote.
    maxAgeMs: row.seen.afterRow === null ? (maxAgeOf(entry) ?? readingMaxAgeMs) * sharedPart : 'alone',
    absent: async (reader, reading) => {
      const settlement = await bound.settle(reader, reading, rowDoubt(row, lane, lane.clock.now()));
      return settlement.kind === 'done'
        ? endOf(succeededResult('already', settlement.evidence, lane.clock.now(), meter.requests), null)
        : null;
    },
    refuse: (reading) => refuseReading(guard, reading, entry.takesAlong),
    changed: ({ target, parts = [] }, changes) => {
      const since: Change[] = [];
      if (entry.risk === 'irreversible') since.push(...targetChanges(before, target));
      if (entry.risk === 'irreversible' && entry.takesAlong) {
        since.push(...partChanges(lane.knownParts(before.id), target.id, parts, judgesParts));
      }
      if (entry.risk === 'destructive' && comparable) since.push(...valueChanges(planned, changes));
      return since.length > 0 ? changedFailure(since) : null;
    },
  });
  if (checked.kind === 'go' && checked.view !== null && comparable && entry.risk === 'reversible') {
    const { view, prepared, changes = [] } = checked;
    const reread =
      valueChanges(planned, changes).length === 0 ? null : { atMs: lane.clock.now(), view, prepared, changes };
    lane.journal.write((database) => writeReread(database, row.number, reread));
  }
  return checked;
}

function changesOf(prediction: Prediction): readonly Change[] {
  return prediction.kind === 'will-do' ? prediction.changes : [];
}

/** What is to be done with a target that no plan has read. */
export interface FirstLook {
  /** The job's rules over the live task; null = none. */
  readonly guard: TaskGuard | null;
  /** Whether planning read all that goes with a target; else it knows what it was told beside. */
  readonly judgesParts: boolean;
  /** Whether the run looks at targets at all (`--look`). */
  readonly reads: boolean;
  /** Whether the target is kept whole; null = for operations that can't be taken back by the service's own means. */
  readonly snapshot: boolean | null;
}

/**
 * Reads a target for the first time, because its id was not known before, and decides as planning would have done. What
 * was read is kept with the row.
 */
export async function checkFirst(
  row: WorkRow,
  entry: CatalogueEntry,
  bound: BoundOperation,
  lane: Lane,
  meter: Meter,
  look: FirstLook,
): Promise<Checked> {
  if (bound.target === null) return { kind: 'go', view: null, prepared: {}, readMs: null };
  const checked = await lookNow(bound, bound.target, lane, meter, {
    maxAgeMs: 0,
    absent: async () => null,
    refuse: (reading) => refuseReading(look.guard, reading, entry.takesAlong),
    changed: () => null,
  });
  if (checked.kind === 'go' && checked.view !== null) {
    const { view, prepared, raw = null, changes = [] } = checked;
    const snapshot = snapshotOf(raw, entry, look.snapshot);
    if (snapshot.kind === 'refused') {
      return endOf(blockedResult(snapshot.failure, lane.clock.now(), meter.requests), snapshot.failure);
    }
    const reading = {
      number: row.number,
      readAtMs: lane.clock.now(),
      view,
      prepared,
      changes,
      raw: snapshot.raw,
    };
    const find = (_provider: string, operation: string) => lane.entry(operation);
    const kept = { looks: true, snapshot: look.snapshot };
    const reach = unusualReach(entry, row.args, { view, prepared, raw: snapshot.raw }, kept, find);
    lane.journal.write((database) => {
      writeReading(database, reading);
      if (reach !== null) writeReach(database, row.number, reach);
    });
  }
  return checked;
}

/** How a look just before the write differs by what is known of the target. A null lets things take their course. */
interface LookRules {
  /** How old a reading may be that was taken together with others; `alone`: none of those will do. */
  readonly maxAgeMs: number | 'alone';
  absent(reader: Reader, reading: Reading): Promise<Checked | null>;
  /** Before it is foretold what the write would do. */
  refuse(reading: FoundReading): Failure | null;
  /** After it. @param changes what the write would change. */
  changed(reading: FoundReading, changes: readonly Change[]): Failure | null;
}

async function lookNow(
  bound: BoundOperation,
  ref: TargetRef,
  lane: Lane,
  meter: Meter,
  rules: LookRules,
): Promise<Checked> {
  const reader = lane.session.reader(meter);
  const sleep = (ms: number) => lane.clock.sleep(ms, lane.stopSignal);
  const now = () => lane.clock.now();
  const failed = (failure: Failure) => endOf(failedResult(failure, now(), meter.requests), failure);
  const blocked = (failure: Failure) => endOf(blockedResult(failure, now(), meter.requests), failure);
  try {
    const means = { connection: lane.session.connection, reader, tries: lane.tries, random: lane.random, sleep };
    const { reading, atMs } = await readAgain(ref, means, lane, rules);
    if (reading.kind === 'unreadable') {
      const { failure } = reading;
      if (failure.scope !== 'credential') return failed(failure);
      return { kind: 'end', end: { kind: 'returned', stop: { reason: 'credentials', message: failure.message } } };
    }
    if (reading.kind === 'absent') return (await rules.absent(reader, reading)) ?? failed(reading.failure);
    const { target, raw } = reading;
    const refused = rules.refuse(reading);
    if (refused !== null) return blocked(refused);
    const prepared = await bound.prepare(patientReader(reader, lane), target);
    const prediction = prepared.ok
      ? bound.predict(target, prepared.value)
      : { kind: 'will-fail' as const, failure: prepared.failure };
    if (prediction.kind === 'nothing-to-do') {
      return endOf(succeededResult('already', prediction.reason, now(), meter.requests), null);
    }
    if (prediction.kind === 'will-fail') return failed(prediction.failure);
    const { changes } = prediction;
    const changed = rules.changed(reading, changes);
    if (changed !== null) return blocked(changed);
    return { kind: 'go', view: target, prepared: prepared.ok ? prepared.value : {}, readMs: atMs, raw, changes };
  } catch (error) {
    if (error instanceof HeldError) return { kind: 'end', end: { kind: 'returned', stop: heldCause(error) } };
    throw error;
  }
}

async function readAgain(
  ref: TargetRef,
  means: LookUpMeans,
  { readAhead, clock }: Lane,
  { maxAgeMs }: LookRules,
): Promise<DatedReading> {
  if (maxAgeMs !== 'alone') return readAhead.read(ref, means, maxAgeMs);
  readAhead.forget(ref);
  const atMs = clock.monotonic();
  return { reading: await readTarget(ref, means), atMs };
}

function endOf(result: RowResult, failure: Failure | null): Checked {
  return { kind: 'end', end: { kind: 'ended', event: 'checked', result, failure } };
}
