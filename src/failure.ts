/** Why a row, or one request of it, did not succeed: a value that is stored, counted, retried on and reported. */
export const errorTypes = [
  'VALIDATION',
  'NOT_FOUND',
  'AUTH',
  'FORBIDDEN',
  'CONFLICT',
  'RATE_LIMIT',
  'API_ERROR',
  'NETWORK',
  'TIMEOUT',
  'GUARD',
  'UNKNOWN',
] as const;
export type ErrorType = (typeof errorTypes)[number];

/**
 * How far the request came. `not-sent`: no byte of it can have reached the service. `sent-no-answer`: it may have
 * arrived, and no complete answer came back. `answered`: the service's answer was read.
 */
export type Phase = 'not-sent' | 'sent-no-answer' | 'answered';

/**
 * Whom the failure speaks about. `row`: this target only. `credential`: every row with this credential would meet it,
 * so the run stops at once. `service`: the service is in trouble; other rows may meet it too.
 */
export type FailureScope = 'row' | 'credential' | 'service';

export interface Failure {
  readonly type: ErrorType;
  /** Stable, in the service's vocabulary where it has one: `TASK_NOT_FOUND`, `OAUTH_025`, `ECONNRESET`. */
  readonly code: string;
  /** What happened, in a sentence; secrets are already taken out. */
  readonly message: string;
  /** What the person should do, in a sentence. */
  readonly suggestedAction: string;
  readonly phase: Phase;
  /** Whether the service may have applied the request: `none` only where that is certain. */
  readonly effect: 'none' | 'possible';
  readonly scope: FailureScope;
  /** Whether the same request, unchanged, may succeed later. */
  readonly retryable: boolean;
  readonly httpStatus: number | null;
  readonly requestId: string | null;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export function succeed<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail<T>(failure: Failure): Result<T> {
  return { ok: false, failure };
}

/** A failure found before anything was sent: by validation, a guard or a look at the target. */
export function localFailure(type: ErrorType, code: string, message: string, suggestedAction: string): Failure {
  return {
    type,
    code,
    message,
    suggestedAction,
    phase: 'not-sent',
    effect: 'none',
    scope: 'row',
    retryable: false,
    httpStatus: null,
    requestId: null,
  };
}
