/** Reading Tallyfy's tasks: one by its id, or a run's list when several of one run are asked for. */
import { field, textField } from '../../json.js';
import type { Reader, ReadRequest } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { found, isSoundJson, notFoundOrUnreadable } from '../reading.js';
import type { Reading, TargetRef } from '../target.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { readPages } from './list-pages.js';
import { viewTask } from './task-view.js';

/** What a reading brings along, so that conditions can be judged and refusals of a completion foretold. */
const includes = ['form_fields', 'threads', 'tags', 'run', 'summary', 'assets'] as const;

/** As a part of a query. */
export const withIncludes = ['with', includes.join(',')] as const;

/** From this many tasks of one run on, its list is cheaper than one request a task. */
const listingPaysFrom = 3;

/** The path of something that belongs to the organization. */
export function organizationPath(config: TallyfyConfig, ...rest: readonly string[]): readonly string[] {
  return ['organizations', config.organizationId, ...rest];
}

/**
 * The ref of a task; the run is a hint, for a task's id is enough to find it. Without a run it may be a one-off, which is
 * looked for among the archived ones too.
 */
export function taskRef(taskId: string, runId: string | undefined): TargetRef {
  return { kind: 'task', id: taskId, hints: runId === undefined ? { archived: 'too' } : { run_id: runId } };
}

/** Reads the first task, and with it those of the same run when there are enough of them to list it. */
export async function lookUpTasks(
  config: TallyfyConfig,
  reader: Reader,
  refs: readonly TargetRef[],
): Promise<readonly Reading[]> {
  const [first] = refs;
  if (first === undefined) return [];
  const runId = runOf(first);
  const siblings = runId === null ? [] : refs.filter((ref) => runOf(ref) === runId);
  if (runId === null || siblings.length < listingPaysFrom || !config.known.listsTellAll) {
    return [await readTask(config, reader, first)];
  }
  const listed = await listRunTasks(config, reader, runId, siblings);
  const told = new Set(listed.readings.map((reading) => reading.ref.id));
  const missing = siblings.filter((ref) => !told.has(ref.id));
  // A list may hide tasks and trail a write (task_management.py, 2026-08-07): what it lacks is no proof of absence.
  const alone = listed.complete ? missing : missing.filter((ref) => ref.id === first.id);
  const readings = [...listed.readings];
  for (const ref of alone) readings.push(await readTask(config, reader, ref));
  return readings;
}

/** `GET /tasks/{id}` for any task, `GET /runs/{run}/tasks/{id}` when the row names the run. */
export async function readTask(config: TallyfyConfig, reader: Reader, ref: TargetRef): Promise<Reading> {
  const runId = runOf(ref);
  const path = runId === null ? ['tasks', ref.id] : ['runs', runId, 'tasks', ref.id];
  const request: ReadRequest = { method: 'GET', path: organizationPath(config, ...path), query: [withIncludes] };
  const result = expectSuccess(await reader.read(request), 'read', tallyfyErrors);
  if (!result.ok) return notFoundOrUnreadable(ref, result.failure, false);
  const reading = readingOf(ref, field(result.value.json, 'data'));
  if (reading !== null) return reading;
  const failure = unexpectedAnswer(result.value, 'read', 'Tallyfy', `it holds no task ${ref.id}`);
  return { kind: 'unreadable', ref, failure };
}

/**
 * Pages through a run's tasks until all that are wanted were met, or the list ends or fails, or it has cost as many
 * requests as reading them one by one.
 */
async function listRunTasks(
  config: TallyfyConfig,
  reader: Reader,
  runId: string,
  refs: readonly TargetRef[],
): Promise<{ readonly readings: readonly Reading[]; readonly complete: boolean }> {
  const wanted = new Map(refs.map((ref) => [ref.id, ref]));
  const readings: Reading[] = [];
  const list = { path: organizationPath(config, 'runs', runId, 'tasks'), query: [withIncludes] };
  let pages = 0;
  for await (const page of readPages(reader, list)) {
    if (!page.ok) return { readings, complete: false };
    if (!page.value.every(tellsAll)) {
      config.known.listsTellAll = false;
      return { readings: [], complete: false };
    }
    for (const task of page.value) {
      const id = textField(task, 'id') ?? '';
      const ref = wanted.get(id);
      const reading = ref === undefined ? null : readingOf(ref, task);
      if (reading === null) continue;
      wanted.delete(id);
      readings.push(reading);
    }
    pages += 1;
    if (wanted.size === 0 || pages >= refs.length) break;
  }
  return { readings, complete: true };
}

/**
 * Whether an entry of a list holds all that was asked for. The documentation of run lists does not name tags among what
 * can be asked for; a task that seems to have none must not pass a condition for that reason.
 */
function tellsAll(task: unknown): boolean {
  return ['form_fields', 'threads', 'tags', 'run'].every((name) => field(task, name) !== undefined);
}

/** The reading of a task that was sent; null when it is none, or another one than was asked for. */
export function readingOf(ref: TargetRef, task: unknown): Reading | null {
  const target = isSoundJson(task) ? viewTask(task) : null;
  if (target === null || target.id.toLowerCase() !== ref.id || !isSoundJson(task)) return null;
  return found(ref, target, task);
}

function runOf(ref: TargetRef): string | null {
  return textField(ref.hints, 'run_id');
}
