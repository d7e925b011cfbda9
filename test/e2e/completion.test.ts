import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { binFile, createWorkplace, runBin, type Workplace } from '../support/bin.js';
import { openTerminal, type TestTerminal } from '../support/terminal.js';

let workplace: Workplace;
const newest = '20261123-0700-complete-00aa';

beforeAll(() => {
  workplace = createWorkplace();
  const bin = join(workplace.dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'taskbatch'), `#!/bin/sh\nexec '${process.execPath}' '${binFile}' "$@"\n`);
  chmodSync(join(bin, 'taskbatch'), 0o755);
  for (const id of ['20261122-0530-delete-7f3a', newest]) {
    mkdirSync(join(workplace.dir, '.taskbatch', 'runs', id), { recursive: true });
  }
  mkdirSync(join(workplace.dir, 'jobs'));
  writeFileSync(join(workplace.dir, 'jobs', "it's my job.yaml"), 'provider: clickup\n');
  writeFileSync(join(workplace.dir, 'two words.csv'), 'task_id\n1\n');
});
afterAll(() => workplace.remove());

function candidates(...words: string[]): Promise<string[]> {
  return runBin(['__complete', ...words], { workplace }).then(({ stdout }) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')[0] ?? ''),
  );
}

test('each place has the words that fit it', async () => {
  expect(await candidates('')).toEqual(expect.arrayContaining(['plan', 'apply', 'completion']));
  expect(await candidates('status', '')).toEqual([newest, '20261122-0530-delete-7f3a']);
  expect(await candidates('explain', newest, '')).toContain('--json');
  expect(await candidates('plan', '')).toEqual([':files']);
  expect(await candidates('plan', 'x.csv', '-j', '')).toEqual(
    expect.arrayContaining(['clickup-delete-test-tasks', "it's my job", ':files']),
  );
  expect(await candidates('plan', '--provider=')).toEqual(['tallyfy', 'clickup', 'bitrix24']);
  expect(await candidates('plan', '--provider', 'clickup', '--operation', '')).toContain('delete');
  expect(await candidates('plan', '--operation', '')).toContain('tallyfy.complete');
  expect(await candidates('operations', '')).toEqual(expect.arrayContaining(['clickup', 'clickup.delete']));
  expect(await candidates('report', '--format', '')).toEqual(expect.arrayContaining(['csv', 'html']));
  expect(await candidates('report', '--only', '')).toContain('unknown');
  expect(await candidates('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  expect(await candidates('nonsense', '')).toEqual(['']);
});

test('a flag is offered once, and one that is on by itself is offered as its opposite', async () => {
  const flags = await candidates('plan', 'x.csv', '--rate', '60', '-j', 'a', '--');
  expect(flags).toEqual(expect.arrayContaining(['--provider', '--no-progress', '--sandbox']));
  expect(flags).not.toContain('--rate');
  expect(flags).not.toContain('--job');
  expect(flags).not.toContain('--progress');
});

test('no package is loaded at a Tab', async () => {
  const watch = join(workplace.dir, 'watch.cjs');
  writeFileSync(
    watch,
    `const { readFileSync, writeSync } = require('node:fs');
     process.on('exit', () => {
       // The bin has packages within its own files.
       const texts = Object.keys(require.cache).filter((file) => file !== __filename).map((file) => readFileSync(file, 'utf8'));
       writeSync(2, texts.some((text) => text.includes('yargs')) ? 'yargs is loaded' : '');
     });`,
  );
  const loaded = async (...args: string[]) =>
    (await runBin(args, { workplace, nodeFlags: ['--require', watch] })).stderr;
  expect(await loaded('__complete', 'plan', '--')).toBe('');
  expect(await loaded('plan', '--help')).toBe('yargs is loaded');
});

const installed = new Map(
  ['bash', 'zsh', 'fish'].map((shell) => {
    try {
      execFileSync('sh', ['-c', `command -v ${shell}`], { stdio: 'pipe' });
      return [shell, true];
    } catch {
      process.stderr.write(
        `completion in ${shell} is not tried: it is not installed here (apt-get install ${shell})\n`,
      );
      return [shell, false];
    }
  }),
);

/** A shell with the script in force, as its users would have it. */
async function openShell(shell: string): Promise<TestTerminal> {
  const home = join(workplace.dir, `home-${shell}`);
  mkdirSync(join(home, '.config', 'fish'), { recursive: true });
  const starts: Record<string, [string[], string]> = {
    bash: [['--noprofile', '--norc', '-i'], 'eval "$(taskbatch completion bash)"'],
    zsh: [['-f', '-i'], 'autoload -U compinit; compinit -u; eval "$(taskbatch completion zsh)"'],
    fish: [['--no-config', '-i'], 'taskbatch completion fish | source'],
  };
  const [args, setUp] = starts[shell] ?? [[], ''];
  const terminal = openTerminal(shell, args, {
    cwd: workplace.dir,
    columns: 160,
    environment: {
      ...workplace.environment,
      PATH: `${join(workplace.dir, 'bin')}:${workplace.environment.PATH}`,
      HOME: home,
      TERM: 'xterm-256color',
      PS1: '> ',
      // The list of candidates must not be asked about.
      LISTMAX: '1000',
    },
  });
  terminal.type(`${setUp}; echo re''ady\r`);
  await terminal.waitFor(/^ready/m);
  return terminal;
}

describe.each(['bash', 'zsh', 'fish'])('in %s', (shell) => {
  test.skipIf(installed.get(shell) !== true)(
    'commands, flags, runs, jobs, files and operations are completed',
    async () => {
      const terminal = await openShell(shell);
      try {
        const press = async (typed: string, expected: RegExp): Promise<void> => {
          terminal.type(typed);
          await terminal.waitFor(expected);
          // Ctrl-U empties the line.
          terminal.type('\u0015');
        };
        await press('taskbatch valid\t', /taskbatch validate /);
        await press('taskbatch plan x.csv --allow\t', /--allow-name-search/);
        await press('taskbatch explain 20261123\t', new RegExp(newest));
        await press('taskbatch operations clickup.set-st\t', /clickup\.set-status/);
        await press('taskbatch run x.csv --provider=bit\t', /--provider=bitrix24/);
        await press('taskbatch validate two\t', /two\\ words\.csv/);
        await press('taskbatch validate x.csv --job it\t', /it\\'s\\ my\\ job/);
        await press('taskbatch report --format js\t', /--format jsonl/);
      } finally {
        terminal.close();
      }
    },
  );
});
