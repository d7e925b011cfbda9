/** What a row's write takes along beside its target: the targets of other rows, each of which may be held back. */
import type { PartEnd } from '../state/gone-along.js';
import type { WorkRow } from '../state/row-reads.js';
import { checkAgain, needsCheck } from './check-again.js';
import type { FirstLook } from './check-first.js';
import type { Lane, Meter } from './lane.js';
import { blockedResult, keptPartFailure, type RowEnd } from './row-end.js';

/**
 * Asks of each row on a part of the target what its own turn would: where that row is not done, its target must not go
 * with the whole either.
 * @returns null where there is nothing to ask, else the end of the row that takes along, or null where nothing is in its way.
 */
export function checkAlong(number: number, lane: Lane, meter: Meter, look: FirstLook): Promise<RowEnd | null> | null {
  const open = lane.rowsGoneAlong(number).flatMap((part) => {
    const row = part.state === 'pending' ? lane.findRow(part.number) : null;
    const asks = row !== null && needsCheck(row, lane.entry(row.operation), lane);
    return asks || isKept(part) ? [{ part, row }] : [];
  });
  return open.length === 0 ? null : endOf(open, lane, meter, look);
}

interface OpenPart {
  readonly part: PartEnd;
  /** Null for one that has its end. */
  readonly row: WorkRow | null;
}

async function endOf(parts: readonly OpenPart[], lane: Lane, meter: Meter, look: FirstLook): Promise<RowEnd | null> {
  for (const { part, row } of parts) {
    const end = row === null ? part : await lookAtPart(part, row, lane, meter, look);
    if (end === null) continue;
    if ('kind' in end) return end;
    const failure = keptPartFailure(end);
    const result = blockedResult(failure, lane.clock.now(), meter.requests);
    return { kind: 'ended', event: 'checked', result, failure };
  }
  return null;
}

function isKept({ state }: PartEnd): boolean {
  return state === 'blocked' || state === 'failed' || state === 'unknown';
}

/** What holds the part back; null where nothing does, and the end of the whole where that can't be told now. */
async function lookAtPart(
  part: PartEnd,
  row: WorkRow,
  lane: Lane,
  meter: Meter,
  look: FirstLook,
): Promise<PartEnd | Exclude<RowEnd, { kind: 'ended' }> | null> {
  const bound = lane.session.connection.bind(row.operation, row.args);
  const checked = await checkAgain(row, lane.entry(row.operation), bound, lane, meter, look);
  if (checked.kind === 'go') return null;
  const { end } = checked;
  if (end.kind !== 'ended') return end;
  const { to, failure } = end.result;
  return to === 'succeeded' ? null : { ...part, state: to, message: failure?.message ?? null };
}
