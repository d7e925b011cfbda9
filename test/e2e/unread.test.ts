/** A doubt is not given up because one reading failed: `unknown` is for what reading does not tell. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createWorkplace, runBin } from '../support/bin.js';
import { serveSandbox, target } from '../support/served-sandbox.js';

const flags = ['--rate', '0', '--yes', '--no-progress', '--json'];

it('an outage while a row in doubt is read stops the run, and resuming settles the row', async () => {
  const workplace = createWorkplace();
  const sandbox = await serveSandbox({ factor: 8 });
  try {
    sandbox.fill([target('clickup', 'comment', { task_id: '86unread03', comment: 'Hello' })]);
    writeFileSync(join(workplace.dir, 'rows.csv'), 'task_id,comment\n86unread03,Hello\n');
    await sandbox.faults('clickup:post:500-after*1,clickup:get:/comment:503*0');
    const what = ['--provider', 'clickup', '--operation', 'comment', '--give-up-after', '5s'];
    const args = ['run', 'rows.csv', ...what, ...flags];
    const stopped = await runBin(args, { workplace, environment: sandbox.environment, nodeFlags: sandbox.nodeFlags });
    expect(stopped.exitCode).toBe(4);
    expect(JSON.parse(stopped.stdout)).toMatchObject({
      states: { sending: 1, unknown: 0 },
      stop: { reason: 'outage' },
    });
    await sandbox.faults('clickup:get:503*0+1000');
    const resumed = await runBin(['resume', ...flags], {
      workplace,
      environment: sandbox.environment,
      nodeFlags: sandbox.nodeFlags,
    });
    expect(JSON.parse(resumed.stdout)).toMatchObject({ states: { succeeded: 1 }, outcomes: { settled: 1 } });
    expect((await sandbox.ledger()).effects).toHaveLength(1);
  } finally {
    await sandbox.close();
    workplace.remove();
  }
});

it.each([
  ['clickup', 'comment', { task_id: '86unread01', comment: 'Hello' }, 'post:500-before*1,clickup:get:/comment:503*1'],
  ['bitrix24', 'create', { title: 'New', responsible_id: 1 }, 'post:/v1/tasks:500-after*1,bitrix24:post:/search:503*1'],
  ['clickup', 'delete', { task_id: '86unread02' }, 'delete:reset-after*3,clickup:get:/task/86:garbage-html-before+1*1'],
] as const)('%s %s: one failed reading leaves no row unknown', async (provider, operation, values, faults) => {
  const workplace = createWorkplace();
  const sandbox = await serveSandbox({ factor: 8 });
  try {
    sandbox.fill([target(provider, operation, values)]);
    await sandbox.faults(`${provider}:${faults}`);
    writeFileSync(
      join(workplace.dir, 'rows.csv'),
      `${Object.keys(values).join(',')}\n${Object.values(values).join(',')}\n`,
    );
    const args = ['run', 'rows.csv', '--provider', provider, '--operation', operation, ...flags];
    const { exitCode, stdout } = await runBin(args, {
      workplace,
      environment: sandbox.environment,
      nodeFlags: sandbox.nodeFlags,
    });
    const { states } = JSON.parse(stdout);
    expect({ exitCode, states }).toMatchObject({ exitCode: 0, states: { succeeded: 1, unknown: 0 } });
    expect((await sandbox.ledger()).effects).toHaveLength(1);
  } finally {
    await sandbox.close();
    workplace.remove();
  }
});
