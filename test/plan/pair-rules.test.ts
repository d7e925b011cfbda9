import { expect, it } from 'vitest';
import { judgePair } from '../../src/plan/pair-rules.js';

const operation = (name: string, facts: Partial<Parameters<typeof judgePair>[0]> = {}) => ({
  name,
  risk: 'reversible' as const,
  inverse: null,
  distinctBy: 'target' as const,
  ...facts,
});
const remove = operation('delete', { risk: 'irreversible' });
const complete = operation('complete', { inverse: 'reopen' });
const comment = operation('comment', { distinctBy: 'content' });

it('the same operation twice on one target is a duplicate', () => {
  expect(judgePair(complete, complete, false)).toBe('duplicate');
});

it('what adds something is a duplicate only with the same content', () => {
  expect(judgePair(comment, comment, false)).toBe('sequence');
  expect(judgePair(comment, comment, true)).toBe('duplicate');
});

it('delete contradicts anything else, whichever comes first', () => {
  expect(judgePair(remove, comment, false)).toBe('conflict');
  expect(judgePair(comment, remove, false)).toBe('conflict');
});

it('deleting a part of a thing contradicts nothing but deleting the thing', () => {
  const part = operation('delete-comment', { risk: 'irreversible', distinctBy: 'content', inverse: 'comment' });
  expect(judgePair(part, part, false)).toBe('sequence');
  expect(judgePair(part, part, true)).toBe('duplicate');
  for (const other of [comment, complete]) {
    expect([judgePair(part, other, false), judgePair(other, part, false)]).toEqual(['sequence', 'sequence']);
  }
  expect([judgePair(part, remove, false), judgePair(remove, part, false)]).toEqual(['conflict', 'conflict']);
});

it('an operation contradicts its inverse, whichever comes first', () => {
  expect(judgePair(complete, operation('reopen'), false)).toBe('conflict');
  expect(judgePair(operation('reopen'), complete, false)).toBe('conflict');
});

it('adding one thing and taking off another does not', () => {
  const addTag = operation('add-tag', { inverse: 'remove-tag', distinctBy: 'content' });
  expect(judgePair(addTag, operation('remove-tag', { distinctBy: 'content' }), false)).toBe('sequence');
});

it('other pairs run one after the other', () => {
  expect(judgePair(operation('update'), complete, false)).toBe('sequence');
});
