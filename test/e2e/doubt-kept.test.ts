/** A row in doubt whose next try waits for its turn: it is in doubt on the disk too, and its own effect is known as that. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runBin, startBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';
import { lookAt } from '../torture/run-look.js';

const { sandbox, workplace } = useScene({ factor: 20 });

function manifest(provider: string, operation: string, cells: Readonly<Record<string, string>>): string[] {
  sandbox.fill([target(provider, operation, cells)]);
  writeFileSync(join(workplace.dir, 'rows.csv'), `${Object.keys(cells).join()}\n${Object.values(cells).join()}\n`);
  const what = ['--provider', provider, '--operation', operation, '--look', 'none'];
  return ['run', 'rows.csv', ...what, '--yes', '--no-progress'];
}

const means = () => ({ workplace, environment: sandbox.environment, nodeFlags: sandbox.nodeFlags });

it('while it waits for the limit it is not among the rows to do, and its own effect is not called missing', async () => {
  const run = manifest('clickup', 'delete', { task_id: '86doubt1' });
  await sandbox.faults('write:reset-after');
  // The first of five requests a minute, and what the credential is checked with, leave at once; the next tries wait.
  const { child, finished } = startBin([...run, '--rate', '5', '--pace', 'even'], means());
  const seen = new Set<string>();
  let database = '';
  while (child.exitCode === null) {
    await new Promise((resolve) => setImmediate(resolve));
    if (database === '' && existsSync(join(workplace.dir, '.taskbatch', 'runs'))) {
      database = join(workplace.runFolder(), 'run.db');
    }
    if ((await sandbox.effects()).size === 0) continue;
    seen.add(lookAt(database).rows[0]?.state ?? 'none');
  }
  expect((await finished).exitCode).toBe(0);
  expect([...seen]).toEqual(['sending', 'succeeded']);
  expect(lookAt(database).rows[0]).toMatchObject({ state: 'succeeded', outcome: 'settled', attempts: 2 });
  expect([...(await sandbox.effects()).values()]).toEqual([['delete']]);
}, 120_000);

it('what is read for the next try is refused, and the row is settled all the same', async () => {
  // A task's status is read before its responsible person is changed.
  const run = manifest('bitrix24', 'update', { task_id: '4711', responsible_id: '12' });
  await sandbox.faults('write:reset-after,read:=4711:400-before+1');
  const { exitCode, stderr } = await runBin([...run, '--rate', '0'], means());
  expect([exitCode, stderr]).toEqual([0, expect.not.stringMatching(/bug/)]);
  expect(lookAt(join(workplace.runFolder(), 'run.db')).rows[0]).toMatchObject({
    state: 'succeeded',
    outcome: 'settled',
  });
  expect([...(await sandbox.effects()).values()]).toEqual([['update']]);
});
