/** The connection breaks amid the answer to a write, at each of its bytes: one effect a row, and every row settled. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { createWorkplace, type Workplace } from '../support/bin.js';
import { callCli } from '../support/cli.js';
import { type CuttingRelay, startCuttingRelay } from '../support/cutting-relay.js';
import { createHastyClock } from '../support/hasty-clock.js';
import { target } from '../support/served-sandbox.js';
import { lookAt } from '../torture/run-look.js';

const clock = createHastyClock(400);
let workplace: Workplace;
let sandbox: Sandbox;
let relay: CuttingRelay;
beforeEach(async () => {
  workplace = createWorkplace();
  sandbox = await startSandbox({ limit: null, now: clock.now });
  relay = await startCuttingRelay(sandbox.origin, (head) => !head.startsWith('GET'));
});
afterEach(async () => {
  await relay.close();
  await sandbox.close();
  workplace.remove();
});

interface Case {
  readonly provider: string;
  readonly operation: string;
  /** Bytes from one cut to the next. */
  readonly step: number;
  row(n: number): Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  {
    provider: 'clickup',
    operation: 'delete',
    step: 1,
    row: (n) => ({ task_id: `86cut${n.toString(36).padStart(4, '0')}` }),
  },
  // Longer answers are cut at each fifth byte, and at each seventeenth.
  {
    provider: 'tallyfy',
    operation: 'complete',
    step: 5,
    row: (n) => ({ task_id: `d${n.toString(16).padStart(31, '0')}` }),
  },
  {
    provider: 'clickup',
    operation: 'comment',
    step: 1,
    row: (n) => ({ task_id: `86cut${n.toString(36).padStart(4, '0')}`, comment: 'Checked' }),
  },
  // A list for each row: what was made is looked for in the whole of it.
  {
    provider: 'clickup',
    operation: 'create',
    step: 17,
    row: (n) => ({ list_id: String(901_000_100_000 + n), name: 'Draft the report' }),
  },
];

/** Runs rows `from` to `to` and tells how each ended. */
async function run({ provider, operation, row }: Case, from: number, to: number) {
  const rows = Array.from({ length: to - from + 1 }, (_, index) => row(from + index));
  sandbox.fill(rows.map((values) => target(provider, operation, values)));
  writeFileSync(join(workplace.dir, 'rows.jsonl'), rows.map((values) => `${JSON.stringify(values)}\n`).join(''));
  const environment = Object.entries(sandbox.environment).map(([name, value]) => [
    name,
    value.replace(sandbox.origin, relay.origin),
  ]);
  const place = { cwd: workplace.dir, environment: { ...workplace.environment, ...Object.fromEntries(environment) } };
  const flags = ['--provider', provider, '--operation', operation, '--rate', '0', '--concurrency', '20', '--yes'];
  const { exitCode } = await callCli(['run', 'rows.jsonl', ...flags, '--no-progress'], place, { clock });
  const { rows: ends } = lookAt(join(workplace.runFolder(), 'run.db'));
  return { exitCode, ends };
}

it.each(cases)('$provider $operation', async (each) => {
  await run(each, 1, 1);
  const length = Math.max(...relay.lengths);
  workplace.remove();
  workplace = createWorkplace();
  const rows = Math.ceil(length / each.step);
  let cuts = 0;
  relay.nextCut = () => (cuts < rows ? cuts++ * each.step : null);
  const { exitCode, ends } = await run(each, 2, rows + 1);
  expect(exitCode).toBe(0);
  expect(cuts).toBe(rows);
  expect(ends.filter(({ state }) => state !== 'succeeded')).toEqual([]);
  const kinds = sandbox.ledger.effects(each.provider).filter(({ kind }) => kind === each.operation);
  expect(kinds).toHaveLength(rows + 1);
  const targets = kinds.map(({ target: id, detail }) => (each.operation === 'create' ? JSON.stringify(detail) : id));
  expect(new Set(targets).size).toBe(rows + 1);
});
