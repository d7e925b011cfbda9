import { TemporaryFile } from './temporary-file.js';

export interface SpoolOptions {
  /** An existing folder for the temporary file. */
  readonly directory: string;
  /** The size of a record in 32-bit words. */
  readonly wordsPerRecord: number;
  /** Into how many parts the records are divided once they go to disk. */
  readonly partitions: number;
  /** Up to this size everything stays in memory. */
  readonly memoryBytes: number;
  /** The part to which a record belongs, 0 to `partitions - 1`. */
  readonly partitionOf: (record: Uint32Array) => number;
}

interface Partition {
  /** Positions of its full blocks in the file. */
  readonly positions: number[];
  /** Its last block, which is not full. */
  readonly block: Uint32Array;
  words: number;
}

const RECORDS_PER_BLOCK = 256;

/**
 * A bag of fixed-size records, read back in order of writing. A small one stays in memory; a large one is divided into
 * partitions in one temporary file, block by block, so that each partition can be read alone.
 */
export class RecordSpool {
  readonly #options: SpoolOptions;
  readonly #wordsPerBlock: number;
  readonly #memory: Uint32Array[] = [];
  /** Words used of the last block in memory. */
  #lastWords = 0;
  #file: TemporaryFile | null = null;
  #partitions: readonly Partition[] = [];

  constructor(options: SpoolOptions) {
    this.#options = options;
    this.#wordsPerBlock = RECORDS_PER_BLOCK * options.wordsPerRecord;
  }

  /** The number of parts for `blocks`: 1 while everything is in memory. */
  get partitionCount(): number {
    return this.#file === null ? 1 : this.#partitions.length;
  }

  /** Copies a record. */
  append(record: Uint32Array): void {
    if (this.#file === null && this.#appendToMemory(record)) return;
    this.#appendToFile(record, this.#file ?? this.#spill());
  }

  /** Whole records of one partition. A block is valid only until the next one is asked for. */
  *blocks(partition: number): Generator<Uint32Array> {
    if (this.#file === null) {
      yield* this.#memoryBlocks();
      return;
    }
    const { positions, block, words } = this.#partitionAt(partition);
    const read = new Uint32Array(this.#wordsPerBlock);
    for (const position of positions) {
      this.#file.read(position, read);
      yield read;
    }
    if (words > 0) yield block.subarray(0, words);
  }

  /** Removes the file and forgets the records; may be called again. */
  dispose(): void {
    this.#memory.length = 0;
    this.#partitions = [];
    this.#file?.dispose();
    this.#file = null;
  }

  #appendToMemory(record: Uint32Array): boolean {
    let block = this.#memory.at(-1);
    if (block === undefined || this.#lastWords === block.length) {
      if ((this.#memory.length + 1) * this.#wordsPerBlock * 4 > this.#options.memoryBytes) return false;
      block = new Uint32Array(this.#wordsPerBlock);
      this.#memory.push(block);
      this.#lastWords = 0;
    }
    block.set(record, this.#lastWords);
    this.#lastWords += record.length;
    return true;
  }

  *#memoryBlocks(): Generator<Uint32Array> {
    for (const [index, block] of this.#memory.entries()) {
      yield index < this.#memory.length - 1 ? block : block.subarray(0, this.#lastWords);
    }
  }

  #spill(): TemporaryFile {
    const { directory, partitions, wordsPerRecord } = this.#options;
    const file = new TemporaryFile(directory);
    this.#partitions = Array.from({ length: partitions }, () => {
      return { positions: [], block: new Uint32Array(this.#wordsPerBlock), words: 0 };
    });
    this.#file = file;
    for (const block of this.#memoryBlocks()) {
      for (let start = 0; start < block.length; start += wordsPerRecord) {
        this.#appendToFile(block.subarray(start, start + wordsPerRecord), file);
      }
    }
    this.#memory.length = 0;
    return file;
  }

  #appendToFile(record: Uint32Array, file: TemporaryFile): void {
    const partition = this.#partitionAt(this.#options.partitionOf(record));
    partition.block.set(record, partition.words);
    partition.words += record.length;
    if (partition.words < partition.block.length) return;
    partition.positions.push(file.append(partition.block));
    partition.words = 0;
  }

  #partitionAt(index: number): Partition {
    const partition = this.#partitions[index];
    if (partition === undefined) throw new RangeError(`there is no partition ${index}`);
    return partition;
  }
}
