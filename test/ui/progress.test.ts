import { describe, expect, test } from 'vitest';
import { localFailure } from '../../src/failure.js';
import type { RequestEvent } from '../../src/limiter/paced-client.js';
import type { RowEnd } from '../../src/run/row-end.js';
import { blockedResult, failedResult, returnedResult, succeededResult } from '../../src/run/row-end.js';
import { createProgress, type ProgressOptions } from '../../src/ui/progress.js';
import { answerOf } from '../support/answers.js';
import { createFakeClock, createSink, startMs } from './kit.js';
import { createScreen } from './screen.js';

const failure = localFailure('NOT_FOUND', 'TASK_NOT_FOUND', 'No task.', 'Check the id.');
const done: RowEnd = {
  kind: 'ended',
  event: 'answered',
  result: succeededResult('done', '', startMs, 1),
  failure: null,
};
const failed: RowEnd = { kind: 'ended', event: 'answered', result: failedResult(failure, startMs, 1), failure };
const blocked: RowEnd = { kind: 'ended', event: 'checked', result: blockedResult(failure, startMs, 1), failure };
const putBack: RowEnd = { kind: 'ended', event: 'retry', result: returnedResult(1), failure: null };
const request: RequestEvent = {
  provider: 'clickup',
  method: 'DELETE',
  path: ['task', '1'],
  outcome: answerOf(204),
  durationMs: 9,
  throttled: false,
  writes: 1,
};

function rowOf(end: RowEnd | null, provider = 'clickup') {
  return { number: 1, line: 2, provider, operation: 'delete', end };
}

function optionsOf(changes: Partial<ProgressOptions> & Pick<ProgressOptions, 'stream'>): ProgressOptions {
  return {
    isTerminal: false,
    clock: createFakeClock(),
    enabled: true,
    columns: () => 80,
    unicode: false,
    timeZone: 'UTC',
    ...changes,
  };
}

const clickup = { provider: 'clickup', title: 'ClickUp', rows: 200, requestsPerMinute: 100 };
const tallyfy = { provider: 'tallyfy', title: 'Tallyfy', rows: 50, requestsPerMinute: 100 };

test('off a terminal there is a plain line at the beginning, each ten seconds, and at the end', async () => {
  const stream = createSink();
  const clock = createFakeClock();
  const progress = createProgress(optionsOf({ stream, clock }));
  progress.events.phase?.({ phase: 'running', rows: 200 });
  for (let index = 0; index < 40; index++) {
    await clock.advance(600);
    progress.events.request?.(request);
    progress.events.row?.(rowOf(index === 5 ? failed : done));
  }
  progress.stop();
  await clock.advance(60_000);
  expect(stream.text()).toMatchInlineSnapshot(`
    "05:30:00 Running: 0 of 200 rows, 0 failed
    05:30:10 Running: 16 of 200 rows, 1 failed, 96 requests a minute, about 1 min 55 s left, until 05:32
    05:30:20 Running: 33 of 200 rows, 1 failed, 99 requests a minute, about 1 min 41 s left, until 05:32
    05:30:24 Running: 40 of 200 rows, 1 failed, 100 requests a minute, about 1 min 36 s left, until 05:32
    "
  `);
});

test('off a terminal a pause is seen in the lines while it lasts', async () => {
  const stream = createSink();
  const clock = createFakeClock();
  const progress = createProgress(optionsOf({ stream, clock }));
  progress.start('running', [clickup]);
  progress.events.paused?.({
    provider: 'clickup',
    title: 'ClickUp',
    untilMs: startMs + 37_000,
    reason: 'rate limit reached',
  });
  await clock.advance(20_000);
  progress.events.resumed?.({ provider: 'clickup' });
  await clock.advance(10_000);
  progress.stop();
  const lines = stream.text().trimEnd().split('\n');
  expect(lines[1]).toContain('paused by ClickUp until 05:30:37, 27 s: rate limit reached');
  expect(lines[3]).not.toContain('paused');
});

test('while planning every row that was looked at counts; while running only rows that ended', () => {
  const stream = createSink();
  const progress = createProgress(optionsOf({ stream }));
  progress.events.phase?.({ phase: 'reading', rows: 3 });
  progress.events.row?.(rowOf(null));
  progress.events.row?.(rowOf(failed));
  progress.events.row?.(rowOf(blocked));
  progress.start('running', [{ ...clickup, rows: 3 }]);
  progress.events.phase?.({ phase: 'settling', rows: 1 });
  progress.events.row?.(rowOf(putBack));
  progress.events.row?.(rowOf({ kind: 'returned', stop: null }));
  progress.events.row?.(rowOf({ kind: 'in-doubt', stop: null }));
  progress.events.row?.(rowOf(done));
  progress.stop();
  const lines = stream.text().trimEnd().split('\n');
  expect(lines[1]).toContain('Looking at the targets: 3 of 3 rows, 1 failed, 1 blocked');
  expect(lines.at(-1)).toContain('Running, ClickUp: 1 of 3 rows, 0 failed');
});

test('on a terminal each service has its bar, and log lines stand above them', () => {
  const stream = createScreen();
  const progress = createProgress(optionsOf({ stream, isTerminal: true }));
  stream.write('$ taskbatch run\n');
  progress.start('running', [clickup, tallyfy]);
  expect(stream.cursorVisible()).toBe(false);
  for (let index = 0; index < 100; index++) progress.events.row?.(rowOf(done));
  progress.log('a first line of the log');
  progress.log(`a second line, which is longer than the screen is wide: ${'x'.repeat(60)}\nand a third`);
  progress.events.row?.(rowOf(failed, 'tallyfy'));
  progress.stop();
  progress.log('after the end');
  expect(stream.cursorVisible()).toBe(true);
  expect(stream.lines()).toMatchInlineSnapshot(`
    [
      "$ taskbatch run",
      "a first line of the log",
      "a second line, which is longer than the screen is wide: xxxxxxxxxxxxxxxxxxxxxxxx",
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "and a third",
      "ClickUp [##############--------------]  100 of 200  0 failed  0 s left, 05:30",
      "Tallyfy [----------------------------]  1 of 50  1 failed",
      "after the end",
    ]
  `);
});

test('log lines between redraws leave nothing of the bars behind', () => {
  const stream = createScreen(60);
  const progress = createProgress(optionsOf({ stream, isTerminal: true, columns: () => 60 }));
  progress.start('running', [clickup, tallyfy, { ...tallyfy, provider: 'bitrix24', title: 'Bitrix24' }]);
  for (let index = 0; index < 5; index++) progress.log(`line ${index}`);
  progress.stop();
  expect(stream.lines().slice(0, 5)).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4']);
  expect(stream.lines()).toHaveLength(8);
});

test('on a terminal a pause takes the place of the bar', () => {
  const stream = createScreen();
  const progress = createProgress(optionsOf({ stream, isTerminal: true }));
  progress.start('running', [clickup]);
  progress.events.paused?.({
    provider: 'clickup',
    title: 'ClickUp',
    untilMs: startMs + 17_000,
    reason: 'rate limit reached',
  });
  progress.stop();
  expect(stream.lines()).toEqual(['0 of 200  0 failed  paused by ClickUp until 05:30:17, 17 s: rate limit reached']);
});

test('switched off it shows nothing, still logs, and may be stopped at any time', async () => {
  const stream = createSink();
  const clock = createFakeClock();
  const progress = createProgress(optionsOf({ stream, clock, enabled: false }));
  progress.stop();
  progress.start('running', [clickup]);
  progress.events.row?.(rowOf(done));
  progress.events.stopping?.({ reason: 'guard', message: '20 rows failed.' });
  await clock.advance(30_000);
  progress.log('a warning');
  progress.stop();
  progress.stop();
  expect(stream.text()).toBe('a warning\n');
});

test('a stop is told at once, without anything that drives the terminal', () => {
  const stream = createSink();
  const progress = createProgress(optionsOf({ stream }));
  progress.start('running', [clickup]);
  progress.events.stopping?.({ reason: 'breaker', message: 'ClickUp\u001b[2J is in trouble.' });
  expect(stream.text()).toContain('Stopping: ClickUp<U+001B>[2J is in trouble. Requests in the air are waited for.\n');
  progress.stop();
});

test('events before any phase are let go', () => {
  const progress = createProgress(optionsOf({ stream: createSink() }));
  expect(() => progress.events.row?.(rowOf(done))).not.toThrow();
  expect(() => progress.events.request?.(request)).not.toThrow();
});

describe('work that tells how far it is', () => {
  test('is not shown when it is over within a second', async () => {
    const stream = createSink();
    const clock = createFakeClock();
    const progress = createProgress(optionsOf({ stream, clock }));
    const advance = progress.work('loading', { unit: 'bytes', total: 1_000 });
    await clock.advance(900);
    advance(1_000);
    progress.stop();
    expect(stream.text()).toBe('');
  });

  test('has its count, its pace and its end, and its estimate is right within 10 % after 5 % of the work', async () => {
    const stream = createSink();
    const clock = createFakeClock();
    const progress = createProgress(optionsOf({ stream, clock }));
    const advance = progress.work('reporting', { unit: 'rows', total: 1_000_000 });
    for (let done = 1_000; done <= 55_000; done += 1_000) {
      await clock.advance(200);
      advance(done);
    }
    progress.stop();
    expect(stream.text()).toMatchInlineSnapshot(`
      "05:30:01 Writing the reports: 5,000 of 1,000,000 rows, 5,000 rows/s, about 3 min 19 s left, until 05:33
      05:30:11 Writing the reports: 54,000 of 1,000,000 rows, 4,909 rows/s, about 3 min 13 s left, until 05:33
      05:30:11 Writing the reports: 55,000 of 1,000,000 rows, 5,000 rows/s, about 3 min 9 s left, until 05:33
      "
    `);
    // 945,000 rows at 5,000 a second: 189 s.
    expect(stream.text()).toContain('about 3 min 9 s left');
  });

  test('a wait is shown at once, also before a second is over', () => {
    const stream = createScreen();
    const progress = createProgress(optionsOf({ stream, isTerminal: true }));
    progress.work('exporting', { unit: 'tasks', total: null })(500);
    expect(stream.lines()).toEqual([]);
    progress.events.full?.({ provider: 'clickup', title: 'ClickUp', untilMs: startMs + 17_000 });
    progress.stop();
    expect(stream.lines()).toEqual(['500  full window: next request at 05:30:17, 17 s']);
  });

  test('what was begun later takes its place', async () => {
    const stream = createSink();
    const clock = createFakeClock();
    const progress = createProgress(optionsOf({ stream, clock }));
    const advance = progress.work('loading', { unit: 'bytes', total: 1_000 });
    progress.start('running', [clickup]);
    await clock.advance(2_000);
    advance(500);
    progress.stop();
    expect(stream.text()).not.toContain('Reading');
  });
});

test('a full window is shown until the next request leaves', () => {
  const stream = createSink();
  const progress = createProgress(optionsOf({ stream }));
  progress.start('running', [clickup]);
  progress.events.row?.(rowOf(done));
  progress.events.full?.({ provider: 'clickup', title: 'ClickUp', untilMs: startMs + 17_000 });
  progress.stop();
  expect(stream.text().trimEnd().split('\n').at(-1)).toContain('full window: next request at 05:30:17, 17 s');
  progress.start('running', [clickup]);
  progress.events.full?.({ provider: 'clickup', title: 'ClickUp', untilMs: startMs + 17_000 });
  progress.events.request?.(request);
  progress.events.row?.(rowOf(done));
  progress.stop();
  expect(stream.text().trimEnd().split('\n').at(-1)).not.toContain('full window');
});

describe('a change of pace', () => {
  const stated = { provider: 'clickup', title: 'ClickUp', cause: 'stated' as const, perMinute: 50, wasPerMinute: 100 };

  test('is told while a phase goes on, and its coming back is not', () => {
    const stream = createSink();
    const progress = createProgress(optionsOf({ stream }));
    progress.events.rate?.(stated);
    progress.start('running', [clickup]);
    progress.events.rate?.(stated);
    progress.events.rate?.({ ...stated, cause: 'refused', perMinute: 37.5, wasPerMinute: 50 });
    progress.events.rate?.({ ...stated, cause: 'recovered', perMinute: 42.5, wasPerMinute: 37.5 });
    progress.stop();
    expect(stream.text().trimEnd().split('\n').slice(1)).toEqual([
      'warning: ClickUp states another limit: going on at 50 requests a minute, not 100 as before.',
      'ClickUp refuses requests at this pace, or others use the same credential: going on at 37.5 a minute, not 50 as before.',
      '05:30:00 Running, ClickUp: 0 of 200 rows, 0 failed',
    ]);
  });

  test('is a warning also where no progress is shown, when the service states less', () => {
    const stream = createSink();
    const progress = createProgress(optionsOf({ stream, enabled: false }));
    progress.start('running', [clickup]);
    progress.events.rate?.(stated);
    progress.events.rate?.({ ...stated, cause: 'refused' });
    progress.stop();
    expect(stream.text()).toMatch(/^warning: ClickUp states another limit.*\n$/);
  });

  test('counts for the time that is left', () => {
    const stream = createScreen();
    const clock = createFakeClock();
    const progress = createProgress(optionsOf({ stream, clock, isTerminal: true }));
    progress.start('running', [{ ...clickup, rows: 101 }]);
    progress.events.request?.(request);
    progress.events.row?.(rowOf(done));
    progress.events.request?.(request);
    progress.events.row?.(rowOf(done));
    progress.events.rate?.({ ...stated, perMinute: 33 });
    progress.stop();
    expect(stream.lines().at(-1)).toContain('3 min left');
  });
});

describe('a run that a person pauses', () => {
  const held = async (advanceMs: number) => {
    const stream = createSink();
    const clock = createFakeClock();
    const progress = createProgress(optionsOf({ stream, clock }));
    progress.start('running', [{ ...clickup, requestsPerMinute: 0 }]);
    for (let index = 0; index < 20; index++) {
      await clock.advance(1_000);
      progress.events.request?.(request);
      progress.events.row?.(rowOf(done));
    }
    progress.events.heldByPerson?.({ sinceMs: clock.now() });
    await clock.advance(advanceMs);
    return { stream, clock, progress };
  };

  test('is shown as such, in the phase that follows too, without a guess at its end', async () => {
    const { stream, progress } = await held(20_000);
    progress.start('running', [clickup]);
    progress.stop();
    const lines = stream.text().trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(/0 of 200 rows, 0 failed, paused by you since 05:30:20$/);
    expect(lines.filter((line) => line.includes('paused by you')).join()).not.toContain('left');
    expect(stream.text()).toContain('Paused from another terminal: nothing leaves until it is resumed there.');
  });

  test('is expected to go on at its pace, however long it was paused', async () => {
    const { stream, clock, progress } = await held(8 * 3_600_000);
    progress.events.letGoByPerson?.();
    await clock.advance(1_000);
    progress.events.request?.(request);
    progress.events.row?.(rowOf(done));
    progress.stop();
    expect(stream.text().trimEnd().split('\n').at(-1)).toMatch(/21 of 200 rows.* about (?:2 min 5\d s|3 min)/);
  });
});

test.each([
  86_400_000, -3_600_000,
])('what is left of a pause is told right after the wall clock jumped by %i', async (jumpMs) => {
  const stream = createSink();
  const clock = createFakeClock();
  const progress = createProgress(optionsOf({ stream, clock }));
  progress.start('running', [clickup]);
  progress.events.paused?.({
    provider: 'clickup',
    title: 'ClickUp',
    untilMs: clock.now() + 60_000,
    reason: 'rate limit',
  });
  clock.jumpWall(jumpMs);
  await clock.advance(20_000);
  progress.stop();
  expect(stream.text().trimEnd().split('\n').at(-1)).toMatch(/paused by ClickUp until \d\d:31:00, 40 s: rate limit$/);
});
