/**
 * Planning where a service is in trouble goes as a run does (see `run/outage.ts`): rows wait, one of them probes, and
 * all go on once it can be read. Nothing was sent, so what could not be read is simply read again.
 */
import type { OutageWatch, Passage } from '../run/outage.js';
import { type RowEnd, returnedResult } from '../run/row-end.js';
import type { WorkRow } from '../state/row-reads.js';
import { type Foretold, isTroubled } from './foretell-row.js';
import type { ToldTarget } from './foretell-rows.js';

export interface PlanOutageMeans {
  readonly outages: OutageWatch;
  foretell(rows: readonly WorkRow[]): AsyncIterable<readonly ToldTarget[]>;
  /** Keeps what rows come to. */
  keep(told: readonly ToldTarget[]): void;
}

/**
 * Foretells a batch, in as many looks as it takes. When the service's part ends before, its rows stay as they were. The
 * rows on a target are kept, or foretold anew, all together: each rests on those before it.
 */
export async function foretellThroughOutages(first: readonly WorkRow[], means: PlanOutageMeans): Promise<void> {
  const { outages, keep } = means;
  let rows = first;
  let passage: Passage | null = null;
  while (rows.length > 0) {
    passage ??= await outages.pass();
    if (passage === null) return;
    // One target shows whether the service is well; the others of the batch would only ask it the same.
    const asked = passage === 'probe' ? rows.slice(0, 1) : rows;
    const [probed] = asked;
    const troubled: ToldTarget[] = [];
    const ends: AskedEnd[] = [];
    for await (const told of means.foretell(asked)) {
      keep(told.filter((one) => !hasTrouble(one)));
      troubled.push(...told.filter(hasTrouble));
      // What a page tells beside is no probe: it may be in trouble of its own.
      const judged = passage === 'probe' ? told.filter(({ target }) => target === (probed?.target ?? null)) : told;
      ends.push(...judged.flatMap(endsOf));
    }
    const stands = judge(passage, ends, outages);
    if (stands) keep(troubled);
    // Those of the batch that failed before the outage showed are read again too: they failed of the same.
    const again = stands ? troubled.filter(({ isPart }) => isPart) : troubled;
    rows = [...again.flatMap(troubledRow), ...rows.slice(asked.length)];
    // Who asked nothing learnt nothing: the next one probes.
    if (passage === 'free' || ends.length > 0) passage = null;
  }
  if (passage === 'probe') outages.passOn();
}

/** Of a row for which the service was asked: without what that told, of which a look may bring thousands. */
interface AskedEnd {
  readonly end: RowEnd;
  readonly troubled: boolean;
}

/** @returns whether what failed for the service's trouble is to stand. */
function judge(passage: Passage, ends: readonly AskedEnd[], outages: OutageWatch): boolean {
  if (passage === 'free') return ends.map(({ end }) => outages.stands(passage, end)).every(Boolean);
  const one = ends.find(({ troubled }) => troubled) ?? ends[0];
  if (one !== undefined) outages.stands(passage, one.end);
  return false;
}

function hasTrouble({ rows }: ToldTarget): boolean {
  return rows.some(isTroubled);
}

/** One is enough to look at its target again. */
function troubledRow({ rows }: ToldTarget): readonly WorkRow[] {
  return rows
    .filter(isTroubled)
    .slice(0, 1)
    .map(({ row }) => row);
}

function endsOf({ rows }: ToldTarget): AskedEnd[] {
  return rows.filter(({ asked }) => asked).map((one) => ({ end: endOf(one), troubled: isTroubled(one) }));
}

function endOf({ result: end }: Foretold): RowEnd {
  const result = end ?? returnedResult(0);
  return { kind: 'ended', event: 'planned-out', result, failure: result.failure };
}
