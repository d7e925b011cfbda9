/** The column `unchanged_since`: a row is not done when the service tells that its target was changed after that time. */
import { type Failure, localFailure } from '../failure.js';
import { isoFromMs, isoFromText } from '../providers/dates.js';
import type { TargetView } from '../providers/target.js';
import type { ControlFault } from './control-columns.js';

/** The name of the column, as manifests have it. */
export const unchangedSinceColumn = 'unchanged_since';

/** As ClickUp tells times. Fewer digits would be seconds, or a time before there was any of these services. */
const unixMs = /^\d{12,15}$/;

/** @param written the cell, trimmed; empty = no such wish. @returns ms since the epoch. */
export function parseUnchangedSince(column: string, written: string): { ms: number | null } | { fault: ControlFault } {
  if (written === '') return { ms: null };
  const iso = unixMs.test(written) ? isoFromMs(written) : isoFromText(written);
  if (iso !== null) return { ms: Date.parse(iso) };
  const reason = 'is no date';
  const fix =
    'Write the time as the service told it, for example 2026-11-22T09:30:00Z (without an offset it is UTC) or 1795981504090 (Unix milliseconds).';
  return { fault: { column, value: written, reason, fix, code: 'INVALID_DATE' } };
}

/** Why a row's target can't be compared with a time; null when it can. */
export function incomparable(hasTarget: boolean, looks: boolean): { reason: string; fix: string } | null {
  if (!hasTarget) {
    return {
      reason: 'is given, but what the row acts on is not there yet: nothing tells when it was changed',
      fix: 'Leave it empty for this row.',
    };
  }
  if (looks) return null;
  return {
    reason: 'is given, but nothing looks at the targets (--look none)',
    fix: 'Plan with --look all, or leave it empty.',
  };
}

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
