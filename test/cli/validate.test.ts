import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callCli } from '../support/cli.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'validate-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** `line column` of each refused row in the order in which they are shown. */
async function refused(csv: string): Promise<string[]> {
  writeFileSync(join(cwd, 'bad.csv'), csv);
  const args = ['validate', 'bad.csv', '--provider', 'clickup', '--operation', 'update', '--json'];
  const { stdout } = await callCli(args, { cwd, environment: { HOME: cwd } });
  const { first }: { first: Array<{ line: number; column: string | null }> } = JSON.parse(stdout);
  return first.map(({ line, column }) => `${line} ${column ?? '-'}`);
}

test('refused rows come in manifest order, those that clash with others among them', async () => {
  const rows = ['86aaa,a', '86aaa,a', '86bbb,b', '“86ccc”,c', '86ddd,d', '86bbb,b', '1.5E+12,e'];
  expect(await refused(`task_id,name\n${rows.join('\n')}\n`)).toEqual(['3 -', '5 task_id', '7 -', '8 task_id']);
});

test('the problems of one row come in the order of its columns', async () => {
  const bad = '-1,huge,“86ccc”';
  expect(await refused(`time_estimate,priority,task_id\n${bad}\n`)).toEqual([
    '2 time_estimate',
    '2 priority',
    '2 task_id',
  ]);
});
