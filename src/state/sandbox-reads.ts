/** What the sandbox must hold so that a run on it can succeed, also after an earlier sitting did part of it. */
import type { JsonObject } from '../json.js';
import type { RunDatabase } from './run-database.js';
import { cellsColumn, jsonColumn, textColumn } from './values.js';

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
      `SELECT kind.provider, kind.operation, source.args, source.cells, row.state
       FROM source JOIN row ON row.number = source.number JOIN kind ON kind.id = row.kind
       WHERE source.args IS NOT NULL ORDER BY source.number`,
    )
    .iterate();
  for (const row of rows) {
    const cells = cellsColumn(row, 'cells');
    yield {
      provider: textColumn(row, 'provider') ?? '',
      operation: textColumn(row, 'operation') ?? '',
      values: jsonColumn(row, 'args'),
      cells: Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])),
      done: textColumn(row, 'state') === 'succeeded',
    };
  }
}
