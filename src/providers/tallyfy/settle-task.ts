/** Settling by a fresh reading of what was to be changed. */
import type { Settlement } from '../operation.js';
import { unknownFrom, unread } from '../settle.js';
import type { FoundReading, Reading, TargetView } from '../target.js';

/**
 * Judges a target that was found. One that is not there can't have been changed by us and then be missed: the row
 * failed.
 */
export function settleFound(reading: Reading | null, judge: (found: FoundReading) => Settlement): Settlement {
  if (reading === null) return unread;
  if (reading.kind === 'unreadable') return unknownFrom(reading.failure);
  if (reading.kind === 'absent') return { kind: 'failed', failure: reading.failure };
  return judge(reading);
}

/** Done or not, by one fact of the target, told in a sentence. */
export function settleBy(
  reading: Reading | null,
  isDone: (target: TargetView) => boolean,
  fact: (target: TargetView) => string,
): Settlement {
  return settleFound(reading, ({ target }) => ({
    kind: isDone(target) ? 'done' : 'not-done',
    evidence: `"${target.title}" (${target.id}) ${fact(target)}.`,
  }));
}

export function sayArchived(target: TargetView): string {
  return target.archived ? 'is archived' : 'is not archived';
}
