import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { failedCsv } from '../../src/report/failed-csv.js';
import { findReportFormat, reportFormats } from '../../src/report/formats.js';
import { markdown } from '../../src/report/markdown.js';
import { contextOf, rowOf } from './kit.js';

const formats = [...reportFormats, failedCsv];
/** Markdown reads no more rows than it shows. */
const wholeFormats = formats.filter((format) => format !== markdown);

test('formats are found by their name', () => {
  expect(findReportFormat('csv')?.extension).toBe('csv');
  expect(findReportFormat('jsonl')?.extension).toBe('jsonl');
  expect(findReportFormat('html')?.extension).toBe('html');
  expect(findReportFormat('junit')?.extension).toBe('xml');
  expect(findReportFormat('markdown')?.extension).toBe('md');
  expect(findReportFormat('xlsx')?.extension).toBe('xlsx');
  expect(findReportFormat('pdf')).toBeNull();
});

test.each(wholeFormats)('$name takes rows only as fast as they are written', async (format) => {
  let taken = 0;
  let release: () => void = () => undefined;
  function* rows() {
    for (; taken < 100_000; taken++) yield rowOf({ number: taken + 1, state: 'failed' });
  }
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let arrived: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const output = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => {
      arrived();
      void held.then(() => done());
    },
  });
  const written = format.write(rows(), contextOf('id'), output);
  await first;
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toBeLessThan(2_000);
  release();
  await written;
  expect(taken).toBe(100_000);
});

test.each(formats)('$name leaves the output open', async (format) => {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  await format.write([rowOf({ state: 'failed' })], contextOf('id'), output);
  expect(output.writableEnded).toBe(false);
});

test.each(wholeFormats)('$name lets go of the rows when the output fails', async (format) => {
  let closed = false;
  function* rows() {
    try {
      for (;;) yield rowOf({ state: 'failed' });
    } finally {
      closed = true;
    }
  }
  const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk on fire')) });
  await expect(format.write(rows(), contextOf('id'), output)).rejects.toThrow('disk on fire');
  expect(closed).toBe(true);
});

test.each(wholeFormats)('$name fails when reading rows fails', async (format) => {
  function* rows() {
    yield rowOf({ state: 'failed' });
    throw new Error('state is gone');
  }
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  await expect(format.write(rows(), contextOf('id'), output)).rejects.toThrow('state is gone');
});
