/**
 * Planning where a service is in trouble goes as a run does (see `run/outage.ts`): rows wait, one of them probes, and
 * all go on once it can be read. Nothing was sent, so what could not be read is simply read again.
 */
import type { OutageWatch } from '../run/outage.js';
import { type RowEnd, returnedResult } from '../run/row-end.js';
import type { WorkRow } from '../state/row-reads.js';
import type { Foretold } from './foretell-rows.js';

export interface PlanOutageMeans {
  readonly outages: OutageWatch;
  foretell(rows: readonly WorkRow[]): AsyncIterable<readonly Foretold[]>;
  /** Keeps what rows come to. */
  keep(foretold: readonly Foretold[]): void;
}

/** Foretells a batch, in as many looks as it takes. When the service's part ends before, its rows stay as they were. */
export async function foretellThroughOutages(first: readonly WorkRow[], means: PlanOutageMeans): Promise<void> {
  const { outages, keep } = means;
  let rows = first;
  while (rows.length > 0) {
    const passage = await outages.pass();
    if (passage === null) return;
    // One row shows whether the service is well; the others of the batch would only ask it the same.
    const asked = passage === 'probe' ? rows.slice(0, 1) : rows;
    const troubled: Foretold[] = [];
    const ends: RowEnd[] = [];
    for await (const told of means.foretell(asked)) {
      keep(told.filter((one) => !isTroubled(one)));
      troubled.push(...told.filter(isTroubled));
      ends.push(...told.map(endOf));
    }
    const stands = ends.map((end) => outages.stands(passage, end)).every(Boolean);
    if (stands) keep(troubled);
    // Those of the batch that failed before the outage showed are read again too: they failed of the same.
    rows = [...(stands ? [] : troubled.map(({ row }) => row)), ...rows.slice(asked.length)];
  }
}

/** Whether its target could not be read for a reason that passes and is not the row's own. */
function isTroubled({ result }: Foretold): boolean {
  return result?.to === 'failed' && result.failure?.scope === 'service' && result.failure.retryable;
}

function endOf(foretold: Foretold): RowEnd {
  const result = foretold.result ?? returnedResult(0);
  return { kind: 'ended', event: 'planned-out', result, failure: result.failure };
}
