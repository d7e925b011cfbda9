import { type Failure, localFailure } from '../failure.js';
import type { TargetView } from '../providers/target.js';

/** The name of the column that says after which time a target may not have been changed, as manifests have it. */
export const unchangedSinceColumn = 'unchanged_since';

/** Null when the target was not changed after that time. Services may round what they tell to whole seconds. */
export function describeLaterChange({ title, id, updated }: TargetView, unchangedSinceMs: number): Failure | null {
  const name = `"${title}" (${id})`;
  const updatedMs = updated === null ? Number.NaN : Date.parse(updated);
  if (updatedMs <= unchangedSinceMs) return null;
  const since = `${unchangedSinceColumn} is ${new Date(unchangedSinceMs).toISOString()}`;
  return localFailure(
    'GUARD',
    'TARGET_CHANGED',
    Number.isNaN(updatedMs)
      ? `The service does not tell when ${name} was changed; ${since}.`
      : `${name} was changed at ${updated}; ${since}.`,
    `Look at the target; if the row is right all the same, empty its ${unchangedSinceColumn}. Lines of an undo are written anew, by how things are now, with taskbatch undo.`,
  );
}
