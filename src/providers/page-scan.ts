import { type Result, succeed } from '../failure.js';
import type { Reader } from './http.js';

/** Pages that a place is given before it has answered anything. */
const firstCredit = 2;

export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly isLast: boolean;
}

/**
 * The pages of one place (a list, a run, a search), read once each, whoever asks, as long as that is likely to be
 * cheaper than reading what is wanted one by one: each thing that was wanted and is there earns another page.
 */
export class PageScan<Entry> {
  readonly #read: (reader: Reader, index: number) => Promise<Result<Page<Entry>>>;
  #nextPage = 0;
  #complete = false;
  #credit = firstCredit;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param read reads the page of that number, counted from 0. */
  constructor(read: (reader: Reader, index: number) => Promise<Result<Page<Entry>>>) {
    this.#read = read;
  }

  get complete(): boolean {
    return this.#complete;
  }

  /** Whether another page is likely to be cheaper than single readings. */
  get pays(): boolean {
    return !this.#complete && this.#credit > 0;
  }

  earn(found: number): void {
    this.#credit += found;
  }

  /**
   * Reads one more page; while it is under way others wait, and get none if it was theirs as well.
   * @param wanted asked again when it is one's turn: whether the page is still needed.
   * @returns null when it was not.
   */
  async readOn(reader: Reader, wanted: () => boolean): Promise<Result<readonly Entry[]> | null> {
    const turn = this.#turn.then(async () => (this.#complete || !wanted() ? null : this.#readPage(reader)));
    // A turn that threw must not spoil those behind it.
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #readPage(reader: Reader): Promise<Result<readonly Entry[]>> {
    const page = await this.#read(reader, this.#nextPage);
    if (!page.ok) return page;
    this.#nextPage += 1;
    this.#credit -= 1;
    this.#complete = page.value.isLast;
    return succeed(page.value.entries);
  }
}

/** Pages that answered nothing may outnumber those that did by this and a tenth of what was read singly. */
const spareWaste = 10;

/** Whether reading pages has paid so far, over all places: at worst it costs a tenth more than reading all singly. */
export class PageBalance {
  /** Pages read, minus the wanted things that they answered. */
  #waste = 0;
  #singles = 0;

  get pays(): boolean {
    return this.#waste <= spareWaste + this.#singles / 10;
  }

  countSingle(): void {
    this.#singles += 1;
  }

  countPage(): void {
    this.#waste += 1;
  }

  /** Something that was asked for needed no request of its own. */
  countAnswer(): void {
    this.#waste -= 1;
  }
}
