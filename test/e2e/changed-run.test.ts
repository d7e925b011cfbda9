/** A run that is gone on with sends what it was planned to send: whatever changed its file in between is noticed. */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { openSqlite } from '../../src/state/sqlite.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const ids = Array.from({ length: 6 }, (_, index) => `86chg${index}`);

const { here, sandbox, workplace } = useScene({}, 'file');
/** What the sandbox did before the run was gone on with. */
let done: number;

const resume = () => here('resume', '--yes', '--no-progress', '--concurrency', '1');
const database = () => join(workplace.runFolder(), 'run.db');
const effects = async () => [...(await sandbox.effects()).keys()].sort();

/** A run of which two rows are done, and the service then asks for too long a wait. */
beforeAll(async () => {
  sandbox.fill([...ids, '86other'].map((task_id) => target('clickup', 'delete', { task_id })));
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
  await sandbox.faults('clickup:write:throttle-seconds=3600+2*0');
  const scope = ['--provider', 'clickup', '--operation', 'delete', '--rate', '0', '--concurrency', '1'];
  const stopped = await here('run', 'tasks.csv', ...scope, '--yes', '--no-progress', '--give-up-after', '1m');
  expect(stopped.exitCode).toBe(4);
  await sandbox.faults('');
  done = (await effects()).length;
  expect(done).toBe(2);
  edit('PRAGMA wal_checkpoint(TRUNCATE)');
  copyFileSync(database(), `${database()}.kept`);
});
beforeEach(() => {
  for (const rest of ['-wal', '-shm']) rmSync(`${database()}${rest}`, { force: true });
  copyFileSync(`${database()}.kept`, database());
});

function edit(sql: string): void {
  const file = openSqlite(database());
  file.exec(sql);
  file.close();
}

it.each([
  ['the values of a row', `UPDATE source SET args = '{"task_id":"86other"}' WHERE number = 5`],
  ['the target of a row', `UPDATE source SET target = 'clickup:86other' WHERE number = 5`],
  ['the operation of the rows', `UPDATE kind SET operation = 'archive'`],
  ['what a row is compared with', `UPDATE reading SET title = 'Another' WHERE number = 5`],
  ['what rows are compared with', `UPDATE pattern SET text = replace(text, '"status"', '"space"')`],
  ['the values of all rows', `UPDATE pattern SET text = replace(text, '"task_id"', '"list_id"')`],
  ['that a row was read', 'DELETE FROM reading WHERE number = 5'],
  ['a row, taken out', 'DELETE FROM source WHERE number = 5'],
  ['a guard of the job', `UPDATE run SET record = json_set(record, '$.settings.never', 'false')`],
])('is not gone on with when its file was changed: %s', async (_what, sql) => {
  edit(sql);
  const { exitCode, stderr } = await resume();
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringMatching(
      /has still to do is not as it was planned: something changed its file since, between rows 1 and/,
    ),
  ]);
  expect(stderr).toMatch(/next: See what was done: taskbatch report \S+/);
  expect(await effects()).toHaveLength(done);
});

it('is gone on with when nothing changed it but the run itself', async () => {
  expect((await resume()).exitCode).toBe(0);
  expect(await effects()).toEqual(ids);
});
