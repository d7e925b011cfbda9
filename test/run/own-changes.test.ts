import { expect, test } from 'vitest';
import { changedThings } from '../../src/providers/changed-things.js';
import { ownCause } from '../../src/run/own-changes.js';
import { valueChanges } from '../../src/run/target-changes.js';

const change = (field: string, before: string | null, after: string | null) => ({ field, before, after });

test('a field is one thing, and a field of several values as many as are added or taken away', () => {
  expect(changedThings([change('status', 'to do', 'done'), change('name', null, 'a, b')])).toEqual(['status', 'name']);
  expect(changedThings([change('tag', null, 'x'), change('tag', 'y', null)])).toEqual(['tag: x', 'tag: y']);
  expect(changedThings([change('assignees', 'Ann, Bob', 'Bob, Cid')])).toEqual(['assignees: Ann', 'assignees: Cid']);
  expect(changedThings([change('assignees', null, '')])).toEqual([]);
});

test('the same thing in other letters is the same only where it is so to the service', () => {
  expect(changedThings([change('tag', null, 'Foo')])).toEqual(changedThings([change('tag', ' foo', null)]));
  expect(ownCause([change('tag', null, 'Foo')], new Map([['tag: foo', 2]]))).toBe(2);
  expect(changedThings([change('comment', null, 'Foo')])).not.toEqual(changedThings([change('comment', null, 'foo')]));
});

test('what differs is the doing of the run only when its later rows changed all of it', () => {
  const own = new Map([
    ['status', 7],
    ['tag: x', 8],
  ]);
  expect(ownCause([change('status', 'done', 'to do')], own)).toBe(7);
  expect(ownCause([change('tag', null, 'x')], own)).toBe(8);
  expect(ownCause([change('tag', null, 'y')], own)).toBeNull();
  expect(ownCause([change('status', 'done', 'to do'), change('name', 'a', 'b')], own)).toBeNull();
  expect(ownCause([], own)).toBeNull();
});

test('values that are not as they were planned to be found are told by what they were and are', () => {
  const planned = [change('name', 'a', 'new'), change('priority', null, 'high')];
  expect(valueChanges(planned, planned)).toEqual([]);
  expect(valueChanges(planned, [change('name', 'b', 'new'), change('priority', null, 'high')])).toEqual([
    change('name', 'a', 'b'),
  ]);
  // Somebody set it as the row wants it; somebody changed what was as the row wants it.
  expect(valueChanges(planned, [change('name', 'a', 'new')])).toEqual([change('priority', null, 'high')]);
  expect(valueChanges([change('name', 'a', 'new')], planned)).toEqual([change('priority', 'high', null)]);
});
