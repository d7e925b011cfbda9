import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { SandboxRequest } from './service.js';

/** A request below a service's prefix. Headers, query and body are read when first asked for: many requests need none. */
export class IncomingRequest implements SandboxRequest {
  readonly method: string;
  readonly path: readonly string[];
  readonly bodyText: string;
  readonly #received: IncomingHttpHeaders;
  readonly #search: string;
  #headers: Record<string, string | undefined> | undefined;
  #query: URLSearchParams | undefined;
  #body: { readonly value: unknown } | undefined;

  constructor(message: IncomingMessage, path: readonly string[], search: string, bodyText: string) {
    this.method = message.method ?? 'GET';
    this.path = path;
    this.bodyText = bodyText;
    this.#received = message.headers;
    this.#search = search;
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    this.#headers ??= joinHeaders(this.#received);
    return this.#headers;
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#search);
    return this.#query;
  }

  get body(): unknown {
    this.#body ??= { value: this.bodyText === '' ? undefined : parseJson(this.bodyText) };
    return this.#body.value;
  }
}

/**
 * Splits what follows a prefix into decoded segments. Empty segments stay, so that `/task//tag` and `/task/` are not
 * mistaken for other routes.
 *
 * @returns null when a segment is badly percent-encoded.
 */
export function splitPath(path: string): readonly string[] | null {
  const segments = (path.startsWith('/') ? path.slice(1) : path).split('/');
  if (!path.includes('%')) return segments;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return null;
  }
}

/**
 * Calls `done` once with the body, or with null when it is larger than `capBytes`: the rest is then read and dropped,
 * for an answer sent earlier would be lost under a client that is still sending. A client that leaves before its body
 * is complete has sent no request: `done` is then not called.
 */
export function readBody(message: IncomingMessage, capBytes: number, done: (body: string | null) => void): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = message.headers;
  if (encoding === undefined && (length === undefined || length === '0')) {
    done('');
    return;
  }
  let chunks: Buffer[] = [];
  let bytes = 0;
  message.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= capBytes) chunks.push(chunk);
    else chunks = [];
  });
  message.on('end', () => {
    if (bytes > capBytes) done(null);
    else done(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString());
  });
  // Without a listener an aborted upload would end the process.
  message.on('error', () => {});
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function joinHeaders(received: IncomingHttpHeaders): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const name in received) {
    const value = received[name];
    headers[name] = typeof value === 'object' ? value.join(', ') : value;
  }
  return headers;
}
