/** A row that may or may not have happened: the service is read before anything else is done with it. */
import type { Failure } from '../failure.js';
import { HeldError, type Reader } from '../providers/http.js';
import type { BoundOperation, Doubt, Settlement } from '../providers/operation.js';
import { refById, type TargetView } from '../providers/target.js';
import type { WorkRow } from '../state/row-reads.js';
import { type Lane, type Meter, newMeter } from './lane.js';
import { provableAfterCrashMs } from './late-effect.js';
import { backoffMs } from './retry-policy.js';
import { rowDoubt } from './row-context.js';
import {
  credentialCause,
  failedResult,
  type RowEnd,
  returnedResult,
  type StopCause,
  succeededResult,
  unknownResult,
} from './row-end.js';

export interface SettleHow {
  readonly beganAtMs: number;
  readonly lasting: 'postpone' | 'judge';
}

export type Judgement =
  | { readonly kind: 'judged'; readonly settlement: Settlement }
  /** The service could not be asked now. */
  | { readonly kind: 'postponed'; readonly stop: StopCause | null };

/** A doubt that stays costs a person's time: more is tried for it than for a row's other reads. Half a minute in all. */
const settleTries = 6;

/**
 * Reads the service and judges the row; `meter` counts the requests. While the service can't be read for a passing
 * reason, it is asked again. That nothing shows counts once it proves anything: until then a request may still be on
 * its way, and a copy that is read may trail.
 * @param seen the target as it was read before.
 * @param provableMs from when on it does, by the monotonic clock; see `late-effect.ts`.
 * @param lasting what becomes of a row for which that lasts. `postpone`: the row stays in doubt, until the
 * service is well or for the next sitting, since `unknown` is for what reading does not tell. `judge`: it is `unknown`,
 * so that one thing that can never be read does not stop every sitting.
 */
export async function judgeDoubt(
  bound: BoundOperation,
  seen: TargetView | null,
  doubt: Doubt,
  lane: Lane,
  meter: Meter,
  { provableMs, lasting }: { readonly provableMs: number; readonly lasting: 'postpone' | 'judge' },
): Promise<Judgement> {
  const { clock, stopSignal } = lane;
  const reader = lane.session.reader(meter);
  try {
    for (let attempt = 1; ; ) {
      const waitMs = provableMs - clock.monotonic();
      const settlement = await settleOnce(bound, seen, doubt, lane, reader);
      const unread = settlement.kind === 'unknown' ? (settlement.unread ?? null) : null;
      if (unread?.scope === 'credential') {
        return { kind: 'postponed', stop: credentialCause(unread) };
      }
      if (waitMs > 0 && showsNothing(settlement)) {
        // A timer may ring a little early, and a reading then would be in vain.
        while (clock.monotonic() < provableMs && !stopSignal.aborted) {
          await clock.sleep(Math.ceil(provableMs - clock.monotonic()), stopSignal);
        }
        if (stopSignal.aborted) return { kind: 'postponed', stop: null };
        continue;
      }
      if (unread === null || !unread.retryable) return { kind: 'judged', settlement };
      if (attempt === settleTries) {
        if (lasting === 'judge' || unread.scope === 'row') return { kind: 'judged', settlement };
        return { kind: 'postponed', stop: outage(lane, unread) };
      }
      await clock.sleep(backoffMs(attempt, lane.random), stopSignal);
      attempt += 1;
    }
  } catch (error) {
    if (error instanceof HeldError) return { kind: 'postponed', stop: heldCause(error) };
    throw error;
  }
}

/** Whether the service was read, and what was asked for is not to be seen there. */
function showsNothing(settlement: Settlement): boolean {
  return settlement.kind === 'not-done' || (settlement.kind === 'unknown' && settlement.unread === undefined);
}

/** @throws {HeldError} when the run is stopping. */
async function settleOnce(
  bound: BoundOperation,
  seen: TargetView | null,
  doubt: Doubt,
  lane: Lane,
  reader: Reader,
): Promise<Settlement> {
  if (bound.target === null) return bound.settle(reader, null, doubt);
  const { session, random } = lane;
  const means = { connection: session.connection, reader, tries: 1, random, sleep: async () => {} };
  return bound.settle(reader, await lane.readDoubt(refById(bound.target, seen), means), doubt);
}

function outage({ session }: Lane, { message }: Failure): StopCause {
  const { title } = session.connection;
  return { reason: 'outage', message: `${title} can't be read, which rows in doubt are settled by: ${message}` };
}

/** Why a held request ends the run; null when the run is ending anyway. */
export function heldCause(error: HeldError): StopCause | null {
  return error.reason === 'stopping' ? null : { reason: 'wait', message: error.message };
}

/**
 * Settles a row that an earlier sitting, or an outage, left in the air. A row shown as not done goes back to the rows to
 * do.
 * @param lasting as in {@link judgeDoubt}. @param beganAtMs an instant after the row's last write had left, by the
 * monotonic clock.
 */
export async function settleRow(row: WorkRow, lane: Lane, { beganAtMs, lasting }: SettleHow): Promise<RowEnd> {
  const meter = newMeter();
  const bound = lane.session.connection.bind(row.operation, row.args);
  // What may be repeated is sent again, whatever is still on its way.
  const provableMs = lane.entry(row.operation).repeat === 'safe' ? beganAtMs : provableAfterCrashMs(beganAtMs);
  const doubt = rowDoubt(row, lane, row.startedAtMs ?? 0);
  const judgement = await judgeDoubt(bound, row.seen?.view ?? null, doubt, lane, meter, { provableMs, lasting });
  if (judgement.kind === 'postponed') return { kind: 'in-doubt', stop: judgement.stop };
  return settledEnd(judgement.settlement, null, lane.clock.now(), meter.requests);
}

/** What a settlement makes of the row. `cause` is the failure that brought the doubt, where it is known. */
export function settledEnd(settlement: Settlement, cause: Failure | null, nowMs: number, requests: number): RowEnd {
  switch (settlement.kind) {
    case 'done':
      return end(succeededResult('settled', settlement.evidence, nowMs, requests, settlement.createdId ?? null), null);
    case 'failed':
      return end(failedResult(settlement.failure, nowMs, requests, settlement.createdId ?? null), settlement.failure);
    case 'unknown': {
      const result = unknownResult(settlement.evidence, cause, nowMs, requests);
      return end(result, result.failure);
    }
    case 'not-done':
      return end(returnedResult(requests), null);
  }
}

function end(result: ReturnType<typeof succeededResult>, failure: Failure | null): RowEnd {
  return { kind: 'ended', event: 'settle', result, failure };
}
