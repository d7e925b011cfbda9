/** How deletes and completions in doubt are settled by a fresh reading; the same for every service. */
import type { Failure } from '../failure.js';
import type { Doubt, Settlement } from './operation.js';
import type { Reading, TargetView } from './target.js';

/** Nothing was read, so nothing is known. Only operations that make a thing are settled without a reading. */
export const unread: Settlement = { kind: 'unknown', evidence: 'The target was not read.' };

/**
 * A delete in doubt: still there means that it did not happen, gone that it did. A target that planning never saw and
 * that is not there now was perhaps never there; the evidence says so.
 */
export function settleDelete(reading: Reading | null, doubt: Pick<Doubt, 'seenBefore'>): Settlement {
  if (reading === null) return unread;
  if (reading.kind === 'unreadable') return unknownFrom(reading.failure);
  if (reading.kind === 'found') return { kind: 'not-done', evidence: `${quote(reading.target)} is still there.` };
  const remark = doubt.seenBefore || reading.existed ? '' : ' It was never seen before, so its id may have been wrong.';
  return { kind: 'done', evidence: `It is gone: ${reading.failure.message}${remark}` };
}

/**
 * A completion in doubt. `isDone` says whether the target is in the state that was asked for.
 * A target that is not there can't have been completed by us and then be missed: the row failed.
 */
export function settleCompletion(reading: Reading | null, isDone: (target: TargetView) => boolean): Settlement {
  if (reading === null) return unread;
  if (reading.kind === 'unreadable') return unknownFrom(reading.failure);
  if (reading.kind === 'absent') return { kind: 'failed', failure: reading.failure };
  const evidence = `${quote(reading.target)} has the status ${reading.target.status ?? 'unknown'}.`;
  return isDone(reading.target) ? { kind: 'done', evidence } : { kind: 'not-done', evidence };
}

/** By so much the service's clock and ours may differ, and a request take. */
export const sameActMs = 120_000;

/** Some answers tell whole seconds where others tell milliseconds. */
const roundingMs = 1_000;

/** A time as a service tells it, in ms or as ISO 8601, in ms; null for what is none. */
export function completionMs(told: unknown): number | null {
  const atMs = typeof told === 'string' ? Date.parse(told) : told;
  return typeof atMs === 'number' && Number.isFinite(atMs) ? atMs : null;
}

/**
 * Of a row that was done and is looked at again: that its target was completed once more since, so that this is the work
 * of others now. Other settlements stay as they are.
 * @param completedAt when it was completed, as the service told it, in ms or as ISO 8601; null where it did not.
 * @param done what the row did to it.
 */
export function withLaterCompletion(
  settlement: Settlement,
  target: TargetView,
  completedAt: unknown,
  { endedAtMs, completedAtMs }: Pick<Doubt, 'endedAtMs' | 'completedAtMs'>,
  done = 'completed',
): Settlement {
  const atMs = completionMs(completedAt);
  if (settlement.kind !== 'done' || endedAtMs === undefined || atMs === null) return settlement;
  // What the service told of our own write is of its clock too.
  if (completedAtMs !== undefined && atMs - completedAtMs <= roundingMs) return settlement;
  // An answer that is far from our clock may have told of an older completion.
  const isOwnKnown = completedAtMs !== undefined && Math.abs(completedAtMs - endedAtMs) <= sameActMs;
  if (!isOwnKnown && !(atMs - endedAtMs > sameActMs)) return settlement;
  const at = new Date(atMs).toISOString();
  return { ...settlement, since: `${quote(target)} was ${done} once more since, at ${at}, by something else.` };
}

/** Nothing was told, because reading failed: it may be told later. */
export function unknownFrom(failure: Failure): Settlement {
  return { kind: 'unknown', evidence: `The target could not be read: ${failure.message}`, unread: failure };
}

function quote(target: TargetView): string {
  return `"${target.title}" (${target.id})`;
}
