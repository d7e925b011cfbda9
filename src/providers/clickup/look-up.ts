/**
 * Reading many tasks for planning. ClickUp has no request that reads several tasks by their ids, so lists are read:
 * 100 tasks a page.
 *
 * The rule: the first task that is not known yet is read singly, which tells its list. Then the pages of that list are
 * read one by one, and every task of the plan that is found there is answered at once, whichever rows name it: a page is
 * judged by all that is still to be read, so that the order of the rows does not matter. A list has credit for 2 pages;
 * each wanted task that is in it earns another page, and each page spends one; the credit may not grow beyond 2 and a
 * tenth of what is left. All pages together may answer fewer tasks than they are in number by {@link PageBalance}. So a
 * list that holds few of the tasks is given up, and is taken up again when more of them turn out to be in it. That a
 * task is absent is never concluded from pages.
 */
import type { Reader } from '../http.js';
import { mayPay } from '../page-scan.js';
import type { Reading, TargetRef } from '../target.js';
import { onlyWanted, type Wanted } from '../wanted.js';
import type { ClickUpConfig } from './config.js';
import type { ListScan } from './list-scan.js';
import { readTask } from './locate-task.js';
import { readNamed } from './name-search.js';
import { TaskMemory } from './task-memory.js';
import type { ReadTask } from './task-pages.js';
import { readNamedTask } from './task-ref.js';

/** How many tasks planning asks for at once: as many as fill a page. */
export const lookUpSize = 100;

/**
 * Answers for one task at least: for what the refs name, or for what else is wanted and came with a page. Without
 * `wanted` a single id is read afresh, a single name unless this reader has read its list before.
 */
export async function lookUpTasks(
  config: ClickUpConfig,
  reader: Reader,
  refs: readonly TargetRef[],
  wanted?: Wanted,
): Promise<readonly Reading[]> {
  const [first, ...others] = refs;
  if (first === undefined) return [];
  const byName = readNamedTask(first) !== null;
  if (others.length === 0 && wanted === undefined) {
    return [
      byName
        ? await readNamed(config, reader, first, config.memories.get(reader))
        : await readTask(config, reader, first),
    ];
  }
  if (config.readsEach) return [await readByItself(config, reader, first)];
  const plan = wanted ?? onlyWanted(refs);
  const memory = memoryOf(config, reader, plan.left());
  const known = takeKnown(memory, refs);
  if (known.length > 0) return known;
  if (byName) {
    const readings: Reading[] = [];
    for (const ref of sameList(first, others)) readings.push(await readNamed(config, reader, ref, memory));
    return readings;
  }
  const paged = await readPages(memory, reader, refs, plan);
  if (paged.length > 0) return paged;
  memory.balance.countSingle();
  const reading = await readTask(config, reader, first);
  if (reading.kind === 'found') memory.foundSingly(reading.target, reading.parts ?? [], plan.left());
  return [reading];
}

/** Its subtasks, in whatever list, come along. */
async function readByItself(config: ClickUpConfig, reader: Reader, ref: TargetRef): Promise<Reading> {
  const memory = memoryOf(config, reader, 1);
  const isNamed = readNamedTask(ref) !== null;
  const reading = isNamed ? await readNamed(config, reader, ref, memory) : await readTask(config, reader, ref);
  if (reading.kind === 'found') memory.keepDirect(reading.target.id, reading.parts ?? []);
  return reading;
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

/** What the next page that is worth reading tells; nothing when none is. */
async function readPages(
  memory: TaskMemory,
  reader: Reader,
  refs: readonly TargetRef[],
  wanted: Wanted,
): Promise<readonly Reading[]> {
  const pays = (scan: ListScan) => scan.pays && memory.balance.pays && mayPay(wanted.left());
  for (;;) {
    const scan = memory.bestScan();
    if (scan === null || !pays(scan)) return [];
    let asked = false;
    const page = await scan.readOn(reader, () => {
      // Others may have read pages meanwhile.
      asked = pays(scan) && takeKnown(memory, refs).length === 0;
      if (asked) memory.balance.countPage();
      return asked;
    });
    // What is still open is read singly, and meets the trouble, if it lasts, itself.
    if (page?.ok === false) return [];
    const told = page === null ? takeKnown(memory, refs) : takePage(memory, scan, page.value, wanted);
    if (told.length > 0) return told;
  }
}

/** What is wanted of a page. */
function takePage(memory: TaskMemory, scan: ListScan, tasks: readonly ReadTask[], wanted: Wanted): Reading[] {
  memory.keep(tasks);
  const { open, known } = wanted.among(tasks.flatMap((task) => memory.namesOf(task)));
  const readings = takeKnown(memory, open);
  memory.balance.countAnswers(readings.length);
  scan.earn(readings.length + known, wanted.left());
  return readings;
}

/** Readings of the refs that are known already. */
function takeKnown(memory: TaskMemory, refs: readonly TargetRef[]): Reading[] {
  return refs.flatMap((ref) => {
    const reading = isById(ref) ? memory.recall(ref) : null;
    return reading?.kind === 'found' ? [reading] : [];
  });
}

function isById(ref: TargetRef): boolean {
  return readNamedTask(ref) === null;
}

/** What this reader has read; made when it is first asked for. */
export function memoryOf(config: ClickUpConfig, reader: Reader, targets: number): TaskMemory {
  let memory = config.memories.get(reader);
  if (memory === undefined) {
    memory = new TaskMemory(config.teamId, targets);
    config.memories.set(reader, memory);
  }
  return memory;
}
