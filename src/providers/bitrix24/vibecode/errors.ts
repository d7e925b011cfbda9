/**
 * What Vibecode's error answers mean: decided by `error.code`, then by the status, never by the text alone, which is
 * Russian or English and may change (Vibecode documentation of 2026-05-05, error codes).
 */
import { field, isObject, textField } from '../../../json.js';
import type { HttpAnswer } from '../../http.js';
import { describeAnswer, type ErrorJudge, type ErrorWords, judgeByStatus, type Verdict } from '../../verdict.js';
import { unclearShare } from '../unclear-share.js';

export const vibecodeErrors: ErrorJudge = { service: 'Bitrix24', judge: judgeVibecodeAnswer };

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
const refusedByPortal: Rule = {
  ...badInput,
  suggestedAction: 'Read the message, it is that of Bitrix24 itself, and correct the row.',
};

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
const unscoped: Rule = {
  ...weakKey,
  suggestedAction: 'Give the key the scopes task and tasks, at vibecode.bitrix24.com under Keys.',
};
const notPersonal: Rule = { ...weakKey, suggestedAction: 'Use a personal key (vibe_api_…).' };

const overloaded: Rule = {
  type: 'RATE_LIMIT',
  scope: 'service',
  effect: 'none',
  retryable: true,
  suggestedAction: 'Wait, or lower --rate; all keys of the portal share its limit.',
};
/** Seen only when waiting did not help: until then it is a throttle. */
const errorLoop: Rule = {
  ...overloaded,
  scope: 'credential',
  retryable: false,
  suggestedAction:
    'Look at what the rows before met, and leave such rows out: Vibecode blocks a key that meets one error again and ' +
    'again, for up to an hour. Resume then.',
};
const inTrouble: Rule = { type: 'API_ERROR', scope: 'service', effect: 'possible', retryable: true };
const noAnswer: Rule = {
  ...inTrouble,
  suggestedAction: 'The portal did not answer; the change may have happened. Try again later.',
};
const fullQueue: Rule = {
  ...inTrouble,
  suggestedAction: "The portal's queue is full; lower --concurrency or try again later.",
};

/** Every code of the documentation's table that tasks can meet, with its status, and the older names still seen. */
const table: ReadonlyArray<readonly [status: number, rule: Rule, ...codes: readonly string[]]> = [
  [400, badInput, 'VALIDATION_ERROR', 'INVALID_REQUEST', 'INVALID_PARAMS', 'MISSING_PARAMS', 'READONLY_FIELD'],
  [400, badInput, 'MISSING_REQUIRED_FILTER', 'INVALID_FILTER_FIELD', 'INVALID_FILTER_OPERATOR', 'UNKNOWN_SORT_FIELD'],
  [400, badInput, 'BATCH_LIMIT_EXCEEDED', 'INVALID_CALL', 'MISSING_ENTITY_ID'],
  [401, badKey, 'MISSING_API_KEY', 'INVALID_API_KEY', 'KEY_EXPIRED', 'KEY_INACTIVE', 'KEY_REVOKED', 'AUTH_REQUIRED'],
  [401, badKey, 'WRONG_KEY_TYPE'],
  [401, badSession, 'INVALID_APP_KEY', 'TOKEN_MISSING', 'TOKEN_EXPIRED', 'TOKEN_REFRESH_FAILED', 'INVALID_SESSION'],
  [402, unpaid, 'BILLING_EXHAUSTED', 'ACCOUNT_FROZEN', 'COMMERCIAL_PLAN_REQUIRED', 'TRIAL_EXPIRED'],
  [403, unpaid, 'B24_TARIFF_RESTRICTION'],
  [403, unscoped, 'SCOPE_DENIED', 'SCOPE_NOT_ALLOWED'],
  [403, { ...weakKey, suggestedAction: 'Use a key whose access mode is READWRITE.' }, 'WRITE_BLOCKED_READONLY_KEY'],
  [403, notPersonal, 'MANAGEMENT_KEY_NO_ENTITY_ACCESS', 'MANAGEMENT_KEY_READ_ONLY'],
  [
    403,
    { ...weakKey, suggestedAction: "Add this machine's address to the key's list of allowed addresses." },
    'IP_NOT_ALLOWED',
  ],
  [
    403,
    { ...weakKey, suggestedAction: 'Use an application key (vibe_app_…) with BITRIX24_ACCESS_TOKEN.' },
    'OAUTH_REQUIRED',
  ],
  [403, { ...weakKey, suggestedAction: 'Wait until the account is activated.' }, 'WAITLIST_PENDING'],
  [403, noRight, 'BITRIX_ACCESS_DENIED', 'ACCESS_DENIED'],
  [404, missing, 'ENTITY_NOT_FOUND', 'NOT_FOUND'],
  [409, stateConflict, 'CONFLICT', 'ALREADY_EXISTS'],
  [422, refusedByPortal, 'BITRIX_ERROR'],
  [429, overloaded, 'RATE_LIMITED', 'RATE_LIMIT'],
  [429, errorLoop, 'ERROR_LOOP_DETECTED'],
  [500, inTrouble, 'INTERNAL_ERROR'],
  [502, inTrouble, 'WINDOWED_SEARCH_FAILED'],
  [502, noAnswer, 'BITRIX_UNAVAILABLE'],
  [504, fullQueue, 'QUEUE_TIMEOUT'],
];
const known = new Map(table.flatMap(([status, rule, ...codes]) => codes.map((code) => [code, { status, rule }])));

/** The status with which Vibecode sends a code by itself; null for one that is not known. */
export function statusOfCode(code: string): number | null {
  return known.get(code)?.status ?? null;
}

/** The meaning of an error answer. Pure. */
export function judgeVibecodeAnswer(answer: HttpAnswer): Verdict {
  const words = readVibecodeWords(answer.json);
  const verdict = judgeByStatus('Bitrix24', answer, words);
  if (answer.status >= 300 && answer.status < 400) return verdict;
  if (isPortalThrottle(words)) return { ...verdict, ...overloaded };
  if (/OVERLOAD_LIMIT/.test(words.message ?? '')) {
    return { ...verdict, ...weakKey, suggestedAction: "Ask Bitrix24's support to lift the block on the portal." };
  }
  // What is below a task that is not there, or not to be seen, is refused as a business error (Vibecode's page on delete).
  if (/ITEM_NOT_FOUND_OR_NOT_ACCESSIBLE/.test(words.message ?? '')) return { ...verdict, ...missing };
  const rule = known.get(words.code ?? '')?.rule;
  if (rule !== undefined) return { ...verdict, ...rule };
  if (answer.carrierStatus !== undefined) return { ...verdict, ...unclearShare };
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
export function readVibecodeWords(json: unknown): ErrorWords {
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
