/** `explain`: one row's whole story, as the bin tells it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { bin, sandbox, workplace } = useScene();

async function deleteThree(): Promise<void> {
  sandbox.fill(['86story1', '86story2'].map((task_id) => target('clickup', 'delete', { task_id, name: '[test] One' })));
  writeFileSync(join(workplace.dir, 'tasks.csv'), 'task_id,note\n86story1,first\n86story2,"a\nb"\n86nothere,gone\n');
  // The answer to the first write is lost; a look then shows that it came through.
  await sandbox.faults('clickup:write:reset-after');
  const run = ['run', 'tasks.csv', '--provider', 'clickup', '--operation', 'delete', '--rate', '0', '--yes'];
  expect((await bin(...run, '--concurrency', '1', '--no-progress')).exitCode).toBe(3);
}

it('tells what the manifest said, what the plan saw, what happened and how it stands', async () => {
  await deleteThree();
  const { stdout, exitCode } = await bin('explain', '1');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Row 1 of run \S+: clickup\.delete 86story1\nFrom +tasks\.csv:2\n/);
  expect(stdout).toContain('note: first');
  expect(stdout).toContain('What the plan saw');
  expect(stdout).toMatch(/attempt 1: NETWORK \S+: .*It may have been applied\./s);
  expect(stdout).toContain('succeeded, found done after doubt');
});

it('tells of a row that was never sent, and what to do about it', async () => {
  await deleteThree();
  const { stdout } = await bin('explain', '3');
  expect(stdout).toContain('No write was sent.');
  expect(stdout).toMatch(/failed\n +NOT_FOUND /);
  expect(stdout).toMatch(/Next: taskbatch retry \S+\n$/);
});

it('tells of a write that the service did not take for now, and that it left once more', async () => {
  writeFileSync(join(workplace.dir, 'new.csv'), 'list_id,name\n901000000001,One\n');
  await sandbox.faults('clickup:post:throttle-seconds=1*1');
  const run = ['run', 'new.csv', '--provider', 'clickup', '--operation', 'create', '--rate', '0', '--yes'];
  expect((await bin(...run, '--no-progress')).exitCode).toBe(0);
  const { stdout } = await bin('explain', '1');
  expect(stdout.replace(/\s+/g, ' ')).toMatch(
    /attempt 1: RATE_LIMIT SENT_AGAIN: The service took nothing of it for now, and it was sent again\. Nothing was changed by it\./,
  );
  expect(stdout).toContain('after 1 attempt');
  expect((await sandbox.ledger()).effects.filter(({ kind }) => kind === 'create')).toHaveLength(1);
});

it('gives the same story as JSON', async () => {
  await deleteThree();
  const { stdout } = await bin('explain', '1', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'row',
    number: 1,
    line: 2,
    state: 'succeeded',
    outcome: 'settled',
    cells: [
      { column: 'task_id', value: '86story1' },
      { column: 'note', value: 'first' },
    ],
    reading: { snapshot: true },
    attemptsThatFailed: [{ attempt: 1, errorType: 'NETWORK', phase: 'sent-no-answer', effect: 'possible' }],
    next: null,
  });
});

it.each([
  [['explain', '4'], /has no row 4; it has 3/],
  [['explain', 'x', 'first'], /"first" is no number of a row/],
])('refuses %j and says what to type', async (args, message) => {
  await deleteThree();
  const { stderr, exitCode, stdout } = await bin(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(message);
  expect(stdout).toBe('');
});
