import type { JsonValue } from '../service.js';
import { type ClassicFailure, classicFail } from './classic-reply.js';
import type { TaskChanges } from './task.js';
import { isJson, readDate } from './values.js';

const TITLE_MAX = 250;

type Changes = { -readonly [K in keyof TaskChanges]: TaskChanges[K] };
type FieldReader = (changes: Changes, value: unknown) => ClassicFailure | undefined;

/**
 * Reads `fields` in UPPER_SNAKE. Numbers may be strings; names that tasks do not have are dropped; a title that is too
 * long is cut without a word, as the core does.
 */
export function readClassicChanges(
  fields: Readonly<Record<string, unknown>>,
): { readonly ok: true; readonly changes: TaskChanges } | ClassicFailure {
  const changes: Changes = {};
  const custom = new Map<string, JsonValue>();
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith('UF_') && isJson(value)) custom.set(name, value);
    const failure = FIELD_READERS.get(name)?.(changes, value);
    if (failure) return failure;
  }
  if (custom.size > 0) changes.custom = custom;
  return { ok: true, changes };
}

function toInteger(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : 0;
}

function numberReader(
  name: 'status' | 'responsibleId' | 'createdBy' | 'groupId' | 'parentId' | 'timeEstimate',
): FieldReader {
  return (changes, value) => {
    changes[name] = toInteger(value);
    return undefined;
  };
}

function dateReader(name: 'deadline' | 'startDatePlan' | 'endDatePlan'): FieldReader {
  return (changes, value) => {
    const isEmpty = value === null || value === '';
    const ms = typeof value === 'string' ? readDate(value) : null;
    if (ms === null && !isEmpty) return classicFail('ERROR_CORE', `Invalid date in ${name}`);
    changes[name] = ms;
    return undefined;
  };
}

function userListReader(name: 'accomplices' | 'auditors'): FieldReader {
  return (changes, value) => {
    changes[name] = (Array.isArray(value) ? value : [value]).map(toInteger).filter((id) => id > 0);
    return undefined;
  };
}

const FIELD_READERS = new Map<string, FieldReader>([
  ['TITLE', readTitle],
  ['DESCRIPTION', readDescription],
  ['STATUS', numberReader('status')],
  ['PRIORITY', readPriority],
  ['RESPONSIBLE_ID', numberReader('responsibleId')],
  ['CREATED_BY', numberReader('createdBy')],
  ['GROUP_ID', numberReader('groupId')],
  ['PARENT_ID', numberReader('parentId')],
  ['TIME_ESTIMATE', numberReader('timeEstimate')],
  ['DEADLINE', dateReader('deadline')],
  ['START_DATE_PLAN', dateReader('startDatePlan')],
  ['END_DATE_PLAN', dateReader('endDatePlan')],
  ['ACCOMPLICES', userListReader('accomplices')],
  ['AUDITORS', userListReader('auditors')],
  ['TAGS', readTags],
  ['TASK_CONTROL', readTaskControl],
]);

function readTitle(changes: Changes, value: unknown): ClassicFailure | undefined {
  const title = typeof value === 'string' ? value.trim() : '';
  if (title === '') return classicFail('ERROR_CORE', 'The task title is not specified');
  changes.title = [...title].slice(0, TITLE_MAX).join('');
  return undefined;
}

function readDescription(changes: Changes, value: unknown): undefined {
  changes.description = typeof value === 'string' ? value : '';
}

function readPriority(changes: Changes, value: unknown): undefined {
  const priority = String(value);
  changes.priority = priority === '0' || priority === '2' ? Number(priority) : 1;
}

function readTags(changes: Changes, value: unknown): undefined {
  const tags = Array.isArray(value) ? value : String(value).split(',');
  changes.tags = tags.map((tag) => String(tag).trim()).filter((tag) => tag !== '');
}

function readTaskControl(changes: Changes, value: unknown): undefined {
  changes.taskControl = value === 'Y' || value === true;
}
