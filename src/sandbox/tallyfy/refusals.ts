import type { RateState, RetryHint, SandboxAnswer } from '../service.js';
import { badRequest, forbidden, invalid, resourceNotFound, unauthenticated } from './answers.js';

const TOO_MANY = 'Too many requests. Please slow down.';

/** The burst 429. The service sends `Retry-After` in seconds; its body is not documented and may be an edge's HTML. */
export function answerThrottled(state: RateState, hint: RetryHint): SandboxAnswer {
  const waitSeconds = Math.max(1, Math.ceil((state.resetAtMs - state.nowMs) / 1000));
  const retryAfter = { 'Retry-After': String(waitSeconds) };
  switch (hint) {
    case 'html':
      return { status: 429, headers: retryAfter, text: presentHtml('429 Too Many Requests'), contentType: 'text/html' };
    case 'date':
      // An HTTP date has no fractions: round up, so that the wait is not told too short.
      return throttle({ 'Retry-After': new Date(Math.ceil(state.resetAtMs / 1000) * 1000).toUTCString() });
    case 'none':
      return throttle({});
    default:
      return throttle(retryAfter);
  }
}

function throttle(headers: Readonly<Record<string, string>>): SandboxAnswer {
  return { status: 429, headers, body: { message: TOO_MANY, code: 'RATE_LIMIT_EXCEEDED' } };
}

/**
 * A fault in the service's own shape: 500 leaks internals as JSON, other 5xx are pages of an edge, 4xx are the usual
 * refusals.
 */
export function answerFailure(status: number): SandboxAnswer {
  switch (status) {
    case 400:
      return badRequest('Bad request.');
    case 401:
      return unauthenticated;
    case 403:
      return forbidden('This action is unauthorized.');
    case 404:
      return resourceNotFound;
    case 422:
      return invalid(new Map([['sandbox', ['The sandbox field is invalid.']]]));
    case 429:
      return throttle({ 'Retry-After': '2' });
    case 500:
      return {
        status,
        body: {
          message: 'Server Error: SQLSTATE[40001] (SQL: select * from `tasks` where `id` = ?)',
          exception: 'QueryException',
        },
      };
    default:
      return { status, text: presentHtml(String(status)), contentType: 'text/html' };
  }
}

function presentHtml(title: string): string {
  return `<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>`;
}
