/** A credential that may not touch some of the tasks: those rows fail alone, and the others are done. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { viewer } from '../../src/sandbox/clickup/state.js';
import { viewerToken } from '../../src/sandbox/clickup.js';
import { runBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { sandbox, workplace } = useScene();

const ids = ['86own1', '86other', '86own2'];

async function complete(token: string): Promise<number | null> {
  // An unassign finds its people assigned.
  sandbox.fill(
    ids.map((task_id) =>
      task_id === '86other'
        ? target('clickup', 'complete', { task_id })
        : target('clickup', 'unassign', { task_id, assignees: [String(viewer.id)] }),
    ),
  );
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
  const flags = ['--provider', 'clickup', '--operation', 'complete', '--rate', '0', '--yes', '--no-progress'];
  const environment = { ...sandbox.environment, CLICKUP_API_TOKEN: token };
  return (await runBin(['run', 'tasks.csv', ...flags], { workplace, environment })).exitCode;
}

it('a row without the right fails alone, with whom to ask, and is in failed.csv', async () => {
  expect(await complete(viewerToken)).toBe(3);
  expect(Object.fromEntries(await sandbox.effects())).toEqual({ '86own1': ['complete'], '86own2': ['complete'] });
  const report = readFileSync(join(workplace.runFolder(), 'report.csv'), 'utf8');
  expect(report).toMatch(/86other,.*failed,.*403,FORBIDDEN,ACCESS_083,.*Ask for the right/);
  expect(readFileSync(join(workplace.runFolder(), 'failed.csv'), 'utf8')).toBe('task_id\n86other\n');
});

it('a dead token ends it at once, and no row is spent', async () => {
  expect(await complete(`${viewerToken}_revoked`)).toBe(5);
  expect((await sandbox.ledger()).requests.filter(({ write }) => write)).toEqual([]);
});
