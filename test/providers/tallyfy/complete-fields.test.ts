import { afterEach, expect, test } from 'vitest';
import { doubtOf, rowContext } from '../../support/row-context.js';
import { formField, hex, runId, type Started, startTallyfy, taskId } from './kit.js';

const open: Started[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

const field = formField({ id: hex('1'), label: 'Amount', required: true });
const args = { task_id: taskId, fields: { Amount: '120' } };

async function start() {
  const it = await startTallyfy();
  open.push(it);
  const task = it.task({ inRun: true, change: (held) => Object.assign(held, { fields: [field] }) });
  return { ...it, task };
}

test('values are saved first, so a required field that the row fills is no obstacle', async () => {
  const it = await start();
  const context = rowContext();
  const bound = it.bind('complete', args);
  expect(bound.predict(await it.look(bound), {})).toMatchObject({
    kind: 'will-do',
    changes: [
      { field: 'Amount', before: null, after: '120' },
      { field: 'status', after: 'completed' },
    ],
  });
  expect(await bound.execute(it.writer, null, {}, context)).toMatchObject({ ok: true, value: { outcome: 'done' } });
  expect(it.effects()).toEqual(['set-fields', 'complete']);
  expect(it.writes().map(({ method, path }) => `${method} ${path.split(runId)[1]}`)).toEqual([
    `PUT /tasks/${taskId}`,
    'POST /completed-tasks',
  ]);
  expect(context.steps.done('fields')).toBe(true);
});

test('the second try goes on where the first one stopped', async () => {
  const it = await start();
  const context = rowContext();
  const bound = it.bind('complete', args);
  const target = await it.look(bound);
  it.sandbox.setFaults([
    { match: { write: true }, times: 1, skip: 1, fault: { kind: 'status', status: 503, when: 'before' } },
  ]);
  expect(await bound.execute(it.writer, target, {}, context)).toMatchObject({ ok: false });
  expect(await bound.settle(it.writer, await it.read(bound), doubtOf(context))).toMatchObject({ kind: 'not-done' });
  expect(await bound.execute(it.writer, target, {}, context)).toMatchObject({ ok: true });
  expect(it.effects()).toEqual(['set-fields', 'complete']);
  expect(it.writes()).toHaveLength(3);
});

test('a lost answer to the values leaves the task open: both are sent again', async () => {
  const it = await start();
  it.sandbox.setFaults([{ match: { write: true }, times: 1, fault: { kind: 'reset', when: 'after' } }]);
  const context = rowContext();
  const bound = it.bind('complete', args);
  expect(await bound.execute(it.writer, null, {}, context)).toMatchObject({ failure: { effect: 'possible' } });
  expect(context.steps.done('fields')).toBe(false);
  expect(await bound.settle(it.writer, await it.read(bound), doubtOf())).toMatchObject({ kind: 'not-done' });
  expect(await bound.execute(it.writer, null, {}, context)).toMatchObject({ ok: true });
  expect(it.effects()).toEqual(['set-fields', 'complete']);
});

test('a completed task that does not hold the values was not completed by the row', async () => {
  const it = await start();
  Object.assign(it.task, { completedAtMs: 1, status: 'completed' });
  const bound = it.bind('complete', args);
  expect(await bound.settle(it.writer, await it.read(bound), doubtOf())).toMatchObject({ kind: 'unknown' });
  expect(await bound.settle(it.writer, await it.read(bound), doubtOf(rowContext(['fields'])))).toMatchObject({
    kind: 'done',
  });
  it.task.values.set(hex('1'), '120');
  expect(await bound.settle(it.writer, await it.read(bound), doubtOf())).toMatchObject({ kind: 'done' });
});

test('a field that the task has not stops the row before anything is sent', async () => {
  const it = await start();
  expect(await it.execute('complete', { task_id: taskId, fields: { Amuont: '1' } })).toMatchObject({
    ok: false,
    failure: { code: 'UNKNOWN_FIELD', message: expect.stringContaining('"Amount"') },
  });
  expect(it.writes()).toEqual([]);
});

test('an archived task is not completed', async () => {
  const it = await start();
  const bound = it.bind('complete', { task_id: taskId });
  const target = await it.look(bound);
  expect(bound.predict({ ...target, archived: true }, {})).toMatchObject({ failure: { code: 'TASK_ARCHIVED' } });
});
