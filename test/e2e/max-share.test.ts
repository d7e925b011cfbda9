/** The guard `max_share`: how much of a list, run or project the rows to do touch, judged for each by itself. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type CliResult, runHere } from '../support/cli.js';
import { createOtherHand } from '../support/other-hand.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { sandbox, workplace } = useScene();

interface Place {
  readonly provider: string;
  readonly operation: string;
  /** Cells that put a task into the place. */
  readonly place: Readonly<Record<string, string>>;
  readonly id: (n: number) => string;
  readonly variables?: (origin: string) => Readonly<Record<string, string>>;
}

const bitrix24 = {
  provider: 'bitrix24',
  operation: 'delete',
  place: { group_id: '12' },
  id: (n: number) => String(700 + n),
};
const places: Readonly<Record<string, Place>> = {
  'a list of ClickUp': {
    provider: 'clickup',
    operation: 'delete',
    place: { list_id: '901000000003' },
    id: (n) => `86share${n}`,
  },
  'a run of Tallyfy': {
    provider: 'tallyfy',
    operation: 'complete',
    place: { run_id: 'f'.repeat(32) },
    id: (n) => n.toString(16).padStart(32, 'd'),
  },
  'a project of Bitrix24': bitrix24,
  'a project by the classic REST': {
    ...bitrix24,
    variables: (origin) => ({
      BITRIX24_WEBHOOK_URL: `${origin}/bitrix24/rest/1/qx7wy1yx4ddvvbyu/`,
      BITRIX24_API_KEY: '',
    }),
  },
};

/** Writes before the run under test. */
let writesBefore = 0;

/** Ten tasks in one place, and a job that may touch a share of it. */
async function prepare(
  { provider, operation, place, id }: Place,
  rows: readonly number[],
  share: string,
): Promise<void> {
  const all = Array.from({ length: 10 }, (_, n) => ({ task_id: id(n), ...place }));
  sandbox.fill(all.map((cells) => target(provider, 'update', cells)));
  const other = createOtherHand(sandbox.environment);
  if ('group_id' in place) for (const cells of all) await other.change(provider, 'update', cells);
  await other.close();
  writesBefore = await writes();
  mkdirSync(join(workplace.dir, 'jobs'), { recursive: true });
  writeFileSync(
    join(workplace.dir, 'jobs', 'part.yaml'),
    `provider: ${provider}\noperation: ${operation}\nlimits: { requests_per_minute: 0 }\nguards: { max_share: ${share} }\n`,
  );
  writeFileSync(join(workplace.dir, 'rows.csv'), `task_id\n${rows.map(id).join('\n')}\n`);
}

async function writes(): Promise<number> {
  return (await sandbox.ledger()).requests.filter(({ write }) => write).length;
}

function run(environment: Readonly<Record<string, string>> = sandbox.environment, ...flags: string[]) {
  return runHere(['run', 'rows.csv', '--job', 'part', '--yes', '--no-progress', ...flags], { workplace, environment });
}

async function expectRefusal({ stderr, exitCode }: CliResult, code: number, message: RegExp): Promise<void> {
  expect([exitCode, stderr]).toEqual([code, expect.stringMatching(message)]);
  expect((await writes()) - writesBefore).toBe(0);
}

it.each(Object.entries(places))('%s is not touched beyond the share, and is up to it', async (_name, place) => {
  const environment = { ...sandbox.environment, ...place.variables?.(sandbox.origin) };
  await prepare(place, [4, 5, 6], '20%');
  const over = /max_share allows 20 %.*touch 3 of 10 tasks, 30 %, of .*, in rows 1, 2, 3 \(lines 2, 3, 4\)/;
  await expectRefusal(await run(environment), 4, over);
  await prepare(place, [4, 5, 6], '30');
  expect((await run(environment)).exitCode).toBe(0);
  expect(await writes()).toBeGreaterThan(writesBefore);
});

it('counts a task once, however many rows act on it', async () => {
  const { 'a list of ClickUp': place } = places;
  if (place === undefined) throw new Error('no place');
  await prepare({ ...place, operation: 'add-tag' }, [1, 2], '20%');
  writeFileSync(join(workplace.dir, 'rows.csv'), 'task_id,tag\n86share1,a\n86share1,b\n86share1,c\n86share2,a\n');
  expect((await run()).exitCode).toBe(0);
});

it('is refused where nothing tells how much there is', async () => {
  await prepare({ ...bitrix24, place: {} }, [1], '90%');
  await expectRefusal(await run(), 4, /max_share can't be judged: the task of row 1 \(line 2\) is in no list/);
});

it('is refused for rows that act on a whole run', async () => {
  await prepare(
    {
      provider: 'tallyfy',
      operation: 'archive-run',
      place: { run_id: 'f'.repeat(32) },
      id: (n) => `${n}`.padStart(32, 'd'),
    },
    [1],
    '90%',
  );
  writeFileSync(join(workplace.dir, 'rows.csv'), `run_id\n${'f'.repeat(32)}\n`);
  await expectRefusal(await run(), 4, /max_share can't be judged: row 1 .*tallyfy\.archive-run, acts on a whole run/);
});

it('is refused beside --look none, and as a share that is none', async () => {
  await prepare(bitrix24, [1], '20%');
  await expectRefusal(await run(sandbox.environment, '--look', 'none'), 2, /`max_share`, which must read every target/);
  await prepare(bitrix24, [1], '20 tasks');
  await expectRefusal(await run(), 2, /max_share: write a share like 20%[\s\S]*where: .*part\.yaml:4/);
});

it('is judged by how much there is when the plan is applied: others may have emptied the list since', async () => {
  const { 'a list of ClickUp': place } = places;
  if (place === undefined) throw new Error('no place');
  await prepare(place, [1, 2], '20%');
  const bin = (...args: string[]) => runHere(args, { workplace, environment: sandbox.environment });
  const planned = await bin('plan', 'rows.csv', '--job', 'part', '--no-progress');
  const id = /Plan (\S+)/.exec(planned.stdout)?.[1] ?? '';
  const other = createOtherHand(sandbox.environment);
  for (const n of [5, 6, 7, 8]) await other.change('clickup', 'delete', { task_id: place.id(n) });
  await other.close();
  writesBefore = await writes();
  const apply = () => bin('apply', id, '--yes', '--no-progress');
  await expectRefusal(await apply(), 4, /max_share allows 20 %.*touch 2 of 6 tasks, 33\.3 %/);
  sandbox.fill(
    Array.from({ length: 4 }, (_, n) => target('clickup', 'update', { task_id: `86more${n}`, ...place.place })),
  );
  expect((await apply()).exitCode).toBe(0);
});

it('leaves out rows that are not to do, what rows make, and is no less for tasks that are closed or archived', async () => {
  const { 'a list of ClickUp': place } = places;
  if (place === undefined) throw new Error('no place');
  await prepare({ ...place, operation: 'add-tag' }, [1], '20%');
  const other = createOtherHand(sandbox.environment);
  await other.change('clickup', 'archive', { task_id: place.id(1) });
  await other.change('clickup', 'complete', { task_id: place.id(2) });
  await other.change('clickup', 'add-tag', { task_id: place.id(3), tag: 'a' });
  await other.close();
  const rows = [
    'operation,task_id,tag,list_id,name',
    `add-tag,${place.id(1)},a,,`,
    `add-tag,${place.id(2)},a,,`,
    `add-tag,${place.id(3)},a,,`,
    'add-tag,86nowhere,a,,',
    ...[1, 2, 3].map((n) => `create,,,${place.place.list_id},Made ${n}`),
  ];
  writeFileSync(join(workplace.dir, 'rows.csv'), `${rows.join('\n')}\n`);
  const { exitCode, stdout } = await run();
  expect([exitCode, stdout]).toEqual([3, expect.not.stringContaining('max_share')]);
  expect((await writes()) - writesBefore).toBe(3 + 5);
});
