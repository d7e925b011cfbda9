/**
 * The only way out: sends one request over a kept-alive connection and says exactly how far it came.
 *
 * Read in undici 7.30, lib/dispatcher (client.js, client-h1.js, pool.js), and relied on here:
 * - `onRequestStart` runs after a connection stands and directly before the first byte is written to it. A request
 *   that ends before that was not sent; one that ends after it may have arrived. An abort inside it writes nothing.
 * - undici repeats a request by itself only when an earlier one of the same pipeline breaks the connection. With
 *   `pipelining: 1` there is never a second request on a connection, so nothing at all is sent twice, GET or not.
 * - A connection that the service closes while it is idle is noticed before it is used again, unless the close is still
 *   on its way. Then the request ends with ECONNRESET or UND_ERR_SOCKET and can't be told from one that was executed:
 *   sent, no answer. Dropping idle connections before services do keeps that rare.
 */
import { type Dispatcher, Pool } from 'undici';
import { abortListeners } from '../abort-listeners.js';
import { messageOf, systemCodeOf } from '../errors.js';
import type { Redactor } from '../redact.js';
import { assertSafeBaseUrl } from './base-url.js';
import type { HttpLoss, HttpOutcome, HttpRequest } from './http.js';
import { createRedaction, type ReceivedAnswer, toHttpAnswer } from './http-answer.js';
import type { ServiceAddress } from './provider.js';
import { buildRequestTarget } from './request-target.js';

/** Below the 5 s after which Node servers close an idle connection; others wait longer. */
const keepAliveTimeoutMs = 4_000;
/** For services that tell how long they wait (`Keep-Alive: timeout=…`): up to this, and always 2 s less than told. */
const keepAliveMaxTimeoutMs = 30_000;
const keepAliveHeadroomMs = 2_000;
const longestTimerMs = 2 ** 31 - 1;

export interface HttpClientOptions {
  readonly address: ServiceAddress;
  /** Connections at once, so also requests on their way at once; more wait in line. */
  readonly connections: number;
  /** Bound for a whole request in ms: waiting for a connection, sending, and the last byte of the answer. */
  readonly requestTimeoutMs: number;
  /** Default 10,000, at most `requestTimeoutMs`. */
  readonly connectTimeoutMs?: number;
  /** Largest body that is read; default 32 MiB (a full list page of a busy workspace has 1.2 MB). */
  readonly maxBodyBytes?: number;
  readonly userAgent: string;
}

export interface HttpClient {
  /**
   * Sends a request once and never throws for what the network or the service does. Redirects are answers. An aborted
   * `signal` ends the request at once, as a loss.
   */
  send(request: HttpRequest, signal?: AbortSignal): Promise<HttpOutcome>;
  /** Waits for the requests on their way and closes the connections. */
  close(): Promise<void>;
}

/** @throws {CredentialError} when the address is none that secrets may be sent to. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { address, requestTimeoutMs } = options;
  assertSafeBaseUrl(address.baseUrl, 'The base URL');
  const base = new URL(address.baseUrl);
  const pool = new Pool(base.origin, {
    connections: options.connections,
    pipelining: 1,
    connectTimeout: Math.min(options.connectTimeoutMs ?? 10_000, requestTimeoutMs),
    // One deadline bounds the whole request, below; undici's own timers tick in steps of half a second.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveTimeoutMs,
    keepAliveMaxTimeout: keepAliveMaxTimeoutMs,
    keepAliveTimeoutThreshold: keepAliveHeadroomMs,
  });
  const redaction = createRedaction(address.secrets);
  const headers = buildHeaders(options);
  const headersWithBody = { 'content-type': 'application/json', ...headers };
  const limits = { requestTimeoutMs, maxBodyBytes: options.maxBodyBytes ?? 32 * 2 ** 20 };
  let inFlight = 0;
  let tellLanded: (() => void) | null = null;
  const landed = (): void => {
    inFlight -= 1;
    if (inFlight === 0) tellLanded?.();
  };

  return {
    send: (request, signal) => {
      const path = buildRequestTarget(base.pathname, request);
      if (path === null) return Promise.resolve(describeLoss(badPath, base.host, redaction.redact));
      const body = 'body' in request && request.body !== undefined ? JSON.stringify(request.body) : null;
      const dispatch = { path, method: request.method, headers: body === null ? headers : headersWithBody, body };
      const exchange = new Promise<ReceivedAnswer | Lost>((resolve) =>
        new Exchange(limits, signal, resolve).begin(pool, dispatch),
      );
      inFlight += 1;
      return exchange.then((end) => {
        landed();
        return 'status' in end ? toHttpAnswer(end, redaction) : describeLoss(end, base.host, redaction.redact);
      });
    },
    close: async () => {
      if (inFlight > 0) {
        await new Promise<void>((resolve) => {
          tellLanded = resolve;
        });
      }
      await pool.destroy();
    },
  };
}

function buildHeaders({ address, userAgent }: HttpClientOptions): Record<string, string> {
  const own = Object.entries(address.headers).map(([name, value]) => [name.toLowerCase(), value]);
  // Compressed bodies are not read: a small one can unfold to any size.
  return {
    accept: 'application/json',
    'user-agent': userAgent,
    ...Object.fromEntries(own),
    'accept-encoding': 'identity',
  };
}

interface Lost {
  /** Whether bytes of the request may have left. */
  readonly sent: boolean;
  readonly code: string;
  readonly detail: string;
}

const badPath: Lost = {
  sent: false,
  code: 'BAD_PATH',
  detail: 'a part of the path is empty, "." or "..", or the path or query holds half a character',
};

interface ExchangeLimits {
  readonly requestTimeoutMs: number;
  readonly maxBodyBytes: number;
}

/** One request and its answer; settles exactly once and leaves neither timer nor listener. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #limits: ExchangeLimits;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (end: ReceivedAnswer | Lost) => void;
  readonly #deadline: NodeJS.Timeout;
  readonly #onAbort = (): void => this.#giveUp('ABORTED', 'it was aborted');
  readonly #chunks: Buffer[] = [];
  #bodyBytes = 0;
  #settled = false;
  #controller: Dispatcher.DispatchController | null = null;
  #head: Pick<ReceivedAnswer, 'status' | 'headers'> | null = null;

  constructor(limits: ExchangeLimits, signal: AbortSignal | undefined, resolve: (end: ReceivedAnswer | Lost) => void) {
    this.#limits = limits;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#deadline = setTimeout(() => this.#giveUpLate(), Math.min(limits.requestTimeoutMs, longestTimerMs));
  }

  begin(pool: Pool, dispatch: Dispatcher.DispatchOptions): void {
    const signal = this.#signal;
    if (signal?.aborted === true) this.#onAbort();
    if (this.#settled) return;
    if (signal !== undefined) abortListeners(signal).add(this.#onAbort);
    pool.dispatch(dispatch, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) controller.abort(new Error('given up before it was sent'));
    else this.#controller = controller;
  }

  onResponseStart(_controller: unknown, status: number, headers: ReceivedAnswer['headers']): void {
    if (status >= 200) this.#head = { status, headers };
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#bodyBytes += chunk.length;
    const { maxBodyBytes } = this.#limits;
    if (this.#bodyBytes > maxBodyBytes) this.#giveUp('BODY_TOO_LARGE', `its body is above ${maxBodyBytes} bytes`);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#head === null) return;
    const { status, headers } = this.#head;
    this.#settle({ status, headers, body: joinChunks(this.#chunks) });
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#settle({ sent: this.#isSent, code: systemCodeOf(error) ?? error.name, detail: describeError(error) });
  }

  get #isSent(): boolean {
    return this.#controller !== null;
  }

  #giveUpLate(): void {
    const stage = this.#controller === null ? 'CONNECT' : this.#head === null ? 'HEADERS' : 'BODY';
    this.#giveUp(`UND_ERR_${stage}_TIMEOUT`, `${this.#limits.requestTimeoutMs} ms were over`);
  }

  #giveUp(code: string, detail: string): void {
    this.#settle({ sent: this.#isSent, code, detail });
    // While it still waits for a connection there is nothing to abort; `onRequestStart` will refuse to write.
    this.#controller?.abort(new Error(detail));
  }

  #settle(end: ReceivedAnswer | Lost): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#deadline);
    if (this.#signal !== undefined) abortListeners(this.#signal).delete(this.#onAbort);
    this.#resolve(end);
  }
}

const noBytes = Buffer.alloc(0);

/** Most bodies come in one piece, or there is none. */
function joinChunks(chunks: readonly Buffer[]): Buffer {
  const [first = noBytes] = chunks;
  return chunks.length > 1 ? Buffer.concat(chunks) : first;
}

/** Node leaves the message empty when every address of a host failed. */
function describeError(error: Error): string {
  if (error.message !== '') return error.message;
  return error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : error.name;
}

function describeLoss({ sent, code, detail }: Lost, host: string, redact: Redactor): HttpLoss {
  const phase = sent ? 'sent-no-answer' : 'not-sent';
  const what = sent ? `No complete answer came from ${host}` : `Nothing was sent to ${host}`;
  return { kind: 'loss', phase, type: lossType(code), code, message: redact(`${what}: ${detail} (${code}).`) };
}

/** Codes of answers that break the rules of HTTP or our bound; undici names the first by its class alone. */
const breaches: ReadonlySet<string> = new Set([
  'HTTPParserError',
  'UND_ERR_HEADERS_OVERFLOW',
  'BODY_TOO_LARGE',
  badPath.code,
]);

function lossType(code: string): HttpLoss['type'] {
  if (code.endsWith('TIMEOUT') || code === 'ETIMEDOUT') return 'TIMEOUT';
  return breaches.has(code) || code.startsWith('HPE_') ? 'API_ERROR' : 'NETWORK';
}
