/**
 * What error answers of the classic REST mean: `{error, error_description}`, decided by the code, then by the status
 * (b24restdocs of 2026-08-21: system errors, and the errors of each task method).
 */
import { isObject, textField } from '../../../json.js';
import type { HttpAnswer } from '../../http.js';
import { describeAnswer, type ErrorJudge, type ErrorWords, judgeByStatus, type Verdict } from '../../verdict.js';
import { unclearShare } from '../unclear-share.js';

export const classicErrors: ErrorJudge = { service: 'Bitrix24', judge: judgeClassicAnswer };

type Rule = Partial<Omit<Verdict, 'code' | 'message'>>;

const refused: Rule = { scope: 'row', effect: 'none', retryable: false };
const badInput: Rule = { ...refused, type: 'VALIDATION' };
/** Missing and forbidden have the same code in every method (b24restdocs; code of Bitrix24's tasks module). */
const unreachable: Rule = {
  ...refused,
  type: 'NOT_FOUND',
  suggestedAction: "Check the id, the task's status, and that the webhook's user may see and change the task.",
};
const unreachableRemark =
  "Bitrix24 does not tell a task that is not there from one that the webhook's user may not see or change.";
const refusedByPortal: Rule = {
  ...badInput,
  suggestedAction: 'Read the message, it is that of Bitrix24 itself, and correct the row.',
};

const badHook: Rule = {
  type: 'AUTH',
  scope: 'credential',
  effect: 'none',
  retryable: false,
  suggestedAction:
    'Check BITRIX24_WEBHOOK_URL; the webhook may have been deleted, or made by someone who left. Make a new one.',
};
const weakHook: Rule = { ...badHook, type: 'FORBIDDEN' };
const portalGone: Rule = { ...weakHook, suggestedAction: 'Check the portal in BITRIX24_WEBHOOK_URL.' };

const overloaded: Rule = {
  type: 'RATE_LIMIT',
  scope: 'service',
  effect: 'none',
  retryable: true,
  suggestedAction: 'Wait, or lower --rate; other programs at this address share the limit of the portal.',
};
const inTrouble: Rule = { type: 'API_ERROR', scope: 'service', effect: 'possible', retryable: true };

const table: ReadonlyArray<readonly [status: number, rule: Rule, ...codes: readonly string[]]> = [
  [400, unreachable, '1048582', '0'],
  [400, badInput, '100', 'ERROR_ARGUMENT', 'ERROR_BATCH_LENGTH_EXCEEDED'],
  [400, refusedByPortal, 'ERROR_CORE'],
  [400, { ...badHook, suggestedAction: 'Let BITRIX24_WEBHOOK_URL begin with https://.' }, 'INVALID_REQUEST'],
  [401, badHook, 'NO_AUTH_FOUND', 'EXPIRED_TOKEN', 'INVALID_TOKEN'],
  [403, badHook, 'INVALID_CREDENTIALS'],
  [403, { ...weakHook, suggestedAction: 'Give the webhook the scope task, in the portal.' }, 'INSUFFICIENT_SCOPE'],
  [403, { ...weakHook, suggestedAction: "Let the webhook's user in to the REST of the portal." }, 'USER_ACCESS_ERROR'],
  [
    403,
    { ...weakHook, suggestedAction: "REST is not part of the portal's plan; ask its administrator." },
    'ACCESS_DENIED',
  ],
  [404, { ...portalGone, type: 'API_ERROR' }, 'ERROR_METHOD_NOT_FOUND'],
  [405, badInput, 'ERROR_BATCH_METHOD_NOT_ALLOWED'],
  [429, overloaded, 'OPERATION_TIME_LIMIT'],
  [500, inTrouble, 'INTERNAL_SERVER_ERROR', 'ERROR_UNEXPECTED_ANSWER'],
  [500, portalGone, 'PORTAL_DELETED'],
  [503, overloaded, 'QUERY_LIMIT_EXCEEDED'],
  [503, { ...weakHook, suggestedAction: "Ask Bitrix24's support to lift the block on the portal." }, 'OVERLOAD_LIMIT'],
];
const known = new Map(table.flatMap(([status, rule, ...codes]) => codes.map((code) => [code, { status, rule }])));

/** The status with which the classic REST sends a code by itself; null for one that is not known. */
export function statusOfCode(code: string): number | null {
  return known.get(code.toUpperCase())?.status ?? null;
}

/** The meaning of an error answer. Pure. */
export function judgeClassicAnswer(answer: HttpAnswer): Verdict {
  const words = readClassicWords(answer.json);
  const verdict = judgeByStatus('Bitrix24', answer, words);
  if (answer.status >= 300 && answer.status < 400) {
    return { ...verdict, suggestedAction: 'Check BITRIX24_WEBHOOK_URL: a portal that was renamed redirects.' };
  }
  const rule = ruleFor(words);
  if (rule === unreachable) return { ...verdict, ...rule, message: `${verdict.message} ${unreachableRemark}` };
  if (rule !== null) return { ...verdict, ...rule };
  if (answer.carrierStatus !== undefined) return { ...verdict, ...unclearShare };
  if (answer.status === 404 && !isObject(answer.json)) return judgeWrongPath(answer, verdict, words);
  return answer.status === 401 || answer.status === 402 ? { ...verdict, scope: 'credential' } : verdict;
}

function ruleFor({ code, message }: ErrorWords): Rule | null {
  const rule = known.get((code ?? '').toUpperCase())?.rule ?? null;
  // The old comment methods have one code for everything, and only their texts name what can't be reached.
  const isUnreachable = /NOT_ACCESSIBLE|not accessible|ACTION_FAILED_TO_BE_PROCESSED|Insufficient permissions/i;
  return rule === refusedByPortal && isUnreachable.test(message ?? '') ? unreachable : rule;
}

function judgeWrongPath(answer: HttpAnswer, verdict: Verdict, words: ErrorWords): Verdict {
  return {
    ...verdict,
    type: 'API_ERROR',
    code: 'ROUTE_NOT_FOUND',
    message: describeAnswer('Bitrix24', answer, { ...words, code: 'ROUTE_NOT_FOUND' }),
    scope: 'service',
    suggestedAction: 'Check BITRIX24_WEBHOOK_URL.',
  };
}

/** Code and text of an error body; the text may hold HTML. */
export function readClassicWords(json: unknown): ErrorWords {
  const code = textField(json, 'error');
  const text = (textField(json, 'error_description') ?? '').replace(/<[^>]{0,100}>/g, ' ').trim();
  return { code: code === '' ? null : code, message: text === '' ? null : text };
}
