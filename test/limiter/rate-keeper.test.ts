import { describe, expect, test } from 'vitest';
import { allowedRate } from '../../src/limiter/allowed-rate.js';
import { createLimiter, type Limiter } from '../../src/limiter/limiter.js';
import { createRateKeeper, type LimitWords, type RateChange, type RateKeeper } from '../../src/limiter/rate-keeper.js';
import { createFakeClock, type FakeClock } from '../support/fake-clock.js';
import { mostInAnyWindow } from '../support/sliding-log.js';

const windowMs = 60_000;
const nothing: LimitWords = { stated: null, spentForMs: null, refusal: null };
const refusal = { beginsStreak: true, waitMs: 2_000 };

interface Setting {
  readonly clock: FakeClock;
  readonly limiter: Limiter;
  readonly keeper: RateKeeper;
  readonly changes: RateChange[];
  readonly paused: string[];
}

function setUp(asked = 100, mostPerMinute: number | null = null): Setting {
  const clock = createFakeClock();
  const changes: RateChange[] = [];
  const paused: string[] = [];
  const limiter = createLimiter({
    requestsPerMinute: allowedRate({ asked, mostPerMinute, stated: null }),
    windowMs,
    pace: 'window',
    budget: null,
    clock,
    giveUpAfterMs: 900_000,
    onPause: ({ untilMs, reason }) => paused.push(`${untilMs - clock.now()} ${reason}`),
  });
  const onChange = (change: RateChange) => void changes.push(change);
  const keeper = createRateKeeper(limiter, { asked, mostPerMinute, windowMs, clock, title: 'ClickUp', onChange });
  return { clock, limiter, keeper, changes, paused };
}

/** How many leave at once when more ask than ever may. */
async function burst({ limiter, clock }: Setting, answered = true): Promise<number> {
  const away = new AbortController();
  let left = 0;
  for (let index = 0; index < 300; index += 1) {
    limiter.acquire(away.signal).then(
      (ticket) => {
        left += 1;
        if (answered) ticket.done();
      },
      () => undefined,
    );
  }
  await clock.advance(0);
  away.abort();
  await clock.advance(0);
  return left;
}

describe('a limit that an answer states', () => {
  test('lowers the rate before anything else leaves, and is told once', async () => {
    const setting = setUp(100);
    setting.keeper.answered({ ...nothing, stated: 50 });
    setting.keeper.answered({ ...nothing, stated: 50 });
    expect(await burst(setting)).toBe(50);
    expect(setting.changes).toEqual([{ cause: 'stated', perMinute: 50, wasPerMinute: 100 }]);
    expect([setting.keeper.goal, setting.keeper.stated]).toEqual([50, 50]);
  });

  test('raises it up to what is asked for, beyond what the pages say', () => {
    const { keeper, changes } = setUp(800, 100);
    expect(keeper.goal).toBe(100);
    keeper.answered({ ...nothing, stated: 10_000 });
    expect(keeper.goal).toBe(800);
    expect(changes).toEqual([{ cause: 'stated', perMinute: 800, wasPerMinute: 100 }]);
  });

  test('that is lower counts until a window has passed without it', async () => {
    const { keeper, clock } = setUp(100);
    keeper.answered({ ...nothing, stated: 50 });
    await clock.advance(30_000);
    keeper.answered({ ...nothing, stated: 50 });
    await clock.advance(windowMs - 1);
    keeper.answered({ ...nothing, stated: 90 });
    expect(keeper.goal).toBe(50);
    await clock.advance(1);
    keeper.answered({ ...nothing, stated: 90 });
    expect(keeper.goal).toBe(90);
  });

  test('limits a run without a limit of its own, and counts what left before', async () => {
    const setting = setUp(0);
    const onTheirWay = await burst(setting, false);
    expect(onTheirWay).toBe(300);
    setting.keeper.answered({ ...nothing, stated: 320 });
    expect(await burst(setting)).toBe(20);
    expect(setting.changes).toEqual([{ cause: 'stated', perMinute: 320, wasPerMinute: 0 }]);
  });
});

describe('a refusal', () => {
  test('lowers the rate to three quarters, and it comes back with time', async () => {
    const { keeper, changes, clock } = setUp(100);
    keeper.answered({ ...nothing, refusal });
    await clock.advance(2_000 + windowMs);
    keeper.answered(nothing);
    await clock.advance(10 * windowMs);
    keeper.answered(nothing);
    expect(changes).toEqual([
      { cause: 'refused', perMinute: 75, wasPerMinute: 100 },
      { cause: 'recovered', perMinute: 85, wasPerMinute: 75 },
      { cause: 'recovered', perMinute: 100, wasPerMinute: 85 },
    ]);
    expect(keeper.goal).toBe(100);
  });

  test('that states a lower limit is explained by it', () => {
    const { keeper, changes } = setUp(100);
    keeper.answered({ ...nothing, stated: 50, refusal });
    expect(changes).toEqual([{ cause: 'stated', perMinute: 50, wasPerMinute: 100 }]);
  });

  test('that states the limit that is kept to means that others use it up too', () => {
    const { keeper, changes } = setUp(100);
    keeper.answered({ ...nothing, stated: 100, refusal });
    expect(changes).toEqual([{ cause: 'refused', perMinute: 75, wasPerMinute: 100 }]);
  });

  test('without any limit changes nothing', () => {
    const { keeper, changes } = setUp(0);
    keeper.answered({ ...nothing, refusal });
    expect([changes, keeper.goal]).toEqual([[], 0]);
  });
});

describe('an answer that says that nothing is left', () => {
  test('holds everybody until the reset, when others spent it', async () => {
    const setting = setUp(100);
    const { keeper, clock, paused } = setting;
    expect(await burst(setting)).toBe(100);
    await clock.advance(2 * windowMs);
    keeper.answered({ ...nothing, stated: 100, spentForMs: 20_000 });
    expect(paused).toEqual([
      '20000 ClickUp says that nothing is left of its 100 requests a minute; others use the same credential.',
    ]);
    expect(await burst(setting)).toBe(0);
    await clock.advance(20_000);
    expect(await burst(setting)).toBe(100);
  });

  test('holds nobody when this machine spent it: its own budget knows better when there is room', async () => {
    const setting = setUp(100);
    await burst(setting);
    setting.keeper.answered({ ...nothing, stated: 100, spentForMs: 20_000 });
    expect(setting.paused).toEqual([]);
  });
});

test('against a limit that nobody tells, refusals end at a pace that is served, and the limit is never forced', async () => {
  const { clock, limiter, keeper } = setUp(100);
  const served: number[] = [];
  let refused = 0;
  const trueLimit = 40;
  const worker = async () => {
    for (;;) {
      const ticket = await limiter.acquire();
      const nowMs = clock.monotonic();
      const isServed = served.filter((atMs) => nowMs - atMs < windowMs).length < trueLimit;
      if (isServed) served.push(nowMs);
      else refused += 1;
      await clock.sleep(100);
      keeper.answered({ ...nothing, refusal: isServed ? null : ticket.throttled(null, 'too many') });
      ticket.done();
    }
  };
  for (let index = 0; index < 4; index += 1) worker().catch(() => undefined);
  await clock.advance(60 * windowMs);
  await limiter.dispose();
  expect(mostInAnyWindow(served, windowMs)).toBeLessThanOrEqual(trueLimit);
  expect(served.length).toBeGreaterThan(0.9 * 60 * trueLimit);
  expect(refused).toBeLessThan(0.1 * served.length);
});
