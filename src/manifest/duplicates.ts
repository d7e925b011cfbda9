import { hash } from 'node:crypto';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { ManifestError } from '../errors.js';
import { FirstSeenTable } from './first-seen-table.js';
import { ENTRY_WORDS, type KeyEntry, readEntry, readNumber, writeEntry, writeNumber } from './key-record.js';
import { RecordSpool } from './record-spool.js';

export type { KeyEntry } from './key-record.js';

/** Rows with one key, in ascending order; two at least. */
export interface KeyGroup {
  readonly rows: readonly KeyEntry[];
}

/** Finds equal keys among millions of rows. */
export interface KeyIndex {
  /**
   * Remembers a row's key. Rows are added in ascending order.
   *
   * @throws StateError when the temporary file cannot be written
   */
  add(key: string, row: number, line: number, tag: number): void;
  /**
   * The groups of equal keys, in order of their first rows. To be called after the last `add`.
   *
   * @throws ManifestError when more than a million rows have one key
   */
  groups(): AsyncGenerator<KeyGroup>;
  /** Removes what is on disk; may be called again, and at any time. */
  dispose(): void;
}

export interface KeyIndexOptions {
  /** An existing folder for temporary files. */
  readonly directory: string;
  /** Into how many parts a large index is divided; the parts are compared one by one in memory. */
  readonly partitions?: number;
  /** The size up to which the keys stay in memory, 36 bytes each. */
  readonly memoryBytes?: number;
}

const HASH_WORDS = 4;
const KEY_WORDS = HASH_WORDS + ENTRY_WORDS;
/** A repeated key's record: the row that had it first, then the entry. */
const REPEAT_WORDS = 2 + ENTRY_WORDS;
const WORD = 2 ** 32;
/** A group is handed over whole, so its size must have an end; so many equal targets are a wrong column anyway. */
const MAX_GROUP_ROWS = 1_000_000;

/**
 * Keys are compared by the first 128 bits of their SHA-256: two different ones that are equal there are not found by
 * chance and cannot be made on purpose. Memory does not grow with the number of rows: above `memoryBytes` the hashes
 * are divided by their first bits into parts on disk, so that equal ones meet in one part, and what repeats is divided
 * again, by first row, so that it comes out in the manifest's order.
 */
export function createKeyIndex(options: KeyIndexOptions): KeyIndex {
  const { directory, partitions = 512, memoryBytes = 8_000_000 } = options;
  const partitionOf = (record: Uint32Array) => Math.floor(((record[0] ?? 0) / WORD) * partitions);
  const keys = new RecordSpool({ directory, wordsPerRecord: KEY_WORDS, partitions, memoryBytes, partitionOf });
  const record = new Uint32Array(KEY_WORDS);
  let lastRow = 0;
  let repeats: RecordSpool | null = null;
  return {
    add: (key, row, line, tag) => {
      lastRow = Math.max(lastRow, row);
      writeHash(record, key);
      writeEntry(record, HASH_WORDS, row, line, tag);
      keys.append(record);
    },
    groups: async function* () {
      repeats?.dispose();
      repeats = createRepeats({ directory, partitions, memoryBytes: memoryBytes / 4 }, lastRow);
      const table = new FirstSeenTable(HASH_WORDS, KEY_WORDS);
      for (let partition = 0; partition < keys.partitionCount; partition++) {
        table.clear();
        collectRepeats(keys.blocks(partition), table, repeats);
        await letOthersRun();
      }
      for (let partition = 0; partition < repeats.partitionCount; partition++) {
        yield* groupByFirstRow(repeats.blocks(partition));
        await letOthersRun();
      }
    },
    dispose: () => {
      keys.dispose();
      repeats?.dispose();
    },
  };
}

/** As a string of bytes, because making a Buffer for each key takes twice as long. */
function writeHash(record: Uint32Array, key: string): void {
  const digest = hash('sha256', key, 'binary');
  for (let word = 0; word < HASH_WORDS; word++) {
    const at = 4 * word;
    record[word] =
      (digest.charCodeAt(at) << 24) |
      (digest.charCodeAt(at + 1) << 16) |
      (digest.charCodeAt(at + 2) << 8) |
      digest.charCodeAt(at + 3);
  }
}

function createRepeats(options: Required<KeyIndexOptions>, lastRow: number): RecordSpool {
  const rowsPerPartition = Math.ceil((lastRow + 1) / options.partitions);
  const partitionOf = (record: Uint32Array) => Math.floor(readNumber(record, 0) / rowsPerPartition);
  return new RecordSpool({ ...options, wordsPerRecord: REPEAT_WORDS, partitionOf });
}

/** Finds what repeats among the keys of one partition. */
function collectRepeats(blocks: Iterable<Uint32Array>, table: FirstSeenTable, repeats: RecordSpool): void {
  const repeat = new Uint32Array(REPEAT_WORDS);
  for (const block of blocks) {
    for (let start = 0; start < block.length; start += KEY_WORDS) {
      const count = table.count(block, start);
      if (count === 1) continue;
      const first = readEntry(table.first(block, start), HASH_WORDS);
      if (count > MAX_GROUP_ROWS) throw refuseLargeGroup(first);
      const entries =
        count === 2 ? [first, readEntry(block, start + HASH_WORDS)] : [readEntry(block, start + HASH_WORDS)];
      for (const { row, line, tag } of entries) {
        writeNumber(repeat, 0, first.row);
        writeEntry(repeat, 2, row, line, tag);
        repeats.append(repeat);
      }
    }
  }
}

function* groupByFirstRow(blocks: Iterable<Uint32Array>): Generator<KeyGroup> {
  const groups = new Map<number, KeyEntry[]>();
  for (const block of blocks) {
    for (let start = 0; start < block.length; start += REPEAT_WORDS) {
      const firstRow = readNumber(block, start);
      const entry = readEntry(block, start + 2);
      const rows = groups.get(firstRow);
      if (rows === undefined) groups.set(firstRow, [entry]);
      else rows.push(entry);
    }
  }
  for (const [, rows] of [...groups].sort(([left], [right]) => left - right)) yield { rows };
}

function refuseLargeGroup(first: KeyEntry): ManifestError {
  return new ManifestError(`More than ${MAX_GROUP_ROWS} rows have the same target as this one.`, {
    where: `row ${first.row}, line ${first.line}`,
    fix: 'Check that the column of the target holds a different id in each row.',
    code: 'TOO_MANY_DUPLICATES',
  });
}
