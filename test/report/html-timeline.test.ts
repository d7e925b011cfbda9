import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTimeline } from '../../src/report/html/read-timeline.js';
import { createRequestCounter } from '../../src/report/html/request-counter.js';
import type { Timeline } from '../../src/report/html/timeline.js';
import { summary } from './kit.js';

const startMs = Date.UTC(2026, 10, 22, 5, 30);
const limits = new Map([['clickup', 100]]);
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'timeline-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

function requestLine(atMs: number, changes: object = {}): string {
  const time = new Date(atMs).toISOString();
  const fields = { event: 'request', provider: 'clickup', method: 'DELETE', path: '/v2/task/1', status: 204 };
  return JSON.stringify({
    level: 'info',
    time,
    ...fields,
    requestId: null,
    ms: 100,
    throttled: false,
    ...changes,
    msg: 'x',
  });
}

function logFile(name: string, ...lines: readonly string[]): string {
  const path = join(home, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

function timelineOf(logs: readonly string[], requests: number): Promise<Timeline> {
  return readTimeline({ logs, limits }, { ...summary, requests });
}

test('requests are counted when they left, by whole seconds, with the limit they had', async () => {
  const lines = Array.from({ length: 10 }, (_, index) => requestLine(startMs + index * 600 + 100));
  const { lanes, stepMs, gap } = await timelineOf([logFile('run.log', ...lines)], 10);
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

test('a log that began anew is read from its older part on', async () => {
  const older = logFile('run.log.1', requestLine(startMs));
  const newer = logFile('run.log', requestLine(startMs + 1_000, { level: 'error' }));
  expect((await timelineOf([older, newer], 2)).lanes[0]?.requests).toBe(2);
});

test('refusals, losses and the hidden words of paths are told apart', async () => {
  const { lanes, answerTimes } = await timelineOf(
    [
      logFile(
        'run.log',
        requestLine(startMs, { status: 429, throttled: true, ms: 5_000 }),
        requestLine(startMs, { status: undefined, loss: 'ETIMEDOUT', ms: 30_000 }),
        requestLine(startMs, { path: '/x?a=","ms":9999,"throttled":true,"status":1,"provider":"tallyfy"', ms: 40 }),
      ),
    ],
    3,
  );
  expect(lanes).toHaveLength(1);
  expect(lanes[0]).toMatchObject({ provider: 'clickup', requests: 3, throttled: 1, lost: 1 });
  expect(answerTimes).toMatchObject({ count: 1, p50: 40, longest: 40, bars: [[50, 1]] });
});

test('a pause that several refusals tell is one pause', async () => {
  const paused = (atMs: number, untilMs: number) =>
    JSON.stringify({
      level: 'warn',
      time: new Date(atMs).toISOString(),
      event: 'paused',
      provider: 'clickup',
      until: new Date(untilMs).toISOString(),
      reason: 'HTTP 429',
      msg: '',
    });
  const log = logFile('run.log', paused(startMs, startMs + 7_000), paused(startMs + 500, startMs + 9_000));
  expect((await timelineOf([log], 0)).pauses).toEqual([
    { provider: 'clickup', fromMs: startMs, untilMs: startMs + 9_000, reason: 'HTTP 429' },
  ]);
});

test('changes of the pace are steps of the limit', async () => {
  const rate = JSON.stringify({
    level: 'info',
    time: new Date(startMs + 5_000).toISOString(),
    event: 'rate',
    provider: 'clickup',
    cause: 'stated',
    perMinute: 60,
    wasPerMinute: 100,
    msg: '',
  });
  const { lanes } = await timelineOf([logFile('run.log', requestLine(startMs), rate)], 1);
  expect(lanes[0]?.limits).toEqual([
    { fromMs: 0, perMinute: 100 },
    { fromMs: startMs + 5_000, perMinute: 60 },
  ]);
});

test('damaged lines are counted, and the others are read', async () => {
  const whole = requestLine(startMs);
  const log = logFile(
    'run.log',
    whole.slice(0, 40),
    '\u0000\u0000garbage',
    '[]',
    whole,
    requestLine(startMs, { ms: 'x' }),
    '{}',
  );
  const { lanes, damagedLines } = await timelineOf([log], 1);
  expect(lanes[0]?.requests).toBe(1);
  expect(damagedLines).toBe(5);
});

test('a missing log is told, and so is one that holds too little', async () => {
  expect((await timelineOf([], 5)).gap).toMatch(/run\.log\) is missing/);
  expect((await timelineOf([join(home, 'none.log')], 5)).gap).toMatch(/is missing/);
  const log = logFile('run.log', requestLine(startMs));
  expect((await timelineOf([log], 5)).gap).toBe(
    'The log of this run (run.log) holds 1 of its 5 requests; only those are shown.',
  );
});

test('days of requests still make a chart of few points', async () => {
  const lines = Array.from({ length: 9_000 }, (_, index) => requestLine(startMs + index * 30_000));
  const { lanes, stepMs } = await timelineOf([logFile('run.log', ...lines)], 9_000);
  const points = lanes[0]?.points ?? [];
  expect(points.length).toBeLessThanOrEqual(600);
  expect(stepMs).toBe(600_000);
  expect(points.reduce((sum, [, requests]) => sum + requests, 0)).toBe(9_000);
  expect(lanes[0]?.mostInMinute).toBe(2);
});

test('the most in any minute falls again once requests stop', () => {
  const counter = createRequestCounter();
  for (let request = 0; request < 100; request++) counter.add(request * 600, false, true);
  counter.add(200_000, false, true);
  const points = counter.points(1_000);
  expect(points.find(([atMs]) => atMs === 59_000)?.[2]).toBe(100);
  expect(points.find(([atMs]) => atMs === 100_000)?.[2]).toBe(31);
  expect(points.some(([atMs]) => atMs === 150_000)).toBe(false);
  expect(points.length).toBeLessThanOrEqual(counter.countPoints(1_000));
});
