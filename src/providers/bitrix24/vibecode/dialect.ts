/** Vibecode's REST interface, `/v1` (its documentation of 2026-05-05 and its current task pages). */
import { field, isObject, type JsonObject, textField } from '../../../json.js';
import { isoFromText } from '../../dates.js';
import { statedLimitFromHeaders } from '../../rate-headers.js';
import { type Dialect, searchSize, type TaskComment, type TaskCondition, type WantedStatus } from '../dialect.js';
import { statusCodes } from '../task-view.js';
import { wholeNumber } from '../whole-number.js';
import { vibecodeBatch } from './batch.js';
import { vibecodeErrors } from './errors.js';
import { identifyVibecode } from './identify.js';
import { createVibecodeThrottle } from './throttle.js';

/**
 * What a search is to tell of each task: what a single GET tells that can be written (Vibecode's task pages), and tags,
 * which the REST method beneath leaves out of lists unless they are named.
 */
export const searchedFields = [
  ...['id', 'title', 'description', 'status', 'priority', 'responsibleId', 'createdBy', 'accomplices', 'auditors'],
  ...['groupId', 'parentId', 'stageId', 'tags', 'timeEstimate', 'deadline', 'startDatePlan', 'endDatePlan'],
  ...['createdDate', 'changedDate', 'closedDate', 'statusChangedDate'],
];

const operators = { in: '$in', above: '$gt', below: '$lt' } as const;

const wantedCodes: Readonly<Record<WantedStatus, number>> = {
  completed: statusCodes.completed,
  pending: statusCodes.pending,
  deferred: statusCodes.deferred,
};

/** A dialect for one connection: it remembers how often the error-loop breaker was met. */
export function createVibecode(): Dialect {
  return {
    credential: 'key',
    errors: vibecodeErrors,
    batch: vibecodeBatch,
    identify: identifyVibecode,
    throttle: createVibecodeThrottle(),
    statedLimit: statedLimitFromHeaders,

    askTask: (taskId) => ({ method: 'GET', path: taskPath(taskId) }),
    // The documented form of `$in` is a JSON body. `autoWindow` is always sent, for pages differ on its default.
    askTasks: ({ conditions, order }) => ({
      method: 'POST',
      readOnly: true,
      path: ['v1', 'tasks', 'search'],
      body: {
        filter: filterOf(conditions),
        select: searchedFields,
        ...(order === null ? {} : { order: { id: order } }),
        limit: searchSize,
        autoWindow: false,
      },
    }),
    askTaskTotal: (groupId) => ({
      method: 'POST',
      readOnly: true,
      path: ['v1', 'tasks', 'search'],
      body: {
        filter: filterOf([{ field: 'groupId', is: 'in', value: [groupId] }]),
        select: ['id', 'title', 'groupId'],
        limit: searchSize,
        autoWindow: false,
      },
    }),
    askComments: (taskId) => ({ method: 'GET', path: commentsPath(taskId) }),
    createTask: (fields) => ({ method: 'POST', path: ['v1', 'tasks'], body: fields }),
    updateTask: (taskId, fields) => ({ method: 'PATCH', path: taskPath(taskId), body: fields }),
    // A status alone is handled as the matching action, with that action's rights; Vibecode has no routes of its own for
    // them (code of Bitrix24's tasks module).
    changeStatus: (taskId, status) => ({
      method: 'PATCH',
      path: taskPath(taskId),
      body: { status: wantedCodes[status] },
    }),
    deleteTask: (taskId) => ({ method: 'DELETE', path: taskPath(taskId) }),
    addComment: (taskId, text) => ({ method: 'POST', path: commentsPath(taskId), body: { message: text } }),

    taskIn: ({ json }) => field(json, 'data'),
    tasksIn: ({ json }) => {
      const tasks = field(json, 'data');
      const meta = field(json, 'meta');
      if (!Array.isArray(tasks)) return null;
      return { tasks, hasMore: field(meta, 'hasMore') === true, truncated: field(meta, 'truncated') === true };
    },
    // Beside the tasks on the pages of its documentation, at the top in its overview.
    totalIn: ({ json }) => wholeNumber(field(field(json, 'meta'), 'total') ?? field(json, 'total')),
    commentsIn: ({ json }) => {
      const comments = field(json, 'data');
      return Array.isArray(comments) ? comments.flatMap(readComment) : null;
    },
    commentIdIn: ({ json }) => readAny(field(json, 'data'), 'id'),
    // A delete is 204 without a body.
    confirms: ({ status, json }) => status === 204 || field(json, 'success') === true,
    tellsGone: ({ type, code }) => {
      // How a batch tells of a missing task is not documented; it may be this code for every refusal of the portal.
      if (code === 'BITRIX_ERROR') return 'perhaps';
      return type === 'NOT_FOUND' ? 'yes' : 'no';
    },
  };
}

function taskPath(taskId: string): readonly string[] {
  return ['v1', 'tasks', taskId];
}

function commentsPath(taskId: string): readonly string[] {
  return [...taskPath(taskId), 'comments'];
}

function filterOf(conditions: readonly TaskCondition[]): JsonObject {
  const filter: Record<string, JsonObject> = {};
  for (const { field: name, is, value } of conditions) filter[name] = { ...filter[name], [operators[is]]: value };
  return filter;
}

function readComment(comment: unknown): TaskComment[] {
  const id = readAny(comment, 'id');
  const writtenMs = Date.parse(isoFromText(readAny(comment, 'createdAt')) ?? '');
  if (!isObject(comment) || id === null || Number.isNaN(writtenMs)) return [];
  return [{ id, writtenMs, text: readAny(comment, 'message') ?? '' }];
}

/** The text under the documented name, or in the capitals that answers are also seen in. */
function readAny(value: unknown, name: string): string | null {
  return textField(value, name) ?? textField(value, name.replace(/[A-Z]/g, '_$&').toUpperCase());
}
