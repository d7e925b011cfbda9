import type { JsonValue, SandboxAnswer } from '../service.js';

/** `{data: …}` of one item. */
export function answerData(data: JsonValue, status = 200): SandboxAnswer {
  return { status, body: { data } };
}

export const noContent: SandboxAnswer = { status: 204 };

export const resourceNotFound: SandboxAnswer = {
  status: 404,
  body: { error: true, message: 'Resource not found', code: 'RESOURCE_NOT_FOUND' },
};

export const endpointNotFound: SandboxAnswer = {
  status: 404,
  body: { error: true, message: 'API endpoint not found', code: 'ENDPOINT_NOT_FOUND' },
};

export const unauthenticated: SandboxAnswer = { status: 401, body: { error: true, message: 'Unauthenticated.' } };

export function badRequest(message: string): SandboxAnswer {
  return { status: 400, body: { error: true, message } };
}

export function forbidden(message: string): SandboxAnswer {
  return { status: 403, body: { message } };
}

/** The 422 of request validation: no `message`, one list of texts a field. */
export function invalid(errors: ReadonlyMap<string, readonly string[]>): SandboxAnswer {
  return { status: 422, body: { error: true, errors: Object.fromEntries(errors) } };
}

/** The 422 of a business rule, which has the other documented shape: `message` and `errors`, no `error`. */
export function refused(field: string, message: string): SandboxAnswer {
  return { status: 422, body: { message, errors: { [field]: [message] } } };
}

/** The 429 of an hourly cap, which names the operation and its limit. */
export function hourlyCapReached(operation: string, limit: number, waitMs: number): SandboxAnswer {
  return {
    status: 429,
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1000))) },
    body: {
      message: `Hourly limit of ${limit} for "${operation}" reached for this organization.`,
      code: 'RATE_LIMIT_EXCEEDED',
    },
  };
}
