/**
 * Opens SQLite through the `node:sqlite` API: built into Node from 22.13 on, from the package `@photostructure/sqlite`
 * before that. The same file works under both.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Booleans and objects are left out on purpose: the drivers disagree on them. Strings are cut at NUL by SQLite. */
export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = Readonly<Record<string, unknown>>;

export interface Statement {
  run(...values: SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
  iterate(...values: SqlValue[]): Iterable<unknown>;
}

export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

interface SqliteModule {
  readonly DatabaseSync: new (path: string, options?: { readOnly?: boolean; timeout?: number }) => Database;
}

export interface OpenOptions {
  readonly readOnly?: boolean;
  /** How long to wait for another process's lock. */
  readonly timeoutMs?: number;
}

let loaded: SqliteModule | null = null;

/** @throws the driver's own error; callers name the file and the remedy. */
export function openSqlite(path: string, options: OpenOptions = {}): Database {
  loaded ??= loadDriver(process.versions.node);
  return new loaded.DatabaseSync(path, { readOnly: options.readOnly ?? false, timeout: options.timeoutMs ?? 5_000 });
}

const driverPackage = '@photostructure/sqlite';

/** Where its program lies in most installations; to look it up in what the package exports takes longer than to load it. */
function findDriver({ resolve }: NodeJS.Require): string | undefined {
  const folders = resolve.paths(driverPackage) ?? [];
  return folders.map((folder) => join(folder, driverPackage, 'dist', 'index.cjs')).find(existsSync);
}

function loadDriver(nodeVersion: string): SqliteModule {
  const require = createRequire(import.meta.filename);
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const builtIn = major > 22 || (major === 22 && minor >= 13);
  if (!builtIn) return require(findDriver(require) ?? driverPackage);
  // Node prints "SQLite is an experimental feature" to stderr at the first load; it would land amid our own output.
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return require('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
