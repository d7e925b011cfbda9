/** What an attempt knows about its row, for tests of single operations. */
import type { Doubt, RowContext } from '../../src/providers/operation.js';

/** A context that remembers finished steps in memory. */
export function rowContext(finished: readonly string[] = []): RowContext {
  const steps = new Set(finished);
  return {
    mark: 'taskbatch 20261122-0530-create-7f3a/1',
    steps: {
      done: (name) => steps.has(name),
      finish: async (name) => {
        steps.add(name);
      },
    },
  };
}

/** A doubt that states only what matters. */
export function doubtOf(facts: Partial<Doubt> = {}): Doubt {
  return { ...rowContext(), attemptStartedAtMs: 0, seenBefore: true, ...facts };
}

export const connectOptions = { allowNameSearch: false } as const;
