/**
 * Reading many tasks for planning. ClickUp has no request that reads several tasks by their ids, so lists are read:
 * 100 tasks a page.
 *
 * The rule: the first task that is not known yet is read singly, which tells its list. While others are asked for, the
 * pages of that list are read one by one, and every task found there is answered, now or when it is asked for later. A
 * list has credit for 2 pages; each task that was asked for and is in it earns another page, and each page spends one.
 * All pages together may answer fewer tasks than they are in number by 10 and a tenth of the tasks read singly. So a
 * list that holds few of the tasks is given up, and is taken up again when more of them turn out to be in it. That a
 * task is absent is never concluded from pages.
 */
import type { Reader } from '../http.js';
import type { Reading, TargetRef } from '../target.js';
import type { ClickUpConfig } from './config.js';
import { readTask } from './locate-task.js';
import { readNamed } from './name-search.js';
import { TaskMemory } from './task-memory.js';
import { readNamedTask } from './task-ref.js';

/** How many tasks planning asks for at once: as many as fill a page. */
export const lookUpSize = 100;

/**
 * Answers for the first ref, and for all that the same requests told. A single id is always read afresh, a single name
 * unless this reader has read its list before.
 */
export async function lookUpTasks(
  config: ClickUpConfig,
  reader: Reader,
  refs: readonly TargetRef[],
): Promise<readonly Reading[]> {
  const [first, ...others] = refs;
  if (first === undefined) return [];
  const byName = readNamedTask(first) !== null;
  if (others.length === 0) {
    return [
      byName
        ? await readNamed(config, reader, first, config.memories.get(reader))
        : await readTask(config, reader, first),
    ];
  }
  const memory = memoryOf(config, reader);
  const open = new Set(refs);
  const readings = takeKnown(memory, open);
  if (!open.has(first)) return readings;
  open.delete(first);
  if (byName) {
    for (const ref of sameList(first, others)) readings.push(await readNamed(config, reader, ref, memory));
    return readings;
  }
  const reading = await readTask(config, reader, first);
  memory.balance.countSingle();
  readings.push(reading);
  if (reading.kind === 'found' && reading.target.placeId !== null) {
    readings.push(...(await readAround(memory, reader, reading.target.placeId, reading.target.archived, open)));
  }
  return readings;
}

/** The first name and those that are looked up in the same list: its pages serve them all. */
function sameList(first: TargetRef, others: readonly TargetRef[]): readonly TargetRef[] {
  const named = readNamedTask(first);
  if (named === null) return [first];
  const isSame = (ref: TargetRef) => {
    const other = readNamedTask(ref);
    return other !== null && other.listId === named.listId && other.listName === named.listName;
  };
  return [first, ...others.filter(isSame)];
}

/** What is in the list of a task that was asked for, as long as it pays. */
async function readAround(
  memory: TaskMemory,
  reader: Reader,
  listId: string,
  archived: boolean,
  open: Set<TargetRef>,
): Promise<readonly Reading[]> {
  const scan = memory.scan(listId, archived);
  scan.earn(1);
  const readings: Reading[] = [];
  for (;;) {
    // Others may have read pages meanwhile.
    readings.push(...takeKnown(memory, open));
    const wanted = () => [...open].some(isById) && scan.pays && memory.balance.pays;
    if (!wanted()) return readings;
    const page = await scan.readOn(reader, wanted);
    // The tasks that are still open are read singly, and meet the trouble, if it lasts, themselves.
    if (page?.ok === false) return readings;
    if (page === null) continue;
    memory.keep(page.value);
    memory.balance.countPage();
  }
}

/** Readings of the refs that are known already; those are no longer open. */
function takeKnown(memory: TaskMemory, open: Set<TargetRef>): Reading[] {
  const readings: Reading[] = [];
  for (const ref of open) {
    const reading = isById(ref) ? memory.recall(ref) : null;
    if (reading?.kind !== 'found') continue;
    memory.countAnswer(reading.target);
    readings.push(reading);
    open.delete(ref);
  }
  return readings;
}

function isById(ref: TargetRef): boolean {
  return readNamedTask(ref) === null;
}

function memoryOf(config: ClickUpConfig, reader: Reader): TaskMemory {
  let memory = config.memories.get(reader);
  if (memory === undefined) {
    memory = new TaskMemory();
    config.memories.set(reader, memory);
  }
  return memory;
}
