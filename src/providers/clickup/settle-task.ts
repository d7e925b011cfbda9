/** How writes to a task in doubt are settled by a fresh reading of it. */
import type { Doubt, Settlement } from '../operation.js';
import { settleDelete, unknownFrom, unread } from '../settle.js';
import type { Reading, TargetView } from '../target.js';
import { readNamedTask } from './task-ref.js';

/** What a reading of the task says: `null` for done when it does not tell. */
export interface Evidence {
  readonly done: boolean | null;
  /** A sentence about the task as it is. */
  readonly evidence: string;
}

/**
 * Settles a write that leaves its mark on the task. A task that is not there can't have been written to and then be
 * missed; only one that goes by its name may have another name since.
 */
export function settleByTask(
  reading: Reading | null,
  doubt: Pick<Doubt, 'seenBefore'>,
  judge: (task: TargetView) => Evidence,
): Settlement {
  if (reading === null) return unread;
  if (reading.kind === 'unreadable') return unknownFrom(reading.failure);
  if (reading.kind === 'absent') {
    if (!doubt.seenBefore || readNamedTask(reading.ref) === null) return { kind: 'failed', failure: reading.failure };
    return {
      kind: 'unknown',
      evidence: `It was seen before under a name that no task has now: ${reading.failure.message}`,
    };
  }
  const { done, evidence } = judge(reading.target);
  if (done === null) return { kind: 'unknown', evidence };
  return { kind: done ? 'done' : 'not-done', evidence };
}

/**
 * An id that ClickUp does not know (401 OAUTH_027) may be mistyped, hidden or erased. For a task that was never seen it
 * means a wrong id; for one that was seen it proves nothing.
 */
export function settleDeletion(reading: Reading | null, doubt: Pick<Doubt, 'seenBefore'>): Settlement {
  if (reading?.kind !== 'absent' || reading.existed) return settleDelete(reading, doubt);
  if (!doubt.seenBefore) return { kind: 'failed', failure: reading.failure };
  return {
    kind: 'unknown',
    evidence: `It was seen before and can no longer be seen, deleted or not: ${reading.failure.message}`,
  };
}

/** `"Title" (id)`, for evidence. */
export function quoteTask({ title, id }: TargetView): string {
  return `"${title}" (${id})`;
}
