import type { Result } from '../../failure.js';
import type { Reader } from '../http.js';
import { PageScan } from '../page-scan.js';
import { type PagesRequest, type ReadTask, readTaskPage } from './task-pages.js';
import { normaliseTitle } from './task-ref.js';

/** The pages of one list, or of a search, as far as they were read, and the titles on them. */
export class ListScan {
  readonly #pages: PageScan<ReadTask>;
  readonly #idsByTitle = new Map<string, string[]>();

  constructor(request: PagesRequest) {
    this.#pages = new PageScan(async (reader, index) => {
      const page = await readTaskPage(reader, request, index);
      if (!page.ok) return page;
      const { tasks: entries, isLast } = page.value;
      this.#keepTitles(entries);
      return { ok: true, value: { entries, isLast } };
    });
  }

  get complete(): boolean {
    return this.#pages.complete;
  }

  get pays(): boolean {
    return this.#pages.pays;
  }

  get credit(): number {
    return this.#pages.credit;
  }

  earn(tasks: number, left: number): void {
    this.#pages.earn(tasks, left);
  }

  /** Native ids of the tasks of that title among the pages read so far. */
  idsOf(title: string): readonly string[] {
    return this.#idsByTitle.get(title) ?? [];
  }

  readOn(reader: Reader, wanted: () => boolean): Promise<Result<readonly ReadTask[]> | null> {
    return this.#pages.readOn(reader, wanted);
  }

  #keepTitles(tasks: readonly ReadTask[]): void {
    for (const { view } of tasks) {
      const title = normaliseTitle(view.title);
      const ids = this.#idsByTitle.get(title) ?? [];
      this.#idsByTitle.set(title, [...ids, view.id]);
    }
  }
}
