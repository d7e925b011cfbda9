import { expect, test } from 'vitest';
import { pageCharts } from '../../src/report/html/page-charts.js';
import { type Course, readTimeline } from '../../src/report/html/read-timeline.js';
import { createRequestCounter } from '../../src/report/html/request-counter.js';
import type { Timeline, TimelineLane } from '../../src/report/html/timeline.js';
import type { CourseSecond } from '../../src/state/course.js';
import { summary } from './kit.js';

const startMs = Date.UTC(2026, 10, 22, 5, 30);
const startSecond = startMs / 1_000;

function second(after: number, requests: number, changes: Partial<CourseSecond> = {}): CourseSecond {
  return { provider: 'clickup', second: startSecond + after, requests, throttled: 0, lost: 0, ...changes };
}

function timelineOf(course: Partial<Course> | null, requests: number): Timeline {
  const nothing = { seconds: [], answerTimes: [], pauses: [], rates: [] };
  const limits = new Map([['clickup', 100]]);
  return readTimeline({ course: course && { ...nothing, ...course }, limits }, { ...summary, requests });
}

test('requests stand in the second in which they left, with the limit they had', () => {
  const seconds = [2, 2, 1, 2, 2, 1].map((requests, after) => second(after, requests));
  const { lanes, stepMs, gap } = timelineOf({ seconds }, 10);
  expect(stepMs).toBe(1_000);
  expect(gap).toBeNull();
  expect(lanes[0]).toMatchObject({ title: 'ClickUp', requests: 10, throttled: 0, mostInMinute: 10, lost: 0 });
  expect(lanes[0]?.limits).toEqual([{ fromMs: 0, perMinute: 100 }]);
  expect(lanes[0]?.points.slice(0, 3)).toEqual([
    [startMs, 2, 2, 0],
    [startMs + 1_000, 2, 4, 0],
    [startMs + 2_000, 1, 5, 0],
  ]);
});

test('refusals and losses are told apart, each service by itself', () => {
  const seconds = [second(0, 3, { throttled: 1, lost: 1 }), second(0, 5, { provider: 'tallyfy' })];
  const { lanes } = timelineOf({ seconds }, 8);
  expect(lanes).toHaveLength(2);
  expect(lanes[0]).toMatchObject({ provider: 'clickup', requests: 3, throttled: 1, lost: 1 });
  expect(lanes[0]?.points[0]).toEqual([startMs, 3, 3, 1]);
  expect(lanes[1]).toMatchObject({ provider: 'tallyfy', requests: 5, throttled: 0, lost: 0 });
});

test('answers are told by how long they took', () => {
  const { answerTimes } = timelineOf(
    {
      answerTimes: [
        { ms: 40, answers: 98 },
        { ms: 900, answers: 2 },
      ],
    },
    0,
  );
  expect(answerTimes).toMatchObject({ count: 100, p50: 40, longest: 900 });
  expect(answerTimes?.bars[0]).toEqual([50, 98]);
  expect(answerTimes?.bars.at(-1)).toEqual([1_000, 2]);
});

test('a pause that is told again while it lasts is one pause', () => {
  const paused = (atMs: number, untilMs: number) => ({ provider: 'clickup', atMs, untilMs, reason: 'HTTP 429' });
  const pauses = [paused(startMs, startMs + 7_000), paused(startMs + 500, startMs + 9_000)];
  expect(timelineOf({ pauses }, 0).pauses).toEqual([
    { provider: 'clickup', fromMs: startMs, untilMs: startMs + 9_000, reason: 'HTTP 429' },
  ]);
});

test('changes of the pace are steps of the limit', () => {
  const rates = [{ provider: 'clickup', atMs: startMs + 5_000, perMinute: 60, wasPerMinute: 100 }];
  const { lanes } = timelineOf({ seconds: [second(0, 1)], rates }, 1);
  expect(lanes[0]?.limits).toEqual([
    { fromMs: 0, perMinute: 100 },
    { fromMs: startMs + 5_000, perMinute: 60 },
  ]);
});

test('a course that nobody recorded is told, and so is one that holds too little', () => {
  expect(timelineOf(null, 5).gap).toMatch(/was not recorded/);
  expect(timelineOf({}, 5).gap).toMatch(/was not recorded/);
  expect(timelineOf(null, 0).gap).toBeNull();
  expect(timelineOf({ seconds: [second(0, 1)] }, 5).gap).toBe(
    'Of 1 of the 5 requests it is recorded when they left; only those are shown.',
  );
});

test('days of requests still make a chart of few points', () => {
  const seconds = Array.from({ length: 9_000 }, (_, index) => second(index * 30, 1));
  const { lanes, stepMs } = timelineOf({ seconds }, 9_000);
  const points = lanes[0]?.points ?? [];
  expect(points.length).toBeLessThanOrEqual(600);
  expect(stepMs).toBe(600_000);
  expect(points.reduce((sum, [, requests]) => sum + requests, 0)).toBe(9_000);
  expect(lanes[0]?.mostInMinute).toBe(2);
});

test('the most in any minute falls again once requests stop', () => {
  const counter = createRequestCounter();
  // A hundred requests, one each 0.6 s.
  for (let at = 0; at < 60; at++) counter.add({ second: at, requests: at % 3 === 2 ? 1 : 2, throttled: 0, lost: 0 });
  counter.add({ second: 200, requests: 1, throttled: 0, lost: 0 });
  const points = counter.points(1_000);
  expect(points.find(([atMs]) => atMs === 59_000)?.[2]).toBe(100);
  expect(points.find(([atMs]) => atMs === 100_000)?.[2]).toBe(31);
  expect(points.some(([atMs]) => atMs === 150_000)).toBe(false);
  expect(points.length).toBeLessThanOrEqual(counter.countPoints(1_000));
});

test('the words beside the chart tell the limit that its line shows', () => {
  const words = (limits: TimelineLane['limits']): string => {
    const timeline = timelineOf({ seconds: [second(0, 4)] }, 4);
    const lanes = timeline.lanes.map((lane) => ({ ...lane, limits }));
    return String(pageCharts({ ...timeline, lanes }, { startedAtMs: startMs })?.text);
  };
  const [none, hundred] = [
    { fromMs: 0, perMinute: 0 },
    { fromMs: startMs, perMinute: 100 },
  ];
  expect(words([none])).toContain('in any 60 seconds; without a limit.');
  expect(words([{ ...hundred, fromMs: 0 }])).toContain('in any 60 seconds; the limit was 100.');
  // A service states it with its first answer.
  expect(words([none, hundred])).toContain('in any 60 seconds; the limit was 100, and for a time there was none.');
});
