import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import type { SandboxRow } from '../../src/sandbox/service.js';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ limit: 50, now: () => 1_800_000_000_000 });
});
afterEach(() => sandbox.close());

const row = (provider: string, values: Record<string, unknown>): SandboxRow => {
  return { provider, operation: 'delete', values, cells: {}, done: false };
};

test('one port serves all three services, and the environment tells how to reach each', async () => {
  expect(sandbox.environment).toMatchObject({
    CLICKUP_BASE_URL: `${sandbox.origin}/clickup/api`,
    TALLYFY_BASE_URL: `${sandbox.origin}/tallyfy/api`,
    BITRIX24_BASE_URL: `${sandbox.origin}/bitrix24`,
  });
  const paths = ['/clickup/api/v2/user', '/tallyfy/api/me', '/bitrix24/v1/me'];
  for (const path of paths) expect((await fetch(`${sandbox.origin}${path}`)).status).toBe(401);
  expect(sandbox.ledger.requests().map(({ service }) => service)).toEqual(['clickup', 'tallyfy', 'bitrix24']);
});

test('rows go to the service of their provider', () => {
  const rows = [
    row('clickup', { task_id: '9hx' }),
    row('bitrix24', { task_id: '12' }),
    row('nobody', { task_id: '1' }),
  ];
  expect(sandbox.fill(rows)).toBe(2);
});

test('a sandbox forgets nothing of another: each has services of its own', async () => {
  const other = await startSandbox({ limit: null });
  sandbox.fill([row('clickup', { task_id: '9hx' })]);
  const inspect = (one: Sandbox) => fetch(`${one.origin}/_sandbox/inspect/clickup/9hx`);
  expect((await inspect(sandbox)).status).toBe(200);
  expect((await inspect(other)).status).toBe(404);
  await other.close();
});

test('the limit given holds for every service that knows the caller', async () => {
  const { CLICKUP_API_TOKEN: authorization = '' } = sandbox.environment;
  const statuses = new Map<number, number>();
  for (let n = 0; n < 52; n += 1) {
    const { status } = await fetch(`${sandbox.origin}/clickup/api/v2/user`, { headers: { authorization } });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses]).toEqual([
    [200, 50],
    [429, 2],
  ]);
  expect(sandbox.ledger.highestWindow('clickup', 60_000)).toBe(52);
});

test('a webhook code in a path stays out of the ledger', async () => {
  await fetch(`${sandbox.origin}/bitrix24/rest/1/s3cr3thook/tasks.task.get.json?taskId=1`);
  expect(JSON.stringify(sandbox.ledger.requests())).not.toContain('s3cr3thook');
});
