/** Rows of a manifest, checked as `validate` and planning check them, without a file and a state folder. */
import { tmpdir } from 'node:os';
import { resolveSettings } from '../../src/job/resolve-settings.js';
import { openCheck } from '../../src/plan/check-manifest.js';
import type { CheckedRow, CheckOptions } from '../../src/plan/checked-row.js';
import { providers } from '../../src/providers/registry.js';
import type { ManifestRows } from '../../src/state/manifest-rows.js';

export type Row = Readonly<Record<string, string>>;

/** @param columns those that are known from the start; left out: those of all rows, as in a CSV file. */
export function rowsManifest(rows: readonly Row[], columns?: readonly string[]): ManifestRows {
  const known = [...(columns ?? new Set(rows.flatMap((row) => Object.keys(row))))];
  return {
    format: columns === undefined ? 'csv' : 'jsonl',
    columns: known,
    chunks: async function* () {
      for (const [at, row] of rows.entries()) {
        for (const name of Object.keys(row)) if (!known.includes(name)) known.push(name);
        yield [{ number: at + 1, line: at + 2, cells: known.map((column) => row[column] ?? '') }];
      }
    },
    fingerprint: () => ({ sha256: '', bytes: 0, rows: 0 }),
  };
}

/** @param name the operation of all rows, with its service (`clickup.delete`); null where the rows name it. */
export function checkOptions(name: string | null, more: Partial<CheckOptions['settings']> = {}): CheckOptions {
  const [provider, operation] = name?.split('.') ?? [];
  return {
    manifestName: 'm.csv',
    settings: { ...resolveSettings(null, null, { provider, operation }), ...more },
    providers,
    places: { when: 'when', where: '--where' },
    scratch: tmpdir(),
  };
}

/** What validation says of each row, and which columns nothing reads. */
export async function checkedRows(
  manifest: ManifestRows,
  options: CheckOptions,
): Promise<{ readonly rows: readonly CheckedRow[]; readonly unread: readonly string[] }> {
  const pass = openCheck(manifest, options);
  try {
    const rows: CheckedRow[] = [];
    for await (const part of pass.rows()) rows.push(...part);
    return { rows, unread: pass.unread() };
  } finally {
    pass.dispose();
  }
}
