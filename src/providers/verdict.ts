/** What an error answer means: the part of judging answers that is the same for every HTTP service. */
import type { ErrorType, Failure, FailureScope } from '../failure.js';
import type { HttpAnswer } from './http.js';

/** What an error answer says about itself, as far as the service's error shape could be read. */
export interface ErrorWords {
  readonly code: string | null;
  readonly message: string | null;
}

/** The meaning of an error answer; with the answer's own facts it becomes a {@link Failure}. */
export interface Verdict {
  readonly type: ErrorType;
  readonly code: string;
  readonly message: string;
  readonly suggestedAction: string;
  readonly scope: FailureScope;
  /** Whether a write that was answered so may have been applied. */
  readonly effect: Failure['effect'];
  readonly retryable: boolean;
}

/** How a service's error answers are judged; each provider has one. */
export interface ErrorJudge {
  /** The service's name for people. */
  readonly service: string;
  judge(answer: HttpAnswer): Verdict;
}

type StatusRule = Pick<Verdict, 'type' | 'code' | 'suggestedAction'> &
  Partial<Pick<Verdict, 'scope' | 'effect' | 'retryable'>>;

const serviceTrouble = {
  type: 'API_ERROR',
  scope: 'service',
  effect: 'possible',
  retryable: true,
  suggestedAction: 'The service is in trouble; try again later.',
} as const;

const statusRules: Readonly<Record<number, StatusRule>> = {
  400: { type: 'VALIDATION', code: 'INVALID_PARAMETER', suggestedAction: 'Correct the value that the message names.' },
  401: { type: 'AUTH', code: 'UNAUTHORIZED', suggestedAction: 'Check the token and what it may reach.' },
  402: { type: 'FORBIDDEN', code: 'PAYMENT_REQUIRED', suggestedAction: "Check the account's plan and balance." },
  403: { type: 'FORBIDDEN', code: 'FORBIDDEN', suggestedAction: 'Ask for the right to do this, or leave the row out.' },
  404: { type: 'NOT_FOUND', code: 'NOT_FOUND', suggestedAction: 'Check the id.' },
  405: {
    type: 'API_ERROR',
    code: 'METHOD_NOT_ALLOWED',
    scope: 'service',
    suggestedAction: "Check the service's base URL.",
  },
  408: { ...serviceTrouble, type: 'TIMEOUT', code: 'REQUEST_TIMEOUT' },
  409: {
    type: 'CONFLICT',
    code: 'CONFLICT',
    suggestedAction: 'Look at the task in the service; its state forbids this.',
  },
  410: { type: 'NOT_FOUND', code: 'GONE', suggestedAction: 'Check the id.' },
  412: { type: 'CONFLICT', code: 'PRECONDITION_FAILED', suggestedAction: 'Plan again; the task has changed.' },
  422: { type: 'VALIDATION', code: 'INVALID_PARAMETER', suggestedAction: 'Correct what the message names.' },
  423: { type: 'CONFLICT', code: 'LOCKED', suggestedAction: 'Try again when nobody else works on the task.' },
  429: {
    type: 'RATE_LIMIT',
    code: 'RATE_LIMIT_EXCEEDED',
    scope: 'service',
    retryable: true,
    suggestedAction: 'Wait, or lower --rate; other programs may use the same credential.',
  },
  500: { ...serviceTrouble, code: 'INTERNAL_SERVER_ERROR' },
  501: { ...serviceTrouble, code: 'NOT_IMPLEMENTED', retryable: false },
  502: { ...serviceTrouble, code: 'BAD_GATEWAY' },
  503: { ...serviceTrouble, code: 'SERVICE_UNAVAILABLE' },
  504: { ...serviceTrouble, code: 'GATEWAY_TIMEOUT' },
};

/** Told before a request is passed on, by whatever stands in between. */
const believedStatuses: ReadonlySet<number> = new Set([401, 402, 404, 405, 429]);

function ruleForStatus(status: number): StatusRule {
  const known = statusRules[status];
  if (known !== undefined) return known;
  if (status >= 500) return { ...serviceTrouble, code: `HTTP_${status}` };
  if (status >= 400) {
    return { type: 'VALIDATION', code: `HTTP_${status}`, suggestedAction: 'Correct what the message names.' };
  }
  return { ...serviceTrouble, code: `HTTP_${status}`, retryable: false };
}

/**
 * The meaning of an error answer by its status alone, in the service's own words where it has some.
 *
 * A redirect is an answer like any other, since following it would carry the credential elsewhere. 307 and 308 say that
 * the request was not served here, 303 that it was; with 301 and 302 servers say either (RFC 9110, 15.4).
 *
 * A web page in place of a refusal, or a status that we don't know without a word of the service, comes from something in
 * between, and may have taken the place of the service's own answer: reading tells. What is told before a request is
 * passed on (no right to pass, no such route, too many) is believed.
 */
export function judgeByStatus(service: string, answer: HttpAnswer, words: ErrorWords): Verdict {
  if (answer.status >= 300 && answer.status < 400) return judgeRedirect(service, answer);
  const rule = ruleForStatus(answer.status);
  const isWordless = words.code === null && words.message === null;
  const isForeign = isWordless && (isWebPage(answer) || statusRules[answer.status] === undefined);
  return {
    type: rule.type,
    code: words.code ?? rule.code,
    message: describeAnswer(service, answer, words),
    suggestedAction: rule.suggestedAction,
    scope: rule.scope ?? 'row',
    effect: isForeign && !believedStatuses.has(answer.status) ? 'possible' : (rule.effect ?? 'none'),
    retryable: rule.retryable ?? false,
  };
}

function judgeRedirect(service: string, answer: HttpAnswer): Verdict {
  const host = redirectHost(answer.headers.location);
  return {
    type: 'API_ERROR',
    code: 'UNEXPECTED_REDIRECT',
    message: `${service} answered ${answer.status}, a redirect${host === null ? '' : ` to ${host}`}, which was not followed.`,
    suggestedAction: "Check the service's base URL, and whether a proxy or a sign-in page stands between.",
    scope: 'service',
    effect: [301, 302, 303].includes(answer.status) ? 'possible' : 'none',
    retryable: false,
  };
}

/** The host alone: the rest of a redirect's address may hold secrets. */
function redirectHost(location: string | undefined): string | null {
  return location !== undefined && URL.canParse(location) ? new URL(location).host : null;
}

/** One sentence with the service's status, code and text: `ClickUp answered 400 ITEM_114: Status does not exist.` */
export function describeAnswer(service: string, answer: HttpAnswer, words: ErrorWords): string {
  // In a batch the row has no status of its own.
  const told = [
    answer.carrierStatus === undefined ? answer.status : null,
    words.code === null ? null : tidyWords(words.code),
  ];
  const head = `${service} answered ${told.filter((part) => part !== null).join(' ')}`;
  const text = words.message === null ? '' : tidyWords(words.message);
  if (text !== '') return `${head}: ${endSentence(text)}`;
  return isWebPage(answer) ? `${head} with a web page in place of an answer.` : `${head}.`;
}

function isWebPage(answer: HttpAnswer): boolean {
  return /^\s*</.test(answer.text);
}

const longestWords = 500;

/** A service's text on one line, without control characters, at most 500 characters long. */
export function tidyWords(text: string): string {
  const line = text
    .slice(0, longestWords * 4)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length > longestWords ? `${characters.slice(0, longestWords).join('')}…` : line;
}

function endSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
