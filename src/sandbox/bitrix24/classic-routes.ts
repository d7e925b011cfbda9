import type { JsonValue, SandboxAnswer, SandboxRequest, ServiceContext } from '../service.js';
import { callClassicMethod } from './classic-batch.js';
import { classicMethodOf, readClassicParams } from './classic-params.js';
import { type ClassicFailure, type ClassicReply, classicFail } from './classic-reply.js';
import type { Actor, Portal } from './task.js';
import { isoDate, readId } from './values.js';

/** Ten one-minute baskets: when the work time of a method is forgotten. */
const WORK_TIME_WINDOW_MS = 600_000;

/** Answers `/rest/{userId}/{code}/{method}[.json]`. */
export function answerClassic(portal: Portal, request: SandboxRequest, context: ServiceContext): SandboxAnswer {
  const read = readWebhook(request);
  if (!read.ok) return toAnswer(read, context);
  if (!portal.classicBucket.take(context.now())) {
    return toAnswer(classicFail('QUERY_LIMIT_EXCEEDED', 'Too many requests', 503), context);
  }
  const caller = { actor: read.actor, context };
  return toAnswer(
    callClassicMethod(portal, caller, classicMethodOf(request.path), readClassicParams(request)),
    context,
  );
}

/**
 * Any code is a webhook of the user in the path, and user 1 is the portal's administrator; endings of the code make
 * special ones: `_unknown` (403 INVALID_CREDENTIALS), `_noscope` (403 insufficient_scope). OAuth calls carry no code.
 */
function readWebhook({ path }: SandboxRequest): { readonly ok: true; readonly actor: Actor } | ClassicFailure {
  const userId = readId(path[1]);
  const code = path[2];
  if (userId === null || code === undefined || path.length !== 4) {
    return classicFail('NO_AUTH_FOUND', 'Wrong authorization data', 401);
  }
  if (!/^\w+$/.test(code) || code.endsWith('_unknown')) {
    return classicFail('INVALID_CREDENTIALS', 'Invalid request credentials', 403);
  }
  if (code.endsWith('_noscope')) {
    const description = 'The request requires higher privileges than provided by the webhook token';
    return classicFail('insufficient_scope', description, 403);
  }
  return { ok: true, actor: { userId, isAdmin: userId === 1 } };
}

function toAnswer(reply: ClassicReply, context: ServiceContext): SandboxAnswer {
  if (!reply.ok) {
    return { status: reply.status, body: { error: reply.error, error_description: reply.description } };
  }
  const { result, total, next } = reply;
  const body = {
    result,
    ...(next === undefined ? {} : { next }),
    ...(total === undefined ? {} : { total }),
    time: timeOf(context.now()),
  };
  return { status: 200, body };
}

function timeOf(nowMs: number): JsonValue {
  return {
    start: nowMs / 1000,
    finish: nowMs / 1000,
    duration: 0,
    processing: 0,
    date_start: isoDate(nowMs),
    date_finish: isoDate(nowMs),
    operating_reset_at: Math.floor((nowMs + WORK_TIME_WINDOW_MS) / 1000),
    operating: 0,
  };
}
