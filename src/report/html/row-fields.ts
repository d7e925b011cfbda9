/** Which facts of a row the page holds, in the order in which they lie in it, behind the manifest's own columns. */
import type { ReportRow } from '../../state/report-reads.js';
import type { Value } from './columns.js';

export const rowFields = [
  { name: 'number', read: (row: ReportRow): Value => row.number },
  { name: 'line', read: (row: ReportRow): Value => row.line },
  { name: 'provider', read: (row: ReportRow): Value => row.provider },
  { name: 'operation', read: (row: ReportRow): Value => row.operation },
  { name: 'target', read: (row: ReportRow): Value => row.target },
  { name: 'state', read: (row: ReportRow): Value => row.state },
  { name: 'outcome', read: (row: ReportRow): Value => row.outcome },
  { name: 'attempts', read: (row: ReportRow): Value => row.attempts },
  { name: 'requests', read: (row: ReportRow): Value => row.requests },
  { name: 'httpStatus', read: (row: ReportRow): Value => row.httpStatus },
  { name: 'errorType', read: (row: ReportRow): Value => row.errorType },
  { name: 'errorCode', read: (row: ReportRow): Value => row.errorCode },
  { name: 'message', read: (row: ReportRow): Value => row.message },
  { name: 'suggestedAction', read: (row: ReportRow): Value => row.suggestedAction },
  { name: 'startedAtMs', read: (row: ReportRow): Value => row.startedAtMs },
  { name: 'finishedAtMs', read: (row: ReportRow): Value => row.finishedAtMs },
  { name: 'requestId', read: (row: ReportRow): Value => row.requestId },
  { name: 'url', read: (row: ReportRow): Value => row.url },
  { name: 'title', read: (row: ReportRow): Value => row.title },
  { name: 'place', read: (row: ReportRow): Value => row.place },
  { name: 'readAtMs', read: (row: ReportRow): Value => row.detail?.readAtMs ?? null },
  { name: 'status', read: (row: ReportRow): Value => row.detail?.status ?? null },
  { name: 'archived', read: (row: ReportRow): Value => (row.detail?.archived === true ? 1 : null) },
  { name: 'assignees', read: (row: ReportRow): Value => row.detail?.assignees ?? null },
  { name: 'updated', read: (row: ReportRow): Value => row.detail?.updated ?? null },
  { name: 'snapshot', read: (row: ReportRow): Value => (row.detail?.snapshot === true ? 1 : null) },
  { name: 'steps', read: (row: ReportRow): Value => row.detail?.steps ?? null },
  { name: 'changes', read: (row: ReportRow): Value => row.detail?.changes ?? null },
  { name: 'notes', read: (row: ReportRow): Value => row.detail?.notes ?? null },
  // Only plans tell these.
  { name: 'created', read: (): Value => null },
  { name: 'surprises', read: (): Value => null },
  { name: 'stateNow', read: (): Value => null },
] as const;

export type RowFieldName = (typeof rowFields)[number]['name'];

/** The same places, filled from rows of another kind. */
export type FieldReaders<R> = ReadonlyArray<{ readonly name: RowFieldName; readonly read: (row: R) => Value }>;

/** Fields that often say again what another column says: ids stand in cells, addresses end in ids. */
export const alikeFields: readonly RowFieldName[] = ['target', 'url', 'title'];
