import { expect, test } from 'vitest';
import {
  countOf,
  formatCount,
  formatDayAndMinute,
  formatMoment,
  formatRate,
  formatSpan,
} from '../../src/format-numbers.js';
import { renderTable } from '../../src/ui/table.js';
import { cutToWidth, padToWidth, widthOf, wrapText } from '../../src/ui/text-width.js';
import { visibleLines, visibleText } from '../../src/ui/visible-text.js';
import { startMs } from './kit.js';

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [17_400, '17 s'],
  [59_600, '1 min'],
  [245_000, '4 min 5 s'],
  [3_600_000, '1 h'],
  [5_316_000, '1 h 29 min'],
  [86_400_000, '1 d'],
  [97_200_000, '1 d 3 h'],
])('a span of %i ms is %s', (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});

test('numbers have their thousands, and nouns their plural', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect(formatRate(98.693)).toBe('98.7');
  expect([countOf(0, 'row'), countOf(1, 'row'), countOf(1_000, 'row'), countOf(2, 'entry', 'entries')]).toEqual([
    '0 rows',
    '1 row',
    '1,000 rows',
    '2 entries',
  ]);
});

test('times have their day where it is another one, in the zone that counts', () => {
  expect(formatMoment(startMs, startMs + 60_000, 'UTC')).toBe('05:30');
  expect(formatMoment(startMs + 86_400_000, startMs, 'UTC')).toBe('2026-11-23 05:30');
  expect(formatMoment(startMs, startMs - 6 * 3_600_000, 'UTC')).toBe('2026-11-22 05:30');
  expect(formatMoment(startMs, startMs - 6 * 3_600_000, 'Asia/Tokyo')).toBe('14:30');
  expect(formatDayAndMinute(startMs, 'America/New_York')).toBe('2026-11-22 00:30');
});

test('room is counted in terminal cells', () => {
  expect(['abc', '任务', 'é', 'e\u0301', '🗑️', 'ｆｕ', ''].map(widthOf)).toEqual([3, 4, 1, 1, 1, 4, 0]);
  expect(padToWidth('任务', 6)).toBe('任务  ');
});

test('text is cut at its width with a mark, and never in the middle of a wide character', () => {
  expect(cutToWidth('abcdef', 6, '…')).toBe('abcdef');
  expect(cutToWidth('abcdefg', 6, '…')).toBe('abcde…');
  expect(cutToWidth('任务任务', 6, '…')).toBe('任务…');
  expect(cutToWidth('abcdef', 2, '...')).toBe('');
});

test('text is wrapped at blanks, and a long word stays whole', () => {
  expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapText('a /very/long/path/to/a/file b', 8)).toEqual(['a', '/very/long/path/to/a/file', 'b']);
  expect(wrapText('', 8)).toEqual([]);
});

test('tables are aligned by terminal cells and cut nothing', () => {
  const columns = [
    { title: 'Name', align: 'left' as const },
    { title: 'Rows', align: 'right' as const },
  ];
  const rows = [
    ['任务', '1,000'],
    ['x'.repeat(100), '1'],
    ['two\nlines\u001b[2J', ''],
  ];
  expect(renderTable(columns, rows)).toEqual([
    `Name${' '.repeat(99)}Rows`,
    `任务${' '.repeat(98)}1,000`,
    `${'x'.repeat(100)}      1`,
    'two lines<U+001B>[2J',
  ]);
});

test('controls and direction marks are shown by their number, line breaks as blanks', () => {
  expect(visibleText('a\u001b[31m\u0000\u009b\u202e\r\nb\tc')).toBe('a<U+001B>[31m<U+0000><U+009B><U+202E> b c');
  expect(visibleText('naïve 任务 🗑️ 👩‍💻')).toBe('naïve 任务 🗑️ 👩‍💻');
  expect(visibleLines('a\r\nb\rc\u2028d')).toEqual(['a', 'b<U+000D>c<U+2028>d']);
});
