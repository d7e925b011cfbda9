/** Streams every row with its story's end, in manifest order, for reports. */
import { isJsonObject, type JsonObject } from '../json.js';
import { repeatable } from './row-reads.js';
import type { RunDatabase } from './run-database.js';
import { type RowState, rowStates } from './status.js';
import { wholeChanges, wholeView } from './stored-views.js';
import { numberColumn, numberOf, textColumn, textOf } from './values.js';

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
  /** What else its story tells; only where it was asked for. */
  readonly detail?: RowDetail;
}

/** Whether the rest of a row's story is read too; most formats don't tell it, and it takes a third of the time. */
export type RowExtent = 'plain' | 'detailed';

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

const plainValues = `row.number, source.line, kind.provider, kind.operation, source.target, row.state,
  row.outcome, row.attempts, row.requests, row.http_status, row.error_type, row.error_code, row.message,
  row.suggested_action, row.started_at, row.finished_at, row.request_id, row.url, row.created_id`;

const detailValues = `row.steps, reading.read_at, nullif(${wholeChanges}, '[]'),
  reading.snapshot IS NOT NULL OR EXISTS (SELECT 1 FROM snapshot WHERE snapshot.number = row.number),
  (SELECT json_group_array(json_array(attempt, at, note)) || '' FROM attempt
   WHERE attempt.number = row.number HAVING count(*) > 0)`;

const tables = `row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
  LEFT JOIN reading ON reading.number = row.number`;

/** A row as one JSON text: its cells, the target as it was read, then the short values. */
function rowText(extent: RowExtent): string {
  const values = extent === 'detailed' ? `${plainValues}, ${detailValues}` : plainValues;
  return `'[' || source.cells || ',' || coalesce(${wholeView}, 'null') || ',' || substr(json_array(${values}), 2)`;
}

/** Whatever is read of this database from now on is as it is at the first reading, until it is closed. */
export function readAtOneInstant(database: RunDatabase): void {
  database.exec('BEGIN');
}

/** Streams rows in manifest order; memory does not grow with their number. */
export function reportRows(
  database: RunDatabase,
  states: readonly RowState[] | null,
  extent: RowExtent = 'plain',
): Generator<ReportRow> {
  const filter = states === null ? 'TRUE' : `row.state IN (${states.map((state) => `'${state}'`).join(', ')})`;
  return streamRows(database, filter, extent);
}

/** Streams the rows that may be sent again. */
export function repeatableRows(database: RunDatabase): Generator<ReportRow> {
  return streamRows(database, repeatable, 'plain');
}

/** The most rows of a page, and the length from which on a page is to have fewer. */
const mostPageRows = 64;
const longPage = 128 * 1_024;

/** By the page, each as one text: the driver's price is by the row and the column, and is twice that of the reading. */
function* streamRows(database: RunDatabase, filter: string, extent: RowExtent): Generator<ReportRow> {
  const page = database.prepare(
    `SELECT max(number) AS last, '[' || group_concat(text, ',') || ']' AS page
     FROM (SELECT row.number, ${rowText(extent)} AS text FROM ${tables}
           WHERE row.number > ? AND ${filter} ORDER BY row.number LIMIT ?)`,
  );
  let rows = 8;
  for (let last: number | null = 0; ; ) {
    const found = page.get(last, rows);
    last = numberColumn(found, 'last');
    if (last === null) return;
    const text = textColumn(found, 'page') ?? '[]';
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) for (const row of parsed) yield readRow(row, extent);
    rows = text.length > longPage ? Math.max(1, rows >> 2) : Math.min(mostPageRows, rows * 2);
  }
}

/** One row by its number; null when there is none. */
export function findReportRow(database: RunDatabase, number: number): ReportRow | null {
  const found = database.prepare(`SELECT ${rowText('plain')} AS text FROM ${tables} WHERE row.number = ?`).get(number);
  const text = textColumn(found, 'text');
  return text === null ? null : readRow(JSON.parse(text), 'plain');
}

/** In the order of {@link rowText}. */
function readRow(row: unknown, extent: RowExtent): ReportRow {
  const values: readonly unknown[] = Array.isArray(row) ? row : [];
  const cells: unknown = values[0];
  const view: JsonObject = isJsonObject(values[1]) ? values[1] : {};
  const provider = textOf(values[4]) ?? '';
  const key = textOf(values[6]);
  const plain: ReportRow = {
    number: numberOf(values[2]) ?? 0,
    line: numberOf(values[3]) ?? 0,
    provider,
    operation: textOf(values[5]) ?? '',
    cells: isCells(cells) ? cells : [],
    target: textOf(values[20]) ?? (key === null ? null : key.slice(provider.length + 1)),
    state: stateOf(values[7]),
    outcome: textOf(values[8]),
    attempts: numberOf(values[9]) ?? 0,
    requests: numberOf(values[10]) ?? 0,
    httpStatus: numberOf(values[11]),
    errorType: textOf(values[12]),
    errorCode: textOf(values[13]),
    message: textOf(values[14]),
    suggestedAction: textOf(values[15]),
    startedAtMs: numberOf(values[16]),
    finishedAtMs: numberOf(values[17]),
    requestId: textOf(values[18]),
    url: textOf(values[19]) ?? textOf(view.url),
    title: textOf(view.title),
    place: textOf(view.place),
  };
  if (extent === 'plain') return plain;
  return {
    ...plain,
    detail: {
      readAtMs: numberOf(values[22]),
      status: textOf(view.status),
      archived: view.archived === true,
      assignees: namesOf(view.assignees),
      updated: textOf(view.updated),
      snapshot: values[24] === 1,
      steps: textOf(values[21]),
      changes: textOf(values[23]),
      notes: textOf(values[25]),
    },
  };
}

function isCells(value: unknown): value is readonly (string | null)[] {
  return Array.isArray(value) && value.every((cell) => typeof cell === 'string' || cell === null);
}

const statesByName = new Map<unknown, RowState>(rowStates.map((state) => [state, state]));

function stateOf(value: unknown): RowState {
  return statesByName.get(value) ?? 'unknown';
}

function namesOf(value: unknown): string | null {
  return Array.isArray(value) && value.length > 0 ? value.filter((name) => typeof name === 'string').join(', ') : null;
}
