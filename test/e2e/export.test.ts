/** A manifest from a query, ready to be planned: `export | run --dry-run -`. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { SandboxRow } from '../../src/sandbox/service.js';
import { binFile, runBin, startBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { sandbox, workplace } = useScene();

const bin = (args: readonly string[], input?: string) =>
  runBin(args, { workplace, environment: sandbox.environment, ...(input === undefined ? {} : { input }) });

const run = 'c'.repeat(32);
const queries = {
  clickup: {
    query: ['--list-id', '901'],
    values: (n: number) => ({ task_id: `86exp${n.toString(36)}`, list_id: '901' }),
  },
  tallyfy: {
    query: ['--run-id', run],
    values: (n: number) => ({ task_id: `d${n.toString(16).padStart(31, '0')}`, run_id: run }),
  },
  bitrix24: { query: ['--responsible-id', '1'], values: (n: number) => ({ task_id: String(9_000 + n) }) },
} as const;

it.each([
  'clickup',
  'tallyfy',
  'bitrix24',
] as const)('%s: every task of the query is in the manifest, and it can be planned from a pipe', async (name) => {
  const { query, values } = queries[name];
  const rows = Array.from({ length: 230 }, (_, index) => {
    const title = index % 10 === 0 ? '=HYPERLINK("http://x")' : `[test] Task ${index}`;
    return target(name, 'complete', values(index + 1), title);
  });
  sandbox.fill(rows);
  const exported = await bin([
    'export',
    '--provider',
    name,
    ...query,
    '--as',
    'complete',
    '--rate',
    '0',
    '--no-progress',
  ]);
  expect({ exitCode: exported.exitCode, stderr: exported.stderr }).toMatchObject({ exitCode: 0 });
  const lines = exported.stdout.trim().split('\n');
  expect(lines[0]).toBe(
    'task_id,provider,operation,_title,_status,_completed,_place,_assignees,_tags,_created,_updated,_due,_url',
  );
  expect(lines.length - 1).toBeGreaterThanOrEqual(230);
  expect(exported.stdout).not.toMatch(/(^|,)"?=/m);
  const planned = await bin(['run', '--dry-run', '-', '--rate', '0', '--no-progress', '--json'], exported.stdout);
  expect(JSON.parse(planned.stdout)).toMatchObject({ kind: 'plan', rows: { invalid: 0, willFail: 0 } });
  expect((await sandbox.ledger()).effects).toEqual([]);
});

it('a condition over the live task chooses among what the query finds', async () => {
  sandbox.fill([
    target('clickup', 'complete', { task_id: '86keep1', list_id: '901' }, '[test] Keep'),
    target('clickup', 'complete', { task_id: '86drop1', list_id: '901' }, 'Production'),
  ]);
  const where = ['--where', 'task.title.startsWith("[test]")'];
  const { stdout } = await bin([
    'export',
    '--provider',
    'clickup',
    '--list-id',
    '901',
    ...where,
    '--format',
    'jsonl',
    '--no-progress',
  ]);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).task_id),
  ).toEqual(['86keep1']);
});

it.each([
  [['--provider', 'clickup'], /does not say what part/],
  [['--provider', 'tallyfy'], /does not say what part/],
  [['--provider', 'bitrix24', '--tag', 'old'], /does not say what part/],
  [['--provider', 'clickup', '--status', 'to do'], /does not say what part/],
  [['--provider', 'clickup', '--list-id', ' '], /--list-id is empty/],
  [['--provider', 'clickup', '--list-id', '901', '--all'], /--all means everything/],
  [['--provider', 'clickup', '--run-id', run], /ClickUp knows no --run-id; Tallyfy does/],
  [
    ['--provider', 'bitrix24', '--group-id', '1', '--status-changed-after', '2026-01-01'],
    /Bitrix24 takes .* ignores it/,
  ],
  [['--provider', 'bitrix24', '--all', '--status', 'done'], /"done" is no status/],
  [['--provider', 'tallyfy', '--run-id', run, '--q', 'x'], /is not a filter of the tasks of a run/],
  [['--provider', 'clickup', '--space-id', '1', '--archived', 'yes'], /is known to lists alone/],
  [['--provider', 'clickup', '--list-id', '901', '--as', 'delet'], /Did you mean delete\?/],
  [['--provider', 'clickup', '--list-id', '901', '--as', 'create'], /does not act on a task/],
  [['--provider', 'clickup', '--list-id', '901', '--where', 'task.nmae == ""'], /condition is refused/],
  [['--provider', 'jira', '--list-id', '1'], /There is no service "jira"/],
])('%j is refused before anything is asked: an empty query never means everything', async (args, message) => {
  const result = await bin(['export', ...args, '--no-progress']);
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.stderr).toMatch(message);
  expect((await sandbox.ledger()).requests).toEqual([]);
});

const clickUp = (task_id: string, values: Record<string, unknown> = {}, title = 'A task'): SandboxRow =>
  target('clickup', 'comment', { task_id, ...values }, title);

/** The ids that an export finds, sorted. */
async function idsOf(provider: string, query: readonly string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await bin(['export', '--provider', provider, ...query, '--no-progress']);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stdout
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[0] ?? '')
    .sort();
}

describe('what part of a service is meant', () => {
  it('ClickUp: lists, folders, spaces or the workspace, and what is in them', async () => {
    sandbox.fill([
      clickUp('86one', { list_id: '901000000001' }),
      clickUp('86two', { list_id: '901000000002' }),
      clickUp('86three', { list_id: '901000000005' }),
      target('clickup', 'reopen', { task_id: '86closed', list_id: '901000000005' }),
      target('clickup', 'remove-tag', { task_id: '86tagged', list_id: '901000000005', tag: 'old' }),
      target('clickup', 'unassign', { task_id: '86mine', list_id: '901000000005', assignees: ['ada@example.com'] }),
    ]);
    const team = sandbox.environment.CLICKUP_TEAM_ID ?? '';
    expect(await idsOf('clickup', ['--list-id', '901000000001;901000000002'])).toEqual(['86one', '86two']);
    // As pages show a task again when others were made in between.
    expect(await idsOf('clickup', ['--list-id', '901000000001;901000000001'])).toEqual(['86one']);
    expect(await idsOf('clickup', ['--folder-id', '90130000001'])).toEqual(['86one', '86two']);
    expect(await idsOf('clickup', ['--space-id', '90120000002'])).toEqual(['86mine', '86tagged', '86three']);
    expect(await idsOf('clickup', ['--space-id', '90120000002', '--include-closed', 'yes'])).toContain('86closed');
    expect(await idsOf('clickup', ['--team-id', team])).toEqual(['86mine', '86one', '86tagged', '86three', '86two']);
    expect(await idsOf('clickup', ['--all'])).toHaveLength(5);
    expect(await idsOf('clickup', ['--team-id', team, '--tag', 'old'])).toEqual(['86tagged']);
    expect(await idsOf('clickup', ['--team-id', team, '--assignee', 'ada@example.com'])).toEqual(['86mine']);
  }, 120_000);

  it('Tallyfy: a run, its open tasks, the tasks of a member', async () => {
    const [open, done, oneOff] = ['1', '2', '3'].map((digit) => digit.repeat(32));
    sandbox.fill([
      target('tallyfy', 'complete', { task_id: open, run_id: run }),
      target('tallyfy', 'reopen', { task_id: done, run_id: run }),
      target('tallyfy', 'delete', { task_id: oneOff }),
    ]);
    expect(await idsOf('tallyfy', ['--run-id', run])).toEqual([open, done]);
    expect(await idsOf('tallyfy', ['--run-id', run, '--status', 'active'])).toEqual([open]);
    expect(await idsOf('tallyfy', ['--all', '--is-oneoff', 'true'])).toEqual([oneOff]);
  });

  it('Bitrix24: filters that it obeys, each looked at again here', async () => {
    sandbox.fill([
      target('bitrix24', 'complete', { task_id: '11' }),
      target('bitrix24', 'reopen', { task_id: '12' }),
      { ...target('bitrix24', 'defer', { task_id: '13' }), done: true },
    ]);
    expect(await idsOf('bitrix24', ['--responsible-id', '1'])).toEqual(['11', '12', '13']);
    expect(await idsOf('bitrix24', ['--responsible-id', '2'])).toEqual([]);
    expect(await idsOf('bitrix24', ['--created-by', '1', '--status', 'deferred;completed'])).toEqual(['12', '13']);
  });
});

describe('the file', () => {
  const query = ['export', '--provider', 'clickup', '--list-id', '901', '--no-progress', '--rate', '0'];
  const file = () => join(workplace.dir, 'open.csv');

  it('is ready for the operation that --as names, and runs as it is', async () => {
    sandbox.fill([clickUp('86run1', { list_id: '901' }), clickUp('86run2', { list_id: '901' })]);
    const exported = await bin([...query, '--as', 'delete', '-o', 'open.csv', '--json']);
    expect(JSON.parse(exported.stdout)).toMatchObject({ kind: 'export', tasks: 2, file: 'open.csv' });
    const ran = await bin(['run', 'open.csv', '--yes', '--no-progress', '--rate', '0']);
    expect(ran.exitCode).toBe(0);
    expect(await sandbox.effects()).toEqual(
      new Map([
        ['86run1', ['delete']],
        ['86run2', ['delete']],
      ]),
    );
  });

  it('says in JSONL what it says in CSV, and what the operation still needs', async () => {
    sandbox.fill([target('clickup', 'unassign', { task_id: '86json', list_id: '901', assignees: ['Ada'] }, '=1+1')]);
    const { stdout, stderr } = await bin([...query, '--as', 'comment', '--format', 'jsonl']);
    expect(JSON.parse(stdout)).toMatchObject({
      task_id: '86json',
      provider: 'clickup',
      operation: 'comment',
      _title: '=1+1',
      _status: 'to do',
      _completed: 'false',
      _place: expect.stringContaining('List 901'),
      _assignees: 'Ada',
      _created: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
      _url: 'https://app.clickup.com/t/86json',
    });
    expect(stderr).toContain('clickup.comment also needs comment');
  });

  it('is as it was when the service fails for good, and whole when it fails for a moment', async () => {
    writeFileSync(file(), 'before');
    sandbox.fill(Array.from({ length: 250 }, (_, index) => clickUp(`86page${index}`, { list_id: '901' })));
    await sandbox.faults('clickup:/list/901:500-before*2');
    const passing = await bin([...query, '-o', 'open.csv']);
    expect({ exitCode: passing.exitCode, lines: readFileSync(file(), 'utf8').split('\n').length }).toEqual({
      exitCode: 0,
      lines: 252,
    });
    writeFileSync(file(), 'before');
    await sandbox.faults('clickup:/list/901:500-before*0');
    const lasting = await bin([...query, '-o', 'open.csv']);
    expect(lasting.exitCode).toBe(4);
    expect(lasting.stderr).toContain('Nothing was written to open.csv');
    expect(readFileSync(file(), 'utf8')).toBe('before');
  });

  it('on stdout has no header when nothing could be read, and one when nothing was found', async () => {
    sandbox.fill([clickUp('86one', { list_id: '901' })]);
    const none = await bin([...query, '--tag', 'nobody-has-this']);
    expect(none).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^task_id,[^\n]*\n$/) });
    await sandbox.faults('clickup:/list/901:500-before*0');
    const failed = await bin(query);
    expect(failed).toMatchObject({ exitCode: 4, stdout: '' });
    expect(failed.stderr).toContain('Nothing was written.');
  });

  it('is not there when the export is interrupted', async () => {
    sandbox.fill(Array.from({ length: 500 }, (_, index) => clickUp(`86stop${index}`, { list_id: '901' })));
    await sandbox.faults('clickup:/list/901:throttle-seconds*0');
    const { child, finished } = startBin([...query, '-o', 'open.csv'], { workplace, environment: sandbox.environment });
    let heard = '';
    child.stderr?.on('data', (text: string) => {
      heard += text;
    });
    while (!(await sandbox.ledger()).requests.some(({ status }) => status === 429)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    child.kill('SIGINT');
    expect(await finished).toMatchObject({ exitCode: 130 });
    expect(heard).toContain('The export was interrupted. Nothing was written to open.csv');
    expect(existsSync(file())).toBe(false);
  });

  it('leaves out no task because a condition could not be judged', async () => {
    sandbox.fill([clickUp('86x', { list_id: '901' }, 'no number')]);
    const result = await bin([...query, '--where', 'int(task.title) > 3']);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("--where can't be judged for the task 86x");
  });
});

it.each([
  ['clickup', ['--list-id', '999999999999']],
  ['tallyfy', ['--run-id', 'e'.repeat(32)]],
])('%s: an id that is not there is a mistake in the query and no outage', async (name, query) => {
  const result = await bin(['export', '--provider', name, ...query, '--no-progress', '--rate', '0']);
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.stderr).toContain('The query names something that is not there');
});

describe('many tasks', () => {
  const many = (name: 'clickup' | 'bitrix24', count: number) =>
    Array.from({ length: count }, (_, index) => target(name, 'complete', queries[name].values(index + 1)));

  it.each(['clickup', 'bitrix24'] as const)('%s: 10,000 tasks go through a pipe into a dry run', async (name) => {
    sandbox.fill(many(name, 10_000));
    const quiet = '--rate 0 --no-progress';
    const query = queries[name].query.join(' ');
    const shell = `"$NODE" "$BIN" export --provider ${name} ${query} --as complete ${quiet} | "$NODE" "$BIN" run --dry-run - ${quiet} --json`;
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', shell], {
      cwd: workplace.dir,
      env: { ...workplace.environment, ...sandbox.environment, NODE: process.execPath, BIN: binFile },
      maxBuffer: 50_000_000,
    });
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'plan', rows: { willDo: 10_000, invalid: 0, willFail: 0 } });
    expect((await sandbox.ledger()).effects).toEqual([]);
  }, 120_000);

  it('100,000 tasks are written with a heap of 64 MB', async () => {
    sandbox.fill(many('clickup', 100_000));
    const args = [
      'export',
      '--provider',
      'clickup',
      '--list-id',
      '901',
      '--rate',
      '0',
      '--no-progress',
      '-o',
      'all.csv',
    ];
    const { exitCode, stderr } = await runBin(args, {
      workplace,
      environment: sandbox.environment,
      nodeFlags: ['--max-old-space-size=64'],
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '100,000 tasks were exported.\n' });
    expect(readFileSync(join(workplace.dir, 'all.csv'), 'utf8').split('\n')).toHaveLength(100_002);
  }, 240_000);
});
