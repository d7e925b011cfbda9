/** Whatever flags a dry run is given, and whatever the services answer, no request of it can write. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { PlanningSession } from '../../src/plan/planning-session.js';
import type { ReadPlanOptions } from '../../src/plan/read-plan.js';
import type { Reader, WriteRequest, Writer } from '../../src/providers/http.js';
import type { BoundOperation } from '../../src/providers/operation.js';
import type { Connection } from '../../src/providers/provider.js';
import type { TargetView } from '../../src/providers/target.js';
import { catalogue, sampleArgs } from '../contract/samples.js';
import { runHere } from '../support/cli.js';
import { useScene } from '../support/scene.js';

const { sandbox, workplace } = useScene({}, 'file');

/** A row of every operation that there is; each on a thing of its own. */
const rows = catalogue.map((entry, n) => ({ entry, args: sampleArgs(entry, n + 1) }));

beforeAll(() => {
  sandbox.fill(
    rows.map(({ entry, args }) => ({
      provider: entry.provider,
      operation: entry.name,
      values: args,
      cells: { title: '[test] A task' },
      done: false,
    })),
  );
  mkdirSync(join(workplace.dir, 'jobs'));
  const jobs = {
    bare: 'description: Nothing but the rows.',
    guarded: `when: row.env != "live"\nonly: task.title != "x"\nguards: { max_rows: 40, canary: 2, max_share: 100% }`,
    forbidding: 'never: task.completed\nmissing: skip\nsnapshot: true\nconfirm: plan',
    bound: 'tenant: Somebody else',
  };
  for (const [name, text] of Object.entries(jobs))
    writeFileSync(join(workplace.dir, 'jobs', `${name}.yaml`), `${text}\n`);
});

const anyOf = (...values: readonly string[]) => fc.constantFrom(...values);
const bare = fc.constant(null);

/** Every flag of `plan` and `run` with values that are good; null for those that take none. */
const flagValues: Readonly<Record<string, fc.Arbitrary<string | null>>> = {
  job: anyOf('bare', 'guarded', 'forbidding'),
  provider: anyOf('clickup', 'tallyfy', 'bitrix24'),
  operation: anyOf('delete', 'complete', 'clickup.archive'),
  columns: anyOf('comment=note'),
  where: anyOf('row.env == "test"', 'row.env == "live"'),
  rows: anyOf('1-3', '2', '90-99'),
  rate: anyOf('0', '60000'),
  concurrency: anyOf('1', '8'),
  pace: anyOf('even', 'window'),
  canary: anyOf('0', '1', '500'),
  'stop-after': anyOf('1', '10%'),
  'give-up-after': anyOf('1s', '15m'),
  timeout: anyOf('5s', '30s'),
  expect: anyOf('1', '3', 'delete=1', 'clickup.delete=1,complete=2'),
  'max-rows': anyOf('0', '5', '500'),
  look: anyOf('all', 'none'),
  output: anyOf('plan.csv', 'plan.jsonl', 'plan.html'),
  'skip-invalid': bare,
  'allow-name-search': bare,
  yes: bare,
  json: bare,
  'no-progress': bare,
  'log-level': anyOf('trace', 'error'),
  'log-file': anyOf('more.log'),
  'state-dir': anyOf('.taskbatch', 'elsewhere'),
};
/** How seldom a flag is given: guards refuse most plans, and without a rate the default one would be waited for. */
const leftOut: Readonly<Record<string, number>> = { rate: 0, expect: 8, 'max-rows': 5, job: 2, columns: 8 };

const badFlags = fc.constantFrom(
  ...['--job=missing', '--job=bound', '--provider=nobody', '--columns=broken', '--where=row.', '--rows=x', '--rate=-1'],
  ...['--concurrency=0', '--canary=-3', '--stop-after=many', '--give-up-after=never', '--expect=x', '--pace=fast'],
);

/** Flags of `--help` that this test has a reason to leave out. */
const otherwise: Readonly<Record<string, string>> = {
  sandbox: 'it starts an emulator of its own, whose ledger ends with it',
  'dry-run': 'it is given to `run` below',
  progress: 'it is the other side of --no-progress',
  help: 'nothing is planned',
  version: 'nothing is planned',
};

const commands = fc.constantFrom<readonly string[]>(
  ['plan'],
  ['run', '--dry-run'],
  // Refused without a terminal and --yes; with --yes, by the number of rows.
  ['run', '--expect', '77777'],
);

const faults = fc.constantFrom(
  '',
  '',
  'get:500*2',
  'get:404*3',
  'get:reset-after*2',
  'post:500*1',
  'get:401*1',
  'get:garbage-html-after*2',
);

describe('a dry run', () => {
  it('is tried with every flag that there is', async () => {
    for (const command of ['plan', 'run']) {
      const flags = await flagsOf(command);
      expect([...flags].filter((name) => !(name in flagValues) && !(name in otherwise))).toEqual([]);
      expect(flags.size).toBeGreaterThan(20);
    }
  });

  it('sends no write, with any flags, rows and answers', async () => {
    const knownFlags = new Map([
      ['plan', await flagsOf('plan')],
      ['run', await flagsOf('run')],
    ]);
    const few = Object.fromEntries(
      Object.entries(flagValues).map(([name, value]) => [name, sometimes(value, leftOut[name] ?? 1)]),
    );
    const flags = fc
      .tuple(fc.record(few), sometimes(badFlags, 5))
      .map(([chosen, bad]) => [...Object.entries(chosen).flatMap(toFlag), ...(bad === undefined ? [] : [bad])]);
    const chosenRows = fc.subarray(
      rows.map((_row, index) => index),
      { minLength: 1, maxLength: 8 },
    );
    const codes = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(commands, flags, chosenRows, faults, async (command, given, indices, faultText) => {
        writeFileSync(join(workplace.dir, 'rows.jsonl'), manifest(indices));
        await sandbox.faults(faultText);
        const known = knownFlags.get(command[0] ?? '') ?? new Set();
        const taken = given.filter((flag) => known.has(/^--([a-z-]+)/.exec(flag)?.[1] ?? ''));
        // A second --expect would not be the one that refuses.
        const more = command.includes('--expect') ? taken.filter((flag) => !flag.startsWith('--expect')) : taken;
        const { exitCode } = await runHere([...command, 'rows.jsonl', ...more], {
          workplace,
          environment: sandbox.environment,
        });
        codes.set(exitCode, (codes.get(exitCode) ?? 0) + 1);
        const { requests, effects } = await sandbox.ledger();
        expect(requests.filter(({ write }) => write)).toEqual([]);
        expect(effects).toEqual([]);
      }),
      { numRuns: 120, endOnFailure: true },
    );
    // The flags were not all refused before anything was planned.
    expect((codes.get(0) ?? 0) + (codes.get(3) ?? 0)).toBeGreaterThan(5);
    expect((await sandbox.ledger()).requests.length).toBeGreaterThan(100);
  }, 120_000);
});

async function flagsOf(command: string): Promise<ReadonlySet<string>> {
  const { stdout } = await runHere([command, '--help'], { workplace });
  return new Set([...stdout.matchAll(/--([a-z][a-z-]+)/g)].map(([, name = '']) => name));
}

function sometimes<T>(arbitrary: fc.Arbitrary<T>, leftOutWeight: number): fc.Arbitrary<T | undefined> {
  const left = { weight: leftOutWeight, arbitrary: fc.constant(undefined) };
  return leftOutWeight === 0 ? arbitrary : fc.oneof({ weight: 1, arbitrary }, left);
}

function toFlag([name, value]: [string, string | null | undefined]): string[] {
  if (value === undefined) return [];
  return [value === null ? `--${name}` : `--${name}=${value}`];
}

function manifest(indices: readonly number[]): string {
  return indices
    .flatMap((index) => rows[index] ?? [])
    .map(({ entry, args }, n) =>
      JSON.stringify({ provider: entry.provider, operation: entry.name, env: n % 3 === 0 ? 'live' : 'test', ...args }),
    )
    .join('\n');
}

/** Checked by the compiler: `npm run check` fails when one of these is not so. */
describe('the type of what planning is given', () => {
  it('has no way to write', () => {
    expectTypeOf<PlanningSession['reader']>().toEqualTypeOf<Reader>();
    expectTypeOf<keyof Reader>().toEqualTypeOf<'read'>();
    expectTypeOf<PlanningSession['partsReader']>().toEqualTypeOf<Reader>();
    expectTypeOf<keyof PlanningSession>().toEqualTypeOf<
      'connection' | 'reader' | 'partsReader' | 'takeParts' | 'concurrency' | 'stop' | 'pauses'
    >();
    expectTypeOf<ReadPlanOptions['sessions']>().toEqualTypeOf<readonly PlanningSession[]>();
    expectTypeOf<Reader>().not.toExtend<Writer>();
    expectTypeOf<WriteRequest>().not.toExtend<Parameters<Reader['read']>[0]>();
  });

  it('asks for no more of operations and services than that', () => {
    expectTypeOf<Parameters<BoundOperation['prepare']>[0]>().toEqualTypeOf<Reader>();
    expectTypeOf<Parameters<BoundOperation['predict']>>().not.toExtend<readonly [Writer, ...unknown[]]>();
    expectTypeOf<Parameters<Connection['lookUp']>[0]>().toEqualTypeOf<Reader>();
    expectTypeOf<Parameters<Connection['identify']>[0]>().toEqualTypeOf<Reader>();
    expectTypeOf<Parameters<NonNullable<Connection['readParts']>>>().toEqualTypeOf<
      [Reader, Reader, TargetView, (readonly TargetView[] | undefined)?]
    >();
    expectTypeOf<Parameters<NonNullable<Connection['countTasks']>>[0]>().toEqualTypeOf<Reader>();
  });
});
