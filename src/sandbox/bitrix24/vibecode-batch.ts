import type { JsonValue } from '../service.js';
import type { Caller, Portal } from './task.js';
import { isRecord } from './values.js';
import { type Failure, fail, type Reply, succeed } from './vibecode-reply.js';
import {
  replyCreate,
  replyDelete,
  replyFields,
  replyList,
  replySearch,
  replyTask,
  replyUpdate,
} from './vibecode-tasks.js';

const CALLS_MAX = 50;
const ID_MAX = 64;
/** Entities of Vibecode that have routes of their own and can't be called in a batch. */
const CUSTOM_ROUTES: ReadonlySet<string> = new Set(['task-comments', 'comments', 'task-time', 'time']);
const WITH_ENTITY_ID: ReadonlySet<string> = new Set(['get', 'update', 'delete']);
const ACTIONS: ReadonlySet<string> = new Set(['list', 'get', 'create', 'update', 'delete', 'fields', 'search']);

/** One call after its shape was checked; `refusal` when it will not be made. */
interface Call {
  readonly key: string;
  readonly action: string;
  readonly entityId: number;
  readonly params: unknown;
  readonly refusal: Failure | null;
}

interface Outcome {
  readonly key: string;
  readonly reply: Reply;
}

/** `POST /v1/batch`: up to 50 independent calls; some may fail and the answer is still 200 and `success: true`. */
export function replyToBatch(portal: Portal, caller: Caller, body: unknown, hasTaskScope: boolean): Reply {
  const given = isRecord(body) ? body.calls : undefined;
  if (!Array.isArray(given) || given.length === 0 || given.length > CALLS_MAX) {
    return fail(400, 'INVALID_REQUEST', `calls must be an array of 1 to ${CALLS_MAX}: at most ${CALLS_MAX} calls`);
  }
  const calls = given.map((call: unknown, index) => readCall(call, String(index), hasTaskScope));
  if (new Set(calls.map(({ key }) => key)).size < calls.length) {
    return fail(400, 'INVALID_REQUEST', 'The ids of the calls must be unique');
  }
  const refused = calls.filter(({ refusal }) => refusal !== null);
  if (refused.length === calls.length && refused.every(({ refusal }) => refusal?.code === 'SCOPE_NOT_ALLOWED')) {
    return fail(403, 'SCOPE_NOT_ALLOWED', 'The key lacks the scopes of all calls');
  }
  if (refused.length === calls.length || (refused.length > 0 && portal.settings.strictBatch)) {
    return {
      ...fail(400, 'INVALID_REQUEST', 'The batch holds invalid calls'),
      data: { errors: collectErrors(refused) },
    };
  }
  return succeed(collectOutcomes(calls.map((call) => ({ key: call.key, reply: makeCall(portal, caller, call) }))));
}

function readCall(given: unknown, index: string, hasTaskScope: boolean): Call {
  const call = isRecord(given) ? given : {};
  const { id, entity, action, entityId, params } = call;
  const isNamed = typeof id === 'string' && id !== '' && id.length <= ID_MAX;
  const refusal = (code: string, message: string): Call => {
    return { key: isNamed ? id : index, action: '', entityId: 0, params: null, refusal: fail(400, code, message) };
  };
  if (id !== undefined && !isNamed) return refusal('INVALID_CALL', `id must be a string of 1 to ${ID_MAX} characters`);
  if (typeof entity !== 'string' || typeof action !== 'string') {
    return refusal('INVALID_CALL', 'A call needs entity and action');
  }
  if (CUSTOM_ROUTES.has(entity)) return refusal('ENTITY_CUSTOM_ROUTES', `${entity} can't be called in a batch`);
  if (entity !== 'tasks') return refusal('UNKNOWN_ENTITY', `Unknown entity ${entity}`);
  if (!ACTIONS.has(action)) return refusal('ACTION_NOT_SUPPORTED', `Action ${action} is not supported for ${entity}`);
  if (!hasTaskScope) return refusal('SCOPE_NOT_ALLOWED', 'The key lacks the scope task');
  const needsId = WITH_ENTITY_ID.has(action);
  if (needsId && entityId === undefined) return refusal('MISSING_ENTITY_ID', `entityId is required for ${action}`);
  if (needsId && !isTaskId(entityId)) return refusal('INVALID_CALL', 'entityId must be a positive integer');
  return { key: isNamed ? id : index, action, entityId: isTaskId(entityId) ? entityId : 0, params, refusal: null };
}

function isTaskId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function makeCall(portal: Portal, caller: Caller, { action, entityId, params, refusal }: Call): Reply {
  return refusal ?? runAction(portal, caller, action, entityId, params);
}

/** One action on tasks, as the single routes make it; deletes answer 204. */
export function runAction(portal: Portal, caller: Caller, action: string, entityId: number, params: unknown): Reply {
  switch (action) {
    case 'list':
      return replyList(portal, caller, params);
    case 'search':
      return replySearch(portal, caller, params);
    case 'get':
      return replyTask(portal, caller, entityId);
    case 'create':
      return replyCreate(portal, caller, params);
    case 'update':
      return replyUpdate(portal, caller, entityId, params);
    case 'delete':
      return replyDelete(portal, caller, entityId);
    case 'fields':
      return replyFields();
    default:
      return fail(400, 'ACTION_NOT_SUPPORTED', `Action ${action} is not supported for tasks`);
  }
}

function collectErrors(calls: readonly Call[]): JsonValue {
  return Object.fromEntries(
    calls.flatMap(({ key, refusal }) => (refusal === null ? [] : [[key, toCallError(refusal)]])),
  );
}

function toCallError({ code, message }: Failure): JsonValue {
  return { code, message };
}

/** Object.fromEntries, not assignment: a call may be named `__proto__`. */
function collectOutcomes(outcomes: readonly Outcome[]): JsonValue {
  const results: (readonly [string, JsonValue])[] = [];
  const errors: (readonly [string, JsonValue])[] = [];
  const totals: (readonly [string, JsonValue])[] = [];
  const meta: (readonly [string, JsonValue])[] = [];
  for (const { key, reply } of outcomes) {
    if (!reply.ok) {
      errors.push([key, toCallError(reply)]);
      continue;
    }
    results.push([key, reply.data ?? true]);
    if (reply.meta === undefined) continue;
    totals.push([key, reply.meta.total]);
    meta.push([key, { returned: Array.isArray(reply.data) ? reply.data.length : 0, truncated: false, ...reply.meta }]);
  }
  return {
    results: Object.fromEntries(results),
    errors: Object.fromEntries(errors),
    totals: Object.fromEntries(totals),
    meta: Object.fromEntries(meta),
    summary: { total: outcomes.length, succeeded: results.length, failed: errors.length },
  };
}
