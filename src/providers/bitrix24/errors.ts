/**
 * What Vibecode's error answers mean: decided by `error.code`, then by the status, never by the text alone, which is
 * Russian or English and may change (Vibecode documentation of 2026-05-05, error codes).
 */
import { field, isObject, textField } from '../../json.js';
import type { HttpAnswer } from '../http.js';
import { describeAnswer, type ErrorJudge, type ErrorWords, judgeByStatus, type Verdict } from '../verdict.js';

export const bitrix24Errors: ErrorJudge = { service: 'Bitrix24', judge: judgeBitrix24Answer };

type Rule = Partial<Omit<Verdict, 'code' | 'message'>>;

const refused: Rule = { scope: 'row', effect: 'none', retryable: false };
const badInput: Rule = { ...refused, type: 'VALIDATION' };
const missing: Rule = {
  ...refused,
  type: 'NOT_FOUND',
  suggestedAction: "Check the id, and that the key's user may see the task: Bitrix24 does not tell these apart.",
};
const noRight: Rule = {
  ...refused,
  type: 'FORBIDDEN',
  suggestedAction: "Let the task's creator, their supervisor or a portal administrator do it, or leave the row out.",
};
const stateConflict: Rule = { ...refused, type: 'CONFLICT' };

const badKey: Rule = {
  type: 'AUTH',
  scope: 'credential',
  effect: 'none',
  retryable: false,
  suggestedAction: 'Check BITRIX24_API_KEY at vibecode.bitrix24.com under Keys; make a new key if it expired.',
};
const badSession: Rule = {
  ...badKey,
  suggestedAction: 'Sign in again and set BITRIX24_ACCESS_TOKEN; an application key needs a session beside it.',
};
const weakKey: Rule = { ...badKey, type: 'FORBIDDEN' };
const unpaid: Rule = { ...weakKey, suggestedAction: "Check the portal's plan and balance at vibecode.bitrix24.com." };

const overloaded: Rule = {
  type: 'RATE_LIMIT',
  scope: 'service',
  effect: 'none',
  retryable: true,
  suggestedAction: 'Wait, or lower --rate; all keys of the portal share its limit.',
};
const inTrouble: Rule = { type: 'API_ERROR', scope: 'service', effect: 'possible', retryable: true };

/** Every code of the documentation's table that tasks can meet, and the older names still seen. */
const rules: Readonly<Record<string, Rule>> = {
  VALIDATION_ERROR: badInput,
  INVALID_REQUEST: badInput,
  INVALID_PARAMS: badInput,
  MISSING_PARAMS: badInput,
  MISSING_REQUIRED_FILTER: badInput,
  READONLY_FIELD: badInput,
  INVALID_FILTER_FIELD: badInput,
  INVALID_FILTER_OPERATOR: badInput,
  UNKNOWN_SORT_FIELD: badInput,
  BATCH_LIMIT_EXCEEDED: badInput,

  MISSING_API_KEY: badKey,
  INVALID_API_KEY: badKey,
  KEY_EXPIRED: badKey,
  KEY_INACTIVE: badKey,
  KEY_REVOKED: badKey,
  AUTH_REQUIRED: badKey,
  WRONG_KEY_TYPE: badKey,
  INVALID_APP_KEY: badSession,
  TOKEN_MISSING: badSession,
  TOKEN_EXPIRED: badSession,
  TOKEN_REFRESH_FAILED: badSession,
  INVALID_SESSION: badSession,

  BILLING_EXHAUSTED: unpaid,
  ACCOUNT_FROZEN: unpaid,
  COMMERCIAL_PLAN_REQUIRED: unpaid,
  TRIAL_EXPIRED: unpaid,
  B24_TARIFF_RESTRICTION: unpaid,

  SCOPE_DENIED: {
    ...weakKey,
    suggestedAction: 'Give the key the scopes task and tasks, at vibecode.bitrix24.com under Keys.',
  },
  SCOPE_NOT_ALLOWED: {
    ...weakKey,
    suggestedAction: 'Give the key the scopes task and tasks, at vibecode.bitrix24.com under Keys.',
  },
  WRITE_BLOCKED_READONLY_KEY: { ...weakKey, suggestedAction: 'Use a key whose access mode is READWRITE.' },
  MANAGEMENT_KEY_NO_ENTITY_ACCESS: { ...weakKey, suggestedAction: 'Use a personal key (vibe_api_…).' },
  MANAGEMENT_KEY_READ_ONLY: { ...weakKey, suggestedAction: 'Use a personal key (vibe_api_…).' },
  IP_NOT_ALLOWED: { ...weakKey, suggestedAction: "Add this machine's address to the key's list of allowed addresses." },
  OAUTH_REQUIRED: { ...weakKey, suggestedAction: 'Use an application key (vibe_app_…) with BITRIX24_ACCESS_TOKEN.' },
  WAITLIST_PENDING: { ...weakKey, suggestedAction: 'Wait until the account is activated.' },

  BITRIX_ACCESS_DENIED: noRight,
  ACCESS_DENIED: noRight,
  ENTITY_NOT_FOUND: missing,
  NOT_FOUND: missing,
  CONFLICT: stateConflict,
  ALREADY_EXISTS: stateConflict,
  BITRIX_ERROR: {
    ...badInput,
    suggestedAction: 'Read the message, it is that of Bitrix24 itself, and correct the row.',
  },

  RATE_LIMITED: overloaded,
  RATE_LIMIT: overloaded,
  ERROR_LOOP_DETECTED: {
    ...overloaded,
    suggestedAction:
      'Look at what the rows before met: Vibecode blocks a key that meets the same error again and again.',
  },

  INTERNAL_ERROR: inTrouble,
  BITRIX_UNAVAILABLE: {
    ...inTrouble,
    suggestedAction: 'The portal did not answer; the change may have happened. Try again later.',
  },
  WINDOWED_SEARCH_FAILED: inTrouble,
  QUEUE_TIMEOUT: {
    ...inTrouble,
    suggestedAction: "The portal's queue is full; lower --concurrency or try again later.",
  },
};

/** The meaning of an error answer. Pure. */
export function judgeBitrix24Answer(answer: HttpAnswer): Verdict {
  const words = readBitrix24Words(answer.json);
  const verdict = judgeByStatus('Bitrix24', answer, words);
  if (answer.status >= 300 && answer.status < 400) return verdict;
  if (isPortalThrottle(words)) return { ...verdict, ...overloaded };
  if (/OVERLOAD_LIMIT/.test(words.message ?? '')) {
    return { ...verdict, ...weakKey, suggestedAction: "Ask Bitrix24's support to lift the block on the portal." };
  }
  // What is below a task that is not there, or not to be seen, is refused as a business error (Vibecode's page on delete).
  if (/ITEM_NOT_FOUND_OR_NOT_ACCESSIBLE/.test(words.message ?? '')) return { ...verdict, ...missing };
  const rule = rules[words.code ?? ''];
  if (rule !== undefined) return { ...verdict, ...rule };
  if (answer.status === 404 && !isObject(answer.json)) return judgeWrongPath(answer, verdict, words);
  return answer.status === 401 || answer.status === 402 ? { ...verdict, scope: 'credential' } : verdict;
}

/**
 * The portal's own limits come through with Vibecode's codes and are told by their text alone (same documentation,
 * limits of the portal): they were refused before anything was done. A portal that did not answer is another matter.
 */
export function isPortalThrottle(words: ErrorWords): boolean {
  if (words.code === 'BITRIX_UNAVAILABLE') return false;
  return /QUERY_LIMIT_EXCEEDED|OPERATION_TIME_LIMIT/.test(words.message ?? '');
}

function judgeWrongPath(answer: HttpAnswer, verdict: Verdict, words: ErrorWords): Verdict {
  return {
    ...verdict,
    type: 'API_ERROR',
    code: 'ROUTE_NOT_FOUND',
    message: describeAnswer('Bitrix24', answer, { ...words, code: 'ROUTE_NOT_FOUND' }),
    scope: 'service',
    suggestedAction: 'Check BITRIX24_BASE_URL.',
  };
}

/**
 * Code and text of an error body: `{success: false, error: {code, message, warning?}}`. A 422 may add Bitrix24's own
 * `bitrixError: {error, error_description}`, beside `error` or within it.
 */
export function readBitrix24Words(json: unknown): ErrorWords {
  const error = field(json, 'error');
  const bitrix = field(error, 'bitrixError') ?? field(json, 'bitrixError');
  const texts = [textField(error, 'message'), describeBitrixError(bitrix), textField(error, 'warning')];
  const message = [...new Set(texts)].filter((text) => text !== null && text !== '').join(' ');
  return {
    code: textField(error, 'code') ?? (typeof error === 'string' ? error : null),
    message: message === '' ? null : message,
  };
}

function describeBitrixError(bitrix: unknown): string | null {
  const parts = [textField(bitrix, 'error'), textField(bitrix, 'error_description')];
  return parts.filter((part) => part !== null && part !== '').join(': ') || null;
}
