import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRoundTrip, type RoundTrip, toldAndMet } from './round-trip.js';

let trip: RoundTrip;
beforeEach(async () => {
  trip = await openRoundTrip();
});
afterEach(() => trip.close());

const flags = ['--rate', '0', '--no-progress', '--json'];

const row = { provider: 'clickup', operation: 'move', task_id: '86one', to_list_id: '901000000002' };

/** A plan of moving a task into a list that lacks a field which the task has a value in. */
async function planMove(): Promise<string> {
  trip.fill('clickup', 'update', { task_id: '86one', list_id: '901000000001' });
  await setGoal('old goal');
  writeFileSync(join(trip.workplace.dir, 'move.jsonl'), `${JSON.stringify(row)}\n`);
  return JSON.parse((await trip.bin(['plan', 'move.jsonl', ...flags])).stdout).run;
}

function setGoal(value: string) {
  return trip.run('clickup', [{ operation: 'set-field', task_id: '86one', field: 'Sprint goal', value }]);
}

it('undo of a move says which fields it may not bring back when the task was changed between the plan and the move', async () => {
  const run = await planMove();
  await trip.run('clickup', [{ operation: 'update', task_id: '86one', priority: 'high' }]);
  expect((await trip.bin(['apply', run, ...flags, '--yes'])).exitCode).toBe(0);
  const { groups } = await trip.undo(run);
  expect(groups).toMatchObject([
    {
      coverage: 'part',
      words: [
        'values of custom fields that were set between the plan and the move, where the other list does not have them',
      ],
    },
  ]);
});

it('a move that would drop a value which somebody entered since the plan is blocked', async () => {
  const run = await planMove();
  await setGoal('goal of somebody else');
  const applied = await trip.bin(['apply', run, ...flags, '--yes']);
  expect(applied.exitCode).toBe(3);
  expect(JSON.parse(applied.stdout)).toMatchObject({ states: { blocked: 1 } });
});

it('and not when it was the run that changed it before', async () => {
  trip.fill('clickup', 'update', { task_id: '86one', list_id: '901000000001' });
  const { run, told } = await trip.planAndApply('clickup', [
    { operation: 'set-status', task_id: '86one', status: 'in progress' },
    { operation: 'move', task_id: '86one', to_list_id: '901000000002' },
  ]);
  const { told: planned, met } = toldAndMet({ told, undone: await trip.undo(run) });
  expect(met).toEqual(planned);
});

it.each([
  ['a subtask was in the new list already', '901000000002', 'the list of subtasks that were in the new list already'],
  ['nothing is below the task', null, null],
])('undo of a move says what was in the new list before: %s', async (_what, subtaskList, told) => {
  trip.fill('clickup', 'update', { task_id: '86one', list_id: '901000000001' });
  if (subtaskList !== null) {
    trip.fill('clickup', 'update', { task_id: '86two', list_id: '901000000001' });
    await trip.run('clickup', [{ operation: 'update', task_id: '86two', parent: '86one' }]);
    await trip.run('clickup', [{ operation: 'move', task_id: '86two', to_list_id: subtaskList }]);
  }
  const run = await trip.run('clickup', [{ operation: 'move', task_id: '86one', to_list_id: '901000000002' }]);
  const { groups } = await trip.undo(run);
  expect(groups).toMatchObject([
    told === null
      ? { coverage: 'whole' }
      : { coverage: 'part', words: expect.arrayContaining([expect.stringContaining(told)]) },
  ]);
});
