/** What rows of one run changed on one target, to tell its own doing from that of others. Pure. */
import type { Change } from '../providers/operation.js';

/** Fields that hold several values, each by itself. */
const heldApart: ReadonlySet<string> = new Set(['tag', 'assignees', 'comment', 'problem']);

/** The later row that changed a thing, by what it changed, as {@link changedThings} names it. */
export type OwnChanges = ReadonlyMap<string, number>;

/** Names of what changes change: the field, or each value that is added or taken away where a field holds several. */
export function changedThings(changes: readonly Change[]): string[] {
  return changes.flatMap(({ field, before, after }) => {
    if (!heldApart.has(field)) return field;
    const was = valuesOf(field, before);
    const is = valuesOf(field, after);
    const gone = was.filter((value) => !is.includes(value));
    const added = is.filter((value) => !was.includes(value));
    return [...gone, ...added].map((value) => `${field}: ${value}`);
  });
}

function valuesOf(field: string, value: string | null): string[] {
  if (value === null || value === '') return [];
  return field === 'assignees' ? value.split(', ') : [value];
}

/**
 * The later row of the run that made a target differ from what a row left; null when the run did not make all of the
 * difference.
 * @param lacks what would have to be changed for the target to be as the row left it.
 */
export function ownCause(lacks: readonly Change[], own: OwnChanges): number | null {
  const rows = changedThings(lacks).map((thing) => own.get(thing) ?? null);
  const [first = null] = rows;
  return rows.includes(null) ? null : first;
}
