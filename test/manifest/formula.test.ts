import { expect, test } from 'vitest';
import { disarmFormula } from '../../src/manifest/formula.js';

test.each([
  '=1+1',
  '+SUM(A1)',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\tplain',
  '\rplain',
  ' =1',
  '\n=1',
  '\u00a0=1',
  '\u3000＝1',
  '\u200b=1',
  '\ufeff=1',
  '\u0000=1',
  '＝1',
  '＋1',
  '－1',
  '＠A1',
  '-',
  '-5+cmd|" /C calc"!A0',
  '-1e5x',
  '+1-800-555-0100',
  '--5',
  '-5\n=1',
])('%j gets an apostrophe', (text) => {
  expect(disarmFormula(text)).toBe(`'${text}`);
});

test.each([
  '',
  'task',
  '-5',
  '+3.2',
  '-1e5',
  '-1E+5',
  '+.5',
  '-3,5',
  '5-3',
  "'=1",
  ' task',
  '"=1"',
  'a=b',
  'é=1',
  '　任务',
])('%j stays as it is', (text) => {
  expect(disarmFormula(text)).toBe(text);
});

test('a long row of blanks costs no more than its length', () => {
  const blanks = ' '.repeat(200_000);
  expect(disarmFormula(`${blanks}x`)).toBe(`${blanks}x`);
});
