/**
 * One row, from `pending` to its end.
 *
 *   look (again), where the plan's reading is too old, or there is none because the id was not known
 *                                                    nothing sent yet: the row may end here, or stay pending
 *   wait for the limiter                             still `pending`: a crash here leaves no doubt; where the wait was
 *                                                    long, look again
 *   record the intent, durably                       `sending`
 *   send                                             the answer is classified by the provider
 *   confirmed        -> succeeded
 *   refused          -> failed, certainly without effect
 *   may come through -> record `pending` again, wait, record the intent again, send again; a row in doubt stays
 *                       `sending` meanwhile, so that whatever ends the run, reading comes before the next sending
 *   nobody knows     -> read the service: succeeded | failed | send again | unknown
 *
 * A row's failure is a value here; what is thrown concerns the run (state that can't be written, our own bugs).
 */
import type { JsonObject } from '../json.js';
import { HeldError } from '../providers/http.js';
import type { BoundOperation } from '../providers/operation.js';
import { refById } from '../providers/target.js';
import type { WorkRow } from '../state/row-reads.js';
import { checkAgain, needsCheck } from './check-again.js';
import { checkAlong } from './check-along.js';
import { checkFirst, type FirstLook } from './check-first.js';
import type { Lane, Meter } from './lane.js';
import { patientReader } from './retry-reads.js';
import { ownEnd, RowAttempts } from './row-attempts.js';
import { credentialCause, failedResult, type RowEnd } from './row-end.js';
import { heldCause } from './settle-row.js';

/**
 * @param meter counts what the row sends, and keeps its place in the air until the session is told that the row ended.
 * @param look what to do with a target that planning could not read.
 */
export async function runRow(row: WorkRow, lane: Lane, meter: Meter, look: FirstLook): Promise<RowEnd> {
  const entry = lane.entry(row.operation);
  const bound = lane.session.connection.bind(row.operation, row.args);
  // What an earlier sitting read of a target that another row brought is none of the plan's.
  let seen = row.template === null || row.namesTarget ? row.seen : null;
  let readMs: number | null = null;
  const isNew = row.template !== null && seen === null && look.reads && bound.target !== null;
  if (isNew || (seen !== null && needsCheck(row, entry, lane))) {
    const checked = isNew
      ? await checkFirst(row, entry, bound, lane, meter, look)
      : await checkAgain(row, entry, bound, lane, meter, look);
    if (checked.kind === 'end') return ownEnd(row, checked.end);
    const { view, prepared } = checked;
    ({ readMs } = checked);
    seen = view === null ? null : { atMs: lane.clock.now(), view, prepared, afterRow: row.seen?.afterRow ?? null };
  } else if (bound.target !== null) {
    lane.readAhead.forget(refById(bound.target, row.seen?.view ?? null));
  }
  let prepared = seen?.prepared ?? (bound.prepares ? null : {});
  if (prepared === null) {
    const looked = await prepareUnseen(bound, lane, meter);
    if (looked.kind === 'end') return looked.end;
    prepared = looked.prepared;
  }
  const along = checkAlong(row.number, lane, meter, look);
  const held = along === null ? null : await along;
  if (held !== null) return held;
  const ready = { view: seen?.view ?? null, prepared, readMs };
  return await new RowAttempts(seen === row.seen ? row : { ...row, seen }, bound, lane, meter, look, ready).run();
}

/** Looks up what the write needs, for a row whose target planning did not read (`--look none`). */
async function prepareUnseen(
  bound: BoundOperation,
  lane: Lane,
  meter: Meter,
): Promise<{ kind: 'go'; prepared: JsonObject } | { kind: 'end'; end: RowEnd }> {
  try {
    const prepared = await bound.prepare(patientReader(lane.session.reader(meter), lane), null);
    if (prepared.ok) return { kind: 'go', prepared: prepared.value };
    const { failure } = prepared;
    if (failure.scope === 'credential')
      return { kind: 'end', end: { kind: 'returned', stop: credentialCause(failure) } };
    const result = failedResult(failure, lane.clock.now(), meter.requests);
    return { kind: 'end', end: { kind: 'ended', event: 'checked', result, failure } };
  } catch (error) {
    if (error instanceof HeldError) return { kind: 'end', end: { kind: 'returned', stop: heldCause(error) } };
    throw error;
  }
}
