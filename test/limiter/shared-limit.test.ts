/** Three processes with one credential: one limit for all of them, used to the full, and shared fairly. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { openBudget } from '../../src/limiter/budget.js';
import { createLimiter, type Limiter } from '../../src/limiter/limiter.js';
import { limitUsed } from '../bench/limit-used.js';
import { mostInAnyWindow } from '../support/sliding-log.js';

const limit = 100;
const windowMs = 60_000;
const windows = 6;
let folder = '';
beforeEach(() => {
  // bottleneck has timers of its own.
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  folder = mkdtempSync(join(tmpdir(), 'shared-limit-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

interface Member {
  readonly limiter: Limiter;
  readonly arrivals: number[];
  die(): void;
}

/** A process of a machine that shares the file; eight of its requests may be on their way. */
function joinIn(pace: 'even' | 'window', travelMs: () => number): Member {
  const nowMs = () => 1_000_000 + systemClock.monotonic();
  const file = join(folder, 'budget.db');
  const budget = openBudget({ file, limit, windowMs, requestTimeoutMs: 30_000, nowMs });
  const limiter = createLimiter({
    ...{ requestsPerMinute: limit, windowMs, pace, budget, clock: systemClock },
    giveUpAfterMs: 900_000,
  });
  const arrivals: number[] = [];
  let isDead = false;
  const work = async (): Promise<void> => {
    for (;;) {
      const ticket = await limiter.acquire().catch(() => null);
      if (ticket === null || isDead) return;
      await systemClock.sleep(travelMs());
      arrivals.push(systemClock.monotonic());
      await systemClock.sleep(travelMs());
      // What a dead process sent arrives, and nobody tells the budget.
      if (isDead) return;
      ticket.done();
    }
  };
  for (let i = 0; i < 8; i += 1) void work();
  return {
    limiter,
    arrivals,
    die: () => {
      isDead = true;
      budget.close();
    },
  };
}

async function endAll(members: readonly Member[]): Promise<void> {
  const ended = Promise.all(members.map(({ limiter }) => limiter.dispose()));
  await vi.advanceTimersByTimeAsync(1_000);
  await ended;
  for (const { die } of members) die();
}

/** Differs from request to request, the same in each run of the test. */
function travelTimes(): () => number {
  let seed = 7;
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return 20 + (seed % 180);
  };
}

const inOrder = (times: readonly number[]) => [...times].sort((one, other) => one - other);

describe.each(['even', 'window'] as const)('with the pace "%s"', (pace) => {
  test('no window holds more than the limit, and at least 98 % of it are used, a third by each', async () => {
    const travelMs = travelTimes();
    const members = [1, 2, 3].map(() => joinIn(pace, travelMs));
    await vi.advanceTimersByTimeAsync(windows * windowMs);
    const shares = members.map(({ arrivals }) => arrivals.length);
    const all = members.flatMap(({ arrivals }) => arrivals);
    await endAll(members);
    expect(mostInAnyWindow(all, windowMs)).toBeLessThanOrEqual(limit);
    expect(all.length / (windows * limit)).toBeGreaterThanOrEqual(0.98);
    for (const share of shares) expect(share / all.length).toBeGreaterThan(0.25);
  });

  test('one that is killed takes its share with it for a while, and never more than the limit is used', async () => {
    const travelMs = travelTimes();
    const members = [1, 2, 3].map(() => joinIn(pace, travelMs));
    await vi.advanceTimersByTimeAsync(2.5 * windowMs);
    members[0]?.die();
    await vi.advanceTimersByTimeAsync(5.5 * windowMs);
    const all = members.flatMap(({ arrivals }) => arrivals);
    await endAll(members);
    expect(mostInAnyWindow(all, windowMs)).toBeLessThanOrEqual(limit);
    // Its eight slots are taken until their requests would have timed out, and no longer.
    const later = inOrder(all).filter((arrivalMs) => arrivalMs - (inOrder(all)[0] ?? 0) > 4 * windowMs);
    expect(limitUsed(later, limit, windowMs)).toBeGreaterThanOrEqual(0.98);
  });
});
