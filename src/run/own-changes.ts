/** What rows of one run changed on one target, to tell its own doing from that of others. Pure. */
import { changedThings } from '../providers/changed-things.js';
import type { Change } from '../providers/operation.js';

/** The later row that changed a thing, by what it changed, as {@link changedThings} names it. */
export type OwnChanges = ReadonlyMap<string, number>;

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
