/** Shares of a batch's answer: what both of Bitrix24's batches have in common. */
import type { JsonObject } from '../../json.js';
import type { BatchShare } from '../batch.js';
import type { HttpAnswer, HttpLoss, HttpOutcome } from '../http.js';
import type { ErrorJudge } from '../verdict.js';

const longestText = 2_000;

/** Keys of the n-th write. Not numeric: PHP would make lists of those, in which nobody finds a failure's write again. */
export function shareKey(index: number): string {
  return `r${String(index).padStart(6, '0')}`;
}

/** The answer that a write would have had by itself; `body` undefined where that one has none. */
export function shareAnswer(carrier: HttpAnswer, status: number, body: JsonObject | undefined): HttpAnswer {
  return {
    kind: 'answer',
    status,
    carrierStatus: carrier.status,
    headers: carrier.headers,
    json: body,
    text: body === undefined ? '' : JSON.stringify(body).slice(0, longestText),
    requestId: carrier.requestId,
  };
}

/** Nobody knows what became of a write: it left, and the batch's answer does not tell. Only reading does. */
export function shareLost(code: 'NOT_IN_ANSWER' | 'UNEXPECTED_BATCH_ANSWER', message: string): HttpLoss {
  return { kind: 'loss', phase: 'sent-no-answer', type: 'API_ERROR', code, message };
}

/** Statuses by which the batch itself was refused: it is not understood, not known here, or too large. */
const refusals: ReadonlySet<number> = new Set([400, 404, 405, 411, 413, 414, 415, 431]);

/**
 * What a batch's outcome other than 2xx means for each of its writes. A loss, trouble (5xx), a limit, a redirect and a
 * bad credential are what each would have met by itself. Any other refusal speaks about the batch, and a row must not
 * be told, say, 404 for it: each write goes alone. What is neither, or a page in place of the refusal, is not known to
 * have done nothing.
 */
export function shareOfFailure(outcome: HttpOutcome, errors: ErrorJudge): BatchShare {
  if (outcome.kind === 'loss') return outcome;
  const { status } = outcome;
  if (status < 400 || status >= 500 || status === 429) return outcome;
  const verdict = errors.judge(outcome);
  if (verdict.scope === 'credential') return outcome;
  // Sent alone now, a create that the batch made all the same would be made twice.
  if (verdict.effect === 'possible' && (status === 400 || status === 403)) {
    return shareLost('NOT_IN_ANSWER', `A batch was answered ${status} by something between here and the service.`);
  }
  if (refusals.has(status) || status === 401 || status === 402 || status === 403) return { kind: 'alone' };
  return shareLost(
    'UNEXPECTED_BATCH_ANSWER',
    `The answer ${status} to a batch does not tell what became of its writes.`,
  );
}

/** A section of a batch's answer by key; PHP sends `[]` for an empty one. Null when it is neither. */
export function readSection(section: unknown): ReadonlyMap<string, unknown> | null {
  if (typeof section !== 'object' || section === null) return null;
  if (Array.isArray(section)) return section.length === 0 ? new Map() : null;
  return new Map(Object.entries(section));
}
