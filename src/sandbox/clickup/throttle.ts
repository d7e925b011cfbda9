import { htmlPage } from '../outgoing.js';
import type { RateState, RetryHint, SandboxAnswer } from '../service.js';
import { failureAnswer } from './refusal.js';

/** The three headers of every answer; the reset is in Unix seconds, as every client reads it. */
export function rateHeaders(state: RateState): Readonly<Record<string, string>> {
  return {
    'X-RateLimit-Limit': String(state.limit),
    'X-RateLimit-Remaining': String(state.remaining),
    'X-RateLimit-Reset': String(Math.ceil(state.resetAtMs / 1000)),
  };
}

/** The real service tells the wait by its reset header only; `Retry-After` is undocumented, the other hints are for tests. */
export function throttledAnswer(state: RateState, hint: RetryHint): SandboxAnswer {
  const refused = failureAnswer(429);
  switch (hint) {
    case 'service':
      return { ...refused, headers: rateHeaders(state) };
    case 'seconds':
      return { ...refused, headers: { 'Retry-After': String(Math.ceil((state.resetAtMs - state.nowMs) / 1000)) } };
    case 'date':
      return {
        ...refused,
        headers: { 'Retry-After': new Date(Math.ceil(state.resetAtMs / 1000) * 1000).toUTCString() },
      };
    case 'none':
      return refused;
    case 'html':
      return htmlPage(429, 'Too Many Requests');
  }
}
