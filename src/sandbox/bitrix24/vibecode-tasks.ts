import type { JsonValue } from '../service.js';
import { createTask, deleteTask, findTask, updateTask } from './change-task.js';
import { queryTasks } from './query-tasks.js';
import { renderTask, renderTaskDetails, toUpperView } from './render-task.js';
import { readSearchWindow, SEARCH_WINDOW } from './search-window.js';
import type { Caller, Portal, Task } from './task.js';
import { isRecord } from './values.js';
import { readCreate, readUpdate } from './vibecode-changes.js';
import { type ListRequest, readListRequest } from './vibecode-query.js';
import { fail, failFromRefusal, type Reply, succeed } from './vibecode-reply.js';

/** Above this many matches a list says that it is truncated. */
const TRUNCATED_ABOVE = 5000;

/** `GET /v1/tasks/:id`. A task that the key's owner may not see comes back empty from Bitrix24: 404 `NOT_FOUND`. */
export function replyTask(portal: Portal, caller: Caller, id: number): Reply {
  const found = findTask(portal, caller, id);
  if (found.ok) return succeed(inCasing(portal, renderTaskDetails(found.task, caller.actor)));
  if (found.refusal.kind === 'forbidden') return fail(404, 'NOT_FOUND', 'Resource not found');
  return failFromRefusal(found.refusal);
}

/** `GET /v1/tasks` with its query, or `list` in a batch with its params. */
export function replyList(portal: Portal, caller: Caller, params: unknown): Reply {
  const read = readListRequest(isRecord(params) ? params : {});
  return read.ok ? replyPage(portal, caller, read.request, {}) : read;
}

/** `POST /v1/tasks/search`: a list whose wide date ranges may be split into windows. */
export function replySearch(portal: Portal, caller: Caller, body: unknown): Reply {
  if (body !== undefined && !isRecord(body)) {
    return fail(400, 'INVALID_REQUEST', 'The request body must be a JSON object');
  }
  const read = readListRequest(body ?? {});
  if (!read.ok) return read;
  const window = readSearchWindow(body ?? {}, caller.context.now());
  if (window.windowCount > 1 && read.request.query.offset > 0) {
    const message = `A date range above ${SEARCH_WINDOW.splitAboveDays} days cannot be paged by offset`;
    return fail(400, 'UNSTABLE_OFFSET_PAGINATION', message);
  }
  const conditions = [...read.request.query.conditions, ...window.conditions];
  const request = { ...read.request, query: { ...read.request.query, conditions } };
  return replyPage(portal, caller, request, window.windowCount > 1 ? { ...window.meta } : {});
}

function replyPage(
  portal: Portal,
  caller: Caller,
  { query, select }: ListRequest,
  meta: Readonly<Record<string, JsonValue>>,
): Reply {
  const { tasks, total } = queryTasks(portal, caller, query);
  // An exactly full last page still says that there is more.
  const hasMore = tasks.length === query.limit || query.offset + tasks.length < total;
  const truncated = total > TRUNCATED_ABOVE ? { truncated: true } : {};
  return {
    ok: true,
    status: 200,
    data: tasks.map((task) => inCasing(portal, renderTask(task, select))),
    meta: { total, hasMore, ...truncated, ...meta },
  };
}

export function replyCreate(portal: Portal, caller: Caller, body: unknown): Reply {
  const read = readCreate(body);
  if (!read.ok) return read;
  const created = createTask(portal, caller, read.changes);
  return created.ok ? succeed(showTask(portal, created.task), 201) : failFromRefusal(created.refusal);
}

export function replyUpdate(portal: Portal, caller: Caller, id: number, body: unknown): Reply {
  const read = readUpdate(body);
  if (!read.ok) return read;
  const updated = updateTask(portal, caller, id, read.changes);
  return updated.ok ? succeed(showTask(portal, updated.task)) : failFromRefusal(updated.refusal);
}

/** `DELETE /v1/tasks/:id`: 204 without a body. */
export function replyDelete(portal: Portal, caller: Caller, id: number): Reply {
  const deleted = deleteTask(portal, caller, id);
  return deleted.ok ? { ok: true, status: 204 } : failFromRefusal(deleted.refusal);
}

function showTask(portal: Portal, task: Task): JsonValue {
  return inCasing(portal, renderTask(task));
}

function inCasing(portal: Portal, view: Record<string, JsonValue>): JsonValue {
  return portal.settings.replyCasing === 'upper' ? toUpperView(view) : view;
}

const readOnly = { readonly: true };
const FIELD_DESCRIPTIONS: JsonValue = {
  id: { type: 'number', ...readOnly },
  title: { type: 'string', required: true },
  responsibleId: { type: 'number', required: true },
  description: { type: 'string' },
  status: { type: 'number', default: 2, values: [2, 3, 4, 5, 6] },
  priority: { type: 'number', default: 1, values: [0, 1, 2] },
  deadline: { type: 'datetime' },
  startDatePlan: { type: 'datetime' },
  endDatePlan: { type: 'datetime' },
  timeEstimate: { type: 'number' },
  groupId: { type: 'number' },
  parentId: { type: 'number' },
  accomplices: { type: 'number[]' },
  auditors: { type: 'number[]' },
  tags: { type: 'string[]' },
  createdBy: { type: 'number', immutable: true },
  createdDate: { type: 'datetime', ...readOnly },
  changedDate: { type: 'datetime', ...readOnly },
  closedDate: { type: 'datetime', ...readOnly },
};

/** `GET /v1/tasks/fields`. */
export function replyFields(): Reply {
  return succeed({ fields: FIELD_DESCRIPTIONS });
}
