/** One manifest, several services and operations: each row once, rows on one task in the order of the manifest. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { runBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const commentsSchema = z.object({ comments: z.array(z.object({ comment_text: z.string() })) });

const { sandbox, workplace } = useScene({ latencyMs: [0, 20] });

const run = (args: readonly string[]) =>
  runBin(['run', 'mixed.csv', '--rate', '0', '--yes', '--no-progress', '--json', ...args], {
    workplace,
    environment: sandbox.environment,
  });

it('runs operations of three services from one manifest', async () => {
  const tallyfyTask = 'b'.repeat(32);
  sandbox.fill([
    target('clickup', 'comment', { task_id: '86mixed01' }),
    target('tallyfy', 'complete', { task_id: tallyfyTask }),
    target('bitrix24', 'defer', { task_id: '501' }),
    target('bitrix24', 'delete', { task_id: '502' }),
  ]);
  const rows = [
    'provider,operation,task_id,text,tag',
    'clickup,comment,86mixed01,First,',
    `tallyfy,complete,${tallyfyTask},,`,
    'clickup,comment,86mixed01,Second,',
    'bitrix24,defer,501,,',
    'clickup,add-tag,86mixed01,,done',
    'bitrix24,delete,502,,',
    'clickup,complete,86mixed01,,',
  ];
  writeFileSync(join(workplace.dir, 'mixed.csv'), `${rows.join('\n')}\n`);
  const { exitCode, stdout, stderr } = await run(['--concurrency', '4']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining('error:') });
  expect(JSON.parse(stdout)).toMatchObject({ states: { succeeded: 7 } });
  const effects = await sandbox.effects();
  expect(effects.get('86mixed01')).toEqual(['comment', 'comment', 'add-tag', 'complete']);
  expect(effects.get(tallyfyTask)).toEqual(['complete']);
  expect(effects.get('501')).toEqual(['defer']);
  expect(effects.get('502')).toEqual(['delete']);
});

it('what an earlier row changes is not taken for done already by a later row on the same task', async () => {
  sandbox.fill([
    target('clickup', 'complete', { task_id: '86back1' }),
    target('clickup', 'add-tag', { task_id: '86back2' }),
  ]);
  const rows = [
    'provider,operation,task_id,tag,status',
    'clickup,complete,86back1,,',
    'clickup,set-status,86back1,,to do',
    'clickup,add-tag,86back2,x,',
    'clickup,remove-tag,86back2,x,',
    'clickup,remove-tag,86back2,y,',
  ];
  writeFileSync(join(workplace.dir, 'mixed.csv'), `${rows.join('\n')}\n`);
  const { exitCode } = await run(['--concurrency', '4']);
  expect(exitCode).toBe(0);
  const effects = await sandbox.effects();
  expect(effects.get('86back1')).toEqual(['complete', 'reopen']);
  expect(effects.get('86back2')?.slice(0, 2)).toEqual(['add-tag', 'remove-tag']);
});

it.each([
  ['set-status,,in progress', 'update,,to do', 'to do'],
  ['complete,,', 'update,,to do', 'to do'],
  ['complete,,', 'update,New name,to do', 'to do'],
  ['update,New name,in progress', 'set-status,,to do', 'to do'],
])('of %s and then %s both are done, whatever was so when the plan was made', async (first, second, status) => {
  sandbox.fill([target('clickup', 'update', { task_id: '86twice' })]);
  const [one = '', two = ''] = [first, second].map((cells) => cells.replace(',', ',86twice,'));
  writeFileSync(join(workplace.dir, 'mixed.csv'), `operation,task_id,name,status\n${one}\n${two}\n`);
  const { exitCode, stdout } = await run(['--provider', 'clickup', '--concurrency', '4']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ outcomes: { done: 2, already: 0 } });
  const writes = (await sandbox.ledger()).requests.filter(({ write }) => write);
  expect(writes).toHaveLength(2);
  const task = await (
    await fetch(`${sandbox.environment.CLICKUP_BASE_URL}/v2/task/86twice`, {
      headers: { authorization: sandbox.environment.CLICKUP_API_TOKEN ?? '' },
    })
  ).json();
  expect(task).toMatchObject({ status: { status } });
  if (`${first}${second}`.includes('New name')) expect(task).toMatchObject({ name: 'New name' });
});

it('rows on one task go in manifest order, also where they name it differently', async () => {
  sandbox.fill([
    target('clickup', 'delete', { task_id: '86named', list_id: '901000000003', title: 'A task with a name' }),
    target('clickup', 'delete', { task_id: '86other', list_id: '901000000003', title: 'Another' }),
  ]);
  const rows = Array.from({ length: 6 }, (_, n) =>
    n % 2 === 0 ? `86named,,,${n}` : `,A task with a name,901000000003,${n}`,
  );
  writeFileSync(join(workplace.dir, 'mixed.csv'), `task_id,task_name,list_id,text\n${rows.join('\n')}\n`);
  const scope = ['--provider', 'clickup', '--operation', 'comment', '--concurrency', '6'];
  const { exitCode } = await run(scope);
  expect(exitCode).toBe(0);
  const { comments } = commentsSchema.parse(
    await (
      await fetch(`${sandbox.environment.CLICKUP_BASE_URL}/v2/task/86named/comment`, {
        headers: { authorization: sandbox.environment.CLICKUP_API_TOKEN ?? '' },
      })
    ).json(),
  );
  expect(comments.map(({ comment_text }) => comment_text.slice(0, 1)).toReversed()).toEqual([
    '0',
    '1',
    '2',
    '3',
    '4',
    '5',
  ]);
});

it('a row that would need nothing is done behind one that changes its task under another name', async () => {
  const place = { list_id: '901000000003' };
  sandbox.fill([
    target('clickup', 'delete', { task_id: '86named', ...place, title: 'A task with a name' }),
    target('clickup', 'delete', { task_id: '86other', ...place, title: 'Another' }),
  ]);
  const rows = ['set-status,86named,,,in progress', 'update,,A task with a name,901000000003,to do'];
  writeFileSync(join(workplace.dir, 'mixed.csv'), `operation,task_id,task_name,list_id,status\n${rows.join('\n')}\n`);
  const { exitCode, stdout } = await run(['--provider', 'clickup']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ outcomes: { done: 2, already: 0 } });
  const answer = await fetch(`${sandbox.environment.CLICKUP_BASE_URL}/v2/task/86named`, {
    headers: { authorization: sandbox.environment.CLICKUP_API_TOKEN ?? '' },
  });
  expect(await answer.json()).toMatchObject({ status: { status: 'to do' } });
});

it.each([
  ['the deletion first', ['delete,86named,,,', 'update,,A task with a name,901000000003,to do'], 2],
  ['the deletion last', ['update,86named,,,in progress', 'delete,,A task with a name,901000000003,'], 2],
  ['one that needs nothing', ['delete,86named,,,', 'set-status,,A task with a name,901000000003,to do'], 2],
  [
    'several against one',
    ['set-status,86named,,,in progress', 'archive,86named,,,', 'delete,,A task with a name,901000000003,'],
    3,
  ],
])('of rows that contradict each other under two names none is done: %s', async (_case, rows, blocked) => {
  const place = { list_id: '901000000003' };
  sandbox.fill([
    target('clickup', 'delete', { task_id: '86named', ...place, title: 'A task with a name' }),
    target('clickup', 'delete', { task_id: '86other', ...place, title: 'Another' }),
  ]);
  writeFileSync(join(workplace.dir, 'mixed.csv'), `operation,task_id,task_name,list_id,status\n${rows.join('\n')}\n`);
  const { exitCode, stdout } = await run(['--provider', 'clickup']);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ states: { blocked, succeeded: 0 } });
  expect((await sandbox.ledger()).requests.filter(({ write }) => write)).toEqual([]);
  const { stdout: report } = await runBin(['report', '--format', 'jsonl'], {
    workplace,
    environment: sandbox.environment,
  });
  const [first, second] = report.split('\n').map((line) => (line === '' ? null : JSON.parse(line)));
  const last = rows.length;
  expect(first._message).toMatch(new RegExp(`^Row ${last} \\(line ${last + 1}\\) acts on the same target`));
  if (last === 2) expect(second._message).toMatch(/^Row 1 \(line 2\) acts on the same target/);
});

it('a service in trouble does not stop the rows of another', async () => {
  const ids = Array.from({ length: 30 }, (_, index) => String(600 + index));
  const others = ids.map((id) => `86other${id}`);
  sandbox.fill([
    ...ids.map((task_id) => target('bitrix24', 'complete', { task_id })),
    ...others.map((task_id) => target('clickup', 'complete', { task_id })),
  ]);
  const rows = [...ids.map((id) => `bitrix24,complete,${id}`), ...others.map((id) => `clickup,complete,${id}`)];
  writeFileSync(join(workplace.dir, 'mixed.csv'), `provider,operation,task_id\n${rows.join('\n')}\n`);
  await sandbox.faults('bitrix24:write:401*0');
  const { exitCode } = await run([]);
  expect(exitCode).not.toBe(0);
  const effects = await sandbox.effects();
  expect(others.filter((id) => effects.get(id)?.join() === 'complete')).toHaveLength(30);
  expect(ids.filter((id) => effects.has(id))).toEqual([]);
});

it('makes what is to be made once, also when the answer is lost', async () => {
  const rows = ['list_id,name', ...['One', 'Two', 'Three'].map((name) => `901,${name}`)];
  sandbox.fill([target('clickup', 'create', { list_id: '901', name: 'An older one' })]);
  writeFileSync(join(workplace.dir, 'mixed.csv'), `${rows.join('\n')}\n`);
  await sandbox.faults('clickup:post:500-after*2');
  const { exitCode, stdout } = await run(['--provider', 'clickup', '--operation', 'create']);
  expect({ exitCode, states: JSON.parse(stdout).states }).toMatchObject({ exitCode: 0, states: { succeeded: 3 } });
  const { effects } = await sandbox.ledger();
  expect(effects.filter(({ kind }) => kind === 'create')).toHaveLength(3);
});
