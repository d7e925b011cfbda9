import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { openManifest } from '../../src/manifest/read-manifest.js';
import { failedCsv } from '../../src/report/failed-csv.js';
import { contextOf, rowOf, writeText } from './kit.js';

/** The text as the manifest reader understands it. */
async function readBack(text: string): Promise<{ columns: readonly string[]; rows: unknown[] }> {
  const manifest = await openManifest({ name: 'failed.csv', open: () => Readable.from([Buffer.from(text)]) });
  const rows: unknown[] = [];
  for await (const chunk of manifest.chunks()) {
    for (const row of chunk) rows.push(row.problem ?? row.cells);
  }
  return { columns: manifest.columns, rows };
}

test('only failed and blocked rows are in it, and never unknown ones', async () => {
  const states = ['invalid', 'skipped', 'blocked', 'pending', 'sending', 'succeeded', 'failed', 'unknown'] as const;
  const rows = states.map((state) => rowOf({ state, cells: [state] }));
  expect(await writeText(failedCsv, rows, contextOf('Task ID'))).toBe('Task ID\nblocked\nfailed\n');
});

test('it reads back as the manifest that it came from, dangerous-looking values untouched', async () => {
  const columns = ['=Task; ID', 'a|b', '{"x":1}', 'tab\tbed'];
  const cells = ['=1+1', '-5 "x"', 'CR\r and LF\n', '\ttab, comma; semicolon|pipe'];
  const text = await writeText(failedCsv, [rowOf({ state: 'failed', cells })], contextOf(...columns));
  expect(await readBack(text)).toEqual({ columns, rows: [cells] });
});

test.each([
  ['a;b'],
  ['{}'],
  ['[{'],
  ['\ufeffid'],
  ['a\tb'],
])('a lone column %j is not mistaken for something else', async (column) => {
  const text = await writeText(failedCsv, [rowOf({ state: 'failed', cells: ['7'] })], contextOf(column));
  expect(await readBack(text)).toEqual({ columns: [column], rows: [['7']] });
});

test('an empty value in a lone column is still a row', async () => {
  const rows = [rowOf({ state: 'failed', cells: [''] }), rowOf({ state: 'blocked', cells: [null] })];
  expect((await readBack(await writeText(failedCsv, rows, contextOf('title')))).rows).toEqual([[''], ['']]);
});

test("the report's columns of a report that was fed back are left out; another _ column may be mapped and stays", async () => {
  const row = rowOf({ state: 'failed', cells: ['86abc', '12', 'failed', 'x1'] });
  expect(await writeText(failedCsv, [row], contextOf('Task ID', '_row', '_State', '_id'))).toBe(
    'Task ID,_id\n86abc,x1\n',
  );
});
