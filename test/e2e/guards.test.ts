/** Guards that are decided before the first write: a breach sends nothing and says what to do. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { viewerToken } from '../../src/sandbox/clickup.js';
import { type CliResult, runHere } from '../support/cli.js';
import { createOtherHand } from '../support/other-hand.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { here, sandbox, workplace } = useScene();

const ids = ['86guard1', '86guard2', '86guard3'];
const plan = (...flags: string[]) => here('plan', 'tasks.csv', '--job', 'clean', '--no-progress', ...flags);
const run = (...flags: string[]) => here('run', 'tasks.csv', '--job', 'clean', '--yes', '--no-progress', ...flags);

/** A job that deletes unless the given lines, which are added, say otherwise, and a manifest of three tasks for it. */
function prepare(...lines: readonly string[]): void {
  sandbox.fill(ids.map((task_id) => target('clickup', 'delete', { task_id })));
  mkdirSync(join(workplace.dir, 'jobs'), { recursive: true });
  const operation = lines.some((line) => line.startsWith('operation: ')) ? [] : ['operation: delete'];
  const job = ['provider: clickup', ...operation, 'limits: { requests_per_minute: 0 }', ...lines];
  writeFileSync(join(workplace.dir, 'jobs', 'clean.yaml'), `${job.join('\n')}\n`);
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id,env\n${ids.map((id) => `${id},test`).join('\n')}\n`);
}

async function expectRefusal(result: CliResult, exitCode: number, message: RegExp): Promise<void> {
  expect(result.stderr).toMatch(message);
  expect(result.exitCode).toBe(exitCode);
  const { effects, requests } = await sandbox.ledger();
  expect(effects).toEqual([]);
  expect(requests.filter(({ write }) => write)).toEqual([]);
}

/** The only run of a list of runs. */
function runOf(list: string): string {
  return /"run": "([^"]+)"/.exec(list)?.[1] ?? 'none';
}

function runId({ stdout }: CliResult): string {
  return /Plan (\S+)/.exec(stdout)?.[1] ?? 'none';
}

describe('an account that the job binds', () => {
  it('lets the run go on when it is the right one', async () => {
    prepare('tenant: Sandbox Workspace', 'user: Sandbox Admin');
    expect((await run()).exitCode).toBe(0);
  });

  it.each([
    ['tenant: Acme', /acts for Sandbox Workspace \(\d+\), and it must be Acme/],
    ['user: somebody@example.com', /acts as Sandbox Admin \(\d+\), and it must be somebody@example\.com/],
  ])('stops it for %s when it is another', async (line, message) => {
    prepare(line);
    const refused = await run();
    await expectRefusal(refused, 4, message);
    expect(refused.stderr).not.toContain('taskbatch resume');
  });

  it.each(['tenant: "9010000001"', 'user: "81234567"'])('takes an id as well as a name: %s', async (line) => {
    prepare(line);
    expect((await run()).exitCode).toBe(0);
  });
});

describe('a job that demands more than --yes', () => {
  it('is refused without --expect where it asks for that, and goes on with the right number', async () => {
    prepare('confirm: expect');
    await expectRefusal(await run(), 2, /--expect N/);
    await expectRefusal(await run('--expect', '4'), 4, /would do 3 rows, and --expect says 4/);
    expect((await run('--expect', '3')).exitCode).toBe(0);
  });

  it('is only executed by applying a plan where it asks for that', async () => {
    prepare('confirm: plan');
    await expectRefusal(await run(), 2, /taskbatch plan tasks\.csv --job clean\n/);
    // All that decides on what is done: a plan of other rows would be reviewed in its place.
    const typed = [
      '--where',
      'row.env == "test"',
      '--rows',
      '1-3',
      '--expect',
      '3',
      '--max-rows',
      '4',
      '--canary',
      '1',
    ];
    await expectRefusal(
      await run(...typed, '--look', 'none', '--sandbox'),
      2,
      /taskbatch plan tasks\.csv --job clean --where 'row\.env == "test"' --rows 1-3 --expect 3 --max-rows 4 --canary 1 --look none --sandbox\n/,
    );
    const planned = await plan();
    expect((await here('apply', runId(planned), '--yes', '--no-progress')).exitCode).toBe(0);
    expect((await sandbox.effects()).size).toBe(3);
  });

  it('is refused when its rows are to be chosen by a condition and there is none', async () => {
    prepare('guards: { require_when: true }');
    await expectRefusal(await run(), 2, /require_when/);
    expect((await run('--where', 'row.env == "test"')).exitCode).toBe(0);
  });
});

describe('a plan', () => {
  const oneLine = ({ stdout }: CliResult) => stdout.replace(/\s+/g, ' ');

  it('tells the guards that it is held to, as text and as values, before anybody approves it', async () => {
    prepare(
      'when: row.env == "test"',
      'only: task.id != "x"',
      'never: task.list == "Productoin"',
      'guards: { max_rows: 5 }',
    );
    expect(oneLine(await plan('--expect', '3'))).toContain(
      'Guards rows are skipped unless row.env == "test"; rows are blocked unless task.id != "x"; ' +
        'one row stops the run before anything is sent: task.list == "Productoin"; at most 5 rows; expected: 3 rows Valid',
    );
    const { guards } = JSON.parse((await plan('--json')).stdout);
    expect(guards).toMatchObject({
      only: 'task.id != "x"',
      never: 'task.list == "Productoin"',
      maxRows: 5,
      expect: null,
    });
  });

  it('of what can not be taken back says so when nothing guards it', async () => {
    prepare();
    expect(oneLine(await plan())).toContain('Guards none: neither the job nor the command bounds these rows');
  });

  it('names no command that would be refused: a job that demands --expect is planned again with it', async () => {
    prepare('confirm: expect');
    expect((await plan()).stdout).toMatch(/Next: taskbatch plan tasks\.csv --job \S+ --expect N\n/);
    expect((await plan('--expect', '3')).stdout).toMatch(/Next: taskbatch apply \S+\n/);
  });

  it('that is too old says so when it is shown again, and that it is to be made anew', async () => {
    prepare('plan_expires: 1h');
    const made = runId(await plan());
    const clock = { ...systemClock, now: () => systemClock.now() + 2 * 60 * 60_000 };
    const shown = await runHere(['status', made], { workplace }, { clock });
    expect(oneLine(shown)).toContain('Valid NO LONGER: it could be applied until');
    expect(shown.stdout).toMatch(/Next: taskbatch plan tasks\.csv --job \S+\n/);
    expect((await runHere(['explain', made, '1'], { workplace }, { clock })).stdout).toMatch(
      /Next: taskbatch plan tasks\.csv --job \S+\n/,
    );
    for (const command of ['pause', 'stop']) {
      const { stderr } = await runHere([command, made], { workplace }, { clock });
      expect(stderr).toMatch(/next: Its plan stands: taskbatch plan tasks\.csv --job \S+\n/);
    }
  });

  it('with no row to do is not said to be executed next, by whatever it is asked', async () => {
    prepare('only: task.id == "none"');
    const made = runId(await plan());
    for (const command of ['resume', 'pause', 'explain', 'status']) {
      const { stdout, stderr } = await here(command, made, ...(command === 'explain' ? ['1'] : []));
      expect(`${stdout}${stderr}`).not.toContain('taskbatch apply');
    }
    const { exitCode, stderr } = await here('resume', made);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`No row of it is to do: taskbatch status ${made}`)]);
  });
});

describe('a task that the job forbids', () => {
  it('stops the whole run before anything is sent, and names rule and row', async () => {
    prepare('never: task.id == "86guard2"');
    const result = await run();
    await expectRefusal(
      result,
      4,
      /1 row acts on tasks that the job forbids \(never: task\.id == "86guard2"\): row 2 \(line 3\)\. The guard `never` refuses/,
    );
    await expectRefusal(await here('resume', '--yes', '--no-progress'), 4, /the job forbids/);
    // Going on would come to the same stop, so nothing advises it.
    const { stdout } = await here('status', '--json');
    const { next, run: id } = JSON.parse((await here('status', runOf(stdout), '--json')).stdout);
    expect(next).toMatch(/^taskbatch plan tasks\.csv --job \S+/);
    await expectRefusal(await here('apply', id, '--yes'), 2, /Plan again: taskbatch plan tasks\.csv/);
  });

  it('is refused as a rule where nothing may be read', async () => {
    prepare('never: task.id == "86guard2"');
    await expectRefusal(await run('--look', 'none'), 2, /`never`, which must read every target/);
  });

  it('stops nothing when no row acts on it', async () => {
    prepare('never: task.list == "Production"');
    expect((await run()).exitCode).toBe(0);
  });
});

describe('a guard that is meant for other rows', () => {
  it.each([
    ['only: task.name == "x"', /The job's `only` looks at live tasks, and the row to do makes something new/],
    ['never: task.name == "x"', /The job's `never` looks at live tasks/],
    ['guards: { max_share: 5% }', /The job's `max_share` looks at live tasks/],
  ])('%s is refused where no row acts on a task', async (line, message) => {
    prepare(line);
    writeFileSync(join(workplace.dir, 'tasks.csv'), 'operation,list_id,name\ncreate,901000000001,New\n');
    await expectRefusal(await run(), 4, message);
  });

  it('is no matter where some rows do', async () => {
    prepare('only: task.id == "86guard1"');
    writeFileSync(
      join(workplace.dir, 'tasks.csv'),
      'operation,task_id,list_id,name\ncreate,,901000000001,New\ndelete,86guard1,,\n',
    );
    expect((await run()).exitCode).toBe(0);
  });

  it('a condition that leaves no row is told, and nothing is sent', async () => {
    prepare();
    const { stdout, exitCode } = await plan('--where', 'row.env == "x"');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/The condition --where is false/)]);
    expect(stdout).toContain('There is nothing to do.');
    expect((await sandbox.ledger()).requests).toEqual([]);
  });

  it.each([
    ['7-9', '7-9'],
    ['1,4', '4'],
    ['2-,5-', '5-'],
  ])('--rows %s, which names rows that there are not, is refused by plan and validate', async (rows, beyond) => {
    prepare();
    for (const command of ['plan', 'validate']) {
      const { stderr, exitCode } = await here(command, 'tasks.csv', '--job', 'clean', '--no-progress', '--rows', rows);
      expect([exitCode, stderr]).toEqual([
        2,
        expect.stringContaining(`--rows names ${beyond}, and the manifest has 3 rows.`),
      ]);
    }
    expect((await sandbox.ledger()).requests).toEqual([]);
    expect((await plan('--rows', '2-9')).exitCode).toBe(0);
  });
});

describe('--expect', () => {
  const mixed = 'operation,task_id,tag\ndelete,86guard1,\ndelete,86guard2,\nadd-tag,86guard3,new\n';

  it.each([
    '3',
    'delete=2,add-tag=1',
    'clickup.delete=2,add-tag=1',
    'clickup.delete=2, clickup.add-tag = 1',
  ])('%s lets a plan go on that does just that', async (expected) => {
    prepare();
    writeFileSync(join(workplace.dir, 'tasks.csv'), mixed);
    expect((await run('--expect', expected)).exitCode).toBe(0);
  });

  it.each([
    ['4', /would do 3 rows, and --expect says 4/],
    ['2', /would do 3 rows, and --expect says 2/],
    ['delete=3,add-tag=1', /would do 2 × delete \(expected 3\)\./],
    ['clickup.delete=2', /would do 1 × add-tag \(expected 0\)\./],
    [
      'tallyfy.delete=2,add-tag=1',
      /0 × tallyfy\.delete \(expected 2\), 2 × clickup\.delete .* The manifest has no row of tallyfy\.delete\./,
    ],
    [
      'delete=2,add-tag=1,complete=5',
      /0 × complete \(expected 5\)\. The manifest has no row of complete\.\n.*--expect delete=2,add-tag=1\./,
    ],
  ])('%s stops a plan that does otherwise', async (expected, message) => {
    prepare();
    writeFileSync(join(workplace.dir, 'tasks.csv'), mixed);
    await expectRefusal(await run('--expect', expected), 4, message);
  });
});

describe('--expect of what is no operation', () => {
  it.each([
    ['foo=6', /--expect names foo: no service has such an operation\.\n.*taskbatch operations/],
    ['delte=2,add-tag=1', /--expect names delte: .*\n.*Did you mean: --expect delete=2,add-tag=1\n/],
    ['clickup.archiv=6', /ClickUp has no such operation\.\n.*Did you mean: --expect clickup\.archive=6\n/],
    ['clikup.delete=3', /there is no service clikup\.\n.*Did you mean: --expect clickup\.delete=3\n/],
    ['clickup.delete=3,delete=3', /--expect names delete with a service and without one/],
    [
      'archive=6,clickup.archive=6',
      /with a service and without one, .*\n.*--expect archive=N\), or .*clickup\.archive=N\n/,
    ],
  ])('%s is refused before any request', async (expected, message) => {
    prepare();
    const flags = ['tasks.csv', '--job', 'clean', '--no-progress', '--expect', expected];
    for (const command of [['plan'], ['run', '--yes']])
      await expectRefusal(await here(...command, ...flags), 2, message);
    expect((await sandbox.ledger()).requests).toEqual([]);
  });
});

describe('max_rows', () => {
  it('of the job stops a manifest of more rows, and the flag may say otherwise', async () => {
    prepare('guards: { max_rows: 2 }');
    await expectRefusal(await run(), 4, /3 rows are to do, and the guard max_rows allows 2/);
    expect((await run('--max-rows', '3')).exitCode).toBe(0);
  });

  it('counts what is to do once targets were read: not rows that are so already, or that `only` blocks', async () => {
    prepare('operation: archive', 'guards: { max_rows: 2 }');
    expect((await run('--rows', '1')).exitCode).toBe(0);
    const soAlready = JSON.parse((await plan('--json')).stdout);
    expect(soAlready).toMatchObject({ rows: { willDo: 2, nothingToDo: 1 } });
    prepare('only: task.id == "86guard1"', 'guards: { max_rows: 1 }');
    expect(JSON.parse((await plan('--json')).stdout)).toMatchObject({ rows: { willDo: 1, blocked: 2 } });
  });

  it('names the first rows that are too many, and the number that would allow what the plan does', async () => {
    const many = Array.from({ length: 14 }, (_, n) => `86many${n.toString(36)}`);
    prepare('only: task.id != "86many0"', 'guards: { max_rows: 1 }');
    sandbox.fill(many.map((task_id) => target('clickup', 'delete', { task_id })));
    writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${many.join('\n')}\n`);
    await expectRefusal(
      await run(),
      4,
      /13 rows are to do, .* allows 1\. Too many: rows 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 \(lines 4, .*, 13\) and 2 more\.\n.*--max-rows 13\./,
    );
  });

  it('is judged before anything is sent where nothing is read, and then the run is not kept', async () => {
    prepare('guards: { max_rows: 2 }');
    await expectRefusal(await run('--look', 'none'), 4, /3 rows are to do, .* Too many: row 3 \(line 4\)\./);
    expect((await sandbox.ledger()).requests).toEqual([]);
    expect(JSON.parse((await here('status', '--json')).stdout).runs).toEqual([]);
  });
});

describe('a plan', () => {
  it('can be applied once', async () => {
    prepare();
    const id = runId(await plan());
    expect((await here('apply', id, '--yes', '--no-progress')).exitCode).toBe(0);
    const again = await here('apply', id, '--yes', '--no-progress');
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toMatch(/is finished; only a plan that was not executed yet/);
    expect((await sandbox.effects()).size).toBe(3);
  });

  it('can not be applied when it is older than the job allows', async () => {
    prepare('plan_expires: 1ms');
    const planned = await plan();
    for (const command of ['apply', 'resume']) {
      const refused = await here(command, runId(planned), '--yes', '--no-progress');
      await expectRefusal(refused, 2, /Plan again: taskbatch plan tasks\.csv --job clean\n/);
    }
  });

  describe.each([
    ['reading its targets once more', 'clickup:get:/task:401*0'],
    ['its first write', 'clickup:write:401*0'],
  ])('whose apply was stopped at %s', (_what, fault) => {
    const later = (...args: string[]) => {
      const clock = { ...systemClock, now: () => systemClock.now() + 2 * 60 * 60_000 };
      return runHere(args, { workplace, environment: sandbox.environment }, { clock });
    };
    let made: string;
    beforeEach(async () => {
      prepare('plan_expires: 1h');
      made = runId(await plan());
      await sandbox.faults(fault);
      expect((await here('apply', made, '--yes', '--no-progress')).exitCode).toBe(5);
      await sandbox.faults('');
    });

    it('was not applied: it is held to its expiry by resume too, and all that is told of it says so', async () => {
      const again = 'taskbatch plan tasks.csv --job clean';
      for (const command of ['resume', 'apply']) {
        const { exitCode, stderr } = await later(command, made, '--yes', '--no-progress');
        expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`Plan again: ${again}\n`)]);
      }
      expect((await later('resume', made, '--yes')).stderr).toMatch(/is 2 h old; it may be applied for 1 h\./);
      expect((await sandbox.ledger()).effects).toEqual([]);
      expect(JSON.parse((await later('status', made, '--json')).stdout)).toMatchObject({ next: again });
      expect((await later('explain', made, '1')).stdout).toContain(`Next: ${again}\n`);
    });

    it('is gone on with while it may be applied', async () => {
      expect((await here('resume', made, '--yes', '--no-progress')).exitCode).toBe(0);
      expect((await sandbox.effects()).size).toBe(3);
    });
  });

  it('of which a row was done is gone on with at any time', async () => {
    prepare('plan_expires: 1h');
    const made = runId(await plan());
    await sandbox.faults('clickup:write:401*0+1');
    expect((await here('apply', made, '--yes', '--no-progress', '--concurrency', '1')).exitCode).toBe(5);
    await sandbox.faults('');
    const clock = { ...systemClock, now: () => systemClock.now() + 30 * 24 * 60 * 60_000 };
    const args = ['resume', made, '--yes', '--no-progress'];
    expect((await runHere(args, { workplace, environment: sandbox.environment }, { clock })).exitCode).toBe(0);
    expect((await sandbox.effects()).size).toBe(3);
  });
});

describe('while it runs', () => {
  const many = Array.from({ length: 40 }, (_, n) => `86many${n.toString(36)}`);
  const sweep = (...flags: string[]) => run('--concurrency', '1', '--json', ...flags);

  function prepareMany(...lines: readonly string[]): void {
    prepare(...lines);
    sandbox.fill(many.map((task_id) => target('clickup', 'delete', { task_id })));
    writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${many.join('\n')}\n`);
  }

  it.each([
    [
      'a number',
      'stop_after: { failed: 3 }',
      'clickup:delete:403*3',
      3,
      /3 of the last 3 rows failed with FORBIDDEN, .*stop after 3\./,
    ],
    [
      'a share, judged from row 20 on',
      'stop_after: { percent: 25 }',
      'clickup:delete:403*5',
      20,
      /5 of the last 20 rows failed with FORBIDDEN, .*stop at 25 %\./,
    ],
  ])('stops at %s of failures of one class', async (_what, guard, faults, rows, message) => {
    prepareMany(`guards: { ${guard} }`);
    await sandbox.faults(faults);
    const { exitCode, stdout } = await sweep();
    const { states, stop, next } = JSON.parse(stdout);
    expect([exitCode, states.succeeded + states.failed, states.pending]).toEqual([4, rows, 40 - rows]);
    expect(stop.message).toMatch(message);
    expect(next).toMatch(/^taskbatch resume /);
  });

  it('goes on where as many rows fail, and each class stays below the bound', async () => {
    prepareMany('guards: { stop_after: { failed: 3 } }');
    await sandbox.faults('clickup:delete:403*2,clickup:delete:400*2+4');
    const { exitCode, stdout } = await sweep();
    expect([exitCode, JSON.parse(stdout).states]).toEqual([3, expect.objectContaining({ failed: 4, succeeded: 36 })]);
  });

  it('stops at once when the credential dies, and burns no row', async () => {
    prepareMany();
    await sandbox.faults('clickup:delete:401*0+5');
    const { exitCode, stdout } = await sweep();
    const { states, stop } = JSON.parse(stdout);
    expect([exitCode, states.succeeded, states.failed, states.pending]).toEqual([5, 5, 0, 35]);
    expect(stop.reason).toBe('credentials');
    // The request that met it, and no other.
    const writes = (await sandbox.ledger()).requests.filter(({ write }) => write);
    expect(writes.filter(({ status }) => status === 401)).toHaveLength(1);
  });
});

describe('a rule over the place of a task', () => {
  const prepareBitrix = (rule: string) => {
    prepare(rule);
    sandbox.fill([target('bitrix24', 'delete', { task_id: '901' })]);
    writeFileSync(join(workplace.dir, 'tasks.csv'), 'provider,task_id\nclickup,86guard1\nbitrix24,901\n');
    const job = readFileSync(join(workplace.dir, 'jobs', 'clean.yaml'), 'utf8');
    writeFileSync(join(workplace.dir, 'jobs', 'clean.yaml'), job.replace('provider: clickup\n', ''));
  };

  it.each([
    'never: task.list == "Production"',
    'only: task.list != "Production"',
    'never: task["list"] == "Production"',
    'never: task . list == "Production"',
  ])('is refused where a service of the rows tells no such place, before anything is read: %s', async (rule) => {
    prepareBitrix(rule);
    const message =
      /asks for task\.list, which Bitrix24 has none of \(its tasks have task\.project\): it would guard none of its 1 rows/;
    await expectRefusal(await run(), 4, message);
    expect((await sandbox.ledger()).requests.filter(({ path }) => /list|tasks\/901/.test(path))).toEqual([]);
  });

  it.each([
    'never: task.list == "Production" || task.project == "7"',
    'never: task.name == "task.list == nothing"',
  ])('stands where it asks for the place of each service, or of none: %s', async (rule) => {
    prepareBitrix(rule);
    expect((await run()).exitCode).toBe(0);
  });
});

it('tells who executed a plan, where that is another one than who planned it', async () => {
  prepare('operation: complete');
  const run = runId(await plan());
  const environment = { ...sandbox.environment, CLICKUP_API_TOKEN: viewerToken };
  const applied = await runHere(['apply', run, '--yes', '--no-progress'], { workplace, environment });
  expect(applied.stderr).toMatch(/warning: ClickUp: planned as Sandbox Admin, executed as Bo Operator/);
  expect(applied.stdout).toMatch(/Sandbox Workspace . Bo Operator \(planned as Sandbox Admin\)/);
  expect((await here('status', run)).stdout).toContain('Bo Operator (planned as Sandbox Admin)');
});

it('asks the rules again about what was read by a sitting that was interrupted while it planned', async () => {
  prepare('only: task.name.startsWith("[test]")');
  sandbox.fill([target('clickup', 'delete', { task_id: '86other', list_id: '901000000003' })]);
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${[...ids, '86other'].join('\n')}\n`);
  const stop = new AbortController();
  const context = { stopSignal: stop.signal };
  const flags = ['--job', 'clean', '--no-progress', '--yes', '--concurrency', '1'];
  await sandbox.faults('clickup:get:/task/86other:slow=60000');
  const interrupted = runHere(['run', 'tasks.csv', ...flags], { workplace, environment: sandbox.environment }, context);
  while (!(await sandbox.ledger()).requests.some(({ path }) => path.includes('/task/86other'))) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  stop.abort();
  expect((await interrupted).exitCode).toBe(130);
  await sandbox.faults('');
  const other = createOtherHand(sandbox.environment);
  await other.change('clickup', 'update', { task_id: ids[0] ?? '', name: 'Payroll' });
  await other.close();
  const resumed = await here('resume', '--yes', '--no-progress', '--json');
  expect(JSON.parse(resumed.stdout).states).toMatchObject({ succeeded: 3, blocked: 1 });
  expect((await sandbox.effects()).get(ids[0] ?? '')).toEqual(['update']);
});

describe('a text of a rule that the tasks have in other letters', () => {
  const otherLetters = async () => JSON.parse((await plan('--json')).stdout).otherLetters;
  const status = { field: 'status', text: 'TO DO', found: ['to do'] };

  it.each([
    ['never: task.status == "TO DO"', [{ rule: 'never', ...status }]],
    ['only: \'!("TO DO" == task.status)\'', [{ rule: 'only', ...status }]],
    ['only: task.status in ["TO DO", "done"]', [{ rule: 'only', ...status }]],
    ['only: \'!("backlog" in task.lists)\'', [{ rule: 'only', field: 'lists', text: 'backlog' }]],
  ])('is told by name, with what there is: %s', async (rule, told) => {
    prepare(rule);
    expect(await otherLetters()).toMatchObject(told);
  });

  it('is told in the text and on the page of the plan', async () => {
    prepare('never: task.status == "TO DO"');
    const words = 'asks for task.status "TO DO", which no task of the plan has: there is "to do", and capitals count.';
    const { stdout, exitCode } = await plan();
    expect([exitCode, stdout.replace(/\s+/g, ' ')]).toEqual([0, expect.stringContaining(words)]);
    await plan('-o', 'plan.html');
    expect(readFileSync(join(workplace.dir, 'plan.html'), 'utf8')).toContain(words.replaceAll('"', '&quot;'));
  });

  it.each([
    'never: task.status == "done"',
    'only: task.status == "to do" || task.status == "TO DO"',
    'only: task.status != "" && task.name != "TO DO"',
  ])('is nothing to tell of where the rule has it right, or there is no such thing: %s', async (rule) => {
    prepare(rule);
    expect(await otherLetters()).toEqual([]);
  });
});
