/** Reading Bitrix24's tasks through Vibecode: one by its id, or up to fifty in one search. */
import { type Failure, localFailure } from '../../failure.js';
import { field, isObject } from '../../json.js';
import type { HttpAnswer, Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { found, isSoundJson, notFoundOrUnreadable } from '../reading.js';
import type { Reading, TargetRef } from '../target.js';
import type { Bitrix24Config } from './config.js';
import { bitrix24Errors } from './errors.js';
import { viewTask } from './task-view.js';

/** Most ids in one search: more than 50 results would cost the portal several requests. */
const idsPerSearch = 50;

/**
 * What a search is to tell of each task: what a single GET tells that can be written (Vibecode's task pages), and tags,
 * which the REST method beneath leaves out of lists unless they are named.
 */
export const searchedFields = [
  ...['id', 'title', 'description', 'status', 'priority', 'responsibleId', 'createdBy', 'accomplices', 'auditors'],
  ...['groupId', 'parentId', 'stageId', 'tags', 'timeEstimate', 'deadline', 'startDatePlan', 'endDatePlan'],
  ...['createdDate', 'changedDate', 'closedDate'],
];

export function taskRef(taskId: string): TargetRef {
  return { kind: 'task', id: taskId };
}

/** The path of a task. */
export function taskPath(taskId: string): readonly string[] {
  return ['v1', 'tasks', taskId];
}

/**
 * One task by `GET /v1/tasks/{id}`, several by one search.
 *
 * Vibecode blocks a key for a while when one method of Bitrix24 fails the same way a dozen times an hour, and reading
 * deleted tasks one by one may count as that. So absence is taken from a search: it leaves out what is not there and
 * what the key's user may not see, which Bitrix24 tells apart nowhere. But an empty answer would also come from a filter
 * that was misunderstood. Until a search was seen to honour its filter, the first task of an empty answer is read by
 * itself, and the others count as absent only when it is.
 */
export async function lookUpTasks(
  config: Bitrix24Config,
  reader: Reader,
  refs: readonly TargetRef[],
): Promise<readonly Reading[]> {
  const [first, second] = refs;
  if (first === undefined) return [];
  if (second === undefined) return [await readTask(reader, first)];
  const asked = [...new Map(refs.map((ref) => [ref.id, ref])).values()].slice(0, idsPerSearch);
  const search = await searchTasks(reader, asked);
  if (search.kind === 'failed') return [{ kind: 'unreadable', ref: first, failure: search.failure }];
  const told = new Set(search.readings.map((reading) => reading.ref.id));
  const missing = asked.filter((ref) => !told.has(ref.id));
  if (search.isTrusted && told.size > 0) config.known.searchFilters = true;
  if (search.isTrusted && config.known.searchFilters)
    return [...search.readings, ...missing.map(absentFrom(search.answer))];
  if (told.has(first.id)) return search.readings;
  const own = await readTask(reader, first);
  if (!search.isTrusted || own.kind !== 'absent') return [own, ...search.readings];
  config.known.searchFilters = true;
  return [own, ...missing.filter((ref) => ref.id !== first.id).map(absentFrom(search.answer))];
}

/** `GET /v1/tasks/{id}`; a missing task is 404, or 200 with nothing in it (documentation of 2026-05-05). */
export async function readTask(reader: Reader, ref: TargetRef): Promise<Reading> {
  const result = expectSuccess(await reader.read({ method: 'GET', path: taskPath(ref.id) }), 'read', bitrix24Errors);
  if (!result.ok) return notFoundOrUnreadable(ref, result.failure, false);
  const task = field(result.value.json, 'data');
  if (isEmptyResult(task)) return absentFrom(result.value)(ref);
  const reading = readingOf(ref, task);
  if (reading !== null) return reading;
  const failure = unexpectedAnswer(result.value, 'read', 'Bitrix24', `it holds no task ${ref.id}`);
  return { kind: 'unreadable', ref, failure };
}

type Search =
  | { readonly kind: 'failed'; readonly failure: Failure }
  | {
      readonly kind: 'answered';
      readonly answer: HttpAnswer;
      readonly readings: readonly Reading[];
      /** Whether what the answer lacks can be taken for absent: it is complete, and holds nothing but what was asked. */
      readonly isTrusted: boolean;
    };

/**
 * `POST /v1/tasks/search` with `{id: {$in: […]}}`: the documented form of that operator is a JSON body (Vibecode
 * documentation of 2026-05-05, filtering). `autoWindow` is always sent, for pages differ on its default.
 */
async function searchTasks(reader: Reader, refs: readonly TargetRef[]): Promise<Search> {
  const outcome = await reader.read({
    method: 'POST',
    readOnly: true,
    path: ['v1', 'tasks', 'search'],
    body: {
      filter: { id: { $in: refs.map((ref) => Number(ref.id)) } },
      select: searchedFields,
      limit: idsPerSearch,
      autoWindow: false,
    },
  });
  const result = expectSuccess(outcome, 'read', bitrix24Errors);
  if (!result.ok) return { kind: 'failed', failure: result.failure };
  const { json } = result.value;
  const tasks = field(json, 'data');
  if (!Array.isArray(tasks)) {
    return { kind: 'failed', failure: unexpectedAnswer(result.value, 'read', 'Bitrix24', 'it holds no list of tasks') };
  }
  const byId = new Map(refs.map((ref) => [ref.id, ref]));
  const readings = tasks.flatMap((task) => {
    const ref = byId.get(viewTask(task)?.id ?? '');
    return (ref === undefined ? null : readingOf(ref, task)) ?? [];
  });
  const truncated = field(field(json, 'meta'), 'truncated') === true;
  return {
    kind: 'answered',
    answer: result.value,
    readings,
    isTrusted: readings.length === tasks.length && !truncated,
  };
}

/** The reading of a task that was sent; null when it is none, or another one than was asked for. */
function readingOf(ref: TargetRef, task: unknown): Reading | null {
  const target = isSoundJson(task) ? viewTask(task) : null;
  return target === null || target.id !== ref.id || !isSoundJson(task) ? null : found(ref, target, task);
}

function isEmptyResult(task: unknown): boolean {
  if (task === null || (Array.isArray(task) && task.length === 0)) return true;
  return isObject(task) && Object.keys(task).length === 0;
}

function absentFrom(answer: HttpAnswer): (ref: TargetRef) => Reading {
  return (ref) => ({
    kind: 'absent',
    ref,
    existed: false,
    failure: {
      ...localFailure(
        'NOT_FOUND',
        'ENTITY_NOT_FOUND',
        `Bitrix24 shows no task ${ref.id} to this key: it is not there, or the key's user may not see it.`,
        "Check the id, and that the key's user may see the task.",
      ),
      phase: 'answered',
      httpStatus: answer.status,
      requestId: answer.requestId,
    },
  });
}
