/** Finding a task by its title. ClickUp filters nothing by name, so a list's pages are read and compared here. */
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import { notFoundOrUnreadable } from '../reading.js';
import type { FoundReading, Reading, TargetRef } from '../target.js';
import type { ClickUpConfig } from './config.js';
import type { ListScan } from './list-scan.js';
import { findList } from './lists.js';
import { TaskMemory } from './task-memory.js';
import { type NamedTask, readNamedTask, taskRef } from './task-ref.js';
import { readTaskById } from './tasks.js';
import { readTeamId } from './teams.js';

/** The most matches that a message names; more are counted. */
const mostMatches = 20;

/**
 * Reads the task that a ref names. Once found it goes by its id, so that a task renamed meanwhile is still the one that
 * was meant. Archived tasks are looked at when no other has the name.
 *
 * @param memory what this planning has read; absent = everything is read afresh.
 */
export async function readNamed(
  config: ClickUpConfig,
  reader: Reader,
  ref: TargetRef,
  memory?: TaskMemory,
): Promise<Reading> {
  const named = readNamedTask(ref);
  if (named === null) throw new TypeError(`${ref.id} names no task`);
  const knownId = config.named.get(ref.id);
  if (knownId !== undefined) return { ...(await readTaskById(config, reader, taskRef(knownId))), ref };
  const matches = await findMatches(config, reader, named, memory ?? new TaskMemory(config.teamId, 1));
  if (!matches.ok) return notFoundOrUnreadable(ref, matches.failure, false);
  const [only, ...others] = matches.value;
  if (only === undefined) return { kind: 'absent', ref, existed: false, failure: noTask(named) };
  if (others.length > 0) return { kind: 'unreadable', ref, failure: severalTasks(named, matches.value) };
  config.named.set(ref.id, only.target.id);
  return { ...only, ref };
}

async function findMatches(
  config: ClickUpConfig,
  reader: Reader,
  named: NamedTask,
  memory: TaskMemory,
): Promise<Result<readonly FoundReading[]>> {
  const scans = await chooseScans(config, reader, named, memory);
  if (!scans.ok) return scans;
  for (const scan of scans.value) {
    while (!scan.complete) {
      const page = await scan.readOn(reader, () => true);
      if (page?.ok === false) return page;
      memory.keep(page?.value ?? []);
    }
    const matches: FoundReading[] = [];
    for (const id of new Set(scan.idsOf(named.title))) {
      const match = await readMatch(config, reader, id, memory);
      if (!match.ok) return match;
      matches.push(match.value);
    }
    if (matches.length > 0) return succeed(matches);
  }
  return succeed([]);
}

/** The pages in which a name is looked up, one after the other: the list's, then its archived tasks; or the workspace's. */
async function chooseScans(
  config: ClickUpConfig,
  reader: Reader,
  { listId, listName, title }: NamedTask,
  memory: TaskMemory,
): Promise<Result<readonly ListScan[]>> {
  if (listId !== null) return succeed([memory.scan(listId, false), memory.scan(listId, true)]);
  if (listName !== null) {
    const list = await findList(config, reader, listName);
    return list.ok ? succeed([memory.scan(list.value.id, false), memory.scan(list.value.id, true)]) : list;
  }
  if (!config.allowNameSearch) return fail(noScope(title));
  const teamId = await readTeamId(config, reader);
  return teamId.ok ? succeed([memory.search(teamId.value)]) : teamId;
}

/** A task of the pages; one that memory had no more room for is read again. */
async function readMatch(
  config: ClickUpConfig,
  reader: Reader,
  id: string,
  memory: TaskMemory,
): Promise<Result<FoundReading>> {
  const told = config.readsEach ? null : memory.recall(taskRef(id));
  const reading = told ?? (await readTaskById(config, reader, taskRef(id)));
  return reading.kind === 'found' ? succeed(reading) : fail(reading.failure);
}

function describeScope({ listId, listName }: NamedTask): string {
  if (listName !== null) return `the list "${listName}"`;
  return listId === null ? 'the workspace' : `the list ${listId}`;
}

function noTask(named: NamedTask): Failure {
  const message = `No task in ${describeScope(named)} is named "${named.title}".`;
  return localFailure('NOT_FOUND', 'TASK_NOT_FOUND', message, "Check the name and the list, or write the task's id.");
}

function severalTasks(named: NamedTask, matches: readonly FoundReading[]): Failure {
  const places = matches
    .slice(0, mostMatches)
    .map(({ target }) => `${target.id} in ${target.place ?? '?'}, ${target.status}`);
  const more = matches.length > mostMatches ? `; and ${matches.length - mostMatches} more` : '';
  const message = `${matches.length} tasks in ${describeScope(named)} are named "${named.title}": ${places.join('; ')}${more}.`;
  return localFailure('VALIDATION', 'MULTIPLE_TASKS_FOUND', message, 'Write the id of the one you mean into task_id.');
}

function noScope(title: string): Failure {
  const message = `The task "${title}" is named without its list.`;
  const action = 'Fill in list_id or list_name, or allow the search of the whole workspace: --allow-name-search.';
  return localFailure('VALIDATION', 'NAME_WITHOUT_LIST', message, action);
}
