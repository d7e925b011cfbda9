/** Tasks that came with list pages, kept while one planning lasts, so that rows of one list share its pages. */
import { textField } from '../../json.js';
import { PageBalance } from '../page-scan.js';
import { found, isSoundJson } from '../reading.js';
import type { Reading, TargetRef, TargetView } from '../target.js';
import { ListScan } from './list-scan.js';
import { readTaskName } from './task-id.js';
import { type PagesRequest, type ReadTask, wholeList, wholeWorkspace } from './task-pages.js';

/** A task of 11 KB (a full page measured 1.1 MB) keeps this within about 110 MB; the oldest ones go first. */
const mostTasks = 10_000;

const noChildren = { all: 0, open: 0 };

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
  /** How many tasks were seen below a task, and how many of them are open. */
  readonly #children = new Map<string, { readonly all: number; readonly open: number }>();
  readonly #scans = new Map<string, ListScan>();
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
  foundSingly({ placeId, archived }: TargetView, left: number): void {
    if (placeId === null) return;
    const scan = this.scan(placeId, archived);
    scan.earn(1, left);
    this.#around.add(scan);
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
      this.#tasks.delete(view.id);
      this.#tasks.set(view.id, { view, raw: JSON.stringify(raw) });
      const customName = customNameOf({ view, raw });
      if (customName !== null) this.#customIds.set(customName, view.id);
      const { parent } = view.extra;
      if (typeof parent !== 'string') continue;
      const { all, open } = this.#children.get(parent) ?? noChildren;
      this.#children.set(parent, { all: all + 1, open: open + (view.completed ? 0 : 1) });
    }
    for (const id of this.#tasks.keys()) {
      if (this.#tasks.size <= mostTasks) break;
      this.#tasks.delete(id);
    }
  }

  /** The reading of a task that is kept; null for others, which may be there all the same. */
  recall(ref: TargetRef): Reading | null {
    const name = readTaskName(ref.id);
    const id = name.isCustom ? this.#customIds.get(`${name.teamId ?? this.#teamId}/${name.id}`) : name.id;
    const kept = id === undefined ? undefined : this.#tasks.get(id);
    if (kept === undefined) return null;
    const raw: unknown = JSON.parse(kept.raw);
    return isSoundJson(raw) ? found(ref, this.#withSubtasks(kept.view), raw) : null;
  }

  /**
   * A page does not say what is below a task. Subtasks are younger than their parent and pages begin with the youngest,
   * so those in the same list were met before it.
   */
  #withSubtasks(view: TargetView): TargetView {
    const { all, open } = this.#children.get(view.id) ?? noChildren;
    const traces = { ...view.traces, openSubtasks: open };
    return { ...view, traces, extra: all === 0 ? view.extra : { ...view.extra, subtasks: all } };
  }
}

/** The custom id with its workspace; null for a task that does not say both. */
function customNameOf({ view, raw }: ReadTask): string | null {
  const teamId = textField(raw, 'team_id');
  return view.customId === null || teamId === null ? null : `${teamId}/${view.customId.toUpperCase()}`;
}
