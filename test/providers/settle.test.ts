import { describe, expect, test } from 'vitest';
import { localFailure } from '../../src/failure.js';
import { describeTarget, isSoundJson } from '../../src/providers/reading.js';
import { settleCompletion, settleDelete, withLaterCompletion } from '../../src/providers/settle.js';
import type { Reading } from '../../src/providers/target.js';
import { doubtOf } from '../support/row-context.js';

const ref = { kind: 'task', id: '9hx' };
const failure = localFailure('NOT_FOUND', 'X_1', 'It is nowhere.', 'Check the id.');
const open: Reading = {
  kind: 'found',
  ref,
  target: describeTarget({ id: '9hx', title: 'T', completed: false }),
  raw: {},
};
const closed: Reading = {
  kind: 'found',
  ref,
  target: describeTarget({ id: '9hx', title: 'T', completed: true }),
  raw: {},
};
const absent: Reading = { kind: 'absent', ref, existed: false, failure };
const trashed: Reading = { ...absent, existed: true };
const unreadable: Reading = { kind: 'unreadable', ref, failure };
const seen = { attemptStartedAtMs: 0, seenBefore: true };
const unseen = { attemptStartedAtMs: 0, seenBefore: false };

describe('a completion that was done, looked at again', () => {
  const minute = 60_000;
  test.each([
    ['a second after the one that the service told of', minute, 1_000, 2_000, undefined],
    ['three seconds after it', minute, 1_000, 4_000, 'later'],
    ['as told, by a clock that is far ahead', minute, 10 * minute, 10 * minute, undefined],
    ['a minute after the row, where the service told of an older one', 20 * minute, 0, 21 * minute, undefined],
    ['three minutes after the row, where it told of an older one', 20 * minute, 0, 23 * minute, 'later'],
    ['a minute after the row, where it told nothing', minute, undefined, 2 * minute, undefined],
    ['three minutes after the row, where it told nothing', minute, undefined, 4 * minute, 'later'],
  ])('was completed %s', (_case, endedAtMs, completedAtMs, atMs, expected) => {
    const told = { endedAtMs, ...(completedAtMs === undefined ? {} : { completedAtMs }) };
    const done = { kind: 'done', evidence: 'It is completed.' } as const;
    const target = describeTarget({ id: '9hx', title: 'T', completed: true });
    const settled = withLaterCompletion(done, target, new Date(atMs).toISOString(), told);
    expect('since' in settled).toBe(expected === 'later');
  });
});

describe('a delete in doubt', () => {
  test.each([
    ['found', open, seen, 'not-done'],
    ['absent and seen before', absent, seen, 'done'],
    ['absent and never seen', absent, unseen, 'done'],
    ['absent, and known to have existed', trashed, unseen, 'done'],
    ['unreadable', unreadable, seen, 'unknown'],
    ['not read', null, seen, 'unknown'],
  ] as const)('whose target is %s: %s', (_case, reading, doubt, expected) => {
    expect(settleDelete(reading, doubtOf(doubt)).kind).toBe(expected);
  });

  test('says so when nothing shows that the target was ever there', () => {
    expect(settleDelete(absent, doubtOf(unseen))).toMatchObject({ evidence: expect.stringContaining('never seen') });
    expect(settleDelete(absent, doubtOf(seen))).toMatchObject({ evidence: expect.not.stringContaining('never seen') });
    expect(settleDelete(trashed, doubtOf(unseen))).toMatchObject({
      evidence: expect.not.stringContaining('never seen'),
    });
  });
});

describe('a completion in doubt', () => {
  test.each([
    ['completed', closed, 'done'],
    ['open', open, 'not-done'],
    ['absent', absent, 'failed'],
    ['unreadable', unreadable, 'unknown'],
    ['not read', null, 'unknown'],
  ] as const)('whose target is %s: %s', (_case, reading, expected) => {
    expect(settleCompletion(reading, (target) => target.completed).kind).toBe(expected);
  });
});

describe('JSON from a service', () => {
  test('is sound whatever its keys', () => {
    expect(isSoundJson(JSON.parse('{"__proto__":{"a":[1,null,true,"x"]},"constructor":1}'))).toBe(true);
  });

  test.each([
    ['nested without end', JSON.parse('['.repeat(5_000) + ']'.repeat(5_000))],
    ['missing', undefined],
    ['no JSON', () => 1],
  ])('that is %s is not', (_case, value) => {
    expect(isSoundJson(value)).toBe(false);
  });
});
