import type { Failure } from '../../failure.js';
import type { HttpAnswer } from '../http.js';

/** What was asked for and what stands there now. */
export interface Unapplied {
  readonly field: string;
  readonly asked: string | null;
  readonly now: string | null;
}

/** Tallyfy accepted a write and did something else: it drops or ignores what it does not take. */
export function notApplied(unapplied: readonly Unapplied[], answer: Pick<HttpAnswer, 'status' | 'requestId'>): Failure {
  const list = unapplied.map(({ field, asked, now }) => `${field} is ${say(now)} in place of ${say(asked)}`).join('; ');
  return {
    type: 'API_ERROR',
    code: 'NOT_APPLIED',
    message: `Tallyfy answered ${answer.status}, but did not apply all that was asked: ${list}.`,
    suggestedAction: 'Look at it in Tallyfy; it ignores what the task, its template or your rights do not allow.',
    phase: 'answered',
    effect: 'possible',
    scope: 'row',
    retryable: false,
    httpStatus: answer.status,
    requestId: answer.requestId,
  };
}

function say(text: string | null): string {
  if (text === null || text === '') return 'empty';
  return `"${text.length > 100 ? `${text.slice(0, 100)}…` : text}"`;
}
