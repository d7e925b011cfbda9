/** Reading Bitrix24's tasks: one by its id, or up to fifty in one search. */
import { type Failure, localFailure } from '../../failure.js';
import { isObject } from '../../json.js';
import type { HttpAnswer, Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { found, isSoundJson, notFoundOrUnreadable } from '../reading.js';
import type { Reading, TargetRef } from '../target.js';
import type { Bitrix24Config } from './config.js';
import { type Dialect, searchSize } from './dialect.js';
import { viewTask } from './task-view.js';

export function taskRef(taskId: string): TargetRef {
  return { kind: 'task', id: taskId };
}

/**
 * One task by itself, several by one search.
 *
 * Vibecode blocks a key for a while when one method of Bitrix24 fails the same way a dozen times an hour, and reading
 * deleted tasks one by one may count as that. So absence is taken from a search: it leaves out what is not there and
 * what the key's user may not see, which Bitrix24 tells apart nowhere. But an empty answer would also come from a filter
 * that was misunderstood. Until a search was seen to honour its filter, the first task of an empty answer is read by
 * itself, and the others count as absent only when it is.
 */
export async function lookUpTasks(
  { dialect, known }: Bitrix24Config,
  reader: Reader,
  refs: readonly TargetRef[],
): Promise<readonly Reading[]> {
  const [first, second] = refs;
  if (first === undefined) return [];
  if (second === undefined) return [await readTask(dialect, reader, first)];
  const asked = [...new Map(refs.map((ref) => [ref.id, ref])).values()].slice(0, searchSize);
  const search = await searchTasks(dialect, reader, asked);
  if (search.kind === 'failed') return [{ kind: 'unreadable', ref: first, failure: search.failure }];
  const absent = absentFrom(dialect, search.answer);
  const told = new Set(search.readings.map((reading) => reading.ref.id));
  const missing = asked.filter((ref) => !told.has(ref.id));
  if (search.isTrusted && told.size > 0) known.searchFilters = true;
  if (search.isTrusted && known.searchFilters) return [...search.readings, ...missing.map(absent)];
  if (told.has(first.id)) return search.readings;
  const own = await readTask(dialect, reader, first);
  if (!search.isTrusted || own.kind !== 'absent') return [own, ...search.readings];
  known.searchFilters = true;
  return [own, ...missing.filter((ref) => ref.id !== first.id).map(absent)];
}

/** A missing task is 404, or 200 with nothing in it (Vibecode documentation of 2026-05-05; b24restdocs). */
export async function readTask(dialect: Dialect, reader: Reader, ref: TargetRef): Promise<Reading> {
  const result = expectSuccess(await reader.read(dialect.askTask(ref.id)), 'read', dialect.errors);
  if (!result.ok) return notFoundOrUnreadable(ref, result.failure, false);
  const task = dialect.taskIn(result.value);
  if (isEmptyResult(task)) return absentFrom(dialect, result.value)(ref);
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

async function searchTasks(dialect: Dialect, reader: Reader, refs: readonly TargetRef[]): Promise<Search> {
  const ids = { field: 'id', is: 'in', value: refs.map((ref) => Number(ref.id)) } as const;
  const outcome = await reader.read(dialect.askTasks({ conditions: [ids], order: null }));
  const result = expectSuccess(outcome, 'read', dialect.errors);
  if (!result.ok) return { kind: 'failed', failure: result.failure };
  const page = dialect.tasksIn(result.value);
  if (page === null) {
    return { kind: 'failed', failure: unexpectedAnswer(result.value, 'read', 'Bitrix24', 'it holds no list of tasks') };
  }
  const byId = new Map(refs.map((ref) => [ref.id, ref]));
  const readings = page.tasks.flatMap((task) => {
    const ref = byId.get(viewTask(task)?.id ?? '');
    return (ref === undefined ? null : readingOf(ref, task)) ?? [];
  });
  return {
    kind: 'answered',
    answer: result.value,
    readings,
    isTrusted: readings.length === page.tasks.length && !page.truncated,
  };
}

/** The reading of a task that was sent; null when it is none, or another one than was asked for. */
function readingOf(ref: TargetRef, task: unknown): Reading | null {
  const target = isSoundJson(task) ? viewTask(task) : null;
  return target === null || target.id !== ref.id || !isSoundJson(task)
    ? null
    : { ...found(ref, target, task), partsTold: 'none' };
}

function isEmptyResult(task: unknown): boolean {
  if (task === null || (Array.isArray(task) && task.length === 0)) return true;
  return isObject(task) && Object.keys(task).length === 0;
}

function absentFrom({ credential }: Dialect, answer: HttpAnswer): (ref: TargetRef) => Reading {
  return (ref) => ({
    kind: 'absent',
    ref,
    existed: false,
    failure: {
      ...localFailure(
        'NOT_FOUND',
        'ENTITY_NOT_FOUND',
        `Bitrix24 shows no task ${ref.id} to this ${credential}: it is not there, or the ${credential}'s user may not see it.`,
        `Check the id, and that the ${credential}'s user may see the task.`,
      ),
      phase: 'answered',
      httpStatus: answer.status,
      requestId: answer.requestId,
    },
  });
}
