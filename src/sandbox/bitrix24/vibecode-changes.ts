import type { JsonValue } from '../service.js';
import type { TaskChanges } from './task.js';
import { isJson, isRecord, readDate } from './values.js';
import { type Failure, fail, failInBitrix } from './vibecode-reply.js';

/** Longest title in characters. */
const TITLE_MAX = 250;
const READ_ONLY = ['id', 'createdDate', 'changedDate', 'closedDate'] as const;

type Changes = { -readonly [K in keyof TaskChanges]: TaskChanges[K] };
export type ChangesResult = { readonly ok: true; readonly changes: TaskChanges } | Failure;
export type CreateResult = { readonly ok: true; readonly changes: TaskChanges & { readonly title: string } } | Failure;

/** The fields of an update. Names that Vibecode does not know are dropped without a word. */
export function readUpdate(body: unknown): ChangesResult {
  if (!isRecord(body)) return fail(400, 'INVALID_REQUEST', 'The request body must be a JSON object');
  if (Object.keys(body).length === 0) return fail(400, 'VALIDATION_ERROR', 'At least one field is required');
  if (Object.hasOwn(body, 'createdBy')) return failReadOnly('createdBy');
  return readFields(body);
}

/** The fields of a create, with the two that it requires. */
export function readCreate(body: unknown): CreateResult {
  if (!isRecord(body)) return fail(400, 'INVALID_REQUEST', 'The request body must be a JSON object');
  const read = readFields(body);
  if (!read.ok) return read;
  const { changes } = read;
  if (changes.title === undefined) return fail(400, 'VALIDATION_ERROR', 'title is required');
  if (changes.responsibleId === undefined) return fail(400, 'VALIDATION_ERROR', 'responsibleId is required');
  return { ok: true, changes: { ...changes, title: changes.title } };
}

function readFields(body: Readonly<Record<string, unknown>>): ChangesResult {
  const readOnly = READ_ONLY.find((name) => Object.hasOwn(body, name));
  if (readOnly !== undefined) return failReadOnly(readOnly);
  const changes: Changes = {};
  const custom = new Map<string, JsonValue>();
  for (const [name, value] of Object.entries(body)) {
    if (name.startsWith('UF_') && isJson(value)) custom.set(name, value);
    const failure = FIELD_READERS.get(name)?.(changes, value);
    if (failure) return failure;
  }
  if (custom.size > 0) changes.custom = custom;
  return { ok: true, changes };
}

function failReadOnly(name: string): Failure {
  return fail(400, 'READONLY_FIELD', `Field ${name} is read-only`);
}

function failType(name: string, expected: string): Failure {
  return fail(400, 'VALIDATION_ERROR', `${name} must be ${expected}`);
}

/** Puts a value of the body into the changes; tells the failure when it has the wrong type. */
type FieldReader = (changes: Changes, value: unknown) => Failure | undefined;

function numberReader(name: 'status' | 'responsibleId' | 'createdBy'): FieldReader {
  return (changes, value) => {
    if (!isInteger(value)) return failType(name, 'an integer');
    changes[name] = value;
    return undefined;
  };
}

/** Null and 0 take a task out of its group, parent or estimate. */
function clearableReader(name: 'groupId' | 'parentId' | 'timeEstimate'): FieldReader {
  return (changes, value) => {
    const number = value ?? 0;
    if (!isInteger(number) || number < 0) return failType(name, 'a non-negative integer');
    changes[name] = number;
    return undefined;
  };
}

function dateReader(name: 'deadline' | 'startDatePlan' | 'endDatePlan'): FieldReader {
  return (changes, value) => {
    if (value !== null && typeof value !== 'string') return failType(name, 'an ISO 8601 date');
    const ms = value === null || value === '' ? null : readDate(value);
    if (ms === null && value !== null && value !== '') return failInBitrix('ERROR_CORE', `Invalid date in ${name}`);
    changes[name] = ms;
    return undefined;
  };
}

function userListReader(name: 'accomplices' | 'auditors'): FieldReader {
  return (changes, value) => {
    if (!isListOf(value, isInteger)) return failType(name, 'an array of user ids');
    changes[name] = value;
    return undefined;
  };
}

const FIELD_READERS = new Map<string, FieldReader>([
  ['title', readTitle],
  ['description', readDescription],
  ['status', numberReader('status')],
  ['priority', readPriority],
  ['responsibleId', numberReader('responsibleId')],
  ['createdBy', numberReader('createdBy')],
  ['groupId', clearableReader('groupId')],
  ['parentId', clearableReader('parentId')],
  ['timeEstimate', clearableReader('timeEstimate')],
  ['deadline', dateReader('deadline')],
  ['startDatePlan', dateReader('startDatePlan')],
  ['endDatePlan', dateReader('endDatePlan')],
  ['accomplices', userListReader('accomplices')],
  ['auditors', userListReader('auditors')],
  ['tags', readTags],
]);

function readTitle(changes: Changes, value: unknown): Failure | undefined {
  if (typeof value !== 'string' || value.trim() === '') return failType('title', 'a non-empty string');
  if ([...value].length > TITLE_MAX) {
    return failInBitrix('TASKS_BAD_TITLE', `TASKS_BAD_TITLE: the title is longer than ${TITLE_MAX} characters`);
  }
  changes.title = value;
  return undefined;
}

function readDescription(changes: Changes, value: unknown): Failure | undefined {
  if (value !== null && typeof value !== 'string') return failType('description', 'a string');
  changes.description = value ?? '';
  return undefined;
}

/** Anything but 0, 1 and 2 silently becomes 1. */
function readPriority(changes: Changes, value: unknown): Failure | undefined {
  if (typeof value !== 'number') return failType('priority', 'a number');
  changes.priority = value === 0 || value === 2 ? value : 1;
  return undefined;
}

function readTags(changes: Changes, value: unknown): Failure | undefined {
  if (!isListOf(value, (tag) => typeof tag === 'string')) return failType('tags', 'an array of strings');
  changes.tags = value;
  return undefined;
}

function isInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function isListOf<T>(value: unknown, isElement: (element: unknown) => element is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isElement);
}
