import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from './clock.js';
import { describeFault } from './fault-text.js';
import type { Fault, FaultBook, GarbageForm } from './faults.js';
import { sendGarbage } from './garbage.js';
import { IncomingRequest, readBody, splitPath } from './incoming.js';
import type { Ledger, OpenRequest } from './ledger.js';
import type { Limiter } from './limit.js';
import { maskPath } from './mask-path.js';
import { htmlPage, sendAnswer } from './outgoing.js';
import type { EmulatedService, RateState, SandboxAnswer, ServiceContext } from './service.js';

const bodyCapBytes = 10 * 1024 * 1024;
const bugNotice = 'The sandbox failed, please report it:';

/** A service with what the server keeps for it. */
export interface HostedService {
  readonly service: EmulatedService;
  /** Null = no limit; the service then tells nothing about one. */
  readonly limiter: Limiter | null;
  readonly random: () => number;
}

export interface DispatcherParts {
  readonly hosted: readonly HostedService[];
  readonly ledger: Ledger;
  readonly faults: FaultBook;
  readonly clock: Clock;
  /** Delay of the next answer; 0 = none. */
  readonly nextLatencyMs: () => number;
}

/** What goes back to the client. */
type Delivery =
  | {
      readonly kind: 'answer';
      readonly answer: SandboxAnswer;
      readonly headers?: Readonly<Record<string, string>> | undefined;
    }
  | { readonly kind: 'garbage'; readonly form: GarbageForm; readonly answer: SandboxAnswer | null }
  | { readonly kind: 'reset' | 'hang' };

/** One request under way. */
interface Exchange {
  readonly hosted: HostedService;
  readonly request: IncomingRequest;
  readonly response: ServerResponse;
  readonly entry: OpenRequest;
  readonly url: string;
  readonly credential: string | null;
  delayMs: number;
}

/**
 * Takes a request through: body -> ledger -> faults before -> limit -> service -> faults after -> delay -> answer.
 * Everything up to the delay happens in one turn of the event loop, so the ledger's order is the services' order.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  receive(message: IncomingMessage, response: ServerResponse): void {
    readBody(message, bodyCapBytes, (body) => {
      try {
        this.#dispatch(message, response, body);
      } catch (error) {
        // A bug of an emulator must be told from the failures that it plays.
        const trace = error instanceof Error ? error.stack : String(error);
        sendAnswer(response, textAnswer(500, `${bugNotice} ${trace}`));
      }
    });
  }

  /** Drops what is still delayed. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #dispatch(message: IncomingMessage, response: ServerResponse, body: string | null): void {
    const { hosted: all } = this.#parts;
    const url = message.url ?? '/';
    const queryAt = url.indexOf('?');
    const path = queryAt < 0 ? url : url.slice(0, queryAt);
    const hosted = all.find(({ service: { prefix } }) => path.startsWith(prefix) && isPathEnd(path[prefix.length]));
    const segments = hosted === undefined ? null : splitPath(path.slice(hosted.service.prefix.length));
    if (hosted === undefined || segments === null) {
      const entry = this.#open(hosted, message.method ?? 'GET', maskPath(url, null), null, false);
      const answer = hosted === undefined ? textAnswer(404, 'Not found') : textAnswer(400, 'Bad percent-encoding');
      this.#answerNow(response, entry, answer);
      return;
    }
    const search = queryAt < 0 ? '' : url.slice(queryAt + 1);
    const request = new IncomingRequest(message, segments, search, body ?? '');
    const credential = hosted.service.credential(request);
    const write = hosted.service.isWrite(request);
    const entry = this.#open(hosted, request.method, maskPath(url, credential), credential, write);
    if (body === null) {
      const answer = textAnswer(413, `The body is larger than ${bodyCapBytes} bytes`);
      this.#answerNow(response, entry, answer);
      return;
    }
    const exchange = { hosted, request, response, entry, url, credential, delayMs: this.#parts.nextLatencyMs() };
    this.#deliver(exchange, this.#run(exchange));
  }

  #open(
    hosted: HostedService | undefined,
    method: string,
    path: string,
    credential: string | null,
    write: boolean,
  ): OpenRequest {
    const { clock, ledger } = this.#parts;
    const service = hosted?.service.name ?? null;
    return ledger.open({
      atMs: clock.monotonicMs(),
      wallMs: clock.wallMs(),
      service,
      credential: credential === null || service === null ? null : ledger.nickname(service, credential),
      method,
      path,
      write,
    });
  }

  #run(exchange: Exchange): Delivery {
    const { faults } = this.#parts;
    const { entry, url, request, hosted, credential } = exchange;
    const { service, limiter } = hosted;
    const early = faults.strike('before', service.name, entry.write, url, request);
    if (early !== null) return this.#applyFault(exchange, early, null);

    let rate: RateState | null = null;
    if (limiter !== null && credential !== null) {
      const { admitted, state } = limiter.admit(credential, entry.atMs, entry.wallMs);
      if (!admitted) {
        return { kind: 'answer', answer: service.throttled(state, 'service'), headers: service.rateHeaders(state) };
      }
      rate = state;
    }
    const answer = service.handle(request, this.#contextOf(exchange));
    const late = faults.strike('after', service.name, entry.write, url, request);
    const headers = rate === null ? undefined : service.rateHeaders(rate);
    return late === null ? { kind: 'answer', answer, headers } : this.#applyFault(exchange, late, answer, headers);
  }

  #contextOf({ entry, hosted }: Exchange): ServiceContext {
    const { clock, ledger } = this.#parts;
    return {
      now: clock.wallMs,
      random: hosted.random,
      effect: (effect) => ledger.noteEffect(entry, effect, clock.monotonicMs()),
    };
  }

  /** @param answer what the service answered; null when the fault strikes before it. */
  #applyFault(
    exchange: Exchange,
    fault: Fault,
    answer: SandboxAnswer | null,
    headers?: Readonly<Record<string, string>>,
  ): Delivery {
    const { hosted, entry } = exchange;
    this.#parts.ledger.noteFault(entry, describeFault(fault));
    switch (fault.kind) {
      case 'throttle': {
        const resetAtMs = entry.wallMs + fault.seconds * 1000;
        const limit = hosted.limiter?.requests ?? hosted.service.limit.requests;
        const state = { limit, remaining: 0, resetAtMs, nowMs: entry.wallMs };
        // Other hints tell the wait in their own form only, or not at all.
        const told = fault.hint === 'service' ? hosted.service.rateHeaders(state) : undefined;
        return { kind: 'answer', answer: hosted.service.throttled(state, fault.hint), headers: told };
      }
      case 'status':
        return { kind: 'answer', answer: failureAnswer(hosted.service, fault.status, fault.body), headers };
      case 'redirect':
        return { kind: 'answer', answer: { status: 307, headers: { location: fault.location } } };
      case 'garbage':
        return { kind: 'garbage', form: fault.form, answer };
      case 'late':
        this.#later(fault.ms, () => hosted.service.handle(exchange.request, this.#contextOf(exchange)));
        return { kind: 'reset' };
      case 'slow':
        exchange.delayMs += fault.ms;
        return { kind: 'answer', answer: answer ?? { status: 204 }, headers };
      default:
        return { kind: fault.kind };
    }
  }

  #deliver(exchange: Exchange, delivery: Delivery): void {
    if (exchange.delayMs <= 0) {
      this.#send(exchange, delivery);
      return;
    }
    this.#later(exchange.delayMs, () => this.#send(exchange, delivery));
  }

  #later(delayMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, delayMs);
    this.#timers.add(timer);
  }

  #send({ response, entry, credential }: Exchange, delivery: Delivery): void {
    if (response.destroyed) return;
    switch (delivery.kind) {
      case 'answer':
        this.#answerNow(response, entry, delivery.answer, delivery.headers);
        return;
      case 'garbage':
        this.#parts.ledger.noteAnswer(
          entry,
          sendGarbage(response, delivery.form, delivery.answer, credential ?? '(none)'),
        );
        return;
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'hang':
        return;
    }
  }

  #answerNow(
    response: ServerResponse,
    entry: OpenRequest,
    answer: SandboxAnswer,
    headers?: Readonly<Record<string, string>>,
  ): void {
    this.#parts.ledger.noteAnswer(entry, answer.status);
    sendAnswer(response, answer, headers);
  }
}

function isPathEnd(character: string | undefined): boolean {
  return character === undefined || character === '/';
}

function failureAnswer(
  service: EmulatedService,
  status: number,
  body: 'service' | 'html' | 'empty' = 'service',
): SandboxAnswer {
  if (body === 'service') return service.failure(status);
  return body === 'html' ? htmlPage(status, 'Error') : { status };
}

function textAnswer(status: number, text: string): SandboxAnswer {
  return { status, text };
}
