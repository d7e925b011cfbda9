/** Tasks that came with list pages, kept while one planning lasts, so that rows of one list share its pages. */
import { textField } from '../../json.js';
import { PageBalance } from '../page-scan.js';
import { found, isSoundJson } from '../reading.js';
import type { FoundReading, TargetRef, TargetView } from '../target.js';
import { ListScan } from './list-scan.js';
import { readTaskName } from './task-id.js';
import { type PagesRequest, type ReadTask, wholeList, wholeWorkspace } from './task-pages.js';

/** A task of 11 KB (a full page measured 1.1 MB) keeps this within about 110 MB; the oldest ones go first. */
const mostTasks = 10_000;

/** What was seen below a task. */
interface Children {
  readonly all: number;
  readonly open: number;
  /** Null when memory had no more room for one of them. */
  readonly ids: string[] | null;
}

const noChildren: Children = { all: 0, open: 0, ids: [] };

interface Kept {
  readonly view: TargetView;
  /** As text, which takes a third of the memory. */
  readonly raw: string;
}

export class TaskMemory {
  readonly #tasks = new Map<string, Kept>();
  /** Native ids by `<workspace>/<custom id>`. */
  readonly #customIds = new Map<string, string>();
  /** The workspace of custom ids that name none. */
  readonly #teamId: string | null;
  /** By the id of the task that they are directly below. */
  readonly #children = new Map<string, Children>();
  readonly #scans = new Map<string, ListScan>();
  /** What single readings told to be right below a task. */
  readonly #direct = new Map<string, readonly TargetView[]>();
  /** Pages that may still be read of a list for what is below its tasks. */
  readonly #pagesForParts = new Map<string, number>();
  /** Lists in which a task was found that was read singly. */
  readonly #around = new Set<ListScan>();
  /** Of pages read for ids. */
  readonly balance: PageBalance;

  /** @param targets how many are to be read in all. */
  constructor(teamId: string | null, targets: number) {
    this.#teamId = teamId;
    this.balance = new PageBalance(targets);
  }

  /** The pages of a list, archived tasks apart. */
  scan(listId: string, archived: boolean): ListScan {
    return this.#scanOf(`list ${listId} ${archived}`, wholeList(listId, archived));
  }

  /** The pages of a whole workspace. */
  search(teamId: string): ListScan {
    return this.#scanOf(`team ${teamId}`, wholeWorkspace(teamId));
  }

  #scanOf(key: string, request: PagesRequest): ListScan {
    let scan = this.#scans.get(key);
    if (scan === undefined) {
      scan = new ListScan(request);
      this.#scans.set(key, scan);
    }
    return scan;
  }

  /** A task was read singly: its list may hold others. */
  foundSingly({ id, placeId, archived }: TargetView, parts: readonly TargetView[], left: number): void {
    this.keepDirect(id, parts);
    if (placeId === null) return;
    const scan = this.scan(placeId, archived);
    scan.earn(1, left);
    this.#around.add(scan);
  }

  /** A task was read singly, which tells what is right below it. */
  keepDirect(id: string, parts: readonly TargetView[]): void {
    this.#direct.set(id, parts);
    if (this.#direct.size <= mostTasks) return;
    const [oldest] = this.#direct.keys();
    if (oldest !== undefined) this.#direct.delete(oldest);
  }

  direct(id: string): readonly TargetView[] | null {
    return this.#direct.get(id) ?? null;
  }

  /** A list's pages may be read for what is below its tasks as often as that was read for singly, and some more. */
  earnPageForParts(listId: string): void {
    this.#pagesForParts.set(listId, (this.#pagesForParts.get(listId) ?? 0) + 1);
  }

  /** @param atFirst how many more. */
  takePageForParts(listId: string, atFirst: number): boolean {
    const left = this.#pagesForParts.get(listId) ?? atFirst;
    if (left <= 0) return false;
    this.#pagesForParts.set(listId, left - 1);
    return true;
  }

  /** The list whose next page is worth most; null where none is worth a request. */
  bestScan(): ListScan | null {
    let best: ListScan | null = null;
    for (const scan of this.#around) {
      if (!scan.pays) this.#around.delete(scan);
      else if (best === null || scan.credit > best.credit) best = scan;
    }
    return best;
  }

  /** All ids by which a row may name a task. */
  namesOf(task: ReadTask): readonly string[] {
    const customName = customNameOf(task);
    if (customName === null) return [task.view.id];
    const { id, teamId } = readTaskName(customName);
    return [task.view.id, customName, ...(teamId === this.#teamId ? [id] : [])];
  }

  keep(tasks: readonly ReadTask[]): void {
    for (const { view, raw } of tasks) {
      // A page that is read again, or onto which a task moved, tells of the same once more.
      const isNew = !this.#tasks.delete(view.id);
      this.#tasks.set(view.id, { view, raw: JSON.stringify(raw) });
      const customName = customNameOf({ view, raw });
      if (customName !== null) this.#customIds.set(customName, view.id);
      const [parent] = view.partOf;
      if (parent === undefined || !isNew) continue;
      const { all, open, ids } = this.#children.get(parent) ?? { all: 0, open: 0, ids: [] };
      ids?.push(view.id);
      this.#children.set(parent, { all: all + 1, open: open + (view.completed ? 0 : 1), ids });
    }
    for (const [id, { view }] of this.#tasks) {
      if (this.#tasks.size <= mostTasks) break;
      this.#tasks.delete(id);
      const [parent] = view.partOf;
      const siblings = parent === undefined ? undefined : this.#children.get(parent);
      if (parent !== undefined && siblings !== undefined) this.#children.set(parent, { ...siblings, ids: null });
    }
  }

  /**
   * The reading of a task that is kept; null for others, which may be there all the same, and for one of which it is no
   * longer known what is below it.
   */
  recall(ref: TargetRef): FoundReading | null {
    const name = readTaskName(ref.id);
    const id = name.isCustom ? this.#customIds.get(`${name.teamId ?? this.#teamId}/${name.id}`) : name.id;
    const kept = id === undefined ? undefined : this.#tasks.get(id);
    if (kept === undefined) return null;
    const raw: unknown = JSON.parse(kept.raw);
    const parts = this.below(kept.view.id);
    return parts !== null && isSoundJson(raw) ? found(ref, this.#withSubtasks(kept.view), raw, parts) : null;
  }

  /**
   * A page does not say what is below a task. Subtasks are younger than their parent and pages begin with the youngest,
   * so those in the same list were met before it.
   */
  #withSubtasks(view: TargetView): TargetView {
    const { all, open } = this.#children.get(view.id) ?? noChildren;
    return { ...view, traces: { ...view.traces, subtasks: all, openSubtasks: open } };
  }

  /** All that was seen below a task, at any depth; null when some of it is no longer kept. */
  below(id: string, passed = new Set<string>()): TargetView[] | null {
    const { ids } = this.#children.get(id) ?? noChildren;
    if (ids === null) return null;
    const views: TargetView[] = [];
    for (const child of ids) {
      // A task is never below itself, whatever a service tells.
      if (passed.has(child)) continue;
      passed.add(child);
      const kept = this.#tasks.get(child);
      const further = this.below(child, passed);
      if (kept === undefined || further === null) return null;
      views.push(this.#withSubtasks(kept.view), ...further);
    }
    return views;
  }
}

/** The custom id with its workspace; null for a task that does not say both. */
function customNameOf({ view, raw }: ReadTask): string | null {
  const teamId = textField(raw, 'team_id');
  return view.customId === null || teamId === null ? null : `${teamId}/${view.customId.toUpperCase()}`;
}
