import type { ServerResponse } from 'node:http';
import type { GarbageForm } from './faults.js';
import { htmlPage, renderBody, sendAnswer } from './outgoing.js';
import type { SandboxAnswer } from './service.js';

const hugeBytes = 64 * 1024 * 1024;
const trickleMs = 100;
const jsonType = { 'content-type': 'application/json; charset=utf-8' };

/**
 * Sends an answer that lies; the forms are described at `Fault`.
 *
 * @param answer what the service answered, null when it never saw the request.
 * @param credential what `echo-token` repeats.
 * @returns the status sent.
 */
export function sendGarbage(
  response: ServerResponse,
  form: GarbageForm,
  answer: SandboxAnswer | null,
  credential: string,
): number {
  const status = answer === null || answer.status === 204 ? 200 : answer.status;
  switch (form) {
    case 'truncated':
      sendTruncated(response, status, answer);
      return status;
    case 'html':
      sendAnswer(response, { ...htmlPage(200, 'Please sign in'), status: 200 });
      return 200;
    case 'huge':
      response.writeHead(status, jsonType);
      sendHuge(response);
      return status;
    case 'endless':
      response.writeHead(status, jsonType);
      trickle(response);
      return status;
    case 'not-utf8':
      response.writeHead(status, jsonType);
      response.end(
        Buffer.concat([Buffer.from('{"id":"caf'), Buffer.from([0xe9, 0xff, 0xfe, 0xc0]), Buffer.from('"}')]),
      );
      return status;
    case 'echo-token': {
      const text = `The credential ${credential} is not liked here`;
      const body = { err: text, ECODE: 'SANDBOX_ECHO', error: { code: 'SANDBOX_ECHO', message: text }, message: text };
      sendAnswer(response, { status: 400, body, headers: { 'x-echo': encodeURIComponent(credential) } });
      return 400;
    }
  }
}

function sendTruncated(response: ServerResponse, status: number, answer: SandboxAnswer | null): void {
  const text = (answer && renderBody(answer)?.text) || '{"id":"1","name":"an answer that breaks off"}';
  const bytes = Buffer.from(text);
  response.writeHead(status, { ...jsonType, 'content-length': bytes.length });
  response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => response.socket?.destroy());
}

function sendHuge(response: ServerResponse): void {
  const chunk = 'x'.repeat(64 * 1024);
  let left = hugeBytes / chunk.length;
  const pump = (): void => {
    while (left > 0) {
      left -= 1;
      if (!response.write(chunk)) {
        response.once('drain', pump);
        return;
      }
    }
    response.end('"}');
  };
  response.write('{"data":"');
  pump();
}

function trickle(response: ServerResponse): void {
  response.write('{"data":"');
  const timer = setInterval(() => response.write('x'), trickleMs);
  response.once('close', () => clearInterval(timer));
}
