/** What scripts and shells rely on: exit codes, links and pipes as outputs, words that can be pasted, flags in their place. */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { binFile, runBin, startBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';
import { openTerminal } from '../support/terminal.js';

const ids = Array.from({ length: 8 }, (_, at) => `86manner${at}`);
const clickup = ['--provider', 'clickup', '--operation', 'archive', '--rate', '0', '--no-progress'];

const { bin, sandbox, workplace } = useScene();
beforeEach(() => {
  sandbox.fill(ids.map((task_id) => target('clickup', 'archive', { task_id })));
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
});

const at = (name: string) => join(workplace.dir, name);

it('a run whose process was killed is no success for whoever asks for its status', async () => {
  await sandbox.faults('write:slow=400*0');
  const { child, finished } = startBin(['run', 'tasks.csv', ...clickup, '--concurrency', '1', '--yes'], {
    workplace,
    environment: sandbox.environment,
  });
  while (!(await sandbox.ledger()).requests.some(({ write }) => write) && child.exitCode === null);
  child.kill('SIGKILL');
  await finished;
  const run = workplace.runFolder().split('/').at(-1) ?? '';
  expect(await bin('status', run)).toMatchObject({ exitCode: 4, stdout: expect.stringContaining('interrupted') });
  expect((await bin('status', run, '--watch')).exitCode).toBe(4);
});

describe('a report', () => {
  beforeEach(async () => {
    expect((await bin('run', 'tasks.csv', ...clickup, '--yes')).exitCode).toBe(0);
  });

  it('goes through a link to the file behind it', async () => {
    writeFileSync(at('kept.csv'), 'old');
    symlinkSync('kept.csv', at('link.csv'));
    expect((await bin('report', '-o', 'link.csv')).exitCode).toBe(0);
    expect(lstatSync(at('link.csv')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('kept.csv'), 'utf8')).toContain(ids[0]);
  });

  it('goes into a pipe, and leaves it one', async () => {
    expect(spawnSync('mkfifo', [at('pipe')]).status).toBe(0);
    const reading = startBin(['validate', 'pipe', '--provider', 'clickup', '--operation', 'archive'], { workplace });
    expect((await bin('report', '-o', 'pipe')).exitCode).toBe(0);
    expect((await reading.finished).exitCode).toBe(0);
    expect(statSync(at('pipe')).isFIFO()).toBe(true);
  });

  it('of "-" is written to stdout', async () => {
    const { stdout } = await bin('report', '-o', '-');
    expect(stdout).toContain(ids[0]);
    expect(readdirSync(workplace.dir)).not.toContain('<stdin>');
    expect((await bin('verify', '-o', '-')).exitCode).toBe(2);
  });

  it('as CSV is the last of a run’s files to appear, so that those beside it are whole where it is', () => {
    const [csv, page] = ['report.csv', 'report.html'].map(
      (name) => statSync(join(workplace.runFolder(), name)).ctimeMs,
    );
    expect(csv).toBeGreaterThanOrEqual(page ?? Number.POSITIVE_INFINITY);
  });
});

it('a .env that can’t be read is told as that, without a stack', async () => {
  symlinkSync('.env', at('.env'));
  const { exitCode, stderr } = await bin('plan', 'tasks.csv', ...clickup);
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^error: .*\.env/)]);
  expect(stderr).not.toMatch(/^ +at /m);
});

it('commands to paste are one word where they were one, whatever they hold', async () => {
  const folder = 's$(touch pwned) x';
  const { stdout } = await bin('plan', 'tasks.csv', ...clickup, '--state-dir', folder);
  const next = /Next: (.*)/.exec(stdout)?.[1] ?? '';
  expect(next).toContain(`--state-dir '${folder}'`);
  spawnSync('bash', ['-c', next.replace('taskbatch', 'true')], { cwd: workplace.dir });
  expect(existsSync(at('pwned'))).toBe(false);
});

it('a manifest from stdin is called that', async () => {
  const manifest = readFileSync(at('tasks.csv'));
  const { stdout } = await runBin(['plan', '-', ...clickup], {
    workplace,
    environment: sandbox.environment,
    input: manifest,
  });
  expect(stdout).toContain('Manifest   standard input, 8 rows');
});

it('a log that can’t be opened leaves no run behind', async () => {
  const { exitCode } = await bin('run', 'tasks.csv', ...clickup, '--yes', '--log-file', '/nonexistent/x.log');
  expect(exitCode).toBe(2);
  expect(existsSync(at('.taskbatch'))).toBe(false);
});

it('flags before the command are told to go behind it', async () => {
  const { exitCode, stderr } = await bin('--state-dir', '.taskbatch', 'status');
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('A command comes first')]);
});

it('with --json whoever is asked on a terminal sees what about', async () => {
  const terminal = openTerminal(process.execPath, [binFile, 'run', 'tasks.csv', ...clickup, '--json'], {
    cwd: workplace.dir,
    environment: { ...workplace.environment, ...sandbox.environment },
    columns: 80,
  });
  await terminal.waitFor(/Execute 8 rows\?/);
  expect(terminal.raw()).toContain('clickup.archive');
  terminal.close();
});
