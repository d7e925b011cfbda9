import type { HttpAnswer, HttpLoss, HttpOutcome, HttpRequest, Writer } from '../../src/providers/http.js';

/** An answer of which only what matters is said: the body as a value, or as text that is no JSON. */
export function answerOf(
  status: number,
  body: unknown = undefined,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const isText = typeof body === 'string';
  const text = isText ? body : body === undefined ? '' : JSON.stringify(body);
  return { kind: 'answer', status, headers, json: isText ? undefined : body, text, requestId: null };
}

export function lossOf(phase: HttpLoss['phase'], code = 'ECONNRESET', type: HttpLoss['type'] = 'NETWORK'): HttpLoss {
  return { kind: 'loss', phase, type, code, message: `It broke off (${code}).` };
}

export interface ScriptedWriter extends Writer {
  /** What was sent, in order. */
  readonly sent: HttpRequest[];
}

/** Answers requests with the given outcomes, one after the other; a request too many fails the test. */
export function scriptWriter(...outcomes: readonly HttpOutcome[]): ScriptedWriter {
  const left = [...outcomes];
  const sent: HttpRequest[] = [];
  const answer = async (request: HttpRequest): Promise<HttpOutcome> => {
    sent.push(request);
    const outcome = left.shift();
    if (outcome === undefined) throw new Error(`no answer is left for ${request.method} ${request.path.join('/')}`);
    return outcome;
  };
  return { sent, read: answer, write: answer };
}
