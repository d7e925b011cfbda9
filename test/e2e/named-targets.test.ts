/** Rows that name their target, and take the id of what another row makes for something else: they are planned like others. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isObject, listField, textField } from '../../src/json.js';
import { referenceMark } from '../../src/manifest/reference-text.js';
import { openSqlite } from '../../src/state/sqlite.js';
import { startBin } from '../support/bin.js';
import { type Cells, openRoundTrip, type RoundTrip, toldAndMet } from '../undo/round-trip.js';

let trip: RoundTrip;
beforeEach(async () => {
  trip = await openRoundTrip();
});
afterEach(() => trip.close());

const list_id = '901000000001';
const parent = `${referenceMark}a.id}`;
const flags = ['--rate', '0', '--yes', '--no-progress', '--json'];
const made = (cells: Cells = {}): Cells => ({ operation: 'create', name: 'New', list_id, key: 'a', ...cells });
const row = (operation: string, task_id: string, cells: Cells = {}): Cells => ({ operation, task_id, ...cells });

function fill(...ids: string[]): void {
  for (const task_id of ids) trip.fill('clickup', 'update', { task_id, list_id });
}

/** The service's own id of a task with another one. */
async function ownId(id: string): Promise<string> {
  return textField(await trip.hold('clickup', id), 'id') ?? '';
}

async function effects(kind: string) {
  return (await trip.sandbox.ledger()).effects.filter((one) => one.kind === kind);
}

function manifest(rows: readonly Cells[]): string {
  writeFileSync(
    join(trip.workplace.dir, 'rows.jsonl'),
    rows.map((cells) => `${JSON.stringify({ provider: 'clickup', ...cells })}\n`).join(''),
  );
  return 'rows.jsonl';
}

async function plan(rows: readonly Cells[], more: readonly string[] = []) {
  const done = await trip.bin(['plan', manifest(rows), '--rate', '0', '--no-progress', '--json', ...more]);
  const { run, rows: counts } = JSON.parse(done.stdout);
  return { run, counts, exitCode: done.exitCode };
}

/** Runs rows, and gives what became of each: its state and why. */
async function run(rows: readonly Cells[], more: readonly string[] = []) {
  const { stdout, exitCode } = await trip.bin(['run', manifest(rows), ...flags, ...more]);
  const id: string = JSON.parse(stdout).run;
  return { run: id, exitCode, ends: await endsOf(id) };
}

async function endsOf(id: string) {
  return (await trip.report(id)).map(({ _state, _error_code }) => [_state, _error_code ?? null]);
}

/** What was asked of the service, by path. */
async function paths(): Promise<string[]> {
  return (await trip.sandbox.ledger()).requests.map(({ path }) => path);
}

it('such a row keeps its target from going along with what another row deletes', async () => {
  fill('86par', 'DEV-2');
  const child = await ownId('DEV-2');
  await trip.run('clickup', [row('update', child, { parent: '86par' })]);
  const { ends } = await run([made(), row('update', 'DEV-2', { name: 'Kept', parent }), row('delete', '86par')]);
  expect(ends).toEqual([
    ['succeeded', null],
    ['succeeded', null],
    ['blocked', 'PART_OF_TARGET'],
  ]);
  expect(await trip.hold('clickup', child)).toMatchObject({ trashed: false, name: 'Kept' });
});

it('it contradicts the deletion of its target under another name', async () => {
  fill('DEV-1');
  const id = await ownId('DEV-1');
  const { ends } = await run([made(), row('update', id, { name: 'Kept', parent }), row('delete', 'DEV-1')]);
  expect(ends).toEqual([
    ['succeeded', null],
    ['blocked', 'SAME_TARGET'],
    ['blocked', 'SAME_TARGET'],
  ]);
  expect(await effects('delete')).toEqual([]);
});

it.each([
  ['error', ['blocked', 'SAME_TARGET']],
  ['skip', ['skipped', null]],
])('a second deletion under another name is a duplicate: duplicates: %s', async (duplicates, end) => {
  fill('DEV-1');
  writeFileSync(join(trip.workplace.dir, 'job.yaml'), `provider: clickup\nduplicates: ${duplicates}\n`);
  const rows = [row('delete', await ownId('DEV-1')), row('delete', 'DEV-1')];
  const { ends } = await run(rows, ['--job', './job.yaml']);
  expect(ends).toEqual([['succeeded', null], end]);
  expect(await effects('delete')).toHaveLength(1);
});

it('a row behind it on its target is done, though it was so when it was read', async () => {
  fill('86tgt');
  await trip.run('clickup', [row('set-status', '86tgt', { status: 'in progress' })]);
  const back = row('set-status', '86tgt', { status: 'in progress' });
  const { ends } = await run([made(), row('update', '86tgt', { status: 'complete', parent }), back]);
  expect(ends.map(([state]) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(await trip.hold('clickup', '86tgt')).toMatchObject({ status: { status: 'in progress' } });
});

it('is judged by `never` before anything is sent, and by `only`', async () => {
  fill('86prod', '86test');
  await trip.run('clickup', [row('update', '86prod', { name: '[prod] Billing' })]);
  const rows = [made(), row('add-tag', '86test', { tag: 'x' }), row('update', '86prod', { name: 'Renamed', parent })];
  const job = (rule: string) => {
    writeFileSync(join(trip.workplace.dir, 'job.yaml'), `provider: clickup\n${rule}\n`);
    return ['--job', 'job.yaml'];
  };
  const never = await trip.bin(['run', manifest(rows), ...flags, ...job('never: task.name.startsWith("[prod]")')]);
  expect([never.exitCode, await effects('add-tag')]).toEqual([4, []]);
  const only = await plan(rows, job('only: "!task.name.startsWith(\'[prod]\')"'));
  expect(only.counts).toMatchObject({ willDo: 2, blocked: 1 });
});

it('is read in whichever batch it stands, with the rows on its target in another', async () => {
  const ids = Array.from({ length: 400 }, (_none, n) => `86f${String(n).padStart(4, '0')}`);
  fill('86tgt', ...ids);
  const rows = [
    row('set-status', '86tgt', { status: 'in progress' }),
    made(),
    ...ids.map((id) => row('add-tag', id, { tag: 'x' })),
    row('update', '86tgt', { parent }),
  ];
  const { exitCode, counts } = await plan(rows, ['--concurrency', '1']);
  expect(exitCode).toBe(0);
  expect(counts).toMatchObject({ willDo: 403 });
});

it('fails in the plan where its target is not there, or what does not rest on the id can not be', async () => {
  fill('86tgt');
  const { counts } = await plan([
    made(),
    row('update', '86gone', { parent }),
    row('update', '86tgt', { status: 'no such status', parent }),
  ]);
  expect(counts).toMatchObject({ willDo: 1, willFail: 2 });
});

it('asks the service of no id that is still to come', async () => {
  fill('86tgt');
  const comment = `See ${parent}`;
  const rows = [made(), row('update', '86tgt', { name: 'Renamed', parent }), row('comment', '86tgt', { comment })];
  const { run: id, counts } = await plan(rows);
  expect(counts).toMatchObject({ willDo: 3 });
  const asked = (await paths()).flatMap((path) => /\/task\/([^/?]+)/.exec(path)?.[1] ?? []);
  expect(asked.filter((id) => id !== '86tgt')).toEqual([]);
  const { stdout } = await trip.bin(['plan', 'rows.jsonl', '--rate', '0', '--no-progress']);
  expect(stdout).not.toContain('will act on what other rows make');
  const explained = await trip.bin(['explain', id, '2']);
  expect(explained.stdout).toContain('Renamed');
  await trip.bin(['apply', id, ...flags]);
  const [madeId] = (await effects('create')).map(({ target }) => target);
  const task = await trip.hold('clickup', '86tgt');
  expect(task).toMatchObject({ name: 'Renamed', parent: madeId });
  const texts = listField(task, 'comments').map((one) => (isObject(one) ? textField(one, 'comment_text') : null));
  expect(texts).toEqual([`See ${madeId}`]);
});

it('is blocked where what it overwrites was changed since the plan, also by the id', async () => {
  fill('86one', '86two', '86par');
  const rows = [made(), row('update', '86one', { name: 'Renamed', parent }), row('update', '86two', { parent })];
  const { run: id } = await plan(rows);
  await trip.run('clickup', [row('update', '86one', { name: 'By Ann' }), row('update', '86two', { parent: '86par' })]);
  const { exitCode } = await trip.bin(['apply', id, ...flags]);
  expect(exitCode).toBe(3);
  expect((await endsOf(id)).map(([state]) => state)).toEqual(['succeeded', 'blocked', 'blocked']);
  expect(await trip.hold('clickup', '86one')).toMatchObject({ name: 'By Ann' });
  expect(await trip.hold('clickup', '86two')).toMatchObject({ parent: '86par' });
});

it('is blocked in the plan where its target was changed after the time that it names', async () => {
  fill('86tgt');
  const { counts } = await plan([made(), row('update', '86tgt', { parent, unchanged_since: '2001-01-01T00:00:00Z' })]);
  expect(counts).toMatchObject({ willDo: 1, blocked: 1 });
});

it('comes back as the plan says, and what it made a part of another thing stays', async () => {
  fill('86tgt', '86was', '86kid');
  await trip.run('clickup', [row('update', '86kid', { parent: '86was' })]);
  const rows = [made(), row('update', '86tgt', { parent }), row('update', '86kid', { name: 'Renamed', parent })];
  const { run: id, told } = await trip.planAndApply('clickup', rows);
  const undone = await trip.undo(id);
  const lines = toldAndMet({ told, undone });
  const updates = (all: readonly string[]) => all.filter((line) => line.startsWith('update'));
  expect(updates(lines.told)).toEqual(updates(lines.met));
  expect(updates(lines.told)).toHaveLength(2);
  expect(lines.told.filter((line) => line.startsWith('create: 1 none'))).toHaveLength(1);
  await trip.apply(undone);
  expect(await trip.hold('clickup', '86kid')).toMatchObject({ name: 'Task 86kid', parent: '86was' });
  expect(await trip.hold('clickup', '86tgt')).toMatchObject({ trashed: false });
});

it('leaves nothing of what it is moved below to be taken back', async () => {
  fill('86tgt');
  const between = { operation: 'create', name: 'Between', list_id, key: 'b', parent };
  const rows = [made(), between, row('update', '86tgt', { parent: parent.replace('a', 'b') })];
  const { stdout } = await trip.bin(['plan', manifest(rows), '--rate', '0', '--no-progress', '--json']);
  expect(JSON.parse(stdout).undo).toMatchObject({ whole: 0, part: 1, none: 2 });
});

it('is gone on with after a stop as it was planned, and not where its plan was changed', async () => {
  fill('86tgt', '86ann');
  const rows = [
    made(),
    row('update', '86tgt', { name: 'Renamed', parent }),
    row('update', '86ann', { name: 'Renamed', parent }),
  ];
  await trip.sandbox.faults('clickup:put:throttle-seconds=3600*0');
  const stopped = await run(rows, ['--give-up-after', '1m']);
  expect(stopped).toMatchObject({
    exitCode: 4,
    ends: [
      ['succeeded', null],
      ['pending', null],
      ['pending', null],
    ],
  });
  await trip.sandbox.faults('');
  await trip.run('clickup', [row('update', '86ann', { name: 'By Ann' })]);
  const edit = (sql: string) => {
    const file = openSqlite(join(trip.workplace.dir, '.taskbatch', 'runs', stopped.run, 'run.db'));
    file.exec(sql);
    file.close();
  };
  edit('UPDATE reading SET read_at = read_at + 1 WHERE number = 2');
  const refused = await trip.bin(['resume', stopped.run, ...flags]);
  edit('UPDATE reading SET read_at = read_at - 1 WHERE number = 2');
  expect([refused.exitCode, await effects('update')]).toEqual([2, [expect.anything()]]);
  await trip.bin(['resume', stopped.run, ...flags]);
  expect((await endsOf(stopped.run)).map(([state]) => state)).toEqual(['succeeded', 'succeeded', 'blocked']);
  const [id] = (await effects('create')).map(({ target }) => target);
  expect(await trip.hold('clickup', '86tgt')).toMatchObject({ name: 'Renamed', parent: id });
});

it('killed in the air it is settled, and comes back as it was', async () => {
  fill('86tgt', '86was');
  await trip.run('clickup', [row('update', '86tgt', { parent: '86was' })]);
  const before = await effects('update');
  await trip.sandbox.faults('clickup:put:hang-after');
  const args = ['run', manifest([made(), row('update', '86tgt', { name: 'Renamed', parent })]), ...flags];
  const { child, finished } = startBin(args, { workplace: trip.workplace, environment: trip.sandbox.environment });
  while (child.exitCode === null && (await effects('update')).length === before.length);
  child.kill('SIGKILL');
  await finished;
  await trip.sandbox.faults('');
  const resumed = await trip.bin(['resume', ...flags]);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ states: { succeeded: 2 } });
  expect((await effects('update')).length).toBe(before.length + 1);
  await trip.apply(await trip.undo(JSON.parse(resumed.stdout).run));
  expect(await trip.hold('clickup', '86tgt')).toMatchObject({ name: 'Task 86tgt', parent: '86was' });
});

it('is done without a look where none is wanted, and is done by a retry', async () => {
  fill('86tgt');
  await trip.sandbox.faults('clickup:post:403*1');
  const first = await run([made(), row('update', '86tgt', { name: 'Renamed', parent })], ['--look', 'none']);
  expect(first.ends.map(([state]) => state)).toEqual(['failed', 'blocked']);
  const { exitCode } = await trip.bin(['retry', first.run, ...flags]);
  expect(exitCode).toBe(0);
  const [id] = (await effects('create')).map(({ target }) => target);
  expect(await trip.hold('clickup', '86tgt')).toMatchObject({ name: 'Renamed', parent: id });
});
