import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { providers } from '../../src/providers/registry.js';
import { binFile, createWorkplace, runBin, type Workplace } from '../support/bin.js';
import { callCli } from '../support/cli.js';
import { type ServedSandbox, serveSandbox } from '../support/served-sandbox.js';
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

test('without a token it writes three files that a plan takes, and says how to go on', async () => {
  const { exitCode, stdout, stderr } = await runBin(['init', '--provider', 'clickup', '--operation', 'delete'], {
    workplace,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(workplace.read('clickup-delete.csv')).toBe('task_id,task_name,list_id,list_name,team_id\n');
  expect(workplace.read('jobs', 'clickup-delete.yaml')).toContain('\nonly: task.name.startsWith("[test]")');
  expect(workplace.read('.env.example')).toContain('\nCLICKUP_API_TOKEN=\n');
  expect(stdout).toContain('\nNext: taskbatch plan clickup-delete.csv --job clickup-delete --sandbox\n');
  writeFileSync(
    join(workplace.dir, 'clickup-delete.csv'),
    `${workplace.read('clickup-delete.csv')}86a,[test] One,,,\n`,
  );
  const next = await runBin(['plan', 'clickup-delete.csv', '--job', 'clickup-delete', '--sandbox'], { workplace });
  expect(next).toMatchObject({ exitCode: 0 });
});

test('the job of every operation is one that is taken, and its template a manifest', async () => {
  const place = { cwd: workplace.dir, environment: workplace.environment };
  for (const { name, operations } of providers) {
    for (const operation of operations) {
      const word = `${name}.${operation.name}`;
      expect((await callCli(['init', '--operation', word], place)).exitCode, word).toBe(0);
      const template = await callCli(['operations', word, '--template'], place);
      const stdin = Readable.from([Buffer.from(template.stdout)]);
      const valid = await callCli(['validate', '-', '--job', `${name}-${operation.name}`], place, { stdin });
      expect(valid.stdout, word).toMatch(/^1 row is valid/);
    }
  }
});

describe('against the sandbox', () => {
  beforeEach(async () => {
    sandbox = await serveSandbox();
  });

  test('a good token is told, and stands in no file', async () => {
    const environment = { ...sandbox?.environment };
    const { exitCode, stdout } = await runBin(['init', '--operation', 'bitrix24.complete'], { workplace, environment });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/ok +credential +\S/);
    expect(stdout).toContain('\nNext: taskbatch plan bitrix24-complete.csv --job bitrix24-complete\n');
    const secrets = Object.entries(environment).filter(([name]) => /TOKEN|KEY|WEBHOOK/.test(name));
    const files = readdirSync(workplace.dir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map(({ name }) => name).sort()).toEqual(
      expect.arrayContaining(['.env.example', 'bitrix24-complete.csv']),
    );
    for (const file of files) {
      const text = readFileSync(join(file.parentPath, file.name), 'latin1');
      for (const [, secret] of secrets) expect(text.includes(secret), file.name).toBe(false);
    }
  });

  test('a token that is refused ends it with 5, with the files written and the token shown nowhere', async () => {
    const environment = { ...sandbox?.environment, CLICKUP_API_TOKEN: 'pk_99_WRONGWRONGWRONG' };
    const { exitCode, stdout, stderr } = await runBin(['init', '--operation', 'clickup.complete'], {
      workplace,
      environment,
    });
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/failed +credential/);
    expect(stdout + stderr).not.toContain('WRONGWRONG');
    expect(existsSync(join(workplace.dir, 'jobs', 'clickup-complete.yaml'))).toBe(true);
  });
});

test('nothing is written over: a manifest that is there refuses all, an .env.example is shared', async () => {
  writeFileSync(join(workplace.dir, 'clickup-delete.csv'), 'mine\n');
  writeFileSync(join(workplace.dir, '.env.example'), 'mine too\n');
  const refused = await runBin(['init', '--operation', 'clickup.delete'], { workplace });
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('clickup-delete.csv is there already');
  expect(refused.stderr).toContain('--name');
  expect(existsSync(join(workplace.dir, 'jobs'))).toBe(false);
  const other = await runBin(['init', '--operation', 'clickup.delete', '--name', 'other'], { workplace });
  expect(other.exitCode).toBe(0);
  expect(other.stdout).toMatch(/\.env\.example +was there already/);
  expect(workplace.read('clickup-delete.csv')).toBe('mine\n');
  expect(workplace.read('.env.example')).toBe('mine too\n');
});

test.each([
  [['init'], 'There is no terminal to ask on', 'taskbatch init --provider clickup --operation delete'],
  [
    ['init', '--provider', 'clickup', '--operation', 'delte'],
    'no operation of ClickUp "delte"',
    'Did you mean delete?',
  ],
  [['init', '--provider', 'clikup'], '--provider can\'t be "clikup"', 'Did you mean: --provider clickup'],
  [['init', '--operation', 'clickup.delete', '--name', '../x'], "can't be the name of a job", 'letters, digits'],
])('%s is refused, and nothing is written', async (args, what, next) => {
  const { exitCode, stderr } = await runBin(args, { workplace });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(what);
  expect(stderr).toContain(next);
  expect(readdirSync(workplace.dir)).toEqual([]);
});

describe('on a terminal', () => {
  test('it asks for service and operation, again until it is one', async () => {
    const terminal = openTerminal(process.execPath, [binFile, 'init'], {
      cwd: workplace.dir,
      environment: workplace.environment,
    });
    try {
      await terminal.waitFor(/Which service\?[\s\S]*Number or name: $/);
      terminal.type('7\r');
      await terminal.waitFor(/from 1 to 3[^\n]*\nNumber or name: $/);
      terminal.type('ClickUp\r');
      await terminal.waitFor(/What are the rows to do in ClickUp\?[\s\S]*Number or name: $/);
      terminal.type('1\r');
      expect(await terminal.finished).toBe(0);
      expect((await terminal.lines()).at(-1)).toBe(
        'Next: taskbatch plan clickup-delete.csv --job clickup-delete --sandbox',
      );
    } finally {
      terminal.close();
    }
  });

  test('no answer writes nothing', async () => {
    const terminal = openTerminal(process.execPath, [binFile, 'init'], {
      cwd: workplace.dir,
      environment: workplace.environment,
    });
    try {
      await terminal.waitFor(/Number or name: $/);
      terminal.type('\u0004');
      expect(await terminal.finished).toBe(2);
      expect(readdirSync(workplace.dir)).toEqual([]);
    } finally {
      terminal.close();
    }
  });
});
