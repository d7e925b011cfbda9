import type { Clock } from '../clock.js';

/** A pause as it is told to people. */
export interface Pause {
  /** Wall clock, ms since the epoch. */
  readonly untilMs: number;
  readonly reason: string;
}

export interface HoldOptions {
  readonly clock: Clock;
  readonly onPause?: ((pause: Pause) => void) | undefined;
  readonly onResume?: (() => void) | undefined;
}

/** A pause that grows by less than this is not told again: workers run into the same refusal one after the other. */
const worthTellingMs = 1_000;

/** Whether everything is held, until when and why. Pauses that overlap last as long as the latest of them. */
export class Hold {
  readonly #options: HoldOptions;
  readonly #disposed = new AbortController();
  #untilMs = Number.NEGATIVE_INFINITY;
  #reason: string | null = null;
  #over: Promise<void> | null = null;

  constructor(options: HoldOptions) {
    this.#options = options;
  }

  get isActive(): boolean {
    return this.#over !== null;
  }

  get reason(): string | null {
    return this.#reason;
  }

  /** What is left of the pause; 0 when there is none. */
  get remainingMs(): number {
    return this.isActive ? Math.max(0, this.#untilMs - this.#options.clock.monotonic()) : 0;
  }

  /** Resolves when nothing is held any more, or at once. */
  over(): Promise<void> {
    return this.#over ?? Promise.resolve();
  }

  /** Holds everything for `waitMs` from now on, unless it is held for longer already. */
  begin(waitMs: number, reason: string): void {
    const { clock, onPause } = this.#options;
    const growthMs = waitMs - this.remainingMs;
    if (growthMs <= 0 || this.#disposed.signal.aborted) return;
    const isNew = !this.isActive;
    this.#untilMs = clock.monotonic() + waitMs;
    this.#reason = reason;
    this.#over ??= this.#wait();
    if (isNew || growthMs >= worthTellingMs) onPause?.({ untilMs: clock.now() + waitMs, reason });
  }

  dispose(): void {
    this.#disposed.abort();
  }

  async #wait(): Promise<void> {
    const { clock, onResume } = this.#options;
    for (let leftMs = this.#left(); leftMs > 0; leftMs = this.#left())
      await clock.sleep(Math.ceil(leftMs), this.#disposed.signal);
    this.#over = null;
    this.#reason = null;
    if (!this.#disposed.signal.aborted) onResume?.();
  }

  #left(): number {
    return this.#disposed.signal.aborted ? 0 : this.#untilMs - this.#options.clock.monotonic();
  }
}
