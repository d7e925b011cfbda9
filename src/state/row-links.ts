/** What ties rows to each other: their keys, and which rows wait for which. Rows without ties leave nothing here. */
import type { JsonObject } from '../json.js';
import type { RunDatabase } from './run-database.js';
import type { RowState } from './status.js';
import { jsonColumn, numberColumn, stateColumn, textColumn } from './values.js';

/** Another row that a row waits for. */
export interface Need {
  readonly key: string;
  /** The manifest's column that names it. */
  readonly column: string;
  /** As it is written: the key, or `${row:KEY.id}`. */
  readonly text: string;
  /** Whether the id of what that row makes is taken. */
  readonly takesId: boolean;
}

export interface RowLinks {
  readonly key: string | null;
  /** Whether the row makes a thing whose id others may take; null where that is not known, or the row is not to be done. */
  readonly makes: boolean | null;
  readonly needs: readonly Need[];
  /** The cells as they are written, for a row that takes ids; null for others. */
  readonly template: JsonObject | null;
  /** Of such a row: whether it names its target all the same, so that this is known before the ids are. */
  readonly namesTarget: boolean;
}

/** Keeps a row's ties. Within the caller's transaction. */
export function writeLinks(database: RunDatabase, number: number, line: number, links: RowLinks): void {
  const { key, makes, needs } = links;
  if (key !== null) {
    database
      .prepare('INSERT INTO row_key (number, line, key, makes) VALUES (?, ?, ?, ?)')
      .run(number, line, key, makes === null ? null : Number(makes));
  }
  const dependency = database.prepare(
    'INSERT INTO dependency (number, position, line, key, place, text, takes_id) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  for (const [position, need] of needs.entries()) {
    dependency.run(number, position, line, need.key, need.column, need.text, Number(need.takesId));
  }
}

/** A row of the run that this one goes back to, with the end that it came to there. */
export interface OutsideRow {
  readonly number: number;
  readonly line: number;
  readonly key: string;
  readonly makes: boolean | null;
  readonly state: RowState;
  readonly outcome: string | null;
  readonly message: string | null;
  readonly createdId: string | null;
}

/** The row that has a key, in this run or in the one before it; null when none has. */
export function findKeyedRow(database: RunDatabase, key: string): OutsideRow | null {
  const row = database
    .prepare(
      `SELECT row_key.number, row_key.line, row_key.key, row_key.makes, ${endColumns}
       FROM row_key LEFT JOIN row ON row.number = row_key.number
       LEFT JOIN outside ON outside.number = row_key.number
       WHERE row_key.key = ? ORDER BY row_key.number LIMIT 1`,
    )
    .get(key);
  if (row === undefined || row === null) return null;
  const makes = numberColumn(row, 'makes');
  return {
    number: numberColumn(row, 'number') ?? 0,
    line: numberColumn(row, 'line') ?? 0,
    key: textColumn(row, 'key') ?? '',
    makes: makes === null ? null : makes === 1,
    ...endOf(row),
  };
}

const endColumns = `coalesce(row.state, outside.state) AS state, coalesce(row.outcome, outside.outcome) AS outcome,
  coalesce(row.message, outside.message) AS message, coalesce(row.created_id, outside.created_id) AS created_id`;

function endOf(row: unknown): Pick<OutsideRow, 'state' | 'outcome' | 'message' | 'createdId'> {
  return {
    state: stateColumn(row),
    outcome: textColumn(row, 'outcome'),
    message: textColumn(row, 'message'),
    createdId: textColumn(row, 'created_id'),
  };
}

/** Keys that rows name and no row of this run has, each once. */
export function missingKeys(database: RunDatabase): string[] {
  return database
    .prepare('SELECT DISTINCT key FROM dependency WHERE key NOT IN (SELECT key FROM row_key)')
    .all()
    .map((row) => textColumn(row, 'key') ?? '');
}

/** Takes over rows of the run before this one that rows of this one name. */
export function insertOutsideRows(database: RunDatabase, rows: readonly OutsideRow[]): void {
  if (rows.length === 0) return;
  const outside = database.prepare(
    'INSERT INTO outside (number, state, outcome, message, created_id) VALUES (?, ?, ?, ?, ?)',
  );
  database.transaction(() => {
    for (const { number, line, key, makes, state, outcome, message, createdId } of rows) {
      writeLinks(database, number, line, { key, makes, needs: [], template: null, namesTarget: false });
      outside.run(number, state, outcome, message, createdId);
    }
  });
}

/** Finds the row behind each key that is named: of several, the first. To be called when all rows are in. */
export function connectDependencies(database: RunDatabase): void {
  database.transaction(() => {
    database
      .prepare('UPDATE dependency SET on_row = (SELECT min(number) FROM row_key WHERE row_key.key = dependency.key)')
      .run();
  });
}

/** Whether any row has a key or waits for another. */
export function hasLinks(database: RunDatabase): boolean {
  return exists(database, 'SELECT 1 FROM row_key') || hasDependencies(database);
}

/** Whether any row waits for another. */
export function hasDependencies(database: RunDatabase): boolean {
  return exists(database, 'SELECT 1 FROM dependency');
}

function exists(database: RunDatabase, query: string): boolean {
  return database.prepare(`${query} LIMIT 1`).get() != null;
}

/** A key that an earlier row has too. */
export interface RepeatedKey {
  readonly number: number;
  readonly line: number;
  readonly key: string;
  readonly firstNumber: number;
  readonly firstLine: number;
}

/** Streams rows that have the key of an earlier one and are to be done, in manifest order. */
export function* repeatedKeys(database: RunDatabase): Generator<RepeatedKey> {
  const rows = database
    .prepare(
      `SELECT later.number, later.line, later.key, first.number AS first_number, first.line AS first_line
       FROM row_key AS later JOIN row_key AS first
         ON first.number = (SELECT min(number) FROM row_key WHERE row_key.key = later.key)
       WHERE first.number < later.number AND later.makes IS NOT NULL ORDER BY later.number`,
    )
    .iterate();
  for (const row of rows) {
    yield {
      number: numberColumn(row, 'number') ?? 0,
      line: numberColumn(row, 'line') ?? 0,
      key: textColumn(row, 'key') ?? '',
      firstNumber: numberColumn(row, 'first_number') ?? 0,
      firstLine: numberColumn(row, 'first_line') ?? 0,
    };
  }
}

/** A named row that can't be waited for. */
export interface BrokenNeed extends Need {
  readonly number: number;
  readonly line: number;
  /** The row that has the key; null when none has. */
  readonly on: { readonly number: number; readonly line: number } | null;
}

/** Streams what is named and is not above, or makes nothing whose id could be taken, in manifest order. */
export function* brokenNeeds(database: RunDatabase): Generator<BrokenNeed> {
  const rows = database
    .prepare(
      `SELECT dependency.*, row_key.line AS on_line FROM dependency
       LEFT JOIN row_key ON row_key.number = dependency.on_row
       WHERE on_row IS NULL OR on_row >= dependency.number OR (takes_id = 1 AND makes = 0)
       ORDER BY dependency.number, position`,
    )
    .iterate();
  for (const row of rows) {
    const on = numberColumn(row, 'on_row');
    yield {
      number: numberColumn(row, 'number') ?? 0,
      line: numberColumn(row, 'line') ?? 0,
      key: textColumn(row, 'key') ?? '',
      column: textColumn(row, 'place') ?? '',
      text: textColumn(row, 'text') ?? '',
      takesId: numberColumn(row, 'takes_id') === 1,
      on: on === null ? null : { number: on, line: numberColumn(row, 'on_line') ?? 0 },
    };
  }
}

/** A row that another waits for, as it stands now. */
export interface Dependency extends Pick<OutsideRow, 'number' | 'line' | 'key' | 'state' | 'outcome' | 'createdId'> {
  readonly takesId: boolean;
  readonly errorCode: string | null;
  /** What there is to say of its end. */
  readonly message: string | null;
  /** Its service; null for a row of an earlier run. */
  readonly provider: string | null;
}

/** The rows that pending rows from `first` to `last` wait for, by the waiting row's number, in the order of its cells. */
export function pendingDependencies(database: RunDatabase, first: number, last: number): Map<number, Dependency[]> {
  const found = new Map<number, Dependency[]>();
  const rows = database
    .prepare(
      `SELECT dependency.number AS waiting, dependency.on_row AS number, dependency.key, dependency.takes_id,
         row_key.line, kind.provider, row.error_code, ${endColumns}
       FROM dependency JOIN row AS waiter ON waiter.number = dependency.number AND waiter.state = 'pending'
       JOIN row_key ON row_key.number = dependency.on_row
       LEFT JOIN row ON row.number = dependency.on_row LEFT JOIN kind ON kind.id = row.kind
       LEFT JOIN outside ON outside.number = dependency.on_row
       WHERE dependency.number BETWEEN ? AND ? ORDER BY dependency.number, position`,
    )
    .all(first, last);
  for (const row of rows) {
    const waiting = numberColumn(row, 'waiting') ?? 0;
    const dependency = {
      number: numberColumn(row, 'number') ?? 0,
      line: numberColumn(row, 'line') ?? 0,
      key: textColumn(row, 'key') ?? '',
      takesId: numberColumn(row, 'takes_id') === 1,
      provider: textColumn(row, 'provider'),
      errorCode: textColumn(row, 'error_code'),
      ...endOf(row),
    };
    const known = found.get(waiting);
    if (known === undefined) found.set(waiting, [dependency]);
    else known.push(dependency);
  }
  return found;
}

/** Numbers of the next pending rows behind row `after` that wait for others, in manifest order. */
export function waitingRows(database: RunDatabase, after: number, limit: number): number[] {
  return database
    .prepare(
      `SELECT DISTINCT dependency.number FROM dependency JOIN row ON row.number = dependency.number
       WHERE dependency.number > ? AND row.state = 'pending' ORDER BY dependency.number LIMIT ?`,
    )
    .all(after, limit)
    .map((row) => numberColumn(row, 'number') ?? 0);
}

/** A row that takes the id of what another row makes. */
export interface IdTaker {
  readonly provider: string;
  readonly operation: string;
  readonly template: JsonObject;
  /** The row that makes it, and its key. */
  readonly onRow: number;
  readonly key: string;
}

/**
 * Streams those that are to do, where the other row is one of this run and to do too.
 * @param which the row of that number; `named`: those that name their target.
 */
export function* idTakers(database: RunDatabase, which: number | 'named'): Generator<IdTaker> {
  const [asked, values] =
    which === 'named' ? ['source.names_target IS NOT NULL', []] : ['dependency.number = ?', [which]];
  const rows = database
    .prepare(
      `SELECT kind.provider, kind.operation, source.template, dependency.on_row, dependency.key FROM dependency
       JOIN source ON source.number = dependency.number AND source.template IS NOT NULL
       JOIN row ON row.number = dependency.number AND row.state = 'pending' JOIN kind ON kind.id = row.kind
       JOIN row AS maker ON maker.number = dependency.on_row AND maker.state = 'pending'
       WHERE dependency.takes_id = 1 AND ${asked} ORDER BY dependency.number, position`,
    )
    .iterate(...values);
  for (const row of rows) {
    yield {
      provider: textColumn(row, 'provider') ?? '',
      operation: textColumn(row, 'operation') ?? '',
      template: jsonColumn(row, 'template'),
      onRow: numberColumn(row, 'on_row') ?? 0,
      key: textColumn(row, 'key') ?? '',
    };
  }
}

/** Pending rows by service whose target can be read only during the run, because its id is not known before. */
export function countUnreadTargets(database: RunDatabase): Map<string, number> {
  if (!hasDependencies(database)) return new Map();
  const counts = database
    .prepare(
      `SELECT kind.provider, count(*) AS rows
       FROM (SELECT DISTINCT number FROM dependency WHERE takes_id = 1) AS taking
       JOIN row ON row.number = taking.number AND row.state = 'pending' JOIN kind ON kind.id = row.kind
       JOIN source ON source.number = taking.number AND source.target IS NOT NULL AND source.names_target IS NULL
       GROUP BY kind.provider`,
    )
    .all();
  return new Map(counts.map((row) => [textColumn(row, 'provider') ?? '', numberColumn(row, 'rows') ?? 0]));
}
