/** What a plan knows, says and keeps: row by row, before and after it is executed. */
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { startBin } from '../support/bin.js';
import type { CliResult } from '../support/cli.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { here, sandbox, serveAnew, workplace } = useScene();

const write = (name: string, ...lines: string[]) => writeFileSync(join(workplace.dir, name), `${lines.join('\n')}\n`);
const rowsOf = (name: string): Record<string, string>[] =>
  parse(readFileSync(join(workplace.dir, name)), { columns: true });
const runId = ({ stdout }: CliResult) => /Plan (\S+)/.exec(stdout)?.[1] ?? 'none';

/** Tasks of ClickUp of which each comes to another end, and the job for them. */
function prepareMixture(): void {
  const ids = ['86plana', '86planb', '86planc', '86pland'];
  sandbox.fill(ids.map((task_id) => target('clickup', 'archive', { task_id, list_id: '901777' })));
  sandbox.fill([{ ...target('clickup', 'archive', { task_id: '86plane' }), done: true }]);
  sandbox.fill([target('clickup', 'archive', { task_id: '86planf' }, 'Payroll')]);
  write(
    'tasks.csv',
    'task_id,env,note',
    '86plana,test,=1+1',
    '86planb,test,',
    '86planc,test,',
    '86pland,live,',
    '86plane,test,',
    '86planf,test,',
    '86absent,test,',
  );
  write(
    'job.yaml',
    'provider: clickup',
    'operation: archive',
    'when: row.env == "test"',
    'only: task.name.startsWith("[test]")',
    'limits: { requests_per_minute: 0 }',
  );
}

const planMixture = (...flags: string[]) => here('plan', 'tasks.csv', '--job', 'job.yaml', '--no-progress', ...flags);

const foretold = [
  ['86plana', 'will do', ''],
  ['86planb', 'will do', ''],
  ['86planc', 'will do', ''],
  ['86pland', 'skipped', 'The condition when is false.'],
  ['86plane', 'nothing to do', 'The task is archived.'],
  ['86planf', 'blocked', 'The guard `only` refuses the task "Payroll".'],
  ['86absent', 'will fail', expect.stringMatching(/Team not authorized/)],
];

describe('a plan as a file', () => {
  test('tells of every row what is foretold and why, what the target is, and before and after', async () => {
    prepareMixture();
    const planned = await planMixture('--output', 'plan.csv');
    expect(planned.exitCode).toBe(3);
    expect(planned.stderr).toBe(`Plan: ${join(workplace.dir, 'plan.csv')}\n`);
    const rows = rowsOf('plan.csv');
    expect(rows.map((row) => [row.task_id, row._prediction, row._reason])).toEqual(foretold);
    expect(rows[0]).toMatchObject({
      note: "'=1+1",
      _title: '[test] A task',
      _place: 'List 901777',
      _status: 'to do',
      _before: expect.stringContaining('archived'),
      _url: 'https://app.clickup.com/t/86plana',
      _state: 'pending',
    });
    // Rows that will not be done were looked at as well.
    expect(rows[4]).toMatchObject({ _title: '[test] A task', _status: 'to do, archived', _before: '' });
    expect(rows[5]).toMatchObject({ _title: 'Payroll' });
    expect(rows[6]).toMatchObject({ _title: '', _read_at: '' });
    expect(planned.stdout).toMatch(/will do {2}nothing to do {2}will fail {2}blocked {2}skipped/);
  });

  test('can be laid beside what came of it, once it was executed', async () => {
    prepareMixture();
    const id = runId(await planMixture('-o', 'before.csv'));
    expect((await here('apply', id, '--yes', '--no-progress')).exitCode).toBe(3);
    const status = await here('status', id, '--output', 'after.jsonl');
    expect(status.exitCode).toBe(3);
    expect(status.stdout).toMatch(/^Run .* finished/);
    const after = readFileSync(join(workplace.dir, 'after.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(after.map((row) => [row.task_id, row._prediction, row._reason ?? ''])).toEqual(foretold);
    expect(after.map((row) => [row._state, row._outcome])).toEqual([
      ...[1, 2, 3].map(() => ['succeeded', 'done']),
      ['skipped', null],
      ['skipped', 'already'],
      ['blocked', null],
      ['failed', null],
    ]);
    const story = await here('explain', id, '1');
    expect(story.stdout).toContain('foretold: will do');
    expect(JSON.parse((await here('explain', id, '5', '--json')).stdout)).toMatchObject({
      prediction: 'nothing to do',
      reading: { target: { archived: true } },
    });
  });

  test.each([
    ['tasks.csv', /is the manifest itself/],
    ['./link.csv', /is the manifest itself/],
    ['nowhere/plan.csv', /there is no folder .*nowhere/],
  ])("is refused where it can't go, before anything is read: %s", async (output, told) => {
    prepareMixture();
    symlinkSync('tasks.csv', join(workplace.dir, 'link.csv'));
    const before = readFileSync(join(workplace.dir, 'tasks.csv'), 'utf8');
    const { exitCode, stderr } = await planMixture('--output', output);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(told)]);
    expect((await sandbox.ledger()).requests).toEqual([]);
    expect(readFileSync(join(workplace.dir, 'tasks.csv'), 'utf8')).toBe(before);
  });

  test('is refused for another ending before anything is read, and where no run is named', async () => {
    prepareMixture();
    const wrong = await planMixture('--output', 'plan.xlsx');
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/plan\.xlsx[\s\S]*\.csv, \.jsonl or \.html/),
    ]);
    expect((await sandbox.ledger()).requests).toEqual([]);
    expect(existsSync(join(workplace.dir, '.taskbatch', 'runs'))).toBe(false);
    const which = await here('status', '--output', 'plan.csv');
    expect([which.exitCode, which.stderr]).toEqual([2, expect.stringContaining('no run is named')]);
    expect(existsSync(join(workplace.dir, 'plan.csv'))).toBe(false);
  });
});

test('status shows a saved plan again, as text and as JSON, with what it is bound to', async () => {
  prepareMixture();
  const planned = await planMixture();
  const id = runId(planned);
  expect((await here('status', id)).stdout).toBe(planned.stdout);
  expect(planned.stdout).toMatch(/to be applied once, until [-0-9: ]+; the manifest's\s+sha256\s+begins/);
  const json: unknown = JSON.parse((await here('status', id, '--json')).stdout);
  expect(json).toMatchObject({
    kind: 'plan',
    state: 'planned',
    rows: { willDo: 3, nothingToDo: 1, willFail: 1, blocked: 1, skipped: 1, invalid: 0 },
    manifest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    services: [{ provider: 'clickup', tenant: 'Sandbox Workspace', user: 'Sandbox Admin' }],
    expiresAt: expect.stringMatching(/Z$/),
    undo: { whole: 3 },
    surprises: { compared: 0, rows: 0 },
  });
});

test('--look none foretells from the manifest alone, and says so', async () => {
  prepareMixture();
  write('job.yaml', 'provider: clickup', 'operation: archive', 'limits: { requests_per_minute: 0 }');
  const planned = await planMixture('--look', 'none', '-o', 'plan.csv');
  expect(planned.exitCode).toBe(0);
  expect(planned.stdout).not.toMatch(/Surprises/);
  expect(planned.stdout).toMatch(/not looked at/);
  expect(rowsOf('plan.csv').map((row) => [row._prediction, row._title, row._read_at])).toEqual(
    Array.from({ length: 7 }, () => ['will do', '', '']),
  );
});

test('rows unlike the rest are told before anything is approved, and kept with their rows', async () => {
  const ids = Array.from({ length: 12 }, (_, n) => `86surp${n.toString(36)}`);
  const odd = ids[7] ?? '';
  sandbox.fill(
    ids.map((task_id) => target('clickup', 'delete', { task_id }, task_id === odd ? 'Payroll' : '[test] A task')),
  );
  write('tasks.csv', 'task_id', ...ids);
  const flags = ['--provider', 'clickup', '--operation', 'delete', '--rate', '0', '--no-progress'];
  const planned = await here('plan', 'tasks.csv', ...flags, '-o', 'plan.csv');
  expect(planned.stdout).toMatch(/Surprises {2}1 of 12 rows is unlike the rest/);
  expect(planned.stdout).toMatch(
    /row 8 \(line 9\) "Payroll"\n\s+Its title does not begin with "\[test\]"; 11 of 12 rows do\./,
  );
  expect(rowsOf('plan.csv').flatMap((row) => (row._surprises === '' ? [] : [row.task_id]))).toEqual([odd]);
  const json: unknown = JSON.parse((await here('status', runId(planned), '--json')).stdout);
  expect(json).toMatchObject({
    surprises: {
      compared: 12,
      rows: 1,
      groups: [{ rule: 'title', rows: 1, first: [{ row: 8, line: 9, title: 'Payroll' }] }],
    },
    notices: [{ provider: 'clickup', people: 'may', automations: 'may', peopleRows: 12 }],
  });
  // Whoever is asked sees them first.
  const asked = await here('run', 'tasks.csv', ...flags, '--yes');
  expect(asked.stderr).toMatch(/row 8 \(line 9\) "Payroll"/);
});

test('a mixed plan tells of each service whom it tells, and compares only what is alike', async () => {
  const tallyfy = (n: number) => n.toString(16).padStart(32, 'd');
  for (let n = 1; n <= 6; n += 1) {
    sandbox.fill([
      target('tallyfy', 'complete', { task_id: tallyfy(n) }, 'Sign the form'),
      target('bitrix24', 'complete', { task_id: String(800 + n) }, '[test] A task'),
    ]);
  }
  const lines = Array.from({ length: 6 }, (_, n) => [
    `tallyfy,complete,${tallyfy(n + 1)}`,
    `bitrix24,complete,${801 + n}`,
  ]);
  write('tasks.csv', 'provider,operation,task_id', ...lines.flat());
  const planned = await here('plan', 'tasks.csv', '--rate', '0', '--no-progress');
  expect(planned.exitCode).toBe(0);
  expect(planned.stdout).toMatch(/Surprises {2}none: of 12 rows none is unlike the rest/);
  expect(planned.stdout).toMatch(/Tallyfy tells 1 person \(assignees and followers in 6 rows\), and runs\s+webhooks/);
  expect(planned.stdout).toMatch(/Bitrix24 tells 1 person \(assignees and followers in 6 rows\), and runs\s+webhooks/);
});

describe('reading the targets', () => {
  const searches = async () => (await sandbox.ledger()).requests.filter(({ path }) => path.endsWith('/search')).length;
  const flags = ['--provider', 'bitrix24', '--operation', 'complete', '--rate', '0'];

  function fillPortal(tasks: number): void {
    const ids = Array.from({ length: tasks }, (_, n) => String(5_000 + n));
    sandbox.fill(ids.map((task_id) => target('bitrix24', 'complete', { task_id })));
    write('tasks.csv', 'task_id', ...ids);
  }

  test('costs one request for 50 tasks of Bitrix24, and says so before it starts', async () => {
    fillPortal(1_000);
    const planned = await here('plan', 'tasks.csv', ...flags);
    expect(planned.stderr).toMatch(/^Bitrix24: reading 1,000 targets takes about 20 requests\n/);
    expect(await searches()).toBe(20);
  });

  test('says nothing of it with --no-progress', async () => {
    fillPortal(1);
    expect((await here('plan', 'tasks.csv', ...flags, '--no-progress')).stderr).toBe('');
  });

  test.each([
    'SIGINT',
    'SIGKILL',
  ] as const)('is resumed after %s without reading again what was read', async (signal) => {
    await serveAnew({ latencyMs: [80, 80] });
    fillPortal(1_000);
    const options = { workplace, environment: sandbox.environment };
    const { child, finished } = startBin(['plan', 'tasks.csv', ...flags, '--no-progress'], options);
    while ((await searches()) < 6 && child.exitCode === null) await new Promise(setImmediate);
    child.kill(signal);
    await finished;
    const before = await searches();
    expect(before).toBeGreaterThanOrEqual(6);
    expect(before).toBeLessThan(20);
    const resumed = await here('resume', '--rate', '0', '--yes');
    expect(resumed.exitCode).toBe(0);
    expect(resumed.stderr).toMatch(/Bitrix24: reading [\d,]+ targets \(\d+ are read already\) takes about/);
    // What was in the air when the process was killed came to nothing, and is asked for again.
    expect(await searches()).toBeLessThanOrEqual(signal === 'SIGINT' ? 20 : 22);
    expect((await sandbox.ledger()).effects).toEqual([]);
  }, 30_000);

  test('goes on with the rows that are left where lists are read, whose pages serve rows of many batches', async () => {
    await serveAnew({ latencyMs: [40, 40] });
    const ids = Array.from({ length: 1_000 }, (_, n) => ({
      task: `86l${n.toString(36).padStart(4, '0')}`,
      list: `9017${n % 5}`,
    }));
    sandbox.fill(ids.map(({ task, list }) => target('clickup', 'archive', { task_id: task, list_id: list })));
    write('tasks.csv', 'task_id', ...ids.map(({ task }) => task));
    const clickup = ['--provider', 'clickup', '--operation', 'archive', '--rate', '0', '--no-progress'];
    const reads = async () =>
      (await sandbox.ledger()).requests.filter(({ path }) => /\/v2\/(list|task)\//.test(path)).length;
    await here('plan', 'tasks.csv', ...clickup);
    const whole = await reads();
    const { child, finished } = startBin(['plan', 'tasks.csv', ...clickup], {
      workplace,
      environment: sandbox.environment,
    });
    while ((await reads()) < whole + 8 && child.exitCode === null) await new Promise(setImmediate);
    child.kill('SIGINT');
    await finished;
    const before = await reads();
    const resumed = await here('resume', '--rate', '0', '--yes');
    expect(resumed.exitCode).toBe(0);
    const total = await reads();
    // What the service told before the signal is kept, also of batches that were not at their end.
    const [, read = '0'] = /\((\d+) are read already\)/.exec(resumed.stderr) ?? [];
    expect(Number(read)).toBeGreaterThan(0);
    // Pages of lists that hold rows of later batches are read once more, and nothing beside.
    expect(total - before).toBeLessThanOrEqual(whole);
  }, 30_000);
});
