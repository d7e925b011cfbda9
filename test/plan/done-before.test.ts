/** A report of ours as a manifest: what it says was done, or may have been, is not done again. */
import { expect, it } from 'vitest';
import { checkedRows, checkOptions, type Row, rowsManifest } from '../support/checked-rows.js';

const create = { name: 'One', list_id: '901000000001' };
const comment = { task_id: '86a', comment: 'One' };
const remove = { task_id: '86a' };

/** Why the row of a report is refused; null where it is taken. */
async function refusal(operation: string, values: Row, reported: Row): Promise<string | null> {
  const row = { ...values, _row: '1', _state: '', _attempts: '1', _error_code: '', ...reported };
  const { rows } = await checkedRows(rowsManifest([row]), checkOptions(`clickup.${operation}`));
  return rows[0]?.state === 'pending' ? null : (rows[0]?.reason ?? '');
}

it.each([
  ['succeeded', /was done before/],
  ['unknown', /may have been done before/],
  // What a report shows of a run that was killed.
  ['sending', /was being sent/],
  // Its own run means to go on with it, and may have done a part of it.
  ['pending', /was begun before/],
])('a row that was %s is not made a second time', async (_state, told) => {
  expect(await refusal('create', create, { _state })).toMatch(told);
  expect(await refusal('comment', comment, { _state })).toMatch(told);
});

it('a row that failed after its thing was made is not made a second time', async () => {
  const reported = { _state: 'failed', _error_code: 'NOT_APPLIED' };
  expect(await refusal('create', create, reported)).toMatch(/made something before/);
  expect(await refusal('set-field', { task_id: '86a', field: 'F', value: 'v' }, reported)).toBeNull();
});

it('a row that certainly was not done is taken', async () => {
  expect(await refusal('create', create, { _state: 'pending', _attempts: '0' })).toBeNull();
  expect(await refusal('create', create, { _state: 'failed', _error_code: 'FORBIDDEN' })).toBeNull();
  expect(await refusal('create', create, { _state: 'blocked' })).toBeNull();
});

it('what may be repeated is taken, whatever became of it', async () => {
  for (const _state of ['succeeded', 'unknown', 'sending', 'pending'])
    expect(await refusal('delete', remove, { _state })).toBeNull();
});
