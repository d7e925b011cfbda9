/** Rows behind rows that act on the same thing: each is foretold from how the earlier one leaves it, and comes to just that. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type CliResult, runHere } from '../support/cli.js';
import { createHastyClock } from '../support/hasty-clock.js';
import { createOtherHand } from '../support/other-hand.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { here, other, sandbox, workplace } = useScene();

/** Which has fields of all types. */
const sprint = '901000000001';

beforeEach(() => {
  sandbox.fill(
    ['86a', '86b', '86c', '86d'].map((task_id) => target('clickup', 'delete', { task_id, list_id: sprint })),
  );
});

type Cells = Readonly<Record<string, string>>;

const flags = ['--rate', '0', '--no-progress'];
/** Waits of a minute take a second. */
const hastily = (...args: string[]) =>
  runHere(args, { workplace, environment: sandbox.environment }, { clock: createHastyClock(400) });

async function others(changes: ReadonlyArray<readonly [operation: string, cells: Cells]>): Promise<void> {
  const hand = createOtherHand(sandbox.environment);
  for (const [operation, cells] of changes) await hand.change('clickup', operation, cells);
  await hand.close();
}

/** What ClickUp answers. */
async function ask(path: string): Promise<string> {
  const headers = { authorization: sandbox.environment.CLICKUP_API_TOKEN ?? '' };
  return (await fetch(`${sandbox.origin}/clickup/api/v2/${path}`, { headers })).text();
}

/** What the plan says of each row: what it is to come to, and before -> after. */
async function plan(rows: readonly Cells[]): Promise<{ run: string; told: string[]; reasons: (string | null)[] }> {
  writeRows(rows);
  return toldIn(await here(...planning));
}

const planning = ['plan', 'rows.jsonl', '-o', 'plan.csv', ...flags];

function writeRows(rows: readonly Cells[]): void {
  const lines = rows.map((row) => JSON.stringify({ provider: 'clickup', ...row }));
  writeFileSync(join(workplace.dir, 'rows.jsonl'), `${lines.join('\n')}\n`);
}

function toldIn({ stdout, stderr }: CliResult): { run: string; told: string[]; reasons: (string | null)[] } {
  const run = /Plan (\S+)/.exec(stdout)?.[1];
  if (run === undefined) throw new Error(`no plan: ${stdout}${stderr}`);
  const planned = readRows('plan.csv');
  return {
    run,
    told: planned.map(({ _prediction, _before, _after }) =>
      _before || _after ? `${_prediction}: ${_before} -> ${_after}` : `${_prediction}`,
    ),
    reasons: planned.map(({ _reason }) => _reason || null),
  };
}

/** Of a file whose cells hold no line breaks. */
function readRows(name: string): Record<string, string>[] {
  const [header = '', ...rows] = readFileSync(join(workplace.dir, name), 'utf8').trimEnd().split('\n');
  const cells = (line: string) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) =>
      cell.replace(/^"|"$/g, '').replaceAll('""', '"'),
    );
  const names = cells(header);
  return rows.map((row) => Object.fromEntries(cells(row).map((cell, at) => [names[at] ?? '', cell])));
}

/** What became of each row. */
async function apply(run: string): Promise<string[]> {
  await here('apply', run, '--yes', ...flags);
  await here('report', run, '--format', 'csv', '--output', 'report.csv');
  return readRows('report.csv').map(({ _state, _outcome, _error_code }) =>
    [_state, _outcome, _error_code].filter((part) => part !== '').join('/'),
  );
}

it('ClickUp: a field that is set twice, and back to what it was', async () => {
  await others([['set-field', { task_id: '86a', field: 'Environment', value: 'one' }]]);
  const set = (value: string, field = 'Environment') => ({ operation: 'set-field', task_id: '86a', field, value });
  const { run, told } = await plan([
    set('two'),
    set('one', 'environment'),
    { operation: 'set-field', task_id: '86a', field: 'Environment', clear: 'yes' },
    set('medium', 'Risk'),
    set('5', 'Effort'),
    set('low', 'Risk'),
  ]);
  expect(told).toEqual([
    'will do: Environment: one -> Environment: two',
    'will do: Environment: two -> Environment: one',
    'will do: Environment: one -> Environment:',
    'will do: Risk: -> Risk: medium',
    'will do: Effort: -> Effort: 5',
    'will do: Risk: 1 -> Risk: low',
  ]);
  expect(await apply(run)).toEqual(Array.from({ length: 6 }, () => 'succeeded/done'));
});

it('ClickUp: a field that only tasks of another type have, unless the row before gives the task that type', async () => {
  const gate = (task_id: string) => ({ operation: 'set-field', task_id, field: 'Gate', value: 'open' });
  const create = (custom_item_id: string) => ({
    operation: 'create',
    list_id: sprint,
    name: `Type ${custom_item_id}`,
    custom_item_id,
    custom_fields: '{"Gate":"open"}',
  });
  const { run, told } = await plan([
    gate('86a'),
    { operation: 'update', task_id: '86b', custom_item_id: '1' },
    gate('86b'),
    create('0'),
    create('1'),
  ]);
  expect(told.map((text) => text.split(':')[0])).toEqual(['will fail', 'will do', 'will do', 'will fail', 'will do']);
  expect(await apply(run)).toEqual([
    'failed/FIELD_NOT_APPLICABLE',
    'succeeded/done',
    'succeeded/done',
    'failed/FIELD_NOT_APPLICABLE',
    'succeeded/done',
  ]);
});

it('ClickUp: a comment that an earlier row deletes', async () => {
  await others([['comment', { task_id: '86a', comment: 'One' }]]);
  const comment_id = /"id":"?(\d+)/.exec(await ask('task/86a/comment'))?.[1] ?? '';
  const { run, told, reasons } = await plan([
    { operation: 'delete-comment', task_id: '86a', comment_id },
    { operation: 'delete-comment', task_id: '86a', comment_id, list_id: sprint },
  ]);
  expect(told).toEqual([expect.stringContaining('will do: comment: One'), 'will do']);
  expect(reasons[1]).toMatch(/Row 1 changes the same target before it, which leaves nothing to do/);
  expect(await apply(run)).toEqual(['succeeded/done', 'succeeded/already']);
});

it('ClickUp: no points and no estimate are another thing than 0 of them', async () => {
  const zero = { operation: 'update', task_id: '86a', points: '0', time_estimate: '0', custom_item_id: '0' };
  const { run, told } = await plan([zero]);
  expect(told).toEqual(['will do: time_estimate:; points: -> time_estimate: 0; points: 0']);
  expect(await apply(run)).toEqual(['succeeded/done']);
  expect((await plan([zero])).told).toEqual(['nothing to do']);
});

const backlog = '901000000002';

it('ClickUp: a parent in another list than that of the task which is put below it', async () => {
  const { run, told, reasons } = await plan([
    { operation: 'move', task_id: '86b', to_list_id: backlog, status: 'to do', key: 'moved' },
    { operation: 'update', task_id: '86b', parent: '86a', after: 'moved' },
  ]);
  expect(told.map((text) => text.split(':')[0])).toEqual(['will do', 'will fail']);
  expect(reasons[1]).toContain('"[test] A task" (86a) is in the list');
  expect((await apply(run))[1]).toBe('failed/PARENT_IN_OTHER_LIST');
});

it('ClickUp: a parent in another list than that of the new task, also where rows move it', async () => {
  const below = (parent: string, list_id: string, name: string, after = '') => ({
    operation: 'create',
    list_id,
    name,
    parent,
    after,
  });
  const { run, told, reasons } = await plan([
    below('86a', sprint, 'In its list'),
    below('86a', backlog, 'Elsewhere'),
    { operation: 'move', task_id: '86b', to_list_id: backlog, status: 'to do', key: 'moved' },
    below('86b', backlog, 'Behind the move', 'moved'),
    below('86b', sprint, 'Where it was', 'moved'),
    below('86b', sprint, 'Before or behind the move'),
    below('86b', '901000000003', 'Neither here nor there'),
  ]);
  expect(told.map((text) => text.split(':')[0])).toEqual([
    'will do',
    'will fail',
    'will do',
    'will do',
    'will fail',
    'will do',
    'will fail',
  ]);
  expect(reasons[1]).toContain(`"[test] A task" (86a) is in the list`);
  expect(reasons[4]).toContain('Once row 3 is done: The parent');
  const came = await apply(run);
  expect([came[0], came[3]]).toEqual(['succeeded/done', 'succeeded/done']);
  expect([came[1], came[4], came[6]]).toEqual(Array.from({ length: 3 }, () => 'failed/PARENT_IN_OTHER_LIST'));
});

it('ClickUp: a task that is put below its own subtask, unless a row takes that out before', async () => {
  const below = (task_id: string, parent: string, more: Cells = {}) => ({
    operation: 'update',
    task_id,
    parent,
    ...more,
  });
  await others([
    ['update', { task_id: '86b', parent: '86a' }],
    ['update', { task_id: '86d', parent: '86b' }],
  ]);
  for (const parent of ['86b', '86d']) {
    const { told, reasons } = await plan([below('86a', parent)]);
    expect([told, reasons]).toEqual([
      ['will fail'],
      [expect.stringMatching(/below itself: .* is one of its subtasks/)],
    ]);
  }
  const circle = await plan([below('86c', '86a', { key: 'first' }), below('86a', '86c', { after: 'first' })]);
  expect(circle.told).toEqual([expect.stringContaining('will do'), 'will fail']);
  expect(circle.reasons[1]).toContain('Once row 1 is done: The row puts');
  for (const parent of ['86b', '86d']) {
    const { told } = await plan([below('86b', '86c', { key: 'out' }), below('86a', parent, { after: 'out' })]);
    expect(told.map((text) => text.split(':')[0])).toEqual(['will do', 'will do']);
  }
  const { run } = await plan([below('86b', '86c', { key: 'out' }), below('86a', '86d', { after: 'out' })]);
  expect(await apply(run)).toEqual(['succeeded/done', 'succeeded/done']);
});

it('ClickUp: a value that a move to a list without its field drops, also one that a row before has set', async () => {
  const set = (field: string, value: string) => ({ operation: 'set-field', task_id: '86a', field, value });
  const move = (task_id: string, more: Cells = {}) => ({
    operation: 'move',
    task_id,
    to_list_id: backlog,
    status: 'to do',
    ...more,
  });
  await others([
    ['set-field', { task_id: '86a', field: 'Environment', value: 'kept' }],
    ['set-field', { task_id: '86a', field: 'Sprint goal', value: 'early' }],
    ['set-field', { task_id: '86b', field: 'Sprint goal', value: 'moved along' }],
  ]);
  const { run, told } = await plan([
    set('Sprint goal', 'late'),
    move('86a'),
    set('Sprint goal', 'later'),
    set('Environment', 'there'),
    move('86b', { move_custom_fields: 'yes' }),
  ]);
  expect(told).toEqual([
    'will do: Sprint goal: early -> Sprint goal: late',
    `will do: list: ${sprint}; Sprint goal: late -> list: ${backlog}; Sprint goal:`,
    'will fail',
    'will do: Environment: kept -> Environment: there',
    `will do: list: ${sprint} -> list: ${backlog}`,
  ]);
  const came = await apply(run);
  expect(came).toEqual([
    'succeeded/done',
    'succeeded/done',
    'failed/FIELD_NOT_FOUND',
    'succeeded/done',
    'succeeded/done',
  ]);
});

/** Tasks of Tallyfy that are completed only once their Amount is filled in. */
async function makeAsking(tasks: number): Promise<string[]> {
  const hand = createOtherHand(sandbox.environment);
  const form_fields = [{ label: 'Amount', field_type: 'text', required: true }];
  for (let n = 1; n <= tasks; n++) {
    const title = `Task ${n}`;
    await hand.change('tallyfy', 'create', { title, deadline: '2099-01-01', owners: '{"users":[48213]}', form_fields });
  }
  await hand.close();
  const { effects } = await sandbox.ledger();
  return effects.flatMap(({ service, kind, target: id }) => (service === 'tallyfy' && kind === 'create' ? [id] : []));
}

it('Tallyfy: a task whose required field the row before fills in', async () => {
  const [one = '', two = ''] = await makeAsking(2);
  const { run, told } = await plan([
    { provider: 'tallyfy', operation: 'set-fields', task_id: one, fields: '{"Amount":"5"}' },
    { provider: 'tallyfy', operation: 'complete', task_id: one },
    { provider: 'tallyfy', operation: 'complete', task_id: two },
  ]);
  expect(told).toEqual([
    'will do: Amount: -> Amount: 5',
    'will do: status: not-started -> status: completed',
    'will fail',
  ]);
  expect(await apply(run)).toEqual(['succeeded/done', 'succeeded/done', 'failed/REQUIRED_FIELDS_EMPTY']);
});

it('Tallyfy: tasks whose rows are too far apart to be looked at together', async () => {
  const tasks = await makeAsking(100);
  const before = (await sandbox.ledger()).requests.length;
  const { run, told } = await plan([
    ...tasks.map((task_id) => ({ provider: 'tallyfy', operation: 'set-fields', task_id, fields: '{"Amount":"5"}' })),
    ...tasks.map((task_id) => ({ provider: 'tallyfy', operation: 'complete', task_id })),
  ]);
  expect(told).toEqual([
    ...tasks.map(() => 'will do: Amount: -> Amount: 5'),
    ...tasks.map(() => 'will do: status: not-started -> status: completed'),
  ]);
  const reads = (await sandbox.ledger()).requests.slice(before).filter(({ path }) => path.includes('/tasks'));
  expect(reads.map(({ path }) => path)).toEqual([...new Set(reads.map(({ path }) => path))]);
  expect(reads.length).toBeGreaterThan(0);
  expect(await apply(run)).toEqual(Array.from({ length: 200 }, () => 'succeeded/done'));
}, 60_000);

/** The first of them can be set only on a task of that type; for each of them the fields of the list are asked for. */
const type = { operation: 'update', task_id: '86a', custom_item_id: '1' };
const fields = [
  ['Gate', 'open'],
  ['Environment', 'one'],
  ['Effort', '5'],
  ['Risk', 'medium'],
  ['Gate', 'shut'],
].map(([field = '', value = '']) => ({ operation: 'set-field', task_id: '86a', field, value }));
const fieldsTold = [
  'will do: Gate: -> Gate: open',
  'will do: Environment: -> Environment: one',
  'will do: Effort: -> Effort: 5',
  'will do: Risk: -> Risk: medium',
  'will do: Gate: open -> Gate: shut',
];

it('ClickUp: rows that are looked at again after an outage come behind those that were well', async () => {
  await sandbox.faults('clickup:get:/field:503*30');
  writeRows([type, ...fields]);
  const { told } = toldIn(await hastily(...planning));
  expect(told.slice(1)).toEqual(fieldsTold);
  // The first look and a probe, five rows each: a probe fails once, whatever it brings with it.
  expect((await sandbox.ledger()).requests.filter(({ status }) => status === 503)).toHaveLength(30);
});

it('ClickUp: more rows on a task than are looked at together, of which an outage leaves some to resume', async () => {
  const comments = Array.from({ length: 600 }, (_, n) => ({
    operation: 'comment',
    task_id: '86a',
    comment: `Comment ${n}`,
  }));
  await sandbox.faults('clickup:get:/field:503*0');
  writeRows([type, ...comments, ...fields]);
  const { exitCode, stderr } = await hastily(...planning);
  expect([exitCode, stderr]).toEqual([4, expect.stringMatching(/rows in a row failed, and it was no better after 5/)]);
  await sandbox.faults('');
  const { told } = toldIn(await here('resume', '--yes', ...flags));
  expect(told).toHaveLength(606);
  expect(told.slice(-5)).toEqual(fieldsTold);
  expect(told.filter((text) => !text.startsWith('will do'))).toEqual([]);
}, 60_000);

it('Tallyfy: tasks of an archived run that a row above restores, waited for or not', async () => {
  const [run_id, one, two] = ['a', 'b', 'c'].map((digit) => digit.repeat(32));
  for (const task_id of [one, two]) {
    sandbox.fill([target('tallyfy', 'set-fields', { task_id, run_id, fields: { Amount: '5' } })]);
  }
  await other.change('tallyfy', 'archive-run', { run_id });
  const row = (operation: string, cells: Cells = {}): Cells => ({ provider: 'tallyfy', operation, ...cells });
  const { run, told, reasons } = await plan([
    row('complete', { task_id: two ?? '' }),
    row('restore-run', { run_id: run_id ?? '', key: 'back' }),
    row('set-fields', { task_id: one ?? '', 'fields.Amount': '7', after: 'back' }),
    row('complete', { task_id: one ?? '', after: 'back' }),
    row('comment', { task_id: two ?? '', content: 'Here again' }),
  ]);
  expect(told.map((text) => text.split(':')[0])).toEqual(['will fail', ...Array(4).fill('will do')]);
  expect(reasons[0]).toMatch(/restore it first/);
  expect(await apply(run)).toEqual(['failed/TASK_ARCHIVED', ...Array(4).fill('succeeded/done')]);
});

it('ClickUp: a task that rows call by different names', async () => {
  sandbox.fill([target('clickup', 'delete', { task_id: 'DEV-12', list_id: sprint })]);
  const team = sandbox.environment.CLICKUP_TEAM_ID ?? '';
  const answer = await ask(`task/DEV-12?custom_task_ids=true&team_id=${team}`);
  const native = /^\{"id":"(\w+)"/.exec(answer)?.[1] ?? '';
  const set = (task_id: string, value: string) => ({ operation: 'set-field', task_id, field: 'Environment', value });
  await others([['set-field', { task_id: native, field: 'Environment', value: 'one' }]]);
  const { run, told } = await plan([
    set('DEV-12', 'two'),
    set(native, 'one'),
    { operation: 'add-tag', task_id: 'DEV-12', tag: 'new' },
    { operation: 'remove-tag', task_id: native, tag: 'new' },
  ]);
  expect(told).toEqual([
    'will do: Environment: one -> Environment: two',
    'will do: Environment: two -> Environment: one',
    'will do: tag: -> tag: new',
    'will do: tag: new -> tag:',
  ]);
  expect(await apply(run)).toEqual(Array.from({ length: 4 }, () => 'succeeded/done'));
});
