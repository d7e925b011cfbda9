/** What a saved plan says about each row, beside the row's own columns: the one list for all formats. */
import type { JsonValue } from '../../json.js';
import type { PlanRow } from '../../state/plan-reads.js';
import type { RowField } from '../row-field.js';

export const planFields: ReadonlyArray<RowField<PlanRow>> = [
  { name: '_row', value: (row) => row.number },
  { name: '_line', value: (row) => row.line },
  { name: '_provider', value: (row) => row.provider },
  { name: '_operation', value: (row) => row.operation },
  { name: '_target', value: (row) => row.target },
  { name: '_prediction', value: (row) => row.prediction },
  { name: '_reason', value: (row) => row.reason },
  { name: '_surprises', value: (row) => row.surprises.join(' ') || null, json: (row) => row.surprises },
  { name: '_title', value: ({ seen }) => seen?.title ?? null },
  { name: '_place', value: ({ seen }) => seen?.place ?? null },
  { name: '_status', value: ({ seen }) => statusText(seen) },
  {
    name: '_assignees',
    value: ({ seen }) => seen?.assignees.join('; ') || null,
    json: ({ seen }) => seen?.assignees ?? null,
  },
  { name: '_created_at', value: ({ seen }) => seen?.created ?? null },
  { name: '_updated_at', value: ({ seen }) => seen?.updated ?? null },
  { name: '_before', value: (row) => changesText(row, 'before'), json: (row) => changesJson(row, 'before') },
  { name: '_after', value: (row) => changesText(row, 'after'), json: (row) => changesJson(row, 'after') },
  { name: '_read_at', value: ({ seen }) => (seen === null ? null : isoTime(seen.atMs)) },
  { name: '_url', value: ({ seen }) => seen?.url ?? null },
  // How it stands now: a plan that was executed can be laid beside what came of it.
  { name: '_state', value: (row) => row.state },
  { name: '_outcome', value: (row) => row.outcome },
];

function statusText(seen: PlanRow['seen']): string | null {
  if (seen === null || !seen.archived) return seen?.status ?? null;
  return seen.status === null ? 'archived' : `${seen.status}, archived`;
}

/** `status: to do; due: 2026-12-24`; what is empty has no value behind its name. */
function changesText({ changes }: PlanRow, side: 'before' | 'after'): string | null {
  if (changes.length === 0) return null;
  return changes.map((change) => `${change.field}: ${change[side] ?? ''}`.trimEnd()).join('; ');
}

/** A list, not an object: a field may come twice. */
function changesJson({ changes }: PlanRow, side: 'before' | 'after'): JsonValue {
  return changes.map((change) => ({ field: change.field, value: change[side] }));
}

function isoTime(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
