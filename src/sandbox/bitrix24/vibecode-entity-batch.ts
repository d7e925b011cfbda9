import type { JsonValue } from '../service.js';
import type { Caller, Portal } from './task.js';
import { isRecord } from './values.js';
import { runAction } from './vibecode-batch.js';
import { type Failure, fail, type Reply, succeed } from './vibecode-reply.js';

const READ_CALLS_MAX = 50;
const READ_ACTIONS: ReadonlySet<string> = new Set(['list', 'get', 'fields', 'search']);

interface Item {
  readonly id: number | null;
  readonly params: unknown;
}

/**
 * `POST /v1/tasks/batch`: one action on many tasks. Writes take `ids` or `items`, reads take `calls`. The reply's keys
 * are guessed: `results` in the order of the request, each `{id, success, data?, error?}`, and a `summary`.
 */
export function replyToEntityBatch(portal: Portal, caller: Caller, body: unknown): Reply {
  const { action, ...rest } = isRecord(body) ? body : {};
  if (typeof action !== 'string') return fail(400, 'INVALID_REQUEST', 'action is required');
  const read = readItems(portal, action, rest);
  if (!Array.isArray(read)) return read;
  const results = read.map((item) => runItem(portal, caller, action, item));
  const succeeded = results.filter(({ success }) => success).length;
  return succeed({ results, summary: { total: results.length, succeeded, failed: results.length - succeeded } });
}

function readItems(portal: Portal, action: string, body: Readonly<Record<string, unknown>>): Item[] | Failure {
  const isRead = READ_ACTIONS.has(action);
  if (!isRead && !['create', 'update', 'delete'].includes(action)) {
    return fail(400, 'INVALID_REQUEST', `Action ${action} is not supported`);
  }
  const name = isRead ? 'calls' : action === 'delete' ? 'ids' : 'items';
  const given = body[name];
  if (!Array.isArray(given) || given.length === 0) {
    return fail(400, 'INVALID_REQUEST', `${name} must be a non-empty array for ${action}`);
  }
  const max = isRead ? READ_CALLS_MAX : portal.settings.entityBatchMax;
  if (given.length > max) return fail(400, 'BATCH_LIMIT_EXCEEDED', `${name} takes at most ${max} elements`);
  const items = given.map((element: unknown) => readItem(action, element));
  const ids = items.flatMap(({ id }) => (id === null ? [] : [id]));
  if (!isRead && new Set(ids).size < ids.length) return fail(400, 'INVALID_REQUEST', `${name} holds an id twice`);
  return items;
}

function readItem(action: string, element: unknown): Item {
  if (action === 'delete') return { id: toTaskId(element), params: undefined };
  if (!isRecord(element)) return { id: null, params: element };
  if (READ_ACTIONS.has(action)) return { id: toTaskId(element.entityId ?? element.id), params: element.params };
  if (action === 'create') return { id: null, params: element };
  const { id, ...params } = element;
  return { id: toTaskId(id), params };
}

function toTaskId(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

function runItem(
  portal: Portal,
  caller: Caller,
  action: string,
  { id, params }: Item,
): { readonly [key: string]: JsonValue } {
  const needsId = action === 'get' || action === 'update' || action === 'delete';
  const reply =
    needsId && id === null
      ? fail(400, 'INVALID_PARAMS', 'id must be a positive integer')
      : runAction(portal, caller, action, id ?? 0, params);
  if (!reply.ok) return { id, success: false, error: { code: reply.code, message: reply.message } };
  if (action === 'delete') return { id, success: true };
  return { id: id ?? idOf(reply.data), success: true, data: reply.data ?? null };
}

function idOf(data: JsonValue | undefined): JsonValue {
  if (!isRecord(data)) return null;
  const id = data.id ?? data.ID;
  return typeof id === 'number' ? id : null;
}
