/** What every operation on a thing that is there does when nothing goes wrong, and what it does with things that are not. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { field } from '../../src/json.js';
import type { TargetView } from '../../src/providers/target.js';
import { doubtOf, rowContext } from '../support/row-context.js';
import { type ContractRow, failureOf, type Rows, serveRows, titled } from './rows.js';
import { sampleOf, targetOperations } from './samples.js';

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

const never = { attemptStartedAtMs: 0, seenBefore: false };
const seen = { attemptStartedAtMs: 0, seenBefore: true };

describe.each(titled(targetOperations))('$title', ({ entry }) => {
  const deletes = /^delete\b/.test(entry.name);

  /** Somebody else deletes the target for good. */
  async function remove(row: ContractRow, target: TargetView): Promise<void> {
    const { kind = 'task' } = row.bound.target ?? {};
    if (kind === 'task') {
      const operation = row.connection.bind('delete', { task_id: target.id });
      expect((await operation.execute(row.writer, null, {}, rowContext())).ok).toBe(true);
      return;
    }
    const values = { [`${kind}_id`]: target.id };
    rows.sandbox.fill([{ provider: entry.provider, operation: `delete-${kind}`, values, cells: {}, done: true }]);
  }

  test('does what it foretold, once, with the requests that it claims', async () => {
    const row = rows.start(entry);
    const target = await row.find();
    const prepared = await row.bound.prepare(row.writer, target);
    if (!prepared.ok) throw new Error(prepared.failure.message);
    expect(JSON.parse(JSON.stringify(prepared.value))).toEqual(prepared.value);
    expect(row.bound.predict(target, prepared.value)).toMatchObject({
      kind: 'will-do',
      changes: [expect.anything()],
    });
    const requestsBefore = row.answers.length;
    expect(await row.bound.execute(row.writer, target, prepared.value, rowContext())).toMatchObject({
      ok: true,
      value: { outcome: 'done' },
    });
    expect(row.answers.length - requestsBefore).toBe(entry.requestsPerRow);
    expect(row.effects()).toBe(1);
  });

  test('keeps the target as the service sent it, for the snapshot', async () => {
    const row = rows.start(entry);
    const reading = await row.look();
    if (reading.kind !== 'found') throw new Error(reading.failure.message);
    expect(String(field(reading.raw, 'id'))).toBe(reading.target.id);
    expect(JSON.stringify(reading.raw)).toContain(reading.target.title);
    expect(reading.ref).toEqual(row.bound.target);
  });

  test('does the same without a look at the target before', async () => {
    const row = rows.start(entry);
    expect(await row.execute(null)).toMatchObject({ ok: true, value: { outcome: 'done' } });
    expect([row.effects(), row.writes()]).toEqual([1, 1]);
  });

  test('changes nothing when the target is only looked at', async () => {
    const row = rows.start(entry);
    const target = await row.find();
    await row.bound.prepare(row.writer, target);
    await row.bound.settle(row.writer, await row.look(), doubtOf(seen));
    expect([row.effects(), row.writes()]).toEqual([0, 0]);
  });

  test.runIf(sampleOf(entry).showsDone ?? true)('sees when it is so already, and leaves it at that', async () => {
    const row = rows.start(entry, { done: true });
    const reading = await row.look();
    if (reading.kind === 'found') {
      const prepared = await row.bound.prepare(row.writer, reading.target);
      expect(row.bound.predict(reading.target, prepared.ok ? prepared.value : {})).toMatchObject({
        kind: 'nothing-to-do',
      });
    } else {
      expect(reading).toMatchObject({ kind: 'absent', failure: { type: 'NOT_FOUND' } });
    }
    expect((await row.bound.settle(row.writer, reading, doubtOf({ ...seen }))).kind).toBe('done');
    expect(row.effects()).toBe(0);
  });

  test('blames the row, not the credential, when its target never was', async () => {
    const row = rows.start(entry, { there: false });
    const reading = await row.look();
    expect(reading).toMatchObject({ kind: 'absent', existed: false, failure: { type: 'NOT_FOUND', scope: 'row' } });
    const failure = failureOf(await row.execute(null));
    expect(failure).toMatchObject({ type: 'NOT_FOUND', scope: 'row', effect: 'none', retryable: false });
    expect(row.effects()).toBe(0);
    if (!deletes) {
      expect(await row.bound.settle(row.writer, reading, doubtOf(never))).toMatchObject({
        kind: 'failed',
        failure: { type: 'NOT_FOUND' },
      });
    }
  });

  test('meets a target that went away after it was seen', async () => {
    const row = rows.start(entry);
    const target = await row.find();
    const prepared = await row.bound.prepare(row.writer, target);
    await remove(row, target);
    const effects = row.effects();
    const result = await row.bound.execute(row.writer, target, prepared.ok ? prepared.value : {}, rowContext());
    const outcome = sampleOf(entry).gone ?? 'already';
    if (deletes) expect(result).toMatchObject({ ok: true, value: { outcome } });
    else expect(failureOf(result)).toMatchObject({ type: 'NOT_FOUND', scope: 'row', effect: 'none' });
    expect(row.effects()).toBe(effects);
  });
});
