/**
 * A hash table of fixed-size records whose first words are a hash. It keeps the first record of each hash and counts the
 * others; open addressing over typed arrays, because a million small objects would cost ten times the memory.
 */
export class FirstSeenTable {
  readonly #hashWords: number;
  readonly #recordWords: number;
  /** Record after record; each with one word more, which counts how often its hash was seen. */
  #records: Uint32Array;
  #size = 0;
  /** Record indexes plus 1; 0 is a free slot. Its length is a power of two. */
  #slots: Uint32Array;

  constructor(hashWords: number, recordWords: number) {
    this.#hashWords = hashWords;
    this.#recordWords = recordWords;
    this.#slots = new Uint32Array(2048);
    this.#records = new Uint32Array(1024 * (recordWords + 1));
  }

  /** Forgets all records and keeps the memory for the next ones. */
  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }

  /** The number of records with this one's hash so far, itself included; the first is kept. */
  count(source: Uint32Array, start: number): number {
    const slot = this.#findSlot(source, start);
    const found = this.#slots[slot] ?? 0;
    if (found === 0) {
      this.#add(source, start, slot);
      return 1;
    }
    const counter = found * this.#stride - 1;
    const count = (this.#records[counter] ?? 0) + 1;
    this.#records[counter] = count;
    return count;
  }

  /** The first record with this one's hash, which must have been counted. Valid until the next count. */
  first(source: Uint32Array, start: number): Uint32Array {
    const index = (this.#slots[this.#findSlot(source, start)] ?? 0) - 1;
    return this.#records.subarray(index * this.#stride, index * this.#stride + this.#recordWords);
  }

  get #stride(): number {
    return this.#recordWords + 1;
  }

  #findSlot(source: Uint32Array, start: number): number {
    const mask = this.#slots.length - 1;
    // Not the first word: partitions are chosen by it, so within one it is nearly the same for all.
    let slot = (source[start + 1] ?? 0) & mask;
    for (;;) {
      const found = this.#slots[slot] ?? 0;
      if (found === 0 || this.#isEqual(source, start, (found - 1) * this.#stride)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #isEqual(source: Uint32Array, start: number, record: number): boolean {
    for (let word = 0; word < this.#hashWords; word++) {
      if (source[start + word] !== this.#records[record + word]) return false;
    }
    return true;
  }

  #add(source: Uint32Array, start: number, slot: number): void {
    const base = this.#size * this.#stride;
    for (let word = 0; word < this.#recordWords; word++) this.#records[base + word] = source[start + word] ?? 0;
    this.#records[base + this.#recordWords] = 1;
    this.#slots[slot] = ++this.#size;
    if (this.#size * 2 >= this.#slots.length) this.#grow();
  }

  #grow(): void {
    const records = new Uint32Array(this.#records.length * 2);
    records.set(this.#records);
    this.#records = records;
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let index = 0; index < this.#size; index++) {
      this.#slots[this.#findSlot(records, index * this.#stride)] = index + 1;
    }
  }
}
