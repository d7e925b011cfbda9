/** What an attempt knows about its row beside the row's values. */
import type { Doubt, RowContext } from '../providers/operation.js';
import type { WorkRow } from '../state/row-reads.js';
import type { Lane } from './lane.js';

/** The context of a row's attempts; steps that finish are recorded durably. */
export function rowContext(row: WorkRow, lane: Pick<Lane, 'runId' | 'journal'>): RowContext {
  const finished = new Set(row.steps);
  return {
    mark: rowMark(lane.runId, row.number),
    steps: {
      done: (name) => finished.has(name),
      finish: async (name) => {
        if (finished.has(name)) return;
        await lane.journal.step(row.number, name);
        finished.add(name);
      },
    },
  };
}

export function rowDoubt(row: WorkRow, lane: Pick<Lane, 'runId'>, attemptStartedAtMs: number): Doubt {
  return {
    mark: rowMark(lane.runId, row.number),
    steps: { done: (name) => row.steps.includes(name) },
    attemptStartedAtMs,
    seenBefore: row.seen !== null,
    ...(row.seen === null ? {} : { prepared: row.seen.prepared }),
  };
}

/** What a thing that the row makes is known by in the service; it stands in what runs have written, so it never changes. */
export function rowMark(runId: string, number: number): string {
  return `taskbatch ${runId}/${number}`;
}
