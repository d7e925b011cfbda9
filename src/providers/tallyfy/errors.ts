/**
 * What Tallyfy's error answers mean. Shapes and meanings: Tallyfy's API documentation (Postman troubleshooting page and
 * open-api index, 2026-07-19), server/utils/fastmcp_errors.py of tallyfy/mcp-public (2026-08-07).
 */
import { field, isObject, textField } from '../../json.js';
import type { HttpAnswer } from '../http.js';
import { describeAnswer, type ErrorJudge, type ErrorWords, judgeByStatus, type Verdict } from '../verdict.js';

export const tallyfyErrors: ErrorJudge = { service: 'Tallyfy', judge: judgeTallyfyAnswer };

/** The meaning of an error answer. Pure. */
export function judgeTallyfyAnswer(answer: HttpAnswer): Verdict {
  const words = readTallyfyWords(answer.json);
  const verdict = judgeByStatus('Tallyfy', answer, words);
  if (words.code === 'RATE_LIMIT_EXCEEDED')
    return { ...judgeByStatus('Tallyfy', { ...answer, status: 429 }, words), message: verdict.message };
  if (answer.status === 401) return judgeUnauthorized(verdict, words);
  if (answer.status === 403) {
    return { ...verdict, suggestedAction: actionWithoutRight };
  }
  if (answer.status === 404) return judgeMissing(answer, verdict, words);
  if (answer.status === 422) {
    return { ...verdict, suggestedAction: 'Correct what the message names; a required form field may be empty.' };
  }
  return verdict;
}

const actionWithoutRight =
  'Ask an administrator or an assignee to do it, or for the right to; read the message: rules of a task are refused so too.';

/** 401 speaks of the token only where it says so; anything else it says is taken for this row's own. */
function judgeUnauthorized(verdict: Verdict, words: ErrorWords): Verdict {
  const aboutToken =
    words.message === null || /unauthenticated|token|invalid_client|expired|credential/i.test(words.message);
  if (!aboutToken) return { ...verdict, type: 'FORBIDDEN', suggestedAction: actionWithoutRight };
  return {
    ...verdict,
    scope: 'credential',
    suggestedAction: 'Make a new token under Settings > Integrations > REST API; a token dies when its user logs out.',
  };
}

/** A wrong path is not a wrong id: the former says that the base URL is wrong, for every row. */
function judgeMissing(answer: HttpAnswer, verdict: Verdict, words: ErrorWords): Verdict {
  if (words.code !== 'ENDPOINT_NOT_FOUND' && isObject(answer.json)) {
    return { ...verdict, suggestedAction: 'Check the ids of task, run and organization.' };
  }
  return {
    ...verdict,
    type: 'API_ERROR',
    code: 'ENDPOINT_NOT_FOUND',
    message: describeAnswer('Tallyfy', answer, { ...words, code: words.code ?? 'ENDPOINT_NOT_FOUND' }),
    scope: 'service',
    suggestedAction: 'Check TALLYFY_BASE_URL; with the host go.tallyfy.com it ends in /api.',
  };
}

/**
 * Code and text of an error body. `error` may be a boolean, a text or an object; `errors` holds texts, lists or lists
 * of objects by field; `message` may be missing.
 */
export function readTallyfyWords(json: unknown): ErrorWords {
  const error = field(json, 'error');
  const code = textField(json, 'code') ?? textField(error, 'code');
  const fields = flattenErrors(field(json, 'errors'));
  const general = textField(error, 'message') ?? textField(json, 'message') ?? textField(json, 'error_description');
  const parts = [general ?? (typeof error === 'string' ? error : null), fields === '' ? null : fields];
  const message = parts.filter((part) => part !== null && part !== '').join(' ');
  return { code, message: message === '' ? null : message };
}

/** `{title: ['is required'], columns: [{a: ['wrong']}]}` as `title: is required; columns.0.a: wrong`. */
function flattenErrors(errors: unknown, path = '', depth = 0): string {
  if (typeof errors === 'string') return path === '' ? errors : `${path}: ${errors}`;
  if (depth > 5 || typeof errors !== 'object' || errors === null) return '';
  const isPlainList = Array.isArray(errors) && errors.every((entry) => typeof entry === 'string');
  if (isPlainList) return flattenErrors(errors.join(' '), path);
  return Object.entries(errors)
    .map(([key, value]) => flattenErrors(value, path === '' ? key : `${path}.${key}`, depth + 1))
    .filter((part) => part !== '')
    .join('; ');
}

/**
 * Whether a refusal says that the task was completed before; only a reading can confirm it. Its status is not
 * documented, the seed page and the documentation merely call it an error.
 */
export function saysAlreadyCompleted(message: string): boolean {
  return /already[\w\s]{0,20}complete/i.test(message);
}
