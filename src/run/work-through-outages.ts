/** One row, again where its service was in trouble: see `outage.ts`. */
import { findWorkRow, type WorkRow } from '../state/row-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import { type Lane, type Meter, newMeter } from './lane.js';
import type { OutageWatch, Passage } from './outage.js';
import { type RowEnd, returnedResult } from './row-end.js';
import type { SettleHow } from './settle-row.js';

export interface OutageMeans {
  readonly lane: {
    readonly clock: Lane['clock'];
    readonly journal: Pick<Lane['journal'], 'finish' | 'flush'>;
    readonly session: Pick<Lane['session'], 'rowEnded'>;
  };
  readonly outages: OutageWatch;
  readonly database: Pick<RunDatabase, 'prepare'>;
  /** Brings a row that is to do to its end. */
  readonly work: (row: WorkRow, meter: Meter) => Promise<RowEnd>;
  /** Finds out about a row in doubt. */
  readonly settle: (row: WorkRow, how: SettleHow) => Promise<RowEnd>;
  /** Told of the end that stands, and decides whether it is that of the run too. */
  readonly finish: (row: WorkRow, end: RowEnd) => void;
}

type Work = (row: WorkRow, passage: Passage, meter: Meter) => Promise<RowEnd>;

/**
 * The place that a row had in the air goes to the next one as soon as it is decided what comes of its end: in the same
 * turn of the event loop, so that a request leaves for each answer and none waits for the other answers of the turn.
 *
 * @returns false when the service's part ended before the row did: it stays as it is, to do or in doubt.
 */
export async function workThroughOutages(first: WorkRow, means: OutageMeans): Promise<boolean> {
  const { outages, lane } = means;
  const workOn: Work = (todo, _passage, meter) => means.work(todo, meter);
  let row = first;
  let work = workOn;
  for (;;) {
    const passage = outages.isOpen ? 'free' : await outages.pass();
    if (passage === null) return false;
    const meter = newMeter();
    const end = await work(row, passage, meter);
    // A row that ends without a request of its own shows nothing of the service: the next one probes.
    const isMute = passage === 'probe' && end.kind === 'ended' && meter.requests === 0 && end.result.to !== 'failed';
    const stands = isMute || outages.stands(passage, end);
    if (stands) means.finish(row, end);
    if (isMute) outages.passOn();
    lane.session.rowEnded(meter);
    if (stands) return true;
    const beganAtMs = lane.clock.monotonic();
    work = end.kind === 'in-doubt' ? (todo, again, own) => settleAndWork(todo, again, own, beganAtMs, means) : workOn;
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
async function settleAndWork(
  row: WorkRow,
  passage: Passage,
  meter: Meter,
  beganAtMs: number,
  means: OutageMeans,
): Promise<RowEnd> {
  const settled = await means.settle(row, { beganAtMs, lasting: passage === 'probe' ? 'postpone' : 'judge' });
  if (settled.kind !== 'ended' || settled.result.to !== 'pending') return settled;
  return means.work(putBack(row, settled, means), meter);
}
