import { afterEach, describe, expect, test } from 'vitest';
import { bitrix24 } from '../../../src/providers/bitrix24/provider.js';
import { createBitrix24 } from '../../../src/sandbox/bitrix24.js';
import { hostServices } from '../../../src/sandbox/host.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { connectProvider } from '../../support/connected.js';
import { connectOptions, doubtOf, rowContext } from '../../support/row-context.js';

const open: Array<{ close(): Promise<void> }> = [];

afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close();
});

async function start() {
  const sandbox = await hostServices([() => createBitrix24()], { limit: null });
  open.push(sandbox);
  const connected = connectProvider(bitrix24, sandbox.environment);
  open.push(connected);
  return { ...connected, sandbox };
}

const values = { title: 'Draft', responsible_id: '1', tags: ['q4'], deadline: '2026-12-24T15:00:00.000Z' };
const offline = () => bitrix24.connect({ BITRIX24_API_KEY: 'vibe_api_1' }, connectOptions).bind('create', values);

test('a task is made with what the row says and the mark of the row among its tags', async () => {
  const { connection, writer, sandbox } = await start();
  const result = await connection.bind('create', values).execute(writer, null, {}, rowContext());
  expect(result).toMatchObject({ ok: true, value: { outcome: 'done', createdId: expect.stringMatching(/^\d+$/) } });
  const [effect, ...others] = sandbox.ledger.effects('bitrix24');
  expect([effect?.kind, others]).toEqual(['create', []]);
  const [reading] = await connection.lookUp(writer, [{ kind: 'task', id: effect?.target ?? '' }]);
  expect(reading).toMatchObject({
    kind: 'found',
    target: { title: 'Draft', due: values.deadline, tags: ['q4', rowContext().mark] },
  });
});

test.each([
  ['after', 'done', 1],
  ['before', 'not-done', 0],
] as const)('a create that lost its answer %s it was made is settled by its mark: %s', async (when, kind, effects) => {
  const { connection, writer, sandbox } = await start();
  const bound = connection.bind('create', values);
  // Another row's task of the same title proves nothing.
  await bound.execute(writer, null, {}, { ...rowContext(), mark: 'taskbatch other/1' });
  sandbox.setFaults([{ match: { service: 'bitrix24', write: true }, times: 1, fault: { kind: 'reset', when } }]);
  expect(await bound.execute(writer, null, {}, rowContext())).toMatchObject({
    ok: false,
    failure: { effect: 'possible' },
  });
  expect(sandbox.ledger.effects('bitrix24')).toHaveLength(1 + effects);
  expect(await bound.settle(writer, null, doubtOf())).toMatchObject({ kind });
});

test('a planned end before its start is refused', () => {
  const create = bitrix24.operations.find(({ name }) => name === 'create');
  const row = { title: 'T', responsible_id: '1', start_date_plan: '2026-12-21T09:00:00Z' };
  expect(create?.schema.safeParse(row).success).toBe(true);
  const parsed = create?.schema.safeParse({ ...row, end_date_plan: '2026-12-20T09:00:00Z' });
  expect(parsed?.error?.issues[0]?.message).toMatch(/before its start_date_plan/);
});

describe('without a mark', () => {
  const sinceMs = Date.parse('2026-11-22T10:00:00.400Z');
  const made = (id: number, more: Record<string, unknown> = {}) => ({
    ...{ id, title: values.title, responsibleId: 1, deadline: values.deadline, tags: ['q4'] },
    createdDate: '2026-11-22T10:00:00+00:00',
    ...more,
  });
  const settle = (...data: readonly unknown[]) =>
    bitrix24
      .connect({ BITRIX24_API_KEY: 'vibe_api_1' }, connectOptions)
      .bind('create', { ...values, mark: false })
      .settle(
        scriptWriter(answerOf(200, { success: true, data, meta: { hasMore: false } })),
        null,
        doubtOf({ attemptStartedAtMs: sinceMs }),
      );

  test('the only task of the title and details since the attempt is it', async () => {
    expect(await settle(made(7), made(6, { title: 'Other' }))).toMatchObject({ kind: 'done', createdId: '7' });
  });

  test('none of the title means that none was made', async () => {
    expect(await settle(made(6, { title: 'Other' }))).toMatchObject({ kind: 'not-done' });
  });

  test.each([
    ['two of them', [made(7), made(8)]],
    ['an older one', [made(7, { createdDate: '2026-11-22T09:59:59+00:00' })]],
    ['one of other details', [made(7, { responsibleId: 2 })]],
  ])('%s: nothing is guessed', async (_case, data) => {
    expect(await settle(...data)).toMatchObject({ kind: 'unknown' });
  });
});

test('tags that are not told leave the row unknown', async () => {
  const answer = answerOf(200, { success: true, data: [{ id: 5, title: 'Draft' }], meta: { hasMore: false } });
  expect(await offline().settle(scriptWriter(answer), null, doubtOf())).toMatchObject({ kind: 'unknown' });
});

describe('the search for a create in doubt', () => {
  const attemptStartedAtMs = Date.parse('2026-11-22T10:00:00Z');
  const task = (id: number, createdDate: string, tags: readonly string[] = []) => ({
    id,
    title: 'Draft',
    createdDate,
    tags,
  });
  const page = (...data: readonly unknown[]) => answerOf(200, { success: true, data, meta: { hasMore: true } });
  const fresh = Array.from({ length: 50 }, (_, index) => task(150 - index, '2026-11-22T10:00:01+00:00'));

  test('goes from the newest task back, page by page, to the first that is older than the attempt', async () => {
    const reader = scriptWriter(
      page(...fresh),
      page(task(100, '2026-11-22T10:00:00+00:00'), task(99, '2026-11-22T09:00:00+00:00')),
    );
    expect(await offline().settle(reader, null, doubtOf({ attemptStartedAtMs }))).toMatchObject({ kind: 'not-done' });
    expect(reader.sent.map((request) => 'body' in request && request.body)).toMatchObject([
      { filter: {}, order: { id: 'desc' } },
      { filter: { id: { $lt: 101 } }, order: { id: 'desc' } },
    ]);
  });

  test('passes over what was there before, and allows for clocks that differ', async () => {
    const { mark } = rowContext();
    const settle = (createdDate: string) =>
      offline().settle(
        scriptWriter(
          page({ ...task(7, createdDate, [mark, 'q4']), deadline: values.deadline, responsibleId: 1 }),
          page(),
        ),
        null,
        doubtOf({ attemptStartedAtMs }),
      );
    expect(await settle('2026-11-22T09:40:00+00:00')).toMatchObject({ kind: 'not-done' });
    expect(await settle('2026-11-22T09:55:00+00:00')).toMatchObject({ kind: 'done', createdId: '7' });
    // In another zone, later than it looks.
    expect(await settle('2026-11-22T03:00:00-07:00')).toMatchObject({ kind: 'done', createdId: '7' });
  });
});

describe('the answer to a create', () => {
  test.each([
    ['holds no task', answerOf(201, { success: true, data: true }), 'UNEXPECTED_ANSWER'],
    ['is a web page', answerOf(200, '<html>'), 'UNEXPECTED_ANSWER'],
    ['shows a dropped deadline', answerOf(201, { success: true, data: { id: 5, deadline: null } }), 'NOT_APPLIED'],
    ['shows a cut title', answerOf(201, { success: true, data: { id: 5, title: 'Dra' } }), 'NOT_APPLIED'],
  ])('that %s fails the row, which is not sent again', async (_case, answer, code) => {
    expect(await offline().execute(scriptWriter(answer), null, {}, rowContext())).toMatchObject({
      ok: false,
      failure: { code, effect: 'possible', retryable: false },
    });
  });
});
