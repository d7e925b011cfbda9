import { abortListeners } from '../abort-listeners.js';
import { HeldError } from '../providers/http.js';

interface Waiter<T> {
  readonly signal: AbortSignal | undefined;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Those who wait, in the order in which they came; an aborted signal takes one out of the line at once. */
export class WaitingLine<T> {
  /** A list for the reason that is told in `abort-listeners.ts`. */
  #waiters: Waiter<T>[] = [];
  /** Signals that are listened to: once each, whoever waits. */
  readonly #heeded = new WeakSet<AbortSignal>();

  get length(): number {
    return this.#waiters.length;
  }

  /** @throws {HeldError} `stopping` when `signal` is aborted, or what {@link WaitingLine.sendAway} is told. */
  join(signal: AbortSignal | undefined): Promise<T> {
    if (signal !== undefined) this.#heed(signal);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ signal, resolve, reject });
    });
  }

  letOut(value: T): void {
    this.#waiters.shift()?.resolve(value);
  }

  sendAway(error: unknown): void {
    this.#reject(() => true, error);
  }

  #heed(signal: AbortSignal): void {
    if (this.#heeded.has(signal)) return;
    this.#heeded.add(signal);
    abortListeners(signal).add(() => this.#reject((waiter) => waiter.signal === signal, stoppingError()));
  }

  #reject(concerns: (waiter: Waiter<T>) => boolean, error: unknown): void {
    const concerned = this.#waiters.filter(concerns);
    this.#waiters = this.#waiters.filter((waiter) => !concerns(waiter));
    for (const { reject } of concerned) reject(error);
  }
}

export function stoppingError(): HeldError {
  return new HeldError('stopping', 'The run is stopping; the request was not sent.');
}
