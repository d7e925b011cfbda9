/** Questions whose answer is a value made of several readings: asked again as a whole, where that may help. */
import type { Result } from '../failure.js';
import { backoffMs, defaultTries } from './retry-policy.js';

export interface Patience {
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export async function askPatiently<T>(once: () => Promise<Result<T>>, { random, sleep }: Patience): Promise<Result<T>> {
  for (let attempt = 1; ; attempt++) {
    const answer = await once();
    if (answer.ok || !answer.failure.retryable || attempt >= defaultTries) return answer;
    await sleep(backoffMs(attempt, random));
  }
}
