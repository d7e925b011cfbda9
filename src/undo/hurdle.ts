/** Why a row that was done is not taken back unasked, or not at all. */

import { changedThings } from '../providers/changed-things.js';
import { removesTarget } from '../providers/operation.js';
import type { TargetView } from '../providers/target.js';
import { type OwnChanges, ownCause } from '../run/own-changes.js';
import type { Standing } from '../verify/look-again.js';
import { describeMadeSince, type MadeMeans } from './made-since.js';

/** A later row on the same target. */
export interface LaterLook {
  /** Until when it may have changed the target itself, in ms. */
  readonly endedAtMs: number;
  /** The target as it was read before the row wrote; null where nothing looked. */
  readonly view: TargetView | null;
  /** What the row changed, by the names of fields. */
  readonly fields: readonly string[];
}

/** What rows of the same run did to a target after the row in question. */
export interface LaterRows {
  /** The last row first. */
  readonly looks: readonly LaterLook[];
  /** How many of them left a comment or the like on it. */
  readonly comments: number;
  /** What those changed that are taken back themselves. */
  readonly changed: OwnChanges;
  /** What those changed that stays, for something else changed it since, or may have. */
  readonly left: OwnChanges;
}

export const onceMore = 'Run undo again when the service is well.';

export interface Hurdle {
  readonly coverage: 'none' | 'changed' | 'unsure';
  readonly reason: string;
  /** Whether it is taken back all the same when asked for. */
  readonly passable: boolean;
}

/** @param deletesMade whether the row made a thing, and taking it back deletes that. @returns null where there is none. */
export async function findHurdle(
  standing: Standing,
  later: LaterRows | null,
  deletesMade: boolean,
  means: MadeMeans,
): Promise<Hurdle | null> {
  return hurdleOf(standing, later) ?? (deletesMade ? hurdleOfMade(standing, later, means) : null);
}

function hurdleOf(standing: Standing, later: LaterRows | null): Hurdle | null {
  const { verdict, evidence, gone, lacks, entry, since } = standing;
  const isMissing = { coverage: 'none', reason: `It is not there any more: ${evidence}`, passable: false } as const;
  // It looks as the row left it by chance: what the row set was set anew by a later one, and by something else since.
  const overtaking = changedThings(standing.row.seen?.changes ?? []).find((thing) => later?.left.has(thing) === true);
  if (overtaking !== undefined && !gone) {
    const by = `Row ${later?.left.get(overtaking)} of the run set the same after that (${overtaking}), which stays, for something else may have set it since.`;
    return { coverage: 'changed', reason: by, passable: true };
  }
  // What is deleted holds when it is gone; a part of a thing comes back only where the thing is.
  if (verdict === 'holds' && gone && !removesTarget(entry)) return isMissing;
  if (verdict === 'holds') {
    // A later row of the run did it once more.
    const isDoneByOurs = later !== null && ownCause(standing.row.seen?.changes ?? [], later.changed) !== null;
    return since === null || isDoneByOurs ? null : { coverage: 'changed', reason: since, passable: true };
  }
  if (verdict === 'unsure') {
    const passes = standing.unread?.retryable === true;
    return { coverage: 'unsure', reason: passes ? `${evidence} ${onceMore}` : evidence, passable: true };
  }
  if (gone) return isMissing;
  if (entry.risk === 'irreversible') {
    return { coverage: 'none', reason: `It is there again: ${evidence}`, passable: false };
  }
  const isOurs = later !== null && ownCause(lacks, later.changed) !== null;
  return isOurs ? null : { coverage: 'changed', reason: evidence, passable: true };
}

/** A thing that was made is deleted only as it was made: whoever worked on it since would lose that. */
async function hurdleOfMade(standing: Standing, later: LaterRows | null, means: MadeMeans): Promise<Hurdle | null> {
  const since = await describeMadeSince(standing, later, means);
  if (!since.ok) {
    const { message, retryable } = since.failure;
    return { coverage: 'unsure', reason: retryable ? `${message} ${onceMore}` : message, passable: true };
  }
  return since.value === null ? null : { coverage: 'changed', reason: since.value, passable: true };
}
