import { expect, test } from 'vitest';
import { barLine, plainLine } from '../../src/ui/progress-line.js';
import type { LaneView } from '../../src/ui/progress-model.js';
import { startMs } from './kit.js';

const style = { nowMs: startMs, timeZone: 'UTC', unicode: true };

function viewOf(changes: Partial<LaneView> = {}): LaneView {
  return {
    title: 'ClickUp',
    done: 1_234,
    total: 10_000,
    unit: 'rows',
    bad: { failed: 12, blocked: 0, unknown: 0 },
    requestsPerMinute: 98.4,
    perSecond: null,
    remainingMs: 5_316_000,
    pause: null,
    full: null,
    heldSinceMs: null,
    ...changes,
  };
}

const pause = { title: 'ClickUp', untilMs: startMs + 17_000, leftMs: 17_000, reason: 'rate limit reached' };

test('a line has the bar, the counts, the pace and the end', () => {
  expect(barLine('running', viewOf(), 100, style)).toMatchInlineSnapshot(
    `"ClickUp ▕███░░░░░░░░░░░░░░░░░░░░░░░░░▏  1,234 of 10,000  12 failed  98/min  1 h 29 min left, 06:58"`,
  );
  expect(barLine('running', viewOf(), 79, style)).toMatchInlineSnapshot(
    `"ClickUp ▕░░░░░░░░▏  1,234 of 10,000  12 failed  98/min  1 h 29 min left, 06:58"`,
  );
  expect(barLine('running', viewOf({ title: null }), 79, { ...style, unicode: false })).toMatchInlineSnapshot(
    `"Running [--------]  1,234 of 10,000  12 failed  98/min  1 h 29 min left, 06:58"`,
  );
});

test('with less room the pace and the time go, the counts stay', () => {
  expect(barLine('running', viewOf(), 50, style)).toMatchInlineSnapshot(
    `"ClickUp ▕█░░░░░░░░░░▏  1,234 of 10,000  12 failed"`,
  );
  expect(barLine('running', viewOf(), 30, style)).toMatchInlineSnapshot(`"1,234 of 10,000  12 failed"`);
});

test('rows that are blocked or unknown are told apart from those that failed, once there are any', () => {
  const view = viewOf({ bad: { failed: 0, blocked: 6, unknown: 1 } });
  expect(barLine('running', view, 100, style)).toContain('  1,234 of 10,000  0 failed  6 blocked  1 unknown  98/min');
  expect(plainLine('running', view, style)).toContain(': 1,234 of 10,000 rows, 0 failed, 6 blocked, 1 unknown, 98');
});

test.each([20, 30, 40, 50, 60, 79, 120])('no line is wider than %i', (width) => {
  for (const view of [
    viewOf(),
    viewOf({ bad: { failed: 5, blocked: 6, unknown: 7 } }),
    viewOf({ pause }),
    viewOf({ title: 'T'.repeat(90) }),
    viewOf({ total: 0, done: 0 }),
  ]) {
    expect(barLine('running', view, width, style).length).toBeLessThanOrEqual(width);
  }
});

test('a pause shows who asked for it, until when, how long still, and why', () => {
  expect(barLine('running', viewOf({ pause }), 100, style)).toBe(
    '1,234 of 10,000  12 failed  paused by ClickUp until 05:30:17, 17 s: rate limit reached',
  );
  expect(plainLine('running', viewOf({ pause }), style)).toBe(
    '05:30:00 Running, ClickUp: 1,234 of 10,000 rows, 12 failed, 98 requests a minute, about 1 h 29 min left, ' +
      'until 06:58, paused by ClickUp until 05:30:17, 17 s: rate limit reached',
  );
});

test('a full window shows when the next request leaves', () => {
  const view = viewOf({ full: { untilMs: startMs + 17_000, leftMs: 16_400 } });
  expect(barLine('running', view, 100, style)).toBe(
    '1,234 of 10,000  12 failed  full window: next request at 05:30:17, 17 s  1 h 29 min left',
  );
  expect(plainLine('running', view, style)).toContain(', full window: next request at 05:30:17, 17 s');
});

test('bytes are told in units that can be read, with their own pace', () => {
  const view = viewOf({
    title: null,
    unit: 'bytes',
    done: 41_200_000,
    total: 98_000_000,
    bad: null,
    requestsPerMinute: null,
    perSecond: 8_123_000,
    remainingMs: 7_000,
  });
  expect(barLine('loading', view, 100, style)).toBe(
    'Reading the manifest ▕███████████░░░░░░░░░░░░░░░░░▏  41.2 MB of 98.0 MB  8.1 MB/s  7 s left, 05:30',
  );
  expect(plainLine('loading', view, style)).toBe(
    '05:30:00 Reading the manifest: 41.2 MB of 98.0 MB, 8.1 MB/s, about 7 s left, until 05:30',
  );
});

test('tasks whose number nobody knows have a count and a pace', () => {
  const view = viewOf({
    title: null,
    unit: 'tasks',
    total: 0,
    bad: null,
    perSecond: 40,
    requestsPerMinute: 96,
    remainingMs: null,
  });
  expect(barLine('exporting', view, 80, style)).toBe('Exporting  1,234  96/min');
  expect(plainLine('exporting', view, style)).toBe('05:30:00 Exporting: 1,234 tasks, 96 requests a minute');
});

test('the bar is full only at the end, and never more than full', () => {
  expect(barLine('running', viewOf({ done: 9_999 }), 79, style)).toContain('░');
  expect(barLine('running', viewOf({ done: 10_000, remainingMs: 0 }), 79, style)).not.toContain('░');
  expect(barLine('running', viewOf({ done: 10_002, remainingMs: 0 }), 79, style)).toContain('10,002 of 10,002');
});

test('a phase without a known number of rows has its name alone', () => {
  const view = viewOf({
    title: null,
    done: 0,
    total: 0,
    bad: { failed: 0, blocked: 0, unknown: 0 },
    requestsPerMinute: null,
    remainingMs: null,
  });
  expect(barLine('loading', view, 79, style)).toBe('Reading the manifest');
  expect(plainLine('loading', view, style)).toBe('05:30:00 Reading the manifest');
});
