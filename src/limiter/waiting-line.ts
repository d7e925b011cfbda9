import { abortListeners } from '../abort-listeners.js';
import { HeldError } from '../providers/http.js';

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Those who wait, in the order in which they came; an aborted signal takes one out of the line at once. */
export class WaitingLine<T> {
  readonly #waiters = new Set<Waiter<T>>();

  get length(): number {
    return this.#waiters.size;
  }

  /** @throws {HeldError} `stopping` when `signal` is aborted, or what {@link WaitingLine.sendAway} is told. */
  join(signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = {
        resolve: (value) => {
          leave();
          resolve(value);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const leave = () => {
        this.#waiters.delete(waiter);
        if (signal !== undefined) abortListeners(signal).delete(onAbort);
      };
      const onAbort = () => waiter.reject(stoppingError());
      this.#waiters.add(waiter);
      if (signal !== undefined) abortListeners(signal).add(onAbort);
    });
  }

  letOut(value: T): void {
    const [first] = this.#waiters;
    first?.resolve(value);
  }

  sendAway(error: unknown): void {
    for (const waiter of [...this.#waiters]) waiter.reject(error);
  }
}

export function stoppingError(): HeldError {
  return new HeldError('stopping', 'The run is stopping; the request was not sent.');
}
