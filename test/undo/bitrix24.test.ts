/** Every operation of Bitrix24, taken back on a served sandbox with the real bin: before = after, field by field. */
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
  title: hostileCell,
  description: `[b]${hostileCell}[/b]`,
  priority: 'high',
  deadline: '2027-03-03T10:00:00Z',
  responsible_id: '3',
  group_id: '12',
  parent_id: '99001',
  accomplices: '3;5',
  auditors: '4;6',
  tags: '["invoice","=q4","with ; in it"]',
  time_estimate: '7200',
} as const;
const otherValues = {
  title: 'Renamed',
  description: 'Another one.',
  priority: 'low',
  deadline: '2028-03-03T10:00:00Z',
  responsible_id: '7',
  group_id: '13',
  parent_id: '99002',
  accomplices: '8',
  auditors: '9',
  tags: 'other',
  time_estimate: '60',
} as const;
const clearable = 'description;deadline;group_id;parent_id;accomplices;auditors;tags;time_estimate';

const operation = (name: string, cells: Cells = {}): Cells => ({ operation: name, ...cells });
const closing = ['closedDate', 'closedBy'] as const;
const cases: readonly Case[] = [
  { title: 'complete', row: operation('complete'), coverage: 'whole', withoutAgain: ['closedDate'] },
  {
    title: 'complete of a deferred task',
    before: [operation('defer')],
    row: operation('complete'),
    coverage: 'part',
    without: ['status'],
  },
  {
    title: 'reopen of a completed task',
    before: [operation('complete')],
    row: operation('reopen'),
    coverage: 'part',
    without: closing,
  },
  { title: 'reopen of a deferred task', before: [operation('defer')], row: operation('reopen'), coverage: 'whole' },
  { title: 'defer', row: operation('defer'), coverage: 'whole' },
  {
    title: 'update of everything',
    before: [operation('update', everything)],
    row: operation('update', otherValues),
    coverage: 'part',
  },
  { title: 'update of what was empty', row: operation('update', otherValues), coverage: 'part' },
  {
    title: 'update that empties',
    before: [operation('update', everything)],
    row: operation('update', { clear: clearable }),
    coverage: 'part',
  },
  {
    title: 'update within its group',
    before: [operation('update', { title: hostileCell })],
    row: operation('update', { title: 'Renamed', tags: 'a;b' }),
    coverage: 'whole',
  },
  { title: 'comment', row: operation('comment', { comment: 'Hello' }), coverage: 'none' },
];

it('is tried for every operation that there is, and each says how far it comes back', () => {
  expect(missingTrips('bitrix24', cases)).toEqual([]);
});

const idOf = (index: number) => String(3_000 + index);

describe.each([['Vibecode'], ['the classic REST']])('through %s', (dialect) => {
  let trip: RoundTrip;
  let went: Trip;

  beforeAll(async () => {
    trip = await openRoundTrip((origin) =>
      dialect === 'Vibecode' ? {} : { BITRIX24_WEBHOOK_URL: `${origin}/bitrix24/rest/1/abc123/` },
    );
    for (const task_id of ['99001', '99002']) trip.fill('bitrix24', 'complete', { task_id });
    for (const index of cases.keys()) trip.fill('bitrix24', 'complete', { task_id: idOf(index) });
    went = await goAndReturn(trip, 'bitrix24', cases, (index) => ({ task_id: idOf(index) }));
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
    expect(went.verified[1]).toEqual({ holds: 1, reverted: cases.length - 1, unsure: 0 });
  });

  it('tells what is lost', () => {
    expect(lostWords(went.undone)).toEqual([
      "its creator's approval, where it is under control and the credential is not its creator's: it awaits that again",
      'its stage in the group, and those of its subtasks',
      'the groups of subtasks that were not in its own: they moved with it, and move with it again',
      'the status deferred: a task that is reopened is pending',
      'when it had been closed, and by whom',
    ]);
  });

  it('keeps the title to the letter', () => {
    const index = cases.findIndex(({ title }) => title === 'update of everything');
    expect(went.after[index]?.title).toBe(hostileTitle);
  });
});
