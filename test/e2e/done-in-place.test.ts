/** Rows that stand for rows of an earlier run, lines of an undo and retries: each is done once, whoever else does it too. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRunDatabase } from '../../src/state/run-database.js';
import { readRun, updateRun } from '../../src/state/run-records.js';
import { binFile, startBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';
import { openTerminal } from '../support/terminal.js';

const { here, sandbox, workplace } = useScene();

beforeEach(() => {
  sandbox.fill([target('clickup', 'delete', { task_id: '86one', list_id: '901000000001' })]);
});

const flags = ['--rate', '0', '--no-progress', '--yes'];
const json = async (...args: string[]) => JSON.parse((await here(...args, '--json')).stdout);
const makings = async () => (await sandbox.ledger()).effects.filter(({ kind }) => kind === 'create').length;
const file = (name: string) => join(workplace.dir, name);

/** Waits for what the sandbox does; it answers each time that it is asked. */
async function untilMade(): Promise<void> {
  while ((await makings()) === 0);
}

describe('a line of an undo that makes a task again', () => {
  let run: string;
  beforeEach(async () => {
    writeFileSync(file('rows.csv'), 'task_id\n86one\n');
    ({ run } = await json('run', 'rows.csv', '--provider', 'clickup', '--operation', 'delete', ...flags));
    expect((await here('undo', run, '-o', 'undo.csv', '--rate', '0', '--no-progress')).exitCode).toBe(0);
  });

  it('is not done again where nobody knows whether a run that was killed has done it', async () => {
    await sandbox.faults('clickup:post:hang-after');
    const environment = sandbox.environment;
    const { child, finished } = startBin(['run', 'undo.csv', ...flags], { workplace, environment });
    await untilMade();
    child.kill('SIGKILL');
    await finished;
    const again = await json('undo', run, '-o', 'again.csv', '--rate', '0', '--no-progress');
    expect(again).toMatchObject({ file: null, rows: { unsure: 1 } });
    expect(again.groups[0].words[0]).toContain('may have taken it back, which is not known yet');
    const { exitCode, stdout } = await here('run', 'undo.csv', ...flags);
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('MAY_BE_DONE')]);
    expect(await makings()).toBe(1);
  });

  it('is passed over when another run did it while the question stood', async () => {
    const environment = { ...workplace.environment, ...sandbox.environment };
    const args = [binFile, 'run', 'undo.csv', '--rate', '0', '--no-progress'];
    const terminal = openTerminal(process.execPath, args, { cwd: workplace.dir, environment });
    try {
      await terminal.waitFor(/\[y\/N\]/);
      expect((await here('run', 'undo.csv', ...flags)).exitCode).toBe(0);
      terminal.type('y\r');
      await terminal.finished;
    } finally {
      terminal.close();
    }
    expect(await makings()).toBe(1);
  });

  it('is done by one of two plans that are applied at the same time, and the other one is refused or has nothing to do', async () => {
    const plan = async (): Promise<string> => (await json('plan', 'undo.csv', '--rate', '0', '--no-progress')).run;
    const runs = [await plan(), await plan()];
    await sandbox.faults('clickup:post:slow=3000*0');
    const ends = await Promise.all(runs.map((id) => here('apply', id, ...flags)));
    expect(await makings()).toBe(1);
    expect(ends.map(({ exitCode }) => exitCode).sort()).toEqual([0, 6]);
    expect(ends.map(({ stderr }) => stderr).join('')).toContain(`a retry of run ${run}, or lines that take it back`);
  });

  it('is refused where the credential acts for another tenant than the run did: ids are those of others there', async () => {
    const state = openRunDatabase(join(workplace.dir, '.taskbatch', 'runs', run, 'run.db'), 'write');
    const { services } = readRun(state).record;
    updateRun(state, { services: services.map((service) => ({ ...service, tenant: 'Acme', tenantId: '77' })) });
    state.close();
    const { exitCode, stderr } = await here('run', 'undo.csv', ...flags);
    expect([exitCode, await makings()]).toEqual([5, 0]);
    expect(stderr.replace(/\s+/g, ' ')).toContain(`Lines take back run ${run}, which was made for ClickUp Acme (77)`);
  });

  it('is told of where the run that it takes back is in another folder: its tenant can not be compared', async () => {
    const { exitCode, stderr } = await here('plan', 'undo.csv', '--state-dir', 'elsewhere', ...flags);
    expect(exitCode).toBe(0);
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      `warning: Lines take back run ${run}, of which nothing can be read in`,
    );
    expect((await here('plan', 'undo.csv', ...flags)).stderr).not.toContain('warning');
  });

  it('counts as done also with blanks around what says so', async () => {
    const text = readFileSync(file('undo.csv'), 'utf8').replace(/,(\d{8}-[^,]+),/, ', $1 ,');
    writeFileSync(file('undo.csv'), text);
    expect((await here('run', 'undo.csv', ...flags)).exitCode).toBe(0);
    expect(await json('run', 'undo.csv', ...flags)).toMatchObject({ states: { skipped: 1 } });
    expect(await makings()).toBe(1);
  });
});

describe('a row of a retry', () => {
  it('is passed over when another retry of the same run did it, unless that was taken back', async () => {
    writeFileSync(file('rows.csv'), 'list_id,name\n901000000001,One\n');
    await sandbox.faults('clickup:post:403*1');
    const { run } = await json('run', 'rows.csv', '--provider', 'clickup', '--operation', 'create', ...flags);
    const first = await json('retry', run, ...flags);
    const second = await json('retry', run, ...flags);
    expect([first.states.succeeded, second.states.skipped, await makings()]).toEqual([1, 1, 1]);
    await here('undo', first.run, '-o', 'undo.csv', '--rate', '0', '--no-progress');
    expect((await here('run', 'undo.csv', ...flags)).exitCode).toBe(0);
    expect((await json('retry', run, ...flags)).states.succeeded).toBe(1);
    expect(await makings()).toBe(2);
  });
});
