/** What rows of one run changed on one target, to tell its own doing from that of others. Pure. */
import { tagKey } from '../providers/clickup/tag-key.js';
import type { Change } from '../providers/operation.js';

/** Fields that hold several values, each by itself: what a text names, in the form that is equal for what is the same. */
const heldApart: ReadonlyMap<string, (value: string) => string[]> = new Map([
  // ClickUp alone tells of single tags.
  ['tag', (value) => [tagKey(value)]],
  // By their ids.
  ['assignees', (value) => value.split(', ')],
  ['comment', (value) => [value]],
  ['problem', (value) => [value]],
]);

/** The later row that changed a thing, by what it changed, as {@link changedThings} names it. */
export type OwnChanges = ReadonlyMap<string, number>;

/** Names of what changes change: the field, or each value that is added or taken away where a field holds several. */
export function changedThings(changes: readonly Change[]): string[] {
  return changes.flatMap(({ field, before, after }) => {
    const valuesIn = heldApart.get(field);
    if (valuesIn === undefined) return field;
    const was = before === null || before === '' ? [] : valuesIn(before);
    const is = after === null || after === '' ? [] : valuesIn(after);
    const gone = was.filter((value) => !is.includes(value));
    const added = is.filter((value) => !was.includes(value));
    return [...gone, ...added].map((value) => `${field}: ${value}`);
  });
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
