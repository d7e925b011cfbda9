/** One writer a run: who holds it, when it is free, and what copies of its folder may do. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWorkplace, runBin, type Started, startBin, type Workplace } from '../support/bin.js';
import { type ServedSandbox, serveSandbox, target } from '../support/served-sandbox.js';

const rows = 20;
const ids = Array.from({ length: rows }, (_, index) => `86loc${(index + 1).toString(36).padStart(2, '0')}`);

let workplace: Workplace;
let elsewhere: Workplace;
let sandbox: ServedSandbox;
let started: Started | null = null;

beforeEach(async () => {
  workplace = createWorkplace();
  elsewhere = createWorkplace();
  sandbox = await serveSandbox();
  sandbox.fill(ids.map((task_id) => target('clickup', 'delete', { task_id })));
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
});
afterEach(async () => {
  started?.child.kill('SIGKILL');
  started = null;
  await sandbox.close();
  workplace.remove();
  elsewhere.remove();
});

const bin = (args: readonly string[], place = workplace) =>
  runBin(args, { workplace: place, environment: sandbox.environment });

/** A run amid its deletes, each of which takes a while. */
async function midst(): Promise<Started> {
  await sandbox.faults('write:slow=400*0');
  const what = ['tasks.csv', '--provider', 'clickup', '--operation', 'delete', '--rate', '0', '--concurrency', '2'];
  started = startBin(['run', ...what, '--yes', '--no-progress'], { workplace, environment: sandbox.environment });
  while ((await sandbox.ledger()).requests.filter(({ write }) => write).length < 4);
  return started;
}

/** As `cp -r` to another machine would: all files as they are, one after the other. */
function copyFolder(): string {
  const from = workplace.runFolder();
  const id = from.split('/').at(-1) ?? '';
  mkdirSync(join(elsewhere.dir, '.taskbatch', 'runs'), { recursive: true });
  cpSync(from, elsewhere.runFolder(id), { recursive: true });
  return id;
}

async function expectEachOnce(): Promise<void> {
  const effects = await sandbox.effects();
  expect(effects.size).toBe(rows);
  for (const kinds of effects.values()) expect(kinds).toEqual(['delete']);
}

it('a living owner is respected, also one that stands still', async () => {
  const { child, finished } = await midst();
  child.kill('SIGSTOP');
  for (const args of [['resume'], ['verify'], ['retry', '--yes']]) {
    const refused = await bin(args);
    expect(refused).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('in use by another process') });
    expect(refused.stderr).toContain('next: Watch it: taskbatch status');
  }
  child.kill('SIGCONT');
  expect((await finished).exitCode).toBe(0);
  await expectEachOnce();
});

it('a dead owner holds nothing: what it left is free at once', async () => {
  const { child, finished } = await midst();
  child.kill('SIGKILL');
  await finished;
  await sandbox.faults('');
  expect((await bin(['resume', '--no-progress'])).exitCode).toBe(0);
  await expectEachOnce();
});

it('a folder that was copied at rest goes on elsewhere', async () => {
  const { child, finished } = await midst();
  child.kill('SIGTERM');
  await finished;
  copyFolder();
  await sandbox.faults('');
  expect(await bin(['resume', '--no-progress'], elsewhere)).toMatchObject({ exitCode: 0 });
  await expectEachOnce();
});

it('a folder that was copied after a crash, its write-ahead log beside it, goes on elsewhere', async () => {
  const { child, finished } = await midst();
  child.kill('SIGKILL');
  await finished;
  const id = copyFolder();
  expect(readdirSync(elsewhere.runFolder(id))).toContain('run.db-wal');
  expect(readFileSync(join(elsewhere.runFolder(id), 'run.db-wal')).length).toBeGreaterThan(0);
  await sandbox.faults('');
  expect(await bin(['resume', '--no-progress'], elsewhere)).toMatchObject({ exitCode: 0 });
  await expectEachOnce();
});

it('a copy of a run that goes on has no lock of its owner, and is refused while that lives', async () => {
  const { child, finished } = await midst();
  const id = copyFolder();
  const status = await bin(['status', id, '--json'], elsewhere);
  expect(JSON.parse(status.stdout)).toMatchObject({ state: 'interrupted' });
  expect(await bin(['resume', '--no-progress'], elsewhere)).toMatchObject({
    exitCode: 6,
    stderr: expect.stringMatching(/is a copy of one that a process has in hand[\s\S]*where: .*\/runs\//),
  });
  expect(await bin(['pause'], elsewhere)).toMatchObject({ exitCode: 2 });
  child.kill('SIGKILL');
  await finished;
  // Its owner is dead: rows that it did since the copy are found done, not done again.
  await sandbox.faults('');
  expect(await bin(['resume', '--no-progress'], elsewhere)).toMatchObject({ exitCode: 0 });
  expect(existsSync(join(elsewhere.runFolder(id), 'report.csv'))).toBe(true);
  await expectEachOnce();
});
