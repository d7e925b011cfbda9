/** Makes an {@link HttpAnswer} of what came over the wire, trusting none of it. */
import { createExcerpter, createRedactor, createSecretRedactor, type Redactor } from '../redact.js';
import type { HttpAnswer } from './http.js';

/** The `text` of an answer is for people and records; the whole body is in `json`. */
const textChars = 2_000;
const longestRequestId = 200;
/** Names under which services tell their id of a request, best first. */
const requestIdHeaders = ['x-request-id', 'x-trace-id', 'x-correlation-id', 'x-amzn-trace-id', 'cf-ray'] as const;

/** An answer as it was received: header names in lower case, one entry a line; the whole body. */
export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Redaction {
  /** Takes out secrets and what looks like one. */
  readonly redact: Redactor;
  /** Takes out the secrets in use alone. */
  readonly redactSecrets: Redactor;
  readonly excerpt: (text: string, maxChars: number) => string;
}

export function createRedaction(secrets: readonly string[]): Redaction {
  const redact = createRedactor(secrets);
  return { redact, redactSecrets: createSecretRedactor(secrets), excerpt: createExcerpter(secrets, redact) };
}

/**
 * Headers of the same name are joined with a comma. A body that is no JSON in valid UTF-8 gives `json` undefined.
 * Redacted through and through, also in the strings of `json`: errors are redacted like any text, whereas data that
 * merely looks like a token is people's own and stays.
 */
export function toHttpAnswer(received: ReceivedAnswer, { redact, redactSecrets, excerpt }: Redaction): HttpAnswer {
  const headers = redactHeaders(received.headers, redact);
  const encoding = headers['content-encoding'] ?? 'identity';
  const body = encoding === 'identity' ? readText(received.body) : { text: `(body in ${encoding})`, valid: false };
  return {
    kind: 'answer',
    status: received.status,
    headers,
    json: body.valid ? parseJson(body.text, received.status < 300 ? redactSecrets : redact) : undefined,
    text: body.text === '' ? '' : excerpt(body.text, textChars),
    requestId: findRequestId(headers),
  };
}

function redactHeaders(received: ReceivedAnswer['headers'], redact: Redactor): Readonly<Record<string, string>> {
  // Mostly each comes once and holds nothing to take out, which one look at all of them tells.
  if (areSingle(received)) {
    let values = '';
    for (const name in received) values += `${received[name]}\n`;
    if (redact(values) === values) return received;
  }
  const headers = Object.entries(received).map(([name, value = '']): [string, string] => [name, String(value)]);
  // `fromEntries` makes an own property also of `__proto__`.
  return Object.fromEntries(headers.map(([name, value]) => [name, redact(value)]));
}

function areSingle(headers: ReceivedAnswer['headers']): headers is Readonly<Record<string, string>> {
  for (const name in headers) if (typeof headers[name] !== 'string') return false;
  return true;
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true });
const lenientDecoder = new TextDecoder('utf-8');

function readText(body: Buffer): { text: string; valid: boolean } {
  if (body.length === 0) return { text: '', valid: true };
  try {
    return { text: strictDecoder.decode(body), valid: true };
  } catch {
    return { text: lenientDecoder.decode(body), valid: false };
  }
}

/** Whatever the content type says: services label JSON as HTML and the other way round. */
function parseJson(text: string, redact: Redactor): unknown {
  if (text.trim() === '') return undefined;
  const redactStrings = (_key: string, value: unknown) => (typeof value === 'string' ? redact(value) : value);
  try {
    // Replacing in the text itself could break its syntax, e.g. by a secret that is a number. A key `__proto__` becomes
    // an own property either way and changes no prototype.
    return redact(text) === text ? JSON.parse(text) : JSON.parse(text, redactStrings);
  } catch {
    return undefined;
  }
}

function findRequestId(headers: Readonly<Record<string, string>>): string | null {
  for (const name of requestIdHeaders) {
    const value = headers[name];
    if (value !== undefined && value !== '') return value.slice(0, longestRequestId);
  }
  return null;
}
