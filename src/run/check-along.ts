/** What a row's write takes along beside its target: the targets of other rows, each of which may be held back. */
import type { PartEnd } from '../state/gone-along.js';
import { checkAgain, needsCheck } from './check-again.js';
import type { FirstLook } from './check-first.js';
import type { Lane, Meter } from './lane.js';
import { blockedResult, keptPartFailure, type RowEnd } from './row-end.js';

/**
 * Asks of each row on a part of the target what its own turn would: where that row is not done, its target must not go
 * with the whole either.
 * @returns the end of the row that takes along; null where nothing is in its way.
 */
export async function checkAlong(number: number, lane: Lane, meter: Meter, look: FirstLook): Promise<RowEnd | null> {
  for (const part of lane.rowsGoneAlong(number)) {
    const held = await lookAtPart(part, lane, meter, look);
    if (held === null) continue;
    if ('kind' in held) return held;
    const failure = keptPartFailure(held);
    const result = blockedResult(failure, lane.clock.now(), meter.requests);
    return { kind: 'ended', event: 'checked', result, failure };
  }
  return null;
}

type HeldPart = Parameters<typeof keptPartFailure>[0];

/** What holds the part back; null where nothing does, and the end of the whole where that can't be told now. */
async function lookAtPart(
  part: PartEnd,
  lane: Lane,
  meter: Meter,
  look: FirstLook,
): Promise<HeldPart | Exclude<RowEnd, { kind: 'ended' }> | null> {
  switch (part.state) {
    case 'blocked':
    case 'failed':
    case 'unknown':
      return part;
    case 'pending':
      break;
    default:
      return null;
  }
  const row = lane.findRow(part.number);
  if (row === null) return null;
  const entry = lane.entry(row.operation);
  if (!needsCheck(row, entry, lane)) return null;
  const bound = lane.session.connection.bind(row.operation, row.args);
  const checked = await checkAgain(row, entry, bound, lane, meter, look);
  if (checked.kind === 'go') return null;
  const { end } = checked;
  if (end.kind !== 'ended') return end;
  const { to, failure } = end.result;
  return to === 'succeeded' ? null : { ...part, state: to, message: failure?.message ?? null };
}
