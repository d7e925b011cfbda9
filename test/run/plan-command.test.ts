import { expect, test } from 'vitest';
import { withStateDir } from '../../src/cli/state-dir-hint.js';
import { planCommand } from '../../src/run/plan-command.js';
import { settings } from '../report/plan-kit.js';

const anew = { parent: null, stop: null };
const manifest = { name: 'to do.csv', format: 'csv' as const, sha256: '', bytes: 0, rows: 3 };

test('a plan that was made by flags is planned again by the same flags', () => {
  const flags = {
    ...settings,
    job: null,
    provider: 'clickup',
    operation: 'delete',
    columns: { task_id: 'Task ID' },
    where: 'row.env == "test"',
    rows: [
      [2, 4],
      [7, 7],
      [9, Number.MAX_SAFE_INTEGER],
    ] satisfies [number, number][],
    maxRows: 5,
    expect: { delete: 3 },
    look: 'none' as const,
    skipInvalid: true,
    allowNameSearch: true,
  };
  expect(planCommand({ manifest, settings: flags, sandbox: true, ...anew })).toBe(
    [
      "taskbatch plan 'to do.csv' --provider clickup --operation delete --columns 'task_id=Task ID'",
      "--where 'row.env == \"test\"' --rows 2-4,7,9- --max-rows 5 --expect 'delete=3' --look none",
      '--skip-invalid --allow-name-search --sandbox',
    ].join(' '),
  );
});

test('what the job says of the manifest is left to the job', () => {
  const flags = { ...settings, job: 'clean', provider: 'clickup', operation: 'delete', maxRows: 5, where: null };
  expect(planCommand({ manifest, settings: flags, sandbox: false, ...anew })).toBe(
    "taskbatch plan 'to do.csv' --job clean --max-rows 5",
  );
});

test('what was typed beside a job is typed again, and what came through a pipe is asked for', () => {
  const typed = { operation: 'archive', columns: 'task_id=Ref', canary: '2', 'skip-invalid': '', rate: '20' };
  const flags = { ...settings, job: 'clean', operation: 'archive', maxRows: 500, where: null, typed };
  expect(planCommand({ manifest: { ...manifest, name: '-' }, settings: flags, sandbox: false, ...anew })).toBe(
    "taskbatch plan FILE --job clean --operation archive --columns 'task_id=Ref' --canary 2 --skip-invalid --rate 20",
  );
});

test('the guard that stopped the run is left out: its number is to be thought over', () => {
  const flags = { ...settings, job: null, typed: { operation: 'delete', expect: '3', 'max-rows': '5' } };
  const stopped = (reason: string) =>
    planCommand({
      ...{ manifest, settings: flags, sandbox: false, parent: null },
      stop: { reason, message: '', exitCode: 4 },
    });
  expect(stopped('EXPECT')).toBe("taskbatch plan 'to do.csv' --operation delete --max-rows 5");
  expect(stopped('MAX_ROWS')).toBe("taskbatch plan 'to do.csv' --operation delete --expect 3");
  expect(stopped('NEVER')).toBe("taskbatch plan 'to do.csv' --operation delete --expect 3 --max-rows 5");
});

test('the rows of a retry are not planned again as all rows of its manifest', () => {
  const parent = '20260101-0900-x-00ff';
  expect(planCommand({ manifest, settings, sandbox: false, parent, stop: null })).toBe(`taskbatch retry ${parent}`);
});

test('commands name the state folder that their run is in, once', () => {
  const flags = { stateDir: 'else where' };
  const named = "--state-dir 'else where'";
  expect(withStateDir("Plan again: taskbatch plan 'to do.csv' --job clean", flags)).toBe(
    `Plan again: taskbatch plan 'to do.csv' ${named} --job clean`,
  );
  expect(withStateDir(String.raw`taskbatch plan 'Anna'\''s to do.csv' --job clean`, flags)).toBe(
    String.raw`taskbatch plan 'Anna'\''s to do.csv' ${named} --job clean`,
  );
  expect(withStateDir('taskbatch resume 20260101-0900-x-00ff --canary 0', flags)).toBe(
    `taskbatch resume 20260101-0900-x-00ff ${named} --canary 0`,
  );
  const already = `taskbatch plan undo.csv ${named}`;
  expect(withStateDir(already, flags)).toBe(already);
});
