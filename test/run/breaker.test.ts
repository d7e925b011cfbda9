import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ErrorType, errorTypes } from '../../src/failure.js';
import {
  createBreaker,
  createFailureGuard,
  type FailureLimits,
  type FailureWatch,
  failureWindowRows,
  mostRowsTogether,
} from '../../src/run/breaker.js';

/** The number of the row at which the watch says stop; null when it never does. */
function stopsAt(watch: FailureWatch, rows: readonly (ErrorType | null)[]): number | null {
  const at = rows.findIndex((failure) => watch.record(failure) !== null);
  return at === -1 ? null : at + 1;
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('the breaker', () => {
  it('stops at the 20th row in a row that failed with the same class', () => {
    expect(stopsAt(createBreaker(), [...times(30, null), ...times(30, 'API_ERROR' as const)])).toBe(50);
  });

  it('begins to count again after a row that succeeded', () => {
    const rows = [
      ...times(40, null),
      ...times(19, 'API_ERROR' as const),
      null,
      ...times(19, 'API_ERROR' as const),
      null,
    ];
    expect(stopsAt(createBreaker(), rows)).toBeNull();
  });

  it("does not count a row's own refusals as a row of equal failures", () => {
    expect(stopsAt(createBreaker(), [...times(60, null), ...times(40, 'NOT_FOUND' as const)])).toBeNull();
  });

  it('stops when half of the last 100 rows failed, of whatever class', () => {
    expect(stopsAt(createBreaker(), [...times(200, null), ...times(60, 'NOT_FOUND' as const)])).toBe(250);
  });

  it('judges no share before the 20th row', () => {
    expect(stopsAt(createBreaker(), times(19, 'NOT_FOUND' as const))).toBeNull();
    expect(stopsAt(createBreaker(), times(20, 'NOT_FOUND' as const))).toBe(20);
  });
});

describe('the guard stop_after', () => {
  it.each([
    [{ failed: 3, percent: null }, 3],
    [{ failed: null, percent: 10 }, 20],
    [{ failed: 200, percent: 10 }, 20],
    [{ failed: null, percent: null }, Number.POSITIVE_INFINITY],
  ])('with %j lets no more rows go in one request than may fail before it can stop', (limits, rows) => {
    expect(mostRowsTogether(limits)).toBe(rows);
  });

  it('stops at the failed row that it names', () => {
    expect(
      stopsAt(createFailureGuard({ failed: 3, percent: null }), [null, 'NOT_FOUND', 'NOT_FOUND', null, 'NOT_FOUND']),
    ).toBe(5);
  });

  it('counts each class of failure by itself', () => {
    const mixed = [...times(2, 'NOT_FOUND' as const), ...times(2, 'FORBIDDEN' as const), 'CONFLICT' as const];
    expect(stopsAt(createFailureGuard({ failed: 3, percent: null }), mixed)).toBeNull();
    expect(stopsAt(createFailureGuard({ failed: 3, percent: null }), [...mixed, 'FORBIDDEN'])).toBe(6);
  });

  it('forgets what happened more than a window ago', () => {
    const guard = createFailureGuard({ failed: 3, percent: null });
    expect(stopsAt(guard, [...times(2, 'NOT_FOUND' as const), ...times(97, null), 'NOT_FOUND', 'NOT_FOUND'])).toBe(100);
    const later = createFailureGuard({ failed: 3, percent: null });
    expect(
      stopsAt(later, [...times(2, 'NOT_FOUND' as const), ...times(98, null), 'NOT_FOUND', 'NOT_FOUND']),
    ).toBeNull();
  });

  it('looks as far back as its number of failed rows asks for', () => {
    const rows = Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? ('API_ERROR' as const) : null));
    expect(stopsAt(createFailureGuard({ failed: 150, percent: null }), rows)).toBe(299);
  });

  it('stops at the share that it names, from row 20 on', () => {
    const rows = [...times(3, 'NOT_FOUND' as const), ...times(17, null)];
    expect(stopsAt(createFailureGuard({ failed: null, percent: 15 }), rows)).toBe(20);
    expect(stopsAt(createFailureGuard({ failed: null, percent: 16 }), rows)).toBeNull();
  });

  it('does nothing without a bound', () => {
    expect(stopsAt(createFailureGuard({ failed: null, percent: null }), times(500, 'API_ERROR' as const))).toBeNull();
  });

  it('stops at the first row at which counting the window by hand says so', () => {
    const failure = fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom(...errorTypes) },
    );
    const limits = fc.record({
      failed: fc.option(fc.integer({ min: 1, max: 70 })),
      percent: fc.option(fc.integer({ min: 0, max: 100 })),
    });
    fc.assert(
      fc.property(fc.array(failure, { maxLength: 400, size: 'max' }), limits, (rows, bounds) => {
        expect(stopsAt(createFailureGuard(bounds), rows)).toBe(countedByHand(rows, bounds));
      }),
      { numRuns: 300 },
    );
  });
});

function countedByHand(rows: readonly (ErrorType | null)[], limits: FailureLimits): number | null {
  const { failed, percent } = limits;
  for (let row = 1; row <= rows.length; row++) {
    const window = rows.slice(Math.max(0, row - failureWindowRows(limits)), row);
    for (const type of errorTypes) {
      const found = window.filter((one) => one === type).length;
      if (found === 0) continue;
      if (failed !== null && found >= failed) return row;
      if (percent !== null && window.length >= 20 && (found / window.length) * 100 >= percent) return row;
    }
  }
  return null;
}
