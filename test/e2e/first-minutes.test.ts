import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  binFile,
  createWorkplace,
  type Finished,
  projectDir,
  runBin,
  sampleFile,
  type Workplace,
} from '../support/bin.js';
import { type ServedSandbox, serveSandbox, target } from '../support/served-sandbox.js';
import { openTerminal } from '../support/terminal.js';

let workplace: Workplace;
let sandbox: ServedSandbox | null;
beforeEach(() => {
  workplace = createWorkplace();
  sandbox = null;
});
afterEach(async () => {
  await sandbox?.close();
  workplace.remove();
});

const readme = readFileSync(join(projectDir, 'README.md'), 'utf8');

/** Types a command as it was printed. */
function type(command: string, environment: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const [name, ...words] = command.trim().split(/\s+/);
  expect(name).toBe('taskbatch');
  return runBin(words, { workplace, environment });
}

/** The command that a text ends with. */
function printedNext({ stdout }: Finished): string {
  const found = /^Next: (taskbatch .+)$/m.exec(stdout)?.[1];
  if (found === undefined) throw new Error(`No next command in:\n${stdout}`);
  return found;
}

test('from the README to a report, each command is the one that the one before printed', async () => {
  sandbox = await serveSandbox();
  const { environment } = sandbox;
  sandbox.fill([
    target('clickup', 'delete', { task_id: '86abc0001' }, '[test] One'),
    target('clickup', 'delete', { task_id: '86abc0002' }, 'Real work'),
  ]);
  expect(readme).toContain('`taskbatch init`');
  const begun = await type('taskbatch init --provider clickup --operation delete', environment);
  expect(begun.exitCode).toBe(0);
  expect(begun.stdout).toMatch(/ok +credential/);
  const template = /^ +(taskbatch operations .+)$/m.exec(begun.stdout)?.[1] ?? '';
  const [header, row] = (await type(template)).stdout.split('\n');
  const file = join(workplace.dir, 'clickup-delete.csv');
  expect(readFileSync(file, 'utf8')).toBe(`${header}\n`);
  expect(row?.split(',')).toHaveLength(header?.split(',').length ?? 0);
  writeFileSync(file, `${header}\n86abc0001,,,,\n86abc0002,,,,\n`);
  const planned = await type(printedNext(begun), environment);
  // The job that init wrote guards what has no [test] in its name.
  expect(planned.exitCode).toBe(3);
  expect(planned.stdout).toMatch(/clickup\.delete +1 +0 +1/);
  const applied = await type(`${printedNext(planned)} --yes`, environment);
  expect(applied.stdout).toMatch(/^succeeded +1$/m);
  expect(await sandbox.effects()).toEqual(new Map([['86abc0001', ['delete']]]));
  const report = /^Rows +(taskbatch report .+)$/m.exec(applied.stdout)?.[1] ?? '';
  const rows = await type(report);
  expect(rows.exitCode).toBe(0);
  expect(rows.stdout.split('\n')[1]).toMatch(/^86abc0001,.*,succeeded,done,/);
});

/** What differs from one run of it to the next. */
function tidy(text: string): string[] {
  return text
    .replaceAll(/\d{8}-\d{4}-delete-[0-9a-f]{4}/g, '<run>')
    .replaceAll(/\S*(?=\.taskbatch\/)/g, '')
    .replaceAll(/^(?:Requests|Time|Cost) .*(?:\n {11}.*)*/gm, (line) => line.slice(0, 8))
    .split('\n')
    .map((line) => line.trimEnd());
}

/** Whether the lines are as in the README, where `…` stands for any number of them and ends lines that are cut. */
function fits(shown: readonly string[], real: readonly string[]): string | null {
  let at = 0;
  let mayskip = false;
  for (const line of shown.filter((one) => one !== '')) {
    if (line === '…') {
      mayskip = true;
      continue;
    }
    const same = (one: string | undefined) =>
      one !== undefined && (line.endsWith('…') ? one.startsWith(line.slice(0, -1)) : one === line);
    while (real[at] !== undefined && !same(real[at]) && (mayskip || real[at] === '')) at += 1;
    if (!same(real[at])) return `README.md shows ${JSON.stringify(line)}, which is not next in:\n${real.join('\n')}`;
    at += 1;
    mayskip = false;
  }
  return null;
}

/** The blocks of the first transcript: a command with what it prints. */
function transcript(): ReadonlyArray<{ readonly command: string; readonly lines: readonly string[] }> {
  const text = /```console\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((block) => {
      const [command = '', ...lines] = tidy(block);
      return { command, lines };
    });
}

test('the transcript on the first screen is what is printed', async () => {
  copyFileSync(sampleFile('clickup-test-tasks.csv'), join(workplace.dir, 'tests.csv'));
  const [validate, plan, apply, resume, report] = transcript();
  for (const [block, extra] of [
    [validate, ''],
    [plan, ''],
  ] as const) {
    const { stdout, exitCode } = await type(`${block?.command}${extra}`);
    expect(exitCode).toBe(0);
    expect(fits(block?.lines ?? [], tidy(stdout))).toBeNull();
  }
  const id = workplace.runFolder().split('/').at(-1) ?? '';
  expect(apply?.command).toBe('taskbatch apply <run>');
  const terminal = openTerminal(process.execPath, [binFile, 'apply', id], {
    cwd: workplace.dir,
    environment: workplace.environment,
  });
  try {
    await terminal.waitFor(/Type the number of rows \(\d+\) to go on: $/);
    terminal.type('21\r');
    await terminal.waitFor(/[3-9] of 21/);
    terminal.type('\u0003');
    expect(await terminal.finished).toBe(130);
    const real = tidy((await terminal.lines()).join('\n'));
    // The bar differs from one time to the next.
    const shown = (apply?.lines ?? []).map((line) => (line.startsWith('ClickUp ▕') ? '…' : line));
    expect(fits(shown, real)).toBeNull();
  } finally {
    terminal.close();
  }
  const resumed = await type(`${resume?.command} --rate 0`);
  expect(fits(resume?.lines ?? [], tidy(resumed.stdout))).toBeNull();
  const reported = await type(`taskbatch report ${id}`);
  expect(report?.command).toBe('taskbatch report <run>');
  expect(fits(report?.lines ?? [], tidy(reported.stdout))).toBeNull();
}, 120_000);

test('taskbatch alone shows what people come for, and begins nothing', async () => {
  mkdirSync(join(workplace.dir, 'empty'), { recursive: true });
  const { exitCode, stdout, stderr } = await runBin([], { workplace });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const job of ['clickup-delete-test-tasks', 'tallyfy-complete-run', 'bitrix24-delete-test-tasks']) {
    expect(stdout).toContain(`--job ${job}`);
  }
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});
