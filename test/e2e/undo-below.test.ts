/** Tasks that a run made, and what is below them when the run is taken back: it goes along with what is deleted. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { referenceMark } from '../../src/manifest/reference-text.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const list = '901000000001';
const { here, other, sandbox, workplace } = useScene({ now: () => Date.now() + laterMs });
/** How far the service's clock is ahead. */
let laterMs = 0;
let run = '';
/** Of the tasks that the run made. */
let parent = '';
let child = '';

const flags = ['--rate', '0', '--no-progress'];
const json = async (...args: string[]) => JSON.parse((await here(...args, '--json')).stdout);
const deleted = async () =>
  (await sandbox.ledger()).effects.flatMap(({ kind, target: id }) => (kind === 'delete' ? [id] : []));

beforeEach(async () => {
  laterMs = 0;
  sandbox.fill([target('clickup', 'delete', { task_id: '86own', list_id: list, title: 'Of somebody else' })]);
  const rows = ['key,list_id,name,parent', `a,${list},Parent,`, `,${list},Child,${referenceMark}a.id}`];
  writeFileSync(join(workplace.dir, 'rows.csv'), `${rows.join('\n')}\n`);
  ({ run } = await json('run', 'rows.csv', '--provider', 'clickup', '--operation', 'create', ...flags, '--yes'));
  [parent = '', child = ''] = (await sandbox.ledger()).effects.map(({ target: id }) => id);
  laterMs = 60_000;
});

it('nothing is deleted above a task that somebody worked on', async () => {
  await other.change('clickup', 'update', { task_id: child, name: 'Worked on' });
  const undone = await json('undo', run, '-o', 'undo.csv', ...flags);
  expect(undone).toMatchObject({ file: null, rows: { whole: 0, changed: 2 } });
  expect(JSON.stringify(undone.groups)).toContain('What row 2 made is below it and stays');
});

it('nothing is deleted above a task below which somebody put another one', async () => {
  await other.change('clickup', 'update', { task_id: '86own', parent: child });
  expect(await json('undo', run, '-o', 'undo.csv', ...flags)).toMatchObject({ file: null, rows: { changed: 2 } });
});

it('with --force all of it goes, as far as it was there then', async () => {
  await other.change('clickup', 'update', { task_id: '86own', parent: child });
  await here('undo', run, '-o', 'undo.csv', '--force', ...flags);
  const { exitCode } = await here('run', 'undo.csv', ...flags, '--yes');
  expect([exitCode, await deleted()]).toEqual([0, expect.arrayContaining([parent, child])]);
});

it('lines hold only as long as nobody works on what is below their targets', async () => {
  await here('undo', run, '-o', 'undo.csv', ...flags);
  laterMs = 120_000;
  await other.change('clickup', 'update', { task_id: child, name: 'Worked on' });
  const { exitCode, stdout } = await here('run', 'undo.csv', ...flags, '--yes');
  expect([exitCode, await deleted()]).toEqual([3, []]);
  expect(stdout).toContain('PART_KEPT');
});

it('lines hold only as long as nobody puts anything below their targets', async () => {
  await here('undo', run, '-o', 'undo.csv', ...flags);
  laterMs = 120_000;
  await other.change('clickup', 'update', { task_id: '86own', parent });
  const { exitCode, stdout } = await here('run', 'undo.csv', ...flags, '--yes');
  expect(exitCode).toBe(3);
  expect(stdout.replace(/\s+/g, ' ')).toContain('It takes along 86own, which no line names, and which was changed at');
  expect(await deleted()).toEqual([child]);
});
