import type { JsonValue, SandboxRequest } from '../service.js';
import { addComment, type CommentResult, changeComment, findComment, listComments, removeComment } from './comments.js';
import type { Caller, Portal } from './task.js';
import type { TaskComment } from './task-store.js';
import { isoDate, isRecord, readId } from './values.js';
import { fail, failInBitrix, type Reply, succeed } from './vibecode-reply.js';

const BATCH_MAX = 50;

/** `/v1/tasks/:taskId/comments` and what is below it; null when there is no such route. */
export function replyComments(portal: Portal, caller: Caller, taskId: number, request: SandboxRequest): Reply | null {
  const [name, ...deeper] = request.path.slice(4);
  if (deeper.length > 0) return null;
  if (name === undefined) return replyCollection(portal, caller, taskId, request);
  if (name === 'batch' && request.method === 'POST') return replyBatch(portal, caller, taskId, request.body);
  const id = readId(name);
  if (id === null) return fail(400, 'INVALID_PARAMS', 'Path parameter :id must be a positive integer');
  return replyOne(portal, caller, taskId, id, request);
}

function replyCollection(portal: Portal, caller: Caller, taskId: number, request: SandboxRequest): Reply | null {
  if (request.method === 'POST') {
    const message = readMessage(request.body);
    if (message === null) return failMessage();
    return replyResult(taskId, addComment(portal, caller, taskId, message), 201);
  }
  if (request.method !== 'GET') return null;
  const comments = listComments(portal, caller, taskId);
  if (comments === null) return failUnreachable();
  return {
    ok: true,
    status: 200,
    data: comments.map(renderComment),
    meta: { total: comments.length, hasMore: false },
  };
}

function replyOne(portal: Portal, caller: Caller, taskId: number, id: number, request: SandboxRequest): Reply | null {
  if (request.method === 'GET') return replyResult(id, findComment(portal, caller, taskId, id));
  if (request.method === 'PATCH') {
    const message = readMessage(request.body);
    if (message === null) return failMessage();
    return replyResult(id, changeComment(portal, caller, taskId, id, message));
  }
  if (request.method !== 'DELETE') return null;
  const removed = removeComment(portal, caller, taskId, id);
  return removed.ok ? { ok: true, status: 204 } : replyResult(id, removed);
}

/** `{action: 'create' | 'update', items: [{id?, message}]}` or `{action: 'delete', ids}`; the reply's keys are guessed. */
function replyBatch(portal: Portal, caller: Caller, taskId: number, body: unknown): Reply {
  const { action, items, ids } = isRecord(body) ? body : {};
  const wanted = action === 'delete' ? ids : items;
  if (!Array.isArray(wanted) || wanted.length === 0 || !['create', 'update', 'delete'].includes(String(action))) {
    return fail(400, 'INVALID_REQUEST', 'A batch needs an action (create, update, delete) and items or ids');
  }
  if (wanted.length > BATCH_MAX) {
    return fail(400, 'BATCH_LIMIT_EXCEEDED', `A comment batch takes at most ${BATCH_MAX} items`);
  }
  const results = wanted.map((item: unknown): JsonValue => {
    const id = readId(action === 'delete' ? item : isRecord(item) ? item.id : null);
    const reply = replyItem(portal, caller, taskId, { action: String(action), id, message: readMessage(item) });
    const data = reply.ok && isComment(reply.data) ? reply.data : null;
    if (reply.ok) return { id: data?.id ?? id, success: true };
    return { id, success: false, error: { code: reply.code, message: reply.message } };
  });
  return succeed({ results });
}

interface BatchItem {
  readonly action: string;
  readonly id: number | null;
  readonly message: string | null;
}

function replyItem(portal: Portal, caller: Caller, taskId: number, { action, id, message }: BatchItem): Reply {
  if (action !== 'delete' && message === null) return failMessage();
  if (action === 'create') return replyResult(taskId, addComment(portal, caller, taskId, message ?? ''), 201);
  if (id === null) return fail(400, 'INVALID_PARAMS', 'id must be a positive integer');
  if (action === 'update') return replyResult(id, changeComment(portal, caller, taskId, id, message ?? ''));
  return replyResult(id, removeComment(portal, caller, taskId, id));
}

function isComment(data: JsonValue | undefined): data is { readonly id: number } {
  return isRecord(data) && typeof data.id === 'number';
}

function replyResult(id: number, result: CommentResult, status: 200 | 201 = 200): Reply {
  if (result.ok) return succeed(renderComment(result.comment), status);
  if (result.problem === 'no-task') return failUnreachable();
  return fail(404, 'ENTITY_NOT_FOUND', `comment ${id} not found`);
}

function failUnreachable(): Reply {
  return failInBitrix('ITEM_NOT_FOUND_OR_NOT_ACCESSIBLE', 'ITEM_NOT_FOUND_OR_NOT_ACCESSIBLE');
}

function failMessage(): Reply {
  return fail(400, 'VALIDATION_ERROR', 'message must be a non-empty string');
}

function readMessage(body: unknown): string | null {
  const message = isRecord(body) ? body.message : null;
  return typeof message === 'string' && message !== '' ? message : null;
}

function renderComment({ id, taskId, authorId, message, createdAt }: TaskComment): JsonValue {
  return { id, taskId, authorId, message, createdAt: isoDate(createdAt) };
}
