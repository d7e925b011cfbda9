/**
 * Group commit: many rows' changes in one transaction, and one sync to the disk for as many as wait for it.
 *
 * An intent (`send`) is committed at the end of the current turn of the event loop, together with everything else that
 * waits, and its promise resolves only when the disk has it; the request must not leave earlier. While a sync is under
 * way, intents gather for the next. Outcomes (`finish`) wait for company at most {@link groupMs} or {@link groupRows}:
 * a crash loses them, and the row, still `sending`, is then settled by reading the service. So do intents that are in no
 * hurry, for each commit and each sync has its price, however few rows it is for. Changes are applied in the order of the
 * calls.
 *
 * When a commit or a sync fails (disk full), every waiting and every later call is refused with that error, so nothing
 * more is sent.
 */

import { createLogSync, type LogSync } from './log-sync.js';
import { markSending, type RowResult, writeAttemptNote, writeRowResult, writeStep } from './row-writes.js';
import type { RunDatabase } from './run-database.js';
import type { RowEvent } from './status.js';

const groupMs = 50;
/** Without a limit an intent in a hurry comes sooner: this leaves room for those that have time. */
const groupRows = 100;

export interface Journal {
  /**
   * Resolves when the intent to send row `number` is on the disk. Rejects with {@link StateError}.
   * @param haste `none` when others will leave before this row, whose intents are on the disk.
   */
  send(number: number, startedAtMs: number, haste?: 'none'): Promise<void>;
  /** Resolves when it is on the disk that a step of row `number` is finished. Rejects with {@link StateError}. */
  step(number: number, name: string): Promise<void>;
  /** Records what the row came to, or that it goes back to `pending`. */
  finish(number: number, event: RowEvent, result: RowResult): void;
  /** Records what is known of a row now, before anything that is given later. */
  write(change: (database: RunDatabase) => void): void;
  /** Keeps a note about an attempt that did not succeed at once. */
  note(number: number, attempt: number, atMs: number, text: string): void;
  /** Commits all that waits, now; intents go on waiting for the disk. @throws {StateError} */
  flush(): void;
  /** Commits what is left, unless the journal is broken. Nothing may wait any more. Rejects with {@link StateError}. */
  close(): Promise<void>;
}

/** Those who wait for one sync: a single promise for all of them, since they are told the same. */
class Waiting {
  readonly synced: Promise<void>;
  #resolve = (): void => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor() {
    this.synced = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  end(): void {
    this.#resolve();
  }

  refuse(error: unknown): void {
    this.#reject(error);
  }
}

/**
 * Until the journal is closed, nobody else's commits to the database are synced before the journal's next intent is.
 * @param onError told once when a commit or a sync failed outside of a call to `flush`.
 */
export function createJournal(
  database: RunDatabase,
  onError: (error: unknown) => void,
  log: LogSync = createLogSync(database),
): Journal {
  let changes: (() => void)[] = [];
  /** Null while nobody waits for the next sync. */
  let waiting: Waiting | null = null;
  let timer: NodeJS.Timeout | null = null;
  let turnEnds: NodeJS.Immediate | null = null;
  /** Whether a group is being committed and synced in the background; what comes meanwhile makes up the next one. */
  let busy = false;
  let due = false;
  /** Whether one of those who wait is in a hurry. */
  let pressed = false;
  let background = Promise.resolve();
  let broken: { readonly error: unknown } | null = null;

  const breakDown = (error: unknown): unknown => {
    broken ??= { error };
    waiting?.refuse(broken.error);
    waiting = null;
    return broken.error;
  };
  const commit = (): void => {
    if (timer !== null) clearTimeout(timer);
    if (turnEnds !== null) clearImmediate(turnEnds);
    timer = null;
    turnEnds = null;
    if (broken !== null) throw broken.error;
    if (changes.length === 0) return;
    const group = changes;
    changes = [];
    try {
      database.transaction(() => {
        for (const change of group) change();
      });
    } catch (error) {
      throw breakDown(error);
    }
  };
  const sync = async (group: Waiting): Promise<void> => {
    try {
      await log.sync();
    } catch (error) {
      group.refuse(error);
      throw error;
    }
    group.end();
  };
  const takeWaiting = (): Waiting | null => {
    const group = waiting;
    waiting = null;
    pressed = false;
    return group;
  };
  const work = async (): Promise<void> => {
    busy = true;
    try {
      do {
        due = false;
        commit();
        const group = takeWaiting();
        if (group !== null) await sync(group);
      } while (pressed || due);
    } catch (error) {
      onError(breakDown(error));
    } finally {
      busy = false;
    }
  };
  const commitInBackground = (): void => {
    if (busy) due = true;
    else background = work();
  };
  const add = (change: () => void): void => {
    if (broken !== null) throw broken.error;
    changes.push(change);
    if (changes.length >= groupRows) turnEnds ??= setImmediate(commitInBackground);
    else timer ??= setTimeout(commitInBackground, groupMs);
  };

  const press = (): void => {
    pressed = true;
    if (!busy) turnEnds ??= setImmediate(commitInBackground);
  };
  const addDurably = (change: () => void, haste?: 'none'): Promise<void> => {
    if (broken !== null) return Promise.reject(broken.error);
    add(change);
    waiting ??= new Waiting();
    if (haste !== 'none') press();
    return waiting.synced;
  };

  return {
    send: (number, startedAtMs, haste) => addDurably(() => markSending(database, number, startedAtMs), haste),
    step: (number, name) => addDurably(() => writeStep(database, number, name)),
    finish: (number, event, result) => add(() => writeRowResult(database, number, event, result)),
    write: (change) => add(() => change(database)),
    note: (number, attempt, atMs, text) => add(() => writeAttemptNote(database, number, attempt, atMs, text)),
    flush: () => {
      commit();
      if (waiting !== null) press();
    },
    close: async () => {
      await background;
      try {
        if (broken === null) commit();
      } finally {
        log.close();
      }
    },
  };
}
