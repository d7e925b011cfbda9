import { afterEach, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import type { RowAbove } from '../../../src/providers/operation.js';
import { targetKey } from '../../../src/providers/target.js';
import { at, hex, runId, type Started, startTallyfy } from './kit.js';

const open: Started[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

const args = { title: 'Send it', owners: { users: [48_213] }, deadline: '2026-12-01 17:00:00' };

/** A sandbox with a run and two tags, and how planning looks up what rows name. */
async function start() {
  const it = await startTallyfy();
  open.push(it);
  it.fill('create', { run_id: runId, tags: [hex('c'), hex('d')] });
  const look = (named: JsonObject, above: Readonly<Record<string, RowAbove>> = {}) =>
    it.bind('create', { ...args, ...named }).findNamed(it.writer, null, (ref) => above[targetKey('', ref)] ?? null);
  const paths = () => it.sandbox.ledger.requests().map(({ path }) => path.replace(/^.*organizations\/[0-9a-f]+\//, ''));
  return { ...it, look, paths };
}

test('a row that names an unknown run or tag is known to fail before anything is sent', async () => {
  const it = await start();
  expect(await it.look({ run_id: hex('9') })).toMatchObject({
    failure: { type: 'NOT_FOUND', code: 'RUN_NOT_FOUND', message: expect.stringContaining(hex('9')) },
  });
  expect(await it.look({ run_id: runId, tags: [hex('c'), hex('8')] })).toMatchObject({
    failure: { type: 'NOT_FOUND', code: 'TAG_NOT_FOUND', message: expect.stringContaining(hex('8')) },
  });
  expect(await it.look({ run_id: runId, tags: [hex('c'), hex('d')] })).toEqual({ ok: true, value: null });
  expect(it.writes()).toEqual([]);
});

test('each run is asked for once, and the list of tags; one that it does not show is asked for by its id', async () => {
  const it = await start();
  const rows = [{}, { run_id: runId }, { run_id: hex('9') }, { tags: [hex('c')] }, { tags: [hex('d'), hex('8')] }];
  for (const named of [...rows, ...rows]) await it.look(named);
  const expected = [`runs/${runId}`, `runs/${hex('9')}`, 'tags', `tags/${hex('8')}`];
  expect(it.paths().map((path) => path.split('?')[0])).toEqual(expected);
});

test('a tag that the list leaves out passes when it is there', async () => {
  const it = await start();
  expect(await it.look({ tags: [hex('c')] })).toMatchObject({ ok: true });
  it.fill('create', { tags: [hex('e')] });
  expect(await it.look({ tags: [hex('e')] })).toMatchObject({ ok: true });
});

test('a run that is archived takes no task, unless a row above restores it', async () => {
  const it = await start();
  it.fill('restore-run', { run_id: runId });
  const refused = { failure: { type: 'CONFLICT', code: 'RUN_ARCHIVED', message: expect.stringContaining(runId) } };
  expect(await it.look({ run_id: runId })).toMatchObject(refused);
  const above = (removes: boolean) => ({ [`:run:${runId}`]: { number: 1, removes } });
  expect(await it.look({ run_id: runId }, above(false))).toMatchObject({ ok: true });
  expect(await it.look({ run_id: runId }, above(true))).toMatchObject(refused);
});

test('a run that allows no tasks beside those of its template takes none', async () => {
  const it = await start();
  at(it.state.runs, runId).canAddOneOffTasks = false;
  expect(await it.look({ run_id: runId })).toMatchObject({ failure: { code: 'RUN_TAKES_NO_TASKS' } });
  expect(await it.execute('create', { ...args, run_id: runId })).toMatchObject({ failure: { httpStatus: 422 } });
});

test('a tag that a row above deletes is not there any more by then', async () => {
  const it = await start();
  const above = { [`:tag:${hex('d')}`]: { number: 7, removes: true } };
  expect(await it.look({ tags: [hex('c'), hex('d')] }, above)).toMatchObject({
    failure: { code: 'TAG_DELETED_ABOVE', message: expect.stringContaining('row 7') },
  });
  expect(await it.look({ tags: [hex('c')] }, above)).toMatchObject({ ok: true });
});

test('what may not be read is left to the write; a service in trouble tells nothing', async () => {
  const it = await start();
  it.sandbox.setFaults([{ match: {}, times: 3, fault: { kind: 'status', status: 403, when: 'before' } }]);
  expect(await it.look({ run_id: hex('9'), tags: [hex('8')] })).toMatchObject({ ok: true });
  const other = await start();
  other.sandbox.setFaults([{ match: {}, times: 1, fault: { kind: 'status', status: 503, when: 'before' } }]);
  expect(await other.look({ run_id: runId })).toMatchObject({ failure: { retryable: true } });
  expect(await other.look({ run_id: runId })).toMatchObject({ ok: true });
});
