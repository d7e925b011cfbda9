/** The look at a target just before its write, where the reading of the plan is too old to rest a write on. */
import { refuseReading } from '../job/task-guard.js';
import type { JsonObject } from '../json.js';
import { changedThings } from '../providers/changed-things.js';
import type { Reader } from '../providers/http.js';
import { type BoundOperation, type Change, type Prediction, removesTarget } from '../providers/operation.js';
import type { CatalogueEntry } from '../providers/provider.js';
import { type Reading, refById, type TargetRef, type TargetView } from '../providers/target.js';
import { writeReread } from '../state/rereads.js';
import { takesIdsBeside, type WorkRow } from '../state/row-reads.js';
import { earlyTarget } from './bind-early.js';
import type { FirstLook } from './check-first.js';
import type { Lane, Meter } from './lane.js';
import { describeLaterChange } from './later-change.js';
import { type Checked, endOf, lookNow } from './look-now.js';
import { partsSince, withPartsNow } from './parts-now.js';
import { rowDoubt } from './row-context.js';
import { changedFailure, succeededResult, unseenFailure } from './row-end.js';
import { type DonePart, partChanges, targetChanges, valueChanges } from './target-changes.js';

/** No irreversible write rests on an older reading. */
export const readingMaxAgeMs = 90_000;

/**
 * Targets are read again in groups where the service allows it; at a hundred writes a minute the last of a hundred is
 * written a minute after the reading. A slower run reads the rest of the group anew. What is left of the age is for the
 * wait for its turn.
 */
const sharedPart = 5 / 6;

function maxAgeOf({ readingMaxAgeMs: own, risk }: CatalogueEntry): number | null {
  return own ?? (risk === 'irreversible' ? readingMaxAgeMs : null);
}

/**
 * Whether the row's target must be read again before it is written to: where somebody was asked since the plan was made,
 * for what is told of the row may be true no longer. What can't be taken back rests on a recent reading also where nobody
 * was: the last of 5,000 rows is written an hour after the plan. And so does a write behind another one to the same
 * target: by the plan's reading it might seem to be needless. Where the row takes the id of another one, planning could
 * not foretell all of it.
 */
export function needsCheck(row: WorkRow, entry: CatalogueEntry, lane: Lane): boolean {
  if (row.seen === null) return false;
  if (lane.reviewAgain || row.seen.afterRow !== null || takesIdsBeside(row)) return true;
  const maxAgeMs = maxAgeOf(entry);
  return maxAgeMs !== null && Math.abs(lane.clock.now() - row.seen.atMs) > maxAgeMs;
}

/**
 * Whether a write's reading has become too old while the write waited: for its turn, for a service that asked for a
 * pause, for a person's `resume`.
 * @param readMs as in {@link Checked}.
 */
export function hasAged(row: WorkRow, entry: CatalogueEntry, lane: Lane, readMs: number | null): boolean {
  if (readMs === null) return needsCheck(row, entry, lane);
  const maxAgeMs = maxAgeOf(entry);
  if (maxAgeMs === null) return false;
  const { requestsPerMinute } = lane.session;
  // At less than one request a minute even the turn after the reading comes later.
  const turnMs = requestsPerMinute > 0 ? 60_000 / requestsPerMinute : 0;
  return lane.clock.monotonic() - readMs > Math.max(maxAgeMs, 2 * turnMs);
}

/** The targets of rows that are to be compared with what was reviewed. */
export function targetsToReview(rows: readonly WorkRow[], lane: Lane): TargetRef[] {
  if (!lane.reviewAgain) return [];
  return rows.flatMap((row) => {
    const entry = lane.entry(row.operation);
    if (row.seen?.afterRow != null || !needsCheck(row, entry, lane)) return [];
    const ref = earlyTarget(row, entry);
    return ref === null ? [] : refById(ref, row.seen?.view ?? null);
  });
}

/** Reads the target again and decides whether the write may go out. */
export async function checkAgain(
  row: WorkRow,
  entry: CatalogueEntry,
  bound: BoundOperation,
  lane: Lane,
  meter: Meter,
  { guard, judgesParts }: Pick<FirstLook, 'guard' | 'judgesParts'>,
): Promise<Checked> {
  if (row.seen === null || bound.target === null) return { kind: 'go', view: null, prepared: {}, readMs: null };
  const { view: before, prepared: planned, afterRow, atMs: readAtMs } = row.seen;
  const isLate = takesIdsBeside(row);
  // A finished part of the row may have made the difference: nobody else did.
  const hasBegun = row.steps.length > 0;
  /** With all its ids a row comes to what planning would have foretold of it, had it known them. */
  const foretell = (prepared: JsonObject): Prediction => bound.predict(before, isLate ? prepared : planned);
  const sincePlan = (changes: readonly Change[], prepared: JsonObject): Change[] =>
    hasBegun ? [] : valueChanges(changesOf(foretell(prepared)), changes);
  /** What only a row before it makes possible is foretold from how that leaves the target, where it was foretold. */
  const sinceMadePossible = (changes: readonly Change[]): Change[] => {
    const planned = lane.plannedChanges(row.number);
    if (planned.length === 0) return [];
    const fields = new Set(planned.map(({ field }) => field));
    return valueChanges(planned, isLate ? changes.filter(({ field }) => fields.has(field)) : changes);
  };
  /** Without what a row before it on the same target did. */
  const notOurs = (since: readonly Change[]): readonly Change[] => {
    if (since.length === 0 || afterRow === null) return since;
    const ours = new Set(changedThings(lane.changesBefore(row.number, afterRow)));
    return since.filter((change) => changedThings([change]).some((thing) => !ours.has(thing)));
  };
  const byOthers = (changes: readonly Change[], prepared: JsonObject): readonly Change[] => {
    if (hasBegun || afterRow === null) return sincePlan(changes, prepared);
    const isMadePossible = foretell(prepared).kind === 'will-fail';
    return notOurs(isMadePossible ? sinceMadePossible(changes) : sincePlan(changes, prepared));
  };
  // By its time of change the target tells of the row before this one, so what the row overwrites has to do.
  const isGuarded = row.unchangedSinceMs !== null && afterRow !== null;
  const losesParts = entry.risk === 'irreversible' && entry.takesAlong;
  /** What was seen and is gone now is as the row wants it. */
  const goneSince = async (reader: Reader, reading: Reading): Promise<Checked | null> => {
    const settlement = await bound.settle(reader, reading, rowDoubt(row, lane, lane.clock.now()));
    return settlement.kind === 'done'
      ? endOf(succeededResult('already', settlement.evidence, lane.clock.now(), meter.requests), null)
      : null;
  };
  const checked = await lookNow(bound, refById(bound.target, before), lane, meter, {
    // What others were read with may have been read before the row above wrote.
    maxAgeMs: afterRow === null ? (maxAgeOf(entry) ?? readingMaxAgeMs) * sharedPart : 'alone',
    reviewed: before,
    absent: goneSince,
    lacking: async (reader, reading) => (entry.risk === 'irreversible' ? goneSince(reader, reading) : null),
    withParts: (reader, reading) => withPartsNow(reader, reading, entry, bound, lane, { judgesParts }),
    refuse: (reading) => refuseReading(guard, reading, bound.reachesParts(reading.target)),
    changed: (reading, changes, prepared) => {
      const { target, parts = [] } = reading;
      if (row.unchangedSinceMs !== null && !hasBegun && afterRow === null) {
        const later = describeLaterChange(target, row.unchangedSinceMs);
        if (later !== null) return later;
      }
      const since: Change[] = [];
      if (removesTarget(entry)) since.push(...targetChanges(before, target));
      const along = losesParts
        ? partChanges(lane.knownParts(before.id), target.id, parts, {
            knewAll: judgesParts,
            readAtMs,
            doneByRun: doneByRun(row, lane),
          })
        : null;
      if (along !== null) since.push(...along.changes);
      if (!hasBegun) since.push(...partsSince(reading, entry, bound, lane, { judgesParts }));
      // Where a part of the target goes, it counts how that part is.
      const overwrites = entry.risk !== 'reversible' && !removesTarget(entry);
      if (overwrites || isGuarded) since.push(...byOthers(changes, prepared));
      else if (!hasBegun) since.push(...notOurs(bound.forbiddenSince(before, target)));
      if (since.length > 0) return changedFailure(since);
      return along !== null && along.unseen.length > 0 ? unseenFailure(target, along.unseen) : null;
    },
  });
  if (checked.kind === 'go' && checked.view !== null && !hasBegun && entry.risk !== 'irreversible') {
    const { view, prepared, changes = [] } = checked;
    // A row before this one may have changed it, as planned.
    const isKept = afterRow !== null || !outlivesSnapshot(entry, before, view);
    const isSame = isKept && sincePlan(changes, prepared).length === 0;
    // Another try of a guarded row begins with when the target was changed by this one.
    const isAsPlanned = isSame && !isLate && !isGuarded;
    const reread = isAsPlanned ? null : { atMs: lane.clock.now(), view, prepared, changes };
    lane.journal.write((database) => writeReread(database, row.number, reread));
  }
  return checked;
}

/** Whether what was kept of the target whole, which is not kept anew, is not all of how it is now. */
function outlivesSnapshot({ undo }: CatalogueEntry, before: TargetView, now: TargetView): boolean {
  return undo.reach !== 'none' && undo.needs === 'snapshot' && now.updated !== before.updated;
}

/** Rows that were done on what goes along with the row's target. */
function doneByRun({ number }: WorkRow, lane: Lane): DonePart[] {
  return lane
    .rowsGoneAlong(number)
    .flatMap(({ state, id, startedAtMs, finishedAtMs }) =>
      state !== 'succeeded' || id === null || startedAtMs === null || finishedAtMs === null
        ? []
        : [{ id, startedAtMs, finishedAtMs }],
    );
}

function changesOf(prediction: Prediction): readonly Change[] {
  return prediction.kind === 'will-do' ? prediction.changes : [];
}
