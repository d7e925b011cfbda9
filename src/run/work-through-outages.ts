/** One row, again where its service was in trouble: see `outage.ts`. */
import { findWorkRow, type WorkRow } from '../state/row-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import type { Lane } from './lane.js';
import type { OutageWatch, Passage } from './outage.js';
import { type RowEnd, returnedResult } from './row-end.js';
import type { SettleHow } from './settle-row.js';

export interface OutageMeans {
  readonly lane: Pick<Lane, 'journal' | 'clock'>;
  readonly outages: OutageWatch;
  readonly database: RunDatabase;
  /** Brings a row that is to do to its end. */
  readonly work: (row: WorkRow) => Promise<RowEnd>;
  /** Finds out about a row in doubt. */
  readonly settle: (row: WorkRow, how: SettleHow) => Promise<RowEnd>;
}

/** @returns null when the service's part ended before the row did: it stays as it is, to do or in doubt. */
export async function workThroughOutages(first: WorkRow, means: OutageMeans): Promise<RowEnd | null> {
  const { outages } = means;
  let row = first;
  let work: (row: WorkRow, passage: Passage) => Promise<RowEnd> = means.work;
  for (;;) {
    const passage = outages.isOpen ? 'free' : await outages.pass();
    if (passage === null) return null;
    const end = await work(row, passage);
    if (outages.stands(passage, end)) return end;
    const beganAtMs = means.lane.clock.monotonic();
    work = end.kind === 'in-doubt' ? (doubtful, again) => settleAndWork(doubtful, again, beganAtMs, means) : means.work;
    row = putBack(row, end, means);
  }
}

/** The row as it is now, to do again, or in doubt. */
function putBack(row: WorkRow, end: RowEnd, { lane, database }: OutageMeans): WorkRow {
  if (end.kind === 'ended' && end.event !== 'checked') {
    const event = end.event === 'answered' ? 'retry' : end.event;
    lane.journal.finish(row.number, event, returnedResult(end.result.requests));
  }
  lane.journal.flush();
  return findWorkRow(database, row.number) ?? row;
}

/** Another row may have shown by now that the service is well: then what can't be read is not for an outage. */
async function settleAndWork(row: WorkRow, passage: Passage, beganAtMs: number, means: OutageMeans): Promise<RowEnd> {
  const settled = await means.settle(row, { beganAtMs, lasting: passage === 'probe' ? 'postpone' : 'judge' });
  if (settled.kind !== 'ended' || settled.result.to !== 'pending') return settled;
  return means.work(putBack(row, settled, means));
}
