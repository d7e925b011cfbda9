/**
 * Views of targets as `run.db` holds them: what the tasks of a list have in common (its place, its people) is kept once
 * and not with each, where it is half of a view.
 */

import type { TargetView } from '../providers/target.js';
import { splitTargetView } from '../providers/target-view.js';
import type { RunDatabase } from './run-database.js';
import { numberColumn } from './values.js';

/** The whole view of a `reading` as JSON text, for a query; null where none was read. */
export const wholeView = `CASE WHEN reading.likeness IS NULL THEN reading.view
  ELSE (SELECT likeness.view FROM likeness WHERE likeness.id = reading.likeness) || substr(reading.view, 2) END`;

/** Where every target is a case of its own, nothing is won by keeping any more of them apart. */
const mostLikenesses = 2_000;

export interface StoredView {
  /** What it shares with others; null when `view` is all of it. */
  readonly likeness: number | null;
  readonly view: string;
}

/** Within the caller's transaction. */
export function storeView(database: RunDatabase, view: TargetView): StoredView {
  const { shared, own } = splitTargetView(view);
  if (shared === '{}') return { likeness: null, view: own };
  // The beginning of an object, which the rest is put behind.
  const beginning = `${shared.slice(0, -1)},`;
  const likeness = findLikeness(database, beginning) ?? addLikeness(database, beginning);
  return { likeness, view: likeness === null ? `${beginning}${own.slice(1)}` : own };
}

function findLikeness(database: RunDatabase, beginning: string): number | null {
  return numberColumn(database.prepare('SELECT id FROM likeness WHERE view = ?').get(beginning), 'id');
}

/** Null when there are too many. */
function addLikeness(database: RunDatabase, beginning: string): number | null {
  return numberColumn(
    database
      .prepare(
        `INSERT INTO likeness (view) SELECT ? WHERE (SELECT count(*) FROM likeness) < ${mostLikenesses} RETURNING id`,
      )
      .get(beginning),
    'id',
  );
}
