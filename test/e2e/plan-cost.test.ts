/** What a plan says that executing it costs, against the requests that the service then counts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { here, sandbox, workplace } = useScene();

const sent = async () => (await sandbox.ledger()).requests.length;

type Values = Readonly<Record<string, string>>;

const clickup = (n: number): Values => ({ task_id: `86cost${n}`, list_id: '901777' });
const alone = (n: number): Values => ({ task_id: `86cost${n}`, list_id: String(901_000 + n) });
const bitrix24 = (n: number): Values => ({ task_id: String(700 + n), group_id: '12' });
const tallyfy = (n: number): Values => ({
  task_id: String(41_000 + n).padStart(32, 'a'),
  run_id: '3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c',
});

describe.each<[string, string, string, (n: number) => Values, string[]]>([
  ['what can be undone', 'clickup', 'archive', clickup, []],
  ['what cannot, read again by a page', 'clickup', 'delete', clickup, []],
  ['what cannot, read again one by one', 'clickup', 'delete', alone, []],
  ['what nothing looks at', 'clickup', 'archive', clickup, ['--look', 'none']],
  ['batches', 'bitrix24', 'complete', bitrix24, []],
  ['tasks of a run', 'tallyfy', 'complete', tallyfy, []],
])('%s (%s %s)', (_case, provider, operation, values, more) => {
  const flags = ['--no-progress', '--rate', '0', '--json'];
  const rows = Array.from({ length: 12 }, (_, n) => ({ provider, operation, ...values(n) }));

  test('is told with the checks of the credential by plan and status, and without them by the run that has checked', async () => {
    sandbox.fill(rows.map((_, n) => target(provider, operation, values(n))));
    writeFileSync(join(workplace.dir, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const planned = JSON.parse((await here('plan', 'rows.jsonl', ...flags, ...more)).stdout);
    expect(planned.requests.planning).toBe(await sent());
    const saved = JSON.parse((await here('status', planned.run, '--json')).stdout);
    expect(saved.requests).toEqual(planned.requests);
    const before = await sent();
    const applied = await here('apply', planned.run, '--yes', ...flags);
    expect(applied.exitCode).toBe(0);
    expect((await sent()) - before).toBe(planned.requests.executing);
    expect(JSON.parse(applied.stdout).requests).toEqual(planned.requests);
  });
});

/** Plans and applies rows, and counts. @returns what was foretold, what was sent, and how the cost was told. */
async function compare(rows: readonly Readonly<Record<string, string>>[], ...more: string[]) {
  writeFileSync(join(workplace.dir, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const flags = ['--no-progress', '--rate', '0'];
  const planned = JSON.parse((await here('plan', 'rows.jsonl', ...flags, ...more, '--json')).stdout);
  const shown = (await here('status', planned.run)).stdout.replace(/\s+/g, ' ');
  const before = await sent();
  expect((await here('apply', planned.run, '--yes', ...flags)).exitCode).toBe(0);
  const [, cost = ''] = /Cost (.*? requests?),/.exec(shown) ?? [];
  return { foretold: planned.requests.executing, sent: (await sent()) - before, cost };
}

test('a value that takes a request of its own counts beside the batch that the row travels in', async () => {
  const rows = Array.from({ length: 4 }, (_, n) => ({
    ...{ provider: 'bitrix24', operation: 'update', ...bitrix24(n), title: `Other ${n}`, responsible_id: '1' },
  }));
  sandbox.fill(rows.map((_, n) => target('bitrix24', 'update', bitrix24(n))));
  const { foretold, sent, cost } = await compare(rows);
  // The credential, the targets, four times the status, and a batch; which rows are ready together is not known before.
  expect([foretold, cost]).toEqual([7, 'about 7 requests']);
  expect(sent).toBeGreaterThanOrEqual(foretold);
  expect(sent).toBeLessThanOrEqual(foretold + 3);
});

test('rows of several operations share batches, and the cost says that it is an estimate', async () => {
  const rows = ['complete', 'defer', 'delete'].flatMap((operation, kind) =>
    Array.from({ length: 4 }, (_, n) => ({ provider: 'bitrix24', operation, ...bitrix24(10 * kind + n) })),
  );
  sandbox.fill(rows.map(({ provider, operation, ...values }) => target(provider, operation, values)));
  const { foretold, sent, cost } = await compare(rows);
  expect(sent).toBe(foretold);
  expect(cost).toBe(`about ${foretold} requests`);
});

test.each([
  ['clickup', alone],
  ['bitrix24', bitrix24],
] as const)('reading the comments of a canary back is counted (%s)', async (provider, values) => {
  const rows = Array.from({ length: 4 }, (_, n) => ({
    provider,
    operation: 'comment',
    ...values(n),
    comment: 'Seen.',
  }));
  sandbox.fill(rows.map((_, n) => target(provider, 'comment', values(n))));
  const { foretold, sent, cost } = await compare(rows, '--canary', '3');
  expect(sent).toBeLessThanOrEqual(foretold);
  expect(sent).toBeGreaterThanOrEqual(foretold - 3);
  expect(cost).toBe(`about ${foretold} requests`);
});

test.each([
  ['one row', 1, []],
  ['rows that nothing looks at', 3, ['--look', 'none']],
])('a cost of one request for each row and reading is exact, and told as that: %s', async (_what, count, more) => {
  const rows = Array.from({ length: count }, (_, n) => ({ provider: 'clickup', operation: 'archive', ...alone(n) }));
  sandbox.fill(rows.map((_, n) => target('clickup', 'archive', alone(n))));
  const { foretold, sent, cost } = await compare(rows, ...more);
  expect([sent, cost]).toEqual([foretold, `${foretold} requests`]);
});

test("without a limit of one's own the sandbox states one: rate, time and warning say what then happens", async () => {
  const task_ids = Array.from({ length: 30 }, (_, n) => `86fast${n.toString(36)}`);
  writeFileSync(join(workplace.dir, 'rows.csv'), `task_id\n${task_ids.join('\n')}\n`);
  const flags = ['--no-progress', '--rate', '0', '--provider', 'clickup', '--operation', 'archive', '--sandbox'];
  const { stdout, stderr } = await here('plan', 'rows.csv', ...flags);
  expect(stderr).toMatch(/ClickUp states a limit: going on at up to 100 requests a minute; none was known so far\./);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(
    /Cost (about )?\d+ requests, unspaced, at most 100 a minute: about 0 s, done/,
  );
  const [, run = 'none'] = /Plan (\S+)/.exec(stdout) ?? [];
  const startedMs = performance.now();
  expect((await here('apply', run, '--yes', '--no-progress')).exitCode).toBe(0);
  // Spaced at 100 a minute, 30 writes take 18 s.
  expect(performance.now() - startedMs).toBeLessThan(15_000);
});
