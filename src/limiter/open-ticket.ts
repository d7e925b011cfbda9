import type { Refusal } from './learned-rate.js';
import type { Ticket } from './limiter.js';
import type { Budget } from './reservation.js';

/** The slot of a request in the air; it has none where there was no limit when it left. */
export interface Place {
  budget: Budget | null;
  slot: number;
}

/** What becomes of tickets. */
export interface TicketOffice {
  closed(place: Place): void;
  served(step: number): void;
  refused(step: number, toldMs: number | null, reason: string): Refusal;
}

/** Counts once: whatever is told of it after that is passed over. */
export class OpenTicket implements Ticket {
  readonly #place: Place;
  readonly #step: number;
  readonly #office: TicketOffice;
  #isOpen = true;

  constructor(place: Place, step: number, office: TicketOffice) {
    this.#place = place;
    this.#step = step;
    this.#office = office;
  }

  done(): void {
    if (this.#close()) this.#office.served(this.#step);
  }

  throttled(waitMs: number | null, reason: string): Refusal | null {
    return this.#close() ? this.#office.refused(this.#step, waitMs, reason) : null;
  }

  /** Only the first call counts. */
  #close(): boolean {
    if (!this.#isOpen) return false;
    this.#isOpen = false;
    this.#office.closed(this.#place);
    return true;
  }
}
