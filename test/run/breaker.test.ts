import { describe, expect, it } from 'vitest';
import type { ErrorType } from '../../src/failure.js';
import { createBreaker, createFailureGuard, type FailureWatch } from '../../src/run/breaker.js';

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
  it('stops at the failed row that it names', () => {
    expect(
      stopsAt(createFailureGuard({ failed: 3, percent: null }), [null, 'NOT_FOUND', 'NOT_FOUND', null, 'FORBIDDEN']),
    ).toBe(5);
  });

  it('stops at the share that it names, from row 20 on', () => {
    const rows = [...times(2, 'NOT_FOUND' as const), ...times(17, null), 'NOT_FOUND' as const];
    expect(stopsAt(createFailureGuard({ failed: null, percent: 15 }), rows)).toBe(20);
    expect(stopsAt(createFailureGuard({ failed: null, percent: 16 }), rows)).toBeNull();
  });

  it('does nothing without a bound', () => {
    expect(stopsAt(createFailureGuard({ failed: null, percent: null }), times(500, 'API_ERROR' as const))).toBeNull();
  });
});
