/** Bitrix24's subtasks go into another group with their parent: guards are asked about them, and the plan tells of them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openSqlite } from '../../src/state/sqlite.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { here, other, sandbox, workplace } = useScene();
let effectsBefore = 0;
let patchesBefore = 0;

beforeEach(async () => {
  sandbox.fill(['11', '12', '13'].map((task_id) => target('bitrix24', 'complete', { task_id })));
  await other.change('bitrix24', 'update', { task_id: '11', group_id: '1' });
  await other.change('bitrix24', 'update', { task_id: '12', parent_id: '11', group_id: '1' });
  await other.change('bitrix24', 'update', { task_id: '13', parent_id: '12', group_id: '99' });
  const { effects, requests } = await sandbox.ledger();
  effectsBefore = effects.length;
  patchesBefore = requests.filter(({ method }) => method === 'PATCH').length;
});

const flags = ['rows.csv', '--job', './job.yaml', '--no-progress'];

function prepare(columns: string, row: string, job: string): void {
  writeFileSync(join(workplace.dir, 'rows.csv'), `${columns}\n${row}\n`);
  const fixed = 'provider: bitrix24\noperation: update\nlimits: { requests_per_minute: 0 }\n';
  writeFileSync(join(workplace.dir, 'job.yaml'), `${fixed}${job}\n`);
}

it.each([
  ['never: task.project == "99"', / \(13\), which is a part of it, would go with it: /],
  ['guards: { max_rows: 2 }', /1 row is to do, and 2 more tasks go with their targets: 3 in all/],
])('a subtask in a group of its own stops a row that moves what is above it: %s', async (job, message) => {
  prepare('task_id,group_id', '11,13', job);
  const { exitCode, stderr } = await here('run', ...flags, '--yes');
  expect(stderr.replace(/\s+/g, ' ')).toMatch(message);
  expect(exitCode).toBe(4);
  expect((await sandbox.ledger()).effects.length).toBe(effectsBefore);
});

describe('guards are asked of what is below just before the write too', () => {
  const apply = async (between: () => Promise<unknown>) => {
    const { run } = JSON.parse((await here('plan', ...flags, '--json')).stdout);
    await between();
    const { exitCode, stdout } = await here('apply', run, '--yes', '--no-progress');
    return [exitCode, stdout.replace(/\s+/g, ' ')] as const;
  };
  const add = (title: string, parent_id: string) =>
    other.change('bitrix24', 'create', { title, parent_id, responsible_id: '1', group_id: '1' });

  it.each([
    [
      'renamed',
      'never: task.name == "Secret"',
      () => other.change('bitrix24', 'update', { task_id: '13', title: 'Secret' }),
      'NEVER',
    ],
    ['made', 'never: task.name == "Secret"', () => add('Secret', '13'), 'NEVER'],
    [
      'moved into a project',
      'never: task.project == "5"',
      () => other.change('bitrix24', 'update', { task_id: '12', group_id: '5' }),
      'NEVER',
    ],
    [
      'moved into a project that no guard names',
      'guards: { max_rows: 9 }',
      () => other.change('bitrix24', 'update', { task_id: '12', group_id: '5' }),
      'subtask 12 place was "1", is "5"',
    ],
    ['made, which would be counted', 'guards: { max_rows: 3 }', () => add('New', '13'), 'was empty, is "New"'],
  ])('a subtask that others %s stops the row: %s', async (_what, job, between, words) => {
    prepare('task_id,group_id', '11,14', job);
    expect(await apply(between)).toEqual([3, expect.stringContaining(words)]);
    expect(await groupOf('11')).toBe(1);
  });

  it('what others changed otherwise, and what rows of the run put there, goes along', async () => {
    sandbox.fill([target('bitrix24', 'complete', { task_id: '15' })]);
    const rows = 'update,15,,,,11\ncreate,,Made,1,,12\nupdate,11,,,14,\nupdate,12,,,5,';
    prepare('operation,task_id,title,responsible_id,group_id,parent_id', rows, 'never: task.name == "Secret"');
    const [exitCode] = await apply(() => other.change('bitrix24', 'update', { task_id: '12', title: 'Other' }));
    expect(exitCode).toBe(0);
    expect(await Promise.all(['11', '15', '12', '13'].map(groupOf))).toEqual([14, 14, 5, 5]);
  });
});

it.each([
  ['task_id,group_id', '11,1'],
  ['task_id,title', '11,New'],
])('rows that leave the group as it is are not held up by what is below: %s %s', async (columns, row) => {
  prepare(columns, row, 'never: task.project == "99"');
  expect((await here('plan', ...flags)).exitCode).toBe(0);
});

it('a subtask that a condition leaves out keeps the row that would move it from being done', async () => {
  prepare('task_id,group_id,env', '12,14,live\n11,13,test', 'when: row.env == "test"');
  const { stdout, exitCode } = await here('plan', ...flags);
  expect(exitCode).toBe(3);
  expect(stdout.replace(/\s+/g, ' ')).toContain('It takes along the target of row 1 (line 2), which is skipped');
});

it('the plan tells how many go along, and that undo does not know their groups', async () => {
  prepare('task_id,group_id', '11,13', 'guards: { max_rows: 3 }');
  const { stdout, exitCode } = await here('plan', ...flags);
  expect(exitCode).toBe(0);
  const text = stdout.replace(/\s+/g, ' ');
  expect(text).toContain(
    '2 subtasks that no row names are changed with what they are below, as far as the service told.',
  );
  expect(text).toContain('can take back 1 row in part');
  expect(text).toContain('the groups of subtasks that were not in its own');
  expect(JSON.parse((await here('plan', ...flags, '--json')).stdout)).toMatchObject({ goingAlong: 0, changedAlong: 2 });
});

it('a task that is to be made below one that is not there is foretold to fail, at one request for all', async () => {
  prepare('operation,title,responsible_id,parent_id', 'create,A,1,999998\ncreate,B,1,999998\ncreate,C,1,11', '');
  const { stdout, exitCode } = await here('plan', ...flags);
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/bitrix24.create +1 +2 +0 +0 +0/);
  const asked = (await sandbox.ledger()).requests.filter(({ path }) => path.includes('/tasks'));
  // Of the first that lacks it is made sure by a reading of its own.
  expect(asked.filter(({ method, path }) => method === 'GET' && path.endsWith('/999998'))).toHaveLength(1);
});

it.each([
  ['made', 'delete,11,,,\ncreate,,A,1,11', 'Row 2 (line 3) names its target in parent_id'],
  ['put', 'update,13,,,11\ndelete,11,,,', 'Row 2 (line 3) deletes what its parent_id names'],
])('a task that another row deletes is none below which one can be %s', async (_what, rows, words) => {
  prepare('operation,task_id,title,responsible_id,parent_id', rows, '');
  const { stdout, exitCode } = await here('plan', ...flags);
  expect(exitCode).toBe(3);
  const text = stdout.replace(/\s+/g, ' ');
  expect(text).toContain('Total 0 0 2 0 0');
  expect(text).toContain(words);
});

it('a row whose parent is not there is foretold to fail', async () => {
  prepare('task_id,parent_id', '11,999998', '');
  const { stdout, exitCode } = await here('plan', ...flags);
  expect(exitCode).toBe(3);
  expect(stdout.replace(/\s+/g, ' ')).toContain('Bitrix24 shows no task 999998, which parent_id names');
});

it.each([
  '12',
  '13',
])('a row that would put its target below task %s, which is below that, is foretold to fail', async (parent) => {
  prepare('task_id,parent_id', `11,${parent}`, '');
  const { stdout, exitCode } = await here('plan', ...flags);
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/bitrix24.update +0 +1 +0 +0 +0/);
  expect(stdout.replace(/\s+/g, ' ')).toContain(`Task ${parent}, which parent_id names, is below task 11 itself.`);
  expect((await here('run', ...flags, '--yes')).exitCode).toBe(3);
  expect((await sandbox.ledger()).requests.filter(({ method }) => method === 'PATCH')).toHaveLength(patchesBefore);
});

it.each(['12', '13'])('a row before it that takes task %s out from there lets it be done', async (taken) => {
  prepare('task_id,parent_id,clear', `${taken},,parent_id\n11,13,`, '');
  expect((await here('run', ...flags, '--yes')).exitCode).toBe(0);
});

/** The group of a task as it is in the service now. */
async function groupOf(taskId: string): Promise<number> {
  const { BITRIX24_BASE_URL: base = '', BITRIX24_API_KEY: key = '' } = sandbox.environment;
  const answer = await fetch(`${base}/v1/tasks/${taskId}`, { headers: { 'X-Api-Key': key } });
  const shape = z.object({ data: z.object({ groupId: z.number() }) });
  return shape.parse(await answer.json()).data.groupId;
}

it.each([
  ['11 and its subtask', '12,5\n11,7', 'group_id is to be "5" here and "7" there'],
  ['11 and what is below its subtask, which no row names', '13,5\n11,7', 'group_id is to be "5" here and "7" there'],
  ['what is below it and is so already', '13,99\n11,7', 'group_id is to be "99" here and "7" there'],
])('a row that would be undone by a later one on what is above its target is told with that: %s', async (_name, rows, words) => {
  prepare('task_id,group_id', rows, '');
  const { stdout, exitCode } = await here('plan', ...flags, '--json');
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ operations: [{ willDo: 0, blocked: 2 }] });
  const text = (await here('plan', ...flags)).stdout.replace(/\s+/g, ' ');
  expect(text).toContain(words);
  expect(text).toContain('put the one on what is below behind the other');
  expect((await sandbox.ledger()).effects.length).toBe(effectsBefore);
});

it.each([
  ['to do by itself', '11,7\n12,5', 5, 5],
  ['so already before the other row', '11,7\n13,99', 7, 99],
])('a row on what is below is done after the one above it in the manifest: %s', async (_name, rows, of12, of13) => {
  prepare('task_id,group_id', rows, '');
  const planned = await here('plan', ...flags);
  expect(planned.exitCode).toBe(0);
  expect(planned.stdout).toMatch(/bitrix24.update +2 +0 +0 +0/);
  const run = /taskbatch apply (\S+)/.exec(planned.stdout)?.[1] ?? '';
  expect((await here('apply', run, '--yes', '--no-progress')).exitCode).toBe(0);
  expect([await groupOf('11'), await groupOf('12'), await groupOf('13')]).toEqual([7, of12, of13]);
});

it('rows that all name one group cost no request more', async () => {
  prepare('task_id,group_id', '13,7\n11,7', '');
  const before = (await sandbox.ledger()).requests.length;
  expect((await here('plan', ...flags)).exitCode).toBe(0);
  // The credential and one search.
  expect((await sandbox.ledger()).requests.length - before).toBe(2);
});

it('a row whose turn comes behind one that could not be done is done all the same', async () => {
  prepare('task_id,group_id', '11,7\n12,5', '');
  await sandbox.faults('bitrix24:write:=11:422');
  expect((await here('run', ...flags, '--yes')).exitCode).toBe(3);
  expect([await groupOf('11'), await groupOf('12')]).toEqual([1, 5]);
});

it('undo puts what is above back first, and then what was below it in another group', async () => {
  await other.change('bitrix24', 'update', { task_id: '12', group_id: '3' });
  prepare('task_id,group_id', '11,7\n12,7\n13,7', '');
  expect((await here('run', ...flags, '--yes')).exitCode).toBe(0);
  expect((await here('undo', '--no-progress', '--output', 'undo.csv')).exitCode).toBe(0);
  expect((await here('run', 'undo.csv', '--no-progress', '--rate', '0', '--yes')).exitCode).toBe(0);
  expect([await groupOf('11'), await groupOf('12'), await groupOf('13')]).toEqual([1, 3, 3]);
});

it('a plan from which a turn was taken is not that which was reviewed', async () => {
  prepare('task_id,group_id', '11,7\n12,5', '');
  const { run } = JSON.parse((await here('plan', ...flags, '--json')).stdout);
  const file = openSqlite(join(workplace.runFolder(run), 'run.db'));
  file.exec('DELETE FROM turn');
  file.close();
  const { exitCode, stderr } = await here('apply', run, '--yes', '--no-progress');
  expect(stderr).toMatch(/PLAN_CHANGED|not as it was|was changed/);
  expect(exitCode).toBe(2);
  expect((await sandbox.ledger()).effects.length).toBe(effectsBefore);
});
