/** A row that may or may not have happened: the service is read before anything else is done with it. */
import type { Failure } from '../failure.js';
import { HeldError } from '../providers/http.js';
import type { BoundOperation, Doubt, Settlement } from '../providers/operation.js';
import type { WorkRow } from '../state/row-reads.js';
import { type Lane, type Meter, newMeter } from './lane.js';
import { rowDoubt } from './row-context.js';
import {
  failedResult,
  type RowEnd,
  returnedResult,
  type StopCause,
  succeededResult,
  unknownResult,
} from './row-end.js';

export type Judgement =
  | { readonly kind: 'judged'; readonly settlement: Settlement }
  /** The service could not be asked now. */
  | { readonly kind: 'postponed'; readonly stop: StopCause | null };

/** Reads the service and judges the row; `meter` counts the requests. */
export async function judgeDoubt(bound: BoundOperation, doubt: Doubt, lane: Lane, meter: Meter): Promise<Judgement> {
  const { connection } = lane.session;
  const reader = lane.session.reader(meter);
  try {
    const means = {
      connection,
      reader,
      tries: lane.tries,
      random: lane.random,
      sleep: (ms: number) => lane.clock.sleep(ms, lane.stopSignal),
    };
    const reading = bound.target === null ? null : await lane.readDoubt(bound.target, means);
    if (reading?.kind === 'unreadable' && reading.failure.scope === 'credential') {
      return { kind: 'postponed', stop: { reason: 'credentials', message: reading.failure.message } };
    }
    const settlement = await bound.settle(reader, reading, doubt);
    return { kind: 'judged', settlement };
  } catch (error) {
    if (error instanceof HeldError) return { kind: 'postponed', stop: heldCause(error) };
    throw error;
  }
}

/** Why a held request ends the run; null when the run is ending anyway. */
export function heldCause(error: HeldError): StopCause | null {
  return error.reason === 'stopping' ? null : { reason: 'wait', message: error.message };
}

/** Settles a row that an earlier sitting left in the air. A row shown as not done goes back to the rows to do. */
export async function settleRow(row: WorkRow, lane: Lane): Promise<RowEnd> {
  const meter = newMeter();
  const bound = lane.session.connection.bind(row.operation, row.args);
  const judgement = await judgeDoubt(bound, rowDoubt(row, lane, row.startedAtMs ?? 0), lane, meter);
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
