/** Rows that put something below a thing, and those that act on these things. */
import type { RunDatabase } from './run-database.js';
import { seenId } from './stored-views.js';
import { numberColumn, textColumn } from './values.js';

/** A row to do that makes a thing a part of another one. */
export interface JoiningRow {
  readonly number: number;
  readonly provider: string;
  /** The other one's id. */
  readonly whole: string;
}

/** In manifest order. */
export function joiningRows(database: RunDatabase): readonly JoiningRow[] {
  return database
    .prepare(
      `SELECT joining.number, joining.provider, joining.whole FROM joining
       JOIN row ON row.number = joining.number AND row.state = 'pending' ORDER BY joining.number`,
    )
    .all()
    .map((row) => ({
      number: numberColumn(row, 'number') ?? 0,
      provider: textColumn(row, 'provider') ?? '',
      whole: textColumn(row, 'whole') ?? '',
    }));
}

/** Numbers of the rows to do on things that rows join, or that join any, by service and id of the thing, in manifest order. */
export function rowsOnJoined(database: RunDatabase): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const rows = database
    .prepare(
      `WITH target AS MATERIALIZED (
         SELECT row.number, kind.provider, CAST(${seenId} AS TEXT) AS id
         FROM reading JOIN row ON row.number = reading.number AND row.state = 'pending'
         JOIN kind ON kind.id = row.kind),
       wanted AS MATERIALIZED (
         SELECT provider, whole AS id FROM joining
         UNION SELECT target.provider, target.id FROM joining JOIN target ON target.number = joining.number)
       SELECT target.number, target.provider || ':' || target.id AS thing
       FROM target JOIN wanted ON wanted.provider = target.provider AND wanted.id = target.id ORDER BY target.number`,
    )
    .iterate();
  for (const row of rows) {
    const thing = textColumn(row, 'thing') ?? '';
    const numbers = found.get(thing) ?? [];
    numbers.push(numberColumn(row, 'number') ?? 0);
    found.set(thing, numbers);
  }
  return found;
}

/** Whether a row waits for another, be it through others. */
export function waitsFor(database: RunDatabase, number: number, other: number): boolean {
  return (
    database
      .prepare(
        `WITH RECURSIVE awaited (number) AS (
           SELECT on_row FROM dependency WHERE dependency.number = ?
           UNION SELECT on_row FROM awaited JOIN dependency ON dependency.number = awaited.number)
         SELECT 1 FROM awaited WHERE number = ?`,
      )
      .get(number, other) != null
  );
}
