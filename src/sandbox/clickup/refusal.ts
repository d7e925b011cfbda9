import { htmlPage } from '../outgoing.js';
import type { SandboxAnswer } from '../service.js';

/** Unwinds a handler with the answer to give. Not an `Error`: refusing is ordinary here and needs no stack. */
export class Refusal {
  readonly answer: SandboxAnswer;

  constructor(answer: SandboxAnswer) {
    this.answer = answer;
  }
}

/** @throws Refusal in the shape of v2, `{err, ECODE}`. */
export function refuse(status: number, code: string, text: string): never {
  throw new Refusal(errorAnswer(status, code, text));
}

/** What an id that does not exist or is not visible is told: the token is not to blame (seen live by two test suites). */
export function refuseUnknownId(): never {
  return refuse(401, 'OAUTH_027', 'Team not authorized');
}

/** @throws Refusal in the shape of v3, which has no ECODE. */
export function refuseV3(status: number, message: string, nowMs: number): never {
  throw new Refusal({ status, body: { status, message, trace_id: null, timestamp: nowMs } });
}

export function errorAnswer(status: number, code: string, text: string): SandboxAnswer {
  return { status, body: { err: text, ECODE: code } };
}

/** What a wrong path or method of v2 is told. */
export function cannotRoute(method: string, path: string): SandboxAnswer {
  const escaped = path.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const text = `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>Cannot ${method} ${escaped}</pre>\n</body>\n</html>\n`;
  return { status: 404, text, contentType: 'text/html; charset=utf-8' };
}

/**
 * The service's answer to a failure that is not the caller's doing. Its gateways send pages; the codes for 403 and 500
 * are ours, since none is published.
 */
export function failureAnswer(status: number): SandboxAnswer {
  switch (status) {
    case 401:
      return errorAnswer(401, 'OAUTH_025', 'Token invalid');
    case 403:
      return errorAnswer(403, 'SANDBOX_403', 'Forbidden');
    case 404:
      return errorAnswer(404, 'ITEM_013', 'Task not found, deleted');
    case 429:
      return errorAnswer(429, 'APP_002', 'Rate limit reached');
    case 500:
      return errorAnswer(500, 'SANDBOX_500', 'Internal server error');
    case 502:
      return htmlPage(502, 'Bad Gateway');
    case 503:
      return htmlPage(503, 'Service Temporarily Unavailable');
    case 504:
      return htmlPage(504, 'Gateway Time-out');
    default:
      return errorAnswer(status, `SANDBOX_${status}`, 'The request failed');
  }
}
