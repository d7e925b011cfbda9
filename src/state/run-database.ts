import { chmodSync, existsSync } from 'node:fs';
import { messageOf, StateError, systemCodeOf, TaskbatchError } from '../errors.js';
import { migrations } from './migrations.js';
import { type Database, openSqlite, type Statement } from './sqlite.js';

/** A run's database with its prepared statements; one writer at a time, any number of readers beside it. */
export interface RunDatabase {
  readonly path: string;
  /** Prepares once and keeps the statement. */
  prepare(sql: string): Statement;
  exec(sql: string): void;
  /** Runs `work` in one transaction; rolls back when it throws. Must not be nested. */
  transaction<T>(work: () => T): T;
  /** What stands in the file and never changes there; forgotten with a transaction that is rolled back. */
  readonly known: {
    /** Ids of patterns by their texts. */
    readonly patterns: Map<string, number>;
    /** Dictionaries of snapshots by their ids, each byte as a character. */
    readonly dictionaries: Map<number, string>;
  };
  close(): void;
}

/**
 * Creates `run.db` for a new run, readable by its owner only.
 * @throws {StateError} when the file can't be made, e.g. on a full disk.
 */
export function createRunDatabase(path: string): RunDatabase {
  return guardState(path, () => {
    const database = openSqlite(path);
    try {
      chmodSync(path, 0o600);
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      applyMigrations(database, path);
      return wrap(database, path, 'write');
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * Opens an existing `run.db`.
 * @param access `write` for the run's owner; `read` for looking on while another process writes.
 * @throws {StateError} when it is missing, damaged, or was written by a newer taskbatch.
 */
export function openRunDatabase(path: string, access: 'read' | 'write'): RunDatabase {
  return guardState(path, () => {
    if (!existsSync(path)) {
      throw new StateError(`There is no run database at ${path}.`, {
        code: 'NO_RUN',
        fix: 'List the runs: taskbatch status',
      });
    }
    const database = openSqlite(path);
    try {
      if (access === 'read') {
        // Opened for writing all the same: a reader of a WAL file must be able to make its shared-memory file, and what
        // an older version has written is brought up to date first, which it can go on with none the less.
        applyMigrations(database, path);
        database.exec('PRAGMA query_only = ON;');
      } else {
        database.exec('PRAGMA synchronous = FULL;');
        applyMigrations(database, path);
      }
      return wrap(database, path, access);
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Others may be at it too: each step is looked at again when nobody else writes. */
function applyMigrations(database: Database, path: string): void {
  for (
    let version = checkVersion(database, path);
    version < migrations.length;
    version = checkVersion(database, path)
  ) {
    database.exec('BEGIN IMMEDIATE');
    try {
      if (checkVersion(database, path) === version) {
        database.exec(`${migrations[version]} PRAGMA user_version = ${version + 1};`);
      }
      database.exec('COMMIT');
    } catch (error) {
      rollBack(database);
      throw isMisfit(error) ? misfit(path, version, error) : error;
    }
  }
}

/** Whether a step met tables that are not those of its number: they were brought there by a later step, or by no step. */
function isMisfit(error: unknown): boolean {
  return /already exists|duplicate column|no such (?:table|column|index)/i.test(messageOf(error));
}

function misfit(path: string, version: number, cause: unknown): StateError {
  return new StateError(
    `The state file can't be used: its tables are not those of its schema version ${version} (${messageOf(cause)}), so something else changed it.`,
    { where: path, code: 'DAMAGED', fix: damagedAdvice, cause },
  );
}

function checkVersion(database: Database, path: string): number {
  const row = database.prepare('PRAGMA user_version').get();
  const version = Number(typeof row === 'object' && row !== null && 'user_version' in row ? row.user_version : 0);
  if (version > migrations.length) {
    throw new StateError(
      `${path} has schema version ${version}; this taskbatch knows versions up to ${migrations.length}.`,
      { code: 'NEWER_SCHEMA', where: path, fix: 'Use the taskbatch version that made this run, or a newer one.' },
    );
  }
  return version;
}

/** Moves what stands in the write-ahead log into the file itself, so that the file alone is the whole state. */
function emptyLog(database: Database): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // Readers or a full disk are in the way; the log is complete, and the next one to open the file goes on with it.
  }
}

/** Ends a transaction, if there is one: SQLite has rolled back by itself where the disk is full or fails. */
function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // Nothing was begun, or it is over; an error before this one is the one to tell.
  }
}

function wrap(database: Database, path: string, access: 'read' | 'write'): RunDatabase {
  const statements = new Map<string, Statement>();
  const known: RunDatabase['known'] = { patterns: new Map(), dictionaries: new Map() };
  return {
    path,
    known,
    prepare: (sql) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = guardStatement(
        path,
        guardState(path, () => database.prepare(sql)),
      );
      statements.set(sql, statement);
      return statement;
    },
    exec: (sql) => guardState(path, () => database.exec(sql)),
    transaction: (work) =>
      guardState(path, () => {
        database.exec('BEGIN IMMEDIATE');
        try {
          const value = work();
          database.exec('COMMIT');
          return value;
        } catch (error) {
          rollBack(database);
          known.patterns.clear();
          known.dictionaries.clear();
          throw error;
        }
      }),
    close: () => {
      statements.clear();
      if (access === 'write') emptyLog(database);
      // A driver keeps a connection, and what it reads of the past, until its statements are collected.
      else rollBack(database);
      database.close();
    },
  };
}

/** A damaged file is often noticed only when the damaged part is read. */
function guardStatement(path: string, statement: Statement): Statement {
  return {
    // Called for each row: guarded without a function made for each call.
    run: (...values) => {
      try {
        return statement.run(...values);
      } catch (error) {
        throw stateErrorFrom(path, error);
      }
    },
    get: (...values) => guardState(path, () => statement.get(...values)),
    all: (...values) => guardState(path, () => statement.all(...values)),
    *iterate(...values) {
      try {
        yield* statement.iterate(...values);
      } catch (error) {
        throw stateErrorFrom(path, error);
      }
    },
  };
}

/** Turns the driver's errors into ours, with the file's name and the remedy. */
function guardState<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw stateErrorFrom(path, error);
  }
}

/** What is one of ours already stays as it is. */
function stateErrorFrom(path: string, error: unknown): TaskbatchError {
  return error instanceof TaskbatchError ? error : stateErrorOf(path, error);
}

const damagedAdvice = 'The file is damaged; restore it from a copy, or plan the manifest again.';

const remedies: ReadonlyArray<readonly [RegExp, string, string]> = [
  [/disk is full|ENOSPC|EDQUOT/i, 'DISK_FULL', 'Free some space on that disk, then resume: taskbatch resume'],
  // A full disk too, where SQLite's shared-memory file can't grow; a quota; a disk that fails.
  [
    /disk I\/O error|EFBIG|EIO/i,
    'DISK_ERROR',
    'Check the disk and the space that is left on it, then resume: taskbatch resume',
  ],
  [
    /readonly|unable to open|EACCES|EPERM|EROFS/i,
    'NOT_WRITABLE',
    'Check the rights of the folder, or choose another one with --state-dir.',
  ],
  [/malformed|not a database|corrupt/i, 'DAMAGED', damagedAdvice],
  [/locked|busy/i, 'LOCKED', 'Another process holds the file; wait for it to end.'],
];

/** What the driver, or the system, says of a state file: in our words, with the file's name and the remedy. */
export function stateErrorOf(path: string, error: unknown): StateError {
  const message = messageOf(error);
  const remedy = remedies.find(([pattern]) => pattern.test(message) || pattern.test(systemCodeOf(error) ?? ''));
  return new StateError(`The state file can't be used: ${message}.`, {
    where: path,
    code: remedy?.[1] ?? 'STATE',
    fix: remedy?.[2] ?? 'Check that the file and its folder can be read and written.',
    cause: error,
  });
}
