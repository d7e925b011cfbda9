/** A task that was made, but not as asked, is there: its row failed, and nothing makes another. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';

const { sandbox, workplace } = useScene();

it('is neither in failed.csv nor retried, and the report names it', async () => {
  // ClickUp passes over people whom it does not know, and says nothing.
  writeFileSync(join(workplace.dir, 'new.csv'), 'name,list_id,assignees\nDraft,901000000002,99999999\n');
  const options = { workplace, environment: sandbox.environment };
  const flags = ['--provider', 'clickup', '--operation', 'create', '--rate', '0', '--yes', '--no-progress'];
  expect((await runBin(['run', 'new.csv', ...flags], options)).exitCode).toBe(3);
  const [made = ''] = (await sandbox.effects()).keys();
  const folder = workplace.runFolder();
  const report = workplace.read('.taskbatch', 'runs', folder.split('/').at(-1) ?? '', 'report.csv');
  expect(report).toContain(`${made},failed,`);
  expect(report).toContain('NOT_APPLIED');
  expect(existsSync(join(folder, 'failed.csv'))).toBe(false);
  const retry = await runBin(['retry', '--yes', '--no-progress'], options);
  expect(retry).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('may be sent again') });
  expect(await sandbox.effects()).toEqual(new Map([[made, ['create']]]));
});
