/**
 * The {@link Budget} that outlives a process: one small SQLite file for each service and credential, shared by all
 * processes of one machine, so that resuming within the minute and running in parallel keep to one limit.
 *
 * A slot is a row with the instant from which it is free. It is written before the request leaves, as if the answer
 * came at the last possible moment (`requestTimeoutMs` later), and brought forward when the answer is there. So the
 * slots of a process that died need nobody to clean up after it.
 *
 * Time is the machine's monotonic clock, which all processes share and no change of the wall clock touches. It starts
 * again at a reboot: a slot that was taken in the future tells of one. Everything written before is then older than
 * the machine is up, so the file is emptied and nothing leaves until the machine has been up for a full window. A
 * reboot that goes unnoticed does no harm: a slot's age then reads as less than it is, never as more.
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { BusyError, messageOf, StateError } from '../errors.js';
import { field } from '../json.js';
import { type Database, openSqlite } from '../state/sqlite.js';
import { assertLimit, type Budget, fullWindowMs, type Reservation } from './reservation.js';

export interface BudgetOptions {
  /** Made when missing, readable by its owner only; its folder must exist. */
  readonly file: string;
  /** Requests a window. Processes may differ in it; each keeps to its own for all of them together. */
  readonly limit: number;
  /** Default 60,000; the same for every process that uses the file. */
  readonly windowMs?: number;
  /** Bound for one request, from its departure to its answer or failure. */
  readonly requestTimeoutMs: number;
  /** Monotonic and the same in all processes of the machine; by default {@link sinceBootMs}. */
  readonly nowMs?: () => number;
  /** How long to wait for another process's lock, which lasts microseconds; default 5,000. */
  readonly lockTimeoutMs?: number;
}

/** How often a process that waits looks whether another one's answers made room. */
const looksPerWindow = 60;

/** `id` is the instant of departure; both times in us of the machine's clock. */
const schema = `
  CREATE TABLE IF NOT EXISTS slot (id INTEGER PRIMARY KEY, free_us INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS slot_free ON slot (free_us);
  CREATE TABLE IF NOT EXISTS pause (
    id INTEGER PRIMARY KEY CHECK (id = 1), set_us INTEGER NOT NULL, until_us INTEGER NOT NULL, reason TEXT NOT NULL
  ) STRICT;
`;
/** Small pages: a write costs as many bytes as its pages have. */
const settings = 'PRAGMA page_size = 512; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;';

/**
 * @throws {StateError} when the file can't be made, read or written.
 * @throws {BusyError} when another process keeps it locked for seconds. `reserve` throws both as well.
 */
export function openBudget(options: BudgetOptions): Budget {
  assertLimit(options.limit);
  const { file, windowMs = 60_000, nowMs = sinceBootMs, lockTimeoutMs = 5_000 } = options;
  return guardFile(file, () => {
    // SQLite gives its side files the mode of the main file, so that has to be right before the first write.
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    const database = openSqlite(file, { timeoutMs: lockTimeoutMs });
    try {
      // Survives the death of a process at any instant; what a power loss takes is younger than the reboot rule needs.
      database.exec(`${settings} BEGIN IMMEDIATE; ${schema} COMMIT;`);
      forgetEarlierBoot(database, nowMs, toUs(fullWindowMs(windowMs)));
      return wrap(database, { ...options, windowMs, nowMs, lockTimeoutMs });
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Milliseconds since the machine was started: `process.hrtime` reads the system's monotonic clock on all platforms. */
export function sinceBootMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}

/** See the head of the file. A pause is kept for what it can still last. */
function forgetEarlierBoot(database: Database, nowMs: () => number, heldUs: number): void {
  database.exec('BEGIN IMMEDIATE');
  // Read with the lock held: other processes may have taken slots while this one waited for it.
  const nowUs = toUs(nowMs());
  const lastUs = Number(field(database.prepare(readLast).get(), 'us'));
  if (lastUs > nowUs + rebootToleranceUs) {
    database.exec('DELETE FROM slot');
    database.prepare('UPDATE pause SET until_us = until_us - ? + ?, set_us = ?').run(lastUs, nowUs, nowUs);
    database.prepare(writePause).run(nowUs, heldUs, 'the machine was started a moment ago');
  }
  database.exec('COMMIT');
}

/** Rather miss a reboot, which does no harm, than see one that was none. */
const rebootToleranceUs = 1_000_000;
const readLast = `
  SELECT max(coalesce((SELECT max(id) FROM slot), 0), coalesce((SELECT set_us FROM pause), 0)) AS us
`;
const writePause = `
  INSERT INTO pause (id, set_us, until_us, reason) VALUES (1, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET set_us = excluded.set_us, until_us = excluded.until_us, reason = excluded.reason
  WHERE excluded.until_us > until_us
`;
/** An answer after its last possible moment finds its slot gone and takes it anew. */
const writeAnswer = `
  INSERT INTO slot (id, free_us) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET free_us = excluded.free_us
`;
const readState = `
  SELECT (SELECT count(*) FROM slot) AS taken, (SELECT max(id) FROM slot) AS last_id, pause.until_us, pause.reason
  FROM (SELECT 1) LEFT JOIN pause
`;

function wrap(database: Database, options: Required<BudgetOptions>): Budget {
  const { file, requestTimeoutMs, windowMs, nowMs } = options;
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const dropFree = database.prepare('DELETE FROM slot WHERE free_us <= ?');
  const look = database.prepare(readState);
  const nextFree = database.prepare('SELECT free_us FROM slot ORDER BY free_us LIMIT 1 OFFSET ?');
  const take = database.prepare('INSERT INTO slot (id, free_us) VALUES (?, ?)');
  const answer = database.prepare(writeAnswer);
  const pause = database.prepare(writePause);
  const heldUs = toUs(fullWindowMs(windowMs));
  const countTaken = database.prepare('SELECT count(*) AS taken FROM slot WHERE free_us > ?');
  const longestUs = toUs(requestTimeoutMs) + heldUs;
  let { limit } = options;
  let closed = false;

  const reserveInTransaction = (): Reservation => {
    const nowUs = toUs(nowMs());
    dropFree.run(nowUs);
    const state = look.get();
    const pausedUs = Number(field(state, 'until_us') ?? 0) - nowUs;
    if (pausedUs > 0) return { kind: 'paused', waitMs: pausedUs / 1_000, reason: String(field(state, 'reason')) };
    const excess = Number(field(state, 'taken')) - limit;
    if (excess < 0) {
      const slot = Math.max(nowUs, Number(field(state, 'last_id') ?? 0) + 1);
      take.run(slot, nowUs + longestUs);
      return { kind: 'slot', slot };
    }
    const freeUs = Number(field(nextFree.get(excess), 'free_us')) - nowUs;
    // A request in the air gives its slot back a full window after its answer, which may come at once.
    const freeInMs = Math.min(freeUs, heldUs) / 1_000;
    return { kind: 'full', waitMs: Math.min(freeInMs, windowMs / looksPerWindow), freeInMs };
  };

  return {
    reserve: () =>
      guardFile(file, () => {
        begin.run();
        try {
          const reservation = reserveInTransaction();
          commit.run();
          return reservation;
        } catch (error) {
          ignoreErrors(() => database.exec('ROLLBACK')); // SQLite may have rolled back by itself
          throw error;
        }
      }),
    answered: (slot) => {
      if (closed) return;
      const nowUs = toUs(nowMs());
      // A slot that can't be brought forward stays taken for longer, never for less: no reason to lose an answer over.
      ignoreErrors(() => answer.run(slot, nowUs + heldUs));
    },
    taken: () => (closed ? 0 : guardFile(file, () => Number(field(countTaken.get(toUs(nowMs())), 'taken')))),
    pause: (waitMs, reason) => {
      const now = nowMs();
      // Rounded down, so that it is not a moment longer than the caller's own pause. If it can't be written, the others
      // run into the service's refusal themselves.
      if (!closed) ignoreErrors(() => pause.run(toUs(now), Math.floor((now + waitMs) * 1_000), reason));
    },
    setLimit: (next) => {
      assertLimit(next);
      limit = next;
    },
    close: () => {
      if (!closed) database.close();
      closed = true;
    },
  };
}

function toUs(ms: number): number {
  return Math.ceil(ms * 1_000);
}

function ignoreErrors(work: () => void): void {
  try {
    work();
  } catch {
    // why that is right is said at each call
  }
}

function guardFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const details = { where: file, cause: error };
    if (/locked|busy/i.test(messageOf(error))) {
      throw new BusyError('Another process keeps the record of sent requests locked.', {
        ...details,
        code: 'BUDGET_LOCKED',
        fix: 'End the other taskbatch, or wait for it, and resume: taskbatch resume',
      });
    }
    throw new StateError(`The record of sent requests can't be used: ${messageOf(error)}.`, {
      ...details,
      code: 'BUDGET_UNUSABLE',
      fix: 'Check the disk and the rights on the file. If it is damaged, wait a minute, delete it and try again.',
    });
  }
}
