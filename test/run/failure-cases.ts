/** The failures that a write may meet, phase by phase: as the sandbox plays them, and as each service's answer is judged. */
import type { Failure } from '../../src/failure.js';
import { vibecodeErrors } from '../../src/providers/bitrix24/vibecode/errors.js';
import { clickUpErrors } from '../../src/providers/clickup/errors.js';
import { failureOfAnswer, failureOfLoss, unexpectedAnswer } from '../../src/providers/outcome.js';
import { tallyfyErrors } from '../../src/providers/tallyfy/errors.js';
import type { ErrorJudge } from '../../src/providers/verdict.js';
import { createBitrix24 } from '../../src/sandbox/bitrix24.js';
import { createClickUp } from '../../src/sandbox/clickup.js';
import type { Fault } from '../../src/sandbox/faults.js';
import type { EmulatedService } from '../../src/sandbox/service.js';
import { createTallyfy } from '../../src/sandbox/tallyfy.js';
import { answerOf, lossOf } from '../support/answers.js';

export interface FailureCase {
  readonly name: string;
  readonly phase: Failure['phase'];
  /** How the sandbox plays it, without an effect and, where that is possible, after it; empty where nothing arrives there. */
  readonly faults: readonly Fault[];
  /** What the failure comes to for a write to a service. */
  failure(provider: string): Failure;
}

interface Service {
  readonly judge: ErrorJudge;
  readonly emulator: EmulatedService;
}

const services: Readonly<Record<string, Service>> = {
  clickup: { judge: clickUpErrors, emulator: createClickUp() },
  tallyfy: { judge: tallyfyErrors, emulator: createTallyfy() },
  bitrix24: { judge: vibecodeErrors, emulator: createBitrix24() },
};

function serviceOf(provider: string): Service {
  const service = services[provider];
  if (service === undefined) throw new Error(`there is no service ${provider}`);
  return service;
}

const stages = ['before', 'after'] as const;

function lostCase(
  name: string,
  phase: 'not-sent' | 'sent-no-answer',
  loss: ReturnType<typeof lossOf>,
  faults: readonly Fault[],
): FailureCase {
  return {
    name,
    phase,
    faults,
    failure: (provider) => failureOfLoss(loss, 'write', serviceOf(provider).judge.service),
  };
}

function answered(status: number, faults: readonly Fault[]): FailureCase {
  return {
    name: String(status),
    phase: 'answered',
    faults,
    failure: (provider) => {
      const { judge, emulator } = serviceOf(provider);
      const { body, text } = emulator.failure(status);
      const answer = answerOf(status, body ?? text ?? '');
      return failureOfAnswer(answer, 'write', judge.judge(answer));
    },
  };
}

const status = (code: number, when: (typeof stages)[number]): Fault => ({ kind: 'status', status: code, when });

/** 429 is not among them: a throttled write is waited for and sent again by the limiter, and no row sees it. */
export const failureCases: readonly FailureCase[] = [
  lostCase('nobody listens', 'not-sent', lossOf('not-sent', 'ECONNREFUSED'), []),
  lostCase('certificate refused', 'not-sent', lossOf('not-sent', 'DEPTH_ZERO_SELF_SIGNED_CERT'), []),
  lostCase(
    'connection reset',
    'sent-no-answer',
    lossOf('sent-no-answer'),
    stages.map((when): Fault => ({ kind: 'reset', when })),
  ),
  lostCase(
    'no answer in time',
    'sent-no-answer',
    lossOf('sent-no-answer', 'UND_ERR_HEADERS_TIMEOUT', 'TIMEOUT'),
    stages.map((when): Fault => ({ kind: 'hang', when })),
  ),
  lostCase('answer cut', 'sent-no-answer', lossOf('sent-no-answer', 'UND_ERR_SOCKET'), [
    { kind: 'garbage', form: 'truncated', when: 'after' },
  ]),
  lostCase('answer above all bounds', 'sent-no-answer', lossOf('sent-no-answer', 'BODY_TOO_LARGE', 'API_ERROR'), [
    { kind: 'garbage', form: 'huge', when: 'after' },
  ]),
  ...[400, 401, 403, 404, 405, 409, 422].map((code) => answered(code, [status(code, 'before')])),
  { ...answered(307, [{ kind: 'redirect', location: 'https://elsewhere.example/x' }]) },
  ...[302, 303, 500, 501, 502, 503, 504].map((code) =>
    answered(
      code,
      stages.map((when) => status(code, when)),
    ),
  ),
  {
    name: '403, a web page',
    phase: 'answered',
    faults: stages.map((when): Fault => ({ kind: 'status', status: 403, body: 'html', when })),
    failure: (provider) => {
      const answer = answerOf(403, '<html>');
      return failureOfAnswer(answer, 'write', serviceOf(provider).judge.judge(answer));
    },
  },
  {
    name: '200, no JSON',
    phase: 'answered',
    faults: stages.map((when): Fault => ({ kind: 'garbage', form: 'html', when })),
    failure: (provider) =>
      unexpectedAnswer(answerOf(200, '<html>'), 'write', serviceOf(provider).judge.service, 'with a web page'),
  },
];
