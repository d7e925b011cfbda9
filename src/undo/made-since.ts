/** Whether others worked on a thing that a row made: to take the row back is to delete that work with it. */
import { type Result, succeed } from '../failure.js';
import { countOf } from '../format-numbers.js';
import type { Reader } from '../providers/http.js';
import type { Connection } from '../providers/provider.js';
import type { FullTraces, TargetView } from '../providers/target.js';
import type { Standing } from '../verify/look-again.js';
import type { LaterLook, LaterRows } from './hurdle.js';
import { makingMs } from './own-time.js';

export interface MadeMeans {
  readonly connection: Pick<Connection, 'readTraces'>;
  readonly reader: Reader;
  /** Whether a row of the run made the thing with this id. */
  readonly isOurs: (id: string) => boolean;
}

/** Some services tell whole seconds; others go on with what they make for a moment. Nobody else is as fast. */
const roundingMs = { second: 1_000, millisecond: 250 };

const mostNamed = 5;

/** @returns what was done to it since, a sentence; null when nothing was, as far as the service tells. */
export async function describeMadeSince(
  standing: Standing,
  later: LaterRows | null,
  means: MadeMeans,
): Promise<Result<string | null>> {
  const { madeChanged, made } = standing;
  const [first] = made;
  if (madeChanged !== null && later === null && first !== undefined) {
    return succeed(`Of ${quote(first)}, the ${madeChanged}.`);
  }
  for (const thing of made) {
    const touched = describeTouch(thing, standing, later);
    if (touched !== null) return succeed(touched);
  }
  for (const thing of made) {
    const traces = await means.connection.readTraces(means.reader, thing);
    if (!traces.ok) return traces;
    const left = describeTraces(traces.value, later, means);
    if (left !== null) return succeed(`${quote(thing)} has ${left}.`);
  }
  return succeed(null);
}

/**
 * The service's own clock tells when it was made, and between the begin of the attempt and our last word on it passed so
 * long by ours: nothing hangs on how far the clocks are apart.
 */
function describeTouch(thing: TargetView, { row }: Standing, later: LaterRows | null): string | null {
  const startedAtMs = row.startedAtMs ?? row.finishedAtMs;
  let ownMs = makingMs(row);
  // Each later row read the thing before it wrote: by then only rows before that one may have changed it.
  for (const { view, endedAtMs } of (later?.looks ?? []).toReversed()) {
    const updated = view?.updated ?? null;
    if (isLater(updated, thing.created, ownMs)) return `${quote(thing)} was changed at ${updated}.`;
    ownMs = Math.max(ownMs, endedAtMs - startedAtMs);
  }
  if (isLater(thing.updated, thing.created, ownMs)) return `${quote(thing)} was changed at ${thing.updated}.`;
  return differsSince(thing, later?.looks ?? []) ? `${quote(thing)} was changed while the run went on.` : null;
}

/** What leaves the thing itself as it is. */
const addedFields: ReadonlySet<string> = new Set(['comment', 'problem']);

/** Where later rows wrote on the thing and changed nothing of it, whatever differs from their reading is not theirs. */
function differsSince(thing: TargetView, looks: readonly LaterLook[]): boolean {
  const before = looks.at(-1)?.view;
  if (before?.id !== thing.id || !looks.every(({ fields }) => fields.every((field) => addedFields.has(field))))
    return false;
  const { extra: now, ...own } = thing;
  const { extra: was, ...held } = before;
  // Stored views drop what is empty.
  const told = (_name: string, value: unknown) => (isNothing(value) ? undefined : value);
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one, told) === JSON.stringify(other, told);
  const named = (['title', 'status', 'archived', 'placeId', 'assignees', 'tags', 'due'] as const).some(
    (name) => !isSame(own[name], held[name]),
  );
  // Answers to one thing and to many tell more or less of it.
  return named || Object.keys(now).some((name) => name in was && !isSame(now[name], was[name]));
}

/** Whether more than so long passed between two times that a service told. */
function isLater(updated: string | null, created: string | null, ms: number): boolean {
  const updatedMs = Date.parse(updated ?? '');
  const rounding = updatedMs % 1_000 === 0 ? roundingMs.second : roundingMs.millisecond;
  return updatedMs - Date.parse(created ?? '') > ms + rounding;
}

function isNothing(value: unknown): boolean {
  return value === null || value === false || value === '' || (Array.isArray(value) && value.length === 0);
}

function describeTraces(traces: FullTraces, later: LaterRows | null, { isOurs }: MadeMeans): string | null {
  const comments = (traces.comments ?? 0) - (later?.comments ?? 0);
  if (comments > 0) return `${countOf(comments, 'comment')} that the run did not write`;
  const subtasks = (traces.subtaskIds ?? []).filter((id) => !isOurs(id));
  if (subtasks.length > 0) {
    const named = subtasks.slice(0, mostNamed).join(', ') + (subtasks.length > mostNamed ? ', …' : '');
    return `${countOf(subtasks.length, 'subtask')} that the run did not make (${named})`;
  }
  if ((traces.files ?? 0) > 0) return countOf(traces.files ?? 0, 'file');
  return (traces.trackedMs ?? 0) > 0 ? 'time records' : null;
}

function quote({ title, id }: TargetView): string {
  return `"${title}" (${id})`;
}
