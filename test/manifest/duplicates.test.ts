import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateError } from '../../src/errors.js';
import { createKeyIndex, type KeyIndex, type KeyIndexOptions } from '../../src/manifest/duplicates.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** The smallest memory there is, so that a few thousand keys go to disk. */
const spilling = { memoryBytes: 40_000, partitions: 7 };

async function rowsOf(index: KeyIndex): Promise<number[][]> {
  const groups: number[][] = [];
  for await (const { rows } of index.groups()) groups.push(rows.map(({ row }) => row));
  return groups;
}

async function findIn(keys: readonly string[], options: Omit<KeyIndexOptions, 'directory'> = {}): Promise<number[][]> {
  const index = createKeyIndex({ directory, ...options });
  keys.forEach((key, position) => {
    index.add(key, position + 1, position + 2, 0);
  });
  try {
    return await rowsOf(index);
  } finally {
    index.dispose();
  }
}

describe('a key index', () => {
  it('gives the rows that share a key, with line and tag, in order of the first row', async () => {
    const index = createKeyIndex({ directory });
    index.add('b', 1, 2, 10);
    index.add('a', 2, 3, 11);
    index.add('c', 3, 5_000_000_000, 12);
    index.add('a', 4, 9, 4_294_967_295);
    index.add('b', 5, 10, 14);
    index.add('c', 6_000_000_000, 7_000_000_000, 15);
    index.add('a', 6_000_000_001, 7_000_000_001, 16);
    const groups: unknown[] = [];
    for await (const group of index.groups()) groups.push(group.rows);
    index.dispose();
    expect(groups).toEqual([
      [
        { row: 1, line: 2, tag: 10 },
        { row: 5, line: 10, tag: 14 },
      ],
      [
        { row: 2, line: 3, tag: 11 },
        { row: 4, line: 9, tag: 4_294_967_295 },
        { row: 6_000_000_001, line: 7_000_000_001, tag: 16 },
      ],
      [
        { row: 3, line: 5_000_000_000, tag: 12 },
        { row: 6_000_000_000, line: 7_000_000_000, tag: 15 },
      ],
    ]);
  });

  it('gives nothing when no key repeats', async () => {
    expect(await findIn([])).toEqual([]);
    expect(await findIn(['a', 'A', 'a ', '', '__proto__', '1', 'é', 'e\u0301'])).toEqual([]);
  });

  it('finds the same on disk as in memory, and as a plain map, whatever repeats', async () => {
    const keys = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 0, maxLength: 6000, size: 'max' });
    await fc.assert(
      fc.asyncProperty(keys, async (numbers) => {
        const texts = numbers.map(String);
        const expected = new Map<string, number[]>();
        texts.forEach((text, position) => {
          expected.set(text, [...(expected.get(text) ?? []), position + 1]);
        });
        const groups = [...expected.values()].filter((rows) => rows.length > 1);
        expect(await findIn(texts)).toEqual(groups);
        expect(await findIn(texts, spilling)).toEqual(groups);
      }),
      { numRuns: 15 },
    );
  });

  it('can be asked again, and after more keys were added', async () => {
    const index = createKeyIndex({ directory, ...spilling });
    for (let row = 1; row <= 5000; row++) index.add(`k${row % 4999}`, row, row, 0);
    expect(await rowsOf(index)).toEqual([[1, 5000]]);
    expect(await rowsOf(index)).toEqual([[1, 5000]]);
    index.add('k7', 5001, 5001, 0);
    expect(await rowsOf(index)).toEqual([
      [1, 5000],
      [7, 5001],
    ]);
    index.dispose();
  });
});

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // The descriptor that listed the folder is closed by now.
    return '';
  }
}

describe("a key index's temporary file", () => {
  function fill(index: KeyIndex): void {
    for (let row = 1; row <= 5000; row++) index.add(`k${row % 100}`, row, row, 0);
  }

  it('is not made for a few keys', () => {
    const index = createKeyIndex({ directory: join(directory, 'is-not-needed') });
    fill(index);
    index.dispose();
  });

  it('is gone after dispose, also when the groups were not read to the end', async () => {
    const index = createKeyIndex({ directory, ...spilling });
    fill(index);
    for await (const { rows } of index.groups()) {
      expect(rows).toHaveLength(50);
      break;
    }
    index.dispose();
    index.dispose();
    expect(readdirSync(directory)).toEqual([]);
  });

  // Where the system tells a process its open files; unlinked ones are listed too.
  const openFiles = '/proc/self/fd';

  it.runIf(existsSync(openFiles))(
    'is for its owner only, and closed by dispose, also the one for what repeats',
    async () => {
      const modes = () =>
        readdirSync(openFiles)
          .map((name) => join(openFiles, name))
          .filter((path) => linkOf(path).includes(directory))
          .map((path) => statSync(path).mode & 0o777);
      const index = createKeyIndex({ directory, ...spilling });
      fill(index);
      expect(modes()).toEqual([0o600]);
      await rowsOf(index);
      await rowsOf(index);
      expect(modes()).toEqual([0o600, 0o600]);
      index.dispose();
      expect(modes()).toEqual([]);
    },
  );

  it('that cannot be made is an error of the state, with the folder', () => {
    const missing = join(directory, 'missing');
    const index = createKeyIndex({ directory: missing, ...spilling });
    expect(() => fill(index)).toThrow(StateError);
    expect(() => fill(index)).toThrow(expect.objectContaining({ code: 'TEMPORARY_FILE', where: missing }));
    index.dispose();
  });
});
