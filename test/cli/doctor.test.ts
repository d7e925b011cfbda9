/** `taskbatch doctor` as a whole, against the sandbox and worse. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../src/clock.js';
import { openSqlite } from '../../src/state/sqlite.js';
import { callCli } from '../support/cli.js';
import { findClosedPort } from '../support/raw-server.js';
import { type ServedSandbox, serveSandbox } from '../support/served-sandbox.js';

const outputSchema = z.object({
  kind: z.literal('doctor'),
  exitCode: z.number(),
  groups: z.array(
    z.object({
      name: z.string(),
      checks: z.array(
        z.object({ name: z.string(), status: z.string(), message: z.string(), fix: z.string().nullable() }),
      ),
    }),
  ),
  services: z.array(z.looseObject({ provider: z.string(), configured: z.boolean() })),
});

let dir = '';
let sandbox: ServedSandbox;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'doctor-cli-'));
  sandbox = await serveSandbox({ limit: 50 });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(dir, { recursive: true });
});

type Variables = Readonly<Record<string, string | undefined>>;
type Changes = Parameters<typeof callCli>[2];

function call(flags: readonly string[], variables: Variables = {}, changes: Changes = {}) {
  const environment = { XDG_STATE_HOME: join(dir, 'xdg'), LANG: 'C.UTF-8', ...sandbox.environment, ...variables };
  return callCli(['doctor', ...flags], { cwd: dir, environment }, changes);
}

/** What was found about one group, as `status name: message`. */
async function look(group: string, variables: Variables = {}, changes: Changes = {}) {
  const { stdout, exitCode } = await call(['--json'], variables, changes);
  const output = outputSchema.parse(JSON.parse(stdout));
  expect(output.exitCode).toBe(exitCode);
  const checks = output.groups.find(({ name }) => name === group)?.checks ?? [];
  const facts = output.services.find(({ provider }) => provider === group);
  return { exitCode, stdout, facts, checks, lines: checks.map(({ status, name }) => `${status} ${name}`) };
}

/** Unsets every variable of a service. */
function without(...prefixes: readonly string[]): Variables {
  const names = Object.keys(sandbox.environment).filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

const all = ['CLICKUP', 'TALLYFY', 'BITRIX24'];

describe('against a sandbox that is served', () => {
  test.each(['tallyfy', 'clickup', 'bitrix24'])('everything of %s is fine', async (provider) => {
    const { lines, exitCode, checks } = await look(provider);
    expect(lines).toEqual(['ok settings', 'ok reachable', 'ok credential', 'ok limits', 'ok clock']);
    expect(checks[2]?.message).toMatch(/^It acts for .+ in .+\.$/);
    expect(exitCode).toBe(0);
  });

  test('the limit is the one that answers state', async () => {
    const { facts } = await look('clickup');
    expect(facts).toMatchObject({
      configured: true,
      user: 'Sandbox Admin',
      tenant: 'Sandbox Workspace',
      limits: { requestsPerMinute: 100, mostPerMinute: 100, stated: 50, inForce: 50, concurrency: 4 },
    });
  });

  test('the text tells every check and the sum, and is no wider than the screen', async () => {
    const { stdout } = await call([]);
    for (const title of ['This machine', 'State on disk', 'Tallyfy', 'ClickUp', 'Bitrix24'])
      expect(stdout).toContain(`${title}\n  ok `);
    expect(stdout).toMatch(/\d+ ok, 0 warnings, 0 failed, 0 skipped\. Nothing was changed\.\n$/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('nothing is written to a service, and nothing into the state folder', async () => {
    mkdirSync(join(dir, '.taskbatch'), { mode: 0o700 });
    await call([]);
    const { requests, effects } = await sandbox.ledger();
    expect(effects).toEqual([]);
    expect(requests.every(({ write }) => !write)).toBe(true);
    expect(requests.length).toBeLessThanOrEqual(6);
    expect(readdirSync(join(dir, '.taskbatch'))).toEqual([]);
    rmSync(join(dir, '.taskbatch'), { recursive: true });
    await call([]);
    expect(existsSync(join(dir, '.taskbatch'))).toBe(false);
  });

  test('--provider asks that service alone', async () => {
    const { stdout } = await call(['--provider', 'clickup', '--json']);
    expect(outputSchema.parse(JSON.parse(stdout)).services.map(({ provider }) => provider)).toEqual(['clickup']);
    expect((await sandbox.ledger()).requests.every(({ path }) => path.startsWith('/clickup/'))).toBe(true);
    await expect(call(['--provider', 'nobody'])).rejects.toMatchObject({ exitCode: 2 });
  });

  test('a clock that is wrong is warned about', async () => {
    const clock = { ...systemClock, now: () => Date.now() - 3_600_000 };
    const { checks, exitCode } = await look('clickup', {}, { clock });
    expect(checks.at(-1)).toMatchObject({ name: 'clock', status: 'warning' });
    expect(checks.at(-1)?.message).toMatch(/3,(599|600|601) s behind/);
    expect(exitCode).toBe(0);
  });
});

describe('a service', () => {
  test('without any variable is not configured, and no failure', async () => {
    const { checks, facts, exitCode } = await look('tallyfy', without('TALLYFY'));
    expect(checks).toMatchObject([{ name: 'settings', status: 'skipped' }]);
    expect(checks[0]?.message).toContain('TALLYFY_ACCESS_TOKEN, TALLYFY_API_TOKEN (optional), TALLYFY_ORG_ID');
    expect([facts?.configured, exitCode]).toEqual([false, 0]);
  });

  test('that is half configured is told what is missing', async () => {
    const { checks, exitCode } = await look('tallyfy', { TALLYFY_ORG_ID: undefined });
    expect(checks).toMatchObject([{ name: 'settings', status: 'failed', message: 'TALLYFY_ORG_ID is not set.' }]);
    expect(exitCode).toBe(5);
  });

  test('with a token of the wrong kind is told so before anything is sent', async () => {
    const { checks, exitCode } = await look('bitrix24', { BITRIX24_API_KEY: 'vibe_live_abc' });
    expect(checks[0]?.message).toContain('is a management key');
    expect(exitCode).toBe(5);
    expect((await sandbox.ledger()).requests.some(({ path }) => path.startsWith('/bitrix24'))).toBe(false);
  });

  test('with a key and a webhook is told that the webhook is used', async () => {
    const { checks } = await look('bitrix24', { BITRIX24_WEBHOOK_URL: 'http://127.0.0.1:9/rest/1/abcdef123456/' });
    expect(checks[0]).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('BITRIX24_WEBHOOK_URL is used; BITRIX24_API_KEY is not used beside it.'),
    });
  });

  test.each([
    ['clickup', 'CLICKUP_API_TOKEN', '_revoked', 'Token invalid'],
    ['bitrix24', 'BITRIX24_API_KEY', '_expired', 'KEY_EXPIRED'],
    ['bitrix24', 'BITRIX24_API_KEY', '_readonly', 'may only read'],
    ['bitrix24', 'BITRIX24_API_KEY', '_noscope', 'no scope for tasks'],
  ])('%s that refuses %s%s is reached, and the secret is not printed', async (provider, name, ending, message) => {
    const secret = `${sandbox.environment[name]}${ending}`;
    const { lines, checks, exitCode, stdout } = await look(provider, { [name]: secret });
    expect(lines.slice(1, 3)).toEqual(['ok reachable', 'failed credential']);
    expect(checks[2]?.message).toContain(message);
    expect(checks[2]?.fix).toMatch(/\w/);
    expect(exitCode).toBe(5);
    expect(stdout).not.toContain(secret);
    expect((await call([], { [name]: secret })).stdout).not.toContain(secret);
  });

  test('where nobody listens is not reached, and its credential is not accused', async () => {
    const environment = { CLICKUP_BASE_URL: `http://127.0.0.1:${await findClosedPort()}/api` };
    const { lines, checks, exitCode } = await look('clickup', environment);
    expect(lines).toEqual(['ok settings', 'failed reachable', 'skipped credential']);
    expect(checks[1]?.message).toContain('ECONNREFUSED');
    expect(exitCode).toBe(5);
  });

  test('in trouble is told as that', async () => {
    await sandbox.faults('clickup:get:503*0');
    const { lines, exitCode } = await look('clickup');
    expect(lines.slice(0, 3)).toEqual(['ok settings', 'failed reachable', 'skipped credential']);
    expect(exitCode).toBe(5);
  });

  test('that asks for a long pause is not waited for', async () => {
    await sandbox.faults('clickup:get:throttle-seconds=40*0');
    const { checks, exitCode } = await look('clickup');
    expect(checks[1]).toMatchObject({ name: 'reachable', status: 'warning' });
    expect(checks[1]?.message).toContain('40 s');
    expect(exitCode).toBe(0);
  });
});

test('without any service the exit code is that of a run without credentials, and the sandbox is shown', async () => {
  const { exitCode, stdout } = await call([], without(...all));
  expect(exitCode).toBe(5);
  expect(stdout.replaceAll('\n', ' ')).toContain('No service is configured. Set its variables');
});

test('a state folder that can not be is told with the exit code that a run would have', async () => {
  writeFileSync(join(dir, 'file'), '');
  const { exitCode, stdout } = await call(['--state-dir', 'file', '--provider', 'clickup']);
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/failed +state folder/);
});

test('limits that can not be recorded do not keep a service from being asked', async () => {
  writeFileSync(join(dir, 'xdg'), '');
  const { lines, exitCode } = await look('clickup');
  expect(lines).toContain('ok credential');
  expect(exitCode).toBe(2);
});

test('a service is not asked while its count of requests is locked: what is not counted would be too many', async () => {
  await look('clickup');
  const budgets = join(dir, 'xdg', 'taskbatch', 'limits');
  const file = readdirSync(budgets).find((name) => /^clickup-.*\.db$/.test(name)) ?? '';
  const blocker = openSqlite(join(budgets, file));
  const { requests } = await sandbox.ledger();
  try {
    blocker.exec('BEGIN EXCLUSIVE');
    const { lines, exitCode } = await look('clickup', without('TALLYFY', 'BITRIX24'));
    expect(lines).toEqual(['ok settings', 'failed limits']);
    expect(exitCode).not.toBe(0);
    expect((await sandbox.ledger()).requests).toHaveLength(requests.length);
  } finally {
    blocker.close();
  }
});

test('commands to type reach the same runs', async () => {
  const planned = ['plan', '-', '--provider', 'clickup', '--operation', 'delete', '--state-dir', 'elsewhere'];
  const environment = { ...sandbox.environment, XDG_STATE_HOME: join(dir, 'xdg'), CLICKUP_API_TOKEN: 'pk_0_WRONG' };
  const { Readable } = await import('node:stream');
  const stdin = Readable.from([Buffer.from('task_id\n86abc\n')]);
  await expect(callCli(planned, { cwd: dir, environment }, { stdin })).rejects.toMatchObject({ exitCode: 5 });
  const { stdout } = await call(['--state-dir', 'elsewhere', '--provider', 'clickup']);
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/Fix: taskbatch resume \S+ --state-dir elsewhere/);
});
