import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRunFolder } from '../../src/state/run-folder.js';
import { listRunIds } from '../../src/state/run-ids.js';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'run-ids-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('runs come in order of time; what is none, and a link whose run was moved away, is left out', () => {
  const [first, second, gone] = [
    '20260101-0900-delete-00ff',
    '20260101-0901-complete-00aa',
    '20260101-0902-delete-00bb',
  ];
  mkdirSync(join(dir, 'runs', second), { recursive: true });
  mkdirSync(join(dir, 'runs', first));
  mkdirSync(join(dir, 'runs', 'notes'));
  symlinkSync(join(dir, 'elsewhere'), join(dir, 'runs', gone));
  expect(listRunIds(dir)).toEqual([first, second]);
});

test('without a folder of runs there are none', () => {
  expect(listRunIds(dir)).toEqual([]);
});

test('a run whose id is taken gets another one, and says so when there is none left', () => {
  const ids = ['20260101-0900-delete-00ff', '20260101-0900-delete-00fe'];
  expect(createRunFolder(dir, () => ids[0] ?? '').id).toBe(ids[0]);
  const left = [...ids];
  expect(createRunFolder(dir, () => left.shift() ?? '').id).toBe(ids[1]);
  expect(() => createRunFolder(dir, () => ids[0] ?? '')).toThrow(/can't be written: EEXIST/);
});
