/** A look at a target just before its write, and what it means for that. */
import type { Failure } from '../failure.js';
import type { JsonObject, JsonValue } from '../json.js';
import { HeldError, type Reader } from '../providers/http.js';
import type { BoundOperation, Change } from '../providers/operation.js';
import type { FoundReading, Reading, TargetRef, TargetView } from '../providers/target.js';
import type { RowResult } from '../state/row-writes.js';
import type { Lane, Meter } from './lane.js';
import type { DatedReading } from './read-ahead.js';
import { type LookUpMeans, readTarget } from './read-target.js';
import { patientReader } from './retry-reads.js';
import { blockedResult, credentialCause, failedResult, type RowEnd, succeededResult } from './row-end.js';
import { heldCause } from './settle-row.js';

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

/** How a look just before the write differs by what is known of the target. A null lets things take their course. */
export interface LookRules {
  /** How old a reading may be that was taken together with others; `alone`: none of those will do. */
  readonly maxAgeMs: number | 'alone';
  /** The target as the plan showed it; null where it did not. */
  readonly reviewed: TargetView | null;
  absent(reader: Reader, reading: Reading): Promise<Checked | null>;
  /** Where the target is there, and what the write needs of it is not. */
  lacking(reader: Reader, reading: FoundReading): Promise<Checked | null>;
  /** The reading with all that goes along with the target, where that has to be known. */
  withParts(reader: Reader, reading: FoundReading): Promise<Reading>;
  /** Before it is foretold what the write would do. */
  refuse(reading: FoundReading): Failure | null;
  /** After it. @param changes what the write would change. @param prepared what it rests on beside the target. */
  changed(reading: FoundReading, changes: readonly Change[], prepared: JsonObject): Failure | null;
}

export async function lookNow(
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
    const { reading: own, atMs } = await readAgain(ref, means, lane, rules);
    const reading = own.kind === 'found' ? await rules.withParts(reader, own) : own;
    if (reading.kind === 'unreadable') {
      const { failure } = reading;
      if (failure.scope !== 'credential') return failed(failure);
      return { kind: 'end', end: { kind: 'returned', stop: credentialCause(failure) } };
    }
    if (reading.kind === 'absent') return (await rules.absent(reader, reading)) ?? failed(reading.failure);
    const { target, raw } = reading;
    const refused = rules.refuse(reading);
    if (refused !== null) return blocked(refused);
    const prepared = await bound.prepare(patientReader(reader, lane), target, rules.reviewed);
    if (!prepared.ok && prepared.failure.type === 'NOT_FOUND') {
      const lacking = await rules.lacking(patientReader(reader, lane), reading);
      if (lacking !== null) return lacking;
    }
    const prediction = prepared.ok
      ? bound.predict(target, prepared.value)
      : { kind: 'will-fail' as const, failure: prepared.failure };
    if (prediction.kind === 'nothing-to-do') {
      return endOf(succeededResult('already', prediction.reason, now(), meter.requests), null);
    }
    if (prediction.kind === 'will-fail') return failed(prediction.failure);
    const { changes } = prediction;
    const restsOn = prepared.ok ? prepared.value : {};
    const changed = rules.changed(reading, changes, restsOn);
    if (changed !== null) return blocked(changed);
    return { kind: 'go', view: target, prepared: restsOn, readMs: atMs, raw, changes };
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

export function endOf(result: RowResult, failure: Failure | null): Checked {
  return { kind: 'end', end: { kind: 'ended', event: 'checked', result, failure } };
}
