import { Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import readWorkbook from 'read-excel-file/node';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { reportFields } from '../../src/report/report-fields.js';
import type { ReportContext } from '../../src/report/report-format.js';
import { cellXml, columnLetters, mostSheetColumns } from '../../src/report/xlsx/cells.js';
import { writeWorkbook, xlsx } from '../../src/report/xlsx/xlsx.js';
import type { ReportRow } from '../../src/state/report-reads.js';
import { columns, contextOfRun, rowsOf } from './html-kit.js';
import { contextOf, rowOf, writeBytes } from './kit.js';

/** The sheets as another library reads them, by their names. */
async function sheetsOf(rows: Iterable<ReportRow>, context: ReportContext, mostRows?: number) {
  const bytes = await writeBytes((output) => writeWorkbook(rows, context, output, mostRows));
  const sheets = await readWorkbook(bytes, { trim: false });
  return new Map(sheets.map(({ sheet, data }): [string, unknown[][]] => [sheet, data]));
}

const summaryText = (sheets: Map<string, unknown[][]>) =>
  (sheets.get('Summary') ?? [])
    .flat()
    .filter((cell) => cell !== null)
    .join('\n');

test('a workbook has a summary and every row, in order', async () => {
  const sheets = await sheetsOf(rowsOf(900), contextOfRun(900));
  expect([...sheets.keys()]).toEqual(['Summary', 'Rows']);
  const [header, ...rows] = sheets.get('Rows') ?? [];
  expect(header).toEqual([...columns, ...reportFields.map(({ name }) => name)]);
  expect(rows.map((row) => row[4])).toEqual(Array.from({ length: 900 }, (_, index) => index + 1));
  expect(rows[39]?.slice(0, 15)).toEqual([
    '86c8xko',
    '[test] Checkout flow, case 40',
    'test',
    'Ana',
    40,
    41,
    'clickup',
    'delete',
    '86c8xko',
    'failed',
    null,
    404,
    'NOT_FOUND',
    'TASK_NOT_FOUND',
    'ClickUp knows no task 86c8xko: it may be in the trash, or the id may be wrong.',
  ]);
  const summary = summaryText(sheets);
  expect(summary).toContain('837 of 864 rows succeeded; 21 failed');
  expect(summary).toContain('test-tasks.csv, 900 rows');
  expect(summary).toContain('taskbatch retry 20261122-0530-delete-7f3a');
  expect(summary).toContain('Check the id in the task’s address');
});

test('cells of the manifest stay texts: ids keep their digits, and formulas are none', async () => {
  const cells = ['12345678901234567890', '007', '1e5', '2026-11-22', '=1+1', '+1', '@SUM(A1)', ' lead', 'TRUE', '1,5'];
  const sheets = await sheetsOf(
    [rowOf({ cells, target: '00123' })],
    contextOf(...cells.map((_, index) => `c${index}`)),
  );
  const [, row] = sheets.get('Rows') ?? [];
  expect(row?.slice(0, cells.length)).toEqual(cells);
  expect(row?.[cells.length + 4]).toBe('00123');
});

test('no cell is a formula, and each text says that it is one', async () => {
  const xml = cellXml('=HYPERLINK("https://evil.example")', 'A1', 1, () => undefined);
  expect(xml).toBe(
    '<c r="A1" s="1" t="inlineStr"><is><t xml:space="preserve">=HYPERLINK(&quot;https://evil.example&quot;)</t></is></c>',
  );
});

test('any text makes a cell that XML can hold', async () => {
  const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), 300);
  const cells = ['\u0000', '\ud800', '\ufffe', '_x0041_', '</t></is>', ...texts].map((text) =>
    cellXml(text, 'A1', 1, () => undefined),
  );
  const { errors } = await validateXML({ xml: `<row>${cells.join('')}</row>`, schema: anyRow });
  expect(errors).toEqual([]);
});

const anyRow = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="row"><xs:complexType><xs:sequence>
<xs:any processContents="skip" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element></xs:schema>`;

test('controls are escaped as workbooks escape them, and so is what only looks like that', () => {
  const xml = (text: string) => /preserve">(.*)<\/t>/s.exec(cellXml(text, 'A1', 1, () => undefined))?.[1];
  expect(xml('a\u0000b\r\nc\td')).toBe('a_x0000_b_x000D_&#10;c&#9;d');
  expect(xml('_x0041_')).toBe('_x005F_x0041_');
  expect(xml('_x_ snake_xbox')).toBe('_x_ snake_xbox');
});

test('a text that a cell can’t hold is cut, and the summary says so', async () => {
  const cells = ['x'.repeat(40_000), '\u0000'.repeat(30_000), 'y'.repeat(32_767)];
  const sheets = await sheetsOf([rowOf({ cells }), rowOf({ number: 2, cells: ['short'] })], contextOf('a', 'b', 'c'));
  const [, row] = sheets.get('Rows') ?? [];
  expect(String(row?.[0])).toMatch(/^x+… \[cut here: 40,000 characters in all\]$/);
  expect(Math.max(...(row ?? []).map((cell) => String(cell).length))).toBeLessThanOrEqual(32_767);
  expect(row?.[2]).toBe('y'.repeat(32_767));
  expect(summaryText(sheets)).toContain('A cell holds 32,767 characters at most: texts of 1 row are cut.');
});

test('rows that a sheet can’t hold go on in the next, and the summary says so', async () => {
  const sheets = await sheetsOf(rowsOf(250), contextOfRun(250), 101);
  expect([...sheets.keys()]).toEqual(['Summary', 'Rows', 'Rows 2', 'Rows 3']);
  expect([...sheets.values()].slice(1).map((sheet) => sheet.length)).toEqual([101, 101, 51]);
  const numbers = ['Rows', 'Rows 2', 'Rows 3'].flatMap((name) =>
    (sheets.get(name) ?? []).slice(1).map((row) => row[4]),
  );
  expect(numbers).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  expect(sheets.get('Rows 3')?.[0]?.[0]).toBe('Task ID');
  expect(summaryText(sheets)).toContain('from sheet to sheet: Rows, Rows 2, Rows 3.');
});

test('a sheet that is just full has no empty one behind it', async () => {
  const sheets = await sheetsOf(rowsOf(200), contextOfRun(200), 101);
  expect([...sheets.keys()]).toEqual(['Summary', 'Rows', 'Rows 2']);
});

test('columns that a sheet can’t hold are left out, and the summary says so', async () => {
  const many = Array.from({ length: mostSheetColumns }, (_, index) => `c${index}`);
  const sheets = await sheetsOf([rowOf({ cells: ['first'] })], contextOf(...many));
  expect(sheets.get('Rows')?.[0]).toHaveLength(mostSheetColumns);
  expect(sheets.get('Rows')?.[0]?.at(-1)).toBe('_url');
  expect(summaryText(sheets)).toContain(`${reportFields.length} columns of the manifest are left out.`);
});

test('a workbook without rows has a header and no more', async () => {
  const sheets = await sheetsOf([], contextOf('id'));
  expect(sheets.get('Rows')).toHaveLength(1);
});

test('the same report is the same bytes', async () => {
  const write = () => writeBytes((output) => xlsx.write(rowsOf(50), contextOfRun(50), output));
  expect((await write()).equals(await write())).toBe(true);
});

test.each([
  [0, 'A'],
  [25, 'Z'],
  [26, 'AA'],
  [701, 'ZZ'],
  [702, 'AAA'],
  [16_383, 'XFD'],
])('column %i is called %s', (index, letters) => {
  expect(columnLetters(index)).toBe(letters);
});

test('memory does not grow with rows', async () => {
  const small = await mostHeap(2_000);
  const large = await mostHeap(60_000);
  // The sheet of 60,000 rows is of 60 million characters.
  expect(large - small).toBeLessThan(8_000_000);
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
        const { heapUsed, external } = process.memoryUsage();
        most = Math.max(most, heapUsed + external);
      }
      yield row;
    }
  }
  await xlsx.write(
    watched(),
    contextOfRun(100),
    new Writable({ write: (_chunk, _encoding, done) => setImmediate(done) }),
  );
  return most;
}
