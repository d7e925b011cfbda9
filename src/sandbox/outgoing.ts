import type { ServerResponse } from 'node:http';
import type { SandboxAnswer } from './service.js';

/** The answer's bytes as text, and their media type; null when it has no body. */
export function renderBody(answer: SandboxAnswer): { readonly text: string; readonly contentType: string } | null {
  if (answer.body !== undefined) {
    return { text: JSON.stringify(answer.body), contentType: answer.contentType ?? 'application/json; charset=utf-8' };
  }
  if (answer.text === undefined) return null;
  return { text: answer.text, contentType: answer.contentType ?? 'text/plain; charset=utf-8' };
}

/** @param extra headers of the server; the answer's own win over them. */
export function sendAnswer(
  response: ServerResponse,
  answer: SandboxAnswer,
  extra: Readonly<Record<string, string>> = {},
): void {
  const headers: Record<string, string | number> = { ...extra, ...answer.headers };
  const body = renderBody(answer);
  if (body === null) {
    if (answer.status !== 204 && answer.status !== 304) headers['content-length'] = 0;
    response.writeHead(answer.status, headers).end();
    return;
  }
  headers['content-type'] = body.contentType;
  headers['content-length'] = Buffer.byteLength(body.text);
  response.writeHead(answer.status, headers).end(body.text);
}

/** An error page as gateways send it. */
export function htmlPage(status: number, title: string): SandboxAnswer {
  const text = `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  return { status, text, contentType: 'text/html' };
}
