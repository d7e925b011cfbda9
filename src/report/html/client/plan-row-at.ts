import type { PlanRow } from '../../../state/plan-reads.js';
import { rowStates } from '../../../state/status.js';
import { foretoldLooks } from '../state-looks.js';
import { parseChanges } from './parse-changes.js';
import type { RowStore } from './row-store.js';

/** A row of a plan's page, as plans know it. */
export function planRowAt(store: RowStore, index: number): PlanRow {
  const row = store.row(index);
  const text = (name: 'state' | 'created' | 'surprises' | 'stateNow' | 'errorCode') => {
    const value = store.value(index, store.place(name));
    return value === null ? null : String(value);
  };
  const { detail } = row;
  const readAtMs = detail?.readAtMs ?? null;
  return {
    number: row.number,
    line: row.line,
    provider: row.provider,
    operation: row.operation,
    cells: row.cells,
    target: row.target,
    prediction: foretoldLooks.find(({ state }) => state === text('state'))?.prediction ?? null,
    reason: row.message,
    seen:
      readAtMs === null || detail === undefined
        ? null
        : {
            title: row.title,
            place: row.place,
            status: detail.status,
            archived: detail.archived,
            // They are kept as one text, in the form that files have.
            assignees: detail.assignees === null ? [] : [detail.assignees],
            created: text('created'),
            updated: detail.updated,
            url: row.url,
            atMs: readAtMs,
          },
    changes: parseChanges(detail?.changes ?? null),
    surprises: [text('surprises') ?? []].flat(),
    surpriseRules: [text('errorCode')?.split(' ') ?? []].flat(),
    state: rowStates.find((state) => state === text('stateNow')) ?? 'unknown',
    outcome: row.outcome,
  };
}
