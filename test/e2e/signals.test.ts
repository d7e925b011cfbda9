/** Ends from outside: signals, a closed terminal, and outputs that nobody reads any longer. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { countByState, countRows } from '../../src/state/row-reads.js';
import { openRunDatabase } from '../../src/state/run-database.js';
import { isRunLocked, runFolder } from '../../src/state/run-folder.js';
import { readRun } from '../../src/state/run-records.js';
import { binFile, type Started, startBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';
import { createTimeScale, scaleFlag } from '../torture/time-scale.js';

const rows = 30;
const ids = Array.from({ length: rows }, (_, index) => `86sig${(index + 1).toString(36).padStart(2, '0')}`);
const flags = ['tasks.csv', '--provider', 'clickup', '--operation', 'delete', '--rate', '0', '--concurrency', '2'];
const run = ['run', ...flags, '--yes', '--no-progress', '--timeout', '20m'];

const { bin, sandbox, workplace } = useScene();

beforeEach(() => {
  sandbox.fill(ids.map((task_id) => target('clickup', 'delete', { task_id })));
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
});

function begin(args: readonly string[], nodeFlags: readonly string[] = []): Started {
  return startBin(args, { workplace, environment: sandbox.environment, nodeFlags });
}

async function writes(count: number): Promise<void> {
  while ((await sandbox.ledger()).requests.filter(({ write }) => write).length < count);
}

function stored() {
  const database = openRunDatabase(join(workplace.runFolder(), 'run.db'), 'read');
  try {
    return { ...readRun(database), states: countByState(countRows(database)) };
  } finally {
    database.close();
  }
}

/** Two deletes took place, and their answers never come. */
async function withoutAnswer(nodeFlags: readonly string[] = []): Promise<Started> {
  await sandbox.faults('delete:hang-after+3*0');
  const started = begin(run, nodeFlags);
  await writes(5);
  return started;
}

async function expectResumedOnce(): Promise<void> {
  await sandbox.faults('');
  expect((await bin('resume', '--no-progress')).exitCode).toBe(0);
  const effects = await sandbox.effects();
  expect(effects.size).toBe(rows);
  for (const kinds of effects.values()) expect(kinds).toEqual(['delete']);
}

describe('what never answers', () => {
  it('is waited for half a minute after the first signal; what was in the air is found out by resume', async () => {
    const { child, finished } = await withoutAnswer([scaleFlag(createTimeScale(30))]);
    const fromMs = performance.now();
    child.kill('SIGTERM');
    const { exitCode, stderr } = await finished;
    expect(exitCode).toBe(143);
    expect(stderr).toContain('Stopping: waiting for what is in the air');
    // A second of this machine's time is half a minute of the bin's.
    expect(performance.now() - fromMs).toBeGreaterThan(900);
    expect(stored().states).toMatchObject({ sending: 2, unknown: 0, failed: 0 });
    await expectResumedOnce();
  });

  it('is given up at the second signal, and nothing is lost', async () => {
    const { child, finished } = await withoutAnswer();
    child.kill('SIGINT');
    await new Promise((resolve) => child.stderr?.once('data', resolve));
    // Until it is heard as another press.
    const again = setInterval(() => child.kill('SIGINT'), 250);
    const { exitCode } = await finished;
    clearInterval(again);
    expect(exitCode).toBe(130);
    await expectResumedOnce();
  });
});

describe('SIGHUP', () => {
  it('drains like the others, also when it comes twice, and exits 129', async () => {
    await sandbox.faults('write:slow=300*0');
    const { child, finished } = begin(run);
    await writes(4);
    child.kill('SIGHUP');
    child.kill('SIGHUP');
    expect(await finished).toMatchObject({ exitCode: 129, stdout: expect.stringContaining('The terminal was closed') });
    expect(stored()).toMatchObject({ state: 'interrupted', states: { sending: 0 } });
    await expectResumedOnce();
  });
});

const canOpenTerminals = existsSync('/usr/bin/script');

describe.runIf(canOpenTerminals)('a terminal that is closed', () => {
  it('amid a run: it drains and saves, with the progress drawn on it until then', async () => {
    await sandbox.faults('write:slow=300*0');
    const words = ['run', ...flags, '--yes'].join(' ');
    const terminal = spawn('/usr/bin/script', ['-qfec', `"${process.execPath}" "${binFile}" ${words}`, '/dev/null'], {
      cwd: workplace.dir,
      env: { ...workplace.environment, ...sandbox.environment, TERM: 'xterm' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let shown = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    await writes(4);
    // Its end of the terminal goes with it.
    terminal.kill('SIGKILL');
    const id = readdirSync(join(workplace.dir, '.taskbatch', 'runs'))[0] ?? '';
    const folder = runFolder(join(workplace.dir, '.taskbatch'), id);
    while (isRunLocked(folder)) await new Promise((resolve) => setImmediate(resolve));
    expect(shown).toContain('\u001b[?25l');
    expect(stored()).toMatchObject({
      state: 'interrupted',
      record: { stop: { exitCode: 129 } },
      states: { sending: 0 },
    });
    expect(existsSync(folder.file('report.csv'))).toBe(true);
    await expectResumedOnce();
  });

  it('at the question: nothing is sent, and the plan is kept', async () => {
    const words = ['run', ...flags].join(' ');
    const terminal = spawn('/usr/bin/script', ['-qfec', `"${process.execPath}" "${binFile}" ${words}`, '/dev/null'], {
      cwd: workplace.dir,
      env: { ...workplace.environment, ...sandbox.environment, TERM: 'xterm' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await new Promise<void>((resolve) => {
      let shown = '';
      terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
        shown += text;
        if (shown.includes('Type the number of rows')) resolve();
      });
    });
    const folder = workplace.runFolder();
    terminal.kill('SIGKILL');
    while (isRunLocked(runFolder(join(workplace.dir, '.taskbatch'), folder.split('/').at(-1) ?? '')))
      await new Promise((resolve) => setImmediate(resolve));
    expect(stored().state).toBe('planned');
    expect((await sandbox.effects()).size).toBe(0);
    expect((await bin('apply', folder.split('/').at(-1) ?? '', '--yes', '--no-progress')).exitCode).toBe(0);
  });
});

describe('a signal before there is a run', () => {
  it('ends the reading of a manifest that never comes, and keeps nothing', async () => {
    const child = spawn(process.execPath, [binFile, 'plan', '-', ...flags.slice(1)], {
      cwd: workplace.dir,
      env: { ...workplace.environment, ...sandbox.environment },
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    // More than is looked at to find out what it is.
    child.stdin.write(
      `task_id\n${Array.from({ length: 40_000 }, (_, index) => `86in${index.toString(36)}`).join('\n')}\n`,
    );
    const ended = new Promise((resolve) => child.on('close', resolve));
    while (!existsSync(join(workplace.dir, '.taskbatch', 'runs')) && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(stderr).toContain('nothing was sent or kept');
    expect(readdirSync(join(workplace.dir, '.taskbatch', 'runs'))).toEqual([]);
  });
});

describe('an output that nobody reads', () => {
  const shell = (command: string) =>
    new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) => {
      const child = spawn(
        'bash',
        ['-c', `set -o pipefail; taskbatch() { "${process.execPath}" "${binFile}" "$@"; }; ${command}`],
        {
          cwd: workplace.dir,
          env: { ...workplace.environment, ...sandbox.environment },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    });

  it.each([
    ['a run, which still ends and saves', `taskbatch ${run.join(' ')} | true`, 0],
    ['its summary as JSON', `taskbatch ${run.join(' ')} --json | head -c 5`, 0],
    ['the catalogue', 'taskbatch operations | head -1', 0],
    ['the catalogue as JSON', 'taskbatch operations --json | head -1', 0],
    ['an export', 'taskbatch export --provider clickup --list-id 901 --no-progress | head -1', 0],
  ])('%s: no harm is done', async (_name, command, exitCode) => {
    sandbox.fill([target('clickup', 'complete', { task_id: '86listed', list_id: '901' })]);
    const result = await shell(command);
    expect(result).toMatchObject({ exitCode, stderr: expect.not.stringContaining('error') });
  });

  it('a report of many rows ends quietly when its reader does, whatever its form', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `86many${index.toString(36)}`);
    writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${many.join('\n')}\n`);
    expect((await bin('plan', ...flags, '--look', 'none', '--no-progress')).exitCode).toBe(0);
    for (const form of ['csv', 'jsonl', 'html']) {
      const result = await shell(`taskbatch report --format ${form} | head -c 300 | wc -c`);
      expect({ form, ...result, stdout: result.stdout.trim() }).toEqual({
        form,
        exitCode: 0,
        stdout: '300',
        stderr: '',
      });
    }
    expect(await shell('taskbatch status --json | true')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('a full disk behind stdout is told of, and one behind stderr does no harm', async () => {
    const done = await shell(`taskbatch ${run.join(' ')} 2> /dev/full`);
    expect(done).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('finished') });
    const lost = await shell('taskbatch report > /dev/full');
    expect(lost).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('is not complete') });
  });
});
