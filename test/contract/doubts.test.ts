/** Every operation on a thing that is there, when the service or the way to it is in trouble. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.js';
import { doubtOf } from '../support/row-context.js';
import { failureOf, type Rows, serveRows, titled } from './rows.js';
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

const seen = { attemptStartedAtMs: 0, seenBefore: true };

describe.each(titled(targetOperations))('$title', ({ entry }) => {
  test('is certainly not done when the service can not be reached', async () => {
    const name = Object.keys(rows.sandbox.environment).find(
      (variable) => variable.startsWith(entry.provider.toUpperCase()) && variable.endsWith('_BASE_URL'),
    );
    const row = rows.start(entry, { environment: { [name ?? '']: 'http://127.0.0.1:1' } });
    const failure = failureOf(await row.execute(null));
    expect(failure).toMatchObject({ type: 'NETWORK', phase: 'not-sent', effect: 'none', retryable: true });
    expect(await row.look()).toMatchObject({ kind: 'unreadable', failure: { scope: 'service' } });
  });

  test.each<readonly [string, Fault]>([
    ['500', { kind: 'status', status: 500, when: 'before' }],
    ['502 with a web page', { kind: 'status', status: 502, when: 'before', body: 'html' }],
    ['503 without a body', { kind: 'status', status: 503, when: 'before', body: 'empty' }],
    ['a broken connection', { kind: 'reset', when: 'before' }],
  ])('is possibly done after %s; reading shows that it was not, and a second try does it', async (_case, fault) => {
    const row = rows.start(entry);
    const target = await row.find();
    rows.strike(entry, fault);
    expect(failureOf(await row.execute(target))).toMatchObject({
      effect: 'possible',
      retryable: true,
      scope: 'service',
    });
    const settled = sampleOf(entry).absenceProves === false ? 'unknown' : 'not-done';
    expect(await row.bound.settle(row.writer, await row.look(), doubtOf(seen))).toMatchObject({ kind: settled });
    expect(await row.execute(target)).toMatchObject({ ok: true, value: { outcome: 'done' } });
    expect(row.effects()).toBe(1);
  });

  test.each<readonly [string, Fault]>([
    ['500', { kind: 'status', status: 500, when: 'after' }],
    ['504 with a web page', { kind: 'status', status: 504, when: 'after', body: 'html' }],
    ['a broken connection', { kind: 'reset', when: 'after' }],
    ['half an answer', { kind: 'garbage', form: 'truncated', when: 'after' }],
  ])('is possibly done after %s; reading shows that it was', async (_case, fault) => {
    for (const looks of [true, false]) {
      const row = rows.start(entry);
      const target = looks ? await row.find() : null;
      rows.strike(entry, fault);
      const result = await row.execute(target);
      // A delete that was answered at all is confirmed by its status alone.
      if (!result.ok) expect(failureOf(result)).toMatchObject({ effect: 'possible' });
      const doubt = { attemptStartedAtMs: 0, seenBefore: looks };
      expect(await row.bound.settle(row.writer, await row.look(), doubtOf(doubt))).toMatchObject({ kind: 'done' });
      expect([row.effects(), row.writes()]).toEqual([1, 1]);
    }
  });

  test.each<readonly [string, Fault]>([
    ['a web page', { kind: 'garbage', form: 'html', when: 'after' }],
    ['bytes that are no text', { kind: 'garbage', form: 'not-utf8', when: 'after' }],
  ])('does not take %s for a completion', async (_case, fault) => {
    const row = rows.start(entry);
    const target = await row.find();
    rows.strike(entry, fault);
    const result = await row.execute(target);
    expect(failureOf(result)).toMatchObject({ code: 'UNEXPECTED_ANSWER', effect: 'possible' });
    expect(await row.bound.settle(row.writer, await row.look(), doubtOf(seen))).toMatchObject({ kind: 'done' });
  });

  test('can not be settled while the service is not readable', async () => {
    const row = rows.start(entry);
    rows.sandbox.setFaults([
      { match: { service: entry.provider }, times: 0, fault: { kind: 'status', status: 503, when: 'before' } },
    ]);
    const reading = await row.look();
    expect(reading).toMatchObject({ kind: 'unreadable', failure: { effect: 'none', retryable: true } });
    expect(await row.bound.settle(row.writer, reading, doubtOf(seen))).toMatchObject({ kind: 'unknown' });
  });
});
