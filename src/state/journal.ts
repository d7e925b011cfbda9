/**
 * Group commit: many rows' changes in one durable transaction.
 *
 * An intent (`send`) is committed at the end of the current turn of the event loop, together with everything else that
 * waits, and its promise resolves only when the disk has it; the request must not leave earlier. Outcomes (`finish`)
 * wait for company at most {@link groupMs} or {@link groupRows}: a crash loses them, and the row, still `sending`, is
 * then settled by reading the service. Changes are applied in the order of the calls.
 *
 * When a commit fails (disk full), every waiting and every later call is refused with that error, so nothing more is
 * sent.
 */
import type { RowEvent } from '../run/status.js';
import { markSending, type RowResult, writeAttemptNote, writeRowResult, writeStep } from './row-writes.js';
import type { RunDatabase } from './run-database.js';

const groupMs = 50;
const groupRows = 50;

export interface Journal {
  /** Resolves when the intent to send row `number` is on the disk. Rejects with {@link StateError}. */
  send(number: number, startedAtMs: number): Promise<void>;
  /** Resolves when it is on the disk that a step of row `number` is finished. Rejects with {@link StateError}. */
  step(number: number, name: string): Promise<void>;
  /** Records what the row came to, or that it goes back to `pending`. */
  finish(number: number, event: RowEvent, result: RowResult): void;
  /** Records what is known of a row now, before anything that is given later. */
  write(change: (database: RunDatabase) => void): void;
  /** Keeps a note about an attempt that did not succeed at once. */
  note(number: number, attempt: number, atMs: number, text: string): void;
  /** Commits all that waits, now. @throws {StateError} */
  flush(): void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** @param onError told once when a commit failed outside of a call to `flush`. */
export function createJournal(database: RunDatabase, onError: (error: unknown) => void): Journal {
  let changes: (() => void)[] = [];
  let waiters: Waiter[] = [];
  let timer: NodeJS.Timeout | null = null;
  let turnEnds: NodeJS.Immediate | null = null;
  let broken: { readonly error: unknown } | null = null;

  const commit = (): void => {
    if (timer !== null) clearTimeout(timer);
    if (turnEnds !== null) clearImmediate(turnEnds);
    timer = null;
    turnEnds = null;
    if (broken !== null) throw broken.error;
    if (changes.length === 0) return;
    const group = changes;
    const waiting = waiters;
    changes = [];
    waiters = [];
    try {
      database.transaction(() => {
        for (const change of group) change();
      });
    } catch (error) {
      broken = { error };
      for (const waiter of waiting) waiter.reject(error);
      throw error;
    }
    for (const waiter of waiting) waiter.resolve();
  };
  const commitInBackground = (): void => {
    try {
      commit();
    } catch (error) {
      onError(error);
    }
  };
  const add = (change: () => void): void => {
    if (broken !== null) throw broken.error;
    changes.push(change);
    if (changes.length >= groupRows) turnEnds ??= setImmediate(commitInBackground);
    else timer ??= setTimeout(commitInBackground, groupMs);
  };

  const addDurably = (change: () => void): Promise<void> =>
    new Promise((resolve, reject) => {
      add(change);
      waiters.push({ resolve, reject });
      turnEnds ??= setImmediate(commitInBackground);
    });

  return {
    send: (number, startedAtMs) => addDurably(() => markSending(database, number, startedAtMs)),
    step: (number, name) => addDurably(() => writeStep(database, number, name)),
    finish: (number, event, result) => add(() => writeRowResult(database, number, event, result)),
    write: (change) => add(() => change(database)),
    note: (number, attempt, atMs, text) => add(() => writeAttemptNote(database, number, attempt, atMs, text)),
    flush: commit,
  };
}
