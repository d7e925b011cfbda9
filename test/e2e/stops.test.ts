/** Stops and refusals as the bin tells them: exit codes, what is on stdout and stderr, and what to type next. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { countByState, countRows } from '../../src/state/row-reads.js';
import { openRunDatabase } from '../../src/state/run-database.js';
import { runBin, sampleFile, startBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { sandbox, workplace } = useScene();

const clickup = ['--provider', 'clickup', '--operation', 'delete', '--rate', '0', '--no-progress'];
const ids = (count: number) => Array.from({ length: count }, (_, index) => `86stop${(index + 1).toString(36)}`);
const bin = (args: readonly string[], more: Partial<Parameters<typeof runBin>[1]> = {}) =>
  runBin(args, { workplace, environment: sandbox.environment, ...more });

function write(name: string, text: string | Uint8Array): string {
  writeFileSync(join(workplace.dir, name), text);
  return name;
}

function fill(count: number): string {
  sandbox.fill(ids(count).map((task_id) => target('clickup', 'delete', { task_id })));
  return write('tasks.csv', `task_id\n${ids(count).join('\n')}\n`);
}

async function expectNothingSent(): Promise<void> {
  const { effects, requests } = await sandbox.ledger();
  expect(effects).toEqual([]);
  expect(requests.filter((request) => request.write)).toEqual([]);
}

describe('a manifest', () => {
  it.each([
    ['text', (text: string) => text],
    ['gzip', (text: string) => gzipSync(text)],
    ['UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ])('is read from stdin as %s', async (_name, encode) => {
    fill(3);
    const input = encode(`task_id\n${ids(3).join('\n')}\n`);
    const { exitCode } = await bin(['run', '-', ...clickup, '--yes'], { input });
    expect(exitCode).toBe(0);
    expect((await sandbox.effects()).size).toBe(3);
  });

  it.each([
    ['an unreadable file', 'missing.csv', null, /missing\.csv/],
    ['an empty file', 'empty.csv', '', /empty/],
    ['a header only', 'header.csv', 'task_id\n', /no rows/],
    [
      'no matching columns',
      'other.csv',
      'colour,size\nred,1\n',
      /No column of the manifest belongs to clickup\.delete/,
    ],
    ['a misspelt column', 'close.csv', 'taks_id\n86a\n', /looks like a misspelt "task_id"/],
    ['scientific notation', 'damaged.csv', 'task_id\n86abc\n1.2E+15\n', /damaged\.csv:3 .*scientific notation/],
    ['a spreadsheet error', 'ref.csv', 'task_id\n#REF!\n', /ref\.csv:2 .*spreadsheet error/],
    ['the same target twice', 'twice.csv', 'task_id\n86abc\n86def\n86ABC\n', /twice\.csv:4 .*same target as row 1/],
    ['an unclosed quote', 'quote.csv', 'task_id\n"86abc\n86def\n', /quote\.csv:2/],
    [
      'an unknown operation',
      'operation.csv',
      'task_id,operation\n86abc,delte\n',
      /operation\.csv:2 .*Did you mean delete/,
    ],
    ['a cell too many', 'cells.csv', 'task_id\n86abc,x\n', /cells\.csv:2 .*the header has 1\. Put/],
    ['an id that leaves its path', 'path.csv', 'task_id\n../../v2/user\n', /path\.csv:2/],
  ])('with %s is refused with its place, and nothing is sent', async (_name, file, text, message) => {
    if (text !== null) write(file, text);
    const result = await bin(['run', file, ...clickup, '--yes']);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).toContain('next:');
    expect(result.stderr).not.toMatch(/[^.]\.\.(?=\s)/);
    await expectNothingSent();
  });

  it('with quoted newlines is refused with the line on which the row starts', async () => {
    write('lines.csv', 'task_id,note\n86abc,"one\ntwo\nthree"\n\n#REF!,x\n');
    expect((await bin(['validate', 'lines.csv', '--provider', 'clickup', '--operation', 'delete'])).stderr).toMatch(
      /lines\.csv:6 \(row 2\), task_id "#REF!"/,
    );
  });

  it('with more than fifty problems names a file that holds them all', async () => {
    write('many.csv', `task_id\n${'#REF!\n'.repeat(80)}`);
    const { stderr } = await bin(['validate', 'many.csv', '--provider', 'clickup', '--operation', 'delete']);
    const file = /all 80 problems: (\S+)/.exec(stderr)?.[1] ?? '';
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(80);
  });

  it('with two rows that contradict each other runs neither of them, also with --skip-invalid', async () => {
    fill(2);
    write('both.csv', `task_id,operation\n86stop1,delete\n86stop1,complete\n86stop2,delete\n`);
    const flags = ['--provider', 'clickup', '--rate', '0', '--no-progress', '--yes', '--skip-invalid'];
    expect((await bin(['run', 'both.csv', ...flags])).exitCode).toBe(0);
    expect([...(await sandbox.effects()).keys()]).toEqual(['86stop2']);
  });
});

describe('usage', () => {
  it.each([
    [['plan', 'tasks.csv', '--colour'], /taskbatch plan has no flag --colour[\s\S]*taskbatch plan --help/],
    [['plan', 'tasks.csv', '--pace', 'x'], /pace.*even.*window/],
    [['plan', 'tasks.csv', '--max-rows', '-1', ...clickup], /--max-rows -1 is out of range/],
    [['plan', 'tasks.csv', ...clickup, '--rate', 'fast'], /--rate takes a number, not "fast"/],
    [['plan', 'tasks.csv', '--max-rows=5k', ...clickup], /--max-rows takes a number, not "5k"/],
    [['paln'], /Did you mean: taskbatch plan/],
    [['run', 'tasks.csv', ...clickup], /no terminal to ask on/],
    [['run', 'tasks.csv', '--job', 'clickup-delete-test-task', '--yes'], /Did you mean clickup-delete-test-tasks/],
  ])('%j is refused', async (args, message) => {
    fill(1);
    const result = await bin(args);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
    await expectNothingSent();
  });

  it('an operation that a job names wrongly is refused with the line of the job', async () => {
    fill(1);
    write('job.yaml', 'provider: clickup\noperation: delte\n');
    const { exitCode, stderr } = await bin(['run', 'tasks.csv', '--job', 'job.yaml', '--yes']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('clickup has no operation "delte".\n  operation: delte\n  ^\n  where: job.yaml:2\n');
  });

  it('an unknown key in a job is refused with its line', async () => {
    fill(1);
    write('job.yaml', 'provider: clickup\noperation: delete\nwen: row.task_id == ""\n');
    const { exitCode, stderr } = await bin(['run', 'tasks.csv', '--job', 'job.yaml', '--yes']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('job.yaml:3');
    expect(stderr).toContain('Did you mean "when"?');
  });

  it('an error with --json is one JSON document on stdout', async () => {
    const { stdout, exitCode } = await bin(['plan', 'missing.csv', ...clickup, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'error', exitCode: 2 });
    expect(exitCode).toBe(2);
  });
});

describe('credentials', () => {
  it('that are missing are named with where to get them; the rows are kept', async () => {
    const { exitCode, stderr } = await runBin(['run', fill(1), ...clickup, '--yes'], { workplace });
    expect(exitCode).toBe(5);
    expect(stderr).toContain('CLICKUP_API_TOKEN');
    expect(stderr).toMatch(/taskbatch resume \S+/);
  });

  it('that are dead stop the run at the first request', async () => {
    const dead = { ...sandbox.environment, CLICKUP_API_TOKEN: `${sandbox.environment.CLICKUP_API_TOKEN}_revoked` };
    const { exitCode, stderr } = await bin(['run', fill(5), ...clickup, '--yes'], { environment: dead });
    expect(exitCode).toBe(5);
    expect(stderr).toContain('refuses the credential');
    expect(stderr).toMatch(/next: .* The rows are kept: taskbatch resume \S+\n$/);
    expect(stderr).not.toContain(dead.CLICKUP_API_TOKEN);
    await expectNothingSent();
  });

  it('that died since name the command once more that they refuse', async () => {
    const dead = { ...sandbox.environment, CLICKUP_API_TOKEN: `${sandbox.environment.CLICKUP_API_TOKEN}_revoked` };
    const made = /taskbatch (apply \S+)/.exec((await bin(['plan', fill(3), ...clickup])).stdout)?.[1] ?? '';
    const refused = await bin([...made.split(' '), '--yes', '--no-progress', '--json'], { environment: dead });
    expect([refused.exitCode, refused.stderr]).toEqual([
      5,
      expect.stringMatching(new RegExp(`next: .* The plan is kept: taskbatch ${made}\n$`)),
    ]);
    expect(JSON.parse(refused.stdout).next).toContain(`The plan is kept: taskbatch ${made}`);
    expect((await bin([...made.split(' '), '--yes', '--no-progress'])).exitCode).toBe(0);
  });

  it.each([
    ['clickup', (n: number) => `86die${n.toString(36)}`, 'OAUTH_025', 'clickup:401*0+2'],
    ['tallyfy', (n: number) => n.toString(16).padStart(32, 'd'), 'UNAUTHORIZED', 'tallyfy:401*0+2'],
    ['bitrix24', (n: number) => String(8_000 + n), 'INVALID_API_KEY', 'bitrix24:401*0+1'],
    ['bitrix24', (n: number) => String(8_000 + n), 'SCOPE_DENIED', 'bitrix24:403*0+1'],
  ])('of %s that die while planning end it with exit 5, and what was read is kept: the run is named', async (...dying) => {
    const [provider, idOf, code, fault] = dying;
    const targets = Array.from({ length: 40 }, (_, n) => idOf(n + 1));
    sandbox.fill(targets.map((task_id) => target(provider, 'complete', { task_id })));
    const file = write('dying.csv', `task_id\n${targets.join('\n')}\n`);
    const flags = [
      '--provider',
      provider,
      '--operation',
      'complete',
      '--rate',
      '0',
      '--no-progress',
      '--concurrency',
      '1',
    ];
    await sandbox.faults(fault);
    const { exitCode, stdout, stderr } = await bin(['plan', file, ...flags, '--json']);
    expect([exitCode, stderr]).toEqual([
      5,
      expect.stringMatching(/next: .*[.!] What was read is kept: taskbatch resume \S+\n$/),
    ]);
    const next = expect.stringMatching(/What was read is kept: taskbatch resume \S+$/);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'error', code, next, exitCode: 5 });
    await sandbox.faults('');
    const named = /taskbatch (resume \S+)/.exec(stderr)?.[1]?.split(' ') ?? [];
    expect((await bin([...named, '--no-progress'])).stdout).toContain('taskbatch apply');
    await expectNothingSent();
  });

  it('that meet a passing error are asked about again', async () => {
    fill(1);
    await sandbox.faults('get:500*1');
    expect((await bin(['run', 'tasks.csv', ...clickup, '--yes'])).exitCode).toBe(0);
  });

  it('are not accused when nobody listens', async () => {
    const environment = { ...sandbox.environment, CLICKUP_BASE_URL: 'http://127.0.0.1:9/api' };
    const { exitCode, stderr } = await bin(['run', fill(1), ...clickup, '--yes'], { environment });
    expect(exitCode).toBe(5);
    expect(stderr).toContain("can't be reached");
  });
});

describe('guards', () => {
  it.each([
    [['--expect', '4'], 'The plan would do 5 rows, and --expect says 4'],
    [['--expect', 'complete=5'], '5 × delete (expected 0)'],
    [['--max-rows', '4'], '5 rows are to do, and the guard max_rows allows 4'],
  ])('%j sends nothing and exits 4', async (flags, message) => {
    const { exitCode, stderr } = await bin(['run', fill(5), ...clickup, '--yes', ...flags]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain(message);
    await expectNothingSent();
  });

  it('stop a run in which too many rows fail, and it can be resumed', async () => {
    fill(30);
    await sandbox.faults('delete:403*3');
    const stopped = await bin(['run', 'tasks.csv', ...clickup, '--concurrency', '1', '--yes', '--stop-after', '3']);
    expect(stopped.exitCode).toBe(4);
    expect(stopped.stdout).toContain('taskbatch resume');
    const resumed = await bin(['resume', '--no-progress', '--stop-after', '50%']);
    expect(resumed.exitCode).toBe(3);
    expect((await sandbox.effects()).size).toBe(27);
  });
});

describe.each([
  [1, 3, 3],
  [4, 3, 6],
  [12, 3, 14],
])('with %i in the air and no limit', (concurrency, failures, most) => {
  it('a stop lets nothing leave any more that was not in the air when it was decided, and leaves all else to do', async () => {
    fill(40);
    await sandbox.faults('delete:403*0');
    const flags = ['--concurrency', String(concurrency), '--stop-after', String(failures), '--look', 'none', '--yes'];
    const { exitCode, stdout } = await bin(['run', 'tasks.csv', ...clickup, ...flags]);
    expect(exitCode).toBe(4);
    expect(stdout).toContain(`${failures} of the last ${failures} rows failed`);
    const writes = (await sandbox.ledger()).requests.filter(({ write: isWrite }) => isWrite).length;
    expect(writes).toBeGreaterThanOrEqual(failures);
    expect(writes).toBeLessThanOrEqual(most);
    const database = openRunDatabase(join(workplace.runFolder(), 'run.db'), 'read');
    try {
      expect(countByState(countRows(database))).toMatchObject({ failed: writes, pending: 40 - writes, sending: 0 });
    } finally {
      database.close();
    }
  });
});

it.each([
  ['a number', '3', '{ failed: 3 }', 3, 40],
  ['a share', '50%', '{ percent: 50 }', 20, 6],
])('rows that share a request are bounded by %s too, and the plan tells what that costs', async (_what, bound, guard, rows, requests) => {
  const ids = Array.from({ length: 120 }, (_, at) => String(at + 1));
  sandbox.fill(ids.map((task_id) => target('bitrix24', 'delete', { task_id })));
  write('tasks.csv', `task_id,responsible_id\n${ids.map((id) => `${id},999999`).join('\n')}\n`);
  const update = ['--provider', 'bitrix24', '--operation', 'update', '--rate', '0', '--concurrency', '1'];
  const { stdout, exitCode } = await bin(['run', 'tasks.csv', ...update, '--stop-after', bound, '--yes', '--json']);
  const { states }: { states: Record<string, number> } = JSON.parse(stdout);
  expect({ exitCode, states }).toMatchObject({ exitCode: 4, states: { failed: rows, pending: ids.length - rows } });
  const forecast = async (job: string): Promise<number> => {
    write('job.yaml', job);
    const planned = await bin(['plan', 'tasks.csv', ...update, '--job', 'job.yaml', '--json']);
    return JSON.parse(planned.stdout).requests.executing;
  };
  const unbounded = await forecast('limits: { concurrency: 1 }\n');
  expect((await forecast(`guards: { stop_after: ${guard} }\n`)) - unbounded).toBe(requests - 3);
});

describe('answers from something in between', () => {
  it.each([
    'clickup',
    'tallyfy',
    'bitrix24',
  ])('%s: a page of HTML with status 200 is no confirmation', async (provider) => {
    const values = { clickup: '86html1', tallyfy: `${'a'.repeat(31)}1`, bitrix24: '77' }[provider] ?? '';
    sandbox.fill([target(provider, 'delete', { task_id: values })]);
    write('one.csv', `task_id\n${values}\n`);
    await sandbox.faults('write:garbage-html-before*1');
    const flags = ['--provider', provider, '--operation', 'delete', '--rate', '0', '--no-progress', '--yes', '--json'];
    const { stdout, exitCode } = await bin(['run', 'one.csv', ...flags]);
    const { states }: { states: Record<string, number> } = JSON.parse(stdout);
    expect({ exitCode, succeeded: states.succeeded }).toEqual({ exitCode: 3, succeeded: 0 });
    expect((await sandbox.effects()).size).toBe(0);
  });
});

describe('reports', () => {
  it('failed.csv runs as it is and does what was left', async () => {
    fill(6);
    await sandbox.faults('delete:403*2');
    const first = await bin(['run', 'tasks.csv', ...clickup, '--yes']);
    expect(first.exitCode).toBe(3);
    const failed = join(workplace.runFolder(), 'failed.csv');
    expect(readFileSync(failed, 'utf8').split('\n')[0]).toBe('task_id');
    expect((await bin(['run', failed, ...clickup, '--yes'])).exitCode).toBe(0);
    const effects = await sandbox.effects();
    expect(effects.size).toBe(6);
    for (const kinds of effects.values()) expect(kinds).toEqual(['delete']);
  });

  it('retry does the failed rows as a new run that names its parent', async () => {
    fill(6);
    await sandbox.faults('delete:403*2');
    await bin(['run', 'tasks.csv', ...clickup, '--yes']);
    const parent = workplace.runFolder().split('/').at(-1);
    const { exitCode, stdout } = await bin(['retry', '--yes', '--json', '--no-progress']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ parent, rows: 2, states: { succeeded: 2 } });
    expect((await sandbox.effects()).size).toBe(6);
  });

  it('commands that are printed reach the same runs', async () => {
    fill(2);
    const planned = await bin(['plan', 'tasks.csv', ...clickup, '--state-dir', 'elsewhere/state']);
    const next = /Next: taskbatch (.*)/.exec(planned.stdout)?.[1] ?? '';
    expect((await bin([...next.split(' '), '--yes', '--no-progress'])).exitCode).toBe(0);
    expect((await sandbox.effects()).size).toBe(2);
  });

  it('the state is whole in run.db alone once the bin has ended', async () => {
    fill(2);
    await bin(['run', 'tasks.csv', ...clickup, '--yes']);
    const folder = workplace.runFolder();
    expect(readFileSync(join(folder, 'run.db')).length).toBeGreaterThan(20_000);
    expect(
      readdirSync(folder).filter((name) => name === 'run.db-wal' && readFileSync(join(folder, name)).length > 0),
    ).toEqual([]);
  });
});

describe('signals while planning', () => {
  it('SIGTERM exits 143, and resume goes on to the end of what was asked for', async () => {
    fill(30);
    await sandbox.faults('get:slow=700*0');
    const { child, finished } = startBin(['plan', 'tasks.csv', ...clickup, '--output', 'plan.csv'], {
      workplace,
      environment: sandbox.environment,
    });
    while ((await sandbox.ledger()).requests.length < 2 && child.exitCode === null);
    child.kill('SIGTERM');
    expect((await finished).exitCode).toBe(143);
    await sandbox.faults('');
    const resumed = await bin(['resume', '--no-progress']);
    expect(resumed.exitCode).toBe(0);
    expect(resumed.stdout).toContain('taskbatch apply');
    // As the command said that is gone on with.
    const file = join(workplace.dir, 'plan.csv');
    expect(resumed.stderr).toContain(`Plan: ${file}\n`);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(31);
    await expectNothingSent();
  });
});

it('every ready sample validates with its job', async () => {
  const { exitCode, stdout } = await bin([
    'validate',
    sampleFile('clickup-test-tasks.csv'),
    '--job',
    'clickup-delete-test-tasks',
  ]);
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout:
      '24 rows are valid, 3 of them skipped by a condition.\n' +
      'Of the columns, no operation of these rows reads Environment, Owner.\n',
  });
});

describe('a report that is fed back', () => {
  it('never makes again what it says was made, and takes the rest', async () => {
    sandbox.fill([target('clickup', 'comment', { task_id: '86fed1' })]);
    const report = 'task_id,comment,_row,_state\n86fed1,One,1,succeeded\n86fed1,Two,2,unknown\n86fed1,Three,3,failed\n';
    write('report.csv', report);
    const flags = ['--provider', 'clickup', '--operation', 'comment', '--rate', '0', '--yes', '--no-progress'];
    const refused = await bin(['run', 'report.csv', ...flags]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/report\.csv:2.*was done before; clickup\.comment would do it twice/s);
    await expectNothingSent();
    const taken = await bin(['run', 'report.csv', ...flags, '--where', 'row._state == "failed"']);
    expect(taken.exitCode).toBe(0);
    expect((await sandbox.ledger()).effects).toHaveLength(1);
  });
});

describe('columns that nothing reads', () => {
  it('are named by validate and by the plan', async () => {
    fill(1);
    write('tasks.csv', `task_id,Environment,priority\n${ids(1).join()},test,high\n`);
    const validated = await bin(['validate', 'tasks.csv', '--provider', 'clickup', '--operation', 'delete']);
    expect(validated.stdout).toContain('no operation of these rows reads Environment, priority');
    const planned = await bin(['plan', 'tasks.csv', ...clickup]);
    expect(planned.stdout).toMatch(/Columns +no operation of these rows reads Environment, priority/);
  });
});
