import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openManifest } from '../../src/manifest/read-manifest.js';
import { readSource, readText, refusalOf, sourceOf } from './read-all.js';

const MEGABYTE = 1024 * 1024;
/** What streams buffer on the way, on top of the bound itself. */
const BUFFERED_BYTES = MEGABYTE;

/** A stream of a beginning and then a gigabyte of the same, which counts what it was asked for. */
function gigabyteOf(beginning: string, repeated: string) {
  const block = Buffer.from(repeated.repeat(64 * 1024));
  const given = { bytes: 0 };
  const open = () =>
    Readable.from(
      (function* () {
        yield Buffer.from(beginning);
        for (; given.bytes < 1024 * MEGABYTE; given.bytes += block.length) yield block;
      })(),
      { objectMode: false },
    );
  return { given, source: { name: 'tasks.csv', open } };
}

describe('a gigabyte is refused after about the size of a row was read', () => {
  it.each([
    ['a header', '', 'x', 'ROW_TOO_LARGE', 'tasks.csv:1'],
    ['a cell', 'a,b\n1,2\n\n3,', 'x', 'ROW_TOO_LARGE', 'tasks.csv:4'],
    ['a row of nothing but delimiters', 'a,b\n1,2\n', ',', 'ROW_TOO_LARGE', 'tasks.csv:3'],
    ['a row of empty quoted cells', 'a,b\n1,2\n', '"",', 'ROW_TOO_LARGE', 'tasks.csv:3'],
    ['a cell of doubled quotes', 'a,b\n1,"', '""', 'QUOTE_NOT_CLOSED', 'tasks.csv:2, column 2'],
    ['an open quote', 'a,b\n"1\n",2\n3,"', 'x\n', 'QUOTE_NOT_CLOSED', 'tasks.csv:4, column 2'],
    ['an open quote in the header', 'a,"b', 'x\n', 'QUOTE_NOT_CLOSED', 'tasks.csv:1, column 2'],
    ['a line of JSONL', '{"a":"1"}\n{"a":"', 'x', 'ROW_TOO_LARGE', 'tasks.jsonl:2'],
    ['the first line of JSONL', '{"a":"', 'x', 'ROW_TOO_LARGE', 'tasks.jsonl:1'],
  ])('%s', async (_, beginning, repeated, code, where) => {
    const { source, given } = gigabyteOf(beginning, repeated);
    const name = where.replace(/:.*/, '');
    expect(await refusalOf(readSource({ ...source, name }))).toMatchObject({ code, where });
    expect(given.bytes).toBeLessThan(1_000_000 + BUFFERED_BYTES);
  });

  it('and follows a bound that was given', async () => {
    const { source, given } = gigabyteOf('a,b\n', 'x');
    await refusalOf(readSource(source, { maxRowBytes: 5_000_000 }));
    expect(given.bytes).toBeGreaterThan(5_000_000);
    expect(given.bytes).toBeLessThan(5_000_000 + BUFFERED_BYTES);
  });

  it('also when it is packed into a small file', async () => {
    const { source, given } = gigabyteOf('a,b\n', 'x');
    const refused = await refusalOf(readSource({ ...source, open: () => source.open().pipe(createGzip()) }));
    expect(refused).toMatchObject({ code: 'ROW_TOO_LARGE' });
    // A thousand bytes unpack to a megabyte, so the packer is far ahead; it must not be at the end.
    expect(given.bytes).toBeLessThan(300 * MEGABYTE);
  });
});

describe('the bound of a row', () => {
  const row = `${'x'.repeat(50)},"${'""\r\n'.repeat(10)}"\n`;
  it.each([
    [row.length, true],
    [row.length - 1, false],
  ])('is exact, however the bytes arrive: %d bytes', async (maxRowBytes, accepted) => {
    for (const chunkBytes of [1, 13, 100, 1_000_000]) {
      const reading = readText(`a,b\n\n\r\n1,2\n${row}1,2\n${row}`, { maxRowBytes, chunkBytes });
      if (accepted) expect((await reading).rows).toHaveLength(4);
      else expect(await refusalOf(reading)).toMatchObject({ code: 'ROW_TOO_LARGE', where: 'tasks.csv:5' });
    }
  });

  it('counts UTF-8 bytes of JSONL with the line end', async () => {
    const line = '{"a":"ééé"}\n';
    const maxRowBytes = Buffer.byteLength(line);
    for (const chunkBytes of [1, 5, 1_000_000]) {
      expect((await readText(line + line, { maxRowBytes, chunkBytes })).rows).toHaveLength(2);
      const refused = await refusalOf(readText(`{"a":1}\n${line}`, { maxRowBytes: maxRowBytes - 1, chunkBytes }));
      expect(refused).toMatchObject({ code: 'ROW_TOO_LARGE', where: 'tasks.csv:2' });
    }
  });

  it('does not count blank lines', async () => {
    const text = `a\n${'\r\n'.repeat(5000)}1\n${'\r\n'.repeat(5000)}"2`;
    for (const chunkBytes of [1, 100, 1_000_000]) {
      const refused = await refusalOf(readText(text, { maxRowBytes: 100, chunkBytes }));
      expect(refused).toMatchObject({ code: 'QUOTE_NOT_CLOSED', where: 'tasks.csv:10003, column 1' });
    }
  });
});

describe('the bound of columns', () => {
  const header = (columns: number) => Array.from({ length: columns }, (_, index) => `c${index}`);

  it('lets 10,000 columns through, and no more', async () => {
    const text = `${header(10_000).join(',')}\n${'1,'.repeat(9999)}1\nx\n`;
    const { manifest, rows } = await readText(text, { chunkBytes: 4096 });
    expect(manifest.columns[9999]).toBe('c9999');
    expect(rows[0]?.cells).toHaveLength(10_000);
    expect(rows[1]).toMatchObject({ cells: ['x'], problem: { code: 'TOO_FEW_CELLS', column: 'c1' } });
    const wider = openManifest({
      name: 'tasks.csv',
      open: () => Readable.from([header(10_001).join(',')], { objectMode: false }),
    });
    expect(await refusalOf(wider)).toMatchObject({ code: 'TOO_MANY_COLUMNS', where: 'tasks.csv:1' });
  });

  it('lets a line of JSONL with 10,000 keys through', async () => {
    const keys = header(10_000);
    const line = JSON.stringify(Object.fromEntries(keys.map((key) => [key, 'x'])));
    const { manifest, rows } = await readText(`${line}\n{"c9999":"y"}\n`, { name: '-' });
    expect(manifest.columns).toEqual(keys);
    expect(rows[1]?.cells).toHaveLength(10_000);
    expect(rows[1]?.cells[9999]).toBe('y');
  });

  it('makes the arrays of wide rows short', async () => {
    const line = JSON.stringify(Object.fromEntries(header(10_000).map((key) => [key, ''])));
    const manifest = await openManifest(sourceOf(`${line}\n${'{"c9999":""}\n'.repeat(100)}`));
    const sizes: number[] = [];
    for await (const chunk of manifest.chunks()) sizes.push(chunk.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(101);
    expect(Math.max(...sizes)).toBeLessThan(10);
  });
});
