/**
 * Rows that can be taken back are compared with the plan too, just before their writes: what somebody else did meanwhile
 * is not called done, what was reviewed is not overwritten unseen, and `undo` puts back what there was when the row was done.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openSqlite } from '../../src/state/sqlite.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { here, other, sandbox, workplace } = useScene({ now: () => Date.now() + laterMs });
/** How far the services' clock is ahead. */
let laterMs = 0;

beforeEach(() => {
  laterMs = 0;
});

const quiet = ['--rate', '0', '--no-progress'];

type Cells = Readonly<Record<string, unknown>>;
interface Row {
  readonly provider: string;
  readonly operation: string;
  readonly cells: Cells;
}

const reportSchema = z
  .object({
    _state: z.string(),
    _outcome: z.string().nullable(),
    _error_code: z.string().nullable(),
    _message: z.string().nullable(),
  })
  .loose();

function fill(rows: readonly Row[]): void {
  sandbox.fill(rows.map(({ provider, operation, cells }) => target(provider, operation, cells)));
}

function manifest(rows: readonly Row[]): string {
  const lines = rows.map(({ provider, operation, cells }) => JSON.stringify({ provider, operation, ...cells }));
  writeFileSync(join(workplace.dir, 'rows.jsonl'), `${lines.join('\n')}\n`);
  return 'rows.jsonl';
}

async function plan(rows: readonly Row[], ...flags: string[]): Promise<string> {
  const { stdout, stderr } = await here('plan', manifest(rows), ...quiet, ...flags);
  const run = /Plan (\S+)/.exec(stdout)?.[1];
  if (run === undefined) throw new Error(`no plan: ${stdout}${stderr}`);
  return run;
}

async function apply(run: string) {
  const { exitCode } = await here('apply', run, '--yes', ...quiet);
  const { stdout } = await here('report', run, '--format', 'jsonl');
  const rows = stdout.split('\n').filter((line) => line !== '');
  return { exitCode, rows: rows.map((line) => reportSchema.parse(JSON.parse(line))) };
}

const outcomes = (rows: readonly z.output<typeof reportSchema>[]) =>
  rows.map(({ _state, _outcome, _error_code }) => [_state, _outcome ?? _error_code]);

async function clickUpTask(id: string) {
  const answer = await fetch(`${sandbox.environment.CLICKUP_BASE_URL}/v2/task/${id}`, {
    headers: { authorization: sandbox.environment.CLICKUP_API_TOKEN ?? '' },
  });
  return z
    .object({ name: z.string(), status: z.object({ status: z.string() }).loose() })
    .loose()
    .parse(await answer.json());
}

const clickup = (n: number) => `86values${n}`;
const tallyfy = (n: number) => n.toString(16).padStart(32, 'f');
const bitrix24 = (n: number) => String(700 + n);

/** Every operation that is not repeated where it has been done, with what to do. */
const settable: readonly Row[] = [
  { provider: 'clickup', operation: 'complete', cells: { task_id: clickup(1) } },
  { provider: 'clickup', operation: 'reopen', cells: { task_id: clickup(2) } },
  { provider: 'clickup', operation: 'set-status', cells: { task_id: clickup(3), status: 'in progress' } },
  { provider: 'clickup', operation: 'archive', cells: { task_id: clickup(4) } },
  { provider: 'clickup', operation: 'unarchive', cells: { task_id: clickup(5) } },
  { provider: 'clickup', operation: 'add-tag', cells: { task_id: clickup(6), tag: 'later' } },
  { provider: 'clickup', operation: 'remove-tag', cells: { task_id: clickup(7), tag: 'test' } },
  { provider: 'clickup', operation: 'assign', cells: { task_id: clickup(8), assignees: '81234568' } },
  { provider: 'clickup', operation: 'unassign', cells: { task_id: clickup(9), assignees: '81234568' } },
  { provider: 'clickup', operation: 'update', cells: { task_id: clickup(10), name: 'Another' } },
  { provider: 'clickup', operation: 'move', cells: { task_id: clickup(11), to_list_id: '901000000004' } },
  { provider: 'tallyfy', operation: 'complete', cells: { task_id: tallyfy(1) } },
  { provider: 'tallyfy', operation: 'reopen', cells: { task_id: tallyfy(2) } },
  { provider: 'tallyfy', operation: 'archive', cells: { task_id: tallyfy(3) } },
  { provider: 'tallyfy', operation: 'restore', cells: { task_id: tallyfy(4) } },
  { provider: 'tallyfy', operation: 'update', cells: { task_id: tallyfy(5), title: 'Another' } },
  { provider: 'bitrix24', operation: 'complete', cells: { task_id: bitrix24(1) } },
  { provider: 'bitrix24', operation: 'reopen', cells: { task_id: bitrix24(2) } },
  { provider: 'bitrix24', operation: 'defer', cells: { task_id: bitrix24(3) } },
  { provider: 'bitrix24', operation: 'update', cells: { task_id: bitrix24(4), title: 'Another' } },
];

it('calls what somebody else did since the plan done already, writes nothing for it, and undo leaves it', async () => {
  fill(settable);
  const run = await plan(settable);
  for (const { provider, operation, cells } of settable) await other.change(provider, operation, cells);
  const before = await sandbox.ledger();
  const { exitCode, rows } = await apply(run);
  expect(outcomes(rows)).toEqual(settable.map(() => ['succeeded', 'already']));
  expect(exitCode).toBe(0);
  const after = await sandbox.ledger();
  expect(after.effects).toEqual(before.effects);
  expect(after.requests.slice(before.requests.length).filter(({ write }) => write)).toEqual([]);
  const undone = await here('undo', run, ...quiet);
  expect(`${undone.stdout}${undone.stderr}`).toContain('did nothing that there is to undo');
});

it('does not overwrite a value that the plan did not show, and overwrites the one that it did', async () => {
  const rows: Row[] = [
    { provider: 'clickup', operation: 'update', cells: { task_id: clickup(1), name: 'Planned' } },
    { provider: 'clickup', operation: 'update', cells: { task_id: clickup(2), name: 'Planned' } },
    { provider: 'clickup', operation: 'update', cells: { task_id: clickup(3), name: 'Planned', priority: 'high' } },
    { provider: 'tallyfy', operation: 'update', cells: { task_id: tallyfy(1), title: 'Planned' } },
    { provider: 'bitrix24', operation: 'update', cells: { task_id: bitrix24(1), title: 'Planned' } },
  ];
  fill(rows);
  const run = await plan(rows);
  await other.change('clickup', 'update', { task_id: clickup(1), name: 'Newer' });
  await other.change('clickup', 'set-status', { task_id: clickup(2), status: 'in progress' });
  await other.change('clickup', 'update', { task_id: clickup(3), priority: 'high' });
  await other.change('tallyfy', 'update', { task_id: tallyfy(1), title: 'Newer' });
  await other.change('bitrix24', 'update', { task_id: bitrix24(1), title: 'Newer' });
  const { exitCode, rows: ended } = await apply(run);
  expect(exitCode).toBe(3);
  expect(outcomes(ended)).toEqual([
    ['blocked', 'TARGET_CHANGED'],
    ['succeeded', 'done'],
    ['blocked', 'TARGET_CHANGED'],
    ['blocked', 'TARGET_CHANGED'],
    ['blocked', 'TARGET_CHANGED'],
  ]);
  for (const row of [ended[0], ended[3], ended[4]]) {
    expect(row?._message).toMatch(/changed since .*: (name|title) was "[^"]+", is "Newer"\./);
  }
  expect(ended[2]?._message).toMatch(/: priority was empty, is "high"\./);
  expect((await clickUpTask(clickup(1))).name).toBe('Newer');
  expect((await clickUpTask(clickup(2))).name).toBe('Planned');
  const failed = await here('retry', run, '--yes', ...quiet);
  expect(failed.exitCode).toBe(0);
  expect((await clickUpTask(clickup(1))).name).toBe('Planned');
});

describe('a task whose status moved since the plan', () => {
  const rows: readonly Row[] = [1, 2].map((n) => ({
    provider: 'clickup',
    operation: 'complete',
    cells: { task_id: clickup(n) },
  }));

  it('is completed all the same, and undo puts back the status that it had then', async () => {
    fill(rows);
    const was = (await clickUpTask(clickup(2))).status.status;
    const run = await plan(rows);
    await other.change('clickup', 'set-status', { task_id: clickup(1), status: 'in progress' });
    expect(outcomes((await apply(run)).rows)).toEqual([
      ['succeeded', 'done'],
      ['succeeded', 'done'],
    ]);
    const told = await here('explain', run, '1');
    expect(told.stdout).toMatch(/foretold: will do[\s\S]*read again, and it had changed since the plan/);
    expect(told.stdout).toContain('to change status: "in progress" -> ');
    expect((await here('explain', run, '2')).stdout).not.toContain('read again');
    const json = z
      .object({ reread: z.object({ changes: z.array(z.object({ field: z.string(), before: z.string() })) }) })
      .loose();
    const { reread } = json.parse(JSON.parse((await here('explain', run, '1', '--json')).stdout));
    expect(reread.changes).toMatchObject([{ field: 'status', before: 'in progress' }]);
    expect((await here('undo', run, '--output', 'back.csv', ...quiet)).exitCode).toBe(0);
    expect((await here('run', 'back.csv', '--yes', ...quiet)).exitCode).toBe(0);
    expect((await clickUpTask(clickup(1))).status.status).toBe('in progress');
    expect((await clickUpTask(clickup(2))).status.status).toBe(was);
  });

  it('is not put back by a reading that was edited in run.db', async () => {
    fill(rows);
    const run = await plan(rows);
    await other.change('clickup', 'set-status', { task_id: clickup(1), status: 'in progress' });
    await apply(run);
    const database = openSqlite(join(workplace.runFolder(run), 'run.db'));
    database.exec(`UPDATE reread SET view = replace(view, 'in progress', 'review')`);
    database.close();
    const { exitCode, stdout, stderr } = await here('undo', run, '--output', 'back.csv', ...quiet);
    expect([exitCode, `${stdout}${stderr}`.replaceAll(/\s+/g, ' ')]).toEqual([
      3,
      expect.stringContaining('is not as it was planned'),
    ]);
  });

  it('is as the last reading told, where a sitting was stopped between reading and writing', async () => {
    fill(rows);
    const was = (await clickUpTask(clickup(1))).status.status;
    const run = await plan(rows);
    await other.change('clickup', 'set-status', { task_id: clickup(1), status: 'in progress' });
    await sandbox.faults('clickup:put:401*1');
    expect((await here('apply', run, '--yes', ...quiet)).exitCode).not.toBe(0);
    await other.change('clickup', 'set-status', { task_id: clickup(1), status: was });
    expect((await here('resume', run, '--yes', ...quiet)).exitCode).toBe(0);
    await here('undo', run, '--output', 'back.csv', ...quiet);
    await here('run', 'back.csv', '--yes', ...quiet);
    expect((await clickUpTask(clickup(1))).status.status).toBe(was);
  });
});

it('does not overwrite behind another row on the same target either, but for what that row set', async () => {
  const rows: Row[] = [
    { provider: 'clickup', operation: 'add-tag', cells: { task_id: clickup(1), tag: 'x' } },
    { provider: 'clickup', operation: 'update', cells: { task_id: clickup(1), priority: 'urgent' } },
    { provider: 'clickup', operation: 'complete', cells: { task_id: clickup(2) } },
    { provider: 'clickup', operation: 'update', cells: { task_id: clickup(2), status: 'in progress' } },
    { provider: 'clickup', operation: 'complete', cells: { task_id: clickup(3) } },
    { provider: 'clickup', operation: 'update', cells: { task_id: clickup(3), status: 'in progress' } },
    { provider: 'bitrix24', operation: 'complete', cells: { task_id: bitrix24(1) } },
    { provider: 'bitrix24', operation: 'update', cells: { task_id: bitrix24(1), title: 'Planned' } },
  ];
  fill(rows);
  const run = await plan(rows);
  await other.change('clickup', 'update', { task_id: clickup(1), priority: 'low' });
  // Somebody did what the first row was to do, so the second one finds their work.
  await other.change('clickup', 'complete', { task_id: clickup(3) });
  await other.change('bitrix24', 'update', { task_id: bitrix24(1), title: 'Newer' });
  const { rows: ended } = await apply(run);
  expect(outcomes(ended)).toEqual([
    ['succeeded', 'done'],
    ['blocked', 'TARGET_CHANGED'],
    ['succeeded', 'done'],
    ['succeeded', 'done'],
    ['succeeded', 'already'],
    ['blocked', 'TARGET_CHANGED'],
    ['succeeded', 'done'],
    ['blocked', 'TARGET_CHANGED'],
  ]);
  expect(ended[1]?._message).toMatch(/: priority was empty, is "low"\.|: priority was .*, is "low"\./);
  expect((await clickUpTask(clickup(2))).status.status).toBe('in progress');
});

it('asks the rules of the job about a task as rows before leave it, and foretells what they then refuse', async () => {
  const steps: ReadonlyArray<readonly [first: Row, rule: string]> = [
    [
      { provider: 'clickup', operation: 'update', cells: { task_id: clickup(1), name: 'Renamed' } },
      'task.name == "Renamed"',
    ],
    [
      { provider: 'clickup', operation: 'update', cells: { task_id: clickup(2), status: 'in progress' } },
      'task.status == "in progress"',
    ],
    [{ provider: 'clickup', operation: 'complete', cells: { task_id: clickup(3) } }, 'task.completed'],
    [{ provider: 'clickup', operation: 'reopen', cells: { task_id: clickup(4) } }, '!task.completed'],
    [
      { provider: 'clickup', operation: 'set-status', cells: { task_id: clickup(5), status: 'review' } },
      'task.status == "review"',
    ],
    [{ provider: 'clickup', operation: 'archive', cells: { task_id: clickup(6) } }, 'task.archived'],
    [{ provider: 'clickup', operation: 'unarchive', cells: { task_id: clickup(7) } }, '!task.archived'],
    [{ provider: 'clickup', operation: 'add-tag', cells: { task_id: clickup(8), tag: 'x' } }, '"x" in task.tags'],
    [
      { provider: 'clickup', operation: 'remove-tag', cells: { task_id: clickup(9), tag: 'test' } },
      '!("test" in task.tags)',
    ],
    [
      { provider: 'clickup', operation: 'move', cells: { task_id: clickup(10), to_list_name: 'Inbox' } },
      'task.list == "Inbox"',
    ],
    [
      { provider: 'tallyfy', operation: 'update', cells: { task_id: tallyfy(1), title: 'Renamed' } },
      'task.name == "Renamed"',
    ],
    [{ provider: 'tallyfy', operation: 'complete', cells: { task_id: tallyfy(2) } }, 'task.completed'],
    [
      { provider: 'bitrix24', operation: 'update', cells: { task_id: bitrix24(1), title: 'Renamed' } },
      'task.name == "Renamed"',
    ],
    [{ provider: 'bitrix24', operation: 'complete', cells: { task_id: bitrix24(2) } }, 'task.completed'],
  ];
  fill(steps.map(([first]) => first));
  for (const [first, rule] of steps) {
    const { provider, operation, cells } = first;
    const comment = { task_id: cells.task_id, ...(provider === 'tallyfy' ? { content: 'Hi' } : { comment: 'Hi' }) };
    const rows = [first, { provider, operation: 'comment', cells: comment }];
    writeFileSync(join(workplace.dir, 'only.yaml'), `only: ${JSON.stringify(`!(${rule})`)}\n`);
    const run = await plan(rows, '--job', './only.yaml');
    const told = JSON.parse((await here('status', run, '--json')).stdout);
    expect([operation, told.rows]).toEqual([operation, expect.objectContaining({ willDo: 1, blocked: 1 })]);
    expect(outcomes((await apply(run)).rows)).toEqual([
      ['succeeded', 'done'],
      ['blocked', 'ONLY'],
    ]);
    writeFileSync(join(workplace.dir, 'never.yaml'), `never: ${JSON.stringify(rule)}\n`);
    const again = manifest([{ provider, operation: 'comment', cells: comment }]);
    expect((await here('plan', again, '--job', './never.yaml', ...quiet)).exitCode).toBe(4);
  }
});

it('asks the rules of the job about a task as rows before leave it, whatever these rows call it', async () => {
  const named: Row = {
    provider: 'clickup',
    operation: 'add-tag',
    cells: { task_name: 'Twin', list_id: '901000000001', tag: 'x' },
  };
  const byId: Row = { provider: 'clickup', operation: 'complete', cells: { task_id: clickup(1) } };
  sandbox.fill([target('clickup', 'complete', { task_id: clickup(1), name: 'Twin', list_id: '901000000001' })]);
  const effectsBefore = (await sandbox.ledger()).effects.length;
  writeFileSync(join(workplace.dir, 'never.yaml'), 'never: task.completed\n');
  const stopped = await here('plan', manifest([byId, named]), '--job', './never.yaml', ...quiet);
  expect([stopped.exitCode, stopped.stderr]).toEqual([4, expect.stringContaining('row 2 (line 2)')]);
  writeFileSync(join(workplace.dir, 'only.yaml'), 'only: "!task.completed"\n');
  const run = await plan([byId, named], '--job', './only.yaml');
  const told = await here('status', run);
  expect(told.stdout.replace(/\s+/g, ' ')).toContain('Once row 1 is done: The guard `only` refuses');
  expect((await sandbox.ledger()).effects).toHaveLength(effectsBefore);
});

it('judges a field by the list that a row before moves the task to', async () => {
  const [there, back] = ['901000000001', '901000000002'];
  sandbox.fill([target('clickup', 'update', { task_id: clickup(1), list_id: back })]);
  const set: Row = {
    provider: 'clickup',
    operation: 'set-field',
    cells: { task_id: clickup(1), field: 'Budget', value: '12.5' },
  };
  const move = (to: string): Row => ({
    provider: 'clickup',
    operation: 'move',
    cells: { task_id: clickup(1), to_list_id: to },
  });
  expect(outcomes((await apply(await plan([move(there), set]))).rows)).toEqual([
    ['succeeded', 'done'],
    ['succeeded', 'done'],
  ]);
  const run = await plan([move(back), { ...set, cells: { ...set.cells, value: '13' } }]);
  const { stdout } = await here('status', run);
  expect(stdout.replace(/\s+/g, ' ')).toContain('Once row 1 is done: The task\'s list has no custom field "Budget"');
});

it('acts on the task that was reviewed, whatever its name means by now', async () => {
  const rows: Row[] = [1, 2, 3].map((n) => ({
    provider: 'clickup',
    operation: 'update',
    cells: { task_id: clickup(n), name: `Named ${n}`, list_id: '901000000001' },
  }));
  fill(rows);
  await here('run', manifest(rows), '--yes', ...quiet);
  const byName = (operation: string, n: number): Row => ({
    provider: 'clickup',
    operation,
    cells: { task_name: `Named ${n}`, list_id: '901000000001' },
  });
  const run = await plan([byName('complete', 1), byName('delete', 2)]);
  const was = (await clickUpTask(clickup(3))).status.status;
  for (const n of [1, 2]) await other.change('clickup', 'update', { task_id: clickup(n), name: `Was ${n}` });
  await other.change('clickup', 'update', { task_id: clickup(3), name: 'Named 1' });
  expect(outcomes((await apply(run)).rows)).toEqual([
    ['succeeded', 'done'],
    ['blocked', 'TARGET_CHANGED'],
  ]);
  expect((await clickUpTask(clickup(1))).status.status).not.toBe(was);
  expect((await clickUpTask(clickup(3))).status.status).toBe(was);
  expect((await here('verify', run, ...quiet)).exitCode).toBe(0);
});

it('does nothing to a task that was changed after `unchanged_since`, also when that was after the plan', async () => {
  const rows: Row[] = [1, 2].map((n) => ({
    provider: 'clickup',
    operation: 'complete',
    cells: { task_id: clickup(n), unchanged_since: new Date(Date.now() + 60_000).toISOString() },
  }));
  fill(rows);
  const run = await plan(rows);
  laterMs = 120_000;
  await other.change('clickup', 'update', { task_id: clickup(1), description: 'Still in use' });
  expect(outcomes((await apply(run)).rows)).toEqual([
    ['blocked', 'TARGET_CHANGED'],
    ['succeeded', 'done'],
  ]);
});

it('asks the rules of the job again, and does nothing to a task that is gone', async () => {
  const rows: Row[] = [1, 2, 3].map((n) => ({
    provider: 'clickup',
    operation: 'complete',
    cells: { task_id: clickup(n) },
  }));
  fill(rows);
  writeFileSync(join(workplace.dir, 'job.yaml'), `never: 'task.name.startsWith("Keep")'\n`);
  const run = await plan(rows, '--job', './job.yaml');
  await other.change('clickup', 'update', { task_id: clickup(1), name: 'Keep this one' });
  await other.change('clickup', 'delete', { task_id: clickup(2) });
  const { exitCode, rows: ended } = await apply(run);
  expect(exitCode).toBe(3);
  expect(outcomes(ended)).toEqual([
    ['blocked', 'NEVER'],
    ['failed', 'ITEM_013'],
    ['succeeded', 'done'],
  ]);
  expect((await sandbox.effects()).get(clickup(1))).toEqual(['update']);
});

it('costs what the plan told: targets are read in groups, as when planning', async () => {
  const rows: Row[] = Array.from({ length: 100 }, (_, n) => ({
    provider: 'clickup',
    operation: 'complete',
    cells: { task_id: clickup(n) },
  }));
  fill(rows);
  const run = await plan(rows);
  const told = z
    .object({ requests: z.object({ executing: z.number() }) })
    .loose()
    .parse(JSON.parse((await here('status', run, '--json')).stdout));
  const before = (await sandbox.ledger()).requests.length;
  await apply(run);
  const sent = (await sandbox.ledger()).requests.length - before;
  expect(sent).toBeLessThanOrEqual(told.requests.executing);
  expect(sent).toBeLessThan(110);
});
