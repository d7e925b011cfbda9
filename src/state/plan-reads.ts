/** The saved plan, row by row: what each target was like when it was read, what was foretold, and how the row stands. */
import { field, isObject, listField, textField } from '../json.js';
import type { Change } from '../providers/operation.js';
import { wholeArgs } from './patterns.js';
import { type Prediction, predictionOf, wholePrediction } from './predictions.js';
import type { RunDatabase } from './run-database.js';
import type { RowState } from './status.js';
import { wholeChanges, wholeView } from './stored-views.js';
import { cellsColumn, jsonColumn, numberColumn, stateColumn, textColumn } from './values.js';

export interface PlanRow {
  readonly number: number;
  readonly line: number;
  readonly provider: string;
  readonly operation: string;
  readonly cells: readonly (string | null)[];
  /** The id that the row named, or of the thing that it has made since. */
  readonly target: string | null;
  /** Null for a run whose plan does not stand yet. */
  readonly prediction: Prediction | null;
  /** Why it will not be done, or why it is not foretold what it will change; null for others. */
  readonly reason: string | null;
  /** The target as it was read; null where nothing was. */
  readonly seen: {
    readonly title: string | null;
    readonly place: string | null;
    readonly status: string | null;
    readonly archived: boolean;
    readonly assignees: readonly string[];
    readonly created: string | null;
    readonly updated: string | null;
    readonly url: string | null;
    readonly atMs: number;
  } | null;
  /** What the row is to change. */
  readonly changes: readonly Change[];
  /** Why it is unlike the rest, a sentence each. */
  readonly surprises: readonly string[];
  /** The names of the rules that say so. */
  readonly surpriseRules: readonly string[];
  /** How the row stands now: it goes on from the prediction. */
  readonly state: RowState;
  readonly outcome: string | null;
}

/** The row whose id a row takes for something else than its target. */
const takenFrom = `CASE WHEN source.names_target IS NOT NULL THEN
  (SELECT min(on_row) FROM dependency WHERE dependency.number = row.number AND takes_id = 1) END`;

/** Streams the rows in manifest order; memory does not grow with their number. */
export function* planRows(database: RunDatabase): Generator<PlanRow> {
  const rows = database
    .prepare(
      `SELECT row.number, source.line, kind.provider, kind.operation, source.cells, source.target, row.created_id,
         ${wholePrediction} AS prediction, row.message, row.state, row.outcome,
         reading.read_at, reading.after_row, ${takenFrom} AS taken_from, ${wholeView} AS view, ${wholeChanges} AS changes,
         (SELECT json_group_array(reason) || '' FROM surprise WHERE surprise.number = row.number) AS surprises,
         (SELECT json_group_array(rule) || '' FROM surprise WHERE surprise.number = row.number) AS rules
       FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
       LEFT JOIN reading ON reading.number = row.number
       LEFT JOIN prediction ON prediction.number = row.number ORDER BY row.number`,
    )
    .iterate();
  for (const row of rows) yield planRow(row);
}

function planRow(row: unknown): PlanRow {
  const provider = textColumn(row, 'provider') ?? '';
  const key = textColumn(row, 'target');
  const prediction = predictionOf(textColumn(row, 'prediction'));
  return {
    number: numberColumn(row, 'number') ?? 0,
    line: numberColumn(row, 'line') ?? 0,
    provider,
    operation: textColumn(row, 'operation') ?? '',
    cells: cellsColumn(row, 'cells'),
    target: textColumn(row, 'created_id') ?? (key === null ? null : key.slice(provider.length + 1)),
    prediction,
    // A row that was not to be done never changes again, so its message is still the plan's.
    reason: prediction === 'will do' ? untoldChange(row) : prediction === null ? null : textColumn(row, 'message'),
    seen: seenIn(row),
    changes: changesIn(textColumn(row, 'changes')),
    surprises: cellsColumn(row, 'surprises').filter((reason) => reason !== null),
    surpriseRules: cellsColumn(row, 'rules').filter((rule) => rule !== null),
    state: stateColumn(row),
    outcome: textColumn(row, 'outcome'),
  };
}

function untoldChange(row: unknown): string | null {
  const afterRow = numberColumn(row, 'after_row');
  const takenFrom = numberColumn(row, 'taken_from');
  if (afterRow === null) {
    return takenFrom === null
      ? null
      : `It takes the id of what row ${takenFrom} makes; what that changes is told when it is there.`;
  }
  const told = `Row ${afterRow} changes the same target before it`;
  const isLooked = numberColumn(row, 'read_at') !== null && takenFrom === null;
  return isLooked && changesIn(textColumn(row, 'changes')).length === 0
    ? `${told}, which leaves nothing to do, as far as is foretold; it is looked at when it is its turn.`
    : `${told}; what this row finds then is read when it is its turn.`;
}

function seenIn(row: unknown): PlanRow['seen'] {
  const atMs = numberColumn(row, 'read_at');
  if (atMs === null) return null;
  const view = jsonColumn(row, 'view');
  return {
    title: textField(view, 'title'),
    place: textField(view, 'place'),
    status: textField(view, 'status'),
    archived: field(view, 'archived') === true,
    assignees: listField(view, 'assignees').filter((name) => typeof name === 'string'),
    created: textField(view, 'created'),
    updated: textField(view, 'updated'),
    url: textField(view, 'url'),
    atMs,
  };
}

/** What planning stored of the changes that a row is to make. */
export function changesIn(text: string | null): Change[] {
  const list: unknown = JSON.parse(text ?? '[]');
  if (!Array.isArray(list)) return [];
  return list.filter(isObject).map((change) => ({
    field: textField(change, 'field') ?? '',
    before: textField(change, 'before'),
    after: textField(change, 'after'),
  }));
}

/** Whether planning has read the target of any row that is to do. */
export function hasReadings(database: RunDatabase): boolean {
  return (
    database
      .prepare(`SELECT 1 FROM reading JOIN row ON row.number = reading.number WHERE row.state = 'pending' LIMIT 1`)
      .get() !== undefined
  );
}

/** Rows to do of which planning has read all, as they will find it, by service and operation: `clickup.delete`. */
export function countReadings(database: RunDatabase): Map<string, number> {
  const counts = database
    .prepare(
      `SELECT kind.provider || '.' || kind.operation AS name, counted.rows
       FROM (SELECT row.kind, count(*) AS rows FROM reading
         JOIN row ON row.number = reading.number AND row.state = 'pending'
           JOIN source ON source.number = reading.number
         WHERE reading.after_row IS NULL AND source.template IS NULL GROUP BY row.kind) AS counted
       JOIN kind ON kind.id = counted.kind`,
    )
    .all();
  return new Map(counts.map((row) => [textColumn(row, 'name') ?? '', numberColumn(row, 'rows') ?? 0]));
}

/** Rows to do of an operation in which a column is filled in. */
export function countGiving(database: RunDatabase, provider: string, operation: string, column: string): number {
  const row = database
    .prepare(
      `SELECT count(*) AS rows FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
       WHERE row.state = 'pending' AND kind.provider = ? AND kind.operation = ?
         AND coalesce(source.template, ${wholeArgs}) ->> ('$.' || ?) NOT IN ('', '[]')`,
    )
    .get(provider, operation, column);
  return numberColumn(row, 'rows') ?? 0;
}

/**
 * Rows to do that give such a column and overwrite a value that was there, or may: their target was not read, or another
 * row changes it before. A new status overwrites nothing.
 */
export function countOverwriting(
  database: RunDatabase,
  provider: string,
  operation: string,
  columns: readonly string[],
): number {
  const row = database
    .prepare(
      `SELECT count(*) AS rows FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
       LEFT JOIN reading ON reading.number = row.number
       WHERE row.state = 'pending' AND kind.provider = ? AND kind.operation = ?
         AND EXISTS (SELECT 1 FROM json_each(coalesce(source.template, ${wholeArgs})) AS given
           WHERE given.key IN (SELECT value FROM json_each(?)) AND given.value IS NOT NULL)
         AND (reading.number IS NULL OR reading.after_row IS NOT NULL OR EXISTS (
           SELECT 1 FROM json_each(${wholeChanges}) AS change
           WHERE change.value ->> '$.field' <> 'status' AND coalesce(change.value ->> '$.before', '') <> ''))`,
    )
    .get(provider, operation, JSON.stringify(columns));
  return numberColumn(row, 'rows') ?? 0;
}

/**
 * Rows to do whose targets are read once more in any case, by service: because another row acts on them before, or brings
 * an id that the row takes.
 */
export function countLaterRows(database: RunDatabase): Map<string, number> {
  const counts = database
    .prepare(
      `SELECT kind.provider, count(*) AS rows FROM reading
       JOIN row ON row.number = reading.number AND row.state = 'pending' JOIN kind ON kind.id = row.kind
       JOIN source ON source.number = reading.number
       WHERE reading.after_row IS NOT NULL OR source.names_target IS NOT NULL GROUP BY kind.provider`,
    )
    .all();
  return new Map(counts.map((row) => [textColumn(row, 'provider') ?? '', numberColumn(row, 'rows') ?? 0]));
}
