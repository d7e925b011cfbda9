/** Rows that were done, with all that looking at their targets again and taking them back needs. */
import type { JsonObject } from '../json.js';
import type { Change } from '../providers/operation.js';
import type { TargetView } from '../providers/target.js';
import { parseTargetView } from '../providers/target-view.js';
import { wholeArgs } from './patterns.js';
import { changesIn } from './plan-reads.js';
import type { Dependency } from './row-links.js';
import type { RowSpan } from './row-seals.js';
import { createSpanTest, spansBetween } from './row-spans.js';
import { sentAgain } from './row-writes.js';
import type { RunDatabase } from './run-database.js';
import type { RowOutcome } from './status.js';
import { seenId, wholeChanges, wholeView } from './stored-views.js';
import { jsonColumn, numberColumn, textColumn } from './values.js';

/** What a row came to that did something. `half-made`: it failed, and what it made is there all the same. */
export type DoneOutcome = RowOutcome | 'half-made';

const doneOutcome = `CASE WHEN row.state = 'succeeded' THEN row.outcome
  WHEN row.state = 'failed' AND row.created_id IS NOT NULL THEN 'half-made' END`;

export interface DoneRow {
  readonly number: number;
  readonly line: number;
  readonly provider: string;
  readonly operation: string;
  /** Empty for a row that takes ids of others: see {@link template}. */
  readonly args: JsonObject;
  readonly template: JsonObject | null;
  readonly outcome: string;
  /** How often its request was sent. */
  readonly attempts: number;
  /** When the first of them left; null when none did. One of which nothing was done for now left when it left again. */
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number;
  readonly createdIds: readonly string[];
  /** When it completed its target, as the service told with the write; null where it did not. */
  readonly completedAtMs: number | null;
  /** The target as it was read before the write; null when nothing looked. */
  readonly seen: {
    readonly view: TargetView;
    readonly prepared: JsonObject;
    /** What the row was to change. */
    readonly changes: readonly Change[];
  } | null;
}

export interface DoneCount {
  readonly provider: string;
  readonly outcome: string;
  readonly rows: number;
}

/** Rows that did something, by service and outcome. */
export function countDone(database: RunDatabase): DoneCount[] {
  return database
    .prepare(
      `SELECT kind.provider, ${doneOutcome} AS done, count(*) AS rows FROM row JOIN kind ON kind.id = row.kind
       WHERE row.state IN ('succeeded', 'failed') AND done IS NOT NULL
       GROUP BY kind.provider, done ORDER BY kind.provider`,
    )
    .all()
    .map((row) => ({
      provider: textColumn(row, 'provider') ?? '',
      outcome: textColumn(row, 'done') ?? '',
      rows: numberColumn(row, 'rows') ?? 0,
    }));
}

/** Which of a service's rows that did something are asked for. */
export interface DoneFilter {
  readonly outcomes: readonly DoneOutcome[];
  /** The rows' numbers; null = all. */
  readonly only?: readonly number[] | null;
  /** Rows that are left out. */
  readonly except?: readonly RowSpan[];
}

const leftAt = `coalesce(
  (SELECT max(at) FROM attempt WHERE attempt.number = row.number AND note ->> '$.code' = '${sentAgain}'), row.started_at)`;

/** The next of them from row `before` (not included) upwards. */
export function doneRowsAbove(
  database: RunDatabase,
  provider: string,
  { outcomes, only = null, except = [] }: DoneFilter,
  before: number,
  limit: number,
): DoneRow[] {
  const list = outcomes.map((outcome) => `'${outcome}'`).join(', ');
  const statement = database.prepare(
    `SELECT row.number, source.line, kind.provider, kind.operation, ${wholeArgs} AS args, source.template, ${doneOutcome} AS outcome,
       row.attempts, ${leftAt} AS started_at, row.finished_at, row.created_id, row.completed_at, coalesce(reread.view, ${wholeView}) AS view,
       coalesce(reread.prepared, reading.prepared) AS prepared, coalesce(reread.changes, ${wholeChanges}) AS changes
     FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
     LEFT JOIN reading ON reading.number = row.number LEFT JOIN reread ON reread.number = row.number
     WHERE row.number BETWEEN ? AND ? AND ${doneOutcome} IN (${list}) AND kind.provider = ?
       ${only === null ? '' : 'AND row.number IN (SELECT value FROM json_each(?))'}
     ORDER BY row.number DESC LIMIT ?`,
  );
  const chosen = only === null ? [] : [JSON.stringify(only)];
  const rows: DoneRow[] = [];
  for (const { first, last } of spansBetween(except, before - 1)) {
    if (rows.length >= limit) break;
    rows.push(...statement.all(first, last, provider, ...chosen, limit - rows.length).map(doneRow));
  }
  return rows;
}

/** Rows of a service within some spans that did something, with what does not depend on what planning kept of them. */
export function doneRowsIn(
  database: RunDatabase,
  provider: string,
  outcomes: readonly DoneOutcome[],
  spans: readonly RowSpan[],
): Pick<DoneRow, 'number' | 'line' | 'provider' | 'operation'>[] {
  const list = outcomes.map((outcome) => `'${outcome}'`).join(', ');
  return spans.flatMap(({ first, last }) =>
    database
      .prepare(
        `SELECT row.number, source.line, kind.provider, kind.operation
         FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
         WHERE row.number BETWEEN ? AND ? AND ${doneOutcome} IN (${list}) AND kind.provider = ?`,
      )
      .all(first, last, provider)
      .map((row) => ({
        number: numberColumn(row, 'number') ?? 0,
        line: numberColumn(row, 'line') ?? 0,
        provider: textColumn(row, 'provider') ?? '',
        operation: textColumn(row, 'operation') ?? '',
      })),
  );
}

/** Whether any row of a service found done what it was to do. */
export function hasAlready(database: RunDatabase, provider: string): boolean {
  return countDone(database).some((one) => one.provider === provider && one.outcome === 'already');
}

/** A row that found its target gone, or deleted it. */
export interface DeletedRow {
  readonly number: number;
  readonly operation: string;
  /** The service's own id of the target; where nothing looked, as the row names it. In lower case. */
  readonly id: string;
  readonly outcome: string;
  /** The target as it was read before; null when nothing looked. */
  readonly view: TargetView | null;
}

/** The rows of a service's operations that succeeded, with views of those alone that were so already, or are parts of something. */
export function deletedRows(
  database: RunDatabase,
  provider: string,
  isAsked: (operation: string) => boolean,
  except: readonly RowSpan[],
): DeletedRow[] {
  const rows = database
    .prepare(
      `SELECT row.number, kind.operation, row.outcome,
         coalesce(${seenId}, substr(source.target, length(kind.provider) + 2)) AS id,
         CASE WHEN row.outcome = 'already' OR ${wholeView} ->> '$.partOf[0]' IS NOT NULL THEN ${wholeView} END AS view
       FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
       LEFT JOIN reading ON reading.number = row.number
       WHERE row.state = 'succeeded' AND kind.provider = ? AND source.target IS NOT NULL`,
    )
    .iterate(provider);
  const deleted: DeletedRow[] = [];
  const isExcepted = createSpanTest(except);
  for (const row of rows) {
    const operation = textColumn(row, 'operation') ?? '';
    const number = numberColumn(row, 'number') ?? 0;
    if (!isAsked(operation) || isExcepted(number)) continue;
    const view = textColumn(row, 'view');
    deleted.push({
      number,
      operation,
      id: (textColumn(row, 'id') ?? '').toLowerCase(),
      outcome: textColumn(row, 'outcome') ?? '',
      view: view === null ? null : parseTargetView(JSON.parse(view)),
    });
  }
  return deleted;
}

/**
 * Tells whether a row of the run made the task with an id, alone or with others. What is made on a target, as a comment
 * is, is no task, and its id may be that of one. The first question reads all such ids, for no index finds one among
 * several; they stay in memory, less than undo keeps of each row.
 */
export function createMadeTest(database: RunDatabase, provider: string): (id: string) => boolean {
  let made: ReadonlySet<string> | null = null;
  return (id) => {
    made ??= new Set(madeIds(database, provider));
    return made.has(id);
  };
}

function* madeIds(database: RunDatabase, provider: string): Generator<string> {
  const rows = database
    .prepare(
      `SELECT row.created_id FROM row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
       WHERE kind.provider = ? AND row.created_id IS NOT NULL AND source.target IS NULL`,
    )
    .iterate(provider);
  for (const row of rows) yield* createdIdsIn(row);
}

function doneRow(row: unknown): DoneRow {
  const view = textColumn(row, 'view');
  return {
    number: numberColumn(row, 'number') ?? 0,
    line: numberColumn(row, 'line') ?? 0,
    provider: textColumn(row, 'provider') ?? '',
    operation: textColumn(row, 'operation') ?? '',
    args: jsonColumn(row, 'args'),
    template: textColumn(row, 'template') === null ? null : jsonColumn(row, 'template'),
    outcome: textColumn(row, 'outcome') ?? '',
    attempts: numberColumn(row, 'attempts') ?? 0,
    startedAtMs: numberColumn(row, 'started_at'),
    finishedAtMs: numberColumn(row, 'finished_at') ?? 0,
    completedAtMs: numberColumn(row, 'completed_at'),
    createdIds: createdIdsIn(row),
    seen:
      view === null
        ? null
        : {
            view: parseTargetView(jsonColumn(row, 'view')),
            prepared: jsonColumn(row, 'prepared'),
            changes: changesIn(textColumn(row, 'changes')),
          },
  };
}

function createdIdsIn(row: unknown): string[] {
  return (textColumn(row, 'created_id') ?? '').split(';').filter((id) => id !== '');
}

/** The rows whose ids a row took, as they ended. */
export function takenFrom(database: RunDatabase, number: number): Dependency[] {
  return database
    .prepare(
      `SELECT dependency.key, dependency.on_row AS number, row_key.line,
         coalesce(row.created_id, outside.created_id) AS created_id
       FROM dependency LEFT JOIN row_key ON row_key.number = dependency.on_row
       LEFT JOIN row ON row.number = dependency.on_row LEFT JOIN outside ON outside.number = dependency.on_row
       WHERE dependency.number = ? AND dependency.takes_id = 1 ORDER BY dependency.position`,
    )
    .all(number)
    .map((row) => ({
      key: textColumn(row, 'key') ?? '',
      number: numberColumn(row, 'number') ?? 0,
      line: numberColumn(row, 'line') ?? 0,
      createdId: textColumn(row, 'created_id'),
      takesId: true,
      state: 'succeeded',
      outcome: 'done',
      errorCode: null,
      message: null,
      provider: null,
    }));
}
