/** The look at a target just before its write, where the reading of the plan is too old to rest a write on. */
import type { JsonObject } from '../json.js';
import { HeldError } from '../providers/http.js';
import type { BoundOperation, Change } from '../providers/operation.js';
import type { CatalogueEntry } from '../providers/provider.js';
import type { TargetView } from '../providers/target.js';
import type { WorkRow } from '../state/row-reads.js';
import type { Lane, Meter } from './lane.js';
import { readTargets } from './read-target.js';
import { rowDoubt } from './row-context.js';
import { blockedResult, changedFailure, failedResult, type RowEnd, succeededResult } from './row-end.js';
import { heldCause } from './settle-row.js';

export type Checked =
  | { readonly kind: 'go'; readonly view: TargetView | null; readonly prepared: JsonObject }
  | { readonly kind: 'end'; readonly end: RowEnd };

/** Whether the row's target must be read again before it is written to. */
export function needsCheck(row: WorkRow, entry: CatalogueEntry, lane: Lane): boolean {
  if (row.seen === null) return false;
  if (lane.reviewAgain && entry.risk === 'irreversible') return true;
  return entry.readingMaxAgeMs !== null && Math.abs(lane.clock.now() - row.seen.atMs) > entry.readingMaxAgeMs;
}

/** Reads the target again and decides whether the write may go out. */
export async function checkAgain(
  row: WorkRow,
  entry: CatalogueEntry,
  bound: BoundOperation,
  lane: Lane,
  meter: Meter,
): Promise<Checked> {
  if (row.seen === null || bound.target === null) return { kind: 'go', view: null, prepared: {} };
  const reader = lane.session.reader(meter);
  const sleep = (ms: number) => lane.clock.sleep(ms, lane.stopSignal);
  const finish = (end: RowEnd): Checked => ({ kind: 'end', end });
  const now = () => lane.clock.now();
  try {
    const means = { connection: lane.session.connection, reader, tries: lane.tries, random: lane.random, sleep };
    const [reading] = await readTargets([bound.target], means);
    if (reading === undefined || reading.kind === 'unreadable') {
      const failure = reading?.failure;
      if (failure === undefined) return finish({ kind: 'returned', stop: null });
      if (failure.scope === 'credential') {
        return finish({ kind: 'returned', stop: { reason: 'credentials', message: failure.message } });
      }
      return finish({ kind: 'ended', event: 'checked', result: failedResult(failure, now(), meter.requests), failure });
    }
    if (reading.kind === 'absent') {
      const settlement = await bound.settle(reader, reading, rowDoubt(row, lane, now()));
      if (settlement.kind === 'done') {
        const result = succeededResult('already', settlement.evidence, now(), meter.requests);
        return finish({ kind: 'ended', event: 'checked', result, failure: null });
      }
      const { failure } = reading;
      return finish({ kind: 'ended', event: 'checked', result: failedResult(failure, now(), meter.requests), failure });
    }
    const prepared = await bound.prepare(reader, reading.target);
    const prediction = prepared.ok
      ? bound.predict(reading.target, prepared.value)
      : { kind: 'will-fail' as const, failure: prepared.failure };
    if (prediction.kind === 'nothing-to-do') {
      const result = succeededResult('already', prediction.reason, now(), meter.requests);
      return finish({ kind: 'ended', event: 'checked', result, failure: null });
    }
    if (prediction.kind === 'will-fail') {
      const { failure } = prediction;
      return finish({ kind: 'ended', event: 'checked', result: failedResult(failure, now(), meter.requests), failure });
    }
    const changes = entry.risk === 'irreversible' ? targetChanges(row.seen.view, reading.target) : [];
    if (changes.length > 0) {
      const failure = changedFailure(changes);
      return finish({
        kind: 'ended',
        event: 'checked',
        result: blockedResult(failure, now(), meter.requests),
        failure,
      });
    }
    return { kind: 'go', view: reading.target, prepared: prepared.ok ? prepared.value : {} };
  } catch (error) {
    if (error instanceof HeldError) return finish({ kind: 'returned', stop: heldCause(error) });
    throw error;
  }
}

/** Fields of a target in which a change since the plan forbids an irreversible write. */
export function targetChanges(before: TargetView, after: TargetView): Change[] {
  const pairs: ReadonlyArray<readonly [string, string | null, string | null]> = [
    ['title', before.title, after.title],
    ['status', before.status, after.status],
    ['place', before.placeId ?? before.place, after.placeId ?? after.place],
    ['assignees', [...before.assignees].sort().join(', '), [...after.assignees].sort().join(', ')],
    ['updated', before.updated, after.updated],
  ];
  return pairs.filter(([, was, is]) => was !== is).map(([field, was, is]) => ({ field, before: was, after: is }));
}
