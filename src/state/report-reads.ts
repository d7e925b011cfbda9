/** Streams every row with its story's end, in manifest order, for reports. */
import { type RowState, rowStates } from '../run/status.js';
import { repeatable } from './row-reads.js';
import type { RunDatabase } from './run-database.js';
import { cellsColumn, jsonColumn, textColumn } from './values.js';

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
  /** What else its story tells; {@link findReportRow} leaves it out. */
  readonly detail?: RowDetail;
}

/** The rest of a row's story, for formats that tell it. */
export interface RowDetail {
  /** When planning read the target; null when it did not. The next four are as it was then. */
  readonly readAtMs: number | null;
  readonly status: string | null;
  readonly archived: boolean;
  /** With `, ` between. */
  readonly assignees: string | null;
  readonly updated: string | null;
  /** Whether the target was kept whole. */
  readonly snapshot: boolean;
  /** Finished parts of a row that takes several writes, with `;` between. */
  readonly steps: string | null;
  /** What the row was to change, as JSON: `[{ field, before, after }, …]`; null when nothing is told. */
  readonly changes: string | null;
  /** Attempts that did not succeed at once, as JSON: `[[attempt, atMs, note as JSON text], …]`; null without any. */
  readonly notes: string | null;
}

/** What is short goes as one JSON text: the driver's price is by the column, and half of it is saved. */
const shortValues = `json_array(row.number, source.line, kind.provider, kind.operation, source.target, row.state,
  row.outcome, row.attempts, row.requests, row.http_status, row.error_type, row.error_code, row.message,
  row.suggested_action, row.started_at, row.finished_at, row.request_id, row.url, row.created_id, row.steps,
  reading.read_at, nullif(reading.changes, '[]'),
  EXISTS (SELECT 1 FROM snapshot WHERE snapshot.number = row.number),
  (SELECT json_group_array(json_array(attempt, at, note)) || '' FROM attempt
   WHERE attempt.number = row.number HAVING count(*) > 0)) AS short`;

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
      `SELECT ${shortValues}, source.cells, reading.view
       FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
       LEFT JOIN reading ON reading.number = row.number ${filter} ORDER BY row.number`,
    )
    .iterate();
  for (const row of rows) yield detailedRow(row);
}

/** One row by its number; null when there is none. */
export function findReportRow(database: RunDatabase, number: number): ReportRow | null {
  const row = database
    .prepare(
      `SELECT ${shortValues}, source.cells, reading.view
       FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
       LEFT JOIN reading ON reading.number = row.number WHERE row.number = ?`,
    )
    .get(number);
  if (row === undefined || row === null) return null;
  const { detail: _, ...plain } = detailedRow(row);
  return plain;
}

/** In the order of {@link shortValues}. */
function detailedRow(row: unknown): ReportRow {
  const values: unknown = JSON.parse(textColumn(row, 'short') ?? '[]');
  const short: readonly unknown[] = Array.isArray(values) ? values : [];
  const view = jsonColumn(row, 'view');
  const provider = textOf(short[2]) ?? '';
  const key = textOf(short[4]);
  return {
    number: numberOf(short[0]) ?? 0,
    line: numberOf(short[1]) ?? 0,
    provider,
    operation: textOf(short[3]) ?? '',
    cells: cellsColumn(row, 'cells'),
    target: textOf(short[18]) ?? (key === null ? null : key.slice(provider.length + 1)),
    state: rowStates.find((state) => state === short[5]) ?? 'unknown',
    outcome: textOf(short[6]),
    attempts: numberOf(short[7]) ?? 0,
    requests: numberOf(short[8]) ?? 0,
    httpStatus: numberOf(short[9]),
    errorType: textOf(short[10]),
    errorCode: textOf(short[11]),
    message: textOf(short[12]),
    suggestedAction: textOf(short[13]),
    startedAtMs: numberOf(short[14]),
    finishedAtMs: numberOf(short[15]),
    requestId: textOf(short[16]),
    url: textOf(short[17]) ?? textOf(view.url),
    title: textOf(view.title),
    place: textOf(view.place),
    detail: {
      readAtMs: numberOf(short[20]),
      status: textOf(view.status),
      archived: view.archived === true,
      assignees: namesOf(view.assignees),
      updated: textOf(view.updated),
      snapshot: short[22] === 1,
      steps: textOf(short[19]),
      changes: textOf(short[21]),
      notes: textOf(short[23]),
    },
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function namesOf(value: unknown): string | null {
  return Array.isArray(value) && value.length > 0 ? value.filter((name) => typeof name === 'string').join(', ') : null;
}
