import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSource, openManifest, stdinSource } from '../../src/manifest/read-manifest.js';
import { readSource, readText, refusalOf, sourceOf } from './read-all.js';

const CSV = 'task_id,operation\nT1,delete\nT2,delete\n';

describe('a manifest in a file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manifest-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is read with its layout, rows and fingerprint', async () => {
    const path = join(folder, 'tasks.csv');
    await writeFile(path, CSV);
    const source = fileSource(path);
    expect(source).toMatchObject({ name: path, sizeBytes: CSV.length });
    const { manifest, rows } = await readSource(source);
    expect(manifest).toMatchObject({
      format: 'csv',
      gzip: false,
      encoding: 'utf-8',
      delimiter: ',',
      columns: ['task_id', 'operation'],
    });
    expect(rows).toEqual([
      { number: 1, line: 2, cells: ['T1', 'delete'] },
      { number: 2, line: 3, cells: ['T2', 'delete'] },
    ]);
    expect(manifest.fingerprint()).toEqual({
      sha256: createHash('sha256').update(CSV).digest('hex'),
      bytes: CSV.length,
    });
  });

  it('is refused when it does not exist', async () => {
    const path = join(folder, 'nowhere.csv');
    const source = fileSource(path);
    expect(source.sizeBytes).toBeUndefined();
    expect(await refusalOf(openManifest(source))).toMatchObject({ code: 'FILE_NOT_FOUND', where: path });
  });

  it('is refused when it is a folder', async () => {
    const refused = await refusalOf(openManifest(fileSource(folder)));
    expect(refused).toMatchObject({ code: 'FILE_UNREADABLE', where: folder, message: 'This is a folder.' });
  });
});

describe('a manifest on stdin', () => {
  it('is read like a file and called stdin in messages', async () => {
    const { rows } = await readSource(stdinSource(Readable.from([CSV], { objectMode: false })));
    expect(rows).toHaveLength(2);
    const refused = await refusalOf(readSource(stdinSource(Readable.from(['a\n"b'], { objectMode: false }))));
    expect(refused.where).toBe('stdin:2, column 1');
  });

  it('can be closed while a read waits for bytes', async () => {
    const stdin = new PassThrough();
    stdin.write(`a\n${'x\n'.repeat(5000)}`);
    const manifest = await openManifest(stdinSource(stdin));
    const chunks = manifest.chunks()[Symbol.asyncIterator]();
    for (let read = 0; read < 4995; ) {
      const { value } = await chunks.next();
      read += value.length;
    }
    const waiting = expect(chunks.next()).rejects.toThrow();
    // One turn of the event loop, after which the read has reached the stream.
    await setImmediate();
    await manifest.close();
    expect(stdin.destroyed).toBe(true);
    await waiting;
  });

  it('that is closed between two reads does not look as if it had ended', async () => {
    const stdin = new PassThrough();
    stdin.write(`a\n${'x\n'.repeat(5000)}`);
    const manifest = await openManifest(stdinSource(stdin));
    await manifest.close();
    const reading = (async () => {
      for await (const _ of manifest.chunks());
    })();
    await expect(reading).rejects.toThrow('closed');
  });
});

describe('reading', () => {
  it('gives arrays of some hundred rows, none empty', async () => {
    const manifest = await openManifest(sourceOf(`a\n${'1\n'.repeat(20_000)}`));
    const sizes: number[] = [];
    for await (const chunk of manifest.chunks()) sizes.push(chunk.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(20_000);
    expect(Math.max(...sizes)).toBeLessThan(1000);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(sizes.length).toBeLessThan(170);
  });

  it('cannot be done twice', async () => {
    const { manifest } = await readText(CSV);
    expect(() => manifest.chunks()).toThrow('only once');
  });

  it('tells the bytes read so far, those on disk', async () => {
    const packed = gzipSync(CSV.repeat(1000));
    const told: number[] = [];
    await readText(packed, { chunkBytes: 10, onProgress: (bytes) => told.push(bytes) });
    expect(told[0]).toBe(10);
    expect(told.at(-1)).toBe(packed.length);
  });

  it('gives no fingerprint before its end', async () => {
    const text = CSV + 'x,y\n'.repeat(100_000);
    const manifest = await openManifest(sourceOf(text, { chunkBytes: 4096 }));
    expect(() => manifest.fingerprint()).toThrow('before all bytes were read');
    for await (const _ of manifest.chunks());
    expect(manifest.fingerprint().bytes).toBe(text.length);
  });

  it('destroys the source when it is left early', async () => {
    const stream = Readable.from(
      (function* () {
        yield 'a\n';
        for (;;) yield '1\n'.repeat(1000);
      })(),
      { objectMode: false },
    );
    const manifest = await openManifest({ name: 'tasks.csv', open: () => stream });
    for await (const chunk of manifest.chunks()) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(stream.destroyed).toBe(true);
  });

  it('destroys the source when the manifest is refused', async () => {
    const stream = Readable.from(
      (function* () {
        yield 'a,a\n';
        for (;;) yield '1,2\n'.repeat(1000);
      })(),
      { objectMode: false },
    );
    await refusalOf(openManifest({ name: 'tasks.csv', open: () => stream }));
    expect(stream.destroyed).toBe(true);
  });

  it('is refused when the source fails on the way', async () => {
    const stream = Readable.from(
      (function* () {
        yield CSV;
        throw new Error('the disk is gone');
      })(),
      { objectMode: false },
    );
    const refused = await refusalOf(readSource({ name: 'tasks.csv', open: () => stream }));
    expect(refused).toMatchObject({ code: 'FILE_UNREADABLE', where: 'tasks.csv' });
    expect(refused.message).toContain('the disk is gone');
  });
});

describe('a manifest without rows', () => {
  it.each([
    ['nothing', ''],
    ['a byte order mark', '\uFEFF'],
    ['blank lines', '\n\r\n  \n'],
  ])('is refused as empty when it holds %s', async (_, text) => {
    expect(await refusalOf(openManifest(sourceOf(text)))).toMatchObject({ code: 'EMPTY_MANIFEST', where: 'tasks.csv' });
    const jsonl = openManifest(sourceOf(text, { name: 'tasks.jsonl' }));
    expect(await refusalOf(jsonl)).toMatchObject({ code: 'EMPTY_MANIFEST' });
  });

  it('is refused as empty when it is an empty gzip file', async () => {
    expect(await refusalOf(readText(gzipSync('')))).toMatchObject({ code: 'EMPTY_MANIFEST' });
  });

  it('is read as a header with no rows', async () => {
    const { manifest, rows } = await readText('task_id,operation');
    expect(manifest.columns).toEqual(['task_id', 'operation']);
    expect(rows).toEqual([]);
    expect(manifest.fingerprint().bytes).toBe(17);
  });
});
