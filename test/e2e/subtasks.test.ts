/** Subtasks go with their parent: what a plan tells of them, which guards ask about them, and rows that act on them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { referenceMark } from '../../src/manifest/reference-text.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const list = '901000000003';
const parent = '86parent';
const subtasks = ['86sub1', '86sub2', '86sub3'];
const alone = '86alone';

const { here, other, sandbox, workplace } = useScene({ now: () => Date.now() + laterMs });
let effectsBefore = 0;
/** How far the service's clock is ahead. */
let laterMs = 0;

beforeEach(async () => {
  laterMs = 0;
  // The parent was made first, as parents are.
  const tasks = [parent, ...subtasks, alone, '86far1', '86far2', '86far3', '86far4', '86far5'];
  sandbox.fill(tasks.map((task_id) => target('clickup', 'delete', { task_id, list_id: list, title: `T ${task_id}` })));
  for (const task_id of subtasks.slice(0, 2)) await other.change('clickup', 'update', { task_id, parent });
  // Below a subtask, which a single reading of the parent does not tell.
  await other.change('clickup', 'update', { task_id: '86sub3', parent: '86sub2' });
  effectsBefore = (await sandbox.ledger()).effects.length;
});

function prepare(rows: readonly string[], job = ''): void {
  writeFileSync(join(workplace.dir, 'rows.csv'), `operation,task_id\n${rows.join('\n')}\n`);
  writeFileSync(join(workplace.dir, 'job.yaml'), `provider: clickup\nlimits: { requests_per_minute: 0 }\n${job}`);
}

const run = (...flags: string[]) => here('run', 'rows.csv', '--job', './job.yaml', '--no-progress', '--yes', ...flags);
const plan = (...flags: string[]) => here('plan', 'rows.csv', '--job', './job.yaml', '--no-progress', ...flags);

async function newEffects() {
  return (await sandbox.ledger()).effects.slice(effectsBefore).map(({ kind, target }) => `${kind} ${target}`);
}

it('a plan tells how many subtasks go that no row names, each once, at any depth', async () => {
  // With several targets in the list its pages are read.
  prepare([`delete,${alone}`, `delete,${parent}`, 'delete,86sub1', 'delete,86far1', 'delete,86far2']);
  const told = await plan();
  expect(told.exitCode).toBe(0);
  expect(told.stdout.replace(/\s+/g, ' ')).toContain('IRREVERSIBLE: clickup.delete (5 rows).');
  expect(told.stdout.replace(/\s+/g, ' ')).toContain(
    '2 subtasks that no row names go with them, as far as the service told.',
  );
  expect(JSON.parse((await plan('--json')).stdout)).toMatchObject({ goingAlong: 2 });
});

it('a single reading tells of the subtasks right below', async () => {
  prepare([`delete,${parent}`]);
  expect(JSON.parse((await plan('--json')).stdout)).toMatchObject({ goingAlong: 2 });
});

const others = ['delete,86far1', 'delete,86far2', 'delete,86far3', 'delete,86far4'];

it.each([
  ['right below, by a single reading', '86sub2', [`delete,${parent}`]],
  ['right below, by pages', '86sub2', ['delete,86far1', `delete,${parent}`, ...others.slice(1)]],
  ['further down, by a single reading', '86sub3', [`delete,${parent}`]],
  ['further down, of the first of many', '86sub3', [`delete,${parent}`, ...others]],
  ['further down, by pages', '86sub3', [...others, `delete,${parent}`]],
  ['archived, by a single reading', '86sub1', [`delete,${parent}`]],
  ['archived, by pages', '86sub1', [...others, `delete,${parent}`]],
])('a subtask that the job forbids stops all: %s', async (_name, forbidden, rows) => {
  if (forbidden === '86sub1') await other.change('clickup', 'archive', { task_id: forbidden });
  effectsBefore = (await sandbox.ledger()).effects.length;
  prepare(rows, `never: task.name == "T ${forbidden}"\n`);
  const { exitCode, stderr } = await run();
  expect(exitCode).toBe(4);
  expect(stderr.replace(/\s+/g, ' ')).toContain(
    `"T ${forbidden}" (${forbidden}), which is a part of it, would go with it: `,
  );
  expect(await newEffects()).toEqual([]);
});

describe('a subtask in another list than its parent', () => {
  const rows = [...others, `delete,${parent}`];

  beforeEach(async () => {
    sandbox.fill([target('clickup', 'delete', { task_id: '86elsewhere', list_id: '901000000009' })]);
    await other.change('clickup', 'move', { task_id: '86sub1', to_list_id: '901000000009' });
    effectsBefore = (await sandbox.ledger()).effects.length;
  });

  it('is not told by lists: the plan says so, and how it is seen', async () => {
    prepare(rows);
    const told = (await plan()).stdout.replace(/\s+/g, ' ');
    expect(told).toContain("ClickUp's lists do not tell of subtasks that are in another list than their parent");
    expect(told).toContain('--look each');
    expect(told).toMatch(/not told by ClickUp, or not of every row: [a-z, ]*open subtasks/);
    expect(JSON.parse((await plan('--json')).stdout)).toMatchObject({
      goingAlong: 2,
      partsUntold: [{ title: 'ClickUp' }],
    });
  });

  it.each(['--look', 'job'])('is seen where each target is read by itself: %s', async (how) => {
    prepare(rows, how === 'job' ? 'look: each\n' : '');
    const flags = how === 'job' ? [] : ['--look', 'each'];
    const told = await plan(...flags);
    expect(told.stdout.replace(/\s+/g, ' ')).toMatch(/each was read by itself for this plan, \d+ requests/);
    expect(told.stdout).not.toContain('do not tell of subtasks');
    expect(JSON.parse((await plan(...flags, '--json')).stdout)).toMatchObject({ goingAlong: 2, partsUntold: [] });
  });

  it('is not said to come back where its parent could not take it', async () => {
    prepare(['delete,86sub1', 'delete,86far1']);
    const { run: id } = JSON.parse((await run('--json')).stdout);
    const undone = JSON.parse(
      (await here('undo', id, '-o', 'undo.csv', '--rate', '0', '--no-progress', '--json')).stdout,
    );
    expect(undone).toMatchObject({ manifestRows: 1, rows: { part: 1, none: 1 } });
    expect(JSON.stringify(undone.groups)).toContain('list');
  });

  it('stops a run whose job forbids it, and no list is read', async () => {
    prepare(rows, 'never: task.name == "T 86sub1"\nlook: each\n');
    const { exitCode, stderr } = await run();
    expect(stderr.replace(/\s+/g, ' ')).toContain('"T 86sub1" (86sub1), which is a part of it, would go with it: ');
    expect(exitCode).toBe(4);
    expect(await newEffects()).toEqual([]);
    expect((await sandbox.ledger()).requests.filter(({ path }) => /\/list\/\d+\/task/.test(path))).toEqual([]);
  });

  it('is not said to be new where a reading shows it that the plan did not see, and how it is seen is told', async () => {
    prepare(rows);
    const { run: id } = JSON.parse((await plan('--json')).stdout);
    for (const row of others) await other.change('clickup', 'delete', { task_id: row.slice('delete,'.length) });
    effectsBefore = (await sandbox.ledger()).effects.length;
    expect((await here('apply', id, '--yes', '--no-progress')).exitCode).toBe(3);
    const told = (await here('explain', id, '5')).stdout.replace(/\s+/g, ' ');
    expect(told).toContain('a subtask in another list that would go with it, which the plan did not see');
    expect(told).toContain('"T 86sub1" (86sub1)');
    expect(told).toContain('plan again with --look each');
    expect(told).not.toContain('changed since');
    expect(await newEffects()).toEqual([]);
  });

  it('is asked about once more before the write: one that came since holds the row back', async () => {
    prepare(rows, 'look: each\nnever: task.name == "T 86late"\n');
    const { run: id } = JSON.parse((await plan('--json')).stdout);
    sandbox.fill([target('clickup', 'delete', { task_id: '86late', list_id: list, title: 'T 86late' })]);
    await other.change('clickup', 'update', { task_id: '86late', parent });
    await other.change('clickup', 'move', { task_id: '86late', to_list_id: '901000000009' });
    effectsBefore = (await sandbox.ledger()).effects.length;
    expect((await here('apply', id, '--yes', '--no-progress')).exitCode).toBe(3);
    expect((await newEffects()).sort()).toEqual(others.map((row) => row.replace(',', ' ')));
  });
});

it('to read what goes along costs a page of a list once, not a request for each of its tasks', async () => {
  const ids = Array.from({ length: 60 }, (_, n) => `86many${n}`);
  sandbox.fill(ids.map((task_id) => target('clickup', 'delete', { task_id, list_id: '901000000004' })));
  prepare(ids.map((id) => `delete,${id}`));
  const planned = async (job: string): Promise<number> => {
    prepare(
      ids.map((id) => `delete,${id}`),
      job,
    );
    const before = (await sandbox.ledger()).requests.length;
    expect((await plan()).exitCode).toBe(0);
    return (await sandbox.ledger()).requests.length - before;
  };
  const without = await planned('');
  expect((await planned('guards: { max_rows: 100 }\n')) - without).toBeLessThanOrEqual(2);
});

it('a subtask that the job does not want blocks the delete of its parent, and no update of it', async () => {
  prepare([`delete,${parent}`, 'delete,86alone'], `only: task.name != "T 86sub1"\n`);
  expect((await run()).exitCode).toBe(3);
  expect(await newEffects()).toEqual([`delete ${alone}`]);
  prepare([`archive,${parent}`], `only: task.name != "T 86sub1"\n`);
  expect((await run()).exitCode).toBe(0);
});

it('a move takes subtasks along: guards are asked about those too, and the plan counts them', async () => {
  const move = (job: string) => {
    prepare([], job);
    writeFileSync(join(workplace.dir, 'rows.csv'), `operation,task_id,to_list_name\nmove,${parent},Backlog\n`);
  };
  for (const job of ['never: task.id == "86sub3"\n', 'guards: { max_rows: 1 }\n']) {
    move(job);
    expect((await run()).exitCode).toBe(4);
  }
  move('only: task.id != "86sub3"\n');
  expect((await plan()).stdout.replace(/\s+/g, ' ')).toContain('1 blocked');
  expect(await newEffects()).toEqual([]);
  move('never: task.id == "86alone"\n');
  expect(JSON.parse((await plan('--json')).stdout)).toMatchObject({ changedAlong: 3 });
  expect((await run()).exitCode).toBe(0);
});

it('subtasks count for max_rows and max_share', async () => {
  prepare([`delete,${parent}`, 'delete,86sub1'], 'guards: { max_rows: 2 }\n');
  const rows = await run();
  expect(rows.exitCode).toBe(4);
  expect(rows.stderr.replace(/\s+/g, ' ')).toMatch(
    /2 rows are to do, and [12] more tasks? go(es)? with (its|their) targets?: [34] in all, and the guard max_rows allows 2\. Those tasks go with rows? .*1.* \(lines? .*2.*\)\./,
  );
  prepare(['delete,86far1', `delete,${parent}`, 'delete,86far2', 'delete,86far3'], 'guards: { max_share: 50% }\n');
  const share = await run();
  expect(share.exitCode).toBe(4);
  expect(share.stderr.replace(/\s+/g, ' ')).toMatch(/touch 7 of 10 tasks, [\d.]+ % \(3 of them subtasks/);
  expect(await newEffects()).toEqual([]);
});

it.each([
  ['complete', 'before'],
  ['complete', 'behind'],
  ['archive', 'before'],
])('a delete is blocked where a row wants to %s one of the subtasks, %s it', async (operation, place) => {
  const rows = [`${operation},86sub2`, `delete,${parent}`];
  prepare(place === 'before' ? rows : rows.toReversed());
  const { exitCode, stdout } = await run('--json');
  expect(exitCode).toBe(3);
  const effects = await newEffects();
  expect(effects).toHaveLength(1);
  expect(effects[0]).toMatch(/^(?!delete)\w+ 86sub2$/);
  const id: unknown = JSON.parse(stdout).run;
  const story = await here('explain', String(id), place === 'before' ? '2' : '1');
  expect(story.stdout.replace(/\s+/g, ' ')).toMatch(
    new RegExp(`It takes along the target of row [12] \\(line [23]\\), .* which that row wants to ${operation}`),
  );
});

it('deletes of a parent and of its subtasks agree, in any order', async () => {
  prepare([`delete,${parent}`, 'delete,86sub3', 'delete,86sub1', 'delete,86sub2']);
  const { exitCode, stdout } = await run('--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ states: { succeeded: 4 } });
});

const anew = async (id: string, cells: Readonly<Record<string, string>>) =>
  other.change('clickup', 'update', { task_id: id, ...cells });

it.each([
  ['begun', async () => anew(alone, { parent }), /subtask 86alone was empty, is "T 86alone"/],
  ['changed', async () => anew('86sub1', { name: 'PRODUCTION' }), /subtask 86sub1 updated was "[^"]+", is "[^"]+"/],
  [
    'put in the place of another',
    async () => {
      await other.change('clickup', 'delete', { task_id: '86sub1' });
      await anew(alone, { parent });
    },
    /subtask 86alone was empty, is "T 86alone"/,
  ],
])('a subtask that was %s since the plan blocks the delete', async (_what, change, told) => {
  prepare([`delete,${parent}`]);
  const id = /Plan (\S+)/.exec((await plan()).stdout)?.[1] ?? 'none';
  laterMs += 2_000;
  await change();
  effectsBefore = (await sandbox.ledger()).effects.length;
  expect((await here('apply', id, '--yes', '--no-progress')).exitCode).toBe(3);
  expect((await here('explain', id, '1')).stdout.replace(/\s+/g, ' ')).toMatch(told);
  expect(await newEffects()).toEqual([]);
});

describe.each(['all', 'each'])('what is further below and came since the plan, by --look %s', (look) => {
  const planned = async (job = '', rows: readonly string[] = [`delete,${parent}`]) => {
    prepare(rows, job);
    const { run: id } = JSON.parse((await plan('--look', look, '--json')).stdout);
    laterMs += 20_000;
    effectsBefore = (await sandbox.ledger()).effects.length;
    return String(id);
  };
  const blocks = async (id: string, told: RegExp) => {
    effectsBefore = (await sandbox.ledger()).effects.length;
    expect((await here('apply', id, '--yes', '--no-progress')).exitCode).toBe(3);
    expect((await here('explain', id, '1')).stdout.replace(/\s+/g, ' ')).toMatch(told);
    expect(await newEffects()).toEqual([]);
  };

  it('blocks the delete where something was put below a subtask', async () => {
    const id = await planned();
    await anew(alone, { parent: '86sub3' });
    await blocks(id, /subtask 86alone \("T 86alone"\) updated was "not told to the plan", is/);
  });

  it('blocks the delete where it was changed', async () => {
    const id = await planned();
    await anew('86sub3', { name: 'A week of notes' });
    await blocks(id, /subtask 86sub3 \("A week of notes"\) updated was "not told to the plan", is/);
  });

  it.each([
    'only: task.name != "Secret"\n',
    'never: task.name == "Secret"\n',
  ])('is asked about by guards: %s', async (job) => {
    const id = await planned(job);
    await anew('86sub3', { name: 'Secret' });
    await blocks(id, /"Secret" \(86sub3\), which is a part of it, would go with it/);
  });

  it('is asked about by guards of a move', async () => {
    writeFileSync(
      join(workplace.dir, 'job.yaml'),
      'provider: clickup\nlimits: { requests_per_minute: 0 }\nnever: task.name == "Secret"\n',
    );
    writeFileSync(join(workplace.dir, 'rows.csv'), `operation,task_id,to_list_name\nmove,${parent},Backlog\n`);
    const { run: id } = JSON.parse((await plan('--look', look, '--json')).stdout);
    await anew('86sub3', { name: 'Secret' });
    await blocks(id, /"Secret" \(86sub3\), which is a part of it, would go with it/);
  });

  it('does not block the delete where nothing came, or where a row of the run changed it', async () => {
    prepare([]);
    const rows = `key,after,operation,task_id,name\na,,update,86sub3,Z\n,a,delete,${parent},\n`;
    writeFileSync(join(workplace.dir, 'rows.csv'), rows);
    const { run: id } = JSON.parse((await plan('--look', look, '--json')).stdout);
    expect((await here('apply', id, '--yes', '--no-progress')).exitCode).toBe(0);
    expect(await newEffects()).toContain(`delete ${parent}`);
  });
});

it('a delete of what has no subtasks takes no request more', async () => {
  prepare(['delete,86far1', 'delete,86far2'], 'look: each\n');
  const { run: id } = JSON.parse((await plan('--json')).stdout);
  const before = (await sandbox.ledger()).requests.length;
  expect((await here('apply', id, '--yes', '--no-progress')).exitCode).toBe(0);
  const reads = (await sandbox.ledger()).requests.slice(before).filter(({ path }) => /\/task/.test(path));
  expect(reads.map(({ method }) => method).sort()).toEqual(['DELETE', 'DELETE', 'GET', 'GET']);
});

it('what was told of another way of reading is no change: the delete of an untouched tree goes on', async () => {
  await other.change('clickup', 'archive', { task_id: '86sub1' });
  // Planned by pages, which do not tell of what is archived; applied by a single reading, which does.
  prepare([...others, `delete,${parent}`]);
  const id = /Plan (\S+)/.exec((await plan()).stdout)?.[1] ?? 'none';
  for (const task_id of ['86far1', '86far2', '86far3', '86far4']) await other.change('clickup', 'delete', { task_id });
  expect((await here('apply', id, '--yes', '--no-progress')).exitCode).toBe(0);
  expect((await newEffects()).filter((effect) => effect === `delete ${parent}`)).toHaveLength(1);
});

describe('a row that does not want a subtask gone keeps it from going along with its parent', () => {
  const blockedBy = async (csv: string, more = '') => {
    prepare([], more);
    writeFileSync(join(workplace.dir, 'rows.csv'), csv);
    const { exitCode, stdout } = await run();
    expect([exitCode, await newEffects()]).toEqual([3, []]);
    expect(stdout).toContain('PART_KEPT');
    return stdout.replace(/\s+/g, ' ');
  };

  it.each(['86sub2', '86sub3'])('by a condition of the job: %s', async (subtask) => {
    const told = await blockedBy(
      `operation,task_id,env\ndelete,${parent},test\ndelete,${subtask},prod\n`,
      'when: row.env == "test"\n',
    );
    expect(told).toContain('It takes along the target of row 2 (line 3), which is skipped');
  });

  it('by the time since which it may not have been changed', async () => {
    const told = await blockedBy(
      `operation,task_id,unchanged_since\ndelete,${parent},\ndelete,86sub1,2026-01-01T00:00:00Z\n`,
    );
    expect(told).toContain('It takes along the target of row 2 (line 3), which is blocked');
  });

  it('by a row that it waits for in vain', async () => {
    await blockedBy(`key,after,operation,task_id\n,,delete,${parent}\nn,,delete,86none\n,n,delete,86sub1\n`);
  });
});

it.each([
  ['first', [parent, '86sub2', '86sub3']],
  ['last', ['86sub3', '86sub2', parent]],
  ['with nothing between', ['86sub3', parent]],
])('a subtask at any depth that was changed since the plan does not go with a parent that comes %s', async (_place, ids) => {
  prepare(ids.map((id) => `delete,${id}`));
  const { run: id } = JSON.parse((await plan('--json')).stdout);
  await other.change('clickup', 'update', { task_id: '86sub3', name: 'Real work now' });
  effectsBefore = (await sandbox.ledger()).effects.length;
  const { exitCode, stdout } = await here('apply', id, '--yes', '--no-progress', '--json');
  expect([exitCode, await newEffects()]).toEqual([3, []]);
  expect(JSON.parse(stdout).states.blocked).toBe(ids.length);
});

it('rows on a whole tree are all done when nothing was changed since the plan', async () => {
  prepare([`delete,${parent}`, 'delete,86sub2', 'delete,86sub3', 'delete,86sub1']);
  const { run: id } = JSON.parse((await plan('--json')).stdout);
  const { exitCode, stdout } = await here('apply', id, '--yes', '--no-progress', '--json');
  expect([exitCode, JSON.parse(stdout).states.succeeded]).toEqual([0, 4]);
});

describe('rows on tasks of a run of Tallyfy, beside one that archives the run', () => {
  const run_id = 'e'.repeat(32);
  const tasks = [1, 2].map((n) => n.toString(16).padStart(32, 'e'));

  function prepareRun(after: string): void {
    sandbox.fill(tasks.map((task_id) => target('tallyfy', 'complete', { task_id, run_id })));
    const rows = [
      'key,operation,task_id,run_id,after',
      `a,complete,${tasks[0]},${run_id},`,
      `b,complete,${tasks[1]},${run_id},`,
      `c,archive-run,,${run_id},${after}`,
    ];
    writeFileSync(join(workplace.dir, 'runs.csv'), `${rows.join('\n')}\n`);
  }
  const start = () =>
    here('run', 'runs.csv', '--provider', 'tallyfy', '--rate', '0', '--concurrency', '4', '--yes', '--no-progress');

  it('are done, and that one is blocked: which comes first would be decided by chance', async () => {
    prepareRun('');
    const { exitCode, stdout } = await start();
    expect([exitCode, stdout.replace(/\s+/g, ' ')]).toEqual([
      3,
      expect.stringContaining('It takes along the target of row 1 (line 2), which is a part of its own'),
    ]);
    expect((await newEffects()).map((effect) => effect.split(' ')[0])).toEqual(['complete', 'complete']);
  });

  it('are all done where it waits for them', async () => {
    prepareRun('a;b');
    expect((await start()).exitCode).toBe(0);
    expect((await newEffects()).map((effect) => effect.split(' ')[0]).at(-1)).toMatch(/archive/);
  });
});

describe('a row that puts something below what another row deletes', () => {
  const lines = (rows: readonly string[]) =>
    writeFileSync(
      join(workplace.dir, 'rows.csv'),
      `key,after,operation,task_id,parent,list_id,name\n${rows.join('\n')}\n`,
    );

  it.each([
    ['a task', [`m,,update,${alone},${parent},,`, `,,delete,${parent},,,`], `update ${alone}`],
    ['a task, and waits for it', [`m,,update,${alone},${parent},,`, `,m,delete,${parent},,,`], `update ${alone}`],
    ['a task, below a subtask of it', [`m,,update,${alone},86sub1,,`, `,m,delete,${parent},,,`], `update ${alone}`],
    ['a new task', [`m,,create,,${parent},${list},New`, `,m,delete,${parent},,,`], 'create'],
  ])('blocks that one, for what would go along nobody has seen: %s', async (_what, rows, effect) => {
    prepare([]);
    lines(rows);
    const { exitCode, stdout } = await run();
    expect([exitCode, stdout.replace(/\s+/g, ' ')]).toEqual([
      3,
      expect.stringMatching(/JOINS_TARGET: row 2 .*It takes along what row 1 \(line 2\) puts below it by/),
    ]);
    const effects = await newEffects();
    expect(effects).toEqual([expect.stringContaining(effect)]);
  });

  const referring = (rows: readonly string[]) =>
    writeFileSync(
      join(workplace.dir, 'rows.csv'),
      `key,after,operation,task_id,parent,list_id,name,description\n${rows.join('\n')}\n`,
    );
  const made = `m,,create,,,${list},New,`;
  const ref = `see ${referenceMark}m.id}`;

  it.each([
    ['where another cell takes an id', [made, `u,,update,${alone},${parent},,,${ref}`, `,u,delete,${parent},,,,`]],
    ['a task that the run makes', [made, `u,,update,${referenceMark}m.id},${parent},,,`, `,u,delete,${parent},,,,`]],
  ])('blocks it also %s', async (_what, rows) => {
    prepare([]);
    referring(rows);
    expect((await run()).exitCode).toBe(3);
    expect((await newEffects()).filter((effect) => /delete/.test(effect))).toEqual([]);
  });

  it('blocks it also where nothing is looked at', async () => {
    prepare([]);
    lines([`m,,update,${alone},${parent},,`, `,m,delete,${parent},,,`]);
    const { exitCode, stdout } = await run('--look', 'none');
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('JOINS_TARGET')]);
    expect(await newEffects()).toEqual([`update ${alone}`]);
  });

  it('does not delete beside a row that changes a subtask and takes an id elsewhere', async () => {
    prepare([]);
    referring([made, `u,,update,86sub1,,,,${ref}`, `,,delete,${parent},,,,`]);
    const { exitCode, stdout } = await run();
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('PART_OF_TARGET')]);
    expect((await newEffects()).filter((effect) => /delete/.test(effect))).toEqual([]);
  });

  it('holds also for a new task in a run of Tallyfy that is archived', async () => {
    const run_id = 'e'.repeat(32);
    sandbox.fill([target('tallyfy', 'complete', { task_id: 'e1'.padStart(32, 'e'), run_id })]);
    const made = `a,,create,${run_id},New,48213,2027-03-03 10:00:00`;
    const rows = ['key,after,operation,run_id,title,owners.users,deadline', made, `,a,archive-run,${run_id},,,`];
    writeFileSync(join(workplace.dir, 'runs.csv'), `${rows.join('\n')}\n`);
    const { stdout } = await here('plan', 'runs.csv', '--provider', 'tallyfy', '--rate', '0', '--no-progress');
    expect(stdout.replace(/\s+/g, ' ')).toContain('It takes along what row 1 (line 2) puts below it by create');
  });
});

it('a one-off task of Tallyfy that somebody archived since the plan is archived already', async () => {
  const task_id = 'd'.repeat(32);
  sandbox.fill([target('tallyfy', 'archive', { task_id })]);
  writeFileSync(join(workplace.dir, 'one.csv'), `task_id\n${task_id}\n`);
  const scope = ['--provider', 'tallyfy', '--operation', 'archive', '--rate', '0', '--no-progress'];
  const id = /Plan (\S+)/.exec((await here('plan', 'one.csv', ...scope)).stdout)?.[1] ?? 'none';
  await other.change('tallyfy', 'archive', { task_id });
  const { exitCode, stdout } = await here('apply', id, '--yes', '--no-progress', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ outcomes: { already: 1 } });
});
