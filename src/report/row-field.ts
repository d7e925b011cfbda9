/** What a file tells of each row beside the manifest's own columns: reports and plans differ in their lists of these. */
import type { JsonValue } from '../json.js';

/** A row with the manifest's cells in the order of its columns. */
export interface RowWithCells {
  readonly cells: readonly (string | null)[];
}

export interface RowField<Row> {
  readonly name: `_${string}`;
  /** Times are ISO 8601 in UTC with milliseconds; null where there is nothing to say. */
  value(row: Row): string | number | null;
  /** In JSON, where that can say more than a cell; left out where it is the same. */
  json?(row: Row): JsonValue;
}
