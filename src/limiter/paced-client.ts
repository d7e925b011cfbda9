import type { Clock } from '../clock.js';
import type {
  HttpAnswer,
  HttpOutcome,
  HttpRequest,
  Reader,
  ReadRequest,
  WriteRequest,
  Writer,
} from '../providers/http.js';
import type { HttpClient } from '../providers/http-client.js';
import type { Connection, Throttle } from '../providers/provider.js';
import type { Air } from './air.js';
import type { Refusal } from './learned-rate.js';
import type { Limiter, Ticket } from './limiter.js';

/** Counts what one row, or one phase, sends. */
export interface Meter {
  /** A request that carried writes of several rows counts for each of them. */
  requests: number;
  /** Requests that may have changed something. */
  writes: number;
}

/** One request that left, for logs, counts and the record of attempts. */
export interface RequestEvent {
  readonly provider: string;
  readonly method: HttpRequest['method'];
  /** The segments behind the base URL, not encoded. Neither base nor query, which may hold secrets. */
  readonly path: readonly string[];
  readonly outcome: HttpOutcome;
  /** From departure to the end of the answer. */
  readonly durationMs: number;
  /** The service refused for now; nothing was done, and the request is sent again after a pause. */
  readonly throttled: boolean;
  /** How many rows' writes it carried; 0 for reads. */
  readonly writes: number;
}

export interface PacedParts {
  readonly client: HttpClient;
  readonly limiter: Limiter;
  readonly air: Air;
  readonly connection: Pick<Connection, 'provider' | 'throttle'>;
  readonly clock: Clock;
  /** Aborted when nothing new may leave. */
  readonly stopSignal: AbortSignal;
  /** Aborted when requests on their way are to be given up. */
  readonly killSignal: AbortSignal;
  readonly onRequest: (event: RequestEvent) => void;
  /** Told of every answer, with what the limiter made of it when it asks for a pause: what it says of the limit counts. */
  readonly onAnswer?: (answer: HttpAnswer, refusal: Refusal | null) => void;
}

/**
 * A {@link Reader} that keeps the service's pace. It has no way to write, and refuses a request that is none for reading
 * also when the type checker was talked into it.
 */
export function createReader(parts: PacedParts, meter: Meter): Reader {
  return Object.freeze({ read: (request: ReadRequest) => read(parts, meter, request) });
}

/**
 * A {@link Writer} that keeps the service's pace. From its first write on the meter's owner keeps a place in the air.
 * @param beforeWrite awaited before each write, once the limiter has let it out: the last moment to make durable that it
 * is about to be sent. When it rejects, nothing is sent.
 */
export function createWriter(parts: PacedParts, meter: Meter, beforeWrite: () => Promise<void>): Writer {
  return Object.freeze({
    read: (request: ReadRequest) => read(parts, meter, request),
    write: (request: WriteRequest) => sendPaced(parts, meter, request, beforeWrite),
  });
}

async function read(parts: PacedParts, meter: Meter, request: ReadRequest): Promise<HttpOutcome> {
  if (!isForReading(request)) throw new TypeError('a reader was given a request that may change something');
  return sendPaced(parts, meter, request, null);
}

/**
 * Sends until the service takes it: an answer that only asks for a pause means that nothing was done, so it is sent
 * again when the limiter lets it out, however often, until the limiter gives up. Nothing else is repeated here.
 */
async function sendPaced(
  parts: PacedParts,
  meter: Meter,
  request: HttpRequest,
  beforeWrite: (() => Promise<void>) | null,
): Promise<HttpOutcome> {
  const { limiter, air, clock } = parts;
  for (;;) {
    const ticket = limiter.tryAcquire(parts.stopSignal) ?? (await limiter.acquire(parts.stopSignal));
    try {
      if (beforeWrite !== null) {
        await beforeWrite();
        const place = air.enter(meter, parts.stopSignal);
        if (place !== null) await place;
        // A pause that began while this one waited for its place holds it too.
        if (limiter.isHolding()) {
          air.leave(meter);
          continue;
        }
        air.keep(meter);
      }
      const leftMs = clock.monotonic();
      const outcome = await parts.client.send(request, parts.killSignal);
      const throttle = obeyThrottle(parts, ticket, outcome);
      meter.requests += 1;
      const writes = beforeWrite === null ? 0 : 1;
      tellRequest(parts, request, outcome, { leftMs, throttled: throttle !== null, writes });
      if (throttle !== null) continue;
      if (mayHaveArrived(outcome)) meter.writes += writes;
      return outcome;
    } finally {
      ticket.done();
    }
  }
}

/** The pause that an outcome asks for, of which the limiter then knows; null when it asks for none. */
export function obeyThrottle(
  { connection, clock, onAnswer }: Pick<PacedParts, 'connection' | 'clock' | 'onAnswer'>,
  ticket: Ticket,
  outcome: HttpOutcome,
): Throttle | null {
  if (outcome.kind === 'loss') return null;
  const throttle = connection.throttle(outcome, clock.now());
  const refusal = throttle === null ? null : ticket.throttled(throttle.waitMs, throttle.reason);
  onAnswer?.(outcome, refusal);
  return throttle;
}

/** Whether a request may have been executed, as far as its outcome tells. */
export function mayHaveArrived(outcome: HttpOutcome): boolean {
  return outcome.kind === 'answer' || outcome.phase === 'sent-no-answer';
}

function isForReading(request: HttpRequest): boolean {
  return request.method === 'GET' || ('readOnly' in request && request.method === 'POST' && request.readOnly === true);
}

export function tellRequest(
  { connection: { provider }, clock, onRequest }: Pick<PacedParts, 'connection' | 'clock' | 'onRequest'>,
  { method, path }: HttpRequest,
  outcome: HttpOutcome,
  { leftMs, throttled, writes }: { leftMs: number; throttled: boolean; writes: number },
): void {
  onRequest({ provider, method, path, outcome, durationMs: clock.monotonic() - leftMs, throttled, writes });
}
