/** What is asked on a terminal before anything is sent, with a real one: y/N, or the number of rows for what is for good. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { binFile } from '../support/bin.js';
import { runHere } from '../support/cli.js';
import { createOtherHand } from '../support/other-hand.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';
import { openTerminal } from '../support/terminal.js';

const { sandbox, workplace } = useScene();

const ids = ['86ask1', '86ask2', '86ask3'];
const scope = (operation: string) => [
  '--provider',
  'clickup',
  '--operation',
  operation,
  '--rate',
  '0',
  '--no-progress',
];

function fill(operation: string): void {
  sandbox.fill(ids.map((task_id) => target('clickup', operation, { task_id })));
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
}

/** Types `answer` at the question. @returns the exit code, and what is seen. */
async function ask(args: readonly string[], question: RegExp, answer: string, meanwhile = async () => {}) {
  const environment = { ...workplace.environment, ...sandbox.environment };
  const terminal = openTerminal(process.execPath, [binFile, ...args], { cwd: workplace.dir, environment });
  try {
    await terminal.waitFor(question);
    const writes = (await sandbox.ledger()).requests.filter(({ write }) => write);
    expect(writes).toEqual([]);
    await meanwhile();
    terminal.type(answer);
    const exitCode = await terminal.finished;
    return { exitCode, seen: (await terminal.lines()).join('\n'), effects: (await sandbox.effects()).size };
  } finally {
    terminal.close();
  }
}

describe('on a terminal', () => {
  it.each([
    ['archive', /Execute 3 rows\? \[y\/N\]/, 'y\r', 0, 3],
    ['archive', /Execute 3 rows\? \[y\/N\]/, '\r', 4, 0],
    ['delete', /can't be taken back for 3 of 3 rows\. Type the number of rows/, '3\r', 0, 3],
    ['delete', /can't be taken back for 3 of 3 rows\. Type the number of rows/, 'y\r', 4, 0],
    ['delete', /can't be taken back for 3 of 3 rows\. Type the number of rows/, '\u0003', 130, 0],
    ['archive', /Execute 3 rows\? \[y\/N\]/, '\u0003', 130, 0],
  ])('run shows the plan and asks: %s, %s, %j', async (operation, question, answer, code, done) => {
    fill(operation);
    const { exitCode, seen, effects } = await ask(['run', 'tasks.csv', ...scope(operation)], question, answer);
    expect(seen).toMatch(/Operation +will do[\s\S]*Nothing was changed in the service so far/);
    expect([exitCode, effects]).toEqual([code, done]);
    if (done === 0) expect(seen).toMatch(/Nothing was sent\. The plan is kept: taskbatch apply \S+/);
  });

  it('apply asks for the plan that was kept, and --yes asks nothing', async () => {
    fill('delete');
    const question = /Type the number of rows/;
    const refused = await ask(['run', 'tasks.csv', ...scope('delete')], question, '4\r');
    const run = /taskbatch apply (\S+)/.exec(refused.seen)?.[1] ?? 'none';
    const applied = await ask(['apply', run, '--rate', '0', '--no-progress'], question, '3\r');
    expect([refused.exitCode, applied.exitCode, applied.effects]).toEqual([4, 0, 3]);
  });
});

it('sends nothing when the plan expires while the question stands', async () => {
  fill('archive');
  const { environment } = sandbox;
  const planned = await runHere(['plan', 'tasks.csv', ...scope('archive')], { workplace, environment });
  const run = /Plan (\S+)/.exec(planned.stdout)?.[1] ?? 'none';
  let lateMs = 0;
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const answerLate = (chunk: Buffer, _encoding: string, done: () => void) => {
    if (lateMs === 0 && chunk.toString().includes('Execute 3 rows?')) {
      lateMs = 25 * 3_600_000;
      stdin.write('y\n');
    }
    done();
  };
  const { exitCode, stderr } = await runHere(
    ['apply', run, '--rate', '0', '--no-progress'],
    { workplace, environment },
    {
      stdin,
      stderr: Object.assign(new Writable({ write: answerLate }), { isTTY: true }),
      clock: { ...systemClock, now: () => systemClock.now() + lateMs },
    },
  );
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/The plan \S+ is .* old; it may be applied for 1 d\./)]);
  expect((await sandbox.effects()).size).toBe(0);
});

it('blocks what changed while the question stood: it is not what was looked at any more', async () => {
  fill('delete');
  const other = createOtherHand(sandbox.environment);
  const meanwhile = () => other.change('clickup', 'update', { task_id: '86ask2', name: 'PRODUCTION' });
  const question = /Type the number of rows/;
  const { exitCode, effects } = await ask(['run', 'tasks.csv', ...scope('delete')], question, '3\r', meanwhile);
  await other.close();
  expect(exitCode).toBe(3);
  expect((await sandbox.effects()).get('86ask2')).toEqual(['update']);
  expect(effects).toBe(3);
  const { stdout } = await runHere(['report', '--format', 'jsonl'], { workplace });
  expect(stdout).toMatch(
    /"_message":"The target changed since it was read for the plan: title was [^\n]* is \\"PRODUCTION\\"/,
  );
});

describe('without a terminal', () => {
  const here = (...args: string[]) => runHere(args, { workplace, environment: sandbox.environment });

  it('nothing is read or sent without --yes', async () => {
    fill('delete');
    const { exitCode, stderr } = await here('run', 'tasks.csv', ...scope('delete'));
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/no terminal to ask on, and --yes was not given/)]);
    expect((await sandbox.ledger()).requests).toEqual([]);
  });

  it('a retry needs a reviewed plan where the job says so', async () => {
    fill('delete');
    mkdirSync(join(workplace.dir, 'jobs'));
    const job = 'provider: clickup\noperation: delete\nconfirm: plan\nlimits: { requests_per_minute: 0 }\n';
    writeFileSync(join(workplace.dir, 'jobs', 'careful.yaml'), job);
    const { stdout } = await here('plan', 'tasks.csv', '--job', 'careful', '--no-progress');
    const run = /Plan (\S+)/.exec(stdout)?.[1] ?? 'none';
    await sandbox.faults('clickup:delete:403*1');
    expect((await here('apply', run, '--yes', '--no-progress')).exitCode).toBe(3);
    const { exitCode, stderr } = await here('retry', run, '--yes', '--no-progress');
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/only executed by applying a plan .*\n.*taskbatch plan \S+failed\.csv --job careful/),
    ]);
    expect((await sandbox.effects()).size).toBe(2);
  });

  it('a retry needs the number of its rows where the job says so', async () => {
    fill('delete');
    const job = 'provider: clickup\noperation: delete\nconfirm: expect\nlimits: { requests_per_minute: 0 }\n';
    writeFileSync(join(workplace.dir, 'counted.yaml'), job);
    await sandbox.faults('clickup:delete:403*2');
    const flags = ['--job', './counted.yaml', '--yes', '--no-progress'];
    const { stdout } = await here('run', 'tasks.csv', '--expect', '3', ...flags);
    const next = /Next: taskbatch (retry \S+ --expect) N/.exec(stdout)?.[1]?.split(' ') ?? [];
    expect(next).toHaveLength(3);
    const [retry = '', run = ''] = next;
    const refused = await here(retry, run, '--yes', '--no-progress');
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('number of rows that is expected')]);
    const misspelt = await here(...next, 'delte=2', '--yes', '--no-progress');
    expect([misspelt.exitCode, misspelt.stderr]).toEqual([2, expect.stringContaining('--expect delete=2')]);
    expect((await here(...next, '3', '--yes', '--no-progress')).exitCode).toBe(4);
    expect((await sandbox.effects()).size).toBe(1);
    expect((await here(...next, '2', '--yes', '--no-progress')).exitCode).toBe(0);
    expect((await sandbox.effects()).size).toBe(3);
  });
});
