import type { RateState, RetryHint, SandboxAnswer } from '../service.js';
import { fail, toAnswer } from './vibecode-reply.js';

/** Codes of Vibecode's error table that a fault of that status may have. */
const FAULT_CODES = new Map<number, readonly [code: string, message: string]>([
  [400, ['INVALID_REQUEST', 'The request is invalid']],
  [401, ['INVALID_API_KEY', 'The API key is not known']],
  [403, ['SCOPE_DENIED', "This API key does not have the 'tasks' scope"]],
  [404, ['NOT_FOUND', 'Resource not found']],
  [409, ['CONFLICT', 'The state of the resource has changed']],
  [422, ['BITRIX_ERROR', 'Bitrix24 refused the request']],
  [429, ['RATE_LIMITED', 'Too many requests']],
  [502, ['BITRIX_UNAVAILABLE', 'The Bitrix24 portal did not answer']],
  [503, ['BITRIX_UNAVAILABLE', 'The Bitrix24 portal is unavailable']],
]);
/** Example of the error page, in seconds. */
const QUEUE_WAIT_SECONDS = 10;

/** `X-RateLimit-Reset` tells the seconds until the window resets, not a time. */
export function vibecodeRateHeaders(state: RateState): Readonly<Record<string, string>> {
  return {
    'X-RateLimit-Limit': String(state.limit),
    'X-RateLimit-Remaining': String(Math.max(0, state.remaining)),
    'X-RateLimit-Reset': String(secondsUntilReset(state)),
  };
}

function secondsUntilReset({ resetAtMs, nowMs }: RateState): number {
  return Math.max(0, Math.ceil((resetAtMs - nowMs) / 1000));
}

/** 429 `RATE_LIMITED`; the real service tells the wait in seconds, in the body and in `Retry-After`. */
export function throttleVibecode(state: RateState, hint: RetryHint): SandboxAnswer {
  const failure = fail(429, 'RATE_LIMITED', 'Too many requests');
  if (hint === 'none') return toAnswer(failure);
  if (hint === 'html') {
    const text = '<html><head><title>429 Too Many Requests</title></head><body>Too Many Requests</body></html>';
    return { status: 429, text, contentType: 'text/html; charset=utf-8' };
  }
  if (hint === 'date') {
    return { ...toAnswer(failure), headers: { 'Retry-After': new Date(state.resetAtMs).toUTCString() } };
  }
  return toAnswer({ ...failure, retryAfter: Math.max(1, secondsUntilReset(state)) });
}

/** The answer to a fault in Vibecode's shape. */
export function failVibecode(status: number): SandboxAnswer {
  if (status === 504) {
    return toAnswer({
      ...fail(504, 'QUEUE_TIMEOUT', 'The request waited too long in the queue of the portal'),
      retryAfter: QUEUE_WAIT_SECONDS,
    });
  }
  const [code, message] = FAULT_CODES.get(status) ?? ['INTERNAL_ERROR', 'Internal server error'];
  return toAnswer(fail(status, code, message));
}
