/** Reads rows: for the run loop, for settling, and for planning. */
import { isJsonObject, type JsonObject } from '../json.js';
import type { TargetView } from '../providers/target.js';
import { parseTargetView } from '../providers/target-view.js';
import { wholeArgs } from './patterns.js';
import type { RunDatabase } from './run-database.js';
import type { SqlValue } from './sqlite.js';
import { type RowState, rowStates } from './status.js';
import { wholeView } from './stored-views.js';
import { numberColumn, numberOf, stateColumn, textColumn, textOf } from './values.js';

/** A row with all that sending it needs. */
export interface WorkRow {
  readonly number: number;
  readonly line: number;
  readonly provider: string;
  readonly operation: string;
  readonly args: JsonObject;
  readonly target: string | null;
  /** The cells as they are written, of a row that takes ids of others; its `args` are empty until these are known. */
  readonly template: JsonObject | null;
  /** Of such a row: whether it names its target, so that this is known, and read by planning, before the ids are there. */
  readonly namesTarget: boolean;
  /** After this time its target may not have been changed, in ms; null where the row does not say. */
  readonly unchangedSinceMs: number | null;
  readonly attempts: number;
  /** Finished steps of a row that takes several writes. */
  readonly steps: readonly string[];
  readonly startedAtMs: number | null;
  /** The target as planning read it; null when it did not look. */
  readonly seen: SeenTarget | null;
  /**
   * Equal for rows that act on one thing, whatever they call it, as far as it was read; as {@link target} where it was not.
   * Null where the row makes something.
   */
  readonly thing: string | null;
}

export interface SeenTarget {
  readonly atMs: number;
  readonly view: TargetView;
  readonly prepared: JsonObject;
  /** The row that acts on the same target before this one, so that it is another one then; null where none does. */
  readonly afterRow: number | null;
}

/** A row as one JSON text: what is stored as JSON, then the short values. */
const workText = `'[' || coalesce(${wholeArgs}, 'null') || ',' || coalesce(source.template, 'null') || ','
  || coalesce(${wholeView}, 'null') || ',' || coalesce(reading.prepared, 'null') || ',' || substr(json_array(
    row.number, source.line, kind.provider, kind.operation, source.target, source.unchanged_since, row.attempts,
    row.steps, row.started_at, reading.read_at, reading.after_row, source.names_target), 2)`;

/** Whether planning can have read the target of a row whose values are not all known before the run. */
export function takesIdsBeside({ template, namesTarget }: Pick<WorkRow, 'template' | 'namesTarget'>): boolean {
  return template !== null && namesTarget;
}

/** Whether the row still lacks ids of others. */
export function isUnfilled({ template, args }: Pick<WorkRow, 'template' | 'args'>): boolean {
  return template !== null && Object.keys(args).length === 0;
}

/**
 * Rows with all that sending them needs, all of them as one text: the driver's price is by the row and the column.
 * @param rest what is joined, chosen and ordered by, in SQL.
 */
export function workRows(database: Pick<RunDatabase, 'prepare'>, rest: string, values: readonly SqlValue[]): WorkRow[] {
  const found = database
    .prepare(
      `SELECT '[' || group_concat(text, ',') || ']' AS page FROM (
         SELECT ${workText} AS text
         FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
         LEFT JOIN reading ON reading.number = row.number ${rest})`,
    )
    .get(...values);
  const rows: unknown = JSON.parse(textColumn(found, 'page') ?? '[]');
  return Array.isArray(rows) ? rows.map(workRow) : [];
}

/** The next pending rows of a provider behind row `after`, up to row `last`, in manifest order. */
export function pendingRows(
  database: RunDatabase,
  provider: string,
  after: number,
  limit: number,
  last = Number.MAX_SAFE_INTEGER,
): WorkRow[] {
  const rest = `WHERE row.state = 'pending' AND row.number > ? AND row.number <= ? AND kind.provider = ?
    ORDER BY row.number LIMIT ?`;
  return workRows(database, rest, [after, last, provider, limit]);
}

const rowsRead = 200;

/** Walks through the pending rows once, in manifest order; rows that go back to `pending` wait for another sitting. */
export function* pendingBatches(
  database: RunDatabase,
  provider: string,
  lastRow: number | undefined,
): Generator<readonly WorkRow[]> {
  let after = 0;
  for (;;) {
    const rows = pendingRows(database, provider, after, rowsRead, lastRow);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.number;
    yield rows;
  }
}

/** One row as it is now; null when there is none of that number. */
export function findWorkRow(database: Pick<RunDatabase, 'prepare'>, number: number): WorkRow | null {
  return workRows(database, 'WHERE row.number = ?', [number])[0] ?? null;
}

/** Rows whose request was in the air when the process that sent it ended. */
export function sendingRows(database: RunDatabase): WorkRow[] {
  return workRows(database, `WHERE row.state = 'sending' ORDER BY row.number`, []);
}

/**
 * The next pending rows of a provider whose target planning has not read yet.
 * @param target whether it is known; without are those that make something.
 */
export function unreadRows(
  database: RunDatabase,
  provider: string,
  after: number,
  limit: number,
  target: 'known' | 'none',
): WorkRow[] {
  const rest = `WHERE row.state = 'pending' AND row.number > ? AND kind.provider = ? AND reading.number IS NULL
    AND source.target IS ${target === 'known' ? 'NOT NULL' : 'NULL'} ORDER BY row.number LIMIT ?`;
  return workRows(database, rest, [after, provider, limit]);
}

/** In the order of {@link workText}. */
function workRow(row: unknown): WorkRow {
  const values: readonly unknown[] = Array.isArray(row) ? row : [];
  const [args, template, view, prepared] = values;
  const readAtMs = numberOf(values[13]);
  const provider = textOf(values[6]) ?? '';
  const target = textOf(values[8]);
  const seen: SeenTarget | null =
    readAtMs === null
      ? null
      : {
          atMs: readAtMs,
          view: parseTargetView(view),
          prepared: objectOf(prepared),
          afterRow: numberOf(values[14]),
        };
  return {
    number: numberOf(values[4]) ?? 0,
    line: numberOf(values[5]) ?? 0,
    provider,
    operation: textOf(values[7]) ?? '',
    args: objectOf(args),
    target,
    template: template === null ? null : objectOf(template),
    namesTarget: numberOf(values[15]) === 1,
    unchangedSinceMs: numberOf(values[9]),
    attempts: numberOf(values[10]) ?? 0,
    steps:
      textOf(values[11])
        ?.split(';')
        .filter((step) => step !== '') ?? [],
    startedAtMs: numberOf(values[12]),
    seen,
    thing: seen === null ? target : `${provider}:${seen.view.id}`,
  };
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The code of a row that is not done any more, because a later one on its target was: see `overtaken.ts`. */
export const overtakenCode = 'OVERTAKEN';

/**
 * Of a row, in SQL: it may be sent again. Not a failed one that made something, though not as asked: that is there. Nor
 * one that another row has overtaken.
 */
export const repeatable = `(row.state = 'blocked' AND row.error_code IS NOT '${overtakenCode}'
  OR row.state = 'failed' AND row.created_id IS NULL)`;

/**
 * Whether the run may have had an effect: a row of it was sent, and not with proof that nothing came of it. What reading
 * alone decided before a write is none, and neither is a row that went back to `pending` without a finished step.
 */
export function mayHaveDone(database: RunDatabase): boolean {
  const sent = `SELECT 1 AS sent FROM row
    WHERE state IN ('sending', 'unknown') OR steps IS NOT NULL OR (attempts > 0 AND state <> 'pending') LIMIT 1`;
  return database.prepare(sent).get() !== undefined;
}

/** How many rows may be sent again. */
export function countRepeatable(database: RunDatabase): number {
  const row = database.prepare(`SELECT count(*) AS rows FROM row WHERE ${repeatable}`).get();
  return numberColumn(row, 'rows') ?? 0;
}

/** How a row stands; null when there is none with this number. */
export function findRowState(database: RunDatabase, number: number): RowState | null {
  const state = textColumn(database.prepare('SELECT state FROM row WHERE number = ?').get(number), 'state');
  return rowStates.find((known) => known === state) ?? null;
}

/** How many rows there are of each state, provider, operation and outcome. */
export interface RowCount {
  readonly provider: string;
  readonly operation: string;
  readonly state: RowState;
  readonly outcome: string | null;
  readonly rows: number;
}

/** Counts in one statement, so that the numbers belong to one instant. */
export function countRows(database: RunDatabase): RowCount[] {
  return database
    .prepare(
      `SELECT kind.provider, kind.operation, counted.state, counted.outcome, counted.rows
       FROM (SELECT kind, state, outcome, count(*) AS rows FROM row GROUP BY kind, state, outcome) AS counted
       JOIN kind ON kind.id = counted.kind ORDER BY counted.kind, counted.state`,
    )
    .all()
    .map((row) => ({
      provider: textColumn(row, 'provider') ?? '',
      operation: textColumn(row, 'operation') ?? '',
      state: stateColumn(row),
      outcome: textColumn(row, 'outcome'),
      rows: numberColumn(row, 'rows') ?? 0,
    }));
}

/** Requests that rows took, as far as they came to an end; those of planning are not among them. */
export function countRowRequests(database: RunDatabase): number {
  return numberColumn(database.prepare('SELECT sum(requests) AS requests FROM row').get(), 'requests') ?? 0;
}

/** Counts by state alone, with every state named. */
export function countByState(counts: readonly RowCount[]): Record<RowState, number> {
  const totals: Record<RowState, number> = {
    invalid: 0,
    skipped: 0,
    blocked: 0,
    pending: 0,
    sending: 0,
    succeeded: 0,
    failed: 0,
    unknown: 0,
  };
  for (const count of counts) totals[count.state] += count.rows;
  return totals;
}
