import { Writable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { planCsv } from '../../src/report/plan/plan-csv.js';
import type { PlanFormat } from '../../src/report/plan/plan-format.js';
import { planFormatOf } from '../../src/report/plan/plan-formats.js';
import { planJsonl } from '../../src/report/plan/plan-jsonl.js';
import type { PlanRow } from '../../src/state/plan-reads.js';
import { startMs } from '../ui/kit.js';
import { planContext } from './plan-kit.js';

const row: PlanRow = {
  number: 1,
  line: 2,
  provider: 'clickup',
  operation: 'update',
  cells: ['86abc', '=1+1'],
  target: '86abc',
  prediction: 'will do',
  reason: null,
  seen: {
    title: '=cmd()',
    place: 'QA / Sandbox',
    status: 'to do',
    archived: true,
    assignees: ['Ann', 'Bob'],
    created: '2026-11-01T00:00:00.000Z',
    updated: '2026-11-02T00:00:00.000Z',
    url: 'https://app.clickup.com/t/86abc',
    atMs: startMs,
  },
  changes: [
    { field: 'status', before: 'to do', after: 'done' },
    { field: 'due', before: null, after: '2026-12-24' },
  ],
  surprises: ['It has 2 comments; 9 of 10 rows have none.'],
  surpriseRules: ['comments'],
  state: 'succeeded',
  outcome: 'done',
};
const unread: PlanRow = {
  ...row,
  number: 2,
  prediction: 'will fail',
  reason: 'ClickUp has no task 86abc.',
  seen: null,
  changes: [],
  surprises: [],
  surpriseRules: [],
  state: 'failed',
  outcome: null,
};

async function write(format: PlanFormat, rows: readonly PlanRow[]): Promise<string> {
  let text = '';
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  await format.write(rows, planContext(['Task ID', 'Note']), output);
  return text;
}

test('as CSV: own columns, what is foretold and why, the target, before and after; formulas are disarmed', async () => {
  const [first, second] = parse(await write(planCsv, [row, unread]), { columns: true });
  expect(first).toEqual({
    'Task ID': '86abc',
    Note: "'=1+1",
    _row: '1',
    _line: '2',
    _provider: 'clickup',
    _operation: 'update',
    _target: '86abc',
    _prediction: 'will do',
    _reason: '',
    _surprises: 'It has 2 comments; 9 of 10 rows have none.',
    _title: "'=cmd()",
    _place: 'QA / Sandbox',
    _status: 'to do, archived',
    _assignees: 'Ann; Bob',
    _created_at: '2026-11-01T00:00:00.000Z',
    _updated_at: '2026-11-02T00:00:00.000Z',
    _before: 'status: to do; due:',
    _after: 'status: done; due: 2026-12-24',
    _read_at: '2026-11-22T05:30:00.000Z',
    _url: 'https://app.clickup.com/t/86abc',
    _state: 'succeeded',
    _outcome: 'done',
  });
  expect(second).toMatchObject({ _prediction: 'will fail', _reason: 'ClickUp has no task 86abc.', _title: '' });
});

test.each([
  ['CSV', planCsv],
  ['JSONL', planJsonl],
])('as %s: no live text drives the terminal that shows the file', async (_name, format) => {
  const told = { title: '\u001b[2Jgone\u009b', place: 'a\rb', assignees: ['\u007f'] };
  const seen = row.seen === null ? null : { ...row.seen, ...told };
  const changes = [{ field: 'name', before: '\u001b]0;x\u0007', after: '\u0090' }];
  const text = await write(format, [{ ...row, seen, changes }]);
  expect(text).toContain('gone');
  expect(text.match(/(?!\n)\p{Cc}/gu)).toBeNull();
});

test('as JSONL: lists are lists, and what is missing is null', async () => {
  const [first, second] = (await write(planJsonl, [row, unread])).trim().split('\n');
  expect(JSON.parse(first ?? '')).toMatchObject({
    'Task ID': '86abc',
    Note: '=1+1',
    _assignees: ['Ann', 'Bob'],
    _surprises: ['It has 2 comments; 9 of 10 rows have none.'],
    _before: [
      { field: 'status', value: 'to do' },
      { field: 'due', value: null },
    ],
    _after: [
      { field: 'status', value: 'done' },
      { field: 'due', value: '2026-12-24' },
    ],
  });
  expect(JSON.parse(second ?? '')).toMatchObject({ _title: null, _assignees: null, _before: [], _surprises: [] });
});

test('the form is told by the ending, in any case; another one is refused with those that there are', async () => {
  expect(await planFormatOf('a/plan.CSV').load()).toBe(planCsv);
  expect(await planFormatOf('plan.jsonl').load()).toBe(planJsonl);
  expect(() => planFormatOf('plan.xlsx')).toThrow(
    expect.objectContaining({ code: 'PLAN_FORMAT', fix: expect.stringContaining('.csv, .jsonl or .html') }),
  );
});
