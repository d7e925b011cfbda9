/** `undo` and `verify` as a person uses them: what they take back, what they leave alone, and what they say. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type JsonObject, textField } from '../../src/json.js';
import { referenceMark } from '../../src/manifest/reference-text.js';
import { lockRun, runFolder } from '../../src/state/run-folder.js';
import { sampleFile } from '../support/bin.js';
import {
  type Cells,
  coverageOf,
  hostileCell,
  hostileTitle,
  openRoundTrip,
  type RoundTrip,
  toldAndMet,
} from '../undo/round-trip.js';

let trip: RoundTrip;
beforeEach(async () => {
  trip = await openRoundTrip();
});
afterEach(() => trip.close());

const clickup = (operation: string, task_id: string, cells: Cells = {}): Cells => ({ operation, task_id, ...cells });

/** Ids of the things that a run of an undo made, by the row of the first run. */
async function madeBy(run: string): Promise<Map<number, string>> {
  const rows = await trip.report(run);
  const made = rows.filter(({ _operation }) => _operation === 'create');
  return new Map(made.map((row) => [Number(/\/(\d+)/.exec(String(row.undo_of))?.[1]), String(row._target)]));
}

it('makes a deleted task of ClickUp again, with all that a create knows', async () => {
  for (const id of ['86parent', '86child', '86twin1', '86twin2']) {
    trip.fill('clickup', 'update', { task_id: id, list_id: '901000000001' });
  }
  await trip.run('clickup', [
    clickup('update', '86child', {
      name: hostileCell,
      description: 'Two\nlines',
      status: 'in progress',
      priority: 'high',
      due_date: '2027-01-02T10:30:00Z',
      start_date: '2026-12-24T08:00:00Z',
      time_estimate: 3_600_000,
      points: 2.5,
      custom_item_id: 1,
      parent: '86parent',
    }),
    clickup('assign', '86child', { assignees: '81234568;81234569' }),
    clickup('add-tag', '86child', { tag: 'a;b' }),
    clickup('set-field', '86child', { field: 'Risk', value: 'medium' }),
    clickup('set-field', '86child', { field: 'Areas', value: 'web;billing' }),
    clickup('set-field', '86child', { field: 'Reviewers', value: '81234568' }),
    clickup('set-field', '86child', { field: 'Notes', value: 'Long '.repeat(200) }),
    clickup('archive', '86child'),
    clickup('update', '86twin1', { name: 'Twin' }),
    clickup('update', '86twin2', { name: 'Twin' }),
  ]);
  const ids = ['86child', '86parent', '86twin1', '86twin2'];
  const before = new Map<string, JsonObject>();
  const own = ['id', 'url', 'date_created', 'trashed', 'parent', 'top_level_parent', 'description', 'text_content'];
  const without = [...own, 'markdown_description', 'watchers'];
  for (const id of ids) before.set(id, await trip.hold('clickup', id, without));
  const run = await trip.run(
    'clickup',
    ids.map((id) => clickup('delete', id)),
  );
  const undone = await trip.undo(run, [], [0]);
  expect(undone.rows).toEqual({ whole: 0, part: 4, none: 0, changed: 0, unsure: 0 });
  const [undoRun = ''] = await trip.apply(undone);
  const made = await madeBy(undoRun);
  expect(made.size).toBe(4);
  for (const [at, id] of ids.entries()) {
    expect(await trip.hold('clickup', made.get(at + 1) ?? '', without)).toEqual(before.get(id));
  }
  const child = await trip.hold('clickup', made.get(1) ?? '');
  // Its parent has another id too.
  expect(child.parent).toBe(made.get(2));
  expect(child.description).toMatch(/^Two\nlines\n\n\[taskbatch .*\/\d+\]$/);
  // Taken back once more, they are gone again.
  await trip.apply(await trip.undo(undoRun, [], [0]));
  for (const id of made.values()) expect((await trip.hold('clickup', id)).trashed).toBe(true);
});

it('tells when planning that a run which a create makes stays, as undo then does', async () => {
  const row = {
    ...{ operation: 'create', title: 'For each', owners: '{"users":[48213,777]}', deadline: '2027-03-03 10:00:00' },
    separate_task_for_each_assignee: 'true',
  };
  const { run, told } = await trip.planAndApply('tallyfy', [row]);
  const { told: planned, met } = toldAndMet({ told, undone: await trip.undo(run, [], [0]) });
  expect(planned).toEqual(met);
  expect(met[0]).toMatch(/^create: 1 part; that there was no run for them/);
});

it('makes subtasks again that went with their parent, and tells of those whose parent no row makes again', async () => {
  const list = { list_id: '901000000001' };
  for (const id of ['86top', '86mid', '86low', '86other', '86between', '86below'])
    trip.fill('clickup', 'update', { task_id: id, ...list });
  await trip.run('clickup', [
    clickup('update', '86mid', { parent: '86top' }),
    clickup('update', '86low', { parent: '86mid' }),
    clickup('update', '86between', { parent: '86other' }),
    clickup('update', '86below', { parent: '86between' }),
  ]);
  const ids = ['86top', '86mid', '86low', '86other', '86below'];
  const run = await trip.runInTurn(
    'clickup',
    ids.map((id) => clickup('delete', id)),
  );
  const rows = await trip.report(run);
  expect(rows.map(({ _outcome }) => _outcome)).toEqual(['done', 'already', 'already', 'done', 'already']);
  const undone = await trip.undo(run, [], [3]);
  expect([1, 2, 3, 4, 5].map((row) => coverageOf(undone, row))).toEqual(['part', 'part', 'part', 'part', 'none']);
  expect(undone.groups.find(({ coverage }) => coverage === 'none')?.words[0]).toMatch(/^It went with a task above it/);
  const [undoRun = ''] = await trip.apply(undone);
  const made = await madeBy(undoRun);
  const low = await trip.hold('clickup', made.get(3) ?? '');
  expect([low.parent, low.top_level_parent]).toEqual([made.get(2), made.get(1)]);
});

it('tells when planning of a task that comes back with no row: what it is a part of goes with another row', async () => {
  for (const id of ['86top', '86mid', '86low'])
    trip.fill('clickup', 'update', { task_id: id, list_id: '901000000001' });
  await trip.run('clickup', [
    clickup('update', '86mid', { parent: '86top' }),
    clickup('update', '86low', { parent: '86mid' }),
  ]);
  const { run, told } = await trip.planAndApply('clickup', [clickup('delete', '86top'), clickup('delete', '86low')]);
  const undone = await trip.undo(run, [], [3]);
  const counts = (reaches: readonly string[]) => [
    reaches.filter((one) => one === 'part').length,
    reaches.filter((one) => one === 'none').length,
  ];
  expect(counts(told.flatMap(({ reach, rows }) => Array<string>(rows).fill(reach)))).toEqual([1, 1]);
  expect(counts([1, 2].map((row) => coverageOf(undone, row) ?? ''))).toEqual([1, 1]);
});

it('makes a deleted task of Tallyfy again, with its form fields and their values, completed', async () => {
  const task_id = 'b'.repeat(32);
  const fields = { Comment: hostileCell.slice(0, 200), Amount: '12' };
  trip.fill('tallyfy', 'set-fields', { task_id, fields, tags: ['5d41402abc4b2a76b9719d911017c592'] });
  const row = (operation: string, cells: Cells = {}) => ({ operation, task_id, ...cells });
  await trip.run('tallyfy', [
    row('update', {
      title: hostileCell,
      summary: `<p>${hostileCell}</p>`,
      deadline: '2027-03-03 10:00:00',
      started_at: '2026-12-01 08:00:00',
      owners: '{"users":[48213,777],"guests":["ann@example.com"]}',
      webhook: 'https://example.com/hook?a=1',
      max_assignable: '4',
      top_secret: 'true',
      task_type: 'approval',
    }),
  ]);
  await trip.run('tallyfy', [row('set-fields', { fields })]);
  await trip.run('tallyfy', [row('complete', { is_approved: 'false', override_user: '777' })]);
  const own = ['id', 'increment_id', 'alias', 'created_at', 'completed_at', 'starter_id', 'summary', 'position'];
  const before = await trip.hold('tallyfy', task_id, own);
  const run = await trip.run('tallyfy', [row('delete')]);
  const undone = await trip.undo(run, [], [0]);
  const [undoRun = ''] = await trip.apply(undone);
  const made = (await madeBy(undoRun)).get(1) ?? '';
  expect(plain(await trip.hold('tallyfy', made, own))).toEqual(plain(before));
  expect((await trip.hold('tallyfy', made)).summary).toMatch(/^<p>=1\+1.*<\/p><!-- taskbatch .* -->$/s);
});

/** The task without ids, for form fields that are made again have others. */
function plain(task: JsonObject): unknown {
  const kept = JSON.stringify({ tags: task.tags });
  return [JSON.parse(JSON.stringify(task).replaceAll(/"[0-9a-f]{32}"/g, '"ID"')), kept];
}

it('makes deleted tasks of Bitrix24 again, deferred or completed as they were', async () => {
  for (const task_id of ['501', '502', '503']) trip.fill('bitrix24', 'complete', { task_id });
  const everything = {
    title: hostileCell,
    description: '[b]Bold[/b]',
    priority: 'high',
    deadline: '2027-03-03T10:00:00Z',
    responsible_id: '3',
    group_id: '12',
    parent_id: '503',
    accomplices: '3;5',
    auditors: '4;6',
    tags: '["=q4","with ; in it"]',
    time_estimate: '7200',
  };
  await trip.run('bitrix24', [
    { operation: 'update', task_id: '501', ...everything },
    { operation: 'defer', task_id: '501' },
    { operation: 'complete', task_id: '502' },
  ]);
  const own = ['id', 'createdDate', 'closedDate', 'deleted', 'tags', 'parentId'];
  const before = new Map<string, JsonObject>();
  for (const id of ['501', '502', '503']) before.set(id, await trip.hold('bitrix24', id, own));
  const run = await trip.run('bitrix24', [
    { operation: 'delete', task_id: '501' },
    { operation: 'delete', task_id: '502' },
    { operation: 'delete', task_id: '503' },
  ]);
  const [undoRun = ''] = await trip.apply(await trip.undo(run, [], [0]));
  const made = await madeBy(undoRun);
  for (const [at, id] of ['501', '502', '503'].entries()) {
    expect(await trip.hold('bitrix24', made.get(at + 1) ?? '', own)).toEqual(before.get(id));
  }
  const { tags, parentId } = await trip.hold('bitrix24', made.get(1) ?? '');
  expect(tags).toEqual(['=q4', 'with ; in it', expect.stringMatching(/^taskbatch /)]);
  expect(String(parentId)).toBe(made.get(3));
  await trip.apply(await trip.undo(undoRun, [], [0]));
  for (const id of made.values()) expect((await trip.hold('bitrix24', id)).deleted).toBe(true);
});

it.each([
  ['clickup', { name: 'Made', list_id: '901000000001', tags: 'a;b' }, 'name', 'trashed'],
  ['tallyfy', { title: 'Made', owners: '{"users":[48213]}', deadline: '2027-03-03 10:00:00' }, 'title', 'deleted'],
  ['bitrix24', { title: 'Made', responsible_id: '3' }, 'title', 'deleted'],
])('deletes what %s made, unless somebody worked on it', async (provider, cells, name, gone) => {
  const run = await trip.run(provider, [
    { operation: 'create', ...cells, [name]: 'First' },
    { operation: 'create', ...cells, [name]: 'Second' },
  ]);
  const ids = (await trip.report(run)).map(({ _target }) => String(_target));
  await trip.run(provider, [{ operation: 'update', task_id: ids[1] ?? '', [name]: 'Worked on' }]);
  const undone = await trip.undo(run, [], [3]);
  expect([coverageOf(undone, 1), coverageOf(undone, 2)]).toEqual(['whole', 'changed']);
  await trip.apply(undone);
  expect(await Promise.all(ids.map(async (id) => (await trip.hold(provider, id))[gone] === true))).toEqual([
    true,
    false,
  ]);
});

it.each([
  ['clickup', { list_id: '901000000001', name: 'Made' }, 'trashed', 'comment', { comment: 'Mine.' }],
  [
    'tallyfy',
    { title: 'Made', owners: '{"users":[48213]}', deadline: '2027-03-03 10:00:00' },
    'deleted',
    'comment',
    { content: 'Mine.' },
  ],
  ['bitrix24', { title: 'Made', responsible_id: '3' }, 'deleted', 'comment', { comment: 'Mine.' }],
])('leaves what %s made where others wrote on it, and deletes it where only the run did', async (...given) => {
  const [provider, cells, gone, operation, comment] = given;
  const run = await trip.run(provider, [
    { operation: 'create', ...cells, key: 'a' },
    { operation: 'create', ...cells, key: 'b', [provider === 'clickup' ? 'name' : 'title']: 'Other' },
    { operation, task_id: `${referenceMark}a.id}`, ...comment },
  ]);
  const ids = (await trip.report(run)).map(({ _target }) => String(_target));
  await trip.run(provider, [{ operation, task_id: ids[1] ?? '', ...comment }]);
  const undone = await trip.undo(run, [], [3]);
  expect([coverageOf(undone, 1), coverageOf(undone, 2)]).toEqual(['whole', 'changed']);
  expect(undone.groups.find(({ coverage }) => coverage === 'changed')?.words[0]).toMatch(
    /has 1 comment that the run did not write\.|was changed at 20/,
  );
  await trip.apply(undone);
  const [first = '', second = ''] = ids;
  expect([(await trip.hold(provider, first))[gone], (await trip.hold(provider, second))[gone] ?? false]).toEqual([
    true,
    false,
  ]);
});

it.each([
  ['clickup', { list_id: '901000000001' }, 'name', 'parent'],
  ['bitrix24', { responsible_id: '3' }, 'title', 'parent_id'],
])('leaves a task that %s made where others made subtasks of it, and takes along those of the run', async (...given) => {
  const [provider, cells, name, parent] = given;
  const make = (title: string, more: Cells = {}): Cells => ({ operation: 'create', ...cells, [name]: title, ...more });
  const run = await trip.run(provider, [
    make('Own child below', { key: 'a' }),
    make('Child', { [parent]: `${referenceMark}a.id}` }),
    make('Child of others below'),
  ]);
  const ids = (await trip.report(run)).map(({ _target }) => String(_target));
  await trip.run(provider, [make('Theirs', { [parent]: ids[2] ?? '' })]);
  const undone = await trip.undo(run, [], [3]);
  expect([1, 2, 3].map((row) => coverageOf(undone, row))).toEqual(['whole', 'whole', 'changed']);
  expect(undone.groups.find(({ coverage }) => coverage === 'changed')?.words[0]).toContain(
    'has 1 subtask that the run did not make (',
  );
});

it('verify does not call it reverted what a later row of the run changed, and what others did it does', async () => {
  for (const task_id of ['901', '902']) trip.fill('bitrix24', 'defer', { task_id });
  const both = ['901', '902'].map((task_id) => ({ operation: 'defer', task_id }));
  const run = await trip.run('bitrix24', [...both, { operation: 'complete', task_id: '901' }]);
  expect(await trip.verify(run)).toEqual({ holds: 3, reverted: 0, unsure: 0 });
  await trip.run('bitrix24', [{ operation: 'reopen', task_id: '902' }]);
  expect(await trip.verify(run)).toEqual({ holds: 2, reverted: 1, unsure: 0 });
});

it('verify sees what others reverted of a row that is not the last one on its task', async () => {
  for (const task_id of ['86one', '86two', '86ours'])
    trip.fill('clickup', 'update', { task_id, list_id: '901000000001' });
  const run = await trip.run('clickup', [
    clickup('complete', '86one'),
    clickup('add-tag', '86one', { tag: 'k' }),
    clickup('add-tag', '86two', { tag: 'x' }),
    clickup('add-tag', '86two', { tag: 'y' }),
    clickup('assign', '86two', { assignees: '81234568' }),
    clickup('unassign', '86two', { assignees: '81234569' }),
    clickup('update', '86ours', { name: 'Ours', status: 'in progress' }),
    clickup('complete', '86ours'),
  ]);
  expect(await trip.verify(run)).toEqual({ holds: 8, reverted: 0, unsure: 0 });
  await trip.run('clickup', [clickup('reopen', '86one'), clickup('remove-tag', '86two', { tag: 'x' })]);
  expect(await trip.verify(run)).toEqual({ holds: 6, reverted: 2, unsure: 0 });
  await trip.run('clickup', [clickup('update', '86ours', { name: 'Theirs' })]);
  expect(await trip.verify(run)).toEqual({ holds: 5, reverted: 3, unsure: 0 });
  // What is left out is what others did, and nothing else.
  const undone = await trip.undo(run, [], [3]);
  const coverages = [1, 2, 3, 4, 5, 6, 7, 8].map((row) => coverageOf(undone, row));
  expect(coverages).toEqual(['changed', 'whole', 'changed', 'whole', 'part', undefined, 'changed', 'whole']);
});

it('takes back what a later row of the run wrote over, and calls nothing of that the doing of others', async () => {
  const ids = ['86update', '86tags', '86people', '86untag'];
  for (const task_id of ids) trip.fill('clickup', 'update', { task_id, name: task_id, list_id: '901000000001' });
  trip.fill('clickup', 'remove-tag', { task_id: '86untag', tag: 'kept', list_id: '901000000001' });
  const hold = () => Promise.all(ids.map((id) => trip.hold('clickup', id, ['date_closed', 'date_done'])));
  const before = await hold();
  const run = await trip.run('clickup', [
    clickup('update', '86update', { name: 'New', priority: 'urgent', status: 'in progress' }),
    clickup('complete', '86update'),
    clickup('add-tag', '86tags', { tag: 'k' }),
    clickup('remove-tag', '86tags', { tag: 'k' }),
    clickup('assign', '86people', { assignees: '81234568' }),
    clickup('unassign', '86people', { assignees: '81234568' }),
    clickup('remove-tag', '86untag', { tag: 'kept' }),
    clickup('add-tag', '86untag', { tag: 'kept' }),
  ]);
  expect(await trip.verify(run)).toMatchObject({ reverted: 0 });
  const undone = await trip.undo(run, [], [0]);
  expect(undone.rows).toMatchObject({ changed: 0, none: 0, unsure: 0 });
  await trip.apply(undone);
  expect(await hold()).toEqual(before);
});

it('tells, when it is forced, of the tasks of others that go with one that the run made', async () => {
  trip.fill('clickup', 'update', { task_id: '86theirs', list_id: '901000000001' });
  const run = await trip.run('clickup', [
    { operation: 'create', list_id: '901000000001', name: 'Made', key: 'a' },
    clickup('update', '86theirs', { parent: `${referenceMark}a.id}` }),
  ]);
  const undone = await trip.undo(run, ['--force'], [0]);
  expect(coverageOf(undone, 1)).toBe('part');
  expect(undone.groups.flatMap(({ words }) => words).join(' ')).toMatch(
    /what others did: .* has 1 subtask that the run did not make \(86theirs\)/,
  );
});

it('takes nothing back twice: what it did before it tells, until that was taken back itself', async () => {
  for (const task_id of ['86one', '86two'])
    trip.fill('clickup', 'update', { task_id, name: task_id, list_id: '901000000001' });
  const run = await trip.run('clickup', [
    clickup('delete', '86one'),
    clickup('archive', '86two'),
    { operation: 'create', list_id: '901000000001', name: 'Made' },
  ]);
  const undone = await trip.undo(run, [], [0]);
  const [undoRun = ''] = await trip.apply(undone);
  const again = await trip.bin(['undo', run, '--rate', '0', '--force', '-o', 'again.csv']);
  expect([again.exitCode, again.stdout]).toEqual([0, expect.stringMatching(/3 +taken back already\n/)]);
  expect(again.stdout).toContain(`Run ${undoRun} took it back.`);
  expect(existsSync(join(trip.workplace.dir, 'again.csv'))).toBe(false);
  const { stdout } = await trip.bin(['verify', run, '--rate', '0']);
  expect(stdout).toMatch(/1 +still hold\n +2 +were reverted or are gone\n/);
  expect(stdout).toContain(`Run ${undoRun} took it back.`);
  // The same manifest once more: nothing is sent.
  const before = (await trip.sandbox.ledger()).effects.length;
  expect((await trip.runFile(undone.file ?? '')).states).toMatchObject({ skipped: 3, succeeded: 0 });
  expect((await trip.sandbox.ledger()).effects).toHaveLength(before);
  // Once that is taken back, it can be done again.
  await trip.apply(await trip.undo(undoRun, [], [0]));
  const anew = await trip.undo(run, ['-o', 'anew.csv'], [0, 3]);
  expect(anew.rows.whole + anew.rows.part).toBe(2);
});

it('counts a line of an undo that was edited as no undo, says so, and does it once', async () => {
  for (const task_id of ['86one', '86two', '86three'])
    trip.fill('clickup', 'update', { task_id, name: task_id, list_id: '901000000001' });
  const run = await trip.run('clickup', [
    clickup('archive', '86one'),
    clickup('delete', '86two'),
    clickup('archive', '86three'),
  ]);
  const { file } = await trip.undo(run, [], [0]);
  const path = join(trip.workplace.dir, file ?? '');
  // Another target, another value, and one that has only a column more.
  const edited = trip
    .manifest(file ?? '')
    .replace(/,[^,]+,86one/, ',,86five')
    .replaceAll('86two', 'Another title');
  writeFileSync(path, edited.replace(/^(provider.*)$/m, '$1,note').replace(/^(clickup.*)$/gm, '$1,mine'));
  trip.fill('clickup', 'update', { task_id: '86five', list_id: '901000000001' });
  await trip.run('clickup', [clickup('archive', '86five')]);
  const planned = await trip.bin(['plan', file ?? '', '--rate', '0', '--no-progress']);
  expect(planned.stdout).toMatch(/2 rows were edited since `undo` wrote the manifest \(line 3, 4\): they are done/);
  const undoRun = (await trip.runFile(file ?? '', [], [0, 3])).run;
  const again = await trip.undo(run, ['-o', 'again.csv'], [0, 3]);
  expect([1, 2, 3].map((row) => coverageOf(again, row))).toEqual(['whole', 'part', 'already']);
  expect((await trip.bin(['explain', run, '1'])).stdout).not.toContain(undoRun);
  expect((await trip.bin(['explain', run, '3'])).stdout).toContain(undoRun);
  // Edited or not, the very same line does not make a thing twice.
  const before = (await trip.sandbox.ledger()).effects.length;
  await trip.runFile(file ?? '', [], [0, 3]);
  expect((await trip.sandbox.ledger()).effects).toHaveLength(before);
});

it.each<[what: string, saved: (csv: string) => string]>([
  [
    'with its columns in another order',
    (csv) => csv.replace(/^(\w+),(\w+),/gm, '$2,$1,').replace('provider,operation', 'operation,provider'),
  ],
  ['with a column more', (csv) => csv.replace(/^(provider.*)$/m, '$1,note').replace(/^(clickup.*)$/gm, '$1,mine')],
  ['with its headers written otherwise', (csv) => csv.replace('undo_of', 'Undo Of').replace('task_id', 'Task ID')],
  [
    'with semicolons, quotes and CRLF',
    (csv) =>
      csv
        .trim()
        .split('\n')
        .map((line) =>
          line
            .split(',')
            .map((cell) => `"${cell}"`)
            .join(';'),
        )
        .join('\r\n'),
  ],
])('knows the lines of an undo again in a file that was saved %s', async (_what, saved) => {
  for (const task_id of ['86one', '86two'])
    trip.fill('clickup', 'update', { task_id, name: 'T', list_id: '901000000001' });
  const run = await trip.run('clickup', [clickup('delete', '86one'), clickup('archive', '86two')]);
  const { file } = await trip.undo(run, [], [0]);
  const csv = trip.manifest(file ?? '');
  writeFileSync(join(trip.workplace.dir, 'saved.csv'), saved(csv));
  expect(await trip.edited('saved.csv')).toBe(0);
  await trip.runFile('saved.csv');
  const again = await trip.undo(run, ['-o', 'again.csv'], [0]);
  expect([coverageOf(again, 1), coverageOf(again, 2)]).toEqual(['already', 'already']);
  const before = (await trip.sandbox.ledger()).effects.length;
  await trip.runFile(file ?? '');
  await trip.runFile('saved.csv');
  expect((await trip.sandbox.ledger()).effects).toHaveLength(before);
});

it('tells of what was planned by the same manifest and never applied no more than that it is done', async () => {
  for (const task_id of ['86one', '86two']) trip.fill('clickup', 'update', { task_id, list_id: '901000000001' });
  const run = await trip.run('clickup', [clickup('delete', '86one'), clickup('delete', '86two')]);
  const { file } = await trip.undo(run, [], [0]);
  const plan = async () => /Plan (\S+)/.exec((await trip.bin(['plan', file ?? '', '--rate', '0'])).stdout)?.[1] ?? '';
  const [first, second] = [await plan(), await plan()];
  const apply = (id: string) => trip.bin(['apply', id, '--yes', '--rate', '0', '--no-progress']);
  await apply(second);
  const { stdout } = await trip.bin(['undo', run, '--rate', '0', '--no-progress', '-o', 'again.csv']);
  expect(stdout).toContain(`Run ${second} took it back.`);
  expect(stdout).not.toContain(first);
  // Applied all the same, it makes nothing a second time.
  const before = (await trip.sandbox.ledger()).effects.length;
  expect((await apply(first)).stdout).toMatch(/skipped +2\n/);
  expect((await trip.sandbox.ledger()).effects).toHaveLength(before);
});

it('says that a row was taken back in part as long as a step of it is left', async () => {
  const task_id = 'a'.repeat(32);
  const run_id = '7c9e6679f4e64b0d9a3f1e2d3c4b5a69';
  const fields = { Remarks: 'Signed' };
  trip.fill('tallyfy', 'complete', { task_id, run_id, fields });
  const run = await trip.run('tallyfy', [{ operation: 'complete', task_id, run_id, fields }]);
  const { file, manifestRows } = await trip.undo(run, [], [0]);
  expect(manifestRows).toBe(2);
  const step = await trip.runFile(file ?? '', ['--where', 'row.operation == "reopen"']);
  const halfway = await trip.bin(['undo', run, '--rate', '0', '-o', 'again.csv']);
  expect([halfway.exitCode, halfway.stdout.replace(/\s+/g, ' ')]).toEqual([
    3,
    expect.stringContaining(
      `Run ${step.run} took a part of it back. Lines that were not done belong to it too: taskbatch report ${step.run}`,
    ),
  ]);
  expect((await trip.bin(['explain', run, '1'])).stdout.replace(/\s+/g, ' ')).toContain('took a part of it back.');
  // Its task was changed since: by the other line, which nobody but us knows.
  const path = join(trip.workplace.dir, file ?? '');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/20[^,]+Z/g, ''));
  await trip.runFile(file ?? '');
  const whole = await trip.bin(['undo', run, '--rate', '0', '-o', 'again.csv']);
  expect([whole.exitCode, whole.stdout]).toEqual([0, expect.stringContaining('took it back.')]);
});

it('holds a line back whose task somebody changed after another line of the same manifest had', async () => {
  for (const task_id of ['86one', '86two']) trip.fill('clickup', 'update', { task_id, list_id: '901000000001' });
  const run = await trip.run('clickup', [
    clickup('complete', '86one'),
    clickup('complete', '86two'),
    clickup('add-tag', '86one', { tag: 'x' }),
    clickup('add-tag', '86two', { tag: 'x' }),
  ]);
  const { file } = await trip.undo(run, [], [0]);
  // Both tags are taken off, then the run stops at the first status.
  await trip.sandbox.faults('clickup:put:403*1');
  const flags = ['--rate', '0', '--concurrency', '1', '--no-progress', '--json'];
  const stopped = await trip.bin(['run', file ?? '', '--stop-after', '1', '--yes', ...flags]);
  const { run: undoRun } = z.object({ run: z.string() }).parse(JSON.parse(stopped.stdout));
  await trip.run('clickup', [clickup('set-status', '86one', { status: 'in progress' })]);
  await trip.bin(['resume', undoRun, '--yes', ...flags]);
  expect((await trip.report(undoRun)).map(({ _target, _state }) => [_target, _state])).toEqual([
    ['86two', 'succeeded'],
    ['86one', 'succeeded'],
    ['86two', 'failed'],
    ['86one', 'blocked'],
  ]);
  expect((await trip.hold('clickup', '86one')).status).toMatchObject({ status: 'in progress' });
});

it('moves a task back without the status that others gave it, also where the run did more to it', async () => {
  trip.fill('clickup', 'update', { task_id: '86one', list_id: '901000000001' });
  const run = await trip.run('clickup', [
    clickup('move', '86one', { to_list_id: '901000000007', status: 'review' }),
    clickup('add-tag', '86one', { tag: 'x' }),
  ]);
  await trip.run('clickup', [clickup('set-status', '86one', { status: 'approved' })]);
  const undone = await trip.undo(run, [], [0]);
  expect([coverageOf(undone, 1), coverageOf(undone, 2)]).toEqual(['part', 'whole']);
  expect(undone.groups.flatMap(({ words }) => words).join()).toContain('its status, which is "approved" by now');
  expect(undone.following).toEqual([]);
});

it('leaves the status that others gave a moved task also to what the run had set before it moved', async () => {
  trip.fill('clickup', 'update', { task_id: '86one', list_id: '901000000001' });
  const run = await trip.run('clickup', [
    clickup('set-status', '86one', { status: 'in progress' }),
    clickup('move', '86one', { to_list_id: '901000000007', status: 'review' }),
  ]);
  await trip.run('clickup', [clickup('set-status', '86one', { status: 'approved' })]);
  const undone = await trip.undo(run, [], [3]);
  expect([coverageOf(undone, 1), coverageOf(undone, 2)]).toEqual(['changed', 'part']);
});

it('puts a task back below one that it makes again, if nobody changed it meanwhile', async () => {
  trip.fill('bitrix24', 'update', { task_id: '701', title: 'Parent' });
  trip.fill('bitrix24', 'update', { task_id: '702', title: 'Child' });
  trip.fill('bitrix24', 'update', { task_id: '703', title: 'Other' });
  const bitrix24 = (operation: string, task_id: string, values: Cells = {}) => ({ operation, task_id, ...values });
  await trip.run('bitrix24', [bitrix24('update', '702', { parent_id: '701' })]);
  const run = await trip.run('bitrix24', [
    { ...bitrix24('update', '702', { parent_id: '703' }), key: 'out' },
    { ...bitrix24('delete', '701'), after: 'out' },
  ]);
  const undone = await trip.undo(run, [], [0]);
  expect([coverageOf(undone, 1), coverageOf(undone, 2)]).toEqual(['whole', 'part']);
  const [undoRun = ''] = await trip.apply(undone);
  const [made] = await trip.report(undoRun);
  expect((await trip.hold('bitrix24', '702')).parentId).toBe(Number(made?._target?.replace(/\D/g, '')));
});

it('leaves out what something else changed since, unless it is forced', async () => {
  for (const task_id of ['86one', '86two', '86gone'])
    trip.fill('clickup', 'update', { task_id, list_id: '901000000001' });
  await trip.run('clickup', [
    clickup('update', '86one', { name: 'Mine' }),
    clickup('update', '86two', { name: 'Mine' }),
  ]);
  const run = await trip.run('clickup', [
    clickup('update', '86one', { name: 'Ours' }),
    clickup('update', '86two', { name: 'Ours' }),
    clickup('archive', '86gone'),
  ]);
  await trip.run('clickup', [clickup('update', '86two', { name: 'Theirs' }), clickup('delete', '86gone')]);
  const undone = await trip.undo(run, [], [3]);
  expect(undone.rows).toEqual({ whole: 1, part: 0, none: 1, changed: 1, unsure: 0 });
  expect(undone.groups.find(({ coverage }) => coverage === 'changed')?.words[0]).toContain('"Theirs"');
  await trip.apply(undone);
  expect([(await trip.hold('clickup', '86one')).name, (await trip.hold('clickup', '86two')).name]).toEqual([
    'Mine',
    'Theirs',
  ]);
});

it('does not take back what was changed after its manifest was written', async () => {
  for (const task_id of ['86one', '86two']) trip.fill('clickup', 'update', { task_id, list_id: '901000000001' });
  await trip.run('clickup', [
    clickup('update', '86one', { name: 'Mine' }),
    clickup('update', '86two', { name: 'Mine' }),
  ]);
  const run = await trip.run('clickup', [
    clickup('update', '86one', { name: 'Ours' }),
    clickup('update', '86two', { name: 'Ours' }),
  ]);
  const { file } = await trip.undo(run, [], [0]);
  await trip.run('clickup', [clickup('update', '86two', { name: 'Theirs' })]);
  const { states, run: undoRun } = await trip.runFile(file ?? '', [], [3]);
  expect(states).toMatchObject({ succeeded: 1, blocked: 1 });
  expect((await trip.report(undoRun)).find(({ _state }) => _state === 'blocked')).toMatchObject({
    _error_code: 'TARGET_CHANGED',
    _message: expect.stringMatching(/^"Theirs" \(86two\) was changed at .+; unchanged_since is .+\.$/),
  });
  expect((await trip.hold('clickup', '86two')).name).toBe('Theirs');
});

function effortOf({ custom_fields }: JsonObject): string | null {
  const fields = Array.isArray(custom_fields) ? custom_fields : [];
  return textField(
    fields.find((one) => textField(one, 'name') === 'Effort'),
    'value',
  );
}

it('moves a task back without what others set on it meanwhile, and says so', async () => {
  for (const task_id of ['86one', '86two']) {
    trip.fill('clickup', 'update', { task_id, list_id: '901000000001' });
    await trip.run('clickup', [
      clickup('set-status', task_id, { status: 'in progress' }),
      clickup('set-field', task_id, { field: 'Effort', value: '5' }),
    ]);
  }
  const move = (id: string) => clickup('move', id, { to_list_id: '901000000007', status: 'review' });
  const run = await trip.run('clickup', [move('86one'), move('86two')]);
  await trip.run('clickup', [
    clickup('set-field', '86two', { field: 'Effort', value: '8' }),
    clickup('set-status', '86two', { status: 'approved' }),
  ]);
  const undone = await trip.undo(run, [], [0]);
  expect([coverageOf(undone, 1), coverageOf(undone, 2)]).toEqual(['whole', 'part']);
  expect(undone.groups.find(({ coverage }) => coverage === 'part')?.words).toEqual([
    'its status, which is "approved" by now (and "in progress" then, if the list does not have that)',
    'the value of the custom field "Effort", which something else has set since',
  ]);
  await trip.apply(undone);
  const held = await Promise.all(['86one', '86two'].map((id) => trip.hold('clickup', id)));
  expect(held.map((task) => [textField(task.list, 'id'), effortOf(task)])).toEqual([
    ['901000000001', '5'],
    ['901000000001', '8'],
  ]);
});

it.each([
  ['without snapshots', 'snapshot: false\n', []],
  ['without a look at the targets', '', ['--look', 'none']],
])('takes back %s what can be, as the plan says', async (_what, job, flags) => {
  const ids = ['86archived', '86updated', '86moved', '86set', '86deleted', '86before'];
  for (const task_id of ids) trip.fill('clickup', 'update', { task_id, list_id: '901000000001' });
  await trip.run('clickup', [clickup('archive', '86before')]);
  writeFileSync(join(trip.workplace.dir, 'job.yaml'), `provider: clickup\n${job}`);
  const rows = [
    clickup('archive', '86archived'),
    clickup('update', '86updated', { name: 'Renamed', description: 'Another one.' }),
    clickup('move', '86moved', { to_list_id: '901000000002' }),
    clickup('set-field', '86set', { field: 'Effort', value: '8' }),
    clickup('delete', '86deleted'),
  ];
  // Without a look it is sent, and nothing tells that it was so before.
  const idle = flags.length > 0 ? [clickup('archive', '86before')] : [];
  const { run, told } = await trip.planAndApply('clickup', [...rows, ...idle], ['--job', 'job.yaml', ...flags]);
  const undone = await trip.undo(run, [], [3]);
  const { told: planned, met } = toldAndMet({ told, undone });
  if (flags.length === 0) expect(planned).toEqual(met);
  expect(undone.rows).toMatchObject(flags.length === 0 ? { whole: 2, part: 1, none: 2 } : { none: 6 });
  expect(told.map(({ reach }) => reach).includes('whole')).toBe(flags.length === 0);
});

it('takes back what was changed since when it is forced', async () => {
  trip.fill('clickup', 'update', { task_id: '86two', list_id: '901000000001' });
  await trip.run('clickup', [clickup('update', '86two', { name: 'Mine' })]);
  const run = await trip.run('clickup', [clickup('update', '86two', { name: 'Ours' })]);
  await trip.run('clickup', [clickup('update', '86two', { name: 'Theirs' })]);
  await trip.apply(await trip.undo(run, ['--force'], [0]));
  expect((await trip.hold('clickup', '86two')).name).toBe('Mine');
});

describe('rows on one task that set the same', () => {
  const flags = ['--rate', '0', '--concurrency', '1', '--yes', '--no-progress', '--json'];
  const runOf = ({ stdout }: { readonly stdout: string }) =>
    z.object({ run: z.string() }).parse(JSON.parse(stdout)).run;
  const write = (rows: readonly Cells[]): string => {
    const lines = rows.map((row) => JSON.stringify({ provider: 'clickup', ...row }));
    writeFileSync(join(trip.workplace.dir, 'same.jsonl'), `${lines.join('\n')}\n`);
    return 'same.jsonl';
  };
  const status = async (id: string) => (await trip.hold('clickup', id)).status;

  it('are left out together when something else set it since, also to what one of them had set', async () => {
    trip.fill('clickup', 'update', { task_id: '86one', list_id: '901000000001' });
    const run = await trip.run('clickup', [
      clickup('set-status', '86one', { status: 'in progress' }),
      clickup('complete', '86one'),
      clickup('add-tag', '86one', { tag: 'x' }),
    ]);
    await trip.run('clickup', [clickup('set-status', '86one', { status: 'in progress' })]);
    const undone = await trip.undo(run, [], [3]);
    expect([1, 2, 3].map((row) => coverageOf(undone, row))).toEqual(['changed', 'changed', 'whole']);
    expect(undone.groups.flatMap(({ words }) => words).join()).toContain(
      'Row 2 of the run set the same after that (status), which stays, for something else may have set it since.',
    );
    await trip.apply(undone);
    expect(await status('86one')).toMatchObject({ status: 'in progress' });
  });

  it('come to where they were, though a line of the undo failed at first', async () => {
    trip.fill('clickup', 'update', { task_id: '86one', list_id: '901000000001' });
    const before = await status('86one');
    const run = await trip.run('clickup', [
      clickup('set-status', '86one', { status: 'complete' }),
      clickup('update', '86one', { status: 'to do' }),
    ]);
    const { file } = await trip.undo(run, [], [0]);
    await trip.sandbox.faults('clickup:put:403*1');
    const undoRun = runOf(await trip.bin(['run', file ?? '', ...flags]));
    expect((await trip.report(undoRun)).map(({ _state }) => _state)).toEqual(['failed', 'succeeded']);
    // Sent again by itself it would come last.
    const retried = await trip.bin(['retry', undoRun, ...flags]);
    expect([retried.exitCode, retried.stdout]).toEqual([3, expect.stringContaining('OVERTAKEN')]);
    expect(await status('86one')).toEqual(before);
    const again = await trip.undo(run, ['-o', 'again.csv'], [0]);
    expect([1, 2].map((row) => coverageOf(again, row))).toEqual(['whole', 'whole']);
    await trip.apply(again);
    expect(await status('86one')).toEqual(before);
  });

  it('are not sent again behind a later one that was done', async () => {
    trip.fill('clickup', 'update', { task_id: '86one', list_id: '901000000001' });
    const file = write([
      clickup('set-status', '86one', { status: 'in progress' }),
      clickup('update', '86one', { status: 'complete' }),
    ]);
    await trip.sandbox.faults('clickup:put:403*1');
    const first = await trip.bin(['run', file, ...flags]);
    expect(JSON.parse(first.stdout)).toMatchObject({ states: { failed: 1, succeeded: 1 }, files: { failed: null } });
    const retried = await trip.bin(['retry', runOf(first), ...flags]);
    expect([retried.exitCode, retried.stdout]).toEqual([3, expect.stringContaining('"errorCode": "OVERTAKEN"')]);
    expect(await status('86one')).toMatchObject({ status: 'complete' });
    // Nor by trying that again.
    const third = await trip.bin(['retry', runOf(retried), ...flags]);
    expect([third.exitCode, third.stderr]).toEqual([2, expect.stringContaining('no failed or blocked rows')]);
  });

  it('are sent again where the later one set something else', async () => {
    trip.fill('clickup', 'update', { task_id: '86one', list_id: '901000000001' });
    const file = write([
      clickup('set-status', '86one', { status: 'in progress' }),
      clickup('add-tag', '86one', { tag: 'x' }),
    ]);
    await trip.sandbox.faults('clickup:put:403*1');
    const run = runOf(await trip.bin(['run', file, ...flags]));
    expect((await trip.bin(['retry', run, ...flags])).exitCode).toBe(0);
    expect(await status('86one')).toMatchObject({ status: 'in progress' });
  });
});

describe('what can be put back only behind another line', () => {
  const [one, two] = ['c'.repeat(32), 'd'.repeat(32)];
  const flags = ['--rate', '0', '--concurrency', '1', '--yes', '--no-progress', '--json'];
  const states = async (run: string) =>
    (await trip.report(run)).map(({ _target, _state }) => `${_target?.replace(/.*:/, '')[0]} ${_state}`);

  /** Two tasks that are renamed and completed: completed ones can't be renamed. */
  const renameAndComplete = async () => {
    for (const task_id of [one, two]) {
      trip.fill('tallyfy', 'update', { task_id });
      await trip.run('tallyfy', [{ operation: 'update', task_id, title: 'Mine', deadline: '2027-05-05 12:00:00' }]);
      await trip.run('tallyfy', [{ operation: 'complete', task_id }]);
      await trip.run('tallyfy', [{ operation: 'reopen', task_id }]);
    }
    const before = await Promise.all([one, two].map((id) => trip.hold('tallyfy', id)));
    const run = await trip.run('tallyfy', [
      ...[one, two].map((task_id) => ({ operation: 'update', task_id, title: 'Ours' })),
      ...[one, two].map((task_id) => ({ operation: 'complete', task_id })),
    ]);
    return { before, undone: await trip.undo(run, [], [0]) };
  };

  it('is planned and done in one go', async () => {
    const { before, undone } = await renameAndComplete();
    expect(undone.following).toEqual([]);
    await trip.apply(undone);
    expect(await Promise.all([one, two].map((id) => trip.hold('tallyfy', id)))).toEqual(before);
  });

  it('is not done when that line fails', async () => {
    const { undone } = await renameAndComplete();
    await trip.sandbox.faults('tallyfy:delete:403*1');
    const { stdout } = await trip.bin(['run', undone.file ?? '', ...flags]);
    const { run } = z.object({ run: z.string() }).parse(JSON.parse(stdout));
    expect(await states(run)).toEqual(['d failed', 'c succeeded', 'd blocked', 'c succeeded']);
    expect((await trip.hold('tallyfy', two)).title).toBe('Ours');
  });

  it('is done by retry when it failed for a moment, and not when somebody changed the task since', async () => {
    const { undone } = await renameAndComplete();
    await trip.sandbox.faults('tallyfy:put:403*2');
    const first = await trip.bin(['run', undone.file ?? '', ...flags]);
    const { run } = z.object({ run: z.string() }).parse(JSON.parse(first.stdout));
    expect(await states(run)).toEqual(['d succeeded', 'c succeeded', 'd failed', 'c failed']);
    await trip.run('tallyfy', [{ operation: 'update', task_id: one, deadline: '2028-01-01 12:00:00' }]);
    const second = await trip.bin(['retry', run, ...flags]);
    const again = z.object({ run: z.string() }).parse(JSON.parse(second.stdout));
    expect(await states(again.run)).toEqual(['d succeeded', 'c blocked']);
    expect([(await trip.hold('tallyfy', one)).title, (await trip.hold('tallyfy', two)).title]).toEqual([
      'Ours',
      'Mine',
    ]);
  });

  it('is not done when somebody sets it between the two', async () => {
    const { undone } = await renameAndComplete();
    await trip.sandbox.faults('tallyfy:put:403*1');
    const stopped = await trip.bin(['run', undone.file ?? '', '--stop-after', '1', ...flags]);
    const { run } = z.object({ run: z.string() }).parse(JSON.parse(stopped.stdout));
    await trip.run('tallyfy', [{ operation: 'update', task_id: one, title: 'Theirs' }]);
    await trip.bin(['resume', run, ...flags]);
    expect(await states(run)).toEqual(['d succeeded', 'c succeeded', 'd failed', 'c blocked']);
    expect((await trip.hold('tallyfy', one)).title).toBe('Theirs');
  });
});

it('counts what a later row of the same run changed as ours, and puts back what was there before both', async () => {
  trip.fill('clickup', 'update', { task_id: '86one', list_id: '901000000001' });
  const before = await trip.hold('clickup', '86one', ['date_closed', 'date_done']);
  const run = await trip.run('clickup', [
    clickup('set-status', '86one', { status: 'in progress' }),
    clickup('complete', '86one'),
  ]);
  const undone = await trip.undo(run, [], [0]);
  expect([undone.rows.whole, undone.manifestRows]).toEqual([2, 1]);
  await trip.apply(undone);
  expect(await trip.hold('clickup', '86one', ['date_closed', 'date_done'])).toEqual(before);
});

it('says in words what comes back and what not, and what to type next', async () => {
  trip.fill('clickup', 'update', { task_id: '86one' });
  trip.fill('bitrix24', 'comment', { task_id: '901' });
  const run = await trip.run('clickup', [
    clickup('archive', '86one'),
    { provider: 'bitrix24', operation: 'comment', task_id: '901', comment: 'Hello' },
  ]);
  const { stdout, exitCode } = await trip.bin(['undo', '--rate', '0']);
  expect(exitCode).toBe(3);
  expect(stdout).toContain(`Undo of run ${run}\n`);
  expect(stdout).toMatch(/ 1 +taken back whole\n +1 +can't be taken back\n/);
  expect(stdout).toMatch(/bitrix24\.comment: row 2\n +In the task card of tasks 25\.700 and later comments are chat/);
  expect(stdout).toContain('Messages, webhooks, automations');
  expect(stdout).toMatch(new RegExp(`Next: taskbatch plan undo-${run}\\.csv\n$`));
  expect(trip.manifest(`undo-${run}.csv`)).toMatch(
    new RegExp(
      `^provider,operation,undo_of,unchanged_since,task_id\nclickup,unarchive,${run}/1#[0-9a-f]{8},20[^,]+Z,86one\n$`,
    ),
  );
});

it('does not write over a file, and writes to stdout when asked', async () => {
  trip.fill('clickup', 'update', { task_id: '86one' });
  const run = await trip.run('clickup', [clickup('archive', '86one')]);
  writeFileSync(join(trip.workplace.dir, `undo-${run}.csv`), 'mine');
  const refused = await trip.bin(['undo', '--rate', '0']);
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('is there already')]);
  expect(trip.manifest(`undo-${run}.csv`)).toBe('mine');
  const { stdout, stderr, exitCode } = await trip.bin(['undo', '--rate', '0', '-o', '-']);
  expect(stdout).toMatch(new RegExp(`\nclickup,unarchive,${run}/1#[0-9a-f]{8},20[^,]+Z,86one\n$`));
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('taken back whole')]);
});

it('sends no write, neither to undo nor to verify', async () => {
  for (const task_id of ['86one', '86two']) trip.fill('clickup', 'update', { task_id });
  await trip.run('clickup', [
    clickup('archive', '86one'),
    clickup('update', '86two', { name: 'Ours' }),
    { operation: 'create', name: 'Made', list_id: '901000000001' },
  ]);
  const writes = async () => (await trip.sandbox.ledger()).requests.filter(({ write }) => write).length;
  const before = await writes();
  await trip.bin(['undo', '--rate', '0']);
  await trip.bin(['verify', '--rate', '0']);
  expect(await writes()).toBe(before);
});

it('takes back what a stopped run has done so far, and says that the run is not through', async () => {
  const ids = ['86one', '86two', '86three'];
  for (const task_id of ids) trip.fill('clickup', 'update', { task_id });
  await trip.sandbox.faults('clickup:put:401*0+1');
  const rows = ids.map((id) => clickup('archive', id));
  const run = await trip.run('clickup', rows, [5]);
  await trip.sandbox.faults('');
  const held = async () => Promise.all(ids.map(async (id) => (await trip.hold('clickup', id)).archived));
  expect((await held()).filter((archived) => archived)).toHaveLength(1);
  const { stdout } = await trip.bin(['undo', run, '--rate', '0', '-o', 'back.csv']);
  expect(stdout).toMatch(/ 1 +taken back whole\n/);
  expect(stdout).toContain('The run has not come to 2 rows');
  await trip.runFile('back.csv');
  expect(await held()).toEqual([false, false, false]);
});

it.each(['undo', 'verify'])('refuses to %s a run on the sandbox, whose tasks are gone with it', async (verb) => {
  const run = ['run', sampleFile('clickup-test-tasks.csv'), '--job', 'clickup-delete-test-tasks', '--sandbox'];
  expect((await trip.bin([...run, '--yes', '--no-progress', '--rate', '0'])).exitCode).toBeLessThan(4);
  const { stderr, exitCode } = await trip.bin([verb]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('went against the sandbox')]);
  expect(existsSync(join(trip.workplace.dir, 'undo.csv'))).toBe(false);
});

it('waits for no run that is in use: it says so', async () => {
  trip.fill('clickup', 'update', { task_id: '86one' });
  const run = await trip.run('clickup', [clickup('archive', '86one')]);
  const lock = lockRun(runFolder(join(trip.workplace.dir, '.taskbatch'), run));
  const { stderr, exitCode } = await trip.bin(['undo', '--rate', '0']);
  lock.release();
  expect([exitCode, stderr]).toEqual([6, expect.stringContaining('is in use by another process')]);
});

it('refuses to undo a run that did nothing', async () => {
  writeFileSync(join(trip.workplace.dir, 'one.csv'), 'task_id\n86one\n');
  trip.fill('clickup', 'update', { task_id: '86one' });
  await trip.bin(['plan', 'one.csv', '--provider', 'clickup', '--operation', 'archive', '--rate', '0']);
  const { stderr, exitCode } = await trip.bin(['undo']);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('did nothing')]);
});

it('verify tells what holds, what was reverted and what is gone, and writes the rows that do not hold', async () => {
  for (const task_id of ['86one', '86two', '86three', '86dead']) trip.fill('clickup', 'update', { task_id });
  const run = await trip.run('clickup', [
    clickup('archive', '86one'),
    clickup('update', '86two', { name: hostileCell }),
    clickup('complete', '86three'),
    clickup('delete', '86dead'),
    { operation: 'create', name: 'Made', list_id: '901000000001' },
  ]);
  const all = await trip.bin(['verify', '--rate', '0', '--json']);
  expect([all.exitCode, JSON.parse(all.stdout)]).toEqual([
    0,
    expect.objectContaining({ kind: 'verify', run, rows: { holds: 5, reverted: 0, unsure: 0 } }),
  ]);
  const made = String((await trip.report(run))[4]?._target);
  await trip.run('clickup', [
    clickup('unarchive', '86one'),
    clickup('update', '86two', { name: 'Theirs' }),
    clickup('delete', made),
  ]);
  const { stdout, exitCode } = await trip.bin(['verify', run, '--rate', '0', '-o', 'reverted.csv']);
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/ 2 +still hold\n +3 +were reverted or are gone\n/);
  expect(stdout).toMatch(/row 1 \(line 1\) clickup\.archive: .*is not archived/);
  const lines = trip.manifest('reverted.csv');
  expect(lines).toMatch(/_verified,_evidence\n/);
  expect(lines.match(/,reverted,/g)).toHaveLength(3);
  expect(hostileTitle).toContain('quoted');
});

it('reads again after a moment of trouble: what it rests on is asked for once more', async () => {
  const task_id = '86one';
  trip.fill('clickup', 'update', { task_id, list_id: '901000000001' });
  const run = await trip.run('clickup', [clickup('move', task_id, { to_list_id: '901000000002' })]);
  await trip.sandbox.faults('/list/901000000001:500-before');
  expect((await trip.undo(run, [], [0])).rows).toMatchObject({ whole: 1, none: 0, unsure: 0 });
  expect((await trip.sandbox.ledger()).requests.filter(({ status }) => status === 500)).toHaveLength(1);
});
