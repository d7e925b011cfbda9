import { afterEach, describe, expect, test } from 'vitest';
import { bitrix24 } from '../../../src/providers/bitrix24/provider.js';
import { describeTarget } from '../../../src/providers/reading.js';
import { type Bitrix24Settings, createBitrix24 } from '../../../src/sandbox/bitrix24.js';
import { hostServices } from '../../../src/sandbox/host.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { connectProvider } from '../../support/connected.js';
import { connectOptions, doubtOf, rowContext } from '../../support/row-context.js';

const open: Array<{ close(): Promise<void> }> = [];

afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close();
});

async function start(settings: Partial<Bitrix24Settings> = {}, key = 'vibe_api_sandbox') {
  const sandbox = await hostServices([() => createBitrix24(settings)], { limit: null });
  open.push(sandbox);
  const fill = (...ids: readonly number[]) =>
    sandbox.fill(
      ids.map((id) => ({
        provider: 'bitrix24',
        operation: 'delete',
        values: { task_id: String(id) },
        cells: {},
        done: false,
      })),
    );
  const connected = connectProvider(bitrix24, { ...sandbox.environment, BITRIX24_API_KEY: key });
  open.push(connected);
  const refs = (...ids: readonly number[]) => ids.map((id) => ({ kind: 'task', id: String(id) }));
  /** What an administrator does to a task. */
  const give = async (id: number, fields: Readonly<Record<string, unknown>>): Promise<void> => {
    const { BITRIX24_BASE_URL: base = '' } = sandbox.environment;
    const headers = { 'x-api-key': 'vibe_api_sandbox', 'content-type': 'application/json' };
    const body = JSON.stringify(fields);
    expect((await fetch(`${base}/v1/tasks/${id}`, { method: 'PATCH', headers, body })).status).toBe(200);
  };
  return { ...connected, fill, refs, give };
}

/** The user of a key that ends in `_member`. */
const memberId = 2;

const target = describeTarget({ id: '11', title: 'T', completed: false, status: 'pending', extra: { statusCode: 2 } });
const complete = () =>
  bitrix24.connect({ BITRIX24_API_KEY: 'vibe_api_1' }, connectOptions).bind('complete', { task_id: '11' });
const ok = (data: unknown) => answerOf(200, { success: true, data });

describe('the answer to a completion', () => {
  test.each([
    ['completed', ok({ id: 11, status: 5 }), { ok: true, value: { outcome: 'done', message: null } }],
    ['completed, in capitals', ok({ ID: '11', STATUS: '5' }), { ok: true, value: { outcome: 'done', message: null } }],
    [
      'under control',
      ok({ id: 11, status: '4' }),
      { ok: true, value: { message: expect.stringContaining('approval') } },
    ],
    ['only accepted', ok(true), { ok: true, value: { outcome: 'done' } }],
    ['unchanged', ok({ id: 11, status: 2 }), { ok: false, failure: { code: 'NOT_APPLIED', effect: 'none' } }],
    [
      'not accepted',
      answerOf(200, { success: false }),
      { ok: false, failure: { code: 'UNEXPECTED_ANSWER', effect: 'possible' } },
    ],
    ['a web page', answerOf(200, '<html>'), { ok: false, failure: { code: 'UNEXPECTED_ANSWER', effect: 'possible' } }],
  ])('that shows it %s', async (_case, answer, expected) => {
    const writer = scriptWriter(answer);
    expect(await complete().execute(writer, target, {}, rowContext())).toMatchObject(expected);
    expect(writer.sent).toEqual([{ method: 'PATCH', path: ['v1', 'tasks', '11'], body: { status: 5 } }]);
  });
});

test('a task under control counts as done when a completion is in doubt, but not when it is planned', async () => {
  const controlled = { ...target, status: 'supposedly_completed', extra: { statusCode: 4 } };
  const bound = complete();
  if (bound.target === null) throw new Error('no target');
  const reading = { kind: 'found', ref: bound.target, target: controlled, raw: {} } as const;
  expect(bound.predict(controlled, {})).toMatchObject({ kind: 'will-do' });
  expect(
    await bound.settle(scriptWriter(), reading, doubtOf({ attemptStartedAtMs: 0, seenBefore: true })),
  ).toMatchObject({
    kind: 'done',
  });
});

describe('of a task that awaited approval before', () => {
  const closedAt = '2026-11-01T10:00:00.000Z';
  const awaiting = { ...target, status: 'supposedly_completed', extra: { statusCode: 4, closedAt } };

  test.each([
    ['the same completion', { status: 4, closedDate: '2026-11-01T13:00:00+03:00' }, 'already'],
    ['no time of it', { status: 4 }, 'already'],
    ['a completion since', { status: 4, closedDate: '2026-11-01T10:05:00Z' }, 'done'],
    ['it completed', { status: 5, closedDate: closedAt }, 'done'],
  ])('an answer with %s tells whether anything was done', async (_name, shown, outcome) => {
    const done = await complete().execute(scriptWriter(ok({ id: 11, ...shown })), awaiting, {}, rowContext());
    expect(done).toMatchObject({ ok: true, value: { outcome } });
  });

  test.each([
    ['long before the attempt', 3_600_000, {}, 'not-done'],
    ['about when it was made', 30_000, {}, 'done'],
    [
      'long before, and the row is looked at once more',
      3_600_000,
      { endedAtMs: Date.parse(closedAt) + 3_600_001 },
      'done',
    ],
  ])('a completion in doubt is judged by when it was closed: %s', async (_name, laterMs, more, kind) => {
    const bound = complete();
    if (bound.target === null) throw new Error('no target');
    const reading = { kind: 'found', ref: bound.target, target: awaiting, raw: {} } as const;
    const doubt = { ...doubtOf({ attemptStartedAtMs: Date.parse(closedAt) + laterMs, seenBefore: true }), ...more };
    expect(await bound.settle(scriptWriter(), reading, doubt)).toMatchObject({ kind });
  });
});

describe('whoever may not delete', () => {
  test('is told by the plan where the task was read alone', () => {
    const bound = bitrix24
      .connect({ BITRIX24_API_KEY: 'vibe_api_1' }, connectOptions)
      .bind('delete', { task_id: '11' });
    const failure = { type: 'FORBIDDEN', code: 'BITRIX_ACCESS_DENIED', scope: 'row' };
    expect(bound.predict({ ...target, extra: { mayNotRemove: true } }, {})).toMatchObject({
      kind: 'will-fail',
      failure,
    });
    expect(bound.predict(target, {})).toMatchObject({ kind: 'will-do' });
  });

  test.each([
    ['complete', {}],
    ['defer', {}],
    ['update', { title: 'New' }],
    ['update', { deadline: '2027-01-01T00:00:00Z' }],
    ['delete', {}],
  ])('is told the same of %s %j, at one task that is read by itself', async (name, cells) => {
    const row = await start({}, 'vibe_api_sandbox_member');
    row.fill(11);
    await row.give(11, { auditors: [memberId] });
    const bound = row.connection.bind(name, { task_id: '11', ...cells });
    const [reading] = await row.connection.lookUp(row.writer, row.refs(11));
    if (reading?.kind !== 'found') throw new Error('not found');
    expect(bound.predict(reading.target, {})).toMatchObject({ kind: 'will-fail', failure: { type: 'FORBIDDEN' } });
    const done = await bound.execute(row.writer, reading.target, {}, rowContext());
    expect(done).toMatchObject({ ok: false, failure: { type: 'FORBIDDEN' } });
  });

  test('may do what the task tells, and what a closed one is not open to is no lack of a right', async () => {
    const row = await start({}, 'vibe_api_sandbox_member');
    row.fill(11);
    await row.give(11, { responsibleId: memberId });
    const predictions = async (...names: string[]) => {
      const [reading] = await row.connection.lookUp(row.writer, row.refs(11));
      if (reading?.kind !== 'found') throw new Error('not found');
      const { target: seen } = reading;
      return names.map((name) => row.connection.bind(name, { task_id: '11', title: 'New' }).predict(seen, {}).kind);
    };
    expect(await predictions('complete', 'defer', 'update')).toEqual(['will-do', 'will-do', 'will-fail']);
    await row.connection.bind('defer', { task_id: '11' }).execute(row.writer, null, {}, rowContext());
    expect(await predictions('complete', 'reopen')).toEqual(['will-do', 'will-do']);
  });

  test('is refused for the row alone', async () => {
    const row = await start({}, 'vibe_api_sandbox_member');
    row.fill(11);
    const result = await row.connection.bind('delete', { task_id: '11' }).execute(row.writer, target, {}, rowContext());
    expect(result).toMatchObject({ ok: false, failure: { scope: 'row', effect: 'none' } });
  });
});

describe('looking up many tasks', () => {
  test.each(['camel', 'upper'] as const)('takes one request for fifty, in %s case', async (replyCasing) => {
    const row = await start({ replyCasing });
    const ids = Array.from({ length: 50 }, (_, index) => 100 + index);
    row.fill(...ids);
    const readings = await row.connection.lookUp(row.writer, row.refs(...ids, 999));
    expect(readings.filter((reading) => reading.kind === 'found')).toHaveLength(50);
    expect(row.answers).toHaveLength(1);
  });

  test('tells the same of a task as reading it alone, but for the rights', async () => {
    const row = await start();
    row.fill(11, 12);
    const [listed] = (await row.connection.lookUp(row.writer, row.refs(11, 12))).filter(
      (reading) => reading.ref.id === '11',
    );
    const [single] = await row.connection.lookUp(row.writer, row.refs(11));
    expect(listed?.kind === 'found' && listed.target).toEqual(single?.kind === 'found' && single.target);
  });

  test('of which hundreds are gone does not trip the breaker for repeated errors', async () => {
    const row = await start();
    row.fill(1);
    let refs = row.refs(...Array.from({ length: 1_000 }, (_, index) => 1_000 + index), 1);
    let absent = 0;
    while (refs.length > 0) {
      const readings = await row.connection.lookUp(row.writer, refs);
      absent += readings.filter((reading) => reading.kind === 'absent').length;
      const told = new Set(readings.map((reading) => reading.ref.id));
      refs = refs.filter((ref) => !told.has(ref.id));
    }
    expect(absent).toBe(1_000);
    expect(row.answers.every((answer) => row.connection.throttle(answer, 0) === null)).toBe(true);
  });
});
