import { describe, expect, test } from 'vitest';
import { Limiter } from '../../src/sandbox/limit.js';

const wallStartMs = 1_800_000_000_000;

/** Asks at the given monotonic times and tells which were admitted. */
function admitAll(limiter: Limiter, timesMs: readonly number[], credential = 'token'): boolean[] {
  return timesMs.map((atMs) => limiter.admit(credential, atMs, wallStartMs + atMs).admitted);
}

describe('a fixed window', () => {
  const rule = { requests: 2, windowMs: 1000, sliding: false };

  test('opens at its first request and refuses what exceeds it until it ends', () => {
    expect(admitAll(new Limiter(rule), [300, 400, 500, 1299, 1300])).toEqual([true, true, false, false, true]);
  });

  test('lets twice the limit through around its end, as such windows do', () => {
    expect(admitAll(new Limiter(rule), [0, 990, 1000, 1001])).toEqual([true, true, true, true]);
  });

  test('tells what is left and when it ends on the wall clock', () => {
    const limiter = new Limiter(rule);
    limiter.admit('token', 300, wallStartMs);
    const { state } = limiter.admit('token', 500, wallStartMs + 200);
    expect(state).toEqual({ limit: 2, remaining: 0, resetAtMs: wallStartMs + 1000, nowMs: wallStartMs + 200 });
  });
});

describe('a sliding log', () => {
  const rule = { requests: 2, windowMs: 1000, sliding: true };

  test('admits a request only when the one before the last is a full window old', () => {
    expect(admitAll(new Limiter(rule), [0, 990, 999, 1000, 1001, 1990])).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  test('does not count refused requests', () => {
    expect(admitAll(new Limiter(rule), [0, 1, 500, 600, 700, 1000])).toEqual([true, true, false, false, false, true]);
  });

  test('resets when its oldest request leaves', () => {
    const limiter = new Limiter(rule);
    limiter.admit('token', 100, wallStartMs);
    expect(limiter.admit('token', 400, wallStartMs + 300).state.resetAtMs).toBe(wallStartMs + 1000);
  });
});

test('each credential has a window of its own', () => {
  const limiter = new Limiter({ requests: 1, windowMs: 1000, sliding: true });
  expect(admitAll(limiter, [0, 1], 'one')).toEqual([true, false]);
  expect(admitAll(limiter, [2, 3], 'other')).toEqual([true, false]);
});

test('a reset forgets what was used', () => {
  const limiter = new Limiter({ requests: 1, windowMs: 1000, sliding: false });
  expect(admitAll(limiter, [0, 1])).toEqual([true, false]);
  limiter.reset();
  expect(admitAll(limiter, [2])).toEqual([true]);
});

test.each([
  { requests: 0, windowMs: 1000 },
  { requests: 1.5, windowMs: 1000 },
  { requests: 5, windowMs: 0 },
])('a rule that cannot admit anything is refused: %o', (rule) => {
  expect(() => new Limiter({ ...rule, sliding: false })).toThrow(RangeError);
});
