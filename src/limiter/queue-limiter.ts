import type { Clock } from '../clock.js';
import { HeldError } from '../providers/http.js';
import { Hold } from './hold.js';
import type { Limiter, LimiterOptions, LimiterStats, Ticket } from './limiter.js';
import { OpenTicket, type Place, type TicketOffice } from './open-ticket.js';
import { Pacer } from './pacer.js';
import type { Budget, Reservation } from './reservation.js';
import { RollingCount } from './rolling-count.js';
import { ThrottleStreak } from './throttle-streak.js';
import { stoppingError, WaitingLine } from './waiting-line.js';
import { createWindowGuard } from './window-guard.js';

/**
 * Evenly spaced departures at exactly the limit would leak: a request may travel faster than the one a limit before
 * it. With 0.8 % more distance, half a second of difference in a minute is covered without the budget's help.
 */
const spacing = 1.008;
/** Above it bottleneck is the bottleneck: a job costs it some 2.3 ms. The budget alone limits. */
const fastestPacePerSecond = 300;

/** Shorter waits for room in the window are part of the pace. */
const worthTellingMs = 1_000;

/** The {@link Limiter} of one process; how it decides is told in `limiter.ts`. */
export class QueueLimiter implements Limiter {
  readonly #options: LimiterOptions;
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #line = new WaitingLine<Ticket>();
  readonly #hold: Hold;
  readonly #streak = new ThrottleStreak();
  readonly #sent: RollingCount;
  readonly #unplaced = new Set<Place>();
  #guard: Budget | null;
  /** Null when there is no limit. */
  #budget: Budget | null = null;
  #pacer: Pacer | null = null;
  #slotsAhead: Array<Promise<boolean>> = [];
  /** Departures that are left of the current slot. */
  #restOfSlot = 0;
  #isRunning = false;
  #wake = new AbortController();
  /** Why nobody may wait: the current pause is too long. */
  #gaveUp: HeldError | null = null;
  /** Holds everything while a person wants it so. */
  #standstill: { readonly over: Promise<void>; readonly end: () => void } | null = null;
  #inAir = 0;
  #isDisposed = false;
  #disposing: Promise<unknown> = Promise.resolve();

  constructor(options: LimiterOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#windowMs = options.windowMs ?? 60_000;
    this.#sent = new RollingCount(this.#windowMs);
    this.#guard = options.budget;
    this.#hold = new Hold({ clock: options.clock, onPause: options.onPause, onResume: () => this.#resume() });
    this.setRate(options.requestsPerMinute);
  }

  async acquire(signal?: AbortSignal): Promise<Ticket> {
    if (this.#isDisposed || signal?.aborted === true) throw stoppingError();
    if (this.#gaveUp !== null) throw this.#gaveUp;
    const now = this.tryAcquire(signal);
    if (now !== null) return now;
    const ticket = this.#line.join(signal);
    void this.#run();
    return ticket;
  }

  tryAcquire(signal?: AbortSignal): Ticket | null {
    if (this.#isDisposed || signal?.aborted === true || this.#gaveUp !== null) return null;
    return this.#budget === null && this.#mayLeave && this.#line.length === 0 ? this.#issueTicket(null, 0) : null;
  }

  pause(waitMs: number, reason: string): void {
    this.#budget?.pause(waitMs, reason);
    this.#holdBack(waitMs, waitMs, reason);
  }

  hold(): void {
    if (this.#standstill !== null || this.#isDisposed) return;
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#standstill = { over, end };
    this.#wake.abort();
  }

  letGo(): void {
    this.#standstill?.end();
    this.#standstill = null;
  }

  isHolding(): boolean {
    return !this.#mayLeave;
  }

  inAir(): number {
    return this.#inAir;
  }

  setRate(requestsPerMinute: number): void {
    if (!(requestsPerMinute >= 0 && requestsPerMinute < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`a rate of ${requestsPerMinute} requests a minute is none`);
    }
    if (this.#isDisposed) return;
    const lastSlotMs = this.#pacer?.lastSlotMs ?? Number.NEGATIVE_INFINITY;
    const wasUnlimited = this.#budget === null;
    this.#disposePacer();
    this.#budget = null;
    if (requestsPerMinute > 0) {
      const limit = Math.max(1, Math.floor(requestsPerMinute));
      const { monotonic } = this.#clock;
      this.#guard ??= createWindowGuard({ limit, windowMs: this.#windowMs, nowMs: monotonic });
      this.#guard.setLimit(limit);
      this.#budget = this.#guard;
      if (wasUnlimited) this.#placeEarlier(this.#guard);
      const minTimeMs = (this.#windowMs / requestsPerMinute) * spacing;
      const isPaced =
        this.#options.pace === 'even' && (requestsPerMinute * 1_000) / this.#windowMs <= fastestPacePerSecond;
      if (isPaced) this.#pacer = new Pacer({ minTimeMs, clock: this.#clock, lastSlotMs });
    }
    this.#wake.abort();
  }

  taken(): number {
    return this.#budget?.taken() ?? this.#sent.total(this.#clock.monotonic());
  }

  stats(): LimiterStats {
    const { isActive, remainingMs, reason } = this.#hold;
    return {
      sentInWindow: this.#sent.total(this.#clock.monotonic()),
      pausedUntilMs: isActive ? this.#clock.now() + remainingMs : null,
      reason,
    };
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#line.sendAway(stoppingError());
    this.#hold.dispose();
    this.letGo();
    this.#disposePacer();
    this.#wake.abort();
    await this.#disposing;
  }

  /** Lets the waiting out one by one; one such loop runs while anybody waits. */
  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (this.#line.length > 0) await this.#letOneOut();
    } catch (error) {
      this.#line.sendAway(error);
    }
    this.#slotsAhead = [];
    this.#isRunning = false;
  }

  get #mayLeave(): boolean {
    return !this.#hold.isActive && this.#standstill === null;
  }

  async #letOneOut(): Promise<void> {
    if (!this.#mayLeave) {
      // Slots from before the pause are past: used after it, they would make a burst.
      this.#dropSlots();
      return this.#standstill?.over ?? this.#hold.over();
    }
    if (this.#pacer !== null && !(await this.#nextSlot(this.#pacer))) return;
    const slotMs = this.#clock.monotonic();
    while (this.#line.length > 0 && this.#mayLeave) {
      const budget = this.#budget;
      const reservation = budget?.reserve() ?? { kind: 'slot', slot: 0 };
      if (reservation.kind === 'slot') return this.#line.letOut(this.#issueTicket(budget, reservation.slot));
      if (reservation.kind === 'paused')
        return this.#holdBack(reservation.waitMs, reservation.waitMs, reservation.reason);
      await this.#waitForRoom(reservation);
      // The next one's distance is measured from this slot: after a long wait here a new one is due, which is at once.
      if (this.#pacer !== null && this.#clock.monotonic() - slotMs >= this.#pacer.slotMs) return this.#dropSlots();
    }
  }

  async #nextSlot(pacer: Pacer): Promise<boolean> {
    if (this.#restOfSlot > 0 && this.#clock.monotonic() - pacer.lastSlotMs < pacer.slotMs) {
      this.#restOfSlot -= 1;
      return true;
    }
    const wanted = Math.min(pacer.slotsAhead, Math.ceil(this.#line.length / pacer.departuresPerSlot));
    while (this.#slotsAhead.length < wanted) this.#slotsAhead.push(pacer.slot());
    const granted = (await this.#slotsAhead.shift()) === true;
    this.#restOfSlot = granted ? pacer.departuresPerSlot - 1 : 0;
    return granted;
  }

  #dropSlots(): void {
    this.#slotsAhead = [];
    this.#restOfSlot = 0;
  }

  /** Until the budget says there may be room, or something happened that it should be asked about. */
  async #waitForRoom({ waitMs, freeInMs }: Extract<Reservation, { readonly kind: 'full' }>): Promise<void> {
    if (freeInMs >= worthTellingMs) this.#options.onFull?.({ untilMs: this.#clock.now() + freeInMs });
    this.#wake = new AbortController();
    await this.#clock.sleep(Math.max(1, Math.ceil(waitMs)), this.#wake.signal);
  }

  /** Counts the requests that left while there was no limit, those in the air first; as many as there is room for. */
  #placeEarlier(budget: Budget): void {
    let answered = this.#sent.total(this.#clock.monotonic()) - this.#unplaced.size;
    for (const place of this.#unplaced) {
      const reservation = budget.reserve();
      if (reservation.kind !== 'slot') return;
      Object.assign(place, { budget, slot: reservation.slot });
      this.#unplaced.delete(place);
    }
    for (; answered > 0; answered -= 1) {
      const reservation = budget.reserve();
      if (reservation.kind !== 'slot') return;
      budget.answered(reservation.slot);
    }
  }

  #issueTicket(budget: Budget | null, slot: number): Ticket {
    this.#sent.add(this.#clock.monotonic());
    this.#inAir += 1;
    const place: Place = { budget, slot };
    if (budget === null) this.#unplaced.add(place);
    return new OpenTicket(place, this.#streak.step, this.#tickets);
  }

  readonly #tickets: TicketOffice = {
    closed: (place) => {
      this.#inAir -= 1;
      this.#unplaced.delete(place);
      place.budget?.answered(place.slot);
    },
    served: (step) => this.#streak.served(step),
    refused: (step, toldMs, reason) => {
      const nowMs = this.#clock.monotonic();
      const { waitMs, sinceMs, isFirst } = this.#streak.refused(step, toldMs, nowMs);
      this.#budget?.pause(waitMs, reason);
      this.#holdBack(waitMs, nowMs + waitMs - sinceMs, reason);
      return { beginsStreak: isFirst, waitMs };
    },
  };

  /** @param wholeWaitMs the wait with the ones before it, as far as nothing was served in between. */
  #holdBack(waitMs: number, wholeWaitMs: number, reason: string): void {
    this.#hold.begin(waitMs, reason);
    if (wholeWaitMs > this.#options.giveUpAfterMs && this.#hold.isActive) {
      this.#gaveUp = tooLong(reason, wholeWaitMs, this.#options.giveUpAfterMs);
      this.#line.sendAway(this.#gaveUp);
    }
    this.#wake.abort();
  }

  #resume(): void {
    this.#gaveUp = null;
    this.#options.onResume?.();
  }

  #disposePacer(): void {
    if (this.#pacer !== null) this.#disposing = Promise.all([this.#disposing, this.#pacer.dispose()]);
    this.#pacer = null;
    this.#dropSlots();
  }
}

function tooLong(reason: string, waitMs: number, giveUpAfterMs: number): HeldError {
  const [wait, bound] = [waitMs, giveUpAfterMs].map((ms) => `${Math.ceil(ms / 1_000)} s`);
  return new HeldError('wait-too-long', `A wait of ${wait} is longer than the ${bound} that the run allows: ${reason}`);
}
