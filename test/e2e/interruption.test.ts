/** Interrupted in every way and resumed: at most one effect for every target, nothing lost, nothing asked of a person. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countByState, countRows } from '../../src/state/row-reads.js';
import { openRunDatabase } from '../../src/state/run-database.js';
import { createWorkplace, runBin, startBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const singleKills = [1, 4, 8, 12, 16, 20, 24, 28, 33, 38];

interface Service {
  readonly provider: string;
  readonly operation: string;
  readonly rows: number;
  /** At which writes received by the service the bin is killed. */
  readonly kills: readonly number[];
  id(n: number): string;
}

const services: readonly Service[] = [
  {
    provider: 'clickup',
    operation: 'delete',
    rows: 40,
    kills: singleKills,
    id: (n) => `86test${n.toString(36).padStart(3, '0')}`,
  },
  {
    provider: 'tallyfy',
    operation: 'complete',
    rows: 40,
    kills: singleKills,
    id: (n) => n.toString(16).padStart(32, 'a'),
  },
  // Up to fifty rows travel in one write.
  {
    provider: 'bitrix24',
    operation: 'complete',
    rows: 500,
    kills: [1, 2, 3, 4, 5, 6, 7],
    id: (n) => String(7_000 + n),
  },
];

let { sandbox, workplace } = useScene({ factor: 8, latencyMs: [5, 25] });

function prepare({ provider, operation, id, rows }: Service): string[] {
  const ids = Array.from({ length: rows }, (_, index) => id(index + 1));
  sandbox.fill(ids.map((task_id) => target(provider, operation, { task_id })));
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
  const flags = ['--provider', provider, '--operation', operation, '--rate', '0', '--concurrency', '4'];
  return ['run', 'tasks.csv', ...flags, '--yes', '--no-progress'];
}

/** Waits until the sandbox has received `count` writes, or the bin has ended. */
async function writesReceived(count: number, ended: () => boolean): Promise<void> {
  for (;;) {
    const { requests } = await sandbox.ledger();
    if (requests.filter(({ write }) => write).length >= count || ended()) return;
  }
}

function states() {
  const database = openRunDatabase(join(workplace.runFolder(), 'run.db'), 'read');
  try {
    return countByState(countRows(database));
  } finally {
    database.close();
  }
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, rows) => total + rows, 0);

async function expectAllDoneOnce({ operation, rows }: Service): Promise<void> {
  const effects = await sandbox.effects();
  expect(effects.size).toBe(rows);
  for (const [id, kinds] of effects) expect({ id, kinds }).toEqual({ id, kinds: [operation] });
  expect(states()).toMatchObject({ succeeded: rows, pending: 0, sending: 0, unknown: 0, failed: 0 });
}

describe.each(services)('$provider $operation', (service) => {
  it.each(service.kills)('killed at write %i and resumed does every row once', async (at) => {
    const args = prepare(service);
    const { child, finished } = startBin(args, {
      workplace,
      environment: sandbox.environment,
      nodeFlags: sandbox.nodeFlags,
    });
    await writesReceived(at, () => child.exitCode !== null);
    child.kill('SIGKILL');
    expect((await finished).signal).toBe('SIGKILL');
    const broken = states();
    expect(sum(broken)).toBe(service.rows);
    const doneBefore = broken.succeeded;
    const requestsBefore = (await sandbox.ledger()).requests.length;
    const resumed = await runBin(['resume', '--no-progress'], {
      workplace,
      environment: sandbox.environment,
      nodeFlags: sandbox.nodeFlags,
    });
    expect({ exitCode: resumed.exitCode, stderr: resumed.stderr }).toEqual({
      exitCode: 0,
      stderr: expect.not.stringContaining('error'),
    });
    await expectAllDoneOnce(service);
    // The check of the credential, at most two; then a read and a write for each row that was not done, one more for doubt.
    const requests = (await sandbox.ledger()).requests.length - requestsBefore;
    expect(requests).toBeLessThanOrEqual(3 + (service.rows - doneBefore) * 3);
  });
});

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, exitCode) => {
  it('drains, saves, says what to type, and what it says works', async () => {
    const [service] = services;
    if (service === undefined) throw new Error('no service');
    const { child, finished } = startBin(prepare(service), {
      workplace,
      environment: sandbox.environment,
      nodeFlags: sandbox.nodeFlags,
    });
    await writesReceived(6, () => child.exitCode !== null);
    child.kill(signal);
    const stopped = await finished;
    expect(stopped.exitCode).toBe(exitCode);
    const now = states();
    expect(sum(now)).toBe(service.rows);
    expect(now.sending).toBe(0);
    expect(now.pending).toBeGreaterThan(0);
    expect((await sandbox.effects()).size).toBe(now.succeeded);
    const next = /taskbatch (resume \S+)/.exec(stopped.stdout)?.[1] ?? '';
    const resumed = await runBin([...next.split(' '), '--no-progress'], {
      workplace,
      environment: sandbox.environment,
      nodeFlags: sandbox.nodeFlags,
    });
    expect(resumed.exitCode).toBe(0);
    await expectAllDoneOnce(service);
  });
});

describe('doubt without a crash', () => {
  it.each([
    ['an error after the effect', 'write:500-after*5'],
    ['a lost answer', 'write:reset-after*5'],
    ['an error before the effect', 'write:503-before*5'],
    ['a lost request', 'write:reset-before*5'],
    ['a truncated answer', 'write:garbage-truncated-after*5'],
  ])('%s leads to one effect a target', async (_name, faultText) => {
    for (const service of services) {
      const args = prepare(service);
      await sandbox.faults(`${service.provider}:${faultText}`);
      const result = await runBin(args, { workplace, environment: sandbox.environment, nodeFlags: sandbox.nodeFlags });
      expect({ service: service.provider, ...result }).toMatchObject({ exitCode: 0 });
      await expectAllDoneOnce(service);
      await fetch(`${sandbox.origin}/_sandbox/reset`, { method: 'POST' });
      workplace.remove();
      workplace = createWorkplace();
    }
  });
});

describe('one writer a run', () => {
  it('a second process is refused while the first lives, and status can be read', async () => {
    const [service] = services;
    if (service === undefined) throw new Error('no service');
    const args = prepare(service);
    // Slow enough that the others come while it still runs, also on a busy machine.
    await sandbox.faults('write:slow=1500*0');
    const { child, finished } = startBin(args, {
      workplace,
      environment: sandbox.environment,
      nodeFlags: sandbox.nodeFlags,
    });
    await writesReceived(2, () => child.exitCode !== null);
    const second = await runBin(['resume', '--no-progress'], {
      workplace,
      environment: sandbox.environment,
      nodeFlags: sandbox.nodeFlags,
    });
    const status = await runBin(['status', '--json'], { workplace });
    expect((await finished).exitCode).toBe(0);
    expect(second).toMatchObject({ exitCode: 6, stdout: '' });
    expect(second.stderr).toContain('in use by another process');
    expect(status.exitCode).toBe(0);
    await expectAllDoneOnce(service);
  });
});
