import type { JsonValue, SandboxAnswer, SandboxRequest, ServiceContext } from '../service.js';
import { isWrite } from './is-write.js';
import { parseNested } from './parse-nested.js';
import type { Caller, Portal } from './task.js';
import { readId } from './values.js';
import { replyToBatch } from './vibecode-batch.js';
import { replyComments } from './vibecode-comments.js';
import { replyToEntityBatch } from './vibecode-entity-batch.js';
import { readKey, type VibecodeKey } from './vibecode-key.js';
import { type Failure, fail, type Reply, succeed, toAnswer } from './vibecode-reply.js';
import {
  replyCreate,
  replyDelete,
  replyFields,
  replyList,
  replySearch,
  replyTask,
  replyUpdate,
} from './vibecode-tasks.js';

/** Seconds that a method blocked by the error loop asks to wait. */
const ERROR_LOOP_WAIT_SECONDS = 60;
/** Failures that Bitrix24 gave, as opposed to Vibecode: only they make an error loop. */
const BITRIX_FAILURES: ReadonlySet<string> = new Set(['BITRIX_ERROR', 'BITRIX_ACCESS_DENIED']);
const NOT_FOUND: ReadonlySet<string> = new Set(['ENTITY_NOT_FOUND', 'NOT_FOUND']);

/** A route that was found. */
interface Route {
  /** The Bitrix24 method beneath, which the error loop counts; null for batches, whose calls fail singly. */
  readonly method: string | null;
  run(): Reply | null;
}

/** Answers a request under `/v1`. */
export function answerVibecode(portal: Portal, request: SandboxRequest, context: ServiceContext): SandboxAnswer {
  return toAnswer(replyTo(portal, request, context));
}

function replyTo(portal: Portal, request: SandboxRequest, context: ServiceContext): Reply {
  const read = readKey(request.headers);
  if (!read.ok) return read;
  const { key } = read;
  const [, resource, name] = request.path;
  if (resource === 'me' && name === undefined && request.method === 'GET') return succeed(describeKey(key));
  if (resource !== 'tasks' && resource !== 'batch') return failRoute(request);
  if (key.sessionFailure !== null) return key.sessionFailure;
  if (resource === 'tasks' && !key.hasTaskScope) {
    return fail(403, 'SCOPE_DENIED', "This API key does not have the 'tasks' scope");
  }
  const caller = { actor: key.actor, context };
  const route =
    resource === 'tasks' ? findTaskRoute(portal, caller, request) : findBatchRoute(portal, caller, request, key);
  if (route === null) return failRoute(request);
  const refusal = refuseRequest(request, key);
  if (refusal !== null) return refusal;
  return runRoute(portal, key.key, route, context) ?? failRoute(request);
}

function failRoute({ method, path }: SandboxRequest): Failure {
  return fail(404, 'NOT_FOUND', `Route ${method}:/${path.join('/')} not found`);
}

/** What is refused before Bitrix24 is asked: writes of a read-only key, and bodies that are no JSON. */
function refuseRequest(request: SandboxRequest, key: VibecodeKey): Failure | null {
  if (key.readOnly && isWrite(request)) {
    return fail(403, 'WRITE_BLOCKED_READONLY_KEY', 'The key is read-only');
  }
  if (request.method !== 'POST' && request.method !== 'PATCH') return null;
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return fail(400, 'VALIDATION_ERROR', 'Content-Type must be application/json');
  }
  return request.body === undefined ? fail(400, 'INVALID_REQUEST', 'The request body is not valid JSON') : null;
}

function runRoute(portal: Portal, key: string, { method, run }: Route, context: ServiceContext): Reply | null {
  if (method === null) return run();
  const nowMs = context.now();
  const { errorLoop } = portal;
  if (errorLoop.refuses(key, method, nowMs)) {
    const message = `Method ${method} is blocked for this key because the same error was repeated`;
    return { ...fail(429, 'ERROR_LOOP_DETECTED', message), retryAfter: ERROR_LOOP_WAIT_SECONDS };
  }
  const reply = run();
  if (reply === null) return null;
  if (reply.ok) {
    errorLoop.recordSuccess(key, method);
    return reply;
  }
  const counts =
    BITRIX_FAILURES.has(reply.code) || (portal.settings.errorLoopCountsNotFound && NOT_FOUND.has(reply.code));
  const isRepeated = counts && errorLoop.recordFailure(key, method, reply.code, nowMs);
  return isRepeated ? { ...reply, warning: 'The same error repeats on this key: stop and look at the request' } : reply;
}

function findBatchRoute(portal: Portal, caller: Caller, request: SandboxRequest, key: VibecodeKey): Route | null {
  if (request.method !== 'POST' || request.path.length !== 2) return null;
  return { method: null, run: () => replyToBatch(portal, caller, request.body, key.hasTaskScope) };
}

function findTaskRoute(portal: Portal, caller: Caller, request: SandboxRequest): Route | null {
  const { method, path, body } = request;
  const [, , name, nested] = path;
  if (name === undefined) return findCollectionRoute(portal, caller, request);
  if (path.length === 3 && method === 'GET' && name === 'fields') {
    return { method: 'tasks.task.getFields', run: replyFields };
  }
  if (path.length === 3 && method === 'POST' && name === 'search') {
    return { method: 'tasks.task.list', run: () => replySearch(portal, caller, body) };
  }
  if (path.length === 3 && method === 'POST' && name === 'batch') {
    return { method: null, run: () => replyToEntityBatch(portal, caller, body) };
  }
  if (path.length > 3 && nested !== 'comments') return null;
  const id = readId(name);
  if (path.length === 3) return findOneRoute(portal, caller, request, id);
  if (id === null) return { method: null, run: failId };
  return { method: `task.commentitem ${method}`, run: () => replyComments(portal, caller, id, request) };
}

function failId(): Failure {
  return fail(400, 'INVALID_PARAMS', 'Path parameter :id must be a positive integer');
}

function findCollectionRoute(portal: Portal, caller: Caller, { method, query, body }: SandboxRequest): Route | null {
  if (method === 'GET') {
    return { method: 'tasks.task.list', run: () => replyList(portal, caller, parseNested(query)) };
  }
  if (method !== 'POST') return null;
  return { method: 'tasks.task.add', run: () => replyCreate(portal, caller, body) };
}

function findOneRoute(portal: Portal, caller: Caller, request: SandboxRequest, id: number | null): Route | null {
  const { method, body } = request;
  if (method !== 'GET' && method !== 'PATCH' && method !== 'DELETE') return null;
  if (id === null) return { method: null, run: failId };
  if (method === 'GET') return { method: 'tasks.task.get', run: () => replyTask(portal, caller, id) };
  if (method === 'PATCH') return { method: 'tasks.task.update', run: () => replyUpdate(portal, caller, id, body) };
  return { method: 'tasks.task.delete', run: () => replyDelete(portal, caller, id) };
}

/** `GET /v1/me`: what the key is and may do. */
function describeKey(key: VibecodeKey): JsonValue {
  return {
    type: key.type,
    portal: 'sandbox.bitrix24.com',
    scopes: key.hasTaskScope ? ['task', 'tasks', 'user'] : ['user'],
    accessMode: key.readOnly ? 'READONLY' : 'READWRITE',
    api: { entityApi: { entities: { tasks: '/v1/tasks' } }, batch: { endpoint: '/v1/batch' } },
    rateLimit: { requestsPerSecond: 10 },
    owner: { name: `User ${key.actor.userId}` },
    expiresAt: null,
  };
}
