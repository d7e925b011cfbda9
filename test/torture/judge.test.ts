import { expect, test } from 'vitest';
import { type EndedRow, judgeEnding, judgeInstant, judgeReport, noteFinals } from './judge.js';
import { effectKey, manifestOf, type TortureRow } from './rows.js';

function row(parts: Partial<TortureRow> = {}): TortureRow {
  const target = '86c000001';
  return {
    number: 1,
    provider: 'clickup',
    operation: 'archive',
    cells: { task_id: target },
    target,
    scene: 'there',
    effects: [effectKey('clickup', 'archive', target, null)],
    told: true,
    ...parts,
  };
}

function end(parts: Partial<EndedRow> = {}): EndedRow {
  return { number: 1, state: 'succeeded', outcome: 'done', errorCode: null, message: null, ...parts };
}

const archived = 'clickup archive 86c000001';
const kindsOf = (...args: Parameters<typeof judgeEnding>) => judgeEnding(...args).map(({ kind }) => kind);

test('a row that did what it tells, once, is beyond reproach', () => {
  expect(judgeEnding([row()], [end()], [archived])).toEqual([]);
  expect(judgeEnding([row()], [end({ outcome: 'settled' })], [archived])).toEqual([]);
  expect(judgeEnding([row()], [end({ state: 'failed', outcome: null })], [])).toEqual([]);
});

test('an effect twice is a duplicate, whatever the row tells', () => {
  expect(kindsOf([row()], [end()], [archived, archived])).toEqual(['duplicate']);
  expect(kindsOf([row()], [end({ state: 'unknown', outcome: null })], [archived, archived])).toEqual(['duplicate']);
});

test('success without an effect, a row left open and a row that is nowhere are losses', () => {
  expect(kindsOf([row()], [end()], [])).toEqual(['lost']);
  expect(kindsOf([row()], [end({ state: 'sending', outcome: null })], [archived])).toEqual(['lost']);
  expect(kindsOf([row(), row({ number: 2, effects: ['x'] })], [end()], [archived])).toEqual(['lost', 'lost']);
});

test('a failure, a skip and an "already" that happened all the same are wrong reports', () => {
  for (const state of ['failed', 'skipped', 'blocked', 'invalid'] as const) {
    expect(kindsOf([row()], [end({ state, outcome: null })], [archived])).toContain('wrong-report');
  }
  expect(kindsOf([row()], [end({ outcome: 'already' })], [archived])).toEqual(['wrong-report']);
});

test('a failure may have done a part of several, and one that says so itself', () => {
  const parts = ['clickup set-fields 1', 'clickup complete 1'];
  const failed = end({ state: 'failed', outcome: null });
  expect(judgeEnding([row({ effects: parts })], [failed], parts.slice(0, 1))).toEqual([]);
  expect(kindsOf([row({ effects: parts })], [failed], parts)).toEqual(['wrong-report']);
  expect(judgeEnding([row()], [{ ...failed, errorCode: 'NOT_APPLIED' }], [archived])).toEqual([]);
});

test('what was so before is skipped, what never was fails, and what could be done is neither', () => {
  const skipped = end({ state: 'skipped', outcome: 'already' });
  const failed = end({ state: 'failed', outcome: null, errorCode: 'TASK_NOT_FOUND' });
  expect(judgeEnding([row({ scene: 'done' })], [skipped], [])).toEqual([]);
  expect(judgeEnding([row({ scene: 'missing' })], [failed], [])).toEqual([]);
  expect(kindsOf([row({ scene: 'missing' })], [skipped], [])).toEqual(['wrong-report']);
  expect(judgeEnding([row({ scene: 'done' })], [failed], [])).toEqual([]);
  expect(kindsOf([row({ scene: 'done' })], [end()], [])).toEqual(['lost', 'wrong-report']);
  expect(kindsOf([row()], [skipped], [])).toEqual(['wrong-report']);
});

test('a change that no row asked for is found', () => {
  expect(kindsOf([row()], [end()], [archived, 'clickup webhook-refired 86c000001'])).toEqual(['stray']);
});

test('rows on one target must take effect in the order of the manifest', () => {
  const second = row({ number: 2, operation: 'comment', effects: ['clickup comment 86c000001 Hello'] });
  const ended = [end(), end({ number: 2 })];
  expect(judgeEnding([row(), second], ended, [archived, 'clickup comment 86c000001 Hello'])).toEqual([]);
  expect(kindsOf([row(), second], ended, ['clickup comment 86c000001 Hello', archived])).toEqual(['order']);
});

test('states must sum up once the manifest is read, and final ones must stay', () => {
  const finals = new Map<number, string>();
  const instant = { loaded: true, ended: [end()], sum: 1 };
  expect(judgeInstant(1, instant, finals)).toEqual([]);
  expect(judgeInstant(2, instant, finals)).toHaveLength(1);
  expect(judgeInstant(2, { ...instant, loaded: false }, finals)).toEqual([]);
  noteFinals(instant, finals);
  expect(judgeInstant(1, { ...instant, ended: [end({ state: 'sending', outcome: null })] }, finals)).toHaveLength(1);
  expect(judgeInstant(1, instant, finals)).toEqual([]);
});

test('report.csv must hold every row in order, with its state and the cells of the manifest', () => {
  const record = { task_id: '86c000001', _row: '1', _state: 'succeeded', _outcome: 'done' };
  expect(judgeReport([record], [row()], [end()])).toEqual([]);
  expect(judgeReport([], [row()], [end()])).toHaveLength(1);
  expect(judgeReport([{ ...record, _state: 'failed' }], [row()], [end()])).toHaveLength(1);
  expect(judgeReport([{ ...record, task_id: "'86c000001" }], [row()], [end()])).toHaveLength(1);
});

test('a manifest has the columns that its rows fill in', () => {
  expect(manifestOf([row(), row({ cells: { name: 'A, B' } })])).toBe(
    'provider,operation,task_id,name\nclickup,archive,86c000001,\nclickup,archive,,"A, B"\n',
  );
});
