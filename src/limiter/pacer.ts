/// <reference path="./bottleneck-light.d.ts" />
import Bottleneck from 'bottleneck/light.js';
import type { Clock } from '../clock.js';

export interface PacerOptions {
  /** Distance of two departures in ms; fractions count. */
  readonly minTimeMs: number;
  readonly clock: Clock;
  /** Monotonic instant of the last departure before; the first slot keeps its distance to it. */
  readonly lastSlotMs: number;
}

/** A job costs bottleneck some 2.3 ms of waiting, more on a busy machine: slots that are closer are handed out together. */
const shortestSlotMs = 20;
/** Slots asked for ahead cover so much time, so that a busy event loop loses none. */
const aheadMs = 50;
/** A wall clock that moved by more than this against the monotonic one was set. */
const clockJumpMs = 50;
/** A slot that is late by so much may wait for a time of day that was set back. */
const lateMs = 1_000;

interface Generation {
  readonly bottleneck: Bottleneck;
  readonly wallOffsetMs: number;
  /** Resolves when the first slot may be asked for. */
  readonly ready: Promise<void>;
}

/**
 * Hands out instants of departure that lie evenly apart, by bottleneck's `minTime`.
 *
 * bottleneck 2.19 computes with the wall clock: set back by an hour, it would be silent for that hour; set forward, it
 * lets one through early. So the clock is looked at before a slot is asked for and when one may be late, and after a jump
 * a new bottleneck takes over. Only a few slots are registered with it at a time, since those keep their instants whatever
 * happens. More looks would only wake up a process that waits.
 */
export class Pacer {
  /** Distance of two slots. */
  readonly slotMs: number;
  /** How many may leave in one slot; more than one above 50 a second. */
  readonly departuresPerSlot: number;
  /** How many slots to ask for at a time. */
  readonly slotsAhead: number;
  readonly #clock: Clock;
  readonly #outstanding = new Set<(granted: boolean) => void>();
  readonly #disposed = new AbortController();
  #lastSlotMs: number;
  #generation: Generation;
  #stopped: Promise<unknown> = Promise.resolve();
  #watching = false;

  constructor({ minTimeMs, clock, lastSlotMs }: PacerOptions) {
    this.departuresPerSlot = Math.max(1, Math.ceil(shortestSlotMs / minTimeMs));
    this.slotMs = minTimeMs * this.departuresPerSlot;
    this.slotsAhead = Math.max(1, Math.ceil(aheadMs / this.slotMs));
    this.#clock = clock;
    this.#lastSlotMs = lastSlotMs;
    this.#generation = this.#start();
  }

  /** Monotonic instant of the last slot that was handed out. */
  get lastSlotMs(): number {
    return this.#lastSlotMs;
  }

  /** Resolves to true at the next instant, or to false when the pacer is disposed of before. */
  slot(): Promise<boolean> {
    if (this.#disposed.signal.aborted) return Promise.resolve(false);
    this.#followClock();
    return new Promise((resolve) => {
      this.#outstanding.add(resolve);
      this.#register(resolve);
      void this.#watchForLate();
    });
  }

  /** Gives up the slots that are outstanding; leaves no timer. */
  async dispose(): Promise<void> {
    this.#disposed.abort();
    for (const resolve of this.#outstanding) resolve(false);
    this.#outstanding.clear();
    this.#stop(this.#generation);
    await this.#stopped;
  }

  #start(): Generation {
    const monotonicMs = this.#clock.monotonic();
    const restMs = this.#lastSlotMs + this.slotMs - monotonicMs;
    return {
      bottleneck: new Bottleneck({ minTime: this.slotMs }),
      wallOffsetMs: this.#clock.now() - monotonicMs,
      ready: restMs > 0 ? this.#clock.sleep(restMs, this.#disposed.signal) : Promise.resolve(),
    };
  }

  #stop({ bottleneck }: Generation): void {
    this.#stopped = Promise.all([this.#stopped, bottleneck.stop({ dropWaitingJobs: true })]);
  }

  #register(resolve: (granted: boolean) => void): void {
    const generation = this.#generation;
    const grant = async () => {
      if (generation !== this.#generation || !this.#outstanding.delete(resolve)) return;
      this.#lastSlotMs = this.#clock.monotonic();
      resolve(true);
    };
    // Refused only by a bottleneck that was stopped: then the slot is registered with its successor, or given up.
    generation.ready.then(() => generation.bottleneck.schedule(grant)).catch(() => undefined);
  }

  async #watchForLate(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    while (this.#outstanding.size > 0) {
      const restMs = Math.max(0, this.#lastSlotMs + this.slotMs - this.#clock.monotonic());
      await this.#clock.sleep(restMs + lateMs, this.#disposed.signal);
      this.#followClock();
    }
    this.#watching = false;
  }

  #followClock(): void {
    // The watch wakes up once more when it is over.
    if (this.#disposed.signal.aborted) return;
    const offsetMs = this.#clock.now() - this.#clock.monotonic();
    if (Math.abs(offsetMs - this.#generation.wallOffsetMs) <= clockJumpMs) return;
    this.#stop(this.#generation);
    this.#generation = this.#start();
    for (const resolve of this.#outstanding) this.#register(resolve);
  }
}
