import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { chooseCompletedStatus } from '../../../src/providers/clickup/list-statuses.js';
import { clickup } from '../../../src/providers/clickup/provider.js';
import { HeldError } from '../../../src/providers/http.js';
import { describeTarget } from '../../../src/providers/reading.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { connectOptions, doubtOf, rowContext } from '../../support/row-context.js';

const statuses = [
  { status: 'To Do', type: 'open', orderindex: 0 },
  { status: 'Review', type: 'custom', orderindex: 1 },
  { status: 'Shipped', type: 'done', orderindex: 2 },
  { status: 'Complete', type: 'closed', orderindex: 3 },
];
const list = (own: readonly object[] = statuses) => answerOf(200, { id: '901', statuses: own });
const task = (status: string, type: string) => ({
  id: '9hx',
  name: 'T',
  status: { status, type },
  list: { id: '901', name: 'L' },
});
const open = describeTarget({
  id: '9hx',
  title: 'T',
  completed: false,
  status: 'To Do',
  placeId: '901',
  extra: { statusType: 'open' },
});
const inStatus = (status: string, statusType: string) => ({ ...open, status, extra: { statusType } });
const doubt = { attemptStartedAtMs: 0, seenBefore: true };

function bind(args: JsonObject = {}) {
  const connection = clickup.connect({ CLICKUP_API_TOKEN: 'pk_1_A' }, connectOptions);
  return { connection, bound: connection.bind('complete', { task_id: '9hx', ...args }) };
}

const kinds = (...types: readonly string[]) =>
  types.map((type, index) => ({ id: `s${index}`, name: `S${index}`, type }));

describe('the status that completes a task', () => {
  test.each([
    ['the closed one', kinds('open', 'done', 'closed'), undefined, 'S2'],
    ['the last done one where none is closed', kinds('open', 'done', 'custom', 'done'), undefined, 'S3'],
    [
      'the one that is named, in the spelling of the list',
      [{ id: 's1', name: 'In Review', type: 'custom' }],
      ' in review ',
      'In Review',
    ],
  ])('is %s', (_case, own, wanted, expected) => {
    expect(chooseCompletedStatus(own, wanted)).toMatchObject({ ok: true, value: { name: expected } });
  });

  test.each([
    ['several are closed', kinds('open', 'closed', 'closed'), undefined, 'SEVERAL_CLOSED_STATUSES', '"S1", "S2"'],
    ['none is closed or done', kinds('open', 'custom'), undefined, 'NO_CLOSED_STATUS', '"S0", "S1"'],
    ['the list has none of that name', kinds('open', 'closed'), 'Done', 'STATUS_NOT_FOUND', '"S0", "S1"'],
  ])('has to be named when %s, and the names are told', (_case, own, wanted, code, names) => {
    const chosen = chooseCompletedStatus(own, wanted);
    expect(chosen).toMatchObject({
      ok: false,
      failure: { type: 'VALIDATION', code, message: expect.stringContaining(names) },
    });
  });
});

describe("a list's statuses", () => {
  test('are asked for once, also by rows that come while the answer is under way', async () => {
    const { connection } = bind();
    const reader = scriptWriter(list([...statuses].reverse()));
    const rows = ['9hx', '9hy', '9hz'].map((task_id) => connection.bind('complete', { task_id }));
    const prepared = await Promise.all(rows.map((row) => row.prepare(reader, open)));
    expect(prepared).toEqual(prepared.map(() => ({ ok: true, value: { status: 'Complete', type: 'closed' } })));
    expect(reader.sent).toEqual([{ method: 'GET', path: ['v2', 'list', '901'] }]);
  });

  test('are taken in their order, however they come', async () => {
    const own = [
      { status: 'Archived', type: 'done', orderindex: '2' },
      { status: 'Shipped', type: 'done', orderindex: 1 },
      { status: 'To Do', type: 'open', orderindex: 0 },
    ];
    expect(await bind().bound.prepare(scriptWriter(list(own)), open)).toMatchObject({ value: { status: 'Archived' } });
  });

  test('are asked for again after a failure', async () => {
    const { bound } = bind();
    const reader = scriptWriter(answerOf(503), list([]), list());
    expect(await bound.prepare(reader, open)).toMatchObject({ ok: false, failure: { retryable: true } });
    expect(await bound.prepare(reader, open)).toMatchObject({ ok: false, failure: { code: 'UNEXPECTED_ANSWER' } });
    expect(await bound.prepare(reader, open)).toMatchObject({ ok: true });
  });

  test('are asked for again after the run held the request', async () => {
    const { bound } = bind();
    const held = { read: () => Promise.reject(new HeldError('stopping', 'The run is stopping.')) };
    await expect(bound.prepare(held, open)).rejects.toThrow(HeldError);
    expect(await bound.prepare(scriptWriter(list()), open)).toMatchObject({ ok: true });
  });
});

describe('the forecast', () => {
  test.each([
    [{}, open, 'will-do'],
    [{}, inStatus('Complete', 'closed'), 'nothing-to-do'],
    [{}, inStatus('Shipped', 'done'), 'will-do'],
    [{ status: 'shipped' }, inStatus('Shipped', 'done'), 'nothing-to-do'],
    [{ status: 'shipped' }, inStatus('Complete', 'closed'), 'will-do'],
  ])('of %j for a task in %o is %s', async (args, target, kind) => {
    const { bound } = bind(args);
    const prepared = await bound.prepare(scriptWriter(list()), target);
    expect(bound.predict(target, prepared.ok ? prepared.value : {})).toMatchObject({ kind });
  });

  test('names both statuses', async () => {
    const { bound } = bind();
    expect(bound.predict(open, { status: 'Complete' })).toEqual({
      kind: 'will-do',
      changes: [{ field: 'status', before: 'To Do', after: 'Complete' }],
    });
  });

  test('fails without a list to look at', async () => {
    const { bound } = bind();
    expect(await bound.prepare(scriptWriter(), { ...open, placeId: null })).toMatchObject({
      ok: false,
      failure: { code: 'LIST_UNKNOWN' },
    });
  });
});

describe('the completion', () => {
  test("sends the planned status to the task's native id", async () => {
    const { bound } = bind({ task_id: 'DEV-7', team_id: '9008' });
    const writer = scriptWriter(answerOf(200, task('Complete', 'closed')));
    expect(await bound.execute(writer, open, { status: 'Complete' }, rowContext())).toMatchObject({
      ok: true,
      value: { outcome: 'done' },
    });
    expect(writer.sent).toEqual([
      { method: 'PUT', path: ['v2', 'task', '9hx'], query: [], body: { status: 'Complete' } },
    ]);
  });

  test('looks up what was not planned, and leaves a task that has the status', async () => {
    const done = scriptWriter(answerOf(200, task('Complete', 'closed')), list());
    expect(await bind().bound.execute(done, null, {}, rowContext())).toMatchObject({
      ok: true,
      value: { outcome: 'already' },
    });
    const todo = scriptWriter(answerOf(200, task('To Do', 'open')), list(), answerOf(200, task('complete', 'closed')));
    expect(await bind().bound.execute(todo, null, {}, rowContext())).toMatchObject({
      ok: true,
      value: { outcome: 'done' },
    });
    expect(todo.sent.at(-1)).toMatchObject({ method: 'PUT', body: { status: 'Complete' } });
  });

  test('that answers with another status was not applied', async () => {
    const writer = scriptWriter(answerOf(200, task('To Do', 'open')));
    expect(await bind().bound.execute(writer, open, { status: 'Complete' }, rowContext())).toMatchObject({
      ok: false,
      failure: {
        code: 'NOT_APPLIED',
        effect: 'possible',
        retryable: false,
        message: expect.stringContaining('"To Do", not "Complete"'),
      },
    });
  });
});

describe('doubt', () => {
  test.each([
    ['closed', {}, 'Complete', 'closed', 'done'],
    ['in the status that was named', { status: 'SHIPPED' }, 'Shipped', 'done', 'done'],
    ['done, where the list has a closed one', {}, 'Shipped', 'done', 'not-done'],
    ['open', {}, 'To Do', 'open', 'not-done'],
    ['closed, but another status was named', { status: 'Shipped' }, 'Complete', 'closed', 'not-done'],
  ])('about a task that is %s', async (_case, args, status, type, expected) => {
    const { bound } = bind(args);
    if (bound.target === null) throw new Error('no target');
    const reading = { kind: 'found', ref: bound.target, target: inStatus(status, type), raw: {} } as const;
    expect(await bound.settle(scriptWriter(list()), reading, doubtOf(doubt))).toMatchObject({ kind: expected });
  });

  test.each([
    ['a minute after the row', 60_000, undefined],
    [
      'long after it',
      180_000,
      '"T" (9hx) was completed once more since, at 1970-01-01T00:19:40.000Z, by something else.',
    ],
  ])('of a row that was done: its task was completed %s', async (_case, laterMs, since) => {
    const { bound } = bind();
    if (bound.target === null) throw new Error('no target');
    const target = { ...open, completed: true, extra: { statusType: 'closed', doneMs: 1_000_000 + laterMs } };
    const reading = { kind: 'found', ref: bound.target, target, raw: {} } as const;
    const known = doubtOf({ ...doubt, endedAtMs: 1_000_000 });
    const settled = await bound.settle(scriptWriter(list()), reading, known);
    expect([settled.kind, 'since' in settled ? settled.since : undefined]).toEqual(['done', since]);
  });

  test('stays when the list can not be read', async () => {
    const { bound } = bind();
    if (bound.target === null) throw new Error('no target');
    const reading = { kind: 'found', ref: bound.target, target: open, raw: {} } as const;
    expect(await bound.settle(scriptWriter(answerOf(503)), reading, doubtOf(doubt))).toMatchObject({ kind: 'unknown' });
  });
});
