import { type Result, succeed } from '../failure.js';
import type { Reader } from './http.js';

/** Pages that a place is given before it has answered anything. */
const firstCredit = 2;

/** Pages in a row that may answer nothing: a place that has paid well still may not hold the few that are left. */
function mostCredit(left: number): number {
  return firstCredit + Math.floor(left / 10);
}

export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly isLast: boolean;
}

/**
 * The pages of one place (a list, a run, a search), read once each, whoever asks, as long as that is likely to be
 * cheaper than reading what is wanted one by one: each thing that was wanted and is there earns another page, up to
 * 2 and a tenth of what is left to read.
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

  /** @param left how many things are still to be read, wherever they are. */
  earn(found: number, left: number): void {
    this.#credit = Math.min(this.#credit + found, Math.max(this.#credit, mostCredit(left)));
  }

  /** For choosing among several: the more, the better it has paid. */
  get credit(): number {
    return this.#credit;
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
    this.#credit -= 1;
    const page = await this.#read(reader, this.#nextPage);
    if (!page.ok) return page;
    this.#nextPage += 1;
    this.#complete = page.value.isLast;
    return succeed(page.value.entries);
  }
}

/**
 * Whether reading pages has paid so far, over all places. Pages may outnumber what they answered by {@link spareWaste},
 * and one more for each 20 things that were read singly.
 */
export class PageBalance {
  readonly #spare: number;
  /** Pages read, minus the wanted things that they answered. */
  #waste = 0;
  #singles = 0;

  /** @param targets how many are to be read in all. */
  constructor(targets: number) {
    this.#spare = spareWaste(targets);
  }

  /** Whether another page may be read. */
  get pays(): boolean {
    return this.#waste + 1 <= this.#spare + Math.floor(this.#singles / singlesAPage);
  }

  countSingle(): void {
    this.#singles += 1;
  }

  /** Before it is read, so that pages of several places that are read at once keep the bound too. */
  countPage(): void {
    this.#waste += 1;
  }

  /** Things that were wanted needed no requests of their own. */
  countAnswers(answers: number): void {
    this.#waste -= answers;
  }
}

const singlesAPage = 20;

/** Few for few targets; for many a twentieth, since what is wanted may well be on the last pages of a place. */
function spareWaste(targets: number): number {
  return Math.max(Math.min(10, Math.ceil(targets / 2)), Math.ceil(targets / 20));
}

/** The most requests that so many targets take, pages read in vain included. */
export function mostRequests(targets: number): number {
  if (targets < pagesPayFrom) return targets;
  return targets + spareWaste(targets) + Math.floor(targets / singlesAPage);
}

/** With fewer targets left a page can't save a request. */
const leastLeft = 2;
/** One is read singly before there is a place whose pages can be read. */
const pagesPayFrom = leastLeft + 1;

/** Whether a page can be cheaper than reading singly what is left. */
export function mayPay(left: number): boolean {
  return left >= leastLeft;
}
