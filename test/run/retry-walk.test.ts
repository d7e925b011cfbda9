/** Any course of one row through the decisions: what the service did is dice here, and the policy only sees failures. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs, type Decision, decide, mayTryAgain, type Situation } from '../../src/run/retry-policy.js';

type Told = Situation['failure'];

/** What a try meets: nothing fails, or a failure that may hide an effect, or one that certainly hides none. */
const met = fc.record({
  scope: fc.constantFrom('row' as const, 'service' as const, 'credential' as const),
  retryable: fc.boolean(),
  effect: fc.constantFrom('none' as const, 'possible' as const),
  /** Whether the service did it; counts only where the failure says that it may have. */
  happened: fc.boolean(),
  serves: fc.boolean(),
});
type Met = typeof met extends fc.Arbitrary<infer T> ? T : never;

interface Course {
  readonly sends: number;
  readonly effects: number;
  readonly end: 'succeeded' | 'failed' | 'stopped' | 'settled';
}

/** Walks as `run-row.ts` does: a reading shows what is so, and takes the doubt away. */
function walk(repeat: Situation['repeat'], tries: number, course: readonly Met[]): Course {
  let effects = 0;
  let doubt = false;
  for (let attempt = 1; ; attempt += 1) {
    const turn = course[attempt - 1];
    // To send what must not be repeated takes that nothing can have happened: no doubt, or a reading.
    if (repeat === 'after-reading') expect(doubt || effects > 0).toBe(false);
    if (turn === undefined || turn.serves) return { sends: attempt, effects: effects + 1, end: 'succeeded' };
    const failure: Told = { ...turn, type: 'API_ERROR' };
    if (turn.effect === 'possible' && turn.happened) effects += 1;
    const decision: Decision = decide({ repeat, failure, doubtBefore: doubt, attempt, tries });
    doubt ||= turn.effect === 'possible';
    if (decision === 'fail' || decision === 'stop') {
      expect(doubt).toBe(false);
      expect(turn.scope === 'credential').toBe(decision === 'stop');
      return { sends: attempt, effects, end: decision === 'fail' ? 'failed' : 'stopped' };
    }
    if (decision === 'retry') expect(turn.retryable && turn.scope !== 'credential').toBe(true);
    if (decision === 'settle') {
      if (effects > 0) return { sends: attempt, effects, end: 'settled' };
      doubt = false;
      if (!mayTryAgain(failure, attempt, tries)) return { sends: attempt, effects, end: 'failed' };
    }
  }
}

it('whatever happens to its tries, a row is sent as often as allowed, and what must not be repeated has one effect at most', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('safe' as const, 'after-reading' as const),
      fc.integer({ min: 1, max: 6 }),
      fc.array(met, { maxLength: 12 }),
      (repeat, tries, course) => {
        const { sends, effects, end } = walk(repeat, tries, course);
        expect(sends).toBeLessThanOrEqual(tries);
        if (repeat === 'after-reading') expect(effects).toBeLessThanOrEqual(1);
        // "Failed" and "stopped" say that nothing happened.
        expect(effects > 0).toBe(end === 'succeeded' || end === 'settled');
      },
    ),
    { numRuns: 3_000 },
  );
});

it('in no single situation is that sent again which must not be, while it may have happened', () => {
  const situations = fc.record({
    repeat: fc.constant('after-reading' as const),
    failure: met.map((turn): Told => ({ ...turn, type: 'NETWORK' })),
    doubtBefore: fc.boolean(),
    attempt: fc.integer({ min: 1, max: 9 }),
    tries: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(situations, (situation) => {
      const mayHaveHappened = situation.doubtBefore || situation.failure.effect === 'possible';
      if (mayHaveHappened) expect(decide(situation)).toBe('settle');
    }),
  );
});

it('pauses lie between nothing and 30 s, and their bound never falls from try to try', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, dice) => {
      const pauseMs = backoffMs(attempt, () => dice);
      expect(pauseMs).toBeGreaterThanOrEqual(0);
      expect(pauseMs).toBeLessThanOrEqual(30_000);
      expect(backoffMs(attempt + 1, () => dice)).toBeGreaterThanOrEqual(pauseMs);
    }),
  );
});
