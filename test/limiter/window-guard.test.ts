import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWindowGuard } from '../../src/limiter/window-guard.js';
import { mostInAnyWindow } from '../support/sliding-log.js';

const windowMs = 60_000;

function setUp(limit: number) {
  const time = { nowMs: 5 };
  return { time, guard: createWindowGuard({ limit, windowMs, nowMs: () => time.nowMs }) };
}

function takeSlot(guard: ReturnType<typeof createWindowGuard>): number {
  const reservation = guard.reserve();
  if (reservation.kind !== 'slot') throw new Error('there is no room');
  return reservation.slot;
}

test('as many as the limit may be on their way, and no more however long they take', () => {
  const { time, guard } = setUp(3);
  for (let i = 0; i < 3; i += 1) takeSlot(guard);
  expect(guard.reserve().kind).toBe('full');
  time.nowMs += 10 * windowMs;
  expect(guard.reserve().kind).toBe('full');
});

test('a slot is free when its answer, not its departure, is a full window old', () => {
  const { time, guard } = setUp(1);
  const slot = takeSlot(guard);
  time.nowMs += 5_000;
  guard.answered(slot);
  const full = guard.reserve();
  if (full.kind !== 'full') throw new Error('there is room');
  expect(full.waitMs).toBeGreaterThan(windowMs);
  expect(full.waitMs).toBeLessThan(windowMs * 1.001);
  time.nowMs += windowMs;
  expect(guard.reserve().kind).toBe('full');
  time.nowMs += full.waitMs - windowMs;
  expect(guard.reserve().kind).toBe('slot');
});

test('an answer counts once', () => {
  const { time, guard } = setUp(2);
  const slot = takeSlot(guard);
  takeSlot(guard);
  guard.answered(slot);
  guard.answered(slot);
  time.nowMs += 2 * windowMs;
  expect(guard.reserve().kind).toBe('slot');
  expect(guard.reserve().kind).toBe('full');
});

test('a lower limit holds for what has left already', () => {
  const { time, guard } = setUp(4);
  for (let i = 0; i < 4; i += 1) {
    guard.answered(takeSlot(guard));
    time.nowMs += 1_000;
  }
  guard.setLimit(2);
  const full = guard.reserve();
  if (full.kind !== 'full') throw new Error('there is room');
  time.nowMs += full.waitMs - 1;
  expect(guard.reserve().kind).toBe('full');
  time.nowMs += 1;
  expect(guard.reserve().kind).toBe('slot');
  expect(guard.reserve().kind).toBe('full');
});

test.each([0, -1, 1.5, Number.NaN])('a limit of %s is refused', (limit) => {
  expect(() => setUp(limit)).toThrow(RangeError);
  expect(() => setUp(1).guard.setLimit(limit)).toThrow(RangeError);
});

test('no rolling window of arrivals holds more than the limit, whenever requests leave, arrive and are answered', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: windowMs }) }),
    fc.record({ kind: fc.constant('reserve' as const), arrival: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ kind: fc.constant('answer' as const), index: fc.nat(20) }),
  );
  const property = fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 300 }), (limit, steps) => {
    const { time, guard } = setUp(limit);
    const onTheirWay: Array<{ slot: number; leftMs: number; arrival: number }> = [];
    const arrivals: number[] = [];
    const answer = (index: number) => {
      for (const { slot, leftMs, arrival } of onTheirWay.splice(index, 1)) {
        guard.answered(slot);
        arrivals.push(leftMs + arrival * (time.nowMs - leftMs));
      }
    };
    for (const it of steps) {
      if (it.kind === 'advance') time.nowMs += it.ms;
      else if (it.kind === 'answer') answer(it.index % Math.max(1, onTheirWay.length));
      else {
        const reservation = guard.reserve();
        if (reservation.kind === 'slot') {
          onTheirWay.push({ slot: reservation.slot, leftMs: time.nowMs, arrival: it.arrival });
        } else if (reservation.kind === 'full') expect(reservation.waitMs).toBeGreaterThan(0);
      }
    }
    while (onTheirWay.length > 0) answer(0);
    expect(mostInAnyWindow(arrivals, windowMs)).toBeLessThanOrEqual(limit);
  });
  fc.assert(property, { numRuns: 500 });
});
