/** From what became of a request to a result: the one place where answers and losses turn into failures. */
import { type Failure, fail, type Result, succeed } from '../failure.js';
import type { HttpAnswer, HttpLoss, HttpOutcome } from './http.js';
import type { ErrorJudge, Verdict } from './verdict.js';

/** Whether the request could change anything; a read that failed never leaves an effect. */
export type RequestKind = 'read' | 'write';

/** The answer when the service accepted the request (any 2xx), the failure otherwise. */
export function expectSuccess(outcome: HttpOutcome, kind: RequestKind, errors: ErrorJudge): Result<HttpAnswer> {
  if (outcome.kind === 'loss') return fail(failureOfLoss(outcome, kind, errors.service));
  if (outcome.status >= 200 && outcome.status < 300) {
    // Services answer writes with JSON or nothing. A page of HTML comes from something in between: a sign-in, a proxy.
    const foreign = kind === 'write' && outcome.json === undefined && outcome.text.trim() !== '';
    if (foreign) return fail(unexpectedAnswer(outcome, kind, errors.service, 'with something that is no JSON'));
    return succeed(outcome);
  }
  return fail(failureOfAnswer(outcome, kind, errors.judge(outcome)));
}

/** The failure that an error answer stands for. */
export function failureOfAnswer(answer: HttpAnswer, kind: RequestKind, verdict: Verdict): Failure {
  return {
    ...verdict,
    phase: 'answered',
    effect: kind === 'read' ? 'none' : verdict.effect,
    httpStatus: answer.carrierStatus ?? answer.status,
    requestId: answer.requestId,
  };
}

/** The code of a write that the answer to its batch does not tell of: asked again, the service may tell. */
export const notInAnswer = 'NOT_IN_ANSWER';

/** The failure that a request without a complete answer stands for. */
export function failureOfLoss(loss: HttpLoss, kind: RequestKind, service: string): Failure {
  const lastingFault = (loss.type === 'API_ERROR' && loss.code !== notInAnswer) || isCertificateFault(loss.code);
  return {
    type: loss.type,
    code: loss.code,
    message: `${service}: ${loss.message}`,
    suggestedAction: actionForLoss(loss),
    phase: loss.phase,
    effect: kind === 'write' && loss.phase === 'sent-no-answer' ? 'possible' : 'none',
    scope: 'service',
    retryable: !lastingFault,
    httpStatus: null,
    requestId: null,
  };
}

function actionForLoss(loss: HttpLoss): string {
  if (isCertificateFault(loss.code)) return "Check the service's certificate and the base URL.";
  if (loss.code === 'ENOTFOUND') return 'Check the host name in the base URL, and the network.';
  if (loss.type === 'TIMEOUT') return 'Try again, or raise --timeout.';
  if (loss.type === 'API_ERROR') return 'The answer could not be read; look at the row in the service.';
  return 'Check the network and whether the service is reachable, then resume.';
}

/** Node's names for what is wrong with a TLS certificate; waiting mends none of it. */
function isCertificateFault(code: string): boolean {
  return /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_(VERIFY|GET_ISSUER))/.test(code);
}

/** The service accepted the request and answered what nobody can read. For a write, only reading tells what happened. */
export function unexpectedAnswer(answer: HttpAnswer, kind: RequestKind, service: string, lack: string): Failure {
  return {
    type: 'API_ERROR',
    code: 'UNEXPECTED_ANSWER',
    message: `${service} answered ${answer.carrierStatus ?? answer.status}, but ${lack}.`,
    suggestedAction: 'Look at the row in the service, and check that the base URL is right.',
    phase: 'answered',
    effect: kind === 'write' ? 'possible' : 'none',
    scope: 'row',
    // A page from something in between passes; a write is for its settlement to decide.
    retryable: kind === 'read',
    httpStatus: answer.carrierStatus ?? answer.status,
    requestId: answer.requestId,
  };
}

/** The same failure, told as one that every request with this credential would meet. */
export function accuseCredential(failure: Failure, suggestedAction: string): Failure {
  return { ...failure, scope: 'credential', retryable: false, suggestedAction };
}
