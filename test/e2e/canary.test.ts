/** `--canary`: the first rows are done and read back, and only when they are as the plan said are the others sent. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tallyfy } from '../../src/providers/tallyfy/provider.js';
import { startBin } from '../support/bin.js';
import { runHere } from '../support/cli.js';
import { createOtherHand } from '../support/other-hand.js';
import { connectOptions } from '../support/row-context.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { here, sandbox, workplace } = useScene();

const flags = ['--rate', '0', '--no-progress'];

interface Row {
  readonly provider: string;
  readonly operation: string;
  readonly cells: Readonly<Record<string, string>>;
}

const ids = {
  clickup: (n: number) => `86canary${n}`,
  tallyfy: (n: number) => n.toString(16).padStart(32, 'c'),
  bitrix24: (n: number) => String(800 + n),
};
const rowOf = (provider: keyof typeof ids, operation: string, n: number, cells: Row['cells'] = {}): Row => ({
  provider,
  operation,
  cells: { task_id: ids[provider](n), ...cells },
});
const archives = (count: number) => Array.from({ length: count }, (_, n) => rowOf('clickup', 'archive', n));

async function plan(rows: readonly Row[], ...more: string[]): Promise<string> {
  sandbox.fill(rows.map(({ provider, operation, cells }) => target(provider, operation, { ...cells })));
  const lines = rows.map(({ provider, operation, cells }) => JSON.stringify({ provider, operation, ...cells }));
  writeFileSync(join(workplace.dir, 'rows.jsonl'), `${lines.join('\n')}\n`);
  const { stdout } = await here('plan', 'rows.jsonl', ...flags, ...more);
  return /Plan (\S+)/.exec(stdout)?.[1] ?? 'none';
}

async function apply(run: string, ...more: string[]) {
  const { exitCode, stdout } = await here('apply', run, '--yes', '--json', ...flags, ...more);
  return { exitCode, ...JSON.parse(stdout) };
}

async function requestsInOrder(): Promise<string[]> {
  return (await sandbox.ledger()).requests.map(({ write }) => (write ? 'write' : 'read'));
}

it('reads the first rows back before it sends the others, and says what it saw', async () => {
  const run = await plan(archives(6));
  const before = (await requestsInOrder()).length;
  const { stdout, exitCode } = await here('apply', run, '--yes', ...flags, '--canary', '2');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/Canary +the first 2 rows were read back and as the plan said/);
  const order = (await requestsInOrder()).slice(before);
  const firstWrite = order.indexOf('write');
  expect(order.slice(firstWrite).join(' ')).toMatch(/^write write( read)+( write){4}$/);
});

it('says so in the plan, and counts the requests of reading back in its forecast', async () => {
  const without = await here('plan', 'rows.jsonl', ...flags, '--json').then(() => plan(archives(4)));
  expect(without).not.toBe('none');
  const requests = async (...more: string[]) =>
    JSON.parse((await here('plan', 'rows.jsonl', ...flags, '--json', ...more)).stdout).requests.executing;
  expect((await requests('--canary', '3')) - (await requests())).toBe(3);
  const { stdout } = await here('plan', 'rows.jsonl', ...flags, '--canary', '3');
  expect(stdout).toMatch(/Canary +the first 3 rows are done and read back before any other is sent/);
});

it('reads back what rows on one task come to together', async () => {
  const rows = [rowOf('clickup', 'set-status', 0, { status: 'in progress' }), rowOf('clickup', 'complete', 0)];
  const run = await plan([...rows, rowOf('clickup', 'complete', 1)]);
  expect(await apply(run, '--canary', '2')).toMatchObject({ exitCode: 0, states: { succeeded: 3 } });
});

it('is that of the plan, whatever was asked of an apply that executed nothing', async () => {
  const run = await plan(archives(5), '--canary', '2');
  const environment = { ...sandbox.environment, CLICKUP_API_TOKEN: 'pk_1_WRONGWRONGWRONGWRONGWRONGWRONGWR' };
  const refused = await runHere(['apply', run, '--yes', ...flags, '--canary', '0', '--stop-after', '100%'], {
    workplace,
    environment,
  });
  expect(refused.exitCode).toBe(5);
  const { stdout } = await here('apply', run, '--yes', ...flags);
  expect(stdout).toMatch(/Canary +the first 2 rows were read back and as the plan said/);
});

it('stops when something undoes what the first rows did, and names row and difference', async () => {
  const run = await plan(archives(5));
  // Reading back, which comes behind the look before the write, has to wait, and so comes after it.
  await sandbox.faults('clickup:get:/task:throttle-seconds=1*1+1');
  const applied = apply(run, '--canary', '1');
  while (!(await sandbox.effects()).has(ids.clickup(0))) await new Promise((resolve) => setImmediate(resolve));
  await putBack(ids.clickup(0));
  const stopped = await applied;
  expect(stopped).toMatchObject({ exitCode: 4, state: 'stopped', states: { succeeded: 1, pending: 4 } });
  expect(stopped.stop.message).toMatch(
    /^Row 1 \(line 1\) of the canary is not as foretold: .*clickup\.archive .*not archived/,
  );
  expect(stopped.stop.message).toMatch(/Nothing behind the canary was sent\. .* resume with --canary 0\.$/);
  // Going on at once would end in the same way: what is advised is to look.
  expect(stopped.next).toBe(`taskbatch explain ${run} 1`);
  await sandbox.faults('');
  // It is read again each time, and nothing is sent as long as it is so.
  expect((await here('resume', run, ...flags)).exitCode).toBe(4);
  expect((await sandbox.effects()).size).toBe(1);
  // Somebody has mended it.
  const other = createOtherHand(sandbox.environment);
  await other.change('clickup', 'archive', { task_id: ids.clickup(0) });
  await other.close();
  expect((await here('resume', run, ...flags)).exitCode).toBe(0);
  expect((await sandbox.effects()).size).toBe(5);
});

/** As an automation would, without reading first. */
async function putBack(id: string): Promise<void> {
  const answer = await fetch(`${sandbox.environment.CLICKUP_BASE_URL}/v2/task/${id}`, {
    method: 'PUT',
    headers: { authorization: sandbox.environment.CLICKUP_API_TOKEN ?? '', 'content-type': 'application/json' },
    body: JSON.stringify({ archived: false }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

it.each([
  ['a row that failed', 'clickup:put:403*1', 'failed'],
])('stops at %s, and goes on when it is told to', async (_what, faults, state) => {
  const run = await plan(archives(4));
  await sandbox.faults(faults);
  const stopped = await apply(run, '--canary', '1');
  expect(stopped).toMatchObject({ exitCode: 4, states: { [state]: 1, pending: 3 } });
  expect(stopped.stop.message).toMatch(/Row 1 .* would be done, and it is failed: /);
  const told = async () => (await here('status', run)).stdout.replaceAll(/\s+/g, ' ');
  expect(await told()).toMatch(
    /Canary the first row has not been read back as the plan said yet; no other row was sent/,
  );
  expect((await here('resume', run, ...flags, '--canary', '0')).exitCode).toBe(3);
  expect((await sandbox.effects()).size).toBe(3);
  expect(await told()).toMatch(
    /Canary the first row was not read back as the plan said; the others may go all the same/,
  );
});

it('stops when a first target changed since the plan', async () => {
  const run = await plan(Array.from({ length: 4 }, (_, n) => rowOf('clickup', 'delete', n)));
  const other = createOtherHand(sandbox.environment);
  await other.change('clickup', 'update', { task_id: ids.clickup(1), name: 'Somebody uses it' });
  await other.close();
  const stopped = await apply(run, '--canary', '2');
  expect(stopped).toMatchObject({ exitCode: 4, states: { succeeded: 1, blocked: 1, pending: 2 } });
  expect(stopped.stop.message).toMatch(/Row 2 .* it is blocked: .*title was "\[test\] A task", is "Somebody uses it"/);
});

it('says of which rows nothing can be read back, and does not call them confirmed', async () => {
  const run = await plan([0, 1, 2].map((n) => rowOf('tallyfy', 'report-problem', n, { content: `Text ${n}` })));
  await sandbox.faults('tallyfy:get:/tasks:throttle-seconds=1*1+1');
  const applied = here('apply', run, '--yes', ...flags, '--canary', '1');
  while ((await sandbox.effects()).size < 1) await new Promise((resolve) => setImmediate(resolve));
  // A problem that is gone leaves nothing that tells whether it was there.
  await deleteThread(ids.tallyfy(0));
  const { stdout, exitCode } = await applied;
  expect(exitCode).toBe(0);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    'Canary of the first row none could be read back; of 1 row nothing tells, the first is row 1',
  );
});

async function deleteThread(task: string): Promise<void> {
  const { address } = tallyfy.connect(sandbox.environment, connectOptions);
  const effects = (await sandbox.ledger()).effects.filter(({ target: id }) => id === task);
  const thread = effects.map(({ detail }) => detail?.thread_id)[0];
  const organization = `${address.baseUrl}/organizations/${sandbox.environment.TALLYFY_ORG_ID}`;
  const answer = await fetch(`${organization}/tasks/${task}/comment/${thread}`, {
    method: 'DELETE',
    headers: address.headers,
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

it('goes through all services, with rows in batches and rows that wait for others', async () => {
  const rows: Row[] = [
    ...[0, 1, 2, 3].map((n) => rowOf('bitrix24', 'complete', n)),
    { provider: 'clickup', operation: 'create', cells: { list_id: '901000000001', name: 'Made', key: 'made' } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as a manifest has it
    { provider: 'clickup', operation: 'add-tag', cells: { task_id: '${row:made.id}', tag: 'new' } },
    rowOf('tallyfy', 'complete', 1),
    rowOf('clickup', 'archive', 1),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as a manifest has it
    { provider: 'clickup', operation: 'complete', cells: { task_id: '${row:made.id}' } },
    ...[5, 6].map((n) => rowOf('bitrix24', 'complete', n)),
  ];
  const run = await plan(rows);
  const result = await apply(run, '--canary', '7');
  expect(result).toMatchObject({
    exitCode: 0,
    states: { succeeded: 11 },
    canary: { passed: true, waived: false, confirmed: 7 },
  });
});

describe('a run that dies amid the canary', () => {
  it.each([
    'before it is read back',
    'while it is written',
  ])('%s is judged when it is resumed, once each', async (when) => {
    const run = await plan(archives(6));
    await sandbox.faults(
      when === 'while it is written' ? 'clickup:put:hang-after*1' : 'clickup:get:/task:hang-before*0+3',
    );
    const { child, finished } = startBin(['apply', run, '--yes', ...flags, '--canary', '3'], {
      workplace,
      environment: sandbox.environment,
    });
    const wanted = when === 'while it is written' ? 1 : 3;
    while ((await sandbox.effects()).size < wanted) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await finished;
    await sandbox.faults('');
    const { stdout, exitCode } = await here('resume', run, ...flags, '--json');
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ canary: { rows: [1, 2, 3], passed: true, waived: false, confirmed: 3, untold: [] } }),
    ]);
    expect([...(await sandbox.effects()).values()]).toEqual(Array.from({ length: 6 }, () => ['archive']));
  });
});

/** Waits until the canary is written, kept, and about to be read back. */
async function readingBack(): Promise<void> {
  for (;;) {
    const order = await requestsInOrder();
    const lastWrite = order.lastIndexOf('write');
    if (lastWrite !== -1 && lastWrite < order.length - 1) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it.each([
  ['all rows are in it', []],
  ['the rows behind it are in another service', [rowOf('tallyfy', 'complete', 1)]],
])('is read back by the sitting after a crash, also where %s', async (_where, behind: readonly Row[]) => {
  const run = await plan([...archives(2), ...behind]);
  await sandbox.faults('clickup:get:/task:hang-before*0+2');
  const { child, finished } = startBin(['apply', run, '--yes', ...flags, '--canary', '2'], {
    workplace,
    environment: sandbox.environment,
  });
  await readingBack();
  child.kill('SIGKILL');
  await finished;
  await sandbox.faults('');
  await putBack(ids.clickup(1));
  const { stdout, exitCode } = await here('resume', run, ...flags, '--json');
  expect([exitCode, JSON.parse(stdout)]).toEqual([
    4,
    expect.objectContaining({
      stop: expect.objectContaining({ message: expect.stringMatching(/^Row 2 .*not archived/) }),
    }),
  ]);
  expect((await sandbox.effects()).size).toBe(2);
  expect((await here('resume', run, ...flags, '--canary', '0')).exitCode).toBe(0);
});

it.each(['-1', '1.5', '1001'])('--canary %s is refused', async (value) => {
  await plan(archives(1));
  const { exitCode, stderr } = await here('plan', 'rows.jsonl', ...flags, `--canary=${value}`);
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/--canary \S+ is out of range/)]);
});

it('stops where tasks of Bitrix24 are under control: they await approval, and the plan said completed', async () => {
  const webhook = (user: number) => `${sandbox.origin}/bitrix24/rest/${user}/qx7wy1yx4ddvvbyu/`;
  const fields = { TITLE: 'Under control', RESPONSIBLE_ID: 2, TASK_CONTROL: 'Y' };
  const added = z.object({ result: z.object({ task: z.object({ id: z.string() }) }) });
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) {
    const body = JSON.stringify({ fields });
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${webhook(1)}tasks.task.add`, { method: 'POST', headers, body });
    ids.push(added.parse(await answer.json()).result.task.id);
  }
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
  const asUser2 = { workplace, environment: { ...sandbox.environment, BITRIX24_WEBHOOK_URL: webhook(2) } };
  const operation = ['--provider', 'bitrix24', '--operation', 'complete'];
  const { exitCode, stdout } = await runHere(
    ['run', 'tasks.csv', ...operation, '--yes', ...flags, '--canary', '1'],
    asUser2,
  );
  expect(exitCode).toBe(4);
  expect(stdout.replace(/\s+/g, ' ')).toContain('has the status supposedly_completed. The task is under control');
  const effects = (await sandbox.ledger()).effects.filter(({ kind }) => kind === 'complete');
  expect(effects.map(({ target: id, detail }) => [id, detail?.to])).toEqual([[ids[0], 4]]);
  expect((await runHere(['resume', ...flags, '--canary', '0'], asUser2)).exitCode).toBe(0);
});
