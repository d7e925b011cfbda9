import { WaitingLine } from './waiting-line.js';

/**
 * The places in the air: so many requests of a service may be on their way at once. Who waits for one has all else ready
 * to leave, an intent on the disk included, so that no place stays empty while the disk works.
 */
export class Air {
  readonly #line = new WaitingLine<void>();
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  /**
   * Takes a place; null where one was free.
   * @throws {HeldError} `stopping` when `signal` is aborted before one is.
   */
  enter(signal: AbortSignal): Promise<void> | null {
    if (this.#free === 0) return this.#line.join(signal);
    this.#free -= 1;
    return null;
  }

  /** Gives a place back, to whoever waits the longest. */
  leave(): void {
    if (this.#line.length > 0) this.#line.letOut();
    else this.#free += 1;
  }
}
