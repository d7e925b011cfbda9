/** Every operation of Tallyfy, taken back on a served sandbox with the real bin: before = after, field by field. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Case,
  type Cells,
  coverageOf,
  goAndReturn,
  hostileCell,
  hostileTitle,
  lostWords,
  missingTrips,
  openRoundTrip,
  type RoundTrip,
  type Trip,
  toldAndMet,
} from './round-trip.js';

const everything = {
  title: hostileCell.slice(0, 600),
  summary: `<p>${hostileCell}</p>`,
  deadline: '2027-03-03 10:00:00',
  started_at: '2026-12-01 08:00:00',
  owners: '{"users":[48213,777],"guests":["ann@example.com"],"groups":["dddddddddddddddddddddddddddddddd"]}',
  webhook: 'https://example.com/hook?a=1',
  prevent_guest_comment: 'true',
  max_assignable: '4',
  top_secret: 'true',
  task_type: 'approval',
} as const;
const otherValues = {
  title: 'Renamed',
  summary: 'Another one.',
  deadline: '2028-02-02 10:00:00',
  started_at: '2027-12-01 08:00:00',
  owners: '{"users":[888],"guests":[],"groups":[]}',
  webhook: 'https://example.com/other',
  prevent_guest_comment: 'false',
  max_assignable: '2',
  top_secret: 'false',
  task_type: 'task',
} as const;

const operation = (name: string, cells: Cells = {}): Cells => ({ operation: name, ...cells });
const due = operation('update', { deadline: '2027-05-05 12:00:00' });
const archived = ['archived_at'] as const;
const completion = ['completed_at', 'status_label'] as const;

/** Fields of the task are made by what the row writes; see the sandbox. */
const fields = { Comment: hostileCell.slice(0, 200), Amount: '12', Note: 'old' };
const otherFields = { Comment: 'Paid', Amount: '13' };

const cases: readonly Case[] = [
  { title: 'archive', row: operation('archive'), coverage: 'whole', withoutAgain: archived },
  { title: 'restore', row: operation('restore'), coverage: 'part', without: archived },
  {
    title: 'complete of a task that is in progress',
    before: [due, operation('complete'), operation('reopen')],
    row: operation('complete'),
    coverage: 'whole',
    withoutAgain: completion,
  },
  {
    title: 'complete of a task that had not been started',
    before: [due],
    row: operation('complete'),
    coverage: 'part',
    without: ['status', 'status_label'],
  },
  {
    title: 'complete with form fields',
    before: [due, operation('set-fields', { fields }), operation('complete'), operation('reopen')],
    row: operation('complete', { fields: otherFields }),
    coverage: 'whole',
    withoutAgain: completion,
  },
  {
    title: 'reopen',
    before: [due, operation('complete', { override_user: '777' })],
    row: operation('reopen'),
    coverage: 'part',
    without: ['completed_at', 'completer_id'],
  },
  {
    title: 'reopen of an approval that was rejected',
    before: [
      operation('update', { deadline: due.deadline, task_type: 'approval' }),
      operation('complete', { is_approved: 'false' }),
    ],
    row: operation('reopen'),
    coverage: 'part',
    without: ['completed_at', 'completer_id'],
  },
  {
    title: 'update of everything',
    before: [operation('update', everything)],
    row: operation('update', otherValues),
    coverage: 'whole',
  },
  {
    title: 'update of what was empty',
    before: [due],
    row: operation('update', {
      summary: 'New.',
      webhook: 'https://example.com/new',
      owners: '{"guests":["bo@example.com"]}',
    }),
    coverage: 'whole',
  },
  {
    title: 'update of a deadline that Tallyfy moved to a working day',
    before: [due],
    row: operation('update', { deadline: '2027-03-06 10:00:00' }),
    coverage: 'whole',
  },
  {
    title: 'update that empties',
    before: [operation('update', everything)],
    row: operation('update', { clear: 'summary;webhook;owners.guests;owners.groups' }),
    coverage: 'whole',
  },
  {
    title: 'set-fields',
    before: [due, operation('set-fields', { fields })],
    row: operation('set-fields', { fields: otherFields, clear: 'Note' }),
    coverage: 'whole',
  },
  {
    title: 'set-fields that were empty',
    before: [due],
    row: operation('set-fields', { fields: otherFields }),
    coverage: 'whole',
  },
  {
    title: 'comment',
    row: operation('comment', { content: hostileCell, label: 'advice', state: 'open' }),
    coverage: 'whole',
  },
  {
    title: 'delete-comment',
    row: operation('delete-comment', { comment_id: 'c'.repeat(32) }),
    coverage: 'part',
  },
  {
    title: 'report-problem',
    row: operation('report-problem', { content: 'Stuck' }),
    coverage: 'part',
    without: ['threads'],
  },
  {
    title: 'report-problem on a completed task',
    before: [due, operation('complete')],
    row: operation('report-problem', { content: 'Stuck' }),
    coverage: 'part',
    without: ['threads', 'completed_at', 'completer_id'],
  },
  {
    title: 'resolve-problem',
    before: [operation('report-problem', { content: hostileCell })],
    row: operation('resolve-problem', { content: 'Done' }),
    coverage: 'part',
    without: ['threads'],
  },
  { title: 'archive-run', row: operation('archive-run'), coverage: 'whole', withoutAgain: archived },
  { title: 'restore-run', row: operation('restore-run'), coverage: 'part', without: archived },
];

it('is tried for every operation that there is, and each says how far it comes back', () => {
  expect(missingTrips('tallyfy', cases)).toEqual([]);
});

const idOf = (index: number) => `a${index.toString(16).padStart(31, '0')}`;
const nameOf = (index: number, { operation: name }: Cells) =>
  String(name).endsWith('-run') ? { run_id: idOf(index) } : { task_id: idOf(index) };

let trip: RoundTrip;
let went: Trip;

beforeAll(async () => {
  trip = await openRoundTrip();
  for (const [index, { row, before = [] }] of cases.entries()) {
    const { comment_id } = row;
    const named = { ...nameOf(index, row), ...(comment_id === undefined ? {} : { comment_id }) };
    trip.fill('tallyfy', before.length > 0 ? 'update' : String(row.operation), named);
    for (const { operation: name, fields: given } of [...before, row]) {
      if (given !== undefined) trip.fill('tallyfy', String(name), { ...nameOf(index, row), fields: given });
    }
    if (String(row.clear ?? '') === 'Note')
      trip.fill('tallyfy', 'set-fields', { ...nameOf(index, row), fields: { Note: 'x' } });
  }
  went = await goAndReturn(trip, 'tallyfy', cases, nameOf);
}, 300_000);
afterAll(() => trip.close());

describe.each(cases.map((one, index) => ({ ...one, index })))('$title', ({ index, coverage, withoutAgain = [] }) => {
  it.runIf(coverage !== 'none')('is taken back, field by field', () => {
    expect(went.after[index]).toEqual(went.before[index]);
  });

  it('is covered as it says', () => {
    expect(coverageOf(went.undone, index + 1)).toBe(coverage);
  });

  it.runIf(coverage === 'whole')('is done again by taking the undo back', () => {
    expect(went.changed[index]).not.toEqual(went.before[index]);
    const differing = Object.fromEntries(withoutAgain.map((name) => [name, expect.anything()]));
    expect(went.again[index]).toEqual({ ...went.changed[index], ...differing });
  });
});

it('is foretold by the plan as undo then tells it, row by row', () => {
  const { told, met } = toldAndMet(went);
  expect(told).toEqual(met);
});

it('verify says that all of it holds, and after that what was taken back', () => {
  expect(went.edited).toBe(0);
  expect(went.verified[0]).toEqual({ holds: cases.length, reverted: 0, unsure: 0 });
  // The reports of problems that were resolved stay; so does it that a comment was deleted, also when one like it is there.
  expect(went.verified[1]).toEqual({ holds: 3, reverted: cases.length - 3, unsure: 0 });
});

it('tells what is lost', () => {
  expect(lostWords(went.undone)).toEqual([
    'the id of the comment, and who had written it when',
    'the id of the problem, and who had reported it when',
    'the report itself: it stays on the task, resolved',
    'the resolution: it stays on the task',
    'the status not-started: a task that is reopened is in progress',
    'when it had been archived',
    'when it had been completed',
    'when it was completed',
    'who had completed it',
  ]);
});

it('keeps the title to the letter', () => {
  const index = cases.findIndex(({ title }) => title === 'update of everything');
  expect(went.after[index]?.title).toBe(hostileTitle);
});
