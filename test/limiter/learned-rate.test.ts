import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Lesson, learnedRate, learnFrom, lowestRate, type Refusal } from '../../src/limiter/learned-rate.js';

const windowMs = 60_000;
const bounds = { goal: 100, windowMs };
const first: Refusal = { beginsStreak: true, waitMs: 1_000 };

/** Refusals at given instants; the rate at `atMs`. */
function rateAfter(
  refusals: ReadonlyArray<readonly [atMs: number, refusal: Refusal]>,
  atMs: number,
  goal = 100,
): number {
  let lesson: Lesson | null = null;
  for (const [when, refusal] of refusals) lesson = learnFrom(refusal, lesson, { goal, windowMs }, when);
  return learnedRate(lesson, { goal, windowMs }, atMs);
}

describe('a refusal', () => {
  test('leaves three quarters of the rate', () => {
    expect(rateAfter([[0, first]], 0)).toBe(75);
  });

  test('counts once a streak', () => {
    const behind = { ...first, beginsStreak: false };
    expect(
      rateAfter(
        [
          [0, first],
          [90_000, behind],
          [120_000, behind],
        ],
        120_000,
      ),
    ).toBeLessThan(100);
    expect(
      rateAfter(
        [
          [0, first],
          [500, behind],
          [2_000, behind],
        ],
        2_000,
      ),
    ).toBe(75);
    expect(rateAfter([[0, behind]], 0)).toBe(100);
  });

  test('counts again once a window was full of the lowered rate, and not before', () => {
    expect(
      rateAfter(
        [
          [0, first],
          [60_999, first],
        ],
        61_000,
      ),
    ).toBe(75);
    expect(
      rateAfter(
        [
          [0, first],
          [61_000, first],
        ],
        61_000,
      ),
    ).toBe((75 + 10) * 0.75);
  });

  test('says nothing of the pace when it asks for more than a window: an hourly cap, a block', () => {
    expect(rateAfter([[0, { ...first, waitMs: 3_600_000 }]], 0)).toBe(100);
    expect(rateAfter([[0, { ...first, waitMs: 75_001 }]], 0)).toBe(100);
    // ClickUp tells the end of its window, which its clock and ours may see a second apart.
    expect(rateAfter([[0, { ...first, waitMs: 61_000 }]], 0)).toBe(75);
  });

  test('teaches nothing where there is no limit to lower', () => {
    expect(learnFrom(first, null, { goal: 0, windowMs }, 0)).toBeNull();
    expect(learnedRate(null, { goal: 0, windowMs }, 0)).toBe(0);
  });
});

test('a tenth of the whole comes back with each window without a refusal, from the end of the wait on', () => {
  const story = [[0, { ...first, waitMs: 30_000 }]] as const;
  expect([29_999, 89_999, 90_000, 149_999, 150_000, 210_000, 1e9].map((atMs) => rateAfter(story, atMs))).toEqual([
    75, 75, 85, 85, 95, 100, 100,
  ]);
});

test('a new refusal puts the return off', () => {
  const story = [
    [0, first],
    [40_000, { beginsStreak: true, waitMs: 10_000 }],
  ] as const;
  expect(rateAfter(story, 100_000)).toBe(75);
  expect(rateAfter(story, 110_000)).toBe(85);
});

test('a lower goal holds at once, and a higher one lets the rate rise towards it', () => {
  const lesson = learnFrom(first, null, bounds, 0);
  expect(learnedRate(lesson, { goal: 50, windowMs }, 0)).toBe(50);
  expect(learnedRate(lesson, { goal: 1_000, windowMs }, 0)).toBe(100);
  expect(learnedRate(lesson, { goal: 1_000, windowMs }, 1_000 + 3 * windowMs)).toBeCloseTo(400);
});

test('never above the goal, never below its floor, and whole again after ten quiet windows', () => {
  const refusals = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 200_000 }),
      waitMs: fc.integer({ min: 0, max: 100_000 }),
      beginsStreak: fc.boolean(),
    }),
    { maxLength: 60 },
  );
  const goals = fc.double({ min: 0.5, max: 10_000, noNaN: true });
  fc.assert(
    fc.property(refusals, goals, (story, goal) => {
      let lesson: Lesson | null = null;
      let nowMs = 5_000;
      let quietMs = nowMs;
      for (const { afterMs, ...refusal } of story) {
        nowMs += afterMs;
        const before = learnedRate(lesson, { goal, windowMs }, nowMs);
        lesson = learnFrom(refusal, lesson, { goal, windowMs }, nowMs);
        const after = learnedRate(lesson, { goal, windowMs }, nowMs);
        quietMs = Math.max(quietMs, nowMs + refusal.waitMs);
        expect(after).toBeLessThanOrEqual(goal);
        expect(after).toBeGreaterThanOrEqual(lowestRate(goal));
        expect(after).toBeLessThanOrEqual(before);
        expect(after).toBeGreaterThanOrEqual(before * 0.75);
      }
      expect(learnedRate(lesson, { goal, windowMs }, quietMs + 10 * windowMs)).toBe(goal);
    }),
  );
});
