import { stoppingError, WaitingLine } from './waiting-line.js';

/**
 * The places in the air: so many rows may have a write on its way at once. Who waits for one has all else ready to leave,
 * the intent on the disk included, so that no place stays empty while the disk works. A row keeps its place from its first
 * write to its end, for what that came to may end the run before another one leaves. Reads need none: a row that keeps a
 * place may wait for what another one is reading.
 */
export class Air {
  readonly #line = new WaitingLine<void>();
  readonly #keepers = new WeakSet<object>();
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  /** How many wait for a place. */
  get waiting(): number {
    return this.#line.length;
  }

  /**
   * Takes a place; null where one was free, or the owner has kept one.
   * @throws {HeldError} `stopping` when `signal` is aborted before one is.
   */
  enter(owner: object, signal: AbortSignal): Promise<void> | null {
    if (this.#keepers.has(owner)) return null;
    if (signal.aborted) throw stoppingError();
    if (this.#free === 0) return this.#line.join(signal);
    this.#free -= 1;
    return null;
  }

  /** Keeps the place that was taken until {@link Air.release}. */
  keep(owner: object): void {
    this.#keepers.add(owner);
  }

  /** Gives back the place that was taken, unless it is kept. */
  leave(owner: object): void {
    if (!this.#keepers.has(owner)) this.#pass();
  }

  /** Gives back what was kept, if anything was. */
  release(owner: object): void {
    if (this.#keepers.delete(owner)) this.#pass();
  }

  /** To whoever waits the longest. */
  #pass(): void {
    if (this.#line.length > 0) this.#line.letOut();
    else this.#free += 1;
  }
}
