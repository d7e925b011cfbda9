import { expect, it } from 'vitest';
import { succeed } from '../../src/failure.js';
import { describeTarget } from '../../src/providers/reading.js';
import { findProvider } from '../../src/providers/registry.js';
import type { TargetView } from '../../src/providers/target.js';
import { describeMadeSince } from '../../src/undo/made-since.js';

const seconds = (count: number) => Date.UTC(2026, 10, 27, 12) + count * 1_000;

interface Course {
  /** By the service's clock, which is an hour ahead. */
  readonly updated: number;
  readonly ended?: number;
  readonly outcome?: 'done' | 'settled' | 'half-made';
  readonly attempts?: number;
  readonly laterEnded?: number;
  /** What the later row read before it wrote, where that differs, and what it changed. */
  readonly laterRead?: Partial<TargetView>;
  readonly laterFields?: readonly string[];
}

/** What is told of a task that a row made, whose attempt began at second 0. */
async function tell(course: Course): Promise<string | null> {
  const { updated, ended = 2, outcome = 'done', attempts = 1, laterEnded, laterRead = {}, laterFields = [] } = course;
  const entry = findProvider('clickup')?.operations.find(({ name }) => name === 'create');
  if (entry === undefined) throw new Error('there is no clickup.create');
  const there = (second: number) => new Date(seconds(second) + 3_600_000).toISOString();
  const made = describeTarget({
    ...{ id: '86made', title: 'Made', completed: false, created: there(1), updated: there(updated) },
  });
  const readBefore = { ...made, updated: there(1), ...laterRead };
  const row = {
    ...{ number: 1, line: 2, provider: 'clickup', operation: 'create', args: {}, template: null, outcome },
    ...{
      startedAtMs: seconds(0),
      finishedAtMs: seconds(ended),
      attempts,
      createdIds: [made.id],
      completedAtMs: null,
      seen: null,
    },
  };
  const standing = {
    ...{ row, entry, args: {}, evidence: '', unread: null, targets: ['clickup:86made'] },
    verdict: 'holds',
    ...{ now: made, made: [made], gone: false, madeChanged: null, lacks: [], since: null },
  } as const;
  const later =
    laterEnded === undefined
      ? null
      : {
          looks: [{ endedAtMs: seconds(laterEnded), view: readBefore, fields: laterFields }],
          comments: 0,
          changed: new Map<string, number>(),
          left: new Map<string, number>(),
        };
  const means = {
    connection: { readTraces: async () => succeed({}) },
    reader: { read: () => Promise.reject(new Error('nothing is read here')) },
    isOurs: () => true,
  };
  const told = await describeMadeSince(standing, later, means);
  return told.ok ? told.value : told.failure.message;
}

it.each<[what: string, course: Course]>([
  ['its own attempt', { updated: 1 }],
  ['a tag that its own attempt added', { updated: 3 }],
  ['a second that was rounded', { updated: 4 }],
  ['a later row of the run', { updated: 40, laterEnded: 41 }],
  ['what a later row changed', { updated: 40, laterEnded: 41, laterRead: { title: 'Old' }, laterFields: ['name'] }],
])('%s does not count as work of others', async (_what, course) => {
  expect(await tell(course)).toBeNull();
});

it('what later rows found changed already, or did not change themselves, is work of others', async () => {
  const changedAt = new Date(seconds(20) + 3_600_000).toISOString();
  expect(await tell({ updated: 40, laterEnded: 41, laterRead: { updated: changedAt } })).toBe(
    `"Made" (86made) was changed at ${changedAt}.`,
  );
  const course = { updated: 40, laterEnded: 41, laterFields: ['comment'] };
  expect(await tell(course)).toBeNull();
  const told = '"Made" (86made) was changed while the run went on.';
  expect(await tell({ ...course, laterRead: { title: 'As it was made' } })).toBe(told);
  expect(await tell({ ...course, laterRead: { extra: { description: 'short' } } })).toBeNull();
});

it.each<[what: string, course: Course]>([
  ['some seconds after the row', { updated: 10 }],
  ['half a second after the row', { updated: 3.5 }],
  ['after the last row of the run on it', { updated: 55, laterEnded: 41 }],
  ['before a row in doubt was settled the next day', { updated: 7_200, ended: 86_400, outcome: 'settled' }],
  ['before a row in doubt was settled some seconds later', { updated: 6, ended: 8, outcome: 'settled' }],
  [
    'before it was found out that a row had made a thing not as asked',
    { updated: 60, ended: 90, outcome: 'half-made' },
  ],
  ['within the time that the row had waited for the service', { updated: 12, ended: 25, attempts: 2 }],
])('a change %s counts, however far the clocks are apart', async (_what, course) => {
  const changed = new Date(seconds(course.updated) + 3_600_000).toISOString();
  expect(await tell(course)).toBe(`"Made" (86made) was changed at ${changed}.`);
});
