/** A run that is steered from another terminal, each command a process of its own, compared with the sandbox's ledger. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunDatabase } from '../../src/state/run-database.js';
import { readRun } from '../../src/state/run-records.js';
import { binFile, runBin, type Started, startBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';
import { createTimeScale, scaleFlag } from '../torture/time-scale.js';

const rows = 40;
const ids = Array.from({ length: rows }, (_, index) => `86ctl${(index + 1).toString(36).padStart(2, '0')}`);
const flags = ['tasks.csv', '--provider', 'clickup', '--operation', 'delete', '--rate', '0', '--concurrency', '2'];

const { bin, sandbox, workplace } = useScene();
let started: Started[] = [];

beforeEach(() => {
  sandbox.fill(ids.map((task_id) => target('clickup', 'delete', { task_id })));
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
});
afterEach(() => {
  for (const { child } of started) child.kill('SIGKILL');
  started = [];
});

function begin(...args: string[]): Started {
  const begun = startBin(args, { workplace, environment: sandbox.environment });
  started.push(begun);
  return begun;
}

/** A run in the midst of its deletes, of which each takes a while. */
async function midst(): Promise<Started> {
  await sandbox.faults('write:slow=400*0');
  const begun = begin('run', ...flags, '--yes', '--no-progress');
  await requests(6);
  return begun;
}

async function requests(count: number): Promise<void> {
  while ((await sandbox.ledger()).requests.length < count);
}

function firstWords({ child }: Started): Promise<unknown> {
  return new Promise((resolve) => child.stdout?.once('data', resolve));
}

const seen = async () => (await sandbox.ledger()).requests.length;

async function expectEachOnce(): Promise<void> {
  const effects = await sandbox.effects();
  expect(effects.size).toBe(rows);
  for (const kinds of effects.values()) expect(kinds).toEqual(['delete']);
}

describe('pause', () => {
  it('lets nothing leave until resume, keeps the lock, and is shown', async () => {
    const { finished } = await midst();
    const paused = await bin('pause', '--json');
    const sent = await seen();
    expect(JSON.parse(paused.stdout)).toMatchObject({
      kind: 'control',
      command: 'pause',
      answer: 'It is paused. Nothing is in the air.',
      next: expect.stringMatching(/^taskbatch resume \S+$/),
    });
    const status = JSON.parse((await bin('status', workplace.runFolder().split('/').at(-1) ?? '', '--json')).stdout);
    expect(status).toMatchObject({ state: 'running', next: expect.stringContaining('resume') });
    expect(Date.now() - Date.parse(status.progress.pausedSince)).toBeLessThan(60_000);
    expect((await bin('pause')).stdout).toContain('It was paused before, and stays so');
    expect((await bin('status', '-w', '--interval', '1h', 'no-such-run')).exitCode).toBe(2);
    expect(await bin('apply', status.run, '--yes')).toMatchObject({ exitCode: 6 });
    // Several processes came and went meanwhile; the run sent nothing.
    expect(await seen()).toBe(sent);
    await sandbox.faults('');
    const resumed = await bin('resume');
    expect(resumed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(resumed.stdout).toMatch(/It goes on\. The pause since \d\d:\d\d:\d\d is lifted/);
    expect((await finished).exitCode).toBe(0);
    await expectEachOnce();
  });

  it('holds a plan too, and survives nothing: after a crash, resume goes on', async () => {
    // Planning takes few requests; at this pace they are three seconds apart.
    const { child, finished } = begin('plan', ...flags, '--rate', '20', '--no-progress');
    await requests(2);
    expect((await bin('pause')).exitCode).toBe(0);
    const sent = await seen();
    expect((await bin('status', '--json')).stdout).toContain('"planning"');
    expect(await seen()).toBe(sent);
    child.kill('SIGKILL');
    await finished;
    expect(await bin('pause')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('taskbatch resume') });
    const resumed = await bin('resume', '--rate', '0', '--no-progress');
    expect(resumed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('taskbatch apply') });
  });

  it('that a process is too busy for is withdrawn, and does not come into force later', async () => {
    const { child, finished } = await midst();
    child.kill('SIGSTOP');
    const args = ['pause', '--state-dir', '.taskbatch'];
    const refused = await runBin(args, { workplace, nodeFlags: [scaleFlag(createTimeScale(20))] });
    expect(refused).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('The command was withdrawn') });
    await sandbox.faults('');
    child.kill('SIGCONT');
    expect((await finished).exitCode).toBe(0);
    await expectEachOnce();
  });
});

describe('rate', () => {
  it('changes the pace of the run that goes on, and of later sittings', async () => {
    const { finished } = await midst();
    const answer = await bin('rate', '3000');
    expect(answer).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('3000 requests a minute from now on'),
    });
    expect((await bin('stop')).exitCode).toBe(0);
    expect((await finished).exitCode).toBe(143);
    const database = openRunDatabase(join(workplace.runFolder(), 'run.db'), 'read');
    expect(readRun(database).record.settings.requestsPerMinute).toBe(3000);
    database.close();
  });

  it.each([
    [['rate', 'fast'], 'is no number of requests a minute'],
    [['rate', '700000'], '--rate 700000 is out of range'],
    [['rate', '-1'], 'is no number of requests a minute'],
  ])('%j is refused', async (args, message) => {
    await midst();
    expect(await bin(...args)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
  });
});

describe('stop', () => {
  it('drains and saves as a signal does, says what to type, and what it says works', async () => {
    const { finished } = await midst();
    const stopped = await bin('stop');
    const end = await finished;
    expect(stopped.exitCode).toBe(0);
    expect(end.exitCode).toBe(143);
    expect(end.stdout).toContain('asked for with `taskbatch stop`');
    const next = /Next: taskbatch (.*)/.exec(stopped.stdout)?.[1] ?? '';
    expect(next).toMatch(/^resume /);
    await sandbox.faults('');
    expect((await bin(...next.split(' '), '--no-progress')).exitCode).toBe(0);
    await expectEachOnce();
  });

  it('reaches a paused run', async () => {
    const { finished } = await midst();
    await bin('pause');
    expect((await bin('stop')).exitCode).toBe(0);
    expect((await finished).exitCode).toBe(143);
  });
});

it('a command names the run that is in hand when the newest is not', async () => {
  const { finished } = await midst();
  await bin('pause');
  const live = workplace.runFolder().split('/').at(-1) ?? '';
  await sandbox.faults('');
  await bin('plan', ...flags, '--look', 'none', '--no-progress');
  expect(await bin('stop')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`taskbatch stop ${live}`) });
  expect((await bin('stop', live)).exitCode).toBe(0);
  expect((await finished).exitCode).toBe(143);
});

it('the page tells the limit that was in force, not the one that its service is known for', async () => {
  const words = ['tasks.csv', '--provider', 'clickup', '--operation', 'delete', '--yes', '--no-progress'];
  expect((await bin('run', ...words, '--rate', '1500')).exitCode).toBe(0);
  const page = workplace.read('.taskbatch', 'runs', workplace.runFolder().split('/').at(-1) ?? '', 'report.html');
  expect(page).toContain('the limit was 1,500.');
});

describe('status --watch', () => {
  it('tells the end that the run itself expects, also in its first minute', async () => {
    await midst();
    await requests(14);
    const watch = begin('status', '--watch', '--interval', '100ms', '--json');
    const looks: string[] = [];
    await new Promise<void>((resolve) => {
      watch.child.stdout?.on('data', (text: string) => {
        looks.push(...text.trim().split('\n'));
        if (looks.length >= 8) resolve();
      });
    });
    const ends = looks.map((text) => JSON.parse(text)).filter(({ progress }) => progress.remainingMs > 0);
    expect(ends.length).toBeGreaterThan(0);
    // Some ten rows in some seconds: as if they were a whole minute's, the rest would take minutes.
    for (const { progress, states } of ends) {
      expect(progress.remainingMs).toBeLessThan(((states.pending + states.sending) / progress.rowsLastMinute) * 30_000);
    }
  });

  it('prints a line at a time, and ends with the run and its exit code', async () => {
    const { finished } = await midst();
    const watch = begin('status', '--watch', '--interval', '200ms');
    await firstWords(watch);
    await sandbox.faults('');
    expect((await finished).exitCode).toBe(0);
    const { stdout, exitCode } = await watch.finished;
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d running: \d+ of 40 rows, 0 failed/);
    expect(stdout).toMatch(/Run \S+ finished\n/);
  });

  it('with --json prints a document a line', async () => {
    const { finished } = await midst();
    const watch = begin('status', '--watch', '--interval', '200ms', '--json');
    await firstWords(watch);
    await sandbox.faults('');
    await finished;
    const lines = (await watch.finished).stdout.trimEnd().split('\n');
    const states = lines.map((line) => JSON.parse(line).state);
    expect(states[0]).toBe('running');
    expect(states.at(-1)).toBe('finished');
  });

  it('ends with Ctrl-C or its reader, and the run never notices', async () => {
    const { finished } = await midst();
    const watch = begin('status', '--watch', '--interval', '100ms', '--json');
    await firstWords(watch);
    watch.child.kill('SIGINT');
    expect(await watch.finished).toMatchObject({ exitCode: 130, stderr: '' });
    const command = `"${process.execPath}" "${binFile}" status --watch --interval 100ms --json | head -1`;
    const piped = spawn('sh', ['-c', command], { cwd: workplace.dir, env: workplace.environment, stdio: 'ignore' });
    expect(await new Promise((resolve) => piped.on('close', resolve))).toBe(0);
    await sandbox.faults('');
    expect((await finished).exitCode).toBe(0);
    await expectEachOnce();
  });
});
