/** Keys and the rows that name them, across the whole manifest: what is told once every row is in. */
import { basename, dirname } from 'node:path';
import type { ManifestRow } from '../manifest/read-manifest.js';
import {
  type BrokenNeed,
  brokenNeeds,
  connectDependencies,
  insertOutsideRows,
  missingKeys,
  type Need,
  type OutsideRow,
  type RowLinks,
  repeatedKeys,
} from '../state/row-links.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RowReferences } from './check-references.js';
import { type ControlColumns, readAfter, readKey, readUnchangedSince } from './control-columns.js';
import type { Problem } from './problem.js';

/** What the control columns of one row say. */
export interface RowControls {
  readonly key: string | null;
  readonly after: readonly Need[];
  readonly unchangedSinceMs: number | null;
  readonly problems: readonly Problem[];
}

export function readControls(columns: ControlColumns, { number, line, cells }: ManifestRow): RowControls {
  const key = readKey(columns, cells);
  const after = readAfter(columns, cells);
  const column = columns.after?.name ?? 'after';
  const unchangedSince = readUnchangedSince(columns, cells);
  const faults = [key, after, unchangedSince].flatMap((part) => ('fault' in part ? [part.fault] : []));
  return {
    key: 'fault' in key ? null : key.key,
    after: 'fault' in after ? [] : after.keys.map((name) => ({ key: name, column, text: name, takesId: false })),
    unchangedSinceMs: 'fault' in unchangedSince ? null : unchangedSince.ms,
    problems: faults.map((fault) => ({ row: number, line, ...fault })),
  };
}

/** The ties of a row; null when it has none. A reference to a row makes `after` for the same row needless. */
export function linksOf(
  controls: RowControls | null,
  needs: readonly Need[],
  references: RowReferences | null,
  makes: boolean | null,
): RowLinks | null {
  const key = controls?.key ?? null;
  const after = controls?.after.filter((need) => needs.every((taken) => taken.key !== need.key)) ?? [];
  if (key === null && after.length === 0 && needs.length === 0) return null;
  const { template = null, namesTarget = false } = references ?? {};
  return { key, makes, needs: [...needs, ...after], template, namesTarget };
}

export interface LinkPlaces {
  readonly manifestName: string;
  /** The manifest's name for the column `key`. */
  readonly keyColumn: string;
}

/** Finds the row behind each key, and tells what can't stand, in manifest order. @param elsewhere rows beside the manifest's. */
export function* checkLinks(
  database: RunDatabase,
  places: LinkPlaces,
  elsewhere: (key: string) => OutsideRow | null,
): Generator<Problem> {
  insertOutsideRows(
    database,
    missingKeys(database).flatMap((key) => elsewhere(key) ?? []),
  );
  connectDependencies(database);
  for (const { number, line, key, firstNumber, firstLine } of repeatedKeys(database)) {
    yield {
      row: number,
      line,
      column: places.keyColumn,
      value: key,
      reason: `is the key of row ${firstNumber} (${places.manifestName}:${firstLine}) already`,
      fix: 'Give each row a key of its own; if the column is not meant to name rows, call it otherwise.',
      code: 'DUPLICATE_KEY',
    };
  }
  for (const need of brokenNeeds(database)) {
    const { number, line, column, text } = need;
    yield { row: number, line, column, value: text, ...faultOf(need, places.manifestName) };
  }
}

function faultOf({ number, on, key }: BrokenNeed, manifestName: string): { reason: string; fix: string; code: string } {
  if (on === null) {
    const fix = `Correct the key, or add the row above this one.${retryHint(manifestName)}`;
    return { reason: `names the row ${JSON.stringify(key)}, and no row has that key`, fix, code: 'UNKNOWN_ROW' };
  }
  if (on.number === number) {
    return { reason: 'names this row itself', fix: 'Name a row above this one.', code: 'SAME_ROW' };
  }
  const place = `row ${on.number} (${manifestName}:${on.line})`;
  if (on.number > number) {
    return {
      reason: `names ${place}, which stands below this one`,
      fix: 'Move that row above this one.',
      code: 'LATER_ROW',
    };
  }
  return {
    reason: `takes the id of what ${place} makes, but its operation makes nothing`,
    fix: 'Name a row that makes something; to wait for this one, write its key in the column after.',
    code: 'MAKES_NOTHING',
  };
}

/** The rows of `failed.csv` may name rows that succeeded and are not in it; the run itself still knows them. */
function retryHint(manifestName: string): string {
  if (!/failed/i.test(basename(manifestName))) return '';
  const folder = basename(dirname(manifestName));
  const run = /^\d{8}-\d{4}-/.test(folder) ? folder : '<run>';
  return ` The failed rows of a run find the others by: taskbatch retry ${run}`;
}
