import { expect, it } from 'vitest';
import { describeTarget } from '../../src/providers/reading.js';
import { findProvider } from '../../src/providers/registry.js';
import type { Verdict } from '../../src/verify/look-again.js';
import { createOwnJudge } from '../../src/verify/own-judge.js';

const entry = findProvider('clickup')?.operations.find(({ name }) => name === 'set-status');
const since = 'It was completed once more since.';

/** A row of the run on one task, as it stands. */
function standing(number: number, changed: string, verdict: Verdict = 'holds') {
  if (entry === undefined) throw new Error('there is no clickup.set-status');
  const changes = [{ field: changed, before: 'a', after: 'b' }];
  const row = {
    ...{ number, line: number + 1, provider: 'clickup', operation: 'set-status', args: {}, template: null },
    ...{ outcome: 'done', attempts: 1, startedAtMs: 0, finishedAtMs: 1, createdIds: [], completedAtMs: null },
    seen: { view: describeTarget({ id: '86a', title: 'A', completed: true }), prepared: {}, changes },
  };
  const facts = { args: {}, evidence: 'It is so.', unread: null, targets: ['clickup:86a'], now: null, made: [] };
  return { ...facts, row, entry, verdict, lacks: changes, gone: false, since, madeChanged: null };
}

it.each([
  ['which is told', 'name', since],
  ['or a later row of the run, which is not told', 'status', null],
])('a row holds because others did it once more, %s', (_case, laterChanged, expected) => {
  const judge = createOwnJudge();
  expect(judge(standing(2, laterChanged))).toMatchObject({ verdict: 'holds', since });
  expect(judge(standing(1, 'status'))).toMatchObject({ verdict: 'holds', since: expected });
});

it('what a later row of the run changed is not reverted', () => {
  const judge = createOwnJudge();
  judge(standing(2, 'status'));
  expect(judge(standing(1, 'status', 'reverted'))).toMatchObject({
    verdict: 'holds',
    evidence: expect.stringContaining('Row 2 of the run'),
  });
});
