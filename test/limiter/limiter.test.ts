import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLimiter, type Limiter, type LimiterOptions, type Ticket } from '../../src/limiter/limiter.js';
import type { Budget } from '../../src/limiter/reservation.js';
import { createWindowGuard } from '../../src/limiter/window-guard.js';
import { HeldError } from '../../src/providers/http.js';
import { createFakeClock, type FakeClock } from '../support/fake-clock.js';
import { mostInAnyWindow } from '../support/sliding-log.js';

const windowMs = 60_000;

interface Setting {
  readonly clock: FakeClock;
  readonly limiter: Limiter;
  /** What was told of pauses, in order. */
  readonly told: string[];
  /** Asks to leave; the departure is noted when it is allowed. */
  ask(signal?: AbortSignal): Departure;
  readonly departures: number[];
}

interface Departure {
  ticket: Ticket | null;
  error: unknown;
}

function setUp(options: Partial<LimiterOptions> = {}): Setting {
  const clock = createFakeClock();
  const startMs = clock.monotonic();
  const told: string[] = [];
  const departures: number[] = [];
  const limiter = createLimiter({
    requestsPerMinute: 3,
    windowMs,
    pace: 'window',
    budget: null,
    clock,
    giveUpAfterMs: 900_000,
    onPause: ({ untilMs, reason }) => told.push(`${reason} for ${untilMs - clock.now()}`),
    onResume: () => told.push('on'),
    ...options,
  });
  const ask = (signal?: AbortSignal) => {
    const departure: Departure = { ticket: null, error: null };
    limiter.acquire(signal).then(
      (ticket) => {
        departure.ticket = ticket;
        departures.push(clock.monotonic() - startMs);
      },
      (error: unknown) => {
        departure.error = error;
      },
    );
    return departure;
  };
  return { clock, limiter, told, ask, departures };
}

function reasonOf({ error }: Departure): string | null {
  return error instanceof HeldError ? error.reason : null;
}

describe('with the pace "window"', () => {
  test('as many leave at once as the limit allows, the rest a full window after the answers', async () => {
    const { clock, ask, departures } = setUp();
    const asked = Array.from({ length: 5 }, () => ask());
    await clock.advance(0);
    expect(departures).toEqual([0, 0, 0]);
    await clock.advance(2_000);
    asked[1]?.ticket?.done();
    await clock.advance(windowMs - 1);
    expect(departures).toHaveLength(3);
    await clock.advance(windowMs * 0.001);
    expect(departures).toHaveLength(4);
    await clock.advance(10 * windowMs);
    expect(departures).toHaveLength(4);
  });

  test('they leave in the order in which they asked', async () => {
    const { clock, limiter } = setUp({ requestsPerMinute: 1 });
    const order: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      void limiter.acquire().then((ticket) => {
        order.push(i);
        ticket.done();
      });
    }
    await clock.advance(5 * windowMs);
    expect(order).toEqual([0, 1, 2, 3]);
  });

  test('under steady demand at least 99 % of the limit is used', async () => {
    const { clock, limiter } = setUp({ requestsPerMinute: 100 });
    const departures: number[] = [];
    const worker = async () => {
      for (;;) {
        const ticket = await limiter.acquire();
        departures.push(clock.monotonic());
        await clock.sleep(300);
        ticket.done();
      }
    };
    for (let i = 0; i < 10; i += 1) worker().catch(() => undefined);
    await clock.advance(20 * windowMs);
    await limiter.dispose();
    expect(departures.length).toBeGreaterThanOrEqual(0.99 * 20 * 100);
    expect(mostInAnyWindow(departures, windowMs)).toBeLessThanOrEqual(100);
  });
});

describe('without a limit', () => {
  test('everybody leaves at once and nothing is counted against anybody', async () => {
    const { clock, ask, departures, limiter } = setUp({ requestsPerMinute: 0 });
    for (let i = 0; i < 1_000; i += 1) ask();
    await clock.advance(0);
    expect(departures).toHaveLength(1_000);
    expect(limiter.stats().sentInWindow).toBe(1_000);
  });

  test('a pause holds all the same', async () => {
    const { clock, ask, departures, limiter } = setUp({ requestsPerMinute: 0 });
    limiter.pause(5_000, 'x');
    ask();
    await clock.advance(4_999);
    expect(departures).toEqual([]);
    await clock.advance(1);
    expect(departures).toEqual([5_000]);
  });
});

describe('a rate that is set later', () => {
  test('holds for what left before', async () => {
    const { clock, ask, departures, limiter } = setUp({ requestsPerMinute: 3 });
    for (let i = 0; i < 6; i += 1) ask();
    await clock.advance(0);
    limiter.setRate(5);
    await clock.advance(0);
    expect(departures).toHaveLength(5);
    limiter.setRate(0);
    await clock.advance(0);
    expect(departures).toHaveLength(6);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('of %s is refused', (rate) => {
    expect(() => setUp({ requestsPerMinute: rate })).toThrow(RangeError);
  });

  test('below one a minute still lets one leave', async () => {
    const { clock, ask, departures } = setUp({ requestsPerMinute: 0.5 });
    ask();
    await clock.advance(0);
    expect(departures).toEqual([0]);
  });
});

describe('a pause', () => {
  test('holds everybody until it is over, and is told once at its begin and its end', async () => {
    const { clock, ask, departures, limiter, told } = setUp();
    limiter.pause(10_000, 'busy');
    ask();
    await clock.advance(4_000);
    limiter.pause(5_000, 'shorter');
    expect(limiter.stats()).toEqual({ sentInWindow: 0, pausedUntilMs: clock.now() + 6_000, reason: 'busy' });
    ask();
    await clock.advance(5_999);
    expect(departures).toEqual([]);
    await clock.advance(1);
    expect(departures).toEqual([10_000, 10_000]);
    expect(told).toEqual(['busy for 10000', 'on']);
    expect(limiter.stats()).toEqual({ sentInWindow: 2, pausedUntilMs: null, reason: null });
  });

  test('that grows is told again only when it grows by a second or more', async () => {
    const { clock, limiter, told } = setUp();
    limiter.pause(10_000, 'a');
    await clock.advance(100);
    limiter.pause(10_000, 'b');
    limiter.pause(20_000, 'c');
    expect(told).toEqual(['a for 10000', 'c for 20000']);
    await clock.advance(20_000);
    expect(told).toEqual(['a for 10000', 'c for 20000', 'on']);
  });

  test('that a refused request asks for holds the others too, and the request may leave again after it', async () => {
    const { clock, ask, departures, told } = setUp();
    const first = ask();
    await clock.advance(0);
    first.ticket?.throttled(7_000, 'ClickUp: rate limit');
    ask();
    ask();
    await clock.advance(6_999);
    expect(departures).toEqual([0]);
    await clock.advance(1);
    expect(departures).toEqual([0, 7_000, 7_000]);
    expect(told).toEqual(['ClickUp: rate limit for 7000', 'on']);
  });

  test('longer than the bound sends everybody away, and who comes while it lasts', async () => {
    const { clock, ask, limiter } = setUp({ giveUpAfterMs: 60_000 });
    const before = ask();
    await clock.advance(0);
    before.ticket?.done();
    limiter.pause(30_000, 'x');
    const waiting = [ask(), ask()];
    await clock.advance(0);
    limiter.pause(60_001, 'daily cap');
    const late = ask();
    await clock.advance(0);
    expect([...waiting, late].map(reasonOf)).toEqual(Array(3).fill('wait-too-long'));
    expect(late.error).toMatchObject({ message: expect.stringContaining('daily cap') });
    await clock.advance(60_001);
    const after = ask();
    await clock.advance(0);
    expect(after.ticket).not.toBeNull();
  });

  test('of another process is kept and told as if it were the own', async () => {
    const guard = createWindowGuard({ limit: 3, windowMs, nowMs: () => 0 });
    let pausedMs = 5_000;
    const { clock, ask, departures, told } = setUp({
      budget: {
        ...guard,
        reserve: () => (pausedMs > 0 ? { kind: 'paused', waitMs: pausedMs, reason: 'other' } : guard.reserve()),
      },
    });
    ask();
    await clock.advance(0);
    pausedMs = 0;
    expect(told).toEqual(['other for 5000']);
    await clock.advance(5_000);
    expect(departures).toEqual([5_000]);
  });

  test('is told to other processes', async () => {
    const shared: string[] = [];
    const guard = createWindowGuard({ limit: 3, windowMs, nowMs: () => 0 });
    const budget: Budget = { ...guard, pause: (waitMs, reason) => shared.push(`${reason} ${waitMs}`) };
    const { clock, ask, limiter } = setUp({ budget });
    limiter.pause(1_000, 'a');
    const asked = ask();
    await clock.advance(1_000);
    asked.ticket?.throttled(2_000, 'b');
    expect(shared).toEqual(['a 1000', 'b 2000']);
  });
});

describe('a service that refuses without saying for how long', () => {
  test('is given 1 s, doubled with each refusal in a row up to 60 s', async () => {
    const { clock, ask, told } = setUp({ requestsPerMinute: 1_000 });
    for (let i = 0; i < 9; i += 1) {
      const asked = ask();
      await clock.advance(60_000);
      asked.ticket?.throttled(i === 3 ? 0 : null, 'x');
    }
    const waits = told.filter((it) => it !== 'on');
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => `x for ${seconds * 1_000}`));
  });

  test('counts as refusing once when many on their way are refused together', async () => {
    const { clock, ask, told } = setUp({ requestsPerMinute: 100 });
    const asked = Array.from({ length: 20 }, () => ask());
    await clock.advance(0);
    for (const { ticket } of asked) {
      ticket?.throttled(null, 'x');
      await clock.advance(10);
    }
    await clock.advance(10_000);
    expect(told).toEqual(['x for 1000', 'on']);
  });

  test('starts again at 1 s after one that left later was served', async () => {
    const { clock, ask, told } = setUp({ requestsPerMinute: 100 });
    const next = async () => {
      const asked = ask();
      await clock.advance(60_000);
      return asked.ticket;
    };
    (await next())?.throttled(null, 'x');
    (await next())?.throttled(null, 'x');
    (await next())?.done();
    (await next())?.throttled(null, 'x');
    expect(told.filter((it) => it !== 'on')).toEqual(['x for 1000', 'x for 2000', 'x for 1000']);
  });

  test('is not over because one that left before the refusal was served', async () => {
    const { clock, ask, told } = setUp({ requestsPerMinute: 100 });
    const [early, first] = [ask(), ask()];
    await clock.advance(0);
    first.ticket?.throttled(null, 'x');
    early.ticket?.done();
    const second = ask();
    await clock.advance(1_000);
    second.ticket?.throttled(null, 'x');
    expect(told).toEqual(['x for 1000', 'on', 'x for 2000']);
  });

  test('is given up when the refusals in a row outlast the bound, however short each wait', async () => {
    const { clock, limiter } = setUp({ requestsPerMinute: 0, giveUpAfterMs: 30_000 });
    let refusals = 0;
    const insist = async () => {
      for (;;) {
        const ticket = await limiter.acquire();
        refusals += 1;
        ticket.throttled(1_000, 'ClickUp: busy');
      }
    };
    const ended = insist().catch((error: unknown) => error);
    await clock.advance(120_000);
    expect(await ended).toMatchObject({ reason: 'wait-too-long' });
    expect(refusals).toBe(31);
  });
});

describe('who is stopped', () => {
  test('before it asks is not let out', async () => {
    const { clock, ask, departures } = setUp();
    const asked = ask(AbortSignal.abort());
    await clock.advance(0);
    expect([reasonOf(asked), departures.length]).toEqual(['stopping', 0]);
  });

  test('leaves the line at once, and the others move up', async () => {
    const { clock, ask, departures, limiter } = setUp({ requestsPerMinute: 1 });
    ask();
    const controller = new AbortController();
    const [stopped, next] = [ask(controller.signal), ask()];
    await clock.advance(0);
    controller.abort();
    await clock.advance(0);
    expect(reasonOf(stopped)).toBe('stopping');
    limiter.setRate(2);
    await clock.advance(0);
    expect([departures.length, next.ticket === null]).toEqual([2, false]);
  });

  test('by the end of the limiter leaves no timer behind', async () => {
    const { clock, ask, limiter } = setUp({ requestsPerMinute: 1 });
    const [first, second] = [ask(), ask()];
    await clock.advance(0);
    limiter.pause(30_000, 'x');
    await limiter.dispose();
    await clock.advance(0);
    expect([first.ticket === null, reasonOf(second), clock.sleepers]).toEqual([false, 'stopping', 0]);
    expect(reasonOf(ask())).toBeNull();
    const late = ask();
    await clock.advance(0);
    expect(reasonOf(late)).toBe('stopping');
  });
});

test('a budget that breaks is reported to all who wait, and to the next', async () => {
  const broken = new Error('disk full');
  const guard = createWindowGuard({ limit: 3, windowMs, nowMs: () => 0 });
  const { clock, ask } = setUp({
    budget: {
      ...guard,
      reserve: () => {
        throw broken;
      },
    },
  });
  const waiting = [ask(), ask()];
  await clock.advance(0);
  const next = ask();
  await clock.advance(0);
  expect([...waiting, next].map(({ error }) => error)).toEqual([broken, broken, broken]);
});

test('no rolling window holds more than the limit and all leave in the end, whatever demand, travel times, pauses and jumps', async () => {
  const request = fc.record({
    gapMs: fc.integer({ min: 0, max: 20_000 }),
    arrival: fc.double({ min: 0, max: 1, noNaN: true }),
    answerMs: fc.integer({ min: 0, max: 40_000 }),
    refused: fc.option(fc.option(fc.integer({ min: 0, max: 50_000 })), { freq: 6 }),
    wallJumpMs: fc.option(fc.integer({ min: -7_200_000, max: 7_200_000 }), { freq: 10 }),
  });
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 6 }),
    fc.array(request, { minLength: 1, maxLength: 40 }),
    async (limit, requests) => {
      const { clock, limiter } = setUp({ requestsPerMinute: limit, giveUpAfterMs: Number.POSITIVE_INFINITY });
      const arrivals: number[] = [];
      const pauses: Array<{ fromMs: number; untilMs: number }> = [];
      const send = async ({ arrival, answerMs, refused }: (typeof requests)[number]) => {
        const ticket = await limiter.acquire();
        const leftMs = clock.monotonic();
        expect(pauses.filter(({ fromMs, untilMs }) => fromMs < leftMs && leftMs < untilMs)).toEqual([]);
        await clock.sleep(answerMs);
        arrivals.push(leftMs + arrival * (clock.monotonic() - leftMs));
        if (refused === null) return ticket.done();
        ticket.throttled(refused, 'x');
        pauses.push({ fromMs: clock.monotonic(), untilMs: clock.monotonic() + (refused ?? 0) });
      };
      const sent: Array<Promise<void>> = [];
      for (const it of requests) {
        await clock.advance(it.gapMs);
        clock.jumpWall(it.wallJumpMs ?? 0);
        sent.push(send(it));
      }
      await clock.advance((requests.length / limit + 2) * 4 * windowMs);
      await Promise.all(sent);
      expect(arrivals).toHaveLength(requests.length);
      expect(mostInAnyWindow(arrivals, windowMs)).toBeLessThanOrEqual(limit);
      await limiter.dispose();
      expect(clock.sleepers).toBe(0);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});

describe('a limit that comes while requests without one are in the air', () => {
  test('counts those in the air until they are answered, and the answered ones for a window', async () => {
    const { clock, limiter, ask, departures } = setUp({ requestsPerMinute: 0 });
    const asked = [ask(), ask(), ask()];
    await clock.advance(0);
    asked[0]?.ticket?.done();
    expect(limiter.taken()).toBe(3);
    limiter.setRate(4);
    expect(limiter.taken()).toBe(3);
    for (let i = 0; i < 3; i += 1) ask();
    await clock.advance(0);
    expect(departures).toHaveLength(4);
    await clock.advance(windowMs * 1.001);
    // The first one's slot is free; the other two are still in the air, and so is the fourth.
    expect(departures).toHaveLength(5);
    asked[1]?.ticket?.done();
    await clock.advance(windowMs * 1.001);
    expect(departures).toHaveLength(6);
  });

  test('lets nobody out when more are on their way already than it allows', async () => {
    const { clock, limiter, ask, departures } = setUp({ requestsPerMinute: 0 });
    for (let i = 0; i < 9; i += 1) ask();
    await clock.advance(0);
    limiter.setRate(4);
    ask();
    await clock.advance(10 * windowMs);
    expect(departures).toHaveLength(9);
  });

  test('is of no concern to a limiter that has ended', async () => {
    const guard = createWindowGuard({ limit: 4, windowMs, nowMs: () => 0 });
    const reserve = () => {
      throw new Error('the budget is closed');
    };
    const { clock, limiter, ask } = setUp({ requestsPerMinute: 0, budget: { ...guard, reserve } });
    ask();
    await clock.advance(0);
    await limiter.dispose();
    expect(() => limiter.setRate(4)).not.toThrow();
  });
});

test('a refusal is told with its wait, and whether it is the first since something was served', async () => {
  const { clock, ask } = setUp({ requestsPerMinute: 0 });
  const together = [ask(), ask()];
  await clock.advance(0);
  expect(together[0]?.ticket?.throttled(2_000, 'slow down')).toEqual({ beginsStreak: true, waitMs: 2_000 });
  expect(together[0]?.ticket?.throttled(2_000, 'slow down')).toBeNull();
  expect(together[1]?.ticket?.throttled(null, 'slow down')).toEqual({ beginsStreak: false, waitMs: 1_000 });
  const served = ask();
  await clock.advance(3_000);
  served.ticket?.done();
  const later = ask();
  await clock.advance(0);
  expect(later.ticket?.throttled(null, 'slow down')).toEqual({ beginsStreak: true, waitMs: 1_000 });
});

test('a full window is told with the time of the next departure, and a short wait is not', async () => {
  const full: number[] = [];
  const { clock, ask, departures } = setUp({ onFull: ({ untilMs }) => full.push(untilMs - clock.now()) });
  for (let index = 0; index < 4; index++) ask().ticket?.done();
  await clock.advance(0);
  expect(departures).toEqual([0, 0, 0]);
  expect(full.length).toBeGreaterThan(0);
  // None was answered yet, so room is a window away at least.
  expect(full[0]).toBeGreaterThanOrEqual(windowMs);
});

test('a full window that is looked at again and again is told with the time of the departure, not of the next look', async () => {
  const full: number[] = [];
  const reservation = { kind: 'full', waitMs: 1_000, freeInMs: 40_000 } as const;
  const budget = { ...createWindowGuard({ limit: 3, windowMs, nowMs: () => 0 }), reserve: () => reservation };
  const { clock, ask } = setUp({ budget, onFull: ({ untilMs }) => full.push(untilMs - clock.now()) });
  ask();
  await clock.advance(0);
  expect(full).toEqual([40_000]);
});
