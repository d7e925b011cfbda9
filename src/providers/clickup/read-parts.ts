/**
 * All that goes with a task when it is deleted, for guards that must not miss any of it. A single reading tells what is
 * right below; a list's pages tell all of it, once those of its archived tasks are read too (`archived=true`: archived
 * tasks alone; published v2 document, 2026-07-30). What single readings told before costs nothing. Else both are gone on
 * with in turn until one of them has told everything: pages serve all tasks of their list, and not many more of them are
 * read than tasks singly.
 */
import { fail, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import type { TargetView } from '../target.js';
import type { ClickUpConfig } from './config.js';
import { memoryOf } from './look-up.js';
import type { TaskMemory } from './task-memory.js';
import { taskRef } from './task-ref.js';
import { readTaskById } from './tasks.js';

/** Where a task came with a page there are many of them in its list, and they will be asked for next. */
const pagesForMany = 10;

export async function readParts(
  config: ClickUpConfig,
  reader: Reader,
  known: Reader,
  { id, placeId }: TargetView,
  told?: readonly TargetView[],
): Promise<Result<readonly TargetView[]>> {
  const memory = memoryOf(config, known, 1);
  if (told !== undefined) memory.keepDirect(id, told);
  const pagesAtFirst = memory.direct(id) === null ? pagesForMany : 1;
  const found = new Map<string, TargetView>();
  let open = [id];
  let isPaged = false;
  for (;;) {
    const next = open.at(-1);
    if (next === undefined) return succeed([...found.values()]);
    const direct = memory.direct(next);
    if (direct !== null) {
      open.pop();
      for (const part of direct) {
        if (part.id === id || found.has(part.id)) continue;
        found.set(part.id, part);
        open.push(part.id);
      }
      continue;
    }
    const paged =
      placeId === null || config.readsEach || isPaged
        ? succeed(null)
        : await readListOn(memory, { reader, known }, placeId, { id, pagesAtFirst });
    if (!paged.ok) return paged;
    if (paged.value !== null) {
      isPaged = true;
      // What is in another list is on none of those pages, and is read singly.
      for (const part of paged.value) found.set(part.id, part);
      const onPages = new Set([id, ...paged.value.map((part) => part.id)]);
      open = open.filter((one) => !onPages.has(one));
      continue;
    }
    const reading = await readTaskById(config, reader, taskRef(next));
    if (placeId !== null) memory.earnPageForParts(placeId);
    if (reading.kind === 'unreadable') return fail(reading.failure);
    // What is gone by now has nothing below it.
    memory.keepDirect(next, reading.kind === 'found' ? (reading.parts ?? []) : []);
  }
}

/** What the list's pages tell, when all of them are read; null as long as they are not, or memory did not hold them. */
async function readListOn(
  memory: TaskMemory,
  { reader, known }: { readonly reader: Reader; readonly known: Reader },
  listId: string,
  { id, pagesAtFirst }: { readonly id: string; readonly pagesAtFirst: number },
): Promise<Result<readonly TargetView[] | null>> {
  for (const [scan, asker] of [
    // Those serve whoever looks the list's tasks up as well.
    [memory.scan(listId, false), known],
    [memory.scan(listId, true), reader],
  ] as const) {
    while (!scan.complete) {
      if (!memory.takePageForParts(listId, pagesAtFirst)) return succeed(null);
      const page = await scan.readOn(asker, () => true);
      if (page?.ok === false) return page;
      memory.keep(page?.value ?? []);
    }
  }
  return succeed(memory.below(id));
}
