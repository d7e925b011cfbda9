/** The column `unchanged_since`: a row is not done when the service tells that its target was changed after that time. */
import { isoFromMs, isoFromText } from '../providers/dates.js';
import type { ControlFault } from './control-columns.js';

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
