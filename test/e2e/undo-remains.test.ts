/** What undo does with what is neither done nor undone: things that a failed row made, and what others did once more. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWorkplace, type Workplace } from '../support/bin.js';
import { runHere } from '../support/cli.js';
import { createOtherHand, type OtherHand } from '../support/other-hand.js';
import { type ServedSandbox, serveSandbox, target } from '../support/served-sandbox.js';

let workplace: Workplace;
let sandbox: ServedSandbox;
let other: OtherHand;
/** How far the service's clock is ahead. */
let laterMs = 0;

beforeEach(async () => {
  workplace = createWorkplace();
  laterMs = 0;
  sandbox = await serveSandbox({ now: () => Date.now() + laterMs });
  other = createOtherHand(sandbox.environment);
});
afterEach(async () => {
  await other.close();
  await sandbox.close();
  workplace.remove();
});

const flags = ['--rate', '0', '--no-progress', '--yes'];
const bin = (...args: string[]) => runHere(args, { workplace, environment: sandbox.environment });
const json = async (...args: string[]) => JSON.parse((await bin(...args, '--json')).stdout);
const undo = (run: string, file = 'undo.csv') => json('undo', run, '-o', file, '--rate', '0', '--no-progress');
const manifest = (text: string) => writeFileSync(join(workplace.dir, 'rows.csv'), text);

it('takes back what a row made that failed, for it is not as the row asked', async () => {
  manifest('list_id,name,custom_fields\n901000000001,Half,"{""Gate"":""x""}"\n901000000001,Whole,\n');
  const { run, states } = await json('run', 'rows.csv', '--provider', 'clickup', '--operation', 'create', ...flags);
  expect(states).toMatchObject({ failed: 1, succeeded: 1 });
  const status = await bin('status', run);
  expect(status.stdout).not.toContain('taskbatch retry');
  expect(status.stdout).toContain(`taskbatch report ${run} --only failed,blocked`);
  expect(await undo(run)).toMatchObject({ manifestRows: 2, rows: { whole: 2 } });
  expect((await bin('run', 'undo.csv', ...flags)).exitCode).toBe(0);
  const kinds = (await sandbox.ledger()).effects.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'delete')).toHaveLength(2);
  expect(await undo(run, 'again.csv')).toMatchObject({ rows: { already: 2 } });
});

it.each([
  ['clickup', 'complete', 'completed', ['86one', '86two']],
  ['tallyfy', 'complete', 'completed', ['a'.repeat(32), 'b'.repeat(32)]],
  ['bitrix24', 'complete', 'completed', ['501', '502']],
  ['bitrix24', 'defer', 'deferred', ['501', '502']],
] as const)('%s, %s: leaves a task that something else %s once more since', async (provider, operation, done, ids) => {
  const [one, two] = ids;
  sandbox.fill([one, two].map((task_id) => target(provider, operation, { task_id })));
  manifest(`task_id\n${one}\n${two}\n`);
  const { run } = await json('run', 'rows.csv', '--provider', provider, '--operation', operation, ...flags);
  laterMs = 5 * 60_000;
  await other.change(provider, 'reopen', { task_id: one });
  await other.change(provider, operation, { task_id: one });
  const left = await undo(run);
  expect(left).toMatchObject({ manifestRows: 1, rows: { changed: 1 } });
  expect(JSON.stringify(left.groups)).toContain(`was ${done} once more since, at `);
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
