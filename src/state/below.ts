/**
 * Rows that give a value to their targets and to all that is below those, and the turns that they take: one on what is
 * below is done after the one that would change its target along.
 */
import type { SetBelow } from '../providers/operation.js';
import type { RunDatabase } from './run-database.js';
import { seenId } from './stored-views.js';
import { numberColumn, textColumn } from './values.js';

/** Keeps what a row gives to what is below its target. Within the caller's transaction. */
export function writeBelow(
  database: RunDatabase,
  number: number,
  provider: string,
  { field, value, above, isMoved }: SetBelow & { readonly isMoved: boolean },
): void {
  database
    .prepare('INSERT OR REPLACE INTO below (number, provider, field, value, above, moves) VALUES (?, ?, ?, ?, ?, ?)')
    .run(number, provider, field, value, above, Number(isMoved));
}

/** A row that gives such a value, or whose target has it already. */
export interface BelowRow extends SetBelow {
  readonly number: number;
  readonly line: number;
  readonly operation: string;
  /** The id of its target. */
  readonly id: string;
  readonly standing: 'to-do' | 'already';
  /** Whether the target, and so what is below it, does not have the value yet. */
  readonly isMoved: boolean;
}

/** Services with rows that give one field different values: only those can contradict each other. */
export function servicesAtOdds(database: RunDatabase): string[] {
  return database
    .prepare(
      `SELECT DISTINCT provider FROM (
         SELECT below.provider FROM below JOIN row ON row.number = below.number
         WHERE row.state = 'pending' OR (row.state = 'skipped' AND row.outcome = 'already')
         GROUP BY below.provider, field HAVING count(DISTINCT value) > 1 AND sum(moves) > 0) ORDER BY provider`,
    )
    .all()
    .flatMap((row) => textColumn(row, 'provider') ?? []);
}

/** In manifest order. */
export function belowRows(database: RunDatabase, provider: string): BelowRow[] {
  return database
    .prepare(
      `SELECT below.*, source.line, kind.operation, row.state, ${seenId} AS id
       FROM below JOIN row ON row.number = below.number JOIN kind ON kind.id = row.kind
         JOIN source ON source.number = below.number JOIN reading ON reading.number = below.number
       WHERE below.provider = ? AND (row.state = 'pending' OR (row.state = 'skipped' AND row.outcome = 'already'))
       ORDER BY below.number`,
    )
    .all(provider)
    .map((row) => ({
      number: numberColumn(row, 'number') ?? 0,
      line: numberColumn(row, 'line') ?? 0,
      operation: textColumn(row, 'operation') ?? '',
      id: textColumn(row, 'id') ?? '',
      field: textColumn(row, 'field') ?? '',
      value: textColumn(row, 'value') ?? '',
      above: textColumn(row, 'above'),
      standing: textColumn(row, 'state') === 'pending' ? 'to-do' : 'already',
      isMoved: numberColumn(row, 'moves') === 1,
    }));
}

/**
 * Keeps that a row is done after others, which change its target too. What it finds then is another thing than what was
 * read. Within the caller's transaction.
 */
export function writeTurns(database: RunDatabase, number: number, behind: readonly number[]): void {
  const insert = database.prepare('INSERT OR IGNORE INTO turn (number, behind) VALUES (?, ?)');
  for (const other of behind) insert.run(number, other);
  database
    .prepare('UPDATE reading SET after_row = coalesce(after_row, ?) WHERE number = ?')
    .run(Math.min(...behind), number);
}

/** Whether any row takes its turn behind one on another target. */
export function hasTurns(database: RunDatabase): boolean {
  return database.prepare('SELECT 1 FROM turn LIMIT 1').get() != null;
}

/** A row and one that comes before it, which has not ended. */
export interface Turn {
  readonly number: number;
  readonly behind: number;
}

/** The turns of rows from `first` to `last`. */
export function openTurns(database: RunDatabase, first: number, last: number): Turn[] {
  return database
    .prepare(
      `SELECT turn.number, turn.behind FROM turn JOIN row ON row.number = turn.behind
       WHERE turn.number BETWEEN ? AND ? AND row.state IN ('pending', 'sending')`,
    )
    .all(first, last)
    .map((row) => ({ number: numberColumn(row, 'number') ?? 0, behind: numberColumn(row, 'behind') ?? 0 }));
}
