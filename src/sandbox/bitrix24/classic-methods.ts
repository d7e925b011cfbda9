import { createTask, delegate, deleteTask, findTask, transitTask, updateTask } from './change-task.js';
import { readClassicChanges } from './classic-changes.js';
import type { ClassicParams } from './classic-params.js';
import { CLASSIC_PAGE, readClassicQuery, readClassicSelect } from './classic-query.js';
import {
  ACTION_NOT_ALLOWED,
  type ClassicFailure,
  type ClassicReply,
  classicFail,
  classicFailFromRefusal,
  failAbsent,
} from './classic-reply.js';
import { addComment, listComments } from './comments.js';
import { queryTasks } from './query-tasks.js';
import { renderClassicTask } from './render-task.js';
import { readActionFlags, TRANSITION_NAMES, type Transition } from './rights.js';
import type { Caller, Portal, TaskResult } from './task.js';
import { isoDate, isRecord, readId, upperSnake } from './values.js';

type Method = (portal: Portal, caller: Caller, params: ClassicParams) => ClassicReply;

/** The methods by their lower-case names. */
export const CLASSIC_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['tasks.task.delete', withTaskId(deleteOne)],
  ['tasks.task.get', withTaskId(getOne)],
  ['tasks.task.list', list],
  ['tasks.task.add', add],
  ['tasks.task.update', withTaskId(update)],
  ['tasks.task.delegate', withTaskId(delegateOne)],
  ['tasks.task.getaccess', withTaskId(getAccess)],
  ...TRANSITION_NAMES.map((name): [string, Method] => [`tasks.task.${name}`, withTaskId(transitOne(name))]),
  ['task.commentitem.add', addCommentItem],
  ['task.commentitem.getlist', listCommentItems],
]);

type TaskMethod = (portal: Portal, caller: Caller, id: number, params: ClassicParams) => ClassicReply;

/** `taskId` absent is the error `100`, of a wrong type the error `0`. */
function withTaskId(method: TaskMethod): Method {
  return (portal, caller, params) => {
    if (params.taskId === undefined) return failAbsent('taskId');
    const id = readId(params.taskId);
    return id === null ? classicFail('0', 'Wrong task id') : method(portal, caller, id, params);
  };
}

function showTask(caller: Caller, result: TaskResult, notAllowed: string): ClassicReply {
  if (!result.ok) return classicFailFromRefusal(result.refusal, notAllowed);
  return { ok: true, result: { task: renderClassicTask(result.task, null, caller.actor, caller.context.now()) } };
}

function deleteOne(portal: Portal, caller: Caller, id: number): ClassicReply {
  const deleted = deleteTask(portal, caller, id);
  return deleted.ok
    ? { ok: true, result: { task: true } }
    : classicFailFromRefusal(deleted.refusal, ACTION_NOT_ALLOWED);
}

/** A missing or forbidden task is an empty result, not an error. */
function getOne(portal: Portal, caller: Caller, id: number, params: ClassicParams): ClassicReply {
  const found = findTask(portal, caller, id);
  if (!found.ok) return { ok: true, result: [] };
  const select = readClassicSelect(params.select);
  return { ok: true, result: { task: renderClassicTask(found.task, select, caller.actor, caller.context.now()) } };
}

function list(portal: Portal, caller: Caller, params: ClassicParams): ClassicReply {
  const read = readClassicQuery(params);
  if (!read.ok) return read;
  const { tasks, total } = queryTasks(portal, caller, read.query);
  const select = readClassicSelect(params.select);
  const nowMs = caller.context.now();
  const result = { tasks: tasks.map((task) => renderClassicTask(task, select ?? new Set(['*']), caller.actor, nowMs)) };
  if (!read.counts) return { ok: true, result };
  const next = read.query.offset + CLASSIC_PAGE;
  return { ok: true, result, total, ...(next < total ? { next } : {}) };
}

function add(portal: Portal, caller: Caller, params: ClassicParams): ClassicReply {
  const { fields } = params;
  if (!isRecord(fields)) return failAbsent('fields');
  const read = readClassicChanges(fields);
  if (!read.ok) return read;
  const { title, responsibleId } = read.changes;
  if (title === undefined) return classicFail('ERROR_CORE', 'The task title is not specified');
  if (responsibleId === undefined) return classicFail('ERROR_CORE', 'The responsible person is not specified');
  return showTask(caller, createTask(portal, caller, { ...read.changes, title }), '0');
}

function update(portal: Portal, caller: Caller, id: number, params: ClassicParams): ClassicReply {
  const { fields } = params;
  if (!isRecord(fields) || Object.keys(fields).length === 0) return failAbsent('fields');
  const read = readClassicChanges(fields);
  return read.ok ? showTask(caller, updateTask(portal, caller, id, read.changes), '0') : read;
}

function transitOne(name: Transition): TaskMethod {
  return (portal, caller, id) => showTask(caller, transitTask(portal, caller, id, name), ACTION_NOT_ALLOWED);
}

function delegateOne(portal: Portal, caller: Caller, id: number, params: ClassicParams): ClassicReply {
  if (params.userId === undefined) return failAbsent('userId');
  const userId = readId(params.userId);
  if (userId === null || userId > portal.settings.highestUserId) return classicFail('0', 'Wrong user id');
  const found = findTask(portal, caller, id);
  return showTask(caller, found.ok ? delegate(caller, found.task, userId) : found, '0');
}

function getAccess(portal: Portal, caller: Caller, id: number, params: ClassicParams): ClassicReply {
  const found = findTask(portal, caller, id);
  if (!found.ok) return { ok: true, result: [] };
  const users = Array.isArray(params.users) ? params.users.map(readId) : [caller.actor.userId];
  const allowed = users.flatMap((userId) => {
    if (userId === null) return [];
    const flags = readActionFlags(
      found.task,
      userId === caller.actor.userId ? caller.actor : { userId, isAdmin: false },
    );
    return [[String(userId), Object.fromEntries(Object.entries(flags).map(([name, on]) => [upperSnake(name), on]))]];
  });
  return { ok: true, result: { allowedActions: Object.fromEntries(allowed) } };
}

/** These old methods take their parameters by position, whatever their names: the task's id, then the fields. */
function positional(params: ClassicParams): { readonly id: number | null; readonly fields: unknown } {
  const [id, fields] = Object.values(params);
  return { id: readId(id), fields };
}

function failItem(): ClassicFailure {
  return classicFail('ERROR_CORE', 'TASKS_ERROR_EXCEPTION_#256; Param #0 (taskId) is not a task or not accessible');
}

function addCommentItem(portal: Portal, caller: Caller, params: ClassicParams): ClassicReply {
  const { id, fields } = positional(params);
  const message = isRecord(fields) ? fields.POST_MESSAGE : null;
  if (typeof message !== 'string' || message === '') return classicFail('ERROR_CORE', 'POST_MESSAGE is not specified');
  const added = id === null ? null : addComment(portal, caller, id, message);
  return added?.ok ? { ok: true, result: added.comment.id } : failItem();
}

function listCommentItems(portal: Portal, caller: Caller, params: ClassicParams): ClassicReply {
  const { id } = positional(params);
  const comments = id === null ? null : listComments(portal, caller, id);
  if (comments === null) return failItem();
  const result = comments.map((comment) => ({
    ID: String(comment.id),
    AUTHOR_ID: String(comment.authorId),
    POST_DATE: isoDate(comment.createdAt),
    POST_MESSAGE: comment.message,
  }));
  return { ok: true, result };
}
