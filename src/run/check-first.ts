/** The look at a target that no plan has read, because its id was not known before. */
import { refuseReading, type TaskGuard } from '../job/task-guard.js';
import type { BoundOperation } from '../providers/operation.js';
import type { CatalogueEntry } from '../providers/provider.js';
import { unusualReach } from '../providers/way-back.js';
import { writeReading } from '../state/plan-writes.js';
import type { WorkRow } from '../state/row-reads.js';
import { writeReach } from '../state/ways-back.js';
import type { Lane, Meter } from './lane.js';
import { describeLaterChange } from './later-change.js';
import { type Checked, endOf, lookNow } from './look-now.js';
import { blockedResult } from './row-end.js';
import { snapshotOf } from './snapshot.js';

/** What is to be done with a target that no plan has read. */
export interface FirstLook {
  /** The job's rules over the live task; null = none. */
  readonly guard: TaskGuard | null;
  /** Whether planning read all that goes with a target; else it knows what it was told beside. */
  readonly judgesParts: boolean;
  /** Whether the run looks at targets at all (`--look`). */
  readonly reads: boolean;
  /** Whether the target is kept whole; null = for operations that can't be taken back by the service's own means. */
  readonly snapshot: boolean | null;
}

/**
 * Reads a target for the first time, because its id was not known before, and decides as planning would have done. What
 * was read is kept with the row.
 */
export async function checkFirst(
  row: WorkRow,
  entry: CatalogueEntry,
  bound: BoundOperation,
  lane: Lane,
  meter: Meter,
  look: FirstLook,
): Promise<Checked> {
  if (bound.target === null) return { kind: 'go', view: null, prepared: {}, readMs: null };
  const checked = await lookNow(bound, bound.target, lane, meter, {
    maxAgeMs: 0,
    reviewed: null,
    needsParts: (target) => look.guard !== null && bound.reachesParts(target),
    absent: async () => null,
    lacking: async () => null,
    refuse: (reading) => refuseReading(look.guard, reading, bound.reachesParts(reading.target)),
    changed: ({ target }) => (row.unchangedSinceMs === null ? null : describeLaterChange(target, row.unchangedSinceMs)),
  });
  if (checked.kind === 'go' && checked.view !== null) {
    const { view, prepared, raw = null, changes = [] } = checked;
    const snapshot = snapshotOf(raw, entry, look.snapshot);
    if (snapshot.kind === 'refused') {
      return endOf(blockedResult(snapshot.failure, lane.clock.now(), meter.requests), snapshot.failure);
    }
    const reading = {
      number: row.number,
      readAtMs: lane.clock.now(),
      view,
      prepared,
      changes,
      raw: snapshot.raw,
    };
    const find = (_provider: string, operation: string) => lane.entry(operation);
    const kept = { looks: true, snapshot: look.snapshot };
    const reach = unusualReach(entry, row.args, { view, prepared, raw: snapshot.raw }, kept, find);
    lane.journal.write((database) => {
      writeReading(database, reading);
      if (reach !== null) writeReach(database, row.number, reach);
    });
  }
  return checked;
}
