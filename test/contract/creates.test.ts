/** Every operation that makes a thing: once, found again after doubt, and told by its id. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.js';
import { doubtOf, rowContext } from '../support/row-context.js';
import { type ContractRow, failureOf, type Rows, serveRows, titled } from './rows.js';
import { catalogue, sampleOf, targetOperations } from './samples.js';

let rows: Rows;
beforeAll(async () => {
  rows = await serveRows();
});
afterEach(async () => {
  await rows.calmDown();
});
afterAll(async () => {
  await rows.close();
});

const creates = catalogue.filter((entry) => !targetOperations.includes(entry));

describe.each(titled(creates))('$title', ({ entry }) => {
  const settle = (row: ContractRow) =>
    row.bound.settle(row.writer, null, doubtOf({ mark: row.context.mark, attemptStartedAtMs: Date.now() - 1_000 }));

  /** Deletes by the id that was told, which proves that it is the thing's. */
  async function deleteById(row: ContractRow, id: string): Promise<void> {
    const operation = row.connection.bind('delete', { task_id: id });
    expect(await operation.execute(row.writer, null, {}, rowContext())).toMatchObject({ ok: true });
  }

  test('makes it once, with the requests that it claims, and tells its id', async () => {
    const row = rows.start(entry);
    const prepared = await row.bound.prepare(row.writer, null);
    if (!prepared.ok) throw new Error(prepared.failure.message);
    expect(JSON.parse(JSON.stringify(prepared.value))).toEqual(prepared.value);
    expect([row.effects(), row.writes()]).toEqual([0, 0]);
    const requestsBefore = row.answers.length;
    const done = await row.bound.execute(row.writer, null, prepared.value, row.context);
    expect(done).toMatchObject({ ok: true, value: { outcome: 'done', createdId: expect.stringMatching(/^\w+$/) } });
    expect(row.answers.length - requestsBefore).toBe(entry.requestsPerRow);
    expect(row.effects()).toBe(1);
    expect(await settle(row)).toMatchObject({ kind: 'done' });
    await deleteById(row, done.ok ? (done.value.createdId ?? '') : '');
  });

  const { absentPlace } = sampleOf(entry);
  test.runIf(absentPlace !== undefined)('fails alone where its place is not there', async () => {
    const row = rows.start(entry, { there: false, ...(absentPlace === undefined ? {} : { cells: absentPlace }) });
    const failure = failureOf(await row.execute(null));
    expect(['NOT_FOUND', 'VALIDATION']).toContain(failure.type);
    expect(failure).toMatchObject({ scope: 'row', effect: 'none', retryable: false });
    expect(row.effects()).toBe(0);
  });

  test('is certainly not made when the service can not be reached', async () => {
    const name = Object.keys(rows.sandbox.environment).find(
      (variable) => variable.startsWith(entry.provider.toUpperCase()) && variable.endsWith('_BASE_URL'),
    );
    const row = rows.start(entry, { environment: { [name ?? '']: 'http://127.0.0.1:1' } });
    const failure = failureOf(await row.execute(null));
    expect(failure).toMatchObject({ type: 'NETWORK', phase: 'not-sent', effect: 'none', retryable: true });
    expect(await settle(row)).toMatchObject({ kind: 'unknown' });
  });

  test.each<readonly [string, Fault]>([
    ['500', { kind: 'status', status: 500, when: 'before' }],
    ['502 with a web page', { kind: 'status', status: 502, when: 'before', body: 'html' }],
    ['503 without a body', { kind: 'status', status: 503, when: 'before', body: 'empty' }],
    ['a broken connection', { kind: 'reset', when: 'before' }],
  ])('is possibly made after %s; what is not seen is never taken for made', async (_case, fault) => {
    const row = rows.start(entry);
    rows.strike(entry, fault);
    expect(failureOf(await row.execute(null))).toMatchObject({
      effect: 'possible',
      retryable: true,
      scope: 'service',
    });
    const settled = sampleOf(entry).absenceProves === false ? 'unknown' : 'not-done';
    expect(await settle(row)).toMatchObject({ kind: settled });
    expect([row.effects(), row.writes()]).toEqual([0, 1]);
  });

  test.each<readonly [string, Fault]>([
    ['500', { kind: 'status', status: 500, when: 'after' }],
    ['504 with a web page', { kind: 'status', status: 504, when: 'after', body: 'html' }],
    ['a broken connection', { kind: 'reset', when: 'after' }],
    ['half an answer', { kind: 'garbage', form: 'truncated', when: 'after' }],
    ['a web page', { kind: 'garbage', form: 'html', when: 'after' }],
    ['bytes that are no text', { kind: 'garbage', form: 'not-utf8', when: 'after' }],
  ])('is possibly made after %s; it is found again, and its id told', async (_case, fault) => {
    const row = rows.start(entry);
    rows.strike(entry, fault);
    expect(failureOf(await row.execute(null))).toMatchObject({ effect: 'possible' });
    const settled = await settle(row);
    expect(settled).toMatchObject({ kind: 'done', createdId: expect.stringMatching(/^\w+$/) });
    expect([row.effects(), row.writes()]).toEqual([1, 1]);
    await deleteById(row, settled.kind === 'done' ? (settled.createdId ?? '') : '');
  });

  test('of another row is not taken for its own', async () => {
    const other = rows.start(entry);
    expect(await other.execute(null)).toMatchObject({ ok: true });
    expect((await settle(rows.start(entry))).kind).not.toBe('done');
  });

  test('can not be settled while the service is not readable', async () => {
    const row = rows.start(entry);
    expect(await row.execute(null)).toMatchObject({ ok: true });
    rows.sandbox.setFaults([
      { match: { service: entry.provider }, times: 0, fault: { kind: 'status', status: 503, when: 'before' } },
    ]);
    expect(await settle(row)).toMatchObject({ kind: 'unknown' });
  });
});
