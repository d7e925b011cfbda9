/** A service in trouble, or one that asks for long pauses: its rows wait, those of others go on. Time is scaled down. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { runBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';
import { createTimeScale, scaleFlag } from '../torture/time-scale.js';

const rows = 30;
const clickUpIds = Array.from({ length: rows }, (_, index) => `86out${(index + 1).toString(36).padStart(2, '0')}`);
const tallyfyIds = Array.from({ length: rows }, (_, index) => (index + 1).toString(16).padStart(32, 'd'));
const flags = ['--rate', '0', '--concurrency', '2', '--yes', '--json', '--timeout', '20m'];
const alone = ['run', 'clickup.csv', '--provider', 'clickup', '--operation', 'delete', ...flags];
const mixed = ['run', 'mixed.csv', ...flags];

const { sandbox, workplace } = useScene();

beforeEach(() => {
  sandbox.fill(clickUpIds.map((task_id) => target('clickup', 'delete', { task_id })));
  sandbox.fill(tallyfyIds.map((task_id) => target('tallyfy', 'complete', { task_id })));
  writeFileSync(join(workplace.dir, 'clickup.csv'), `task_id\n${clickUpIds.join('\n')}\n`);
  const both = clickUpIds.flatMap((id, at) => [`clickup,delete,${id}`, `tallyfy,complete,${tallyfyIds[at] ?? ''}`]);
  writeFileSync(join(workplace.dir, 'mixed.csv'), `provider,operation,task_id\n${both.join('\n')}\n`);
});

/** @param factor how many times faster time passes. */
async function bin(args: readonly string[], factor: number) {
  const nodeFlags = [scaleFlag(createTimeScale(factor))];
  const { exitCode, stdout, stderr } = await runBin(args, { workplace, environment: sandbox.environment, nodeFlags });
  const run: { states: Record<string, number>; stop: { reason: string; message: string } | null } = JSON.parse(stdout);
  return { exitCode, stderr, ...run };
}

async function expectAtMostOnce(): Promise<number> {
  const effects = await sandbox.effects();
  for (const kinds of effects.values()) expect(kinds).toHaveLength(1);
  return effects.size;
}

it('an outage that passes fails four rows at most; one row probes, and the rest go on by themselves', async () => {
  await sandbox.faults('clickup:write:503-before+6*30');
  const { exitCode, states, stderr, stop } = await bin(alone, 60);
  expect({ exitCode, states, stop }).toMatchObject({
    exitCode: 3,
    states: { failed: 4, succeeded: rows - 4, unknown: 0, pending: 0 },
    stop: null,
  });
  expect(stderr).toMatch(
    /paused by taskbatch for ClickUp until \d\d:\d\d:\d\d, .*5 rows in a row failed; then one row is tried/,
  );
  expect(await expectAtMostOnce()).toBe(rows - 4);
});

it('one that lasts ends that service alone with exit 4, rows in doubt are kept, and resume does what is left', async () => {
  await sandbox.faults('clickup:503+8*0');
  const stopped = await bin(mixed, 120);
  expect(stopped).toMatchObject({
    exitCode: 4,
    stop: { reason: 'outage', message: expect.stringMatching(/^ClickUp: .* no better after 5 pauses/) },
    states: { unknown: 0 },
  });
  expect(stopped.states.failed).toBeLessThanOrEqual(4);
  const effects = [...(await sandbox.effects())];
  expect(effects.filter(([, kinds]) => kinds.includes('complete'))).toHaveLength(rows);
  await sandbox.faults('');
  const resumed = await bin(['resume', '--json'], 1);
  expect(resumed.states).toMatchObject({ pending: 0, sending: 0, unknown: 0, failed: stopped.states.failed });
  expect(await expectAtMostOnce()).toBe(2 * rows - (stopped.states.failed ?? 0));
});

it('a wait of an hour is not waited for when the run allows less; other services end their rows', async () => {
  await sandbox.faults('clickup:write:throttle-seconds=3600+5*1');
  const stopped = await bin(mixed, 1);
  expect(stopped).toMatchObject({
    exitCode: 4,
    stop: {
      reason: 'wait',
      message: expect.stringContaining('A wait of 3600 s is longer than the 900 s that the run allows'),
    },
    states: { failed: 0, unknown: 0, sending: 0 },
  });
  const effects = [...(await sandbox.effects())];
  expect(effects.filter(([, kinds]) => kinds.includes('complete'))).toHaveLength(rows);
  expect((await bin(['resume', '--json'], 1)).exitCode).toBe(0);
  expect(await expectAtMostOnce()).toBe(2 * rows);
});

it('a wait of an hour that the run allows is waited for in sight of all, with who asks for it and until when', async () => {
  await sandbox.faults('clickup:write:throttle-seconds=3600+5*1');
  const { exitCode, stderr, states } = await bin([...alone, '--give-up-after', '2h', '--timeout', '30m'], 600);
  expect({ exitCode, states }).toMatchObject({ exitCode: 0, states: { succeeded: rows } });
  expect(stderr).toMatch(/paused by ClickUp until \d\d:\d\d:\d\d, (?:1 h|\d\d min)/);
  expect(await expectAtMostOnce()).toBe(rows);
});

/** A dry run, told as text. */
function planInTime(factor: number) {
  const nodeFlags = [scaleFlag(createTimeScale(factor))];
  const args = ['plan', ...alone.slice(1).filter((flag) => flag !== '--json')];
  return runBin(args, { workplace, environment: sandbox.environment, nodeFlags });
}

const allDeleted = new RegExp(`clickup\\.delete +${rows} +0 +0 +0 +0\n`);

it('an outage that passes while planning fails no row of the plan: it is waited for, and all are read', async () => {
  await sandbox.faults('clickup:503+2*21');
  const { exitCode, stdout } = await planInTime(400);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(allDeleted)]);
  // A service that is down is asked for a few targets, thrice each, before all wait; and for one a probe.
  const refused = (await sandbox.ledger()).requests.filter(({ status }) => status === 503);
  expect(refused).toHaveLength(21);
});

it('a moment of trouble with what a write rests on fails no row of a plan', async () => {
  writeFileSync(join(workplace.dir, 'one.csv'), 'task_id,status\n86out01,in progress\n');
  await sandbox.faults('get:/list/:500-before');
  const run = ['run', 'one.csv', '--provider', 'clickup', '--operation', 'set-status', ...flags];
  expect(await bin(run, 20)).toMatchObject({ exitCode: 0, states: { succeeded: 1 } });
  expect((await sandbox.ledger()).requests.filter(({ status }) => status === 500)).toHaveLength(1);
});

it('one that lasts ends planning after the last pause with exit 4; what is left is read by resume', async () => {
  await sandbox.faults('clickup:503+2*0');
  const { exitCode, stderr } = await planInTime(400);
  expect([exitCode, stderr]).toEqual([
    4,
    expect.stringMatching(/ClickUp is in trouble: .* rows in a row failed, and it was no better after 5 pauses\./),
  ]);
  expect(stderr).toMatch(/What was read is kept: taskbatch resume \S+/);
  expect((await sandbox.ledger()).requests.length).toBeLessThan(2 + 2 * 15 + 6 * 3);
  await sandbox.faults('');
  const resumed = await runBin(['resume'], { workplace, environment: sandbox.environment });
  expect([resumed.exitCode, resumed.stdout]).toEqual([0, expect.stringMatching(allDeleted)]);
});

/** A look back at the newest run, in time that passes faster. */
function lookBack(verb: 'undo' | 'verify', ...more: readonly string[]) {
  const nodeFlags = [scaleFlag(createTimeScale(400))];
  const args = [verb, '--rate', '0', '--timeout', '20m', ...more];
  return runBin(args, { workplace, environment: sandbox.environment, nodeFlags });
}

async function requestsOf(work: () => Promise<unknown>): Promise<number> {
  const before = (await sandbox.ledger()).requests.length;
  await work();
  return (await sandbox.ledger()).requests.length - before;
}

/** Tasks whose list is not known are read one by one. */
async function completeAll(): Promise<void> {
  writeFileSync(join(workplace.dir, 'completed.csv'), `task_id\n${clickUpIds.join('\n')}\n`);
  const run = ['run', 'completed.csv', '--provider', 'clickup', '--operation', 'complete', ...flags];
  expect((await bin(run, 1)).exitCode).toBe(0);
}

it.each([
  'verify',
  'undo',
] as const)('%s ends with exit 4 in an outage that lasts, after a few requests and without a file', async (verb) => {
  await completeAll();
  await sandbox.faults('clickup:503+2*0');
  const file = join(workplace.dir, 'out.csv');
  let ended: unknown;
  const requests = await requestsOf(async () => {
    ended = await lookBack(verb, '-o', 'out.csv');
  });
  expect(ended).toMatchObject({
    exitCode: 4,
    stdout: '',
    stderr: expect.stringMatching(
      /ClickUp is in trouble: 5 rows in a row can't be read, and it was no better after 5 pauses\. .* Nothing was written, and nothing was changed\.\n.*Run the command again when the service is well\./,
    ),
  });
  expect(existsSync(file)).toBe(false);
  // Five rows thrice each, and a probe after each pause.
  expect(requests).toBeLessThanOrEqual(2 + 5 * 3 + 5 * 3);
  await sandbox.faults('');
  expect((await lookBack(verb, '-o', 'out.csv')).exitCode).toBe(0);
});

it.each(['verify', 'undo'] as const)('%s waits for an outage that passes, and tells of all rows', async (verb) => {
  await completeAll();
  await sandbox.faults('clickup:503+2*18');
  const { exitCode, stdout, stderr } = await lookBack(verb, '--json');
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { rows: { [verb === 'undo' ? 'whole' : 'holds']: rows } }]);
  expect(stderr).toMatch(
    /paused by taskbatch for ClickUp until .*5 rows in a row can't be read; then one row is tried/,
  );
});

it('undo ends in an outage of what tells whether others worked on things that were made; of few it is their own matter', async () => {
  const made = Array.from({ length: 12 }, (_, at) => `901000000001,Made ${at + 1}`);
  writeFileSync(join(workplace.dir, 'made.csv'), `list_id,name\n${made.join('\n')}\n`);
  const run = ['run', 'made.csv', '--provider', 'clickup', '--operation', 'create', ...flags];
  expect(await bin(run, 1)).toMatchObject({ exitCode: 0, states: { succeeded: made.length } });
  await sandbox.faults('get:/comment:503*0');
  const { exitCode, stderr } = await lookBack('undo', '-o', 'out.csv');
  expect([exitCode, stderr]).toEqual([
    4,
    expect.stringContaining("ClickUp is in trouble: 5 rows in a row can't be read"),
  ]);
  expect(existsSync(join(workplace.dir, 'out.csv'))).toBe(false);
  const ids = [...(await sandbox.effects()).keys()];
  await sandbox.faults([0, 1, 2, 3, 5, 6].map((at) => `get:/${ids[at]}/comment:503*0`).join(','));
  const few = await lookBack('undo', '--json');
  expect([few.exitCode, JSON.parse(few.stdout)]).toMatchObject([3, { rows: { unsure: 6, whole: made.length - 6 } }]);
});
