/** Rows that wait for rows and take the ids of what these make: nothing happens twice, too early, or to the wrong task. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runBin, startBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { type ServedSandbox, target } from '../support/served-sandbox.js';

const { other: somebody, sandbox, workplace } = useScene({ factor: 8, latencyMs: [0, 10] });
beforeEach(() => {
  sandbox.fill([target('clickup', 'create', { list_id: '901', name: 'An older one' })]);
});

const header = 'key,after,provider,operation,list_id,name,task_id,text,title,responsible_id';
const quiet = ['--rate', '0', '--yes', '--no-progress'];
const bin = (args: readonly string[]) =>
  runBin(args, { workplace, environment: sandbox.environment, nodeFlags: sandbox.nodeFlags });

/** A row with all cells of the header. */
function fillUp(row: string): string {
  return row + ','.repeat(header.split(',').length - row.split(',').length);
}

function manifest(...rows: readonly string[]): string {
  writeFileSync(join(workplace.dir, 'rows.csv'), `${[header, ...rows.map(fillUp)].join('\n')}\n`);
  return 'rows.csv';
}

interface Line {
  readonly state: string;
  readonly target: string;
  readonly code: string;
  readonly message: string;
}

/** The rows of a run by their number, as its JSONL report tells them. */
async function report(run?: string): Promise<Record<number, Line>> {
  const { stdout } = await bin(['report', ...(run === undefined ? [] : [run]), '--format', 'jsonl']);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return Object.fromEntries(
    lines.map((line) => [
      line._row,
      { state: line._state, target: line._target, code: line._error_code, message: line._message },
    ]),
  );
}

/** What happened to the one task that was made, in order. */
async function storyOfTheTask(): Promise<{ id: string; kinds: readonly string[] }> {
  const { effects } = await sandbox.ledger();
  const made = effects.filter(({ kind, service }) => kind === 'create' && service === 'clickup');
  expect(made).toHaveLength(1);
  const id = made[0]?.target ?? '';
  return { id, kinds: effects.filter((effect) => effect.target === id).map(({ kind }) => kind) };
}

/** The id of what a row makes, as a manifest takes it. */
const idOf = (key: string) => `\${row:${key}.id}`;

const chain = [
  'a,,clickup,create,901,First,,,',
  `c,,clickup,comment,,,${idOf('a')},Made as ${idOf('a')}; $${idOf('a')} is a text,`,
  `,c,clickup,complete,,,${idOf('a')},,`,
];

it('makes a task, works on it, and goes on in another service, each row once and in order', async () => {
  const file = manifest(
    ...chain,
    `b,a,bitrix24,create,,,,,See ${idOf('a')},1`,
    `,,bitrix24,complete,,,${idOf('b')},,`,
    `,b,clickup,create,901,Second ${idOf('b')},,,`,
  );
  const { exitCode, stdout, stderr } = await bin(['run', file, ...quiet, '--json']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining('error:') });
  expect(JSON.parse(stdout)).toMatchObject({ states: { succeeded: 6 } });
  const { effects } = await sandbox.ledger();
  const made = effects.filter(({ kind }) => kind === 'create').map(({ service, target: id }) => ({ service, id }));
  expect(made.map(({ service }) => service)).toEqual(['clickup', 'bitrix24', 'clickup']);
  const [first, other] = made;
  const kindsOf = (id = '') => effects.filter((effect) => effect.target === id).map(({ kind }) => kind);
  expect(kindsOf(first?.id)).toEqual(['create', 'comment', 'complete']);
  expect(kindsOf(other?.id)).toEqual(['create', 'complete']);
  const rows = await report();
  expect(rows[3]?.target).toBe(first?.id);
  const held = await (await fetch(`${sandbox.origin}/_sandbox/inspect/clickup/${first?.id}`)).text();
  expect(held).toContain(`Made as ${first?.id}; ${idOf('a')} is a text`);
});

it('keeps going with one row in work at a time, however long the chain', async () => {
  const rows = Array.from(
    { length: 40 },
    (_, index) => `k${index},${index === 0 ? '' : `k${index - 1}`},clickup,comment,,,${idOf('a')},Note ${index},`,
  );
  const file = manifest('a,,clickup,create,901,First,,,', ...rows);
  const { exitCode } = await bin(['run', file, ...quiet, '--concurrency', '1']);
  expect(exitCode).toBe(0);
  expect((await storyOfTheTask()).kinds).toEqual(['create', ...rows.map(() => 'comment')]);
});

it('reads no target of a row that is blocked, not even together with that of another row', async () => {
  const [gone = '', stays = '', ...tasks] = ['4711', '4712', '86one', '86two', '86last'];
  const deletes = [gone, stays].map((task_id) => target('bitrix24', 'delete', { task_id }));
  sandbox.fill([...deletes, ...tasks.map((task_id) => target('clickup', 'complete', { task_id }))]);
  const rows = [
    `g,,bitrix24,complete,,,${gone},,`,
    `s,,bitrix24,complete,,,${stays},,`,
    ...tasks.map((task, at) => `,${at < 2 ? 'g' : 's'},clickup,complete,,,${task},,`),
  ];
  const plan = JSON.parse((await bin(['plan', manifest(...rows), '--no-progress', '--json'])).stdout);
  await somebody.change('bitrix24', 'delete', { task_id: gone });
  const planned = (await sandbox.ledger()).requests.length;
  expect((await bin(['apply', plan.run, ...quiet])).exitCode).toBe(3);
  expect(Object.values(await report()).map(({ state }) => state)).toEqual([
    ...['failed', 'succeeded', 'blocked', 'blocked', 'succeeded'],
  ]);
  const { requests } = await sandbox.ledger();
  // A page of their list would be read for them.
  const reads = requests.slice(planned).flatMap(({ path }) => /\/task(?:\/\w+)?\?.*/.exec(path)?.[0] ?? []);
  expect(reads).toEqual(['/task/86last?include_subtasks=true']);
});

it('leaves places for other rows while many wait', async () => {
  await sandbox.faults('clickup:post:/list:slow=1500');
  sandbox.fill([target('clickup', 'complete', { task_id: '86other1' })]);
  const waiting = Array.from({ length: 30 }, (_, index) => `,,clickup,comment,,,${idOf('a')},Note ${index},`);
  const file = manifest('a,,clickup,create,901,First,,,', ...waiting, ',,clickup,complete,,,86other1,,');
  expect((await bin(['run', file, ...quiet, '--concurrency', '2'])).exitCode).toBe(0);
  const { effects, requests } = await sandbox.ledger();
  expect(
    requests
      .filter(({ write }) => write)
      .map(({ method }) => method)
      .slice(0, 3),
  ).toEqual(['POST', 'PUT', 'POST']);
  expect(effects).toHaveLength(32);
});

describe('a row that fails', () => {
  it('blocks what waits for it, and nothing else', async () => {
    sandbox.fill([target('clickup', 'complete', { task_id: '86other1' })]);
    await sandbox.faults('clickup:post:/list:400*0');
    const file = manifest(...chain, ',,clickup,complete,,,86other1,,');
    const { exitCode, stdout } = await bin(['run', file, ...quiet, '--json']);
    expect({ exitCode, states: JSON.parse(stdout).states }).toMatchObject({
      exitCode: 3,
      states: { failed: 1, blocked: 2, succeeded: 1 },
    });
    const rows = await report();
    expect(rows[2]).toMatchObject({ state: 'blocked', code: 'DEPENDENCY', target: idOf('a') });
    expect(rows[2]?.message).toMatch(/^Row 1 \(line 2\), which it waits for, failed: ClickUp answered 400/);
    expect(rows[3]?.message).toMatch(/^Row 1 \(line 2\), which it waits for, failed: /);
    expect((await sandbox.ledger()).effects).toEqual([expect.objectContaining({ target: '86other1' })]);
  });

  it('does not stop the run by the many rows that wait for it', async () => {
    await sandbox.faults('clickup:post:/list:400*0');
    const waiting = Array.from({ length: 40 }, (_, index) => `,,clickup,comment,,,${idOf('a')},Note ${index},`);
    const file = manifest('a,,clickup,create,901,First,,,', ...waiting);
    const { exitCode, stdout } = await bin(['run', file, ...quiet, '--json']);
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({
      exitCode: 3,
      state: 'finished',
      states: { failed: 1, blocked: 40 },
    });
  });

  it('shows in the plan with all that waits for it in turn', async () => {
    sandbox.fill([target('clickup', 'complete', { task_id: '86other1' })]);
    const file = manifest(
      'gone,,clickup,complete,,,86never0,,',
      'next,gone,clickup,complete,,,86other1,,',
      ',next,clickup,create,901,First,,,',
    );
    const { exitCode, stdout } = await bin(['plan', file, '--no-progress', '--json']);
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({
      exitCode: 3,
      rows: { willFail: 1, blocked: 2, willDo: 0 },
    });
    const rows = await report();
    expect(rows[2]).toMatchObject({ state: 'blocked', code: 'DEPENDENCY' });
    expect(rows[3]?.message).toBe('Row 2 (line 3), which it waits for, is blocked, because it waits in vain itself.');
  });
});

it('takes a task that was so already for done, and a row that was left out for not done', async () => {
  sandbox.fill([
    { ...target('clickup', 'complete', { task_id: '86done01' }), done: true },
    target('clickup', 'complete', { task_id: '86open01' }),
  ]);
  const file = manifest(
    'so,,clickup,complete,,,86done01,,',
    ',so,clickup,comment,,,86done01,Noted,',
    'out,,clickup,complete,,,86open01,,',
    ',out,clickup,comment,,,86open01,Noted,',
  );
  const { exitCode } = await bin(['run', file, '--rows', '1-2,4', ...quiet]);
  expect(exitCode).toBe(3);
  const rows = await report();
  expect(Object.values(rows).map(({ state }) => state)).toEqual(['skipped', 'succeeded', 'skipped', 'blocked']);
  expect(rows[4]?.message).toBe('Row 3 (line 4), which it waits for, is skipped: Not selected by --rows.');
  expect((await sandbox.ledger()).effects.map(({ kind }) => kind)).toEqual(['comment']);
});

it('judges the guard `only` on the task that was made, just before the write', async () => {
  writeFileSync(join(workplace.dir, 'job.yaml'), 'only: task.name.startsWith("[test]")\n');
  const file = manifest(
    'a,,clickup,create,901,[test] One,,,',
    `,,clickup,complete,,,${idOf('a')},,`,
    'b,,clickup,create,901,Real,,,',
    `,,clickup,complete,,,${idOf('b')},,`,
  );
  expect((await bin(['run', file, '--job', 'job.yaml', ...quiet])).exitCode).toBe(3);
  const rows = await report();
  expect(Object.values(rows).map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded', 'blocked']);
  expect(rows[4]).toMatchObject({ code: 'ONLY' });
  expect((await sandbox.ledger()).effects.filter(({ kind }) => kind === 'complete')).toHaveLength(1);
});

describe('killed', () => {
  /** Waits until the sandbox's ledger shows it, or the bin has ended. */
  async function ledgerShows(
    what: (ledger: Awaited<ReturnType<ServedSandbox['ledger']>>) => boolean,
    ended: () => boolean,
  ) {
    while (!ended() && !what(await sandbox.ledger()));
  }

  const instants: ReadonlyArray<readonly [string, string, (method: string, path: string) => boolean]> = [
    [
      'while the answer to the create is on its way',
      'clickup:post:/list:hang-after',
      (_, path) => path.includes('/list/'),
    ],
    ['before the next row is sent', 'clickup:post:/comment:hang-before', (_, path) => path.endsWith('/comment')],
    ['while the next row is in the air', 'clickup:post:/comment:hang-after', (_, path) => path.endsWith('/comment')],
    ['at the last row', 'clickup:put:hang-after', (method) => method === 'PUT'],
  ];

  it.each(instants)('%s and resumed, it knows the id and does every row once', async (_name, fault, reached) => {
    await sandbox.faults(fault);
    const { child, finished } = startBin(['run', manifest(...chain), ...quiet], {
      workplace,
      environment: sandbox.environment,
      nodeFlags: sandbox.nodeFlags,
    });
    await ledgerShows(
      ({ requests }) => requests.some(({ method, path, write }) => write && reached(method, path)),
      () => child.exitCode !== null,
    );
    child.kill('SIGKILL');
    expect((await finished).signal).toBe('SIGKILL');
    await sandbox.faults('');
    const resumed = await bin(['resume', '--no-progress']);
    expect(resumed).toMatchObject({ exitCode: 0 });
    expect((await storyOfTheTask()).kinds).toEqual(['create', 'comment', 'complete']);
  });
});

it('leaves rows to do whose service stopped, with those that wait for them elsewhere, and goes on later', async () => {
  await sandbox.faults('clickup:post:/list:401*0');
  const file = manifest(
    'a,,clickup,create,901,First,,,',
    `b,,bitrix24,create,,,,,See ${idOf('a')},1`,
    `,,bitrix24,complete,,,${idOf('b')},,`,
    ',,bitrix24,create,,,,,Alone,1',
  );
  const stopped = await bin(['run', file, ...quiet, '--json']);
  expect({ exitCode: stopped.exitCode, ...JSON.parse(stopped.stdout) }).toMatchObject({
    exitCode: 5,
    states: { pending: 3, succeeded: 1, blocked: 0 },
  });
  await sandbox.faults('');
  const resumed = await bin(['resume', '--no-progress', '--json']);
  expect({ exitCode: resumed.exitCode, ...JSON.parse(resumed.stdout) }).toMatchObject({
    exitCode: 0,
    states: { succeeded: 4 },
  });
  expect((await sandbox.ledger()).effects.map(({ kind }) => kind).sort()).toEqual([
    'complete',
    'create',
    'create',
    'create',
  ]);
});

describe('retry', () => {
  /** The comment fails, so that the completion is blocked; the create is done. */
  async function failAmid(): Promise<string> {
    await sandbox.faults('clickup:post:/comment:400*0');
    const { exitCode, stdout } = await bin(['run', manifest(...chain), ...quiet, '--json']);
    const { run, states } = JSON.parse(stdout);
    expect({ exitCode, states }).toMatchObject({ exitCode: 3, states: { succeeded: 1, failed: 1, blocked: 1 } });
    await sandbox.faults('');
    return run;
  }

  it('takes the id of what the first run made, and makes nothing again', async () => {
    const first = await failAmid();
    const { exitCode, stdout } = await bin(['retry', first, ...quiet, '--json']);
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({ exitCode: 0, states: { succeeded: 2 } });
    expect((await storyOfTheTask()).kinds).toEqual(['create', 'comment', 'complete']);
  });

  it('knows it also in the retry of a retry', async () => {
    const first = await failAmid();
    await sandbox.faults('clickup:post:/comment:400*0');
    const second = JSON.parse((await bin(['retry', first, ...quiet, '--json'])).stdout);
    expect(second).toMatchObject({ states: { failed: 1, blocked: 1 } });
    await sandbox.faults('');
    expect((await bin(['retry', second.run, ...quiet])).exitCode).toBe(0);
    expect((await storyOfTheTask()).kinds).toEqual(['create', 'comment', 'complete']);
  });

  it('is what failed.csv points to, when it is run by itself', async () => {
    const first = await failAmid();
    const file = join('.taskbatch', 'runs', first, 'failed.csv');
    const [, ...rows] = readFileSync(join(workplace.dir, file), 'utf8').trimEnd().split('\n');
    expect(rows).toEqual(chain.slice(1).map(fillUp));
    const { exitCode, stderr } = await bin(['run', file, ...quiet]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`taskbatch retry ${first}`);
  });
});

it('refuses every row that names what it can not have, in one pass and before anything is sent', async () => {
  const file = manifest(
    'a,b,clickup,create,901,One,,,',
    'b,,clickup,complete,,,86other1,,',
    `,,clickup,comment,,,${idOf('zz')},Hi,`,
    `d,d,clickup,comment,,,${idOf('b')},Hi,`,
    'a,,clickup,create,901,Two,,,',
    `,,clickup,delete,,,${idOf('a')},,`,
    `,,clickup,comment,,,${idOf('a').replace('.id', '.title')},Hi,`,
    `,,clickup,comment,,,86other1,${idOf('b')} ${idOf('zz')},`,
  );
  const told = [
    'rows.csv:2 (row 1), after "b": names row 2 (rows.csv:3), which stands below this one. Move that row above this one.',
    `rows.csv:4 (row 3), task_id "${idOf('zz')}": names the row "zz", and no row has that key. Correct the key, or`,
    'rows.csv:5 (row 4), after "d": names this row itself.',
    `rows.csv:5 (row 4), task_id "${idOf('b')}": takes the id of what row 2 (rows.csv:3) makes, but its operation makes nothing.`,
    'rows.csv:6 (row 5), key "a": is the key of row 1 (rows.csv:2) already.',
    `rows.csv:7 (row 6), task_id "${idOf('a')}": takes an id that the plan can't know; delete is irreversible`,
    'asks for "title" of the row "a"; only id is known. Write',
    `rows.csv:9 (row 8), text "${idOf('zz')}": names the row "zz"`,
  ];
  for (const command of [
    ['run', file, ...quiet],
    ['validate', file],
  ]) {
    const { exitCode, stderr } = await bin(command);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('error: 7 of 8 rows are refused; nothing was sent.');
    for (const line of told) expect(stderr).toContain(line);
  }
  expect((await sandbox.ledger()).requests).toEqual([]);
});

it('keeps with a retry what it needs of the run before, which may then be gone', async () => {
  await sandbox.faults('clickup:post:/comment:400*0');
  const first = JSON.parse((await bin(['run', manifest(...chain), ...quiet, '--json'])).stdout).run;
  await sandbox.faults('clickup:401*0');
  expect((await bin(['retry', first, ...quiet])).exitCode).toBe(5);
  await sandbox.faults('');
  rmSync(workplace.runFolder(first), { recursive: true });
  expect((await bin(['resume', ...quiet])).exitCode).toBe(0);
  expect((await storyOfTheTask()).kinds).toEqual(['create', 'comment', 'complete']);
});
