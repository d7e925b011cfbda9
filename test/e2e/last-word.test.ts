/** A process that dies between the end of the run and its reports: going on with the run writes them. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createWorkplace, runBin } from '../support/bin.js';
import { serveSandbox, target } from '../support/served-sandbox.js';

it('writes the reports of a finished run that has none, sends nothing, and refuses one that has them', async () => {
  const workplace = createWorkplace();
  const sandbox = await serveSandbox({});
  try {
    sandbox.fill([target('clickup', 'archive', { task_id: '86last01' })]);
    writeFileSync(join(workplace.dir, 'rows.csv'), 'task_id\n86last01\n');
    const bin = (...args: string[]) =>
      runBin([...args, '--yes', '--no-progress'], { workplace, environment: sandbox.environment });
    expect((await bin('run', 'rows.csv', '--provider', 'clickup', '--operation', 'archive')).exitCode).toBe(0);
    const report = join(workplace.runFolder(), 'report.csv');
    rmSync(report);
    const before = (await sandbox.ledger()).requests.length;
    expect((await bin('resume')).exitCode).toBe(0);
    expect(existsSync(report)).toBe(true);
    expect((await sandbox.ledger()).requests).toHaveLength(before);
    expect((await bin('resume')).exitCode).toBe(2);
  } finally {
    await sandbox.close();
    workplace.remove();
  }
});
