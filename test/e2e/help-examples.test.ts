import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandEntry } from '../../src/cli/command.js';
import { readCommandFacts } from '../../src/cli/command-facts.js';
import { commands } from '../../src/cli/commands.js';
import { binFile, createWorkplace, projectDir, startBin, type Workplace } from '../support/bin.js';
import { callCli } from '../support/cli.js';
import { type ServedSandbox, serveSandbox, target } from '../support/served-sandbox.js';
import { openTerminal } from '../support/terminal.js';

const idOfRun = /\d{8}-\d{4}-[a-z]+-[0-9a-f]{4}/;
/** Examples name runs that there are not; real ones take their place. */
const exampleRun = /\d{8}-\d{4}-[a-z]+-7f3a/;

let sandbox: ServedSandbox;
const places: Workplace[] = [];

beforeAll(async () => {
  sandbox = await serveSandbox();
  for (const task_id of ['501', '502']) sandbox.fill([target('bitrix24', 'delete', { task_id, group_id: '12' })]);
  sandbox.fill([target('clickup', 'delete', { task_id: '86list001', list_id: '901' })]);
  const run_id = '0123456789abcdef0123456789abcdef';
  for (const at of [1, 2]) {
    sandbox.fill([target('tallyfy', 'complete', { task_id: `${'c'.repeat(31)}${at}`, run_id })]);
  }
});
afterAll(async () => {
  await sandbox.close();
  for (const place of places) place.remove();
});

/** The sandbox's Bitrix24 has no tasks in groups of its own. */
async function fillGroup(place: Place): Promise<void> {
  writeFileSync(join(place.workplace.dir, 'new.csv'), 'title,responsible_id,group_id\n[test] One,1,12\n');
  const flags = ['--provider', 'bitrix24', '--operation', 'create', '--rate', '0', '--yes'];
  expect(await call(place, ['run', 'new.csv', ...flags])).toMatchObject({ exitCode: 0 });
}

interface Place {
  readonly workplace: Workplace;
  readonly environment: Readonly<Record<string, string>>;
}

/** A folder with the files that examples name, and a `taskbatch` to be found by a shell. */
function createPlace(): Place {
  const workplace = createWorkplace();
  places.push(workplace);
  const bin = join(workplace.dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'taskbatch'), `#!/bin/sh\nexec '${process.execPath}' '${binFile}' "$@"\n`);
  chmodSync(join(bin, 'taskbatch'), 0o755);
  symlinkSync(join(projectDir, 'samples'), join(workplace.dir, 'samples'));
  const tallyfy = 'c'.repeat(31);
  const files: Readonly<Record<string, string>> = {
    'cleanup.csv': 'ID,Environment\n501,test\n502,test\n',
    'ids.csv': 'ID\n501\n502\n',
    'open.csv': `task_id\n${tallyfy}1\n${tallyfy}2\n`,
    'tasks.csv': `task_id\n${tallyfy}1\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workplace.dir, name), text);
  const PATH = `${bin}:${workplace.environment.PATH}`;
  return { workplace, environment: { ...workplace.environment, ...sandbox.environment, PATH } };
}

function call(
  { workplace, environment }: Place,
  words: readonly string[],
): Promise<{ exitCode: number; text: string }> {
  return callCli(words, { cwd: workplace.dir, environment }).then(
    ({ exitCode, stdout, stderr }) => ({ exitCode, text: `${stdout}${stderr}` }),
    (error: unknown) => ({ exitCode: 2, text: String(error) }),
  );
}

/** A run in the midst of its rows, at a pace at which it does not end by itself; its id. */
async function beginRun(place: Place): Promise<{ readonly id: string; end(): Promise<unknown> }> {
  const ids = Array.from({ length: 30 }, (_, index) => `86steer${index.toString(36)}`);
  sandbox.fill(ids.map((task_id) => target('clickup', 'archive', { task_id })));
  writeFileSync(join(place.workplace.dir, 'made.csv'), `task_id\n${ids.join('\n')}\n`);
  const words = 'run made.csv --provider clickup --operation archive --rate 60 --yes --no-progress'.split(' ');
  const { child, finished } = startBin(words, place);
  const before = (await sandbox.ledger()).requests.length;
  const isWriting = async () => (await sandbox.ledger()).requests.slice(before).some(({ write }) => write);
  while (child.exitCode === null && !(await isWriting()));
  const end = () => {
    child.kill('SIGTERM');
    return finished;
  };
  return { id: readdirSync(join(place.workplace.dir, '.taskbatch', 'runs'))[0] ?? '', end };
}

/** As a person's shell runs it: pipes, redirections and what is evaluated. */
function shell({ workplace, environment }: Place, line: string): Promise<{ exitCode: number; text: string }> {
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['-o', 'pipefail', '-c', line],
      { cwd: workplace.dir, env: environment },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ exitCode, text: `${stdout}${stderr}` });
      },
    );
  });
}

/** Makes a run in the state that the command is about; its id. */
async function makeRun(place: Place, command: string): Promise<string> {
  const ids = [1, 2, 3].map((at) => `86${command.slice(0, 5)}${at}`);
  const willFail = command === 'retry' || command === 'resume' || command === 'resolve';
  if (!willFail) for (const task_id of ids) sandbox.fill([target('clickup', 'archive', { task_id })]);
  writeFileSync(join(place.workplace.dir, 'made.csv'), `task_id\n${ids.join('\n')}\n`);
  const flags = [
    '--provider',
    'clickup',
    '--operation',
    'archive',
    '--rate',
    '0',
    ...(willFail ? ['--look', 'none'] : []),
  ];
  const id = idOfRun.exec((await call(place, ['plan', 'made.csv', ...flags])).text)?.[0] ?? '';
  expect(id).toMatch(idOfRun);
  if (command === 'apply') return id;
  // A run that stops by itself can be resumed.
  const stop = command === 'resume' ? ['--stop-after', '1', '--concurrency', '1'] : [];
  await call(place, ['apply', id, '--yes', ...stop]);
  return id;
}

const aboutRuns = new Set(['apply', 'resume', 'retry', 'status', 'explain', 'resolve', 'report', 'undo', 'verify']);
/** They are for a run that goes on, from another terminal. */
const steering = new Set(['pause', 'rate', 'stop']);
const asking = new Set(['run', 'apply', 'resume', 'retry']);
/** They serve or ask until they are answered, and have tests of their own below; no run is at hand for them here. */
const tried = (entry: CommandEntry) => entry.name !== 'sandbox';

test.each(commands.filter(tried).map((entry) => [entry.name, entry] as const))(
  'the examples of %s are taken as they stand',
  async (name, entry) => {
    const { examples } = await readCommandFacts(entry);
    expect(examples.length).toBeGreaterThan(0);
    for (const { command } of examples) {
      const place = createPlace();
      if (name === 'export') await fillGroup(place);
      const steered = steering.has(name) ? await beginRun(place) : null;
      const id = steered?.id ?? (aboutRuns.has(name) ? await makeRun(place, name) : '');
      // The numbers of rows in examples are those of longer manifests.
      const line = command
        .replace(exampleRun, id)
        .replace('--expect 214', '--expect 2')
        .replace(/(?<=explain(?: \S+)?) 12$|(?<=resolve \S+) 12(?:-14)?/, ' 1');
      if (line === 'taskbatch init') {
        const terminal = openTerminal(process.execPath, [binFile, 'init'], {
          cwd: place.workplace.dir,
          environment: place.environment,
        });
        await terminal.waitFor(/Which service\?/);
        terminal.close();
        continue;
      }
      const yes = asking.has(name) ? ' --yes' : '';
      const simple = /^taskbatch [^|>$'"]+$/.test(line);
      const { exitCode, text } = simple
        ? await call(place, `${line}${yes}`.split(/\s+/).slice(1))
        : await shell(place, line);
      await steered?.end();
      // No row is in doubt here: that is said, and the words themselves are taken.
      const expected = name === 'resolve' ? [2] : name === 'resume' ? [0, 3, 4] : [0, 3];
      expect(expected, `${line}\n${text}`).toContain(exitCode);
      if (name === 'resolve') expect(text).toMatch(/is not unknown|unknown/);
    }
  },
  120_000,
);

test('the examples of sandbox serve until they are stopped', async () => {
  const entry = commands.find(({ name }) => name === 'sandbox');
  if (entry === undefined) throw new Error('There is no sandbox.');
  const { workplace } = createPlace();
  for (const { command } of (await readCommandFacts(entry)).examples) {
    // Any free port: the example's may be in use.
    const words = [...command.split(' ').slice(1), '--port', '0'];
    const child = spawn(process.execPath, [binFile, ...words], { cwd: workplace.dir, env: workplace.environment });
    const [text] = await once(child.stdout.setEncoding('utf8'), 'data');
    expect(String(text)).toContain('export ');
    child.kill('SIGINT');
    const [exitCode] = await once(child, 'exit');
    expect(exitCode).toBe(0);
  }
});
