import type { JsonValue, SandboxAnswer } from '../service.js';
import type { Refusal } from './task.js';

/** A failure of Vibecode, before it is put into an answer or into a batch's `errors`. */
export interface Failure {
  readonly ok: false;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly warning?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  /** Bitrix24's own words about a 422. */
  readonly bitrixError?: { readonly error: string; readonly error_description: string };
  /** What a refused batch tells beside the error. */
  readonly data?: JsonValue;
}

/** A success; 204 has no data. */
export interface Success {
  readonly ok: true;
  readonly status: 200 | 201 | 204;
  readonly data?: JsonValue;
  readonly meta?: { readonly total: number; readonly [key: string]: JsonValue };
}

export type Reply = Success | Failure;

export function fail(status: number, code: string, message: string): Failure {
  return { ok: false, status, code, message };
}

export function succeed(data: JsonValue, status: 200 | 201 = 200): Success {
  return { ok: true, status, data };
}

/** What Bitrix24 refused, in Vibecode's codes. */
export function failFromRefusal(refusal: Refusal): Failure {
  switch (refusal.kind) {
    case 'missing':
      return fail(404, 'ENTITY_NOT_FOUND', `task ${refusal.id} not found`);
    case 'forbidden':
      return fail(403, 'BITRIX_ACCESS_DENIED', `Access to task ${refusal.id} is denied for the owner of the key`);
    case 'bad-value':
      return failInBitrix(refusal.code, refusal.message);
  }
}

/** 422 `BITRIX_ERROR` with Bitrix24's own code and text. */
export function failInBitrix(error: string, description: string): Failure {
  return {
    ...fail(422, 'BITRIX_ERROR', description),
    bitrixError: { error, error_description: description },
  };
}

/** The answer on the wire; `retryAfter` is repeated in the `Retry-After` header. */
export function toAnswer(reply: Reply): SandboxAnswer {
  if (reply.ok) {
    if (reply.status === 204) return { status: 204 };
    const meta = reply.meta === undefined ? {} : { meta: reply.meta };
    return { status: reply.status, body: { success: true, data: reply.data ?? null, ...meta } };
  }
  const { status, bitrixError, data, retryAfter } = reply;
  const body = {
    success: false,
    error: toErrorBody(reply),
    ...(bitrixError === undefined ? {} : { bitrixError }),
    ...(data === undefined ? {} : { data }),
  };
  if (retryAfter === undefined) return { status, body };
  return { status, body, headers: { 'Retry-After': String(retryAfter) } };
}

function toErrorBody({ code, message, hint, warning, retryAfter }: Failure): JsonValue {
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(warning === undefined ? {} : { warning }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}
