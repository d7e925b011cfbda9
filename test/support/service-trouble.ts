/** A service in trouble for a moment, as a failure. */
import type { Failure } from '../../src/failure.js';

export const trouble: Failure = {
  type: 'API_ERROR',
  code: 'SERVICE_UNAVAILABLE',
  message: 'It answered 503.',
  suggestedAction: '',
  phase: 'answered',
  effect: 'none',
  scope: 'service',
  retryable: true,
  httpStatus: 503,
  requestId: null,
};
