import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readCells, readText, refusalOf } from './read-all.js';

const CSV = `id,note\n${Array.from({ length: 5000 }, (_, index) => `${index},note ${index * 7919}`).join('\n')}\n`;
const packed = gzipSync(CSV);

describe('a gzip file', () => {
  it('is known by its bytes, whatever its name, in any chunks', async () => {
    for (const chunkBytes of [100, 1000, 1_000_000]) {
      const { manifest, rows } = await readText(packed, { name: 'tasks.csv', chunkBytes });
      expect(manifest.gzip).toBe(true);
      expect(rows).toHaveLength(5000);
      expect(rows.at(-1)).toEqual({ number: 5000, line: 5001, cells: ['4999', `note ${4999 * 7919}`] });
    }
    expect(await readCells(gzipSync('id\n1\n'), { chunkBytes: 1 })).toEqual([['1']]);
    expect((await readText('id\n1\n', { name: 'plain.csv.gz' })).manifest.gzip).toBe(false);
  });

  it('has the fingerprint of the packed bytes', async () => {
    const { manifest } = await readText(packed);
    const sha256 = createHash('sha256').update(packed).digest('hex');
    expect(manifest.fingerprint()).toEqual({ sha256, bytes: packed.length });
  });

  it('of several members is read as one text', async () => {
    const members = Buffer.concat([gzipSync('id\n1\n'), gzipSync('2\n')]);
    expect(await readCells(members)).toEqual([['1'], ['2']]);
  });

  it('of JSONL in UTF-16 is read as such', async () => {
    const { manifest, rows } = await readText(gzipSync(Buffer.from('{"id":"é"}\n', 'utf16le')));
    expect(manifest).toMatchObject({ format: 'jsonl', gzip: true, encoding: 'utf-16le' });
    expect(rows[0]?.cells).toEqual(['é']);
  });

  it.each([0.001, 0.5, 0.999])('that was cut is refused (%d of it is left)', async (share) => {
    const cut = packed.subarray(0, Math.max(3, Math.floor(packed.length * share)));
    for (const chunkBytes of [500, 1_000_000]) {
      expect(await refusalOf(readText(cut, { chunkBytes }))).toMatchObject({
        code: 'GZIP_TRUNCATED',
        where: 'tasks.csv',
      });
    }
  });

  it.each([
    ['damaged within', (bytes: Buffer) => bytes.fill(0xff, 2000, 2100)],
    ['damaged in its checksum', (bytes: Buffer) => bytes.fill(0, bytes.length - 8, bytes.length - 4)],
    ['followed by something else', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('id\n1\n')])],
  ])('that is %s is refused', async (_, damage) => {
    const damaged = damage(Buffer.from(packed));
    expect(await refusalOf(readText(damaged))).toMatchObject({ code: 'GZIP_CORRUPT', where: 'tasks.csv' });
  });
});
