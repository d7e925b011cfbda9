/** Streams every row with its story's end, in manifest order, for reports. */
import { type RowState, rowStates } from '../run/status.js';
import { repeatable } from './row-reads.js';
import type { RunDatabase } from './run-database.js';
import { cellsColumn, jsonColumn, numberColumn, textColumn } from './values.js';

/** A row of the report; empty things are null. Times are wall clock in ms. */
export interface ReportRow {
  readonly number: number;
  readonly line: number;
  readonly provider: string;
  readonly operation: string;
  readonly cells: readonly (string | null)[];
  /** The id that the row named, or of the thing that it made. */
  readonly target: string | null;
  readonly state: RowState;
  readonly outcome: string | null;
  readonly attempts: number;
  readonly requests: number;
  readonly httpStatus: number | null;
  readonly errorType: string | null;
  readonly errorCode: string | null;
  readonly message: string | null;
  readonly suggestedAction: string | null;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly requestId: string | null;
  readonly url: string | null;
  /** The target's title as planning read it. */
  readonly title: string | null;
  readonly place: string | null;
}

/** Streams rows in manifest order; memory does not grow with their number. */
export function reportRows(database: RunDatabase, states: readonly RowState[] | null): Generator<ReportRow> {
  const filter = states === null ? '' : `WHERE row.state IN (${states.map((state) => `'${state}'`).join(', ')})`;
  return streamRows(database, filter);
}

/** Streams the rows that may be sent again. */
export function repeatableRows(database: RunDatabase): Generator<ReportRow> {
  return streamRows(database, `WHERE ${repeatable}`);
}

function* streamRows(database: RunDatabase, filter: string): Generator<ReportRow> {
  const rows = database
    .prepare(
      `SELECT row.*, source.line, source.cells, source.target, source.args, kind.provider, kind.operation,
         reading.view
       FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
       LEFT JOIN reading ON reading.number = row.number ${filter} ORDER BY row.number`,
    )
    .iterate();
  for (const row of rows) yield reportRow(row);
}

/** One row by its number; null when there is none. */
export function findReportRow(database: RunDatabase, number: number): ReportRow | null {
  const row = database
    .prepare(
      `SELECT row.*, source.line, source.cells, source.target, source.args, kind.provider, kind.operation,
         reading.view
       FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
       LEFT JOIN reading ON reading.number = row.number WHERE row.number = ?`,
    )
    .get(number);
  return row === undefined || row === null ? null : reportRow(row);
}

function reportRow(row: unknown): ReportRow {
  const view = jsonColumn(row, 'view');
  const provider = textColumn(row, 'provider') ?? '';
  const key = textColumn(row, 'target');
  return {
    number: numberColumn(row, 'number') ?? 0,
    line: numberColumn(row, 'line') ?? 0,
    provider,
    operation: textColumn(row, 'operation') ?? '',
    cells: cellsColumn(row, 'cells'),
    target: textColumn(row, 'created_id') ?? (key === null ? null : key.slice(provider.length + 1)),
    state: rowStates.find((state) => state === textColumn(row, 'state')) ?? 'unknown',
    outcome: textColumn(row, 'outcome'),
    attempts: numberColumn(row, 'attempts') ?? 0,
    requests: numberColumn(row, 'requests') ?? 0,
    httpStatus: numberColumn(row, 'http_status'),
    errorType: textColumn(row, 'error_type'),
    errorCode: textColumn(row, 'error_code'),
    message: textColumn(row, 'message'),
    suggestedAction: textColumn(row, 'suggested_action'),
    startedAtMs: numberColumn(row, 'started_at'),
    finishedAtMs: numberColumn(row, 'finished_at'),
    requestId: textColumn(row, 'request_id'),
    url: textColumn(row, 'url') ?? (typeof view.url === 'string' ? view.url : null),
    title: typeof view.title === 'string' ? view.title : null,
    place: typeof view.place === 'string' ? view.place : null,
  };
}
