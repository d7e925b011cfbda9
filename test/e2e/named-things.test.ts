/** What a row names beside its target: planning looks whether it is there, so that its rows are known to fail beforehand. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { runHere } from '../support/cli.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { sandbox, workplace } = useScene();

beforeEach(() => {
  sandbox.fill(
    ['86a', '86b', '86c', '86d', '86e', '86two'].map((task_id) =>
      target('clickup', 'delete', { task_id, list_id: '901000000001' }),
    ),
  );
});

async function plan(
  lines: readonly string[],
  exitCode = 3,
  provider = 'clickup',
  flags: readonly string[] = [],
): Promise<Record<string, string>[]> {
  writeFileSync(join(workplace.dir, 'rows.csv'), `${lines.join('\n')}\n`);
  const args = ['plan', 'rows.csv', '--provider', provider, '-o', 'plan.csv', '--rate', '0', '--no-progress', ...flags];
  const ended = await runHere(args, { workplace, environment: sandbox.environment });
  expect(ended.exitCode, ended.stderr).toBe(exitCode);
  const [header = '', ...rows] = readFileSync(join(workplace.dir, 'plan.csv'), 'utf8').trimEnd().split('\n');
  const names = header.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, at) => [names[at] ?? '', cell])));
}

it('ClickUp: a list, a parent and a related task that are not there, and a task below itself', async () => {
  const rows = await plan([
    'operation,task_id,list_id,name,parent,field,value',
    'create,,999,One,,,',
    'create,,901000000001,Two,86nowhere,,',
    'update,86a,,,86nowhere,,',
    'update,86b,,,86b,,',
    'set-field,86c,,,,Related tasks,86nowhere',
    'create,,901000000001,Three,86two,,',
    'update,86d,,,86two,,',
    'set-field,86e,,,,Related tasks,86two',
  ]);
  expect(rows.map(({ _prediction }) => _prediction)).toEqual([
    ...Array.from({ length: 5 }, () => 'will fail'),
    ...Array.from({ length: 3 }, () => 'will do'),
  ]);
});

it('ClickUp: each is asked for once, however many rows name it', async () => {
  const rows = Array.from({ length: 20 }, (_none, at) => `create,999,T ${at},\ncreate,901000000001,U ${at},86two`);
  const found = await plan(['operation,list_id,name,parent', ...rows]);
  expect(new Set(found.map(({ _prediction }) => _prediction))).toEqual(new Set(['will fail', 'will do']));
  const { requests } = await sandbox.ledger();
  expect(requests.filter(({ path }) => /list\/999|86two/.test(path))).toHaveLength(2);
});

it('ClickUp: is asked by planning alone, and executing sends nothing but the rows', async () => {
  await plan(['operation,list_id,name,parent', 'create,901000000001,One,86two', 'create,901000000001,Two,86a'], 0);
  const before = (await sandbox.ledger()).requests.length;
  const [run = ''] = readdirSync(join(workplace.dir, '.taskbatch', 'runs'));
  const apply = ['apply', run, '--yes', '--rate', '0', '--no-progress'];
  expect((await runHere(apply, { workplace, environment: sandbox.environment })).exitCode).toBe(0);
  const sent = (await sandbox.ledger()).requests.slice(before).map(({ method, path }) => `${method} ${path}`);
  expect(sent.filter((request) => /GET .*(?:list|86two|86a)/.test(request))).toEqual([]);
  expect(sent.filter((request) => request.startsWith('POST'))).toHaveLength(2);
});

const hex = (digit: string) => digit.repeat(32);
const taskCells = (title: string) => `${title},"{""users"":[48213]}",2026-12-01 17:00:00`;

it('Tallyfy: a run that is archived, unless a row above restores it, and a tag that a row above deletes', async () => {
  sandbox.fill([
    target('tallyfy', 'restore-run', { run_id: hex('a') }),
    target('tallyfy', 'restore-run', { run_id: hex('b') }),
    target('tallyfy', 'delete-tag', { tag_id: hex('c') }),
    target('tallyfy', 'delete-tag', { tag_id: hex('d') }),
  ]);
  const rows = await plan(
    [
      'operation,run_id,tag_id,tags,title,owners,deadline',
      `create,${hex('a')},,,${taskCells('In an archived run')}`,
      `create,${hex('b')},,,${taskCells('Before it is restored')}`,
      `create,,,${hex('c')},${taskCells('Before the tag is deleted')}`,
      `restore-run,${hex('b')},,,,,`,
      `delete-tag,,${hex('c')},,,,`,
      `delete-tag,,${hex('e')},,,,`,
      `create,${hex('b')},,,${taskCells('In a restored run')}`,
      `create,,,${hex('c')},${taskCells('With the deleted tag')}`,
      `create,,,${hex('d')},${taskCells('With a tag that stays')}`,
      `create,${hex('a')},,,${taskCells('Another one')}`,
    ],
    3,
    'tallyfy',
  );
  expect(rows.map(({ _prediction }) => _prediction)).toEqual([
    ...['will fail', 'will fail', 'will do', 'will do', 'will do'],
    ...['will fail', 'will do', 'will fail', 'will do', 'will fail'],
  ]);
  const reasons = [0, 7].map((at) => Object.values(rows[at] ?? {}).join());
  expect(reasons).toEqual([
    expect.stringMatching(/The run a{32} is archived/),
    expect.stringMatching(/Once row 5 is done: Tallyfy has no tag c{32}/),
  ]);
  const { requests } = await sandbox.ledger();
  expect(requests.filter(({ path }) => path.includes(`runs/${hex('a')}`))).toHaveLength(1);
});

it('Tallyfy: a tag whose deletion a rule of the job blocks is there', async () => {
  sandbox.fill([
    target('tallyfy', 'delete-tag', { tag_id: hex('c') }),
    target('tallyfy', 'delete-tag', { tag_id: hex('d') }),
  ]);
  writeFileSync(join(workplace.dir, 'job.yaml'), `provider: tallyfy\nonly: task.id != "${hex('c')}"\n`);
  const rows = await plan(
    [
      'operation,tag_id,tags,title,owners,deadline',
      `delete-tag,${hex('c')},,,,`,
      `delete-tag,${hex('d')},,,,`,
      `create,,${hex('c')},${taskCells('With the tag that stays')}`,
      `create,,${hex('d')},${taskCells('With the other one')}`,
    ],
    3,
    'tallyfy',
    ['--job', 'job.yaml'],
  );
  expect(rows.map(({ _prediction }) => _prediction)).toEqual(['blocked', 'will do', 'will do', 'will fail']);
});
