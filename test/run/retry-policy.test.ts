import { describe, expect, it } from 'vitest';
import { backoffMs, decide, mayTryAgain } from '../../src/run/retry-policy.js';

const scopes = ['row', 'credential', 'service'] as const;
const effects = ['none', 'possible'] as const;
const repeats = ['safe', 'after-reading'] as const;

describe('the retry policy', () => {
  it('decides every combination as this table says', () => {
    const lines: string[] = [];
    for (const repeat of repeats) {
      for (const effect of effects) {
        for (const scope of scopes) {
          for (const retryable of [true, false]) {
            for (const doubtBefore of [false, true]) {
              const failure = { effect, scope, retryable, type: 'API_ERROR' as const };
              const first = decide({ repeat, failure, doubtBefore, attempt: 1, tries: 3 });
              const last = decide({ repeat, failure, doubtBefore, attempt: 3, tries: 3 });
              const words = [
                repeat,
                `effect ${effect}`,
                scope,
                retryable ? 'passing' : 'for good',
                doubtBefore ? 'doubt before' : 'no doubt',
              ];
              lines.push(`${words.join(' | ')} => ${first} / last try: ${last}`);
            }
          }
        }
      }
    }
    expect(lines).toMatchSnapshot();
  });

  it('never sends a write again that must not be repeated, while it may have happened', () => {
    for (const scope of scopes) {
      for (const retryable of [true, false]) {
        const failure = { effect: 'possible', scope, retryable, type: 'NETWORK' } as const;
        for (const attempt of [1, 2, 3]) {
          expect(decide({ repeat: 'after-reading', failure, doubtBefore: false, attempt, tries: 3 })).toBe('settle');
        }
      }
    }
  });

  it('never calls a row failed while an earlier attempt may have worked', () => {
    for (const repeat of repeats) {
      for (const effect of effects) {
        for (const scope of scopes) {
          for (const retryable of [true, false]) {
            const failure = { effect, scope, retryable, type: 'NOT_FOUND' } as const;
            expect(decide({ repeat, failure, doubtBefore: true, attempt: 3, tries: 3 })).toBe('settle');
          }
        }
      }
    }
  });

  it('waits between nothing and twice as long after each try, at most 30 s', () => {
    expect([1, 2, 3, 9].map((attempt) => backoffMs(attempt, () => 1))).toEqual([1_000, 2_000, 4_000, 30_000]);
    expect(backoffMs(3, () => 0)).toBe(0);
  });

  it('tries a row that reading showed as not done again only for a passing reason', () => {
    expect(mayTryAgain({ retryable: true, scope: 'service' }, 1, 3)).toBe(true);
    expect(mayTryAgain({ retryable: true, scope: 'service' }, 3, 3)).toBe(false);
    expect(mayTryAgain({ retryable: false, scope: 'row' }, 1, 3)).toBe(false);
    expect(mayTryAgain({ retryable: true, scope: 'credential' }, 1, 3)).toBe(false);
  });
});
