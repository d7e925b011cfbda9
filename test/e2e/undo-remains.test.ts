/** What undo, and verify, do with what is neither done nor undone: things that a failed row made, and what others did once more. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runHere } from '../support/cli.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { here, other, sandbox, workplace } = useScene({ now: () => Date.now() + laterMs });
/** How far the service's clock is ahead. */
let laterMs = 0;

beforeEach(() => {
  laterMs = 0;
});

const flags = ['--rate', '0', '--no-progress', '--yes'];
const json = async (...args: string[]) => JSON.parse((await here(...args, '--json')).stdout);
const undo = (run: string, file = 'undo.csv') => json('undo', run, '-o', file, '--rate', '0', '--no-progress');
const manifest = (text: string) => writeFileSync(join(workplace.dir, 'rows.csv'), text);

it('takes back what a row made that failed, for it is not as the row asked', async () => {
  manifest('list_id,name,custom_fields\n901000000001,Half,"{""Gate"":""x""}"\n901000000001,Whole,\n');
  const { run, states } = await json('run', 'rows.csv', '--provider', 'clickup', '--operation', 'create', ...flags);
  expect(states).toMatchObject({ failed: 1, succeeded: 1 });
  const status = await here('status', run);
  expect(status.stdout).not.toContain('taskbatch retry');
  expect(status.stdout).toContain(`taskbatch report ${run} --only failed,blocked`);
  expect(await undo(run)).toMatchObject({ manifestRows: 2, rows: { whole: 2 } });
  expect((await here('run', 'undo.csv', ...flags)).exitCode).toBe(0);
  const kinds = (await sandbox.ledger()).effects.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'delete')).toHaveLength(2);
  expect(await undo(run, 'again.csv')).toMatchObject({ rows: { already: 2 } });
});

it.each([
  ['clickup', ['86one', '86two'], 5],
  // The answers to our writes tell when they completed the tasks, by the clock that tells of others' completions.
  ['clickup', ['86one', '86two'], 0.1],
  ['tallyfy', ['a'.repeat(32), 'b'.repeat(32)], 0.1],
  ['bitrix24', ['501', '502'], 0.1],
] as const)('%s: leaves a task that something else completed once more since', async (provider, ids, minutes) => {
  const [one, two] = ids;
  sandbox.fill([one, two].map((task_id) => target(provider, 'complete', { task_id })));
  manifest(`task_id\n${one}\n${two}\n`);
  const { run } = await json('run', 'rows.csv', '--provider', provider, '--operation', 'complete', ...flags);
  laterMs = minutes * 60_000;
  await other.change(provider, 'reopen', { task_id: one });
  await other.change(provider, 'complete', { task_id: one });
  const left = await undo(run);
  expect(left).toMatchObject({ manifestRows: 1, rows: { changed: 1 } });
  expect(JSON.stringify(left.groups)).toContain('was completed once more since, at ');
  const verified = await json('verify', run, '--rate', '0');
  expect(verified).toMatchObject({
    rows: { holds: 2 },
    rowsDoneAgain: 1,
    doneAgain: [{ number: 1, verdict: 'holds' }],
  });
  const { stdout, exitCode } = await here('verify', run, '--rate', '0');
  expect(exitCode).toBe(0);
  const text = stdout.replace(/\s+/g, ' ');
  expect(text).toMatch(/Done once more since, by something else: row 1 \(line 2\) /);
  expect(text).toContain('was completed once more since, at ');
});

it('Bitrix24, by a webhook: leaves a task that something else deferred once more since', async () => {
  const environment = { BITRIX24_WEBHOOK_URL: `${sandbox.origin}/bitrix24/rest/1/abc123/` };
  const call = async (...args: string[]) => JSON.parse((await runHere(args, { workplace, environment })).stdout);
  sandbox.fill(['501', '502'].map((task_id) => target('bitrix24', 'defer', { task_id })));
  manifest('task_id\n501\n502\n');
  const scope = ['--provider', 'bitrix24', '--operation', 'defer'];
  const { run } = await call('run', 'rows.csv', ...scope, ...flags, '--json');
  laterMs = 5 * 60_000;
  await other.change('bitrix24', 'reopen', { task_id: '501' });
  await other.change('bitrix24', 'defer', { task_id: '501' });
  const left = await call('undo', run, '-o', 'undo.csv', '--rate', '0', '--no-progress', '--json');
  expect(left).toMatchObject({ manifestRows: 1, rows: { changed: 1 } });
  expect(JSON.stringify(left.groups)).toContain('was deferred once more since, at ');
});

it('Bitrix24: leaves a reopened task on which somebody works by now', async () => {
  sandbox.fill([target('bitrix24', 'reopen', { task_id: '501' })]);
  manifest('task_id\n501\n');
  const { run } = await json('run', 'rows.csv', '--provider', 'bitrix24', '--operation', 'reopen', ...flags);
  const { BITRIX24_BASE_URL: base = '', BITRIX24_API_KEY: key = '' } = sandbox.environment;
  const started = await fetch(`${base}/v1/tasks/501`, {
    method: 'PATCH',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ status: 3 }),
  });
  expect(started.status).toBe(200);
  const left = await undo(run);
  expect(left).toMatchObject({ file: null, rows: { changed: 1 } });
  expect(JSON.stringify(left.groups)).toContain('Somebody works on it.');
});

describe('a task of Bitrix24 that is under control, for a user who did not make it', () => {
  const webhook = (user: number) => `${sandbox.origin}/bitrix24/rest/${user}/qx7wy1yx4ddvvbyu/`;
  const shown = z.object({ result: z.object({ task: z.object({ id: z.string(), status: z.string() }) }) });
  const call = async (user: number, method: string, body: unknown) => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${webhook(user)}${method}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return shown.parse(await answer.json()).result.task;
  };
  const asUser2 = async (...args: string[]) => {
    const environment = { ...sandbox.environment, BITRIX24_WEBHOOK_URL: webhook(2) };
    return runHere([...args, '--json'], { workplace, environment });
  };
  const controlled = async () =>
    (await call(1, 'tasks.task.add', { fields: { TITLE: 'C', RESPONSIBLE_ID: 2, TASK_CONTROL: 'Y' } })).id;
  const statusNow = async (taskId: string) => (await call(1, 'tasks.task.get', { taskId })).status;

  it.each([
    ['at once', ''],
    ['after an answer that tells nothing', 'bitrix24:write:reset-after'],
  ])('and awaits approval already: nothing is done, and undo leaves it so, told %s', async (_when, faults) => {
    const taskId = await controlled();
    await call(2, 'tasks.task.complete', { taskId });
    manifest(`task_id\n${taskId}\n`);
    const operation = ['--provider', 'bitrix24', '--operation', 'complete'];
    await sandbox.faults(faults);
    const { run } = JSON.parse((await asUser2('run', 'rows.csv', ...operation, ...flags)).stdout);
    const effects = (await sandbox.ledger()).effects.filter(({ kind }) => kind === 'complete');
    expect(effects).toHaveLength(1);
    const { stderr } = await asUser2('undo', run, '-o', 'undo.csv', '--rate', '0', '--no-progress');
    expect(stderr).toContain('did nothing that there is to undo');
    expect(existsSync(join(workplace.dir, 'undo.csv'))).toBe(false);
    expect(await statusNow(taskId)).toBe('4');
  });

  it('and was completed: undo of a reopening tells that it may await approval again', async () => {
    const taskId = await controlled();
    await call(1, 'tasks.task.complete', { taskId });
    manifest(`task_id\n${taskId}\n`);
    const operation = ['--provider', 'bitrix24', '--operation', 'reopen'];
    const { run } = JSON.parse((await asUser2('run', 'rows.csv', ...operation, ...flags)).stdout);
    const told = await asUser2('undo', run, '-o', 'undo.csv', '--rate', '0', '--no-progress');
    const left = JSON.parse(told.stdout);
    expect(left).toMatchObject({ rows: { part: 1 } });
    expect(JSON.stringify(left.groups)).toContain('it awaits that again');
    await asUser2('run', 'undo.csv', ...flags);
    expect(await statusNow(taskId)).toBe('4');
  });
});

describe('a problem of Tallyfy that was resolved', () => {
  const task_id = 'a'.repeat(32);
  const resolve = async (...rows: readonly string[]) => {
    sandbox.fill([target('tallyfy', 'complete', { task_id })]);
    await other.change('tallyfy', 'report-problem', { task_id, content: 'Door is broken' });
    manifest(['operation,task_id,content', `resolve-problem,${task_id},Mended`, ...rows, ''].join('\n'));
    return (await json('run', 'rows.csv', '--provider', 'tallyfy', ...flags)).run;
  };

  it('is not reported anew where somebody completed the task since, unless it is forced', async () => {
    const run = await resolve();
    await other.change('tallyfy', 'complete', { task_id });
    const left = await undo(run);
    expect(left).toMatchObject({ file: null, rows: { changed: 1 } });
    expect(JSON.stringify(left.groups)).toContain('was changed since by something else: status was ');
    const forced = await json('undo', run, '-o', 'undo.csv', '--force', '--rate', '0', '--no-progress');
    expect(forced).toMatchObject({ manifestRows: 1, rows: { part: 1 } });
    expect(JSON.stringify(forced.groups)).toContain('what others did: ');
  });

  it('is reported anew where the run itself completed the task', async () => {
    const run = await resolve(`complete,${task_id},`);
    expect(await undo(run)).toMatchObject({ manifestRows: 2, rows: { part: 2 } });
  });

  it('holds while it is resolved, and is reported anew, whatever else was reported since', async () => {
    const run = await resolve();
    await other.change('tallyfy', 'report-problem', { task_id, content: 'Fire' });
    expect(await json('verify', run, '--rate', '0')).toMatchObject({ rows: { holds: 1 } });
    expect(await undo(run)).toMatchObject({ manifestRows: 1, rows: { part: 1 } });
    expect(readFileSync(join(workplace.dir, 'undo.csv'), 'utf8')).toContain('Door is broken');
  });
});

it('Tallyfy: leaves no task completed that was open before the run completed it and reported a problem on it', async () => {
  const task_id = 'a'.repeat(32);
  sandbox.fill([target('tallyfy', 'complete', { task_id })]);
  manifest(`operation,task_id,content\ncomplete,${task_id},\nreport-problem,${task_id},Stuck\n`);
  const { run } = await json('run', 'rows.csv', '--provider', 'tallyfy', ...flags);
  expect(await undo(run)).toMatchObject({ manifestRows: 2, rows: { part: 2 } });
  expect((await here('run', 'undo.csv', ...flags)).exitCode).toBe(0);
  const kinds = (await sandbox.ledger()).effects.map(({ kind }) => kind);
  expect(kinds).toEqual(['complete', 'report-problem', 'resolve-problem']);
  expect(await undo(run, 'again.csv')).toMatchObject({ file: null });
});

it('Tallyfy: restores a run first that was archived after rows on its tasks, and takes those back in the same manifest', async () => {
  const [task_id, run_id] = ['a'.repeat(32), 'b'.repeat(32)];
  sandbox.fill([target('tallyfy', 'set-fields', { task_id, run_id, fields: { Amount: '5' } })]);
  manifest(
    [
      'operation,task_id,run_id,fields.Amount,key,after',
      `set-fields,${task_id},,7,one,`,
      `complete,${task_id},,,two,one`,
      `archive-run,,${run_id},,,one;two`,
      '',
    ].join('\n'),
  );
  const { run } = await json('run', 'rows.csv', '--provider', 'tallyfy', ...flags);
  const back = await undo(run);
  expect(back).toMatchObject({ manifestRows: 3, rows: { whole: 2, part: 1 } });
  expect(back.next).toBe('taskbatch plan undo.csv');
  expect((await here('run', 'undo.csv', ...flags)).exitCode).toBe(0);
  const kinds = (await sandbox.ledger()).effects.map(({ kind }) => kind);
  expect(kinds.slice(-3)).toEqual(['restore-run', 'reopen', 'set-fields']);
});

it('Tallyfy: makes a task again without the tag that went too, with the one that stays, and says so', async () => {
  const [task_id = '', gone = '', stays = ''] = ['a', 'c', 'd'].map((digit) => digit.repeat(32));
  sandbox.fill([target('tallyfy', 'set-fields', { task_id, fields: { Amount: '5' }, tags: [gone, stays] })]);
  manifest(`operation,task_id,tag_id\ndelete,${task_id},\ndelete-tag,,${gone}\n`);
  const { run } = await json('run', 'rows.csv', '--provider', 'tallyfy', ...flags);
  const back = await undo(run);
  expect(back).toMatchObject({ rows: { part: 1, none: 1 } });
  expect(JSON.stringify(back.groups)).toMatch(/its tag \\".*\\", which is deleted/);
  const text = readFileSync(join(workplace.dir, 'undo.csv'), 'utf8');
  expect(text).toContain(stays);
  expect(text).not.toContain(gone);
  expect((await here('run', 'undo.csv', ...flags)).exitCode).toBe(0);
});
