/** What a report says about each row, beside the row's own columns: the one list for all formats. */
import { isReservedColumn, normaliseColumnName } from '../manifest/column-names.js';
import type { ReportRow } from '../state/report-reads.js';
import { planFields } from './plan/plan-fields.js';
import type { RowField } from './row-field.js';

export const reportFields: ReadonlyArray<RowField<ReportRow>> = [
  { name: '_row', value: (row) => row.number },
  { name: '_line', value: (row) => row.line },
  { name: '_provider', value: (row) => row.provider },
  { name: '_operation', value: (row) => row.operation },
  { name: '_target', value: (row) => row.target },
  { name: '_state', value: (row) => row.state },
  { name: '_outcome', value: (row) => row.outcome },
  { name: '_http_status', value: (row) => row.httpStatus },
  { name: '_error_type', value: (row) => row.errorType },
  { name: '_error_code', value: (row) => row.errorCode },
  { name: '_message', value: (row) => row.message },
  { name: '_suggested_action', value: (row) => row.suggestedAction },
  { name: '_attempts', value: (row) => row.attempts },
  { name: '_requests', value: (row) => row.requests },
  { name: '_started_at', value: (row) => isoTime(row.startedAtMs) },
  { name: '_finished_at', value: (row) => isoTime(row.finishedAtMs) },
  { name: '_duration_ms', value: durationMs },
  { name: '_request_id', value: (row) => row.requestId },
  { name: '_url', value: (row) => row.url },
];

/** A column of the manifest that goes on into a report. */
export interface OwnColumn {
  readonly name: string;
  /** Its place among a row's cells. */
  readonly index: number;
}

/** The manifest's own columns. Those that begin with `_` are a report's: one that is fed back must not grow. */
export function ownColumns(columns: readonly string[]): OwnColumn[] {
  return columns.map((name, index) => ({ name, index })).filter(({ name }) => !isReservedColumn(name));
}

const fieldNames = new Set([...reportFields, ...planFields].map(({ name }) => normaliseColumnName(name)));

/**
 * The columns with which a row can be run again: all but those of a report or a saved plan. Unlike {@link ownColumns} it keeps other names with
 * a leading `_`, because a job may map a column to one (`columns: { task_id: _id }`).
 */
export function runnableColumns(columns: readonly string[]): OwnColumn[] {
  return columns
    .map((name, index) => ({ name, index }))
    .filter(({ name }) => !fieldNames.has(normaliseColumnName(name)));
}

/** Null when the row never started or has not ended; never negative, although the wall clock may have been set back. */
function durationMs({ startedAtMs, finishedAtMs }: ReportRow): number | null {
  return startedAtMs === null || finishedAtMs === null ? null : Math.max(0, finishedAtMs - startedAtMs);
}

/** The last second that was asked for; rows beside each other share it, and making it anew is a fifth of a report's time. */
let second = { atMs: Number.NaN, text: '' };

function isoTime(ms: number | null): string | null {
  if (ms === null) return null;
  const fraction = ms % 1_000;
  // Times before 1970 and beyond the calendar only come from a broken clock.
  if (!(fraction >= 0)) return null;
  if (second.atMs !== ms - fraction) second = { atMs: ms - fraction, text: wholeSecond(ms - fraction) };
  return second.text === '' ? null : `${second.text}.${String(Math.trunc(fraction)).padStart(3, '0')}Z`;
}

function wholeSecond(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, -5);
}
