/**
 * The classic REST of a portal by an incoming webhook: `POST {webhook}/{method}` with JSON (b24restdocs of 2026-08-21).
 * Names go out in capitals; answers are in camelCase with numbers as texts.
 */
import { field, isObject, type JsonObject, type JsonValue, textField } from '../../../json.js';
import { isoFromText } from '../../dates.js';
import type { HttpAnswer, ReadRequest, WriteRequest } from '../../http.js';
import { type Dialect, searchSize, type TaskComment, type TaskCondition, type WantedStatus } from '../dialect.js';
import { wholeNumber } from '../whole-number.js';
import { classicBatch } from './batch.js';
import { classicErrors } from './errors.js';
import { identifyClassic, type WebhookOwner } from './identify.js';
import { readClassicThrottle } from './throttle.js';

/** What lists and single readings leave out unless it is named: tags, for one. */
const selectedFields = [
  ...['ID', 'TITLE', 'DESCRIPTION', 'STATUS', 'PRIORITY', 'RESPONSIBLE_ID', 'CREATED_BY', 'ACCOMPLICES', 'AUDITORS'],
  ...['GROUP_ID', 'PARENT_ID', 'STAGE_ID', 'TAGS', 'TIME_ESTIMATE', 'DEADLINE', 'START_DATE_PLAN', 'END_DATE_PLAN'],
  ...['CREATED_DATE', 'CHANGED_DATE', 'CLOSED_DATE', 'STATUS_CHANGED_DATE', 'COMMENTS_COUNT', 'TIME_SPENT_IN_LOGS'],
];

const operators = { in: '', above: '>', below: '<' } as const;

const transitions: Readonly<Record<WantedStatus, string>> = {
  completed: 'tasks.task.complete',
  pending: 'tasks.task.renew',
  deferred: 'tasks.task.defer',
};

export function createClassic(owner: WebhookOwner): Dialect {
  return {
    credential: 'webhook',
    errors: classicErrors,
    batch: classicBatch,
    identify: (reader) => identifyClassic(owner, reader),
    throttle: readClassicThrottle,
    statedLimit: () => null,

    askTask: (taskId) => ask('tasks.task.get', { taskId: Number(taskId), select: selectedFields }),
    // `start: -1` leaves the count out; the page is always one of 50.
    askTasks: ({ conditions, order }) =>
      ask('tasks.task.list', {
        filter: filterOf(conditions),
        ...(order === null ? {} : { order: { ID: order } }),
        select: selectedFields,
        start: -1,
      }),
    askTaskTotal: (groupId) =>
      ask('tasks.task.list', {
        filter: filterOf([{ field: 'groupId', is: 'in', value: [groupId] }]),
        select: ['ID', 'TITLE', 'GROUP_ID'],
        start: 0,
      }),
    // The comment methods read their parameters by position, so the order of the keys counts.
    askComments: (taskId) => ask('task.commentitem.getlist', { TASKID: Number(taskId) }),
    createTask: (fields) => write('tasks.task.add', { fields: fieldsOf(fields) }),
    updateTask: (taskId, fields) => write('tasks.task.update', { taskId: Number(taskId), fields: fieldsOf(fields) }),
    changeStatus: (taskId, status) => write(transitions[status], { taskId: Number(taskId) }),
    deleteTask: (taskId) => write('tasks.task.delete', { taskId: Number(taskId) }),
    addComment: (taskId, text) =>
      write('task.commentitem.add', { TASKID: Number(taskId), FIELDS: { POST_MESSAGE: text } }),

    taskIn: ({ json }) => {
      const result = field(json, 'result');
      // A task that is not there, or not to be seen, is an empty result.
      return field(result, 'task') ?? result;
    },
    tasksIn: ({ json }) => {
      const tasks = field(field(json, 'result'), 'tasks');
      return Array.isArray(tasks) ? { tasks, hasMore: tasks.length >= searchSize, truncated: false } : null;
    },
    totalIn: ({ json }) => wholeNumber(field(json, 'total')),
    commentsIn: ({ json }) => {
      const comments = field(json, 'result');
      return Array.isArray(comments) ? comments.flatMap(readComment) : null;
    },
    commentIdIn: ({ json }) => textField(json, 'result'),
    confirms,
    tellsGone: ({ type }) => (type === 'NOT_FOUND' ? 'perhaps' : 'no'),
  };
}

function ask(method: string, body: JsonObject): ReadRequest {
  return { method: 'POST', readOnly: true, path: [method], body };
}

function write(method: string, body: JsonObject): WriteRequest {
  return { method: 'POST', path: [method], body };
}

/** A result that is false or nothing, also as `{task: false}`, says that it was not done. */
function confirms({ json }: HttpAnswer): boolean {
  const result = field(json, 'result');
  const isNothing = (value: unknown) => value === undefined || value === null || value === false;
  if (field(json, 'error') !== undefined || isNothing(result)) return false;
  return !isObject(result) || !Object.hasOwn(result, 'task') || !isNothing(field(result, 'task'));
}

function filterOf(conditions: readonly TaskCondition[]): JsonObject {
  return Object.fromEntries(
    conditions.map(({ field: name, is, value }) => [
      `${operators[is]}${toCapitals(name)}`,
      typeof value === 'string' ? timeOf(value) : value,
    ]),
  );
}

function fieldsOf(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [toCapitals(name), sentValue(name, value)]));
}

const dateNames: ReadonlySet<string> = new Set(['deadline', 'startDatePlan', 'endDatePlan']);

function sentValue(name: string, value: JsonValue): JsonValue {
  if (!dateNames.has(name)) return value;
  return typeof value === 'string' ? timeOf(value) : '';
}

/** The form of dates that all examples of the documentation have: whole seconds and an offset. */
function timeOf(iso: string): string {
  return iso.replace(/(?:\.\d+)?Z$/, '+00:00');
}

function toCapitals(name: string): string {
  return name.replace(/[A-Z]/g, '_$&').toUpperCase();
}

function readComment(comment: unknown): TaskComment[] {
  const id = textField(comment, 'ID');
  const writtenMs = Date.parse(isoFromText(textField(comment, 'POST_DATE')) ?? '');
  if (id === null || Number.isNaN(writtenMs)) return [];
  return [{ id, writtenMs, text: textField(comment, 'POST_MESSAGE') ?? '' }];
}
