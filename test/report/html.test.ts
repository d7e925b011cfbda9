import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { csv } from '../../src/report/csv.js';
import { bundleClient } from '../../src/report/html/bundle.js';
import { createHtmlFormat, html } from '../../src/report/html/html.js';
import { mostPageRows } from '../../src/report/html/page-pieces.js';
import type { ReportContext, ReportFormat } from '../../src/report/report-format.js';
import type { ReportRow } from '../../src/state/report-reads.js';
import { contextOfRun, rowsOf } from './html-kit.js';
import { contextOf, dataBlocks, rowOf, summary, writeText } from './kit.js';

const hostile = [
  '</script><script>alert(1)</script>',
  '<!-- <script>',
  '__proto__',
  '\u202Etxt.exe',
  '"><img src=x onerror=alert(1)>',
  "=HYPERLINK('https://evil.example')",
  '\u0000\r\n\u2028',
  ']]>',
];

function hostileRow(changes: Partial<ReportRow> = {}): ReportRow {
  return rowOf({ cells: hostile, target: '</div>', message: '<b>bold</b>', url: 'javascript:alert(1)', ...changes });
}

test('no content ends its block of data, and none becomes markup', async () => {
  const context: ReportContext = {
    ...contextOf(...hostile.map((_, index) => `Column ${index} </script>`)),
    summary: {
      ...summary,
      run: '<run>',
      manifest: { ...summary.manifest, name: '"><script>alert(2)</script>' },
      services: [{ provider: 'clickup', title: '<i>', tenant: '</h1>', user: '&amp;' }],
      stop: { reason: 'guard', message: '<u>stop</u>', exitCode: 4 },
      next: 'taskbatch retry "<x>"',
      reasons: [
        {
          state: 'failed',
          errorType: '<t>',
          errorCode: '"onclick="',
          rows: 1,
          firstRow: 1,
          firstLine: 2,
          message: '<m>',
          suggestedAction: '<a>',
        },
      ],
    },
    page: { operations: ['<o>'], only: null, course: null, limits: new Map() },
  };
  const page = await writeText(html, [hostileRow()], context);
  // The page's own two scripts are the facts and the program; the rest is data of rows.
  expect(page.match(/<script/g)).toHaveLength(4);
  expect(page.match(/<\/script>/g)).toHaveLength(4);
  const marks = ['<run>', '<i>', '<u>', '<x>', '<t>', '<m>', '<a>', '<o>', '<b>bold', '<img', '"onclick="'];
  expect(marks.filter((mark) => page.includes(mark))).toEqual([]);
  const [rows = ''] = dataBlocks(page);
  const told = JSON.stringify(JSON.parse(rows));
  expect(hostile.filter((text) => !told.includes(JSON.stringify(text)))).toEqual([]);
});

test('the policy lets only this program and this style run, and nothing be fetched', async () => {
  const page = await writeText(html, [rowOf()], contextOf('id'));
  const policy =
    /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
  const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
  const markupOnly = page.replace(script, '').replace(style, '');
  expect(markupOnly.match(/\son[a-z]+=|\sstyle=|\ssrc=|<link|<iframe|javascript:/i)).toBeNull();
  expect(/innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|url\(/.exec(script + style)).toBeNull();
});

test('rows take a small part of what they would take in report.csv', async () => {
  const bytesOf = async (format: ReportFormat, rows: number) =>
    Buffer.byteLength(await writeText(format, rowsOf(rows), contextOfRun(900)));
  const rows = (await bytesOf(html, 5_900)) - (await bytesOf(html, 900));
  expect(rows).toBeLessThan(((await bytesOf(csv, 5_900)) - (await bytesOf(csv, 900))) / 8);
});

test('a page without rows is small', async () => {
  const page = await writeText(html, [], contextOf('id'));
  expect(Buffer.byteLength(page)).toBeLessThan(400_000);
});

test('a text of a megabyte is cut, with a notice of it', async () => {
  const page = await writeText(html, [rowOf({ cells: ['x'.repeat(1_000_000)] })], contextOf('id'));
  expect(page.length).toBeLessThan(400_000);
  const [rows = '', end = ''] = dataBlocks(page);
  expect(rows).toContain('[cut here: 1,000,000 characters in all]');
  expect(JSON.parse(rows)).toMatchObject({ n: 1, cut: [0] });
  expect(JSON.parse(end)).toEqual({ told: { rows: 1, cutRows: 1, more: false } });
});

test('a page ends after as many rows as a browser takes, says so, and asks for no more rows', async () => {
  let taken = 0;
  const one = rowOf({ cells: [] });
  function* rows() {
    for (;;) {
      taken += 1;
      yield one;
    }
  }
  const page = await writeText(html, rows(), contextOf());
  expect(taken).toBeLessThan(mostPageRows + 1_000);
  expect(JSON.parse(dataBlocks(page.slice(-400)).at(-1) ?? '')).toEqual({
    told: { rows: mostPageRows, cutRows: 0, more: true },
  });
});

test('head and reasons are there without any program', async () => {
  const page = await writeText(html, rowsOf(900), contextOfRun(900));
  const text = page.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, '').replaceAll(/<[^>]+>/g, '');
  expect(text).toContain(
    '837 of 864 rows succeeded; 21 failed, 4 were blocked, 2 may or may not have happened, 36 skipped.',
  );
  expect(text).toContain('Acme Workspace');
  expect(text).toContain('3f7a9c3f7a9c');
  expect(text).toContain('taskbatch retry 20261122-0530-delete-7f3a');
  expect(text).toContain('TASK_NOT_FOUND');
  expect(text).toContain('Check the id in the task’s address');
});

test('memory does not grow with rows', async () => {
  const small = await mostHeap(2_000);
  const large = await mostHeap(60_000);
  expect(large - small).toBeLessThan(6_000_000);
});

/** The most that is held while rows are written, without garbage. */
async function mostHeap(count: number): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  let most = 0;
  function* watched() {
    for (const row of rowsOf(count)) {
      if (row.number % 10_000 === 0 || row.number === count) {
        if (typeof collectGarbage === 'function') collectGarbage();
        most = Math.max(most, process.memoryUsage().heapUsed);
      }
      yield row;
    }
  }
  const output = new Writable({ write: (_chunk, _encoding, done) => setImmediate(done) });
  await html.write(watched(), contextOfRun(100), output);
  return most;
}

test('what goes into every page is made of the sources, and has the hashes it says', async () => {
  const { script, style } = await bundleClient();
  for (const { text, hash } of [script, style]) {
    expect(hash).toBe(`sha256-${createHash('sha256').update(text).digest('base64')}`);
    expect(/<\/script|<\/style|<!--/i.exec(text)).toBeNull();
  }
});

test('a page whose parts are missing is not begun', async () => {
  const broken = createHtmlFormat(() => Promise.reject(new Error('no parts')));
  await expect(writeText(broken, [], contextOf('id'))).rejects.toThrow('no parts');
});
