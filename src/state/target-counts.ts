/** How many targets planning has still to read, and what their rows tell of where these are. */
import type { TargetCounts } from '../providers/reading-cost.js';
import { wholeArgs } from './patterns.js';
import type { RunDatabase } from './run-database.js';
import { numberColumn } from './values.js';

/** @param placeColumn the column by which rows of this service say where a task is; null where there is none. */
export function countUnreadTasks(
  database: RunDatabase,
  provider: string,
  placeColumn: string | null,
): { readonly counts: TargetCounts; readonly read: number } {
  // A key of a thing that is no task has its kind in front: `tallyfy:run:…`.
  const unread = `row JOIN kind ON kind.id = row.kind JOIN source ON source.number = row.number
    LEFT JOIN reading ON reading.number = row.number
    WHERE row.state = 'pending' AND kind.provider = ? AND source.target IS NOT NULL AND (source.args IS NOT NULL OR source.args_pattern IS NOT NULL)
      AND reading.number IS NULL`;
  const isTask = `instr(substr(source.target, length(kind.provider) + 2), ':') = 0
    OR substr(source.target, length(kind.provider) + 2, 5) = 'name:'`;
  const place = placeColumn === null ? 'NULL' : `${wholeArgs} ->> ?`;
  const placeValues = placeColumn === null ? [] : [`$.${placeColumn}`];
  const groups = database
    .prepare(
      `SELECT size, placed, count(*) AS places FROM (
         SELECT count(DISTINCT source.target) AS size, ${place} IS NOT NULL AS placed
         FROM ${unread} AND (${isTask}) GROUP BY ${place})
       GROUP BY placed, size ORDER BY size`,
    )
    .all(...placeValues, provider, ...placeValues)
    .map((row) => ({
      tasks: numberColumn(row, 'size') ?? 0,
      places: numberColumn(row, 'places') ?? 0,
      placed: numberColumn(row, 'placed') === 1,
    }));
  const others = database
    .prepare(`SELECT count(DISTINCT source.target) AS targets FROM ${unread} AND NOT (${isTask})`)
    .get(provider);
  const read = database
    .prepare(
      `SELECT count(DISTINCT source.target) AS targets FROM reading JOIN source ON source.number = reading.number
       JOIN kind ON kind.id = source.kind WHERE kind.provider = ?`,
    )
    .get(provider);
  return {
    counts: {
      loose: groups.find(({ placed }) => !placed)?.tasks ?? 0,
      placed: groups.filter(({ placed }) => placed).map(({ tasks, places }) => ({ tasks, places })),
      others: numberColumn(others, 'targets') ?? 0,
    },
    read: numberColumn(read, 'targets') ?? 0,
  };
}
