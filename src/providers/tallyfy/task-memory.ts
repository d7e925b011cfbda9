/** Tasks that came with list pages, kept while one planning lasts, so that the tasks of one place share its pages. */
import { textField } from '../../json.js';
import type { Reader } from '../http.js';
import { PageBalance, PageScan } from '../page-scan.js';
import { found, isSoundJson } from '../reading.js';
import type { Reading, TargetRef, TargetView } from '../target.js';
import type { TallyfyConfig } from './config.js';
import { readPage } from './list-pages.js';
import { viewTask } from './task-view.js';
import { organizationPath, runOf, withIncludes } from './tasks.js';

/** A task with its form and its comments is seldom above 10 KB, which makes 100 MB; the oldest ones go first. */
const mostTasks = 10_000;

/** Where a task is listed: a run, by its id, or among all one-offs. */
export type Place = { readonly runId: string } | 'one-offs';

interface Kept {
  readonly view: TargetView;
  /** As text, which takes a third of the memory. */
  readonly raw: string;
}

export class TaskMemory {
  /** Over the pages of all places. */
  readonly balance: PageBalance;
  readonly #config: Pick<TallyfyConfig, 'organizationId'>;
  readonly #tasks = new Map<string, Kept>();
  readonly #scans = new Map<string, PageScan<unknown>>();

  /** @param targets how many are to be read in all. */
  constructor(config: Pick<TallyfyConfig, 'organizationId'>, targets: number) {
    this.balance = new PageBalance(targets);
    this.#config = config;
  }

  /** The pages of a place. */
  scan(place: Place): PageScan<unknown> {
    const key = place === 'one-offs' ? place : place.runId;
    let scan = this.#scans.get(key);
    if (scan === undefined) {
      const request = listOf(this.#config, place);
      scan = new PageScan((reader: Reader, index) => readPage(reader, request, index + 1));
      this.#scans.set(key, scan);
    }
    return scan;
  }

  keep(entries: readonly unknown[]): void {
    for (const entry of entries) {
      const view = viewTask(entry);
      const id = textField(entry, 'id')?.toLowerCase();
      if (view === null || id === undefined) continue;
      this.#tasks.delete(id);
      this.#tasks.set(id, { view, raw: JSON.stringify(entry) });
    }
    for (const id of this.#tasks.keys()) {
      if (this.#tasks.size <= mostTasks) break;
      this.#tasks.delete(id);
    }
  }

  /** The reading of a task that is kept; null for others, which may be there all the same. */
  recall(ref: TargetRef): Reading | null {
    const kept = this.#tasks.get(ref.id);
    const runId = runOf(ref);
    // In another run than the row says it is not there, which a reading by its run tells.
    if (kept === undefined || (runId !== null && kept.view.placeId !== runId)) return null;
    const raw: unknown = JSON.parse(kept.raw);
    return isSoundJson(raw) ? found(ref, kept.view, raw) : null;
  }
}

/** Where a task that was read is listed; null where it does not tell. */
export function placeOf({ placeId, extra }: TargetView): Place | null {
  if (extra.oneOff === true) return 'one-offs';
  return placeId === null ? null : { runId: placeId };
}

/** `GET /runs/{run}/tasks`, and `GET /tasks?is_oneoff=true` (API documentation, 2026-07-19). */
function listOf(config: Pick<TallyfyConfig, 'organizationId'>, place: Place) {
  return place === 'one-offs'
    ? { path: organizationPath(config, 'tasks'), query: [['is_oneoff', 'true'], withIncludes] as const }
    : { path: organizationPath(config, 'runs', place.runId, 'tasks'), query: [withIncludes] as const };
}
