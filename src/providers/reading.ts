/** Readings of targets, and the checks that make a service's answer safe to act on. */
import type { Failure } from '../failure.js';
import type { JsonValue } from '../json.js';
import type { FoundReading, Reading, TargetRef, TargetView } from './target.js';

/** A view from the facts that a service tells; what it does not tell is null or empty. */
export function describeTarget(
  facts: Pick<TargetView, 'id' | 'title' | 'completed'> & Partial<TargetView>,
): TargetView {
  return {
    customId: null,
    status: null,
    archived: false,
    url: null,
    place: null,
    placeId: null,
    list: null,
    otherLists: [],
    folder: null,
    space: null,
    run: null,
    project: null,
    assignees: [],
    followers: [],
    traces: {},
    partOf: [],
    tags: [],
    created: null,
    updated: null,
    due: null,
    extra: {},
    ...facts,
  };
}

export function found(
  ref: TargetRef,
  target: TargetView,
  raw: JsonValue,
  parts: readonly TargetView[] = [],
): FoundReading {
  return { kind: 'found', ref, target, raw, ...(parts.length === 0 ? {} : { parts }) };
}

/** A reading that failed: absent when the service says that the target is not there, unreadable otherwise. */
export function notFoundOrUnreadable(ref: TargetRef, failure: Failure, existed: boolean): Reading {
  return failure.type === 'NOT_FOUND'
    ? { kind: 'absent', ref, existed, failure }
    : { kind: 'unreadable', ref, failure };
}

/** Deepest nesting that is taken from a service; no task is nested like this, so it is no task. */
const deepestNesting = 100;

/** Whether a value is JSON that can be stored, compared and walked without care for its depth. */
export function isSoundJson(value: unknown, depth = 0): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth >= deepestNesting) return false;
  return Object.values(value).every((part) => isSoundJson(part, depth + 1));
}
