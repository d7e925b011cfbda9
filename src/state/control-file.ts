/**
 * How a person reaches a run from another terminal: a small SQLite file in the run's folder. The process that has the
 * run in hand looks into it; others put commands there, and read how it stands. It is not the run's database, so that
 * whoever holds it locked, stopped amid a command for instance, can't hold up the run. What is in it ends with the
 * process: a command that nobody took, and a pause, hold for no later one.
 */
import { chmodSync, closeSync, existsSync, openSync, rmSync } from 'node:fs';
import * as z from 'zod/mini';
import type { RunFolder } from './run-folder.js';
import { type Database, openSqlite, type Statement } from './sqlite.js';
import { numberColumn, textColumn } from './values.js';

export const controlKinds = ['pause', 'resume', 'rate', 'stop'] as const;
export type ControlKind = (typeof controlKinds)[number];

export interface ControlCommand {
  readonly id: number;
  readonly kind: ControlKind;
  /** Requests a minute, of `rate`. */
  readonly value: number | null;
}

/** Made when it is asked for: most looks at a run find that nobody has it in hand. */
const liveSchema = () =>
  z.object({
    /** When a person paused it, wall clock; null while it is not paused. */
    pausedSinceMs: z.nullable(z.number()),
    /** When the last row is expected to end, wall clock; null while nothing can be said. Absent from earlier versions. */
    endsAtMs: z._default(z.nullable(z.number()), null),
    services: z.array(
      z.object({
        provider: z.string(),
        title: z.string(),
        /** Requests a minute that may leave; 0 = no limit. */
        perMinute: z.number(),
        /** What holds the service's rows. */
        pause: z.nullable(z.object({ untilMs: z.number(), reason: z.string() })),
      }),
    ),
  });
/** How a run that is going on stands, as far as only its process knows. */
export type LiveState = z.output<ReturnType<typeof liveSchema>>;

/** The side of the process that has the run in hand. Nothing here throws: a run goes on without being reachable. */
export interface ControlDesk {
  /** Takes what was not taken yet, in the order in which it came; from then on nobody can withdraw it. */
  take(): ControlCommand[];
  answer(id: number, text: string): void;
  tell(live: LiveState): void;
  /** Answers what is left. @param ofTaken to what was taken, and has no answer yet. */
  close(farewell: string, ofTaken?: string): void;
}

/** A command that was put into the file. */
export interface SentCommand {
  /** Null while there is none. */
  answer(): string | null;
  /** Takes it back. @returns false when the run has taken it, or forgotten it as its successor does. */
  withdraw(): boolean;
  close(): void;
}

const schema = `
  PRAGMA journal_mode = DELETE;
  PRAGMA synchronous = OFF;
  CREATE TABLE IF NOT EXISTS command (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, value REAL, taken INTEGER NOT NULL DEFAULT 0,
    answer TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS live (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), state TEXT NOT NULL) STRICT;
`;

/** Another process writes for a moment only; the next look comes soon. */
const deskTimeoutMs = 20;
const senderTimeoutMs = 2_000;

/** To be called with the run's lock held. Forgets what an earlier process left. */
export function openControlDesk(folder: RunFolder): ControlDesk {
  const database = quietly(() => openAnew(folder)) ?? quietly(() => openAnew(folder, true)) ?? null;
  const run = (sql: string, ...values: (string | number)[]) => {
    quietly(() => database?.prepare(sql).run(...values));
  };
  // Asked twice a second for as long as the run goes on.
  let look: Statement | undefined;
  const lookForCommands = () => {
    look ??= database?.prepare('SELECT * FROM command WHERE taken = 0 ORDER BY id');
    return look?.all();
  };
  return {
    take: () => {
      const rows = quietly(lookForCommands) ?? [];
      return rows.flatMap(commandOf).filter(({ id }) => {
        const claim = () =>
          database?.prepare('UPDATE command SET taken = 1 WHERE id = ? AND taken = 0').run(id).changes;
        return Number(quietly(claim) ?? 0) > 0;
      });
    },
    answer: (id, text) => run('UPDATE command SET answer = ? WHERE id = ? AND answer IS NULL', text, id),
    tell: (live) => run('INSERT OR REPLACE INTO live (only_one, state) VALUES (1, ?)', JSON.stringify(live)),
    close: (farewell, ofTaken = farewell) => {
      run('UPDATE command SET answer = iif(taken, ?, ?) WHERE answer IS NULL', ofTaken, farewell);
      run('DELETE FROM live');
      quietly(() => database?.close());
    },
  };
}

/**
 * Puts a command into the file of a run that is in a process's hands; null when that process takes none.
 * @throws the driver's error when the file can't be written.
 */
export function sendCommand(folder: RunFolder, kind: ControlKind, value: number | null): SentCommand | null {
  const database = openExisting(folder);
  if (database === null) return null;
  try {
    const { lastInsertRowid: id } = database
      .prepare('INSERT INTO command (kind, value) VALUES (?, ?)')
      .run(kind, value);
    return {
      answer: () => textColumn(database.prepare('SELECT answer FROM command WHERE id = ?').get(id), 'answer'),
      withdraw: () => Number(database.prepare('DELETE FROM command WHERE id = ? AND taken = 0').run(id).changes) > 0,
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Null when nobody tells; to be asked only while a process has the run in hand. */
export function readLiveState(folder: RunFolder): LiveState | null {
  return quietly(() => {
    const database = openExisting(folder);
    if (database === null) return null;
    try {
      const text = textColumn(database.prepare('SELECT state FROM live').get(), 'state');
      return text === null ? null : liveSchema().parse(JSON.parse(text));
    } finally {
      database.close();
    }
  });
}

function openAnew(folder: RunFolder, afresh = false): Database {
  const file = controlFile(folder);
  if (afresh) for (const name of [file, `${file}-journal`]) rmSync(name, { force: true });
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const database = openSqlite(file, { timeoutMs: deskTimeoutMs });
  try {
    database.exec(`${schema} DELETE FROM command; DELETE FROM live;`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function openExisting(folder: RunFolder): Database | null {
  const file = controlFile(folder);
  if (!existsSync(file)) return null;
  const database = openSqlite(file, { timeoutMs: senderTimeoutMs });
  database.exec('PRAGMA synchronous = OFF');
  return database;
}

function controlFile(folder: RunFolder): string {
  return folder.file('control.db');
}

function commandOf(row: unknown): ControlCommand[] {
  const kind = controlKinds.find((known) => known === textColumn(row, 'kind'));
  if (kind === undefined) return [];
  return [{ id: numberColumn(row, 'id') ?? 0, kind, value: numberColumn(row, 'value') }];
}

/** What can't be read or written now is no reason to end anything. */
function quietly<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
