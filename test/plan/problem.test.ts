import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createProblemList, type Problem, shownProblems } from '../../src/plan/problem.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'problems-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const problem = (row: number, reason = 'is wrong'): Problem => ({
  row,
  line: row + 1,
  column: null,
  value: null,
  reason,
  fix: 'Correct it.',
  code: 'WRONG',
});

test('problems are in manifest order by number, whatever the order in which they are found', async () => {
  const list = createProblemList('bad.csv', join(folder, 'problems.txt'));
  for (const row of [9, 10, 2]) list.add(problem(row));
  list.add(problem(9, 'is wrong too'));
  expect(list.first.map(({ row, reason }) => `${row} ${reason}`)).toEqual([
    '2 is wrong',
    '9 is wrong',
    '9 is wrong too',
    '10 is wrong',
  ]);
  await list.close();
  expect(list.file).toBeNull();
});

test('of many problems the first rows are shown, and the file has them all in the same order', async () => {
  const file = join(folder, 'deep', 'problems.txt');
  const list = createProblemList('a.csv', file);
  // The later rows first, as rows that clash come after those that are wrong by themselves.
  for (let row = 41; row <= 160; row++) list.add(problem(row));
  for (let row = 40; row >= 1; row--) list.add(problem(row));
  expect(list).toMatchObject({ count: 160, file });
  expect(list.first.map(({ row }) => row)).toEqual(Array.from({ length: shownProblems }, (_, index) => index + 1));
  expect(existsSync(file)).toBe(false);
  await list.close();
  await list.close();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => Number(/^a\.csv:(\d+) /.exec(line)?.[1]) - 1)).toEqual(
    Array.from({ length: 160 }, (_, index) => index + 1),
  );
});

test('a problem with a control character is whole in the file', async () => {
  const file = join(folder, 'problems.txt');
  const list = createProblemList('a.csv', file);
  for (let row = 1; row <= 60; row++) list.add(problem(row, 'holds \0 and goes on'));
  await list.close();
  expect(readFileSync(file, 'utf8').split('\n')[59]).toContain('holds \0 and goes on. Correct it.');
});

test('tens of thousands of problems are all in the file', async () => {
  const file = join(folder, 'problems.txt');
  const list = createProblemList('a.csv', file);
  for (let row = 40_000; row >= 1; row--) list.add(problem(row, 'was turned into something else '.repeat(5)));
  await list.close();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(40_000);
  expect(lines.at(-1)).toContain('(row 40000)');
});
