/** What the page of a plan holds of each row, in the places that a report's rows have there. */
import type { PlanRow } from '../../../state/plan-reads.js';
import type { Prediction } from '../../../state/predictions.js';
import type { Value } from '../columns.js';
import { type FieldReaders, type RowFieldName, rowFields } from '../row-fields.js';
import type { Foretold } from '../state-looks.js';

const foretold: Readonly<Record<Prediction, Foretold>> = {
  'will do': 'will-do',
  'nothing to do': 'nothing-to-do',
  'will fail': 'will-fail',
  blocked: 'blocked',
  skipped: 'skipped',
  invalid: 'invalid',
};

/** The prediction as the page names it; what has none is shown as it stands. */
export function foretoldOf({ prediction, state }: Pick<PlanRow, 'prediction' | 'state'>): string {
  return prediction === null ? state : foretold[prediction];
}

const readers: Partial<Record<RowFieldName, (row: PlanRow) => Value>> = {
  number: (row) => row.number,
  line: (row) => row.line,
  provider: (row) => row.provider,
  operation: (row) => row.operation,
  target: (row) => row.target,
  state: foretoldOf,
  outcome: (row) => row.outcome,
  // The page filters by codes; what a plan's rows have of the kind is the rules that tell of them.
  errorCode: (row) => row.surpriseRules.join(' ') || null,
  message: (row) => row.reason,
  url: ({ seen }) => seen?.url ?? null,
  title: ({ seen }) => seen?.title ?? null,
  place: ({ seen }) => seen?.place ?? null,
  readAtMs: ({ seen }) => seen?.atMs ?? null,
  status: ({ seen }) => seen?.status ?? null,
  archived: ({ seen }) => (seen?.archived === true ? 1 : null),
  assignees: ({ seen }) => seen?.assignees.join('; ') || null,
  updated: ({ seen }) => seen?.updated ?? null,
  changes: (row) => (row.changes.length === 0 ? null : JSON.stringify(row.changes)),
  created: ({ seen }) => seen?.created ?? null,
  surprises: (row) => row.surprises.join(' ') || null,
  stateNow: (row) => row.state,
};

export const planRowFields: FieldReaders<PlanRow> = rowFields.map(({ name }) => ({
  name,
  read: readers[name] ?? (() => null),
}));
