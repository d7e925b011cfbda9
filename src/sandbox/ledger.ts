import { Ring } from './ring.js';
import type { Effect, JsonValue } from './service.js';

/** A request as it arrived, with what became of it. */
export interface LedgerRequest {
  /** 1 = the first request since the start or the last reset. */
  readonly n: number;
  /** When the whole request was there; monotonic. */
  readonly atMs: number;
  /** The same in ms since the epoch. */
  readonly wallMs: number;
  /** Null for a path outside every service. */
  readonly service: string | null;
  /** `c1`, `c2`, … in order of appearance: who asked, without the credential itself. */
  readonly credential: string | null;
  readonly method: string;
  /** With prefix and query; credentials are masked. */
  readonly path: string;
  readonly write: boolean;
  /** Null while no answer was sent: still under way, hanging, reset, or the client had left. */
  readonly status: number | null;
  /** The fault that was applied, as in the text form, e.g. `500-after`. */
  readonly fault: string | null;
}

export interface LedgerEffect {
  readonly n: number;
  /** `n` of the request that caused it. */
  readonly request: number;
  readonly service: string;
  readonly kind: string;
  readonly target: string;
  readonly atMs: number;
  readonly detail?: JsonValue;
}

export interface ServiceCounts {
  requests: number;
  writes: number;
  effects: number;
  /** Answers sent, by status. */
  statuses: Record<string, number>;
  faults: Record<string, number>;
  /** Effects by kind. */
  kinds: Record<string, number>;
}

export interface LedgerCounts {
  readonly requests: number;
  readonly effects: number;
  readonly services: Readonly<Record<string, Readonly<ServiceCounts>>>;
}

export type Arrival = Omit<LedgerRequest, 'n' | 'status' | 'fault'>;
/** An entry that can still be completed. */
export type OpenRequest = Arrival & { readonly n: number; status: number | null; fault: string | null };

/**
 * What arrived at the sandbox and what it changed. Holds the last `capacity` requests and as many effects; the counts
 * cover all.
 */
export class Ledger {
  readonly #requests: Ring<OpenRequest>;
  readonly #effects: Ring<LedgerEffect>;
  readonly #services = new Map<string, ServiceCounts>();
  readonly #nicknames = new Map<string, string>();
  #requestCount = 0;
  #effectCount = 0;

  constructor(capacity: number) {
    this.#requests = new Ring(capacity);
    this.#effects = new Ring(capacity);
  }

  /** `c1`, `c2`, …: the same for the same credential of a service until the next reset. */
  nickname(service: string, credential: string): string {
    const key = `${service} ${credential}`;
    let name = this.#nicknames.get(key);
    if (name === undefined) {
      name = `c${this.#nicknames.size + 1}`;
      this.#nicknames.set(key, name);
    }
    return name;
  }

  /** Enters a request; hand the result to `noteFault` and `noteAnswer`. */
  open(arrival: Arrival): OpenRequest {
    this.#requestCount += 1;
    const entry: OpenRequest = { n: this.#requestCount, ...arrival, status: null, fault: null };
    this.#requests.push(entry);
    if (arrival.service !== null) {
      const counts = this.#countsOf(arrival.service);
      counts.requests += 1;
      if (arrival.write) counts.writes += 1;
    }
    return entry;
  }

  noteFault(request: OpenRequest, fault: string): void {
    request.fault = fault;
    if (request.service !== null) increment(this.#countsOf(request.service).faults, fault);
  }

  noteAnswer(request: OpenRequest, status: number): void {
    request.status = status;
    if (request.service !== null) increment(this.#countsOf(request.service).statuses, String(status));
  }

  noteEffect(request: OpenRequest, effect: Effect, atMs: number): void {
    this.#effectCount += 1;
    const service = request.service ?? '';
    this.#effects.push({ n: this.#effectCount, request: request.n, service, atMs, ...effect });
    const counts = this.#countsOf(service);
    counts.effects += 1;
    increment(counts.kinds, effect.kind);
  }

  requests(service?: string): readonly LedgerRequest[] {
    const all = this.#requests.toArray();
    return service === undefined ? all : all.filter((request) => request.service === service);
  }

  effects(service?: string): readonly LedgerEffect[] {
    const all = this.#effects.toArray();
    return service === undefined ? all : all.filter((effect) => effect.service === service);
  }

  counts(): LedgerCounts {
    return {
      requests: this.#requestCount,
      effects: this.#effectCount,
      services: Object.fromEntries(structuredClone(this.#services)),
    };
  }

  /**
   * The most requests to a service that arrived in any rolling window, refused ones included; two requests exactly
   * `windowMs` apart share no window. Sees only the requests that are still held.
   */
  highestWindow(service: string, windowMs: number): number {
    const times = this.requests(service).map((request) => request.atMs);
    let highest = 0;
    let first = 0;
    for (const [index, atMs] of times.entries()) {
      while (atMs - (times[first] ?? atMs) >= windowMs) first += 1;
      highest = Math.max(highest, index - first + 1);
    }
    return highest;
  }

  reset(): void {
    this.#requests.clear();
    this.#effects.clear();
    this.#services.clear();
    this.#nicknames.clear();
    this.#requestCount = 0;
    this.#effectCount = 0;
  }

  #countsOf(service: string): ServiceCounts {
    let counts = this.#services.get(service);
    if (counts === undefined) {
      counts = { requests: 0, writes: 0, effects: 0, statuses: {}, faults: {}, kinds: {} };
      this.#services.set(service, counts);
    }
    return counts;
  }
}

function increment(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
