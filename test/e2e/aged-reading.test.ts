/** A write that waited long after its target was read: what can't be taken back is compared with the plan once more. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createWorkplace, runBin } from '../support/bin.js';
import { createOtherHand } from '../support/other-hand.js';
import { serveSandbox, target } from '../support/served-sandbox.js';

it.each([
  ['clickup', 'throttle-seconds=95', { name: 'PRODUCTION' }, ['86aged1', '86aged2']],
  ['bitrix24', 'throttle-seconds=95', { title: 'PRODUCTION' }, ['4711', '4712']],
] as const)('%s: a service that has its deletes wait for more than 90 s does not delete what was renamed meanwhile', async (provider, fault, change, ids) => {
  const workplace = createWorkplace();
  const sandbox = await serveSandbox({ factor: 20, faultText: `write:${fault}` });
  const other = createOtherHand(sandbox.environment);
  const { environment, nodeFlags } = sandbox;
  const bin = (args: readonly string[]) => runBin(args, { workplace, environment, nodeFlags });
  try {
    sandbox.fill(ids.map((task_id) => target(provider, 'delete', { task_id })));
    writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
    const planned = await bin(['plan', 'tasks.csv', '--provider', provider, '--operation', 'delete']);
    expect(planned.exitCode).toBe(0);
    const run = /apply (\S+)/.exec(planned.stdout)?.[1] ?? '';
    const applied = bin(['apply', run, '--yes', '--no-progress']);
    const isRefused = async () =>
      (await sandbox.ledger()).requests.some(({ write, status }) => write && status !== 200);
    await expect.poll(isRefused, { timeout: 20_000 }).toBe(true);
    await other.change(provider, 'update', { task_id: ids[1], ...change });
    expect(await applied).toMatchObject({ exitCode: 3 });
    expect(await sandbox.effects()).toEqual(
      new Map([
        [ids[1], ['update']],
        [ids[0], ['delete']],
      ]),
    );
    const explained = await bin(['explain', run, '2']);
    expect(explained.stdout).toMatch(/blocked/);
    expect(explained.stdout).toMatch(/PRODUCTION/);
  } finally {
    await other.close();
    await sandbox.close();
    workplace.remove();
  }
});
