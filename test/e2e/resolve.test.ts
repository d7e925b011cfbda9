/** `resolve`: a person's word for rows of which the service told nothing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { sandbox, workplace } = useScene({ factor: 8 });

const bin = (...args: string[]) =>
  runBin(args, { workplace, environment: sandbox.environment, nodeFlags: sandbox.nodeFlags });
const states = (csv: string) => csv.match(/,(succeeded|failed|unknown),/g)?.map((cell) => cell.slice(1, -1));

/** Two comments, of which the first may or may not have been written. */
async function commentInDoubt(): Promise<string> {
  sandbox.fill([target('bitrix24', 'comment', { task_id: '501' })]);
  writeFileSync(join(workplace.dir, 'tasks.csv'), 'task_id,comment\n501,One\n501,Two\n');
  await sandbox.faults('bitrix24:/comments:post:reset-before');
  const result = await bin(
    ...['run', 'tasks.csv', '--provider', 'bitrix24', '--operation', 'comment'],
    ...['--rate', '0', '--yes', '--no-progress'],
  );
  expect(result.exitCode).toBe(3);
  const report = workplace.read('.taskbatch', 'runs', workplace.runFolder().split('/').at(-1) ?? '', 'report.csv');
  expect(states(report)).toEqual(['unknown', 'succeeded']);
  return workplace.runFolder().split('/').at(-1) ?? '';
}

it('makes a row succeed of which a person says that it was done, and rewrites the report', async () => {
  const run = await commentInDoubt();
  expect((await bin('resolve', run, '1', '--done')).exitCode).toBe(0);
  expect(states(workplace.read('.taskbatch', 'runs', run, 'report.csv'))).toEqual(['succeeded', 'succeeded']);
  const again = await bin('resolve', run, '1', '--not-done');
  expect(again.exitCode).toBe(2);
  expect(again.stderr).toContain('Row 1 is succeeded; only rows that are unknown can be resolved.');
});

it('lets retry send a row of which a person says that it was not done', async () => {
  const run = await commentInDoubt();
  expect((await bin('resolve', run, '1', '--not-done')).exitCode).toBe(0);
  expect((await bin('retry', run, '--yes', '--no-progress')).exitCode).toBe(0);
  const { effects } = await sandbox.ledger();
  expect(effects).toHaveLength(2);
});

it('takes no word that is not said', async () => {
  const run = await commentInDoubt();
  const result = await bin('resolve', run, '1');
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toMatch(/--done or --not-done/);
});
