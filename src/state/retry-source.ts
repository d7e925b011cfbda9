/** The rows of a run that may be tried again, as a manifest of their own. */
import type { ManifestRow } from '../manifest/read-manifest.js';
import type { ManifestRows } from './manifest-rows.js';
import { findKeyedRow } from './row-links.js';
import { repeatable } from './row-reads.js';
import type { RunDatabase } from './run-database.js';
import type { RunRecord } from './run-record.js';
import { cellsColumn, numberColumn, textColumn } from './values.js';

const chunkRows = 500;

/**
 * Rows that `failed` or are `blocked`, with the numbers and lines that they have in the first manifest. Never `unknown`
 * ones, nor failed ones that made something: a repeat could double them. The rows that they wait for may be among the others of that run; `elsewhere` finds
 * those.
 */
export function failedRowsManifest(database: RunDatabase, record: RunRecord): ManifestRows {
  return {
    format: record.manifest.format,
    columns: [...record.columns],
    chunks: () => chunksOf(database),
    elsewhere: (key) => findKeyedRow(database, key),
    fingerprint: () => ({ sha256: record.manifest.sha256, bytes: record.manifest.bytes }),
  };
}

async function* chunksOf(database: RunDatabase): AsyncGenerator<readonly ManifestRow[]> {
  const rows = database
    .prepare(
      `SELECT source.number, source.line, source.cells, reread.view ->> '$.updated' AS accepted
       FROM source JOIN row ON row.number = source.number LEFT JOIN reread ON reread.number = source.number
       WHERE ${repeatable} ORDER BY source.number`,
    )
    .iterate();
  let chunk: ManifestRow[] = [];
  for (const row of rows) {
    const cells = cellsColumn(row, 'cells').map((cell) => cell ?? undefined);
    const acceptedMs = Date.parse(textColumn(row, 'accepted') ?? '');
    chunk.push({
      number: numberColumn(row, 'number') ?? 0,
      line: numberColumn(row, 'line') ?? 0,
      cells,
      ...(Number.isNaN(acceptedMs) ? {} : { acceptedMs }),
    });
    if (chunk.length < chunkRows) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
