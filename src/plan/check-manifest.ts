/**
 * The whole manifest in one pass, without any network: shapes, values, conditions, duplicates and contradictions. Memory
 * does not grow with the number of rows.
 */
import { createKeyIndex } from '../manifest/duplicates.js';
import type { ManifestRows } from '../state/manifest-rows.js';
import type { CheckedRow, CheckOptions } from './checked-row.js';
import { type Clash, judgeGroup, type Tag } from './clashes.js';
import { createRowJudge } from './row-judge.js';

export interface CheckPass {
  /** Rows in manifest order, in chunks. */
  rows(): AsyncGenerator<readonly CheckedRow[]>;
  /** After the last row: those that can't stand beside another. A row may come twice, as a contradiction first. */
  clashes(): AsyncGenerator<Clash>;
  /** After the last row: columns that none of the rows' operations reads. */
  unread(): readonly string[];
  dispose(): void;
}

/** @throws {ManifestError} when header or columns can't be used, before any row is read. */
export function openCheck(manifest: ManifestRows, options: CheckOptions): CheckPass {
  const { manifestName } = options;
  const index = createKeyIndex({ directory: options.scratch });
  // Operations by the small number that stands for them in the index.
  const tags: Tag[] = [];
  const judge = createRowJudge(manifest, options, tags, (key, row, line, tag) => index.add(key, row, line, tag));
  return {
    rows: async function* () {
      for await (const chunk of manifest.chunks()) yield chunk.map(judge.row);
    },
    unread: judge.unread,
    clashes: async function* () {
      for await (const { rows } of index.groups()) yield* judgeGroup(rows, tags, manifestName);
    },
    dispose: () => index.dispose(),
  };
}
