import { ClassicBucket } from './bitrix24/classic-bucket.js';
import { answerClassic } from './bitrix24/classic-routes.js';
import { ErrorLoop } from './bitrix24/error-loop.js';
import { fillTask } from './bitrix24/fill-task.js';
import { isWrite } from './bitrix24/is-write.js';
import { renderTask } from './bitrix24/render-task.js';
import { type Bitrix24Settings, DEFAULT_BITRIX24_SETTINGS } from './bitrix24/settings.js';
import type { Portal } from './bitrix24/task.js';
import { TaskStore } from './bitrix24/task-store.js';
import { failVibecode, throttleVibecode, vibecodeRateHeaders } from './bitrix24/throttle.js';
import { isoDate, readId } from './bitrix24/values.js';
import { keyOf } from './bitrix24/vibecode-key.js';
import { answerVibecode } from './bitrix24/vibecode-routes.js';
import type { EmulatedService, JsonValue, SandboxAnswer } from './service.js';

export type { Bitrix24Settings } from './bitrix24/settings.js';

/**
 * The emulated Bitrix24: Vibecode's REST under `/v1` and the classic webhook REST under `/rest/{userId}/{code}`, both on
 * one store of tasks. Facts are from Vibecode's task pages and documentation dump (2026-05-05), b24restdocs
 * (2026-08-21) and the vendor's PHP; what none of them tells is a setting or said to be guessed where it is decided.
 */
export function createBitrix24(settings: Partial<Bitrix24Settings> = {}): EmulatedService {
  const inForce = { ...DEFAULT_BITRIX24_SETTINGS, ...settings };
  const portal: Portal = {
    settings: inForce,
    store: new TaskStore(),
    errorLoop: new ErrorLoop(inForce),
    classicBucket: new ClassicBucket(inForce),
  };
  let requestCount = 0;
  return {
    name: 'bitrix24',
    prefix: '/bitrix24',
    limit: { requests: 300, windowMs: 60_000, sliding: true },
    environment: (origin) => ({
      BITRIX24_API_KEY: 'vibe_api_sandbox',
      BITRIX24_BASE_URL: `${origin}/bitrix24`,
    }),
    // The classic REST has a bucket of its own, and Vibecode's limit is not counted for it.
    credential: (request) => (request.path[0] === 'rest' ? null : keyOf(request.headers)),
    isWrite,
    handle(request, context) {
      if (request.path[0] === 'rest') return answerClassic(portal, request, context);
      if (request.path[0] !== 'v1') return failVibecode(404);
      requestCount += 1;
      return withRequestId(answerVibecode(portal, request, context), requestCount);
    },
    rateHeaders: vibecodeRateHeaders,
    throttled: throttleVibecode,
    failure: failVibecode,
    fill: (row, context) => fillTask(portal.store, row, context.now()),
    inspect: (id) => inspectTask(portal.store, id),
    reset() {
      portal.store.clear();
      portal.errorLoop.clear();
      portal.classicBucket.clear();
      requestCount = 0;
    },
  };
}

function withRequestId(answer: SandboxAnswer, count: number): SandboxAnswer {
  return { ...answer, headers: { ...answer.headers, 'X-Request-Id': `req-${count}` } };
}

/** The task with its comments and whether it was deleted. */
function inspectTask(store: TaskStore, text: string): JsonValue | undefined {
  const id = readId(text);
  if (id === null) return undefined;
  const task = store.get(id) ?? store.getDeleted(id);
  if (task === undefined) return undefined;
  const comments = store.commentsOf(id).map((comment) => ({ ...comment, createdAt: isoDate(comment.createdAt) }));
  return { ...renderTask(task), deleted: task.isDeleted, comments };
}
