import { afterEach, describe, expect, test } from 'vitest';
import type { Failure, Result } from '../../../src/failure.js';
import type { Done } from '../../../src/providers/operation.js';
import type { Reading, TargetView } from '../../../src/providers/target.js';
import type { Fault } from '../../../src/sandbox/faults.js';
import { doubtOf, rowContext } from '../../support/row-context.js';
import { closeAll, dialects, environmentOf, type Served, serve, webhookCode } from './kit.js';

afterEach(closeAll);

/** Every operation on a task, the values it needs beside the task, and what the sandbox calls its effect. */
const operations = [
  ['delete', {}],
  ['complete', {}],
  ['reopen', {}],
  ['defer', {}],
  ['update', { title: 'Renamed & more' }],
  ['comment', { comment: 'Checked [b]twice[/b]' }],
] as const;
const cases = dialects.flatMap((dialect) => operations.map(([name, values]) => ({ dialect, name, values })));

function failureOf(result: Result<Done>): Failure {
  if (result.ok) throw new Error('it succeeded');
  return result.failure;
}

async function look(served: Served, id = 11): Promise<Reading> {
  const [reading] = await served.connection.lookUp(served.writer, [{ kind: 'task', id: String(id) }]);
  if (reading === undefined) throw new Error('nothing was read');
  return reading;
}

async function find(served: Served): Promise<TargetView> {
  const reading = await look(served);
  if (reading.kind !== 'found') throw new Error(reading.failure.message);
  return reading.target;
}

describe.each(cases)('$dialect: $name', ({ dialect, name, values }) => {
  async function start(options: { done?: boolean; there?: boolean } = {}) {
    const served = await serve(dialect);
    if (options.there !== false) served.fill(name, options.done ?? false, 11);
    const bound = served.connection.bind(name, { task_id: '11', ...values });
    const execute = (target: TargetView | null) => bound.execute(served.writer, target, {}, rowContext());
    const strike = (fault: Fault) =>
      served.sandbox.setFaults([{ match: { service: 'bitrix24', write: true }, times: 1, fault }]);
    return { ...served, bound, execute, strike };
  }

  test('does what it foretold, once, in one request', async () => {
    const row = await start();
    const target = await find(row);
    expect(row.bound.predict(target, {})).toMatchObject({ kind: 'will-do', changes: [expect.anything()] });
    const before = row.answers.length;
    expect(await row.execute(target)).toMatchObject({
      ok: true,
      value: { outcome: 'done', httpStatus: expect.any(Number) },
    });
    expect([row.effects(), row.answers.length - before]).toEqual([[`${name} 11`], 1]);
    expect((await row.bound.settle(row.writer, await look(row), doubtOf())).kind).toBe('done');
  });

  test.each([
    { kind: 'status', status: 500, when: 'after' },
    { kind: 'reset', when: 'after' },
  ] as const)('in doubt after $kind is settled by reading', async (fault) => {
    const row = await start();
    const target = await find(row);
    row.strike(fault);
    expect(failureOf(await row.execute(target))).toMatchObject({ effect: 'possible' });
    expect(await row.bound.settle(row.writer, await look(row), doubtOf())).toMatchObject({ kind: 'done' });
    expect(row.effects()).toHaveLength(1);
  });

  test('in doubt that did not happen is found not done', async () => {
    const row = await start();
    row.strike({ kind: 'reset', when: 'before' });
    expect(failureOf(await row.execute(null))).toMatchObject({ effect: 'possible', retryable: true });
    const kind = name === 'comment' ? 'unknown' : 'not-done';
    expect(await row.bound.settle(row.writer, await look(row), doubtOf())).toMatchObject({ kind });
  });

  test('blames the row when the task never was', async () => {
    const row = await start({ there: false });
    expect(await look(row)).toMatchObject({
      kind: 'absent',
      existed: false,
      failure: { type: 'NOT_FOUND', scope: 'row' },
    });
    const failure = failureOf(await row.execute(null));
    expect(failure).toMatchObject({ type: 'NOT_FOUND', scope: 'row', effect: 'none', retryable: false });
    if (dialect === 'classic') expect(failure.message).toContain('does not tell a task that is not there from one');
  });

  test('does not take a page of HTML for an answer', async () => {
    const row = await start();
    row.strike({ kind: 'garbage', form: 'html', when: 'after' });
    expect(failureOf(await row.execute(null))).toMatchObject({ code: 'UNEXPECTED_ANSWER', effect: 'possible' });
  });

  test('repeats no secret that the service repeats', async () => {
    const row = await start();
    row.strike({ kind: 'garbage', form: 'echo-token', when: 'before' });
    const told = JSON.stringify(failureOf(await row.execute(null)));
    for (const secret of row.connection.address.secrets) expect(told).not.toContain(secret);
    expect(told).not.toContain(webhookCode);
  });
});

describe.each(dialects)('%s', (dialect) => {
  test('a create is found again by its mark after doubt, among tasks of the same title', async () => {
    const served = await serve(dialect);
    served.fill('delete', false, 11, 12);
    const values = { title: 'Draft', responsible_id: '1', tags: ['q4'], deadline: '2026-12-24T15:00:00.000Z' };
    const bound = served.connection.bind('create', values);
    await bound.execute(served.writer, null, {}, { ...rowContext(), mark: 'taskbatch other/1' });
    expect(await bound.settle(served.writer, null, doubtOf())).toMatchObject({ kind: 'not-done' });
    const write = { service: 'bitrix24', write: true } as const;
    served.sandbox.setFaults([{ match: write, times: 1, fault: { kind: 'reset', when: 'after' } }]);
    expect(failureOf(await bound.execute(served.writer, null, {}, rowContext()))).toMatchObject({ effect: 'possible' });
    expect(served.effects()).toHaveLength(2);
    expect(await bound.settle(served.writer, null, doubtOf())).toMatchObject({ kind: 'done', createdId: '14' });
    expect(await look(served, 14)).toMatchObject({
      kind: 'found',
      target: { title: 'Draft', due: values.deadline, tags: ['q4', rowContext().mark], assignees: ['1'] },
    });
  });

  test('every value of an update is sent, found again, and can be emptied', async () => {
    const served = await serve(dialect);
    served.fill('update', false, 11, 12);
    const values = {
      ...{
        title: 'A & B',
        description: 'x\ny',
        priority: 'high',
        deadline: '2026-12-24T15:00:00.000Z',
        parent_id: '12',
      },
      ...{ group_id: '12', accomplices: ['3', '5'], auditors: ['4'], tags: ['q4', 'Inv+oice=1'], time_estimate: 7200 },
    };
    const set = served.connection.bind('update', { task_id: '11', ...values });
    expect(await set.execute(served.writer, null, {}, rowContext())).toMatchObject({ ok: true });
    expect(set.predict(await find(served), {})).toMatchObject({ kind: 'nothing-to-do' });
    const clear = [
      'description',
      'deadline',
      'group_id',
      'parent_id',
      'accomplices',
      'auditors',
      'tags',
      'time_estimate',
    ];
    const empty = served.connection.bind('update', { task_id: '11', clear });
    expect(empty.predict(await find(served), {})).toMatchObject({ kind: 'will-do', changes: { length: clear.length } });
    expect(await empty.execute(served.writer, null, {}, rowContext())).toMatchObject({ ok: true });
    expect(empty.predict(await find(served), {})).toMatchObject({ kind: 'nothing-to-do' });
  });

  test('planned dates are sent as a pair, found again, and can be emptied', async () => {
    const served = await serve(dialect);
    served.fill('update', false, 11);
    const dates = { start_date_plan: '2026-12-21T06:00:00.000Z', end_date_plan: '2026-12-23T15:00:00.000Z' };
    const set = served.connection.bind('update', { task_id: '11', ...dates });
    expect(set.predict(await find(served), {})).toMatchObject({ kind: 'will-do', changes: { length: 2 } });
    expect(await set.execute(served.writer, null, {}, rowContext())).toMatchObject({ ok: true });
    expect(set.predict(await find(served), {})).toMatchObject({ kind: 'nothing-to-do' });
    const clear = ['start_date_plan', 'end_date_plan'];
    const empty = served.connection.bind('update', { task_id: '11', clear });
    expect(await empty.execute(served.writer, null, {}, rowContext())).toMatchObject({ ok: true });
    expect(empty.predict(await find(served), {})).toMatchObject({ kind: 'nothing-to-do' });
    const made = served.connection.bind('create', { title: 'Planned', responsible_id: '1', ...dates });
    expect(await made.execute(served.writer, null, {}, rowContext())).toMatchObject({ ok: true });
  });

  test('a new responsible person leaves a completed task completed', async () => {
    const served = await serve(dialect);
    served.fill('complete', true, 11);
    const bound = served.connection.bind('update', { task_id: '11', responsible_id: '2' });
    expect(await bound.execute(served.writer, await find(served), {}, rowContext())).toMatchObject({ ok: true });
    expect(await find(served)).toMatchObject({ completed: true, extra: { responsibleId: '2', auditors: '' } });
  });

  test('a delete of a task that went away after it was seen is done already', async () => {
    const served = await serve(dialect);
    served.fill('delete', false, 11);
    const target = await find(served);
    const bound = served.connection.bind('delete', { task_id: '11' });
    await bound.execute(served.writer, null, {}, rowContext());
    expect(await bound.execute(served.writer, target, {}, rowContext())).toMatchObject({
      ok: true,
      value: { outcome: 'already' },
    });
    expect(served.effects()).toEqual(['delete 11']);
  });

  test('fifty tasks are read in one request, and tell the same as one read alone, but for the rights', async () => {
    const served = await serve(dialect);
    const ids = Array.from({ length: 49 }, (_, index) => 100 + index);
    served.fill('delete', false, ...ids);
    const refs = [...ids, 999].map((id) => ({ kind: 'task', id: String(id) }));
    const readings = await served.connection.lookUp(served.writer, refs);
    expect(readings.filter(({ kind }) => kind === 'found')).toHaveLength(49);
    expect(readings.filter(({ kind }) => kind === 'absent').map(({ ref }) => ref.id)).toEqual(['999']);
    expect(served.answers).toHaveLength(1);
    const single = await look(served, 100);
    expect(readings.find(({ ref }) => ref.id === '100')).toMatchObject({
      target: single.kind === 'found' && single.target,
    });
  });

  test('whoever may not delete a task is refused for the row alone', async () => {
    const served = await serve(dialect);
    served.fill('delete', false, 11);
    await served.connection
      .bind('update', { task_id: '11', auditors: ['2'] })
      .execute(served.writer, null, {}, rowContext());
    const own = environmentOf(dialect, served.sandbox.origin);
    const member = await serve(dialect, {}, asMember(own));
    const bound = member.connection.bind('delete', { task_id: '11' });
    const failure = failureOf(await bound.execute(member.writer, await find(member), {}, rowContext()));
    expect(failure).toMatchObject({ type: 'FORBIDDEN', scope: 'row', effect: 'none' });
    expect(served.effects()).not.toContain('delete 11');
  });

  test('tasks by query are walked by id, page by page, and narrowed down', async () => {
    const served = await serve(dialect);
    const ids = Array.from({ length: 120 }, (_, index) => 100 + index);
    served.fill('delete', false, ...ids);
    const update = async (id: string, values: Record<string, string | string[]>) => {
      const bound = served.connection.bind('update', { task_id: id, ...values });
      expect(await bound.execute(served.writer, null, {}, rowContext())).toMatchObject({ ok: true });
    };
    await update('100', { group_id: '12', tags: ['Q4'], deadline: '2026-12-01T10:00:00.000Z' });
    await update('101', { group_id: '13', deadline: '2026-12-09T10:00:00.000Z' });
    const query = async (values: Record<string, string>) => {
      const found: string[] = [];
      for await (const page of served.connection.pages?.(served.writer, values) ?? []) {
        if (!page.ok) throw new Error(page.failure.message);
        found.push(...page.value.map(({ id }) => id));
      }
      return found;
    };
    const before = served.answers.length;
    expect(await query({ 'created-by': '1' })).toEqual(ids.map(String));
    expect(served.answers.length - before).toBe(3);
    expect(await query({ 'group-id': '12;13' })).toEqual(['100', '101']);
    expect(await query({ 'group-id': '12;13', tag: 'q4', status: 'pending' })).toEqual(['100']);
    expect(await query({ 'deadline-before': '2026-12-05' })).toEqual(['100']);
    expect(await query({ 'deadline-after': '2026-12-05T00:00:00Z' })).toEqual(['101']);
  });
});

/** The same portal with the credential of an ordinary user. */
function asMember(environment: Readonly<Record<string, string | undefined>>) {
  const { BITRIX24_API_KEY: key, BITRIX24_WEBHOOK_URL: url, ...rest } = environment;
  if (url !== undefined) return { ...rest, BITRIX24_WEBHOOK_URL: url.replace('/rest/1/', '/rest/2/') };
  return { ...rest, BITRIX24_API_KEY: `${key}_member` };
}
