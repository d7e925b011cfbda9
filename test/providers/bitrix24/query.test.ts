import { afterEach, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.js';
import { bitrix24 } from '../../../src/providers/bitrix24/provider.js';
import type { HttpOutcome } from '../../../src/providers/http.js';
import { createBitrix24 } from '../../../src/sandbox/bitrix24.js';
import { hostServices } from '../../../src/sandbox/host.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { connectProvider } from '../../support/connected.js';
import { connectOptions, rowContext } from '../../support/row-context.js';

const open: Array<{ close(): Promise<void> }> = [];

afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close();
});

async function start(count: number) {
  const sandbox = await hostServices([() => createBitrix24()], { limit: null });
  open.push(sandbox);
  const ids = Array.from({ length: count }, (_, index) => String(100 + index));
  sandbox.fill(
    ids.map((id) => ({ provider: 'bitrix24', operation: 'delete', values: { task_id: id }, cells: {}, done: false })),
  );
  const connected = connectProvider(bitrix24, sandbox.environment);
  open.push(connected);
  const { connection, writer } = connected;
  const update = async (id: string, operation: string, values: Record<string, string | string[]>) => {
    const bound = connection.bind(operation, { task_id: id, ...values });
    expect(await bound.execute(writer, null, {}, rowContext())).toMatchObject({ ok: true });
  };
  const find = async (values: Record<string, string>) => {
    const found: string[] = [];
    if (connection.pages === null) throw new Error('no query');
    for await (const page of connection.pages(writer, values)) {
      if (!page.ok) throw new Error(page.failure.message);
      found.push(...page.value.map(({ id }) => id));
    }
    return found;
  };
  return { ...connected, ids, update, find };
}

test('every task is found once, page after page, in a search that nothing else is asked in', async () => {
  const { ids, find, answers } = await start(120);
  expect(await find({ 'created-by': '1' })).toEqual(ids);
  expect(answers).toHaveLength(3);
});

test('group, people, status, tag and deadline narrow it down', async () => {
  const { update, find } = await start(4);
  await update('100', 'update', { group_id: '12', tags: ['Q4'], deadline: '2026-12-01T10:00:00.000Z' });
  await update('101', 'update', { group_id: '13', deadline: '2026-12-09T10:00:00.000Z' });
  await update('102', 'update', { responsible_id: '2' });
  await update('103', 'defer', {});
  expect(await find({ 'group-id': '12;13' })).toEqual(['100', '101']);
  expect(await find({ 'responsible-id': '2' })).toEqual(['102']);
  expect(await find({ status: 'Deferred' })).toEqual(['103']);
  expect(await find({ status: 'pending;6', 'group-id': '13' })).toEqual(['101']);
  expect(await find({ tag: 'q4' })).toEqual(['100']);
  expect(await find({ 'deadline-before': '2026-12-05' })).toEqual(['100']);
  expect(await find({ 'deadline-after': '2026-12-05T00:00:00Z' })).toEqual(['101']);
});

const offline = (values: Record<string, string>, ...answers: readonly HttpOutcome[]) => {
  const { pages } = bitrix24.connect({ BITRIX24_API_KEY: 'vibe_api_1' }, connectOptions);
  return pages?.(scriptWriter(...answers), values);
};
const page = (...data: readonly unknown[]) => answerOf(200, { success: true, data, meta: { hasMore: true } });

test('tasks that an ignored filter lets through are left out', async () => {
  const pages = offline({ 'group-id': '12' }, page({ id: 1, groupId: 12 }, { id: 2, groupId: 13 }), page());
  const found = [];
  for await (const one of pages ?? []) found.push(one);
  expect(found).toMatchObject([{ ok: true, value: [{ id: '1' }] }]);
});

test('a page that begins anew ends the search with a failure, not in a loop', async () => {
  const found = [];
  for await (const one of offline({ 'group-id': '12' }, page({ id: 1 }), page({ id: 1 })) ?? []) found.push(one);
  expect(found).toMatchObject([{ ok: true }, { ok: false, failure: { code: 'UNEXPECTED_ANSWER' } }]);
});

test.each([
  [{ 'status-changed-date': '2026-01-01' }, /--status-changed-date is ignored by Bitrix24 without an error/],
  [{ statusChangedDate: '2026-01-01' }, /ignored/],
  [{ 'activity-date': '2026-01-01' }, /ignored/],
  [{ colour: 'red' }, /nothing that tasks/],
  [{ 'group-id': 'a' }, /no id/],
  [{ status: '7' }, /no status/],
  [{ status: 'constructor' }, /no status/],
  [{ 'deadline-before': '2026-02-30' }, /no date/],
])('the query %j is refused before anything is asked', (values, message) => {
  expect(() => offline(Object.fromEntries(Object.entries(values)))).toThrow(UsageError);
  expect(() => offline(Object.fromEntries(Object.entries(values)))).toThrow(message);
});

test('flags that are known only to be refused are not offered', () => {
  const refusedNames = bitrix24.queryParameters.filter(({ refused }) => refused !== undefined).map(({ name }) => name);
  expect(refusedNames).toEqual(['status-changed-date', 'activity-date']);
  for (const name of refusedNames) {
    const { fix } = refusalOf({ [name]: '2026-01-01' });
    expect(fix).toContain('--deadline-after');
    expect(fix).not.toContain('changed-date');
  }
});

function refusalOf(values: Record<string, string>): UsageError {
  try {
    offline(values);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was taken');
}
