/** A limiter that a person holds, and pauses through which the wall clock is set or the machine sleeps. */
import { describe, expect, test } from 'vitest';
import { createLimiter, type LimiterOptions, type Ticket } from '../../src/limiter/limiter.js';
import { createRateKeeper, type RateChange } from '../../src/limiter/rate-keeper.js';
import { HeldError } from '../../src/providers/http.js';
import { createFakeClock } from '../support/fake-clock.js';

const hourMs = 3_600_000;

function setUp(options: Partial<LimiterOptions> = {}) {
  const clock = createFakeClock();
  const startMs = clock.monotonic();
  const told: string[] = [];
  const departures: number[] = [];
  const tickets: Ticket[] = [];
  const refusals: unknown[] = [];
  const limiter = createLimiter({
    requestsPerMinute: 6,
    windowMs: 60_000,
    pace: 'window',
    budget: null,
    clock,
    giveUpAfterMs: 900_000,
    onPause: () => told.push('paused'),
    onResume: () => told.push('on'),
    ...options,
  });
  const ask = (signal?: AbortSignal) =>
    void limiter.acquire(signal).then(
      (ticket) => {
        tickets.push(ticket);
        departures.push(clock.monotonic() - startMs);
      },
      (error: unknown) => refusals.push(error),
    );
  return { clock, limiter, told, departures, tickets, refusals, ask };
}

describe('held by a person', () => {
  test.each([
    0, 6,
  ])('at %i requests a minute nothing leaves until it is let go, however long', async (requestsPerMinute) => {
    const { clock, limiter, departures, ask } = setUp({ requestsPerMinute });
    limiter.hold();
    for (let index = 0; index < 3; index++) ask();
    await clock.advance(24 * hourMs);
    expect(departures).toEqual([]);
    limiter.letGo();
    await clock.advance(0);
    expect(departures).toEqual([24 * hourMs, 24 * hourMs, 24 * hourMs]);
  });

  test("a service's pause that is not over yet goes on after it", async () => {
    const { clock, limiter, departures, ask } = setUp();
    limiter.pause(60_000, 'rate limit');
    limiter.hold();
    ask();
    await clock.advance(10_000);
    limiter.letGo();
    await clock.advance(49_999);
    expect(departures).toEqual([]);
    await clock.advance(1);
    expect(departures).toEqual([60_000]);
  });

  test('what is in the air is counted until it is answered', async () => {
    const { clock, limiter, tickets, ask } = setUp();
    ask();
    ask();
    await clock.advance(0);
    limiter.hold();
    expect(limiter.inAir()).toBe(2);
    tickets[0]?.done();
    tickets[0]?.done();
    expect(limiter.inAir()).toBe(1);
    tickets[1]?.throttled(1_000, 'rate limit');
    expect(limiter.inAir()).toBe(0);
  });

  test('those who wait are sent away when the run stops, and nothing is left behind', async () => {
    const { clock, limiter, refusals, ask } = setUp();
    const stop = new AbortController();
    limiter.hold();
    ask(stop.signal);
    ask(stop.signal);
    stop.abort();
    await clock.advance(0);
    expect(refusals).toEqual([expect.any(HeldError), expect.any(HeldError)]);
    await limiter.dispose();
    expect(clock.sleepers).toBe(0);
  });
});

describe.each([
  ['set forward by a day', 24 * hourMs],
  ['set back by six hours', -6 * hourMs],
])('a wall clock that is %s', (_name, jumpMs) => {
  test('neither ends a pause early nor makes it longer', async () => {
    const { clock, limiter, departures, told, ask } = setUp();
    limiter.pause(hourMs / 6, 'rate limit');
    ask();
    await clock.advance(1_000);
    clock.jumpWall(jumpMs);
    await clock.advance(hourMs / 6 - 1_001);
    expect(departures).toEqual([]);
    // For people, the end is told by the clock as it is now.
    expect(limiter.stats().pausedUntilMs).toBe(clock.now() + 1);
    await clock.advance(1);
    expect(departures).toEqual([hourMs / 6]);
    expect(told).toEqual(['paused', 'on']);
  });

  test('does not count as waiting: give_up_after is measured by time that passed', async () => {
    const { clock, departures, refusals, tickets, ask } = setUp({ giveUpAfterMs: 20_000 });
    ask();
    await clock.advance(0);
    tickets[0]?.throttled(15_000, 'rate limit');
    ask();
    clock.jumpWall(jumpMs);
    await clock.advance(15_000);
    expect(refusals).toEqual([]);
    expect(departures).toEqual([0, 15_000]);
    tickets[1]?.throttled(15_000, 'rate limit');
    ask();
    await clock.advance(0);
    // 30 s in all without anything served.
    expect(refusals).toEqual([expect.objectContaining({ reason: 'wait-too-long' })]);
  });
});

describe('another pace that a person asks for', () => {
  function keeperOf(asked: number, mostPerMinute: number | null) {
    const changes: RateChange[] = [];
    const { clock, limiter } = setUp({ requestsPerMinute: asked });
    const options = { asked, mostPerMinute, windowMs: 60_000, clock, title: 'ClickUp' };
    const keeper = createRateKeeper(limiter, { ...options, onChange: (change) => void changes.push(change) });
    return { clock, keeper, changes };
  }

  test.each([
    ['less', 40, 40],
    ['more than it states', 900, 300],
    ['as much as it states', 0, 300],
  ])('%s: the service is never asked for more than it states', (_name, asked, perMinute) => {
    const { keeper, changes } = keeperOf(100, 300);
    keeper.ask(asked);
    expect(keeper.goal).toBe(perMinute);
    expect(changes).toEqual([{ cause: 'asked', perMinute, wasPerMinute: 100 }]);
  });

  test('does not undo what refusals taught', () => {
    const { keeper, changes } = keeperOf(100, null);
    keeper.answered({ stated: null, spentForMs: null, refusal: { beginsStreak: true, waitMs: 1_000 } });
    keeper.ask(200);
    expect(changes.map(({ cause, perMinute }) => [cause, perMinute])).toEqual([['refused', 75]]);
    expect(keeper.goal).toBe(200);
  });
});
