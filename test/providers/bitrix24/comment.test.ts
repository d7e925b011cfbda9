import { expect, test } from 'vitest';
import { bitrix24 } from '../../../src/providers/bitrix24/provider.js';
import { describeTarget } from '../../../src/providers/reading.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { connectOptions, doubtOf, rowContext } from '../../support/row-context.js';

const target = describeTarget({ id: '11', title: 'T', completed: false });
const reading = { kind: 'found', ref: { kind: 'task', id: '11' }, target, raw: {} } as const;
const bound = () =>
  bitrix24
    .connect({ BITRIX24_API_KEY: 'vibe_api_1' }, connectOptions)
    .bind('comment', { task_id: '11', comment: 'Paid.\nThanks' });
const attemptStartedAtMs = Date.parse('2026-11-22T10:00:00.700Z');

test.each([
  ['in the same second', { id: 5, message: 'Paid. Thanks', createdAt: '2026-11-22T10:00:00+00:00' }, 'done'],
  [
    'in capitals, in another zone',
    { ID: '5', MESSAGE: 'Paid.\nThanks', CREATED_AT: '2026-11-22T13:00:01+03:00' },
    'done',
  ],
  ['before the attempt', { id: 5, message: 'Paid.\nThanks', createdAt: '2026-11-22T09:59:59+00:00' }, 'unknown'],
  ['with another text', { id: 5, message: 'Paid', createdAt: '2026-11-22T10:00:01+00:00' }, 'unknown'],
])('a comment written %s settles a row in doubt so', async (_case, comment, kind) => {
  const reader = scriptWriter(answerOf(200, { success: true, data: [comment] }));
  expect(await bound().settle(reader, reading, doubtOf({ attemptStartedAtMs }))).toMatchObject({ kind });
});

test('what Bitrix24 says of a task that is gone is blamed on the row', async () => {
  const error = { code: 'BITRIX_ERROR', message: 'ITEM_NOT_FOUND_OR_NOT_ACCESSIBLE' };
  const writer = scriptWriter(answerOf(422, { success: false, error }));
  expect(await bound().execute(writer, null, {}, rowContext())).toMatchObject({
    ok: false,
    failure: { type: 'NOT_FOUND', scope: 'row', effect: 'none' },
  });
});
