/** Rows that the plan tells of because they are unlike the rest: what judging them needs, and what is kept of it. */
import { isObject, listField, textField } from '../json.js';
import type { Traces } from '../providers/target.js';
import type { RunDatabase } from './run-database.js';
import { wholeView } from './stored-views.js';
import { jsonColumn, numberColumn, textColumn } from './values.js';

/** A row that will be done, with what was read of its target. */
export interface PlannedTarget {
  readonly number: number;
  readonly provider: string;
  readonly operation: string;
  readonly readAtMs: number;
  readonly title: string;
  readonly place: string | null;
  readonly placeId: string | null;
  readonly otherLists: readonly string[];
  readonly folder: string | null;
  readonly space: string | null;
  readonly updated: string | null;
  readonly traces: Traces;
}

/** The next rows that will be done and whose targets were read, behind row `after`, in manifest order. */
export function plannedTargets(database: RunDatabase, after: number, limit: number): PlannedTarget[] {
  return database
    .prepare(
      `SELECT row.number, kind.provider, kind.operation, reading.read_at, ${wholeView} AS view
       FROM reading JOIN row ON row.number = reading.number JOIN kind ON kind.id = row.kind
       WHERE reading.number > ? AND row.state = 'pending' ORDER BY reading.number LIMIT ?`,
    )
    .all(after, limit)
    .map((row) => {
      const view = jsonColumn(row, 'view');
      return {
        number: numberColumn(row, 'number') ?? 0,
        provider: textColumn(row, 'provider') ?? '',
        operation: textColumn(row, 'operation') ?? '',
        readAtMs: numberColumn(row, 'read_at') ?? 0,
        title: textField(view, 'title') ?? '',
        place: textField(view, 'place'),
        placeId: textField(view, 'placeId'),
        otherLists: listField(view, 'otherLists').flatMap((list) => (typeof list === 'string' ? list : [])),
        folder: textField(view, 'folder'),
        space: textField(view, 'space'),
        updated: textField(view, 'updated'),
        traces: tracesOf(view.traces),
      };
    });
}

function tracesOf(traces: unknown): Traces {
  if (!isObject(traces)) return {};
  const count = (name: keyof Traces) => numberColumn(traces, name) ?? undefined;
  return {
    comments: count('comments'),
    trackedMs: count('trackedMs'),
    files: count('files'),
    openSubtasks: count('openSubtasks'),
    webhooks: count('webhooks'),
  };
}

export interface Surprise {
  readonly number: number;
  readonly rule: string;
  readonly reason: string;
}

/** Within the caller's transaction. */
export function writeSurprises(database: RunDatabase, surprises: readonly Surprise[]): void {
  const insert = database.prepare('INSERT OR REPLACE INTO surprise (number, rule, reason) VALUES (?, ?, ?)');
  for (const { number, rule, reason } of surprises) insert.run(number, rule, reason);
}

export function clearSurprises(database: RunDatabase): void {
  database.exec('DELETE FROM surprise');
}

/** How many rows have at least one. */
export function countSurprisingRows(database: RunDatabase): number {
  const row = database.prepare('SELECT count(DISTINCT number) AS rows FROM surprise').get();
  return numberColumn(row, 'rows') ?? 0;
}

export interface SurpriseGroup {
  readonly rule: string;
  readonly rows: number;
  /** The first of them, in manifest order. */
  readonly first: ReadonlyArray<{
    readonly row: number;
    readonly line: number;
    readonly title: string;
    readonly reason: string;
  }>;
}

/** By rule, the most rows first, each with its first `shown` rows. */
export function surpriseGroups(database: RunDatabase, shown: number): SurpriseGroup[] {
  const first = database.prepare(
    `SELECT surprise.number, source.line, (${wholeView}) ->> '$.title' AS title, surprise.reason
     FROM surprise JOIN source ON source.number = surprise.number
     LEFT JOIN reading ON reading.number = surprise.number
     WHERE surprise.rule = ? ORDER BY surprise.number LIMIT ?`,
  );
  return database
    .prepare(
      'SELECT rule, count(*) AS rows, min(number) AS first FROM surprise GROUP BY rule ORDER BY rows DESC, first',
    )
    .all()
    .map((group) => {
      const rule = textColumn(group, 'rule') ?? '';
      return {
        rule,
        rows: numberColumn(group, 'rows') ?? 0,
        first: first.all(rule, shown).map((row) => ({
          row: numberColumn(row, 'number') ?? 0,
          line: numberColumn(row, 'line') ?? 0,
          title: textColumn(row, 'title') ?? '',
          reason: textColumn(row, 'reason') ?? '',
        })),
      };
    });
}
