/** Columns of a manifest that tell the same, and columns that nobody reads. */
import { describe, expect, it } from 'vitest';
import { referenceMark } from '../../src/manifest/reference-text.js';
import { checkedRows, checkOptions, type Row, rowsManifest } from '../support/checked-rows.js';

describe('a column that is given as a whole and in dotted columns', () => {
  const task_id = 'c'.repeat(32);
  const whole = '{"Note":"a"}';
  const check = async (row: Row) =>
    (await checkedRows(rowsManifest([row]), checkOptions('tallyfy.set-fields'))).rows[0];

  it.each<[string, Row]>([
    ['the whole first', { task_id, fields: whole, 'fields.Other': 'b' }],
    ['a part first', { task_id, 'fields.Other': 'b', fields: whole }],
    ['with the id of another row', { task_id, fields: `{"Note":"${referenceMark}a.id}"}`, 'fields.Other': 'b' }],
  ])('is refused, for one of both would be dropped: %s', async (_name, row) => {
    const checked = await check(row);
    expect(checked?.problems).toMatchObject([{ code: 'GIVEN_TWICE', column: 'fields' }]);
    expect(checked?.reason).toContain('is given as a whole in one cell, and in part in another');
  });

  it('is refused where two columns are for one part', async () => {
    const checked = await check({ task_id, 'fields.Note': 'a', 'Fields.Note': 'b' });
    expect(checked?.reason).toContain('has its part "Note" in two cells');
  });

  it('is refused along with what else is wrong in the row', async () => {
    const checked = await check({ task_id: '', fields: whole, 'fields.Other': 'b' });
    expect(checked?.problems.map(({ code }) => code)).toEqual(['MISSING_VALUE', 'GIVEN_TWICE']);
  });

  it('is taken where a row fills one of both', async () => {
    expect((await check({ task_id, fields: whole, 'fields.Other': '' }))?.args).toMatchObject({
      fields: { Note: 'a' },
    });
    expect((await check({ task_id, fields: '', 'fields.Other': 'b' }))?.args).toMatchObject({ fields: { Other: 'b' } });
  });
});

describe('of a JSONL manifest whose later rows bring new columns', () => {
  const first = { operation: 'update', task_id: '86a', points: '3' };
  const check = (rows: readonly Row[]) =>
    checkedRows(rowsManifest(rows, ['operation', 'task_id']), checkOptions(null, { provider: 'clickup' }));

  it('what an earlier row reads is not called unread', async () => {
    expect((await check([first, { operation: 'comment', task_id: '86a', comment: 'x' }])).unread).toEqual([]);
  });

  it('what no row reads is called so', async () => {
    const rows = [first, { operation: 'comment', task_id: '86a', comment: 'x', colour: 'red' }];
    expect((await check(rows)).unread).toEqual(['colour']);
  });
});
