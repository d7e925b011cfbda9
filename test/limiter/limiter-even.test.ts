import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { createLimiter, type Limiter, type LimiterOptions } from '../../src/limiter/limiter.js';
import { mostInAnyWindow } from '../support/sliding-log.js';

/** bottleneck has its own timers and reads the date, so here the whole world's time is replaced. */
beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
});
afterEach(() => {
  vi.useRealTimers();
});

const windowMs = 60_000;

function setUp(options: Partial<LimiterOptions> = {}) {
  const limiter = createLimiter({
    requestsPerMinute: 100,
    windowMs,
    pace: 'even',
    budget: null,
    clock: systemClock,
    giveUpAfterMs: 900_000,
    ...options,
  });
  return { limiter, departures: [] as number[], startMs: performance.now() };
}

/** Works without a break: asks, sends for `answerMs`, asks again. */
async function work({ limiter, departures, startMs }: ReturnType<typeof setUp>, answerMs: () => number): Promise<void> {
  for (;;) {
    const ticket = await limiter.acquire().catch(() => null);
    if (ticket === null) return;
    departures.push(performance.now() - startMs);
    await systemClock.sleep(answerMs());
    ticket.done();
  }
}

async function end(limiter: Limiter): Promise<void> {
  const ended = limiter.dispose();
  await vi.advanceTimersByTimeAsync(1_000);
  await ended;
}

function gapsOf(departures: readonly number[]): number[] {
  return departures.slice(1).map((leftMs, index) => leftMs - (departures[index] ?? 0));
}

describe('with the pace "even"', () => {
  test('departures lie a window / limit apart, with a little room for differences of travel', async () => {
    const setting = setUp();
    for (let i = 0; i < 4; i += 1) void work(setting, () => 200);
    await vi.advanceTimersByTimeAsync(windowMs);
    await end(setting.limiter);
    for (const gap of gapsOf(setting.departures)) {
      expect(gap).toBeGreaterThanOrEqual(600);
      expect(gap).toBeLessThan(612);
    }
  });

  test.each([
    [60, windowMs],
    [100, windowMs],
    [300, windowMs],
    [700, windowMs / 10],
  ])('%i in %i ms: at least 99 of 100 are used, and never more than all', async (rate, ownWindowMs) => {
    const setting = setUp({ requestsPerMinute: rate, windowMs: ownWindowMs });
    let seed = 7;
    const answerMs = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return (50 + (seed % 350)) * (ownWindowMs / windowMs);
    };
    for (let i = 0; i < Math.ceil(rate / 100) + 2; i += 1) void work(setting, answerMs);
    await vi.advanceTimersByTimeAsync(4 * ownWindowMs);
    await end(setting.limiter);
    expect(setting.departures.length).toBeGreaterThanOrEqual(Math.floor(0.99 * 4 * rate));
    expect(mostInAnyWindow(setting.departures, ownWindowMs)).toBeLessThanOrEqual(rate);
  });

  test('answers that take very long slow it down, for the sake of the limit', async () => {
    const setting = setUp({ requestsPerMinute: 60 });
    for (let i = 0; i < 60; i += 1) void work(setting, () => 20_000);
    await vi.advanceTimersByTimeAsync(4 * windowMs);
    await end(setting.limiter);
    // Any of them may arrive as late as its answer, the next ones at once.
    const worst = setting.departures.map((leftMs, index) => leftMs + (index % 2) * 20_000);
    expect(mostInAnyWindow(worst, windowMs)).toBeLessThanOrEqual(60);
    expect(setting.departures.length).toBeGreaterThan(60 * 2.9);
  });

  test('an idle time saves up no burst', async () => {
    const setting = setUp();
    await vi.advanceTimersByTimeAsync(10 * windowMs);
    for (let i = 0; i < 5; i += 1) void work(setting, () => 0);
    await vi.advanceTimersByTimeAsync(5_000);
    await end(setting.limiter);
    expect(Math.min(...gapsOf(setting.departures))).toBeGreaterThanOrEqual(600);
  });

  test('who waited through a pause leaves at the pace, not in a burst', async () => {
    const setting = setUp();
    for (let i = 0; i < 10; i += 1) void work(setting, () => 10);
    await vi.advanceTimersByTimeAsync(3_000);
    const before = setting.departures.length;
    setting.limiter.pause(20_000, 'busy');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(setting.departures.length).toBe(before);
    await vi.advanceTimersByTimeAsync(6_000);
    await end(setting.limiter);
    const after = setting.departures.slice(before);
    expect(after.length).toBeGreaterThanOrEqual(9);
    expect(Math.min(...gapsOf(after))).toBeGreaterThanOrEqual(600);
  });

  test('nor does who was held by a person', async () => {
    const setting = setUp();
    for (let i = 0; i < 5; i += 1) void work(setting, () => 50);
    await vi.advanceTimersByTimeAsync(5_000);
    setting.limiter.hold();
    await vi.advanceTimersByTimeAsync(1_000);
    const before = setting.departures.length;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(setting.departures.length).toBe(before);
    setting.limiter.letGo();
    await vi.advanceTimersByTimeAsync(5_000);
    await end(setting.limiter);
    const after = setting.departures.slice(before);
    expect(after.length).toBeGreaterThanOrEqual(7);
    expect(Math.min(...gapsOf(after))).toBeGreaterThanOrEqual(600);
  });

  test('nor does what was about to leave when the pause began, at a rate where some are always about to', async () => {
    const setting = setUp({ requestsPerMinute: 600, windowMs: 6_000 });
    for (let i = 0; i < 50; i += 1) void work(setting, () => 5);
    await vi.advanceTimersByTimeAsync(1_000);
    const before = setting.departures.length;
    setting.limiter.pause(1_000, 'busy');
    await vi.advanceTimersByTimeAsync(1_015);
    await end(setting.limiter);
    expect(before).toBeGreaterThan(90);
    expect(setting.departures.length - before).toBeLessThanOrEqual(2);
  });

  test('a full window before the first departure here is waited for, and then left at the pace', async () => {
    const setting = setUp({ requestsPerMinute: 10, windowMs: 6_000 });
    const burst = Array.from({ length: 10 }, () => setting.limiter.acquire());
    setting.limiter.setRate(0);
    setting.limiter.setRate(10);
    await vi.advanceTimersByTimeAsync(10_000);
    for (const ticket of burst) (await ticket).done();
    const from = performance.now() - setting.startMs;
    for (let i = 0; i < 10; i += 1) void work(setting, () => 10);
    await vi.advanceTimersByTimeAsync(12_000);
    await end(setting.limiter);
    expect(Math.min(...gapsOf(setting.departures))).toBeGreaterThanOrEqual(600);
    expect(setting.departures[0]).toBeGreaterThanOrEqual(from + 6_000);
  });

  test.each([
    -86_400_000, -3_600_000, -5_000, 5_000, 3_600_000, 86_400_000,
  ])('a wall clock that is set by %i ms neither stalls nor rushes it', async (jumpMs) => {
    const setting = setUp();
    for (let i = 0; i < 3; i += 1) void work(setting, () => 50);
    await vi.advanceTimersByTimeAsync(10_300);
    vi.setSystemTime(Date.now() + jumpMs);
    await vi.advanceTimersByTimeAsync(20_000);
    vi.setSystemTime(Date.now() - jumpMs);
    await vi.advanceTimersByTimeAsync(30_000);
    await end(setting.limiter);
    expect(setting.departures.length).toBeGreaterThanOrEqual(96);
    expect(Math.min(...gapsOf(setting.departures))).toBeGreaterThanOrEqual(600);
    expect(Math.max(...gapsOf(setting.departures))).toBeLessThan(1_300);
  });

  test('nor does one that is set back while a new pace waits for its first slot', async () => {
    const setting = setUp({ requestsPerMinute: 60 });
    for (let i = 0; i < 3; i += 1) void work(setting, () => 50);
    await vi.advanceTimersByTimeAsync(5_100);
    setting.limiter.setRate(100);
    await vi.advanceTimersByTimeAsync(100);
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(10_000);
    await end(setting.limiter);
    expect(Math.max(...gapsOf(setting.departures))).toBeLessThan(2_700);
    expect(setting.departures.length).toBeGreaterThanOrEqual(18);
  });

  test('a new rate is the pace from the next departure on', async () => {
    const setting = setUp({ requestsPerMinute: 60 });
    for (let i = 0; i < 3; i += 1) void work(setting, () => 50);
    await vi.advanceTimersByTimeAsync(5_100);
    const before = setting.departures.length - 1;
    setting.limiter.setRate(600);
    await vi.advanceTimersByTimeAsync(2_000);
    await end(setting.limiter);
    const after = setting.departures.slice(before);
    expect(after.length).toBeGreaterThanOrEqual(18);
    expect(Math.min(...gapsOf(after))).toBeGreaterThanOrEqual(99);
  });

  test('above 300 a second it is the window alone that limits', async () => {
    const setting = setUp({ requestsPerMinute: 18_001 });
    for (let i = 0; i < 50; i += 1) void work(setting, () => 1);
    await vi.advanceTimersByTimeAsync(1_000);
    await end(setting.limiter);
    expect(setting.departures.length).toBe(18_001);
  });

  test('its end leaves no timer behind', async () => {
    const setting = setUp({ requestsPerMinute: 1 });
    for (let i = 0; i < 3; i += 1) void work(setting, () => 10);
    await vi.advanceTimersByTimeAsync(30_000);
    await end(setting.limiter);
    expect([setting.departures.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  test('nor does it after a jump of the clock and within a pause', async () => {
    const setting = setUp({ requestsPerMinute: 1 });
    for (let i = 0; i < 3; i += 1) void work(setting, () => 10);
    await vi.advanceTimersByTimeAsync(30_000);
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(1_000);
    setting.limiter.pause(10_000, 'x');
    await end(setting.limiter);
    expect(vi.getTimerCount()).toBe(0);
  });
});
