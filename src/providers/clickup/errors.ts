/**
 * What ClickUp's error answers mean. Codes and texts: ClickUp's API documentation (common errors, 2026-07-30) and
 * reports of live answers (audit of 87 calls, 2026-08-15; two test suites against the live service; a client confirmed
 * live on 2026-10-02), which differ from the documentation in one point that matters: a mistyped or invisible task id
 * is answered with 401 OAUTH_027 "Team not authorized", not with 404.
 */
import { isObject, textField } from '../../json.js';
import type { HttpAnswer } from '../http.js';
import { describeAnswer, type ErrorJudge, type ErrorWords, judgeByStatus, type Verdict } from '../verdict.js';

export const clickUpErrors: ErrorJudge = { service: 'ClickUp', judge: judgeClickUpAnswer };

/** The code of a task that lies in the trash. */
export const trashedCode = 'ITEM_013';

/** The code of ClickUp's rate limit, whatever the status it comes with. */
export const throttledCode = 'APP_002';

/** Header missing (017), token invalid (025), token not found (019) and their kin: the token itself is refused. */
const tokenCodes = new Set(['OAUTH_017', 'OAUTH_019', 'OAUTH_021', 'OAUTH_025', 'OAUTH_077']);

/** `ACCESS_083` came with 401 for a task without access (a crawl of the web app's own requests); the family is taken alike. */
const noRightCodes = /^ACCESS_\d+$/;

const actionWithoutRight =
  "Ask for the right to edit the task (to delete it: for that right), or let one of its list's members do it.";

/** 023, 026, 027 and 029 to 045: the workspace is not granted to the token, or the id is unknown or invisible. */
const unreachableCodes = /^OAUTH_0(23|26|27|29|3\d|4[0-5])$/;

const actionByCode: Readonly<Record<string, string>> = {
  CRTSK_001: "Name a status of the task's list.",
  ITEM_114: "Name a status of the task's list; lists have statuses of their own.",
  INPUT_003: 'Check the list id.',
  INPUT_004: 'Check the task id.',
  FIELD_033: "The plan's uses of custom fields are spent; upgrade the plan or leave these rows out.",
  ITEM_015: 'Check the task id.',
  [trashedCode]: "The task is in ClickUp's trash, where its web app can restore it for 30 days.",
};

/** The meaning of an error answer. Pure. */
export function judgeClickUpAnswer(answer: HttpAnswer): Verdict {
  const words = readClickUpWords(answer.json);
  const verdict = judgeByStatus('ClickUp', answer, words);
  if (words.code === throttledCode) return judgeThrottled(verdict);
  const action = actionByCode[words.code ?? ''] ?? verdict.suggestedAction;
  switch (answer.status) {
    case 401:
      return judgeUnauthorized(verdict, words);
    case 403:
      return { ...verdict, suggestedAction: actionByCode[words.code ?? ''] ?? actionWithoutRight };
    case 404:
      return judgeMissing(answer, { ...verdict, suggestedAction: action }, words);
    case 500:
      // These two families are refusals in spite of their status (audit of 2026-08-15).
      return /^(FIELD|ITEMV2)_/.test(words.code ?? '') ? { ...verdict, scope: 'row', retryable: false } : verdict;
    default:
      return { ...verdict, suggestedAction: action };
  }
}

function judgeThrottled(verdict: Verdict): Verdict {
  return {
    ...verdict,
    type: 'RATE_LIMIT',
    scope: 'service',
    effect: 'none',
    retryable: true,
    suggestedAction: 'Wait, or lower --rate; other programs may use the same token.',
  };
}

/**
 * Only a code or a text that speaks of the token accuses it: what ClickUp answers to a bad id is a 401 as well. An
 * unknown 401 stays with its row; if every row meets it, the run's breaker stops.
 */
function judgeUnauthorized(verdict: Verdict, words: ErrorWords): Verdict {
  const code = words.code ?? '';
  if (unreachableCodes.test(code)) {
    return {
      ...verdict,
      type: 'NOT_FOUND',
      suggestedAction:
        'Check the id, and that the token may see the task: ClickUp answers a mistyped id, a hidden task and a ' +
        'foreign workspace alike.',
    };
  }
  if (noRightCodes.test(code)) return { ...verdict, type: 'FORBIDDEN', suggestedAction: actionWithoutRight };
  const aboutToken = tokenCodes.has(code) || /\btoken\b|authorization header/i.test(words.message ?? '');
  if (!aboutToken) return verdict;
  return {
    ...verdict,
    scope: 'credential',
    suggestedAction: 'Set CLICKUP_API_TOKEN to a valid token: ClickUp > Settings > Apps > API Token.',
  };
}

/** A wrong path is not a wrong id: the former says that the base URL is wrong, for every row. */
function judgeMissing(answer: HttpAnswer, verdict: Verdict, words: ErrorWords): Verdict {
  if (isObject(answer.json) && words.code !== 'APP_001') return verdict;
  return {
    ...verdict,
    type: 'API_ERROR',
    code: words.code ?? 'ROUTE_NOT_FOUND',
    message: describeAnswer('ClickUp', answer, { ...words, code: words.code ?? 'ROUTE_NOT_FOUND' }),
    scope: 'service',
    suggestedAction: 'Check CLICKUP_BASE_URL; it ends in /api.',
  };
}

/**
 * Code and text of an error body: `{err, ECODE}` in v2 (template routes say `error`; a field that does not apply adds
 * `message`), `{status, message, trace_id, timestamp}` without a code in v3.
 */
export function readClickUpWords(json: unknown): ErrorWords {
  const texts = [textField(json, 'err') ?? textField(json, 'error'), textField(json, 'message')];
  const message = texts.filter((text) => text !== null && text !== '').join(' ');
  return { code: textField(json, 'ECODE'), message: message === '' ? null : message };
}
