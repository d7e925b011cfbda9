/** People and webhooks behind the targets of rows that will be done. */
import type { RunDatabase } from './run-database.js';
import { seenId, wholeView } from './stored-views.js';
import { numberColumn } from './values.js';

export interface Audience {
  /** Rows whose targets were read. */
  readonly rows: number;
  /** Assignees and followers of these, each counted once. */
  readonly people: number;
  /** Targets with a webhook of their own. */
  readonly webhooks: number;
}

export function countAudience(database: RunDatabase, provider: string, operations: readonly string[]): Audience {
  const chosen = `reading JOIN row ON row.number = reading.number JOIN kind ON kind.id = row.kind
    WHERE row.state = 'pending' AND kind.provider = ?
      AND kind.operation IN (SELECT value FROM json_each(?))`;
  const values = [provider, JSON.stringify(operations)];
  const counts = database
    .prepare(
      `SELECT count(*) AS rows, count(DISTINCT CASE WHEN (${wholeView}) ->> '$.traces.webhooks' > 0
         THEN ${seenId} END) AS webhooks FROM ${chosen}`,
    )
    .get(...values);
  const people = database
    .prepare(
      `SELECT count(DISTINCT person.value) AS people
       FROM (SELECT ${wholeView} AS view FROM ${chosen}) AS target, json_each(json_array(
         json_extract(target.view, '$.assignees'), json_extract(target.view, '$.followers'))) AS list,
         json_each(list.value) AS person`,
    )
    .get(...values);
  return {
    rows: numberColumn(counts, 'rows') ?? 0,
    people: numberColumn(people, 'people') ?? 0,
    webhooks: numberColumn(counts, 'webhooks') ?? 0,
  };
}
