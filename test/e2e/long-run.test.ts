/** A run that takes longer than a reading is good for: what can't be taken back is compared with the plan all the same. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createWorkplace, runBin } from '../support/bin.js';
import { createOtherHand } from '../support/other-hand.js';
import { serveSandbox, target } from '../support/served-sandbox.js';

it('a run of one sitting blocks a task that changed after it was planned, minutes before its turn', async () => {
  const workplace = createWorkplace();
  // Two requests a minute, forty times faster.
  const sandbox = await serveSandbox({ factor: 40 });
  const other = createOtherHand(sandbox.environment);
  try {
    const ids = ['86long1', '86long2', '86long3', '86long4', '86long5', '86long6'];
    sandbox.fill(ids.map((task_id) => target('clickup', 'delete', { task_id })));
    writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
    const flags = ['--provider', 'clickup', '--operation', 'delete', '--rate', '2', '--concurrency', '1', '--yes'];
    const { environment, nodeFlags } = sandbox;
    const finished = runBin(['run', 'tasks.csv', ...flags, '--timeout', '20m'], { workplace, environment, nodeFlags });
    await expect.poll(async () => (await sandbox.effects()).size, { timeout: 60_000 }).toBeGreaterThan(0);
    await other.change('clickup', 'update', { task_id: '86long6', name: 'PRODUCTION' });
    expect((await finished).exitCode).toBe(3);
    expect((await sandbox.effects()).get('86long6')).toEqual(['update']);
    expect((await sandbox.effects()).size).toBe(ids.length);
  } finally {
    await other.close();
    await sandbox.close();
    workplace.remove();
  }
});
