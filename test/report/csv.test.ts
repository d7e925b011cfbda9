import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { csv } from '../../src/report/csv.js';
import { html } from '../../src/report/html/html.js';
import { jsonl } from '../../src/report/jsonl.js';
import { junit } from '../../src/report/junit.js';
import { markdown } from '../../src/report/markdown.js';
import { contextOf, rowOf, writeText } from './kit.js';

test('the own columns come first, then what became of the row', async () => {
  const text = await writeText(csv, [rowOf({ cells: ['86abc', 'my note'] })], contextOf('Task ID', 'Note'));
  expect(text).toBe(
    'Task ID,Note,_row,_line,_provider,_operation,_target,_state,_outcome,_http_status,_error_type,_error_code,' +
      '_message,_suggested_action,_attempts,_requests,_started_at,_finished_at,_duration_ms,_request_id,_url\n' +
      '86abc,my note,1,2,clickup,delete,86abc,succeeded,done,200,,,,,1,2,' +
      '2026-11-22T05:30:00.000Z,2026-11-22T05:30:00.312Z,312,req-1,https://app.clickup.com/t/86abc\n',
  );
});

test('own values come back as they were through any CSV reader', async () => {
  const cells = ['a "quoted" word', 'two\nlines', 'CR\rLF\r\n', 'a,b;c\td', '  blanks  ', 'naïve 任务 🗑', ''];
  const names = cells.map((_, index) => `column, "${index}"\n`);
  const text = await writeText(csv, [rowOf({ cells })], contextOf(...names));
  const [header, record] = parse(text);
  expect(header?.slice(0, 7)).toEqual(names);
  expect(record?.slice(0, 7)).toEqual(cells);
});

test('a missing cell is empty, and the others stay under their columns', async () => {
  const text = await writeText(csv, [rowOf({ cells: [null, 'b'] })], contextOf('one', 'two', 'three'));
  expect(text.split('\n')[1]).toMatch(/^,b,,1,2,clickup/);
});

test('a formula is disarmed in names, own cells and texts of the service, and nowhere else', async () => {
  const row = rowOf({ cells: ['=HYPERLINK("http://evil")', '-5'], message: '@SUM(1)', requestId: '=1', url: '+1+1' });
  const [header, record] = parse(await writeText(csv, [row], contextOf('=cmd', 'amount')));
  expect(header?.[0]).toBe("'=cmd");
  expect(record).toContain('\'=HYPERLINK("http://evil")');
  expect(record).toContain('-5');
  expect(record).toEqual(expect.arrayContaining(["'@SUM(1)", "'=1", "'+1+1"]));
  expect(record?.filter((cell) => cell.startsWith("'"))).toHaveLength(4);
});

const driving = 'a\u001b]0;owned\u0007\u001b[2J\u009b31m\u007f\u0000\roverwritten';

test.each([
  csv,
  jsonl,
  junit,
  markdown,
  html,
])('no text of a service drives the terminal that shows a report as $name', async (format) => {
  const reason = { state: 'failed', errorType: null, errorCode: null, rows: 1, firstRow: 1, firstLine: 2 } as const;
  const context = contextOf('id');
  const text = await writeText(format, [rowOf({ state: 'failed', message: driving, target: driving })], {
    ...context,
    summary: { ...context.summary, reasons: [{ ...reason, message: driving, suggestedAction: driving }] },
  });
  expect(text.match(/(?![\t\n])\p{Cc}/gu)).toBeNull();
});

test('what drives a terminal is shown by its number in own columns of the report; tabs and line ends stay', async () => {
  const message = `${driving}\tb\r\nc\nd`;
  const [, record] = parse(await writeText(csv, [rowOf({ message })], contextOf('id')));
  expect(record).toContain(
    'a<U+001B>]0;owned<U+0007><U+001B>[2J<U+009B>31m<U+007F><U+0000><U+000D>overwritten\tb\r\nc\nd',
  );
});

test('a report that is fed back does not grow: columns that begin with _ are left out', async () => {
  const columns = ['Task ID', '_row', '_state', ' _Note', '__proto__'];
  const text = await writeText(csv, [rowOf({ cells: ['86abc', '7', 'failed', 'x', 'y'] })], contextOf(...columns));
  const [header, record] = parse(text);
  expect(header?.slice(0, 3)).toEqual(['Task ID', '_row', '_line']);
  expect(header).toHaveLength(20);
  expect(record?.slice(0, 3)).toEqual(['86abc', '1', '2']);
});

test('a row without times has none, and a clock that was set back gives no negative duration', async () => {
  const rows = [
    rowOf({ startedAtMs: null, finishedAtMs: 1_000 }),
    rowOf({ startedAtMs: 2_000, finishedAtMs: null }),
    rowOf({ startedAtMs: 2_000, finishedAtMs: 1_999 }),
    rowOf({ startedAtMs: -1, finishedAtMs: 9e15 }),
  ];
  const records = parse(await writeText(csv, rows, contextOf('id'))).slice(1);
  expect(records.map((record) => record.slice(15, 18))).toEqual([
    ['', '1970-01-01T00:00:01.000Z', ''],
    ['1970-01-01T00:00:02.000Z', '', ''],
    ['1970-01-01T00:00:02.000Z', '1970-01-01T00:00:01.999Z', '0'],
    ['', '', '9000000000000001'],
  ]);
});

test('a run without rows has a header', async () => {
  expect(await writeText(csv, [], contextOf('id'))).toMatch(/^id,_row.*_url\n$/);
});
