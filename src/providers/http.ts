/** The words in which providers speak HTTP: requests and their outcomes as values, and who may send what. */
import type { JsonValue } from '../json.js';

interface RequestParts {
  /** Path segments behind the base URL, not yet encoded: an id with a slash stays one segment. */
  readonly path: readonly string[];
  readonly query?: ReadonlyArray<readonly [name: string, value: string]>;
}

/** A request that changes nothing. `POST` is for the few routes that services offer for reading by query in a body. */
export type ReadRequest = RequestParts &
  ({ readonly method: 'GET' } | { readonly method: 'POST'; readonly readOnly: true; readonly body: JsonValue });

/** A request that may change something. */
export interface WriteRequest extends RequestParts {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: JsonValue;
}

export type HttpRequest = ReadRequest | WriteRequest;

/** The service answered, with whatever status; redirects are answers too and are never followed. */
export interface HttpAnswer {
  readonly kind: 'answer';
  /** For a write that travelled in a batch: the status that stands for what the service said of it. */
  readonly status: number;
  /** For a write that travelled in a batch: the status of the answer that really came. */
  readonly carrierStatus?: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; `undefined` when it was empty or no JSON. */
  readonly json: unknown;
  /** The beginning of the body (at most 2,000 characters), secrets taken out. */
  readonly text: string;
  /** The service's id of the request (`X-Request-Id` and its kin), or null. */
  readonly requestId: string | null;
}

/** No complete answer: nothing was sent, or nobody knows what became of it. */
export interface HttpLoss {
  readonly kind: 'loss';
  readonly phase: 'not-sent' | 'sent-no-answer';
  readonly type: 'NETWORK' | 'TIMEOUT' | 'API_ERROR';
  /** `ECONNREFUSED`, `ECONNRESET`, `UND_ERR_HEADERS_TIMEOUT`, `BODY_TOO_LARGE`, … */
  readonly code: string;
  readonly message: string;
}

export type HttpOutcome = HttpAnswer | HttpLoss;

/**
 * Sends requests that change nothing, at the service's pace. All that planning, settling and checking get: the object
 * has no way to write, so a dry run can't.
 */
export interface Reader {
  /** @throws {HeldError} when the run is stopping or the wait is above its bound; the request did not leave. */
  read(request: ReadRequest): Promise<HttpOutcome>;
}

/** Sends requests that change something, at the service's pace. Made for one attempt at one row. */
export interface Writer extends Reader {
  /** @throws {HeldError} as {@link Reader.read}. */
  write(request: WriteRequest): Promise<HttpOutcome>;
}

/** A request was not let out: the run is stopping, or the service asks for a longer wait than the run allows. */
export class HeldError extends Error {
  readonly reason: 'stopping' | 'wait-too-long';

  constructor(reason: 'stopping' | 'wait-too-long', message: string) {
    super(message);
    this.name = 'HeldError';
    this.reason = reason;
  }
}
