/**
 * Reading many tasks for planning. Tallyfy has no request that reads several tasks by their ids, so the lists of runs,
 * and that of one-offs, are read: 100 tasks a page.
 *
 * The rule: where enough rows name the same run, its list is read; else the first task that is not known yet is read
 * singly, which tells where it is. While others that may be there are asked for, the pages of that place are read one by
 * one, as long as {@link PageScan} and {@link PageBalance} hold that this pays, and every task found there is answered,
 * now or when it is asked for later. That a task is absent is never concluded from a list: it may hide tasks, and trail
 * a write (task_management.py of tallyfy/mcp-public, 2026-08-07).
 */
import type { Reader } from '../http.js';
import type { Reading, TargetRef } from '../target.js';
import type { Wanted } from '../wanted.js';
import type { TallyfyConfig } from './config.js';
import { type Place, placeOf, TaskMemory } from './task-memory.js';
import { readTask, runOf, tellsAll } from './tasks.js';

/** From this many tasks of one run on, its list is cheaper than one request a task. */
const listingPaysFrom = 3;

/** Answers for the first ref, and for all that the same requests told. A single one is always read afresh. */
export async function lookUpTasks(
  config: TallyfyConfig,
  reader: Reader,
  refs: readonly TargetRef[],
  wanted?: Wanted,
): Promise<readonly Reading[]> {
  const [first, ...others] = refs;
  if (first === undefined) return [];
  if (others.length === 0) return [await readTask(config, reader, first)];
  const memory = memoryOf(config, reader, wanted?.left() ?? refs.length);
  const open = new Set(refs);
  const readings = takeKnown(memory, open);
  if (!open.has(first)) return readings;
  const runId = runOf(first);
  const listed = runId !== null && [...open].filter((ref) => runOf(ref) === runId).length >= listingPaysFrom;
  if (listed) {
    readings.push(...(await readPlace(config, reader, memory, { runId }, open)));
    if (!open.has(first)) return readings;
  }
  open.delete(first);
  const reading = await readTask(config, reader, first);
  memory.balance.countSingle();
  readings.push(reading);
  const place = reading.kind === 'found' ? placeOf(reading.target) : null;
  if (place !== null && !listed) {
    memory.scan(place).earn(1, open.size);
    readings.push(...(await readPlace(config, reader, memory, place, open)));
  }
  return readings;
}

/** What of the open refs is listed in a place, as long as reading on pays. */
async function readPlace(
  config: TallyfyConfig,
  reader: Reader,
  memory: TaskMemory,
  place: Place,
  open: Set<TargetRef>,
): Promise<readonly Reading[]> {
  const scan = memory.scan(place);
  const readings: Reading[] = [];
  for (;;) {
    // Others may have read pages meanwhile.
    readings.push(...takeKnown(memory, open));
    const wanted = () =>
      config.known.listsTellAll &&
      scan.pays &&
      memory.balance.pays &&
      [...open].some((ref) => mayBeIn(place, runOf(ref)));
    if (!wanted()) return readings;
    const page = await scan.readOn(reader, () => {
      const asked = wanted();
      if (asked) memory.balance.countPage();
      return asked;
    });
    if (page === null) continue;
    // What is still open is read singly, and meets the trouble, if it lasts, itself.
    if (!page.ok) return readings;
    if (page.value.every(tellsAll)) memory.keep(page.value);
    else config.known.listsTellAll = false;
  }
}

function mayBeIn(place: Place, runId: string | null): boolean {
  return runId === null || (place !== 'one-offs' && place.runId === runId);
}

/** Readings of the refs that are known already; those are no longer open. */
function takeKnown(memory: TaskMemory, open: Set<TargetRef>): Reading[] {
  const readings: Reading[] = [];
  for (const ref of open) {
    const reading = memory.recall(ref);
    if (reading?.kind !== 'found') continue;
    const place = placeOf(reading.target);
    memory.balance.countAnswers(1);
    if (place !== null) memory.scan(place).earn(1, Number.POSITIVE_INFINITY);
    readings.push(reading);
    open.delete(ref);
  }
  return readings;
}

function memoryOf(config: TallyfyConfig, reader: Reader, targets: number): TaskMemory {
  let memory = config.memories.get(reader);
  if (memory === undefined) {
    memory = new TaskMemory(config, targets);
    config.memories.set(reader, memory);
  }
  return memory;
}
