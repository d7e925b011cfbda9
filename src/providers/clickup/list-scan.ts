import { type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import { type PagesRequest, type ReadTask, readTaskPage } from './task-pages.js';
import { normaliseTitle } from './task-ref.js';

/** Pages that a list is given before it has answered anything. */
const firstCredit = 2;

/** The pages of one list, or of a search, as far as they were read; read once each, whoever asks. */
export class ListScan {
  readonly #request: PagesRequest;
  readonly #idsByTitle = new Map<string, string[]>();
  #nextPage = 0;
  #complete = false;
  #credit = firstCredit;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(request: PagesRequest) {
    this.#request = request;
  }

  get complete(): boolean {
    return this.#complete;
  }

  /** Whether another page is likely to be cheaper than reading tasks singly: each task found here is worth a page. */
  get pays(): boolean {
    return !this.#complete && this.#credit > 0;
  }

  earn(tasks: number): void {
    this.#credit += tasks;
  }

  /** Native ids of the tasks of that title among the pages read so far. */
  idsOf(title: string): readonly string[] {
    return this.#idsByTitle.get(title) ?? [];
  }

  /**
   * Reads one more page; while it is under way others wait, and get none if it was theirs as well.
   * @param wanted asked again when it is one's turn: whether the page is still needed.
   * @returns null when it was not.
   */
  async readOn(reader: Reader, wanted: () => boolean): Promise<Result<readonly ReadTask[]> | null> {
    const turn = this.#turn.then(async () => (this.#complete || !wanted() ? null : this.#readPage(reader)));
    // A turn that threw must not spoil those behind it.
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #readPage(reader: Reader): Promise<Result<readonly ReadTask[]>> {
    const page = await readTaskPage(reader, this.#request, this.#nextPage);
    if (!page.ok) return page;
    this.#nextPage += 1;
    this.#credit -= 1;
    this.#complete = page.value.isLast;
    for (const { view } of page.value.tasks) {
      const title = normaliseTitle(view.title);
      const ids = this.#idsByTitle.get(title) ?? [];
      this.#idsByTitle.set(title, [...ids, view.id]);
    }
    return succeed(page.value.tasks);
  }
}
