/** Which of the manifest's columns hold an operation's values. */
import { z } from 'zod';
import { ManifestError } from '../errors.js';
import { isReservedColumn, normaliseColumnName } from '../manifest/column-names.js';
import { suggestName } from '../manifest/suggest-name.js';
import { columnFacts } from '../providers/columns.js';
import type { CatalogueEntry } from '../providers/provider.js';
import { unchangedSinceColumn } from '../run/later-change.js';
import { exportColumns, isReport, isServiceExport } from './known-file.js';

/** Columns that taskbatch itself reads, whatever the operation. */
export const ownColumns = ['provider', 'operation'] as const;

/** Columns that every manifest may have beside those of its operations: see `control-columns.ts`. */
export const controlColumns = ['key', 'after', unchangedSinceColumn] as const;

export interface ColumnMap {
  readonly entry: CatalogueEntry;
  /** The operation's column and the cell that holds it, in the order of the schema. */
  readonly cells: readonly MappedColumn[];
  /** Whether the cells come from a report of ours. */
  readonly ofReport: boolean;
  /** The manifest's name for a column of the operation; the operation's own when the manifest has none. */
  nameOf(column: string): string;
}

interface MappedColumn {
  readonly column: string;
  readonly index: number;
  /** For a dotted column (`owners.users`): the name inside. */
  readonly inner: string | null;
  /** Words that mean that the cell is empty. */
  readonly blankWords: readonly string[];
}

/** The names under which a manifest may give an operation's column. */
export function columnNames(entry: CatalogueEntry, column: string): string[] {
  const schema = entry.schema.shape[column];
  return [column, ...(schema === undefined ? [] : (columnFacts(schema)?.aliases ?? []))];
}

/**
 * Finds an operation's columns among the manifest's.
 * @param given the job's or flags' `columns`: operation column to manifest header.
 * @param unused whether no row may ask for the operation; then the first of two headers for one column is taken.
 * @throws {ManifestError} when `given` names a header that is not there, or two headers mean the same column.
 */
export function mapColumns(
  entry: CatalogueEntry,
  headers: readonly string[],
  given: Readonly<Record<string, string>>,
  unused = false,
): ColumnMap {
  const normalised = headers.map(normaliseColumnName);
  const wanted = new Map(Object.entries(given).map(([column, header]) => [normaliseColumnName(column), header]));
  const cells: MappedColumn[] = [];
  const ofExport = isServiceExport(entry, headers);
  for (const [column, schema] of Object.entries(entry.schema.shape)) {
    const names = columnNames(entry, column).map(normaliseColumnName);
    const blankWords = columnFacts(schema)?.blankWords ?? [];
    const header = names.map((name) => wanted.get(name)).find((found) => found !== undefined);
    if (header !== undefined) {
      cells.push({ column, index: findHeader(header, headers, normalised, column), inner: null, blankWords });
      continue;
    }
    if (ofExport && columnFacts(schema)?.presentInExport === true) continue;
    const [index, ...others] = normalised.flatMap((name, at) => (names.includes(name) ? [at] : []));
    const exact = normalised.indexOf(normaliseColumnName(column));
    if (index !== undefined && others.length > 0 && exact === -1 && !unused) {
      throw ambiguous(column, [index, ...others], headers);
    }
    if (index !== undefined) cells.push({ column, index: exact === -1 ? index : exact, inner: null, blankWords });
    for (const [at, name] of headers.entries()) {
      const dot = name.indexOf('.');
      if (dot > 0 && names.includes(normaliseColumnName(name.slice(0, dot)))) {
        cells.push({ column, index: at, inner: name.slice(dot + 1).trim(), blankWords });
      }
    }
  }
  return {
    entry,
    cells,
    ofReport: isReport(headers),
    nameOf: (column) => {
      const cell = cells.find((candidate) => candidate.column === column);
      return (cell === undefined ? undefined : headers[cell.index]) ?? column;
    },
  };
}

/** @throws {ManifestError} when the manifest has no such header. */
export function findHeader(
  header: string,
  headers: readonly string[],
  normalised: readonly string[],
  column: string,
): number {
  const exact = headers.indexOf(header);
  const index = exact === -1 ? normalised.indexOf(normaliseColumnName(header)) : exact;
  if (index !== -1) return index;
  const hint = suggestName(header, headers);
  throw new ManifestError(`The column ${JSON.stringify(header)}, wanted for ${column}, is not in the manifest.`, {
    code: 'NO_COLUMN',
    fix:
      hint === null
        ? `The manifest has: ${listNames(headers)}. Change \`columns:\` in the job, or --columns.`
        : `Did you mean ${JSON.stringify(hint)}? Change \`columns:\` in the job, or --columns.`,
  });
}

function ambiguous(column: string, indexes: readonly number[], headers: readonly string[]): ManifestError {
  const names = indexes.map((index) => JSON.stringify(headers[index] ?? ''));
  return new ManifestError(`The columns ${names.join(' and ')} could both be ${column}.`, {
    code: 'AMBIGUOUS_COLUMN',
    fix: `Say which: --columns ${column}=${JSON.stringify(headers[indexes[0] ?? 0] ?? '')}`,
  });
}

/**
 * Refuses headers that look like misspelt columns, and manifests in which no column of the operation is found.
 * @param entries the operations that the manifest may ask for.
 * @throws {ManifestError}
 */
export function checkHeaders(
  entries: readonly CatalogueEntry[],
  headers: readonly string[],
  given: Readonly<Record<string, string>>,
  manifestName: string,
): void {
  const maps = entries.map((entry) => mapColumns(entry, headers, given, entries.length > 1));
  const used = new Set(maps.flatMap((map) => map.cells.map((cell) => cell.index)));
  const taken = new Set(
    maps.flatMap((map) => map.cells.filter((cell) => cell.inner === null).map((cell) => cell.column)),
  );
  const known = new Set([...ownColumns, ...controlColumns].map(normaliseColumnName));
  for (const [column, header] of Object.entries(given)) {
    const isControl = controlColumns.some((control) => normaliseColumnName(control) === normaliseColumnName(column));
    if (isControl) known.add(normaliseColumnName(header));
  }
  for (const entry of entries) for (const name of exportColumns(entry, headers)) known.add(name);
  const open: string[] = [];
  for (const entry of entries) {
    for (const column of Object.keys(entry.schema.shape)) {
      for (const name of columnNames(entry, column)) known.add(normaliseColumnName(name));
      if (!taken.has(column)) open.push(...columnNames(entry, column));
    }
  }
  // Not `key`: a name that is never found is told wherever another row uses it, and "keys" is nobody's mistake.
  for (const own of [...ownColumns, 'after', unchangedSinceColumn]) {
    if (!headers.some((header) => normaliseColumnName(header) === normaliseColumnName(own))) open.push(own);
  }
  for (const [index, header] of headers.entries()) {
    if (used.has(index) || header.startsWith('_') || known.has(normaliseColumnName(header))) continue;
    const hint = suggestName(header, open);
    if (hint === null) continue;
    throw new ManifestError(`The column ${JSON.stringify(header)} looks like a misspelt ${JSON.stringify(hint)}.`, {
      where: `${manifestName}, column ${index + 1}`,
      code: 'MISSPELT_COLUMN',
      fix: `Rename it to ${hint}, or to something clearly different if it is meant to be carried along.`,
    });
  }
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && maps.every((map) => map.cells.length === 0)) {
    throw new ManifestError(`No column of the manifest belongs to ${only.provider}.${only.name}.`, {
      where: manifestName,
      code: 'NO_MATCHING_COLUMNS',
      fix: `It has ${listNames(headers)}; ${wantedColumns(only)}. Rename a column, or map it: --columns ${
        requiredColumns(only)[0] ?? 'task_id'
      }=NAME`,
    });
  }
}

function wantedColumns(entry: CatalogueEntry): string {
  const required = requiredColumns(entry);
  if (required.length > 0) return `needed: ${required.join(', ')}`;
  return `the operation knows ${Object.keys(entry.schema.shape).join(', ')}`;
}

/** The operation's columns that every row must fill. */
export function requiredColumns(entry: CatalogueEntry): string[] {
  return Object.entries(entry.schema.shape)
    .filter(([, schema]) => !z.safeParse(schema, undefined).success)
    .map(([name]) => name);
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 12).map((name) => JSON.stringify(name));
  return `${shown.join(', ')}${names.length > 12 ? `, and ${names.length - 12} more` : ''}`;
}

/**
 * Columns of the manifest that nothing reads: none of the operations, and not taskbatch itself. They are carried into the
 * report, and whoever expects more of them must be told.
 * @param read the places of those that an operation reads; null where there was none.
 * @param given the job's or flags' `columns`.
 */
export function unreadColumns(
  headers: readonly string[],
  read: ReadonlySet<number> | null,
  given: Readonly<Record<string, string>>,
): string[] {
  if (read === null) return [];
  const own = new Set([...ownColumns, ...controlColumns, ...Object.values(given)].map(normaliseColumnName));
  return headers.filter(
    (header, index) => !read.has(index) && !isReservedColumn(header) && !own.has(normaliseColumnName(header)),
  );
}
