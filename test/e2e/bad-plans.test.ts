/** Plans that must not be applied: each is refused with a clear message, and nothing is sent. */
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../src/state/migrations.js';
import { digestPlan } from '../../src/state/plan-digest.js';
import { sealRows } from '../../src/state/row-seals.js';
import { openRunDatabase } from '../../src/state/run-database.js';
import { readRun, updateRun } from '../../src/state/run-records.js';
import { openSqlite } from '../../src/state/sqlite.js';
import type { Finished } from '../support/bin.js';
import { createOtherHand } from '../support/other-hand.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { bin, sandbox, workplace } = useScene({}, 'file');

let run: string;
/** The plan as it was made; put back before each test. */
let pristine: Buffer;

beforeAll(async () => {
  run = await plan();
  pristine = readFileSync(database());
});
beforeEach(() => {
  for (const rest of ['-wal', '-shm']) rmSync(`${database()}${rest}`, { force: true });
  writeFileSync(database(), pristine);
});

const ids = ['86bad1', '86bad2', '86bad3'];
const apply = () => bin('apply', run, '--yes', '--no-progress');
const database = () => join(workplace.runFolder(), 'run.db');

/** Plans to delete three tasks, one of them in a row that waits for another. @returns the run. */
async function plan(): Promise<string> {
  sandbox.fill([...ids, '86other'].map((task_id) => target('clickup', 'delete', { task_id })));
  const rows = ids.map((id, index) => `row${index},${index === 2 ? 'row0' : ''},${id}\n`);
  writeFileSync(join(workplace.dir, 'tasks.csv'), `key,after,task_id\n${rows.join('')}`);
  const scope = ['--provider', 'clickup', '--operation', 'delete', '--rate', '0', '--no-progress'];
  const { stdout } = await bin('plan', 'tasks.csv', ...scope);
  return /Plan (\S+)/.exec(stdout)?.[1] ?? 'none';
}

function edit(sql: string): void {
  const file = openSqlite(database());
  file.exec(sql);
  file.close();
}

async function expectRefused({ stderr, stdout, exitCode }: Finished, message: RegExp): Promise<void> {
  expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
  expect(stderr).toContain('next:');
  const { effects, requests } = await sandbox.ledger();
  expect(effects).toEqual([]);
  expect(requests.filter(({ write }) => write)).toEqual([]);
}

describe('a plan whose file was changed by hand', () => {
  it.each([
    ['the values of a row', `UPDATE source SET args = '{"task_id":"86other"}' WHERE number = 2`],
    ['the target of a row', `UPDATE source SET target = 'clickup:86other' WHERE number = 2`],
    ['the operation of a row', `UPDATE kind SET operation = 'archive'`],
    ['the state of a row', `UPDATE row SET state = 'skipped' WHERE number = 2`],
    ['what a row is compared with', `UPDATE reading SET title = 'Another' WHERE number = 2`],
    ['what rows are compared with', `UPDATE pattern SET text = replace(text, '"status"', '"space"')`],
    ['the values of all rows', `UPDATE pattern SET text = replace(text, '"task_id"', '"list_id"')`],
    ['what was looked up for a row', `UPDATE reading SET prepared = '{"status":"x"}' WHERE number = 2`],
    ['which row a row waits for', 'UPDATE dependency SET on_row = 2'],
    ['the key of a row', `UPDATE row_key SET key = 'other' WHERE number = 1`],
    ['a row, taken out', 'DELETE FROM row WHERE number = 2'],
    ['what was foretold of a row', 'UPDATE row SET prediction = 4 WHERE number = 2'],
    ['what is unlike the rest', `INSERT INTO surprise VALUES (2, 'title', 'It is the best of all.')`],
    ['how far rows come back', `INSERT INTO way_back (reach, words) VALUES ('whole', '[]')`],
    ['how far a row comes back', 'UPDATE row SET way_back = 77 WHERE number = 2'],
    ['since when a target may not have changed', 'UPDATE source SET unchanged_since = 5 WHERE number = 2'],
    ['what goes along', `INSERT INTO part VALUES ('clickup', '86bad1', '86other', NULL, NULL)`],
    ['what there is to say of a row', `UPDATE row SET message = 'All is well.' WHERE number = 2`],
    ['the snapshot of a target', `UPDATE reading SET snapshot = x'00' WHERE number = 2`],
    ['a snapshot, taken out', 'UPDATE reading SET snapshot = NULL WHERE number = 2'],
    ['all sums over rows, taken out', 'DELETE FROM seal'],
    [
      'something that acts by itself',
      `CREATE TRIGGER evil AFTER UPDATE ON row BEGIN UPDATE source SET args = '{"task_id":"86other"}'; END`,
    ],
    ['the name of a column', `UPDATE run SET record = json_set(record, '$.columns[0]', 'other')`],
    ['a guard of the job', `UPDATE run SET record = json_set(record, '$.settings.never', 'false')`],
    ['how many rows go first', `UPDATE run SET record = json_set(record, '$.settings.canary', 2)`],
    ['when it stops', `UPDATE run SET record = json_set(record, '$.settings.stopAfterFailed', 1000)`],
    [
      'when it was made',
      `UPDATE run SET record = json_set(record, '$.plannedAtMs', json_extract(record, '$.plannedAtMs') + 1)`,
    ],
  ])('is refused: %s', async (_what, sql) => {
    edit(sql);
    await expectRefused(await apply(), /is not as it was when it was made: something changed its file/);
  });

  it('is refused when it is no database any more', async () => {
    writeFileSync(database(), 'task_id\n86bad1\n'.repeat(200));
    await expectRefused(await apply(), /state file can't be used: .*not a database/);
  });

  it('is refused when its end is cut off', async () => {
    truncateSync(database(), Math.floor(readFileSync(database()).length / 2));
    await expectRefused(await apply(), /state file can't be used: .*malformed/);
  });

  it('is refused when its record is gone', async () => {
    edit(`UPDATE run SET record = '{}'`);
    await expectRefused(await apply(), /run record is missing or damaged/);
  });
});

describe('a plan of another version', () => {
  it.each([0, 1, migrations.length - 1])('is refused as damaged when only its number says so: %i', async (version) => {
    edit(`PRAGMA user_version = ${version}`);
    const told = new RegExp(
      `its tables are not those of its schema version ${version} \\(.*so something else changed it`,
    );
    const refused = await apply();
    await expectRefused(refused, told);
    expect(refused.stderr).toContain('next: The file is damaged; restore it from a copy, or plan the manifest again.');
  });

  it('is refused when that was a newer one, with both numbers', async () => {
    edit(`PRAGMA user_version = ${migrations.length + 1}`);
    const numbers = new RegExp(`schema version ${migrations.length + 1}; .* versions up to ${migrations.length}\\.`);
    await expectRefused(await apply(), numbers);
  });

  it('is refused when that was an older one, which could not show that it is unchanged', async () => {
    edit(`UPDATE run SET record = json_set(json_remove(record, '$.planDigest'), '$.version', '0.0.1')`);
    await expectRefused(await apply(), /was made by taskbatch 0\.0\.1, which kept nothing to show/);
  });
});

describe('a plan that nothing touched', () => {
  it.each([
    [{ tenant: 'Acme', tenantId: '77' }, 'Acme \\(77\\)'],
    // Names need not be unique.
    [{ tenantId: '77' }, 'Sandbox Workspace \\(77\\)'],
  ])('is refused for another account than it was made for: %j', async (changes, told) => {
    const state = openRunDatabase(database(), 'write');
    const { services } = readRun(state).record;
    const acme = updateRun(state, { services: services.map((service) => ({ ...service, ...changes })) });
    sealRows(state, acme);
    updateRun(state, { planDigest: digestPlan(state, acme) });
    state.close();
    const { exitCode, stderr } = await apply();
    expect([exitCode, stderr]).toEqual([
      5,
      expect.stringMatching(
        new RegExp(`planned for ClickUp ${told}, but the credential now acts for Sandbox Workspace \\(\\d+\\)`),
      ),
    ]);
    expect((await sandbox.ledger()).requests.filter(({ write }) => write)).toEqual([]);
  });

  it('is applied, also with another pace than it was made with, and counts a target that vanished as done', async () => {
    const other = createOtherHand(sandbox.environment);
    await other.change('clickup', 'delete', { task_id: '86bad2' });
    await other.close();
    const flags = ['--yes', '--no-progress', '--rate', '6000', '--stop-after', '5', '--json'];
    const { exitCode, stdout } = await bin('apply', run, ...flags);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcomes: { done: 2, already: 1 } });
    expect([...(await sandbox.effects()).values()]).toEqual([['delete'], ['delete'], ['delete']]);
    const again = await bin('apply', run, '--yes', '--no-progress');
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringMatching(/is finished; only a plan that was not/)]);
  });
});
