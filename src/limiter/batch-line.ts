/**
 * Where writes wait to travel together. When the limiter lets a request out, it takes along all that wait, up to the
 * size of a batch: nothing is held back for company, and the slower the pace, the fuller the batches.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type PQueue from 'p-queue';
import type { BatchDialect, BatchShare } from '../providers/batch.js';
import type { HttpOutcome, WriteRequest } from '../providers/http.js';
import type { Ticket } from './limiter.js';
import { obeyThrottle, type PacedParts, tellRequest } from './paced-client.js';

export interface BatchLine {
  /**
   * Resolves with what became of this one write. Whoever hands in two writes on one thing at once may find them in one
   * batch, in no order: hand in the second when the first has ended.
   * @param beforeDeparture awaited before each departure; when it rejects, this write stays behind, with that error.
   * @throws {HeldError} as {@link Reader.read}.
   */
  write(request: WriteRequest, beforeDeparture: () => Promise<void>): Promise<HttpOutcome>;
}

export interface BatchLineParts extends Omit<PacedParts, 'air'> {
  readonly dialect: BatchDialect;
  /** The places for requests in the air, which batches share with other requests. */
  readonly places: PQueue;
}

interface Waiting {
  readonly request: WriteRequest;
  readonly beforeDeparture: () => Promise<void>;
  readonly resolve: (outcome: HttpOutcome) => void;
  readonly reject: (error: unknown) => void;
  /** The service refused the batch that it was in, so it goes by itself. */
  alone: boolean;
}

export function createBatchLine(parts: BatchLineParts): BatchLine {
  const line = new Line(parts);
  return {
    write: (request, beforeDeparture) =>
      new Promise((resolve, reject) => line.join({ request, beforeDeparture, resolve, reject, alone: false })),
  };
}

class Line {
  readonly #parts: BatchLineParts;
  #waiting: Waiting[] = [];
  /** A departure is on its way that will take all that waits then. */
  #isDue = false;

  constructor(parts: BatchLineParts) {
    this.#parts = parts;
  }

  join(one: Waiting): void {
    this.#waiting.push(one);
    this.#call();
  }

  #call(): void {
    if (this.#isDue || this.#waiting.length === 0) return;
    this.#isDue = true;
    void this.#parts.places.add(() => this.#depart());
  }

  /** Never rejects: what goes wrong is told to those who wait. */
  async #depart(): Promise<void> {
    const { limiter, stopSignal } = this.#parts;
    let ticket: Ticket;
    try {
      ticket = await limiter.acquire(stopSignal);
    } catch (error) {
      this.#isDue = false;
      const sentAway = this.#waiting;
      this.#waiting = [];
      for (const { reject } of sentAway) reject(error);
      return;
    }
    // Rows that began in the same turn of the event loop are to be in one batch.
    await nextTurn();
    let group = this.#take();
    this.#isDue = false;
    this.#call();
    try {
      group = await readyOf(group);
      await this.#send(group, ticket);
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      ticket.done();
    }
  }

  #take(): Waiting[] {
    const first = this.#waiting[0];
    if (first?.alone === true) return this.#waiting.splice(0, 1);
    const next = this.#waiting.findIndex(({ alone }) => alone);
    return this.#waiting.splice(0, Math.min(this.#parts.dialect.size, next === -1 ? this.#waiting.length : next));
  }

  async #send(group: readonly Waiting[], ticket: Ticket): Promise<void> {
    const { client, clock, dialect, killSignal } = this.#parts;
    const [first] = group;
    if (first === undefined) return;
    const requests = group.map(({ request }) => request);
    const request = requests.length === 1 ? first.request : dialect.join(requests);
    const leftMs = clock.monotonic();
    const outcome = await client.send(request, killSignal);
    const throttle = obeyThrottle(this.#parts, ticket, outcome);
    tellRequest(this.#parts, request, outcome, { leftMs, throttled: throttle !== null, writes: group.length });
    if (throttle !== null) return this.#putBack(group);
    if (requests.length === 1) return first.resolve(outcome);
    const shares = dialect.split(outcome, requests);
    this.#putBack(group.filter((waiting, at) => !this.#deal(waiting, shares[at], ticket)));
  }

  /** Gives a write its share; false when nothing was done of it and it is to leave again. */
  #deal(waiting: Waiting, share: BatchShare | undefined, ticket: Ticket): boolean {
    if (share === undefined) throw new RangeError('a batch was split into fewer shares than it had writes');
    if (share.kind === 'alone') {
      waiting.alone = true;
      return false;
    }
    // A share may be throttled by itself: the portal behind the service had enough halfway.
    const throttle = obeyThrottle(this.#parts, ticket, share);
    if (throttle === null) waiting.resolve(share);
    return throttle === null;
  }

  /** Nothing was done of these; they leave with the next departure. */
  #putBack(group: readonly Waiting[]): void {
    this.#waiting.unshift(...group);
    this.#call();
  }
}

/** Those of a group that may depart; the others are told why not. */
async function readyOf(group: readonly Waiting[]): Promise<Waiting[]> {
  const asked = await Promise.allSettled(group.map(({ beforeDeparture }) => beforeDeparture()));
  return group.filter((waiting, at) => {
    const answer = asked[at];
    if (answer?.status === 'rejected') waiting.reject(answer.reason);
    return answer?.status === 'fulfilled';
  });
}
