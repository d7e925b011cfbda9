import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RollingCount } from '../../src/limiter/rolling-count.js';

const windowMs = 60_000;

test('counts what happened within the last window, to within a sixtieth of it', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 100 });
  const property = fc.property(gaps, fc.integer({ min: 0, max: 90_000 }), (gapsMs, restMs) => {
    const count = new RollingCount(windowMs);
    const eventsMs: number[] = [];
    let nowMs = 12_345;
    for (const gapMs of gapsMs) {
      nowMs += gapMs;
      count.add(nowMs);
      eventsMs.push(nowMs);
    }
    nowMs += restMs;
    const total = count.total(nowMs);
    expect(total).toBeLessThanOrEqual(eventsMs.filter((eventMs) => nowMs - eventMs < windowMs).length);
    expect(total).toBeGreaterThanOrEqual(
      eventsMs.filter((eventMs) => nowMs - eventMs <= windowMs - windowMs / 60).length,
    );
  });
  fc.assert(property);
});
