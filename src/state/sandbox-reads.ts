/** What the sandbox must hold so that a run on it can succeed, also after an earlier sitting did part of it. */
import type { JsonObject } from '../json.js';
import { fillCells, splitTemplate } from '../manifest/reference-cells.js';
import { referencesIn } from '../manifest/reference-text.js';
import { wholeArgs } from './patterns.js';
import { pendingDependencies } from './row-links.js';
import type { RunDatabase } from './run-database.js';
import { cellsColumn, jsonColumn, numberColumn, textColumn } from './values.js';

export interface StoredTarget {
  readonly provider: string;
  readonly operation: string;
  readonly values: JsonObject;
  readonly cells: Readonly<Record<string, string>>;
  /** Whether an earlier sitting did it. */
  readonly done: boolean;
}

/** Streams the valid rows. @param columns the manifest's own column names. */
export function* storedTargets(database: RunDatabase, columns: readonly string[]): Generator<StoredTarget> {
  const rows = database
    .prepare(
      `SELECT kind.provider, kind.operation, ${wholeArgs} AS args, source.template, source.cells, row.number, row.state
       FROM source JOIN row ON row.number = source.number JOIN kind ON kind.id = row.kind
       WHERE source.args IS NOT NULL OR source.args_pattern IS NOT NULL OR source.template IS NOT NULL ORDER BY source.number`,
    )
    .iterate();
  for (const row of rows) {
    const cells = cellsColumn(row, 'cells');
    yield {
      provider: textColumn(row, 'provider') ?? '',
      operation: textColumn(row, 'operation') ?? '',
      values: textColumn(row, 'args') === null ? knownValues(database, row) : jsonColumn(row, 'args'),
      cells: Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])),
      done: textColumn(row, 'state') === 'succeeded',
    };
  }
}

/**
 * What is known of a row that takes ids of others. What an earlier sitting made is not in a sandbox that starts anew, so
 * the row names it there; what is still to be made is left out.
 */
function knownValues(database: RunDatabase, row: unknown): JsonObject {
  const number = numberColumn(row, 'number') ?? 0;
  const waitsFor = pendingDependencies(database, number, number).get(number) ?? [];
  const ids = new Map(waitsFor.map(({ key, createdId }) => [key, createdId]));
  const known = splitTemplate(jsonColumn(row, 'template')).filter(({ parts }) =>
    referencesIn(parts).every(({ key }) => (ids.get(key) ?? null) !== null),
  );
  return fillCells(known, ({ key }) => ids.get(key) ?? '');
}
