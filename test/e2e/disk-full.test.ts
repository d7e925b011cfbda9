/** A disk that is full at any instant: nothing leaves without its intent on the disk, and there is a way to go on. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { binFile, runBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const ids = Array.from({ length: 30 }, (_, index) => `86full${index.toString(36).padStart(2, '0')}`);
const flags = ['--rate', '0', '--concurrency', '3', '--yes', '--no-progress'];

/** A small disk of one's own needs a mount namespace: as root, or where users may have namespaces. */
const namespaces = [['--mount'], ['--mount', '--user', '--map-root-user']];
const own = namespaces.find((words) => {
  const tried = spawnSync('unshare', [...words, 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', '/mnt']);
  return tried.status === 0;
});
if (own === undefined) process.stderr.write('disk-full.test.ts: left out, no small disk can be mounted here\n');

const { sandbox, workplace } = useScene();
beforeEach(() => {
  sandbox.fill(ids.map((task_id) => target('clickup', 'delete', { task_id })));
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
});

/** Runs on a disk of that size, makes room, and goes on; what each command printed is in files of its own. */
const script = `
  disk=$PWD/.taskbatch
  mount -t tmpfs -o size=$1k none "$disk" || exit 99
  run="$2 $3 run tasks.csv --provider clickup --operation delete $4"
  $run > out1 2> err1; echo $? > code1
  mount -o remount,size=64m "$disk" || exit 99
  if ls "$disk"/runs/* > /dev/null 2>&1; then next="$2 $3 resume $4"; else next=$run; fi
  $next > out2 2> err2; echo $? > code2
`;

async function runOn(sizeKb: number): Promise<{ first: number; second: number; told: string }> {
  mkdirSync(join(workplace.dir, '.taskbatch'));
  const words = [...(own ?? []), 'sh', '-c', script, 'sh', String(sizeKb), process.execPath, binFile, flags.join(' ')];
  const environment = { ...workplace.environment, ...sandbox.environment };
  const child = spawn('unshare', words, { cwd: workplace.dir, env: environment, stdio: 'ignore' });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  const read = (name: string) => readFileSync(join(workplace.dir, name), 'utf8');
  return { first: Number(read('code1')), second: Number(read('code2')), told: read('out1') + read('err1') };
}

describe.skipIf(own === undefined)('a state folder on a disk', () => {
  // From one that takes nothing to one on which the reports are the first that find no room.
  it.each([16, 88, 144, 176, 200, 228, 260, 340])('of %i kB', async (sizeKb) => {
    const { first, second, told } = await runOn(sizeKb);
    expect([first, told]).toEqual([expect.toBeOneOf([0, 2, 4]), expect.not.stringMatching(/bug in taskbatch/)]);
    if (first !== 0) expect(told).toMatch(/space|full|disk/i);
    expect(second).toBe(0);
    const effects = await sandbox.effects();
    expect([...effects.values()]).toEqual(ids.map(() => ['delete']));
  });
});

describe('a state that can not be used', () => {
  const run = (...more: string[]) =>
    runBin(['run', 'tasks.csv', '--provider', 'clickup', '--operation', 'delete', ...flags, ...more], {
      workplace,
      environment: sandbox.environment,
    });

  it('because a file is where its folder should be, is told with what to do, and nothing is sent', async () => {
    writeFileSync(join(workplace.dir, '.taskbatch'), 'a file');
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/\.taskbatch/);
    expect(stderr).toMatch(/next:/);
    expect((await sandbox.effects()).size).toBe(0);
  });

  it.each([
    ['garbage', (file: string) => writeFileSync(file, 'x'.repeat(9_000))],
    ['cut in the middle', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 5_000))],
    ['empty', (file: string) => writeFileSync(file, '')],
  ])('because it is %s, is refused by resume, and nothing is sent', async (_case, damage) => {
    const planned = await runBin(
      ['plan', 'tasks.csv', '--provider', 'clickup', '--operation', 'delete', '--rate', '0', '--no-progress'],
      { workplace, environment: sandbox.environment },
    );
    expect(planned.exitCode).toBe(0);
    const file = join(workplace.runFolder(), 'run.db');
    expect(existsSync(file)).toBe(true);
    damage(file);
    const { exitCode, stderr } = await runBin(['resume', ...flags], { workplace, environment: sandbox.environment });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/next:/)]);
    expect(stderr).not.toMatch(/bug in taskbatch/);
    expect((await sandbox.effects()).size).toBe(0);
  });
});
